"""Words about a case: a note for colleagues, a line to the rider, and why it is opened again."""

from __future__ import annotations

from bot.case_access import at_work, written
from bot.case_told import CaseTold
from bot.refused import Refused
from bot.wording import Texts
from knowledge.access import Actor
from knowledge.database import Database


class CaseWords:
    """What is said about cases. Every function asks the actor first, by function and by region."""

    def __init__(self, database: Database, texts: Texts) -> None:
        self._database = database
        self._told = CaseTold(texts)

    async def note(self, actor: Actor, number: str, text: str) -> None:
        """Keep a note in the case's history, which no rider sees.

        Raises:
            Denied: the role may not.
            NotThere: no such case.
            Refused: nothing is written, or too much.
        """
        text = written(text, Refused("case_no_words"))
        async with at_work(self._database, actor, "case.move", number) as (unit, case):
            await unit.cases.note(case, "noted", actor.audited_as, text=text)
            await unit.audit.write(
                case.person, actor=actor.audited_as, action="case.note", after={"number": number}
            )

    async def say(self, actor: Actor, number: str, text: str) -> None:
        """Write to the rider about the case; they can answer with words or a photo.

        Raises:
            Denied: the role may not.
            NotThere: no such case.
            Refused: nothing is written, or too much; the rider can't be reached.
        """
        text = written(text, Refused("case_no_words"))
        async with at_work(self._database, actor, "case.move", number) as (unit, case):
            event = await unit.cases.note(case, "said", actor.audited_as, text=text)
            if not await self._told.tell_words(unit, case, event, text):
                raise Refused("case_unreachable")
            await unit.audit.write(
                case.person, actor=actor.audited_as, action="case.say", after={"number": number}
            )

    async def reopen(self, actor: Actor, number: str, reason: str) -> None:
        """Open a case again that was ended by mistake or too early; the rider reads why.

        Raises:
            Denied: the role may not.
            NotThere: no such case.
            Refused: no reason, or it is none that can be opened again.
        """
        reason = written(reason)
        async with at_work(self._database, actor, "case.reopen", number) as (unit, _):
            moved = await unit.case_reopening.reopen(number, reason, actor=actor.audited_as)
            await self._told.tell_reopened(unit, moved)

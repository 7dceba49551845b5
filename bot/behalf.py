"""On behalf of a rider who called or came: staff speak for them, by the same inbox and turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from actions.cases import form_routes
from actions.content import Button, Content, Press, Reply, Text
from actions.state import load_state
from bot.inbox import Inbox
from bot.log import CODE_HIDDEN, Log
from bot.messages import Inbound, RiderLine
from bot.persons import Card, reached_card, wanted_cards
from bot.refused import Refused
from bot.typed_codes import hide_typed
from knowledge.access import Actor, NotThere
from knowledge.behalf import CHANNEL, HOWS, Call
from knowledge.case_kinds import read_case_kinds
from knowledge.database import Database
from knowledge.secrets import SecretsError

ANSWER_WAIT = 10.0
"""Seconds until the page is shown without an answer that takes long."""

CONSENT = "consent"
"""What the forms call a question whose text is to be agreed to word for word."""

LONGEST_SAID = 1000
LONGEST_NOTE = 500


@dataclass(frozen=True)
class Conversation:
    """A call as its page shows it."""

    call: Call
    lines: Sequence[Reply | RiderLine]
    buttons: Sequence[Button]
    """What can be pressed now."""
    consent: bool
    """Whether a text is open that must be read out."""
    told_now: bool
    """Whether a query code is shown, this once."""
    services: Sequence[str]
    """Routes of the forms that can be filled."""


class OnBehalf:
    """Calls and visits. Every function asks the actor first, by function and by region."""

    def __init__(
        self, database: Database, inbox: Inbox, log: Log, *, wait: float = ANSWER_WAIT
    ) -> None:
        self._database, self._inbox, self._log = database, inbox, log
        self._wait = wait

    async def find(self, actor: Actor, wanted: str) -> list[Card]:
        """Riders on record of the actor's regions with just this phone or number, masked.

        Raises:
            Denied: the role may not.
            Refused: it is no mobile phone and no number.
        """
        actor.ask("behalf.write")
        async with self._database.begin() as unit:
            return await wanted_cards(unit, actor, wanted, action="behalf.find")

    async def begin(self, actor: Actor, person: UUID | None, how: str, note: str) -> int:
        """Log a call, a visit or a message elsewhere; without a person, of a new one.

        Raises:
            Denied: the role may not.
            NotThere: nobody of this number in the actor's regions.
            Refused: it isn't said how the rider came, or the note is too long.
        """
        actor.ask("behalf.write")
        known = next((one for one in HOWS if one == how), None)
        if known is None:
            raise Refused("behalf_how")
        note = note.strip()
        if len(note) > LONGEST_NOTE:
            raise Refused("behalf_note", longest=LONGEST_NOTE)
        async with self._database.begin() as unit:
            if person is None:
                person, _ = await unit.people.create()
                await unit.people.change(person, {}, actor=actor.audited_as, region=actor.region)
            elif await reached_card(unit, actor, person) is None:
                raise NotThere
            return await unit.behalf.begin(
                person, known, note, region=actor.region, actor=actor.audited_as
            )

    async def show(self, actor: Actor, number: int) -> Conversation:
        """What was said so far, and what can be answered.

        Raises:
            Denied: the role may not.
            NotThere: no such call in the actor's regions.
        """
        call, consent = await self._call(actor, number)
        lines, told = await self._lines(actor, call)
        buttons: list[Button] = []
        for line in reversed(lines):
            if isinstance(line, RiderLine):
                break
            buttons = [one for one in line.buttons if one.url is None] + buttons
        services = form_routes(read_case_kinds())
        return Conversation(call, lines, buttons, consent, bool(told), services)

    async def _lines(self, actor: Actor, call: Call) -> tuple[list[Reply | RiderLine], set[int]]:
        """What was said, and the lines whose code is shown, this once, to be read out.

        It is for who has the rider on the phone; what a rider answers is hidden like in a chat.
        """
        number = call.conversation
        plain = await self._log.before(number, None, codes=False)
        if call.staff != actor.audited_as or not plain:
            return [_without_codes(line) for line in plain], set()
        coded = [one.id for one in plain if isinstance(one, Reply) and CODE_HIDDEN in one.text]
        async with self._database.begin() as unit:
            read = await unit.behalf.read_codes(number, max(coded, default=0))
            new = {one for one in coded if one > read}
            if new:
                await unit.audit.write(
                    call.person, actor=actor.audited_as, action="behalf.code_shown"
                )
        whole = await self._log.before(number, None) if new else []
        filled = {line.id: line for line in whole if line.id in new}
        return [filled.get(line.id) or _without_codes(line) for line in plain], new

    async def say(
        self, actor: Actor, number: int, content: Content, once: str, *, read_out: bool
    ) -> None:
        """Say or press what the rider answers; the same `once` again has no effect.

        Raises:
            Denied: the role may not.
            NotThere: no such call in the actor's regions.
            Refused: nothing was said, or a text to be agreed to wasn't read out.
        """
        call, consent = await self._call(actor, number)
        if isinstance(content, Text) and not content.text.strip():
            raise Refused("behalf_empty")
        if isinstance(content, Text) and len(content.text) > LONGEST_SAID:
            raise Refused("behalf_long", longest=LONGEST_SAID)
        answers = isinstance(content, Text) or (
            isinstance(content, Press) and content.id.startswith("a:")
        )
        if consent and answers:
            if not read_out:
                raise Refused("behalf_read_out")
            await self._record(actor, call, content)
        receipt = await self._inbox.put(
            Inbound(
                channel=CHANNEL,
                conversation=call.key,
                external_id=once,
                content=content,
                at=self._database.clock.now(),
                staff=actor.audited_as,
            )
        )
        await self._inbox.wait(receipt, self._wait)

    async def _record(self, actor: Actor, call: Call, content: Content) -> None:
        """That the text was read out, and what the rider said to it."""
        said = content.text if isinstance(content, Text) else getattr(content, "label", None)
        async with self._database.begin() as unit:
            await unit.audit.write(
                call.person,
                actor=actor.audited_as,
                action="behalf.consent",
                after={"read_out": True, "said": said or ""},
            )

    async def _call(self, actor: Actor, number: int) -> tuple[Call, bool]:
        """The call, and whether its open question is one of consent."""
        actor.ask("behalf.write")
        async with self._database.begin() as unit:
            try:
                call = await unit.behalf.get(number)
            except SecretsError as erased:
                raise NotThere from erased
            if call is None:
                raise NotThere
            actor.ask_about("behalf.write", call.region)
            found = await unit.conversations.get(number)
            if found is None or found.state is None:
                return call, False
            raw = await unit.people.unseal(found.person, found.state, "state")
        state, _ = load_state(raw)
        question = state.top.question if state.top else None
        return call, question is not None and question.name == CONSENT


def _without_codes(line: Reply | RiderLine) -> Reply | RiderLine:
    if isinstance(line, Reply) or not line.text:
        return line
    return line.model_copy(update={"text": hide_typed(line.text)})

"""A transaction about a case that the actor's level has: every step of staff is made in one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.case_desk import visible
from bot.case_refused import CaseRefused
from bot.refused import Refused
from knowledge.access import Actor, NotThere
from knowledge.case_records import Case, NotAllowed
from knowledge.database import Database
from knowledge.unit import Knowledge

LONGEST = 500
"""Characters of what a rider or a colleague reads about a case."""


@asynccontextmanager
async def at_work(
    database: Database, actor: Actor, what: str, number: str, *, keep: bool = True
) -> AsyncIterator[tuple[Knowledge, Case]]:
    """The transaction and the case; without `keep` nothing of it stays.

    Raises:
        Denied: the role may not.
        NotThere: no such case for the actor.
        Refused: another level has it, or the case itself forbids what was tried.
    """
    async with database.begin(keep=keep) as unit:
        try:
            yield unit, await ours(unit, actor, what, number)
        except NotAllowed as why:
            raise CaseRefused(why) from why
        except LookupError as none:
            raise NotThere from none


async def ours(unit: Knowledge, actor: Actor, what: str, number: str) -> Case:
    """A case that the actor's level has."""
    case = await visible(unit, actor, what, number)
    if not actor.reaches(case.office):
        raise Refused("case_above")
    return case


def written(text: str, none: Refused | None = None) -> str:
    """What was written, without the blanks around it; `none` says that nothing was.

    Raises:
        Refused: nothing was, or too much.
    """
    text = text.strip()
    if not text:
        raise none or Refused("case_reason")
    if len(text) > LONGEST:
        raise Refused("case_long", most=LONGEST)
    return text

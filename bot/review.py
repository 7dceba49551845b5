"""Learning from use: people look at what the house didn't understand, and teach it by that."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.review_checks import (
    LONGEST,
    ReviewRefused,
    known_to_the_store,
    label_of,
    may_stand_under,
    must_be_new,
    no_such,
    one_of,
    sentence_of,
    trained,
)
from knowledge.access import Actor
from knowledge.database import BELL_ARTICLES, Database
from knowledge.review import STATES, WHATS, Line, State, Taught, What
from knowledge.unit import Knowledge
from nlu.language import language_of
from nlu.routes import topic_of

__all__ = ["LONGEST", "ReviewDesk", "ReviewRefused"]


class ReviewDesk:
    """Where lines are looked at, taught or put aside."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def lines(
        self, *, state: str = "open", what: str | None = None, limit: int = 50
    ) -> list[Line]:
        """Lines, the newest first.

        Raises:
            ReviewRefused: there is no such state, or nothing of the kind happens.
        """
        chosen, happened = _state(state), None if what is None else _what(what)
        async with self._database.begin() as unit:
            return await unit.review.lines(state=chosen, what=happened, limit=limit)

    async def line(self, number: int) -> tuple[Line | None, Taught | None]:
        """A line and what was taught of it, whichever of the two is there.

        Raises:
            ReviewRefused: neither is.
        """
        async with self._database.begin() as unit:
            line = await unit.review.line(number)
            taught = next((one for one in await unit.review.taught() if one.id == number), None)
        if line is None and taught is None:
            raise no_such(number)
        return line, taught

    async def teach(
        self,
        number: int,
        *,
        by: str,
        route: str | None = None,
        topic: str | None = None,
        text: str | None = None,
        actor: Actor | None = None,
    ) -> Taught:
        """Make a line a training sentence of a route, or a way of asking for an article.

        `text` is what is learnt; the line's own words if None. An `actor` is asked for their right
        to the line, and what they do is audited.

        Raises:
            Denied, NotThere: the actor may not, or the line is another region's.
            ReviewRefused: the line isn't open, the sentence tells of a person or is known already,
                or there is no such route or topic.
        """
        label = label_of(route, topic)
        known = [*await asyncio.to_thread(trained)]
        async with self._database.begin() as unit:
            await unit.review.one_by_one()
            line = await open_line(unit, number, actor)
            sentence = sentence_of(line.text if text is None else text)
            may_stand_under(label, sentence)
            known += await known_to_the_store(unit, label)
            await asyncio.to_thread(must_be_new, sentence, label, known)
            language = language_of(sentence)
            await unit.review.move(number, "teach", by, label)
            await unit.review.teach(number, sentence, label, language, by)
            await self._tell(unit, label)
            await note(unit, "review.teach", actor, line.region, [number], to=label)
            return Taught(number, sentence, label, language, by, unit.now)

    async def ignore(self, number: int, *, by: str) -> None:
        """There is nothing to learn from a line.

        Raises:
            ReviewRefused: it isn't open.
        """
        async with self._database.begin() as unit:
            await open_line(unit, number)
            await unit.review.move(number, "ignore", by)

    async def taught(self) -> Sequence[Taught]:
        """All sentences that were taught."""
        async with self._database.begin() as unit:
            return await unit.review.taught()

    async def undo(self, number: int, actor: Actor | None = None) -> Taught | None:
        """Open a line again; what was taught of it is taken back, also where the line has gone.

        Raises:
            Denied, NotThere: the actor may not, or the line is another region's.
            ReviewRefused: it is open, or neither line nor sentence are there.
        """
        async with self._database.begin() as unit:
            line = await unit.review.line(number)
            _ask(actor, line)
            moved = await unit.review.move(number, "undo")
            taught = await unit.review.take_back(number)
            if not moved and taught is None:
                if line is None:
                    raise no_such(number)
                raise ReviewRefused(
                    "review_is_open", f"line {number} is open; there is nothing to undo"
                )
            if taught is not None:
                await self._tell(unit, taught.route)
            await note(unit, "review.undo", actor, line.region if line else None, [number])
            return taught

    async def _tell(self, unit: Knowledge, label: str) -> None:
        """A question of an article counts at once in every process; a sentence with the model."""
        if topic_of(label) is not None:
            await unit.article_changes.count()
            await unit.conversations.ring((BELL_ARTICLES, ""))


def _ask(actor: Actor | None, line: Line | None) -> None:
    if actor is not None:
        actor.ask_about("review.write", line.region if line is not None else None)


async def open_line(unit: Knowledge, number: int, actor: Actor | None = None) -> Line:
    """A line that nothing was done with yet.

    Raises:
        Denied, NotThere: the actor may not, or the line is another region's.
        ReviewRefused: there is none, or somebody was here before.
    """
    line = await unit.review.line(number)
    _ask(actor, line)
    if line is None:
        raise no_such(number)
    if line.state != "open":
        raise ReviewRefused(
            "review_settled",
            f"line {number} is {line.state} by {line.settled_by}; `gongyou review undo {number}` "
            "opens it",
            by=line.settled_by,
        )
    return line


async def note(
    unit: Knowledge,
    action: str,
    actor: Actor | None,
    region: str | None,
    lines: Sequence[int],
    **after: str,
) -> None:
    """The audit's line; of lines their numbers only, for the words are their riders'."""
    if actor is not None:
        await unit.audit.write(
            None,
            actor=actor.audited_as,
            action=action,
            subject=f"questions:{lines[0]}",
            region=region,
            after={"lines": list(lines), **after},
        )


def _state(state: str) -> State:
    for one in STATES:
        if one == state:
            return one
    raise ReviewRefused("review_state", f"there is no state {state!r}; {one_of(STATES)}")


def _what(what: str) -> What:
    for one in WHATS:
        if one == what:
            return one
    raise ReviewRefused("review_state", f"nothing is called {what!r} here; {one_of(WHATS)}")

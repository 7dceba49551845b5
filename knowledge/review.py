"""Lines to learn from: what the house didn't understand, and what came of it in people's hands.

A line is a person's words and sealed with their key, masked as it is; it goes when they are erased.
A sentence that was accepted stands by itself, in the clear, and tells of nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal, get_args
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, delete, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.base import Base, serial

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

What = Literal["asked_back", "handed_over", "not_helpful", "out_of_scope", "misread"]
State = Literal["open", "taught", "ignored"]
Event = Literal["teach", "ignore", "undo"]

WHATS: tuple[What, ...] = get_args(What)
STATES: tuple[State, ...] = ("open", "taught", "ignored")

MOVES: Mapping[tuple[State, Event], State] = {
    ("open", "teach"): "taught",
    ("open", "ignore"): "ignored",
    ("taught", "undo"): "open",
    ("ignored", "undo"): "open",
}
"""The only legal steps; every other pair is refused."""


class ReviewRow(Base):
    """A line, once for a message. `body` is sealed: the masked words and what was made of them.

    `settled_as` is what a taught line went to: a route, or a draft (`article:NUMBER`).
    """

    __tablename__ = "review_lines"

    id: Mapped[int] = serial()
    inbox_id: Mapped[int] = mapped_column(ForeignKey("inbox.id", ondelete="CASCADE"), unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), index=True)
    what: Mapped[str]
    state: Mapped[str]
    language: Mapped[str]
    region: Mapped[str | None] = mapped_column(ForeignKey("regions.code"))
    at: Mapped[datetime]
    body: Mapped[bytes]
    settled_by: Mapped[str | None]
    settled_at: Mapped[datetime | None]
    settled_as: Mapped[str | None]
    __table_args__ = (
        CheckConstraint(
            "what in ('asked_back', 'handed_over', 'not_helpful', 'out_of_scope', 'misread')",
            name="what",
        ),
        CheckConstraint("state in ('open', 'taught', 'ignored')", name="state"),
        Index("ix_review_lines_state", "state", "at"),
    )


class TaughtRow(Base):
    """A sentence that was accepted, under the number of the line that it came of."""

    __tablename__ = "taught"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(unique=True)
    route: Mapped[str]
    language: Mapped[str]
    taught_by: Mapped[str]
    taught_at: Mapped[datetime]


@dataclass(frozen=True)
class Noted:
    """A line to be written: the message's number in the inbox, its words masked."""

    what: What
    message: int
    text: str
    route: str
    confidence: float
    runner_up: str | None
    language: str
    region: str | None


@dataclass(frozen=True)
class Line:
    """A line, opened."""

    id: int
    what: What
    state: State
    text: str
    route: str
    confidence: float
    runner_up: str | None
    language: str
    region: str | None
    at: datetime
    settled_by: str | None
    settled_at: datetime | None
    settled_as: str | None = None
    right: str | None = None
    """The route that a member of staff says it should have been."""


@dataclass(frozen=True)
class Outline:
    """What is known of a line without opening it."""

    id: int
    what: What
    language: str
    region: str | None
    at: datetime


@dataclass(frozen=True)
class Taught:
    """An accepted sentence; its route may be a topic (`faq:TOPIC`)."""

    id: int
    text: str
    route: str
    language: str
    by: str
    at: datetime


class Review:
    """Lines and accepted sentences of one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def note(self, person: UUID, noted: Noted) -> bool:
        """Put a message on the list, once, for what happened first; whether this was it.

        It is written in the transaction of the turn, and begins one.
        """
        body = {
            "text": noted.text,
            "route": noted.route,
            "confidence": round(noted.confidence, 4),
            "runner_up": noted.runner_up,
        }
        first = await self._unit.session.scalar(
            insert(ReviewRow)
            .values(
                inbox_id=noted.message,
                person_id=person,
                what=noted.what,
                state="open",
                language=noted.language,
                region=noted.region,
                at=self._unit.now,
                body=await self._unit.people.seal(person, body, "review"),
            )
            .on_conflict_do_nothing(index_elements=[ReviewRow.inbox_id])
            .returning(ReviewRow.id)
        )
        return first is not None

    async def misread(self, person: UUID, noted: Noted, right: str) -> bool:
        """Somebody of staff says what a message meant; whether that could still be noted.

        A line that is on the list already gets the verdict; one that was taught keeps what it has.
        """
        body = {
            "text": noted.text,
            "route": noted.route,
            "confidence": round(noted.confidence, 4),
            "runner_up": noted.runner_up,
            "right": right,
        }
        sealed = await self._unit.people.seal(person, body, "review")
        verdict = {"what": "misread", "state": "open", "body": sealed}
        done = await self._unit.session.scalar(
            insert(ReviewRow)
            .values(
                inbox_id=noted.message,
                person_id=person,
                language=noted.language,
                region=noted.region,
                at=self._unit.now,
                **verdict,
            )
            .on_conflict_do_update(
                index_elements=[ReviewRow.inbox_id],
                set_={**verdict, "settled_by": None, "settled_at": None, "settled_as": None},
                where=ReviewRow.state != "taught",
            )
            .returning(ReviewRow.id)
        )
        return done is not None

    async def lines(
        self, *, state: State = "open", what: What | None = None, limit: int = 100
    ) -> list[Line]:
        """The newest lines in a state, the newest first."""
        query = select(ReviewRow).where(ReviewRow.state == state)
        if what is not None:
            query = query.where(ReviewRow.what == what)
        rows = await self._unit.session.scalars(query.order_by(ReviewRow.id.desc()).limit(limit))
        return [await self._open(row) for row in rows]

    async def outlines(self, regions: Sequence[str] | None, most: int) -> list[Outline]:
        """The newest open lines of these regions (None: all), the newest first."""
        query = select(
            ReviewRow.id, ReviewRow.what, ReviewRow.language, ReviewRow.region, ReviewRow.at
        ).where(ReviewRow.state == "open")
        if regions is not None:
            query = query.where(ReviewRow.region.in_(regions))
        rows = await self._unit.session.execute(query.order_by(ReviewRow.id.desc()).limit(most))
        return [Outline(*row) for row in rows.all()]  # type: ignore[arg-type]  # a check constraint guards it

    async def opened(self, numbers: Iterable[int]) -> dict[int, Line]:
        """Lines by their numbers; those that have gone are left out."""
        query = select(ReviewRow).where(ReviewRow.id.in_(list(numbers)))
        rows = list(await self._unit.session.scalars(query))
        await self._unit.people.fetch_keys({row.person_id for row in rows})
        return {row.id: await self._open(row) for row in rows}

    async def settled(
        self, regions: Sequence[str] | None, limit: int, before: int | None = None
    ) -> list[Line]:
        """What was taught or ignored in these regions, the newest line first."""
        query = select(ReviewRow).where(ReviewRow.state != "open")
        if regions is not None:
            query = query.where(ReviewRow.region.in_(regions))
        if before is not None:
            query = query.where(ReviewRow.id < before)
        rows = await self._unit.session.scalars(query.order_by(ReviewRow.id.desc()).limit(limit))
        return [await self._open(row) for row in rows]

    async def line(self, number: int) -> Line | None:
        """A line by its number."""
        row = await self._unit.session.get(ReviewRow, number, populate_existing=True)
        return None if row is None else await self._open(row)

    async def move(
        self, number: int, event: Event, by: str | None = None, to: str | None = None
    ) -> bool:
        """Make a step; one atomic update. Whether the line was there in a state that allows it."""
        legal = [state for state, what in MOVES if what == event]
        target = MOVES[(legal[0], event)]
        done = await self._unit.session.scalar(
            update(ReviewRow)
            .where(ReviewRow.id == number, ReviewRow.state.in_(legal))
            .values(
                state=target,
                settled_by=by,
                settled_at=self._unit.now if by else None,
                settled_as=to,
            )
            .returning(ReviewRow.id)
        )
        return done is not None

    async def one_by_one(self) -> None:
        """Nobody else teaches until this transaction ends: what is compared must not change."""
        await self._unit.session.execute(text("lock table taught in share row exclusive mode"))

    async def taught(self) -> Sequence[Taught]:
        """All accepted sentences."""
        rows = await self._unit.session.scalars(select(TaughtRow).order_by(TaughtRow.id))
        return [_taught(row) for row in rows]

    async def teach(self, number: int, sentence: str, route: str, language: str, by: str) -> None:
        """Accept a sentence for the line of this number."""
        await self._unit.session.execute(
            insert(TaughtRow).values(
                id=number,
                text=sentence,
                route=route,
                language=language,
                taught_by=by,
                taught_at=self._unit.now,
            )
        )

    async def take_back(self, number: int) -> Taught | None:
        """Take an accepted sentence away, also where its line has gone; None if there is none."""
        row = await self._unit.session.scalar(
            delete(TaughtRow).where(TaughtRow.id == number).returning(TaughtRow)
        )
        return None if row is None else _taught(row)

    async def forget(self, person: UUID) -> None:
        """A person is erased: nothing of theirs is left to be looked at."""
        await self._unit.session.execute(delete(ReviewRow).where(ReviewRow.person_id == person))

    async def forget_old(self, before: datetime) -> int:
        """Remove what nobody looked at or nobody wanted since then; how many."""
        gone = await self._unit.session.scalars(
            delete(ReviewRow)
            .where(ReviewRow.state.in_(("open", "ignored")), ReviewRow.at < before)
            .returning(ReviewRow.id)
        )
        return len(gone.all())

    async def _open(self, row: ReviewRow) -> Line:
        body = await self._unit.people.unseal(row.person_id, row.body, "review")
        return Line(
            id=row.id,
            what=row.what,  # type: ignore[arg-type]  # a check constraint guards it
            state=row.state,  # type: ignore[arg-type]  # likewise
            text=str(body["text"]),
            route=str(body["route"]),
            confidence=float(body["confidence"]),
            runner_up=body["runner_up"],
            language=row.language,
            region=row.region,
            at=row.at,
            settled_by=row.settled_by,
            settled_at=row.settled_at,
            settled_as=row.settled_as,
            right=body.get("right"),
        )


def _taught(row: TaughtRow) -> Taught:
    return Taught(row.id, row.text, row.route, row.language, row.taught_by, row.taught_at)

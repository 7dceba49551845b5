"""What riders asked and how it went, in numbers: by week, region, language and what it was about.

A number tells of nobody: no rider, no text. Counts are kept in memory and written down now and
then; a process that is killed loses those of a few seconds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.article_rows import ArticleRow
from knowledge.base import Base
from knowledge.clock import CHINA
from knowledge.review import WHATS, What

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

Event = Literal["asked", "used", "helpful", "unhelpful"] | What
"""`asked`: a rider put a wish into words; a `What`: it wasn't answered at once, and why. The others
are an article's: it was the answer, and how riders judged that."""


class FigureRow(Base):
    """How often something happened in a week, which begins on this Monday.

    `about` is a route, or an article's number (`article:NUMBER`); a region that isn't known is
    empty.
    """

    __tablename__ = "figures"

    week: Mapped[date] = mapped_column(primary_key=True)
    region: Mapped[str] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    about: Mapped[str] = mapped_column(primary_key=True)
    event: Mapped[str] = mapped_column(primary_key=True)
    times: Mapped[int]


class Counted(NamedTuple):
    """What is counted together."""

    week: date
    region: str
    language: str
    about: str
    event: str


@dataclass(frozen=True)
class Judged:
    """An article with its numbers."""

    id: int
    topic: str
    region: str
    language: str
    question: str
    unhelpful: int
    helpful: int
    used: int


type Counts = Counter[Counted]


@dataclass(frozen=True)
class Span:
    """Which numbers: of weeks from a Monday up to another, of regions (None: all), a language."""

    since: date
    until: date
    regions: Sequence[str] | None = None
    language: str | None = None


@dataclass(frozen=True)
class Row:
    """Numbers of one thing: how often it was asked, and how often not answered at once."""

    name: str
    asked: int
    missed: int

    @property
    def at_once(self) -> int:
        """How often it was answered at once. A verdict may come in the week after its question."""
        return max(0, self.asked - self.missed)


def week_of(moment: datetime) -> date:
    """The Monday of its week, by China's calendar."""
    day = moment.astimezone(CHINA).date()
    return day - timedelta(days=day.weekday())


class Figures:
    """Numbers of one transaction."""

    def __init__(self, unit: Knowledge, counts: Counts) -> None:
        self._unit, self._counts = unit, counts

    def count(self, event: Event, about: str, region: str | None, language: str) -> None:
        """Count something that has just happened."""
        week = week_of(self._unit.now)
        self._counts[Counted(week, region or "", language.partition("-")[0], about, event)] += 1

    async def write_down(self) -> None:
        """Write down what was counted since the last time."""
        counted = sorted(self._counts.items())
        self._counts.clear()
        if not counted:
            return
        # In order, so that two processes don't wait for each other in a circle.
        added = insert(FigureRow).values([{**one._asdict(), "times": n} for one, n in counted])
        await self._unit.session.execute(
            added.on_conflict_do_update(
                index_elements=["week", "region", "language", "about", "event"],
                set_={"times": FigureRow.times + added.excluded.times},
            )
        )

    async def by_week(self, span: Span) -> list[Row]:
        """Each week that has any, the earliest first; the name is its Monday."""
        rows = await self._rows(span, FigureRow.week)
        return [Row(row.name, row.asked, row.missed) for row in sorted(rows, key=lambda r: r.name)]

    async def by_region(self, span: Span) -> list[Row]:
        """Each region by its code, what was asked most first."""
        return await self._rows(span, FigureRow.region)

    async def by_language(self, span: Span) -> list[Row]:
        """Each language."""
        return await self._rows(span, FigureRow.language)

    async def by_route(self, span: Span) -> list[Row]:
        """Each route and topic, what was asked most first."""
        return await self._rows(span, FigureRow.about)

    async def whys(self, span: Span) -> dict[What, int]:
        """Why riders weren't answered at once."""
        rows = await self._unit.session.execute(
            select(FigureRow.event, func.sum(FigureRow.times))
            .where(*_within(span), FigureRow.event.in_(WHATS))
            .group_by(FigureRow.event)
        )
        found = dict(rows.all())
        return {what: int(found.get(what, 0)) for what in WHATS}

    async def worst(self, span: Span, limit: int) -> list[Judged]:
        """Articles that riders said don't help, the most often judged so first."""
        unhelpful, helpful, used = (
            func.coalesce(func.sum(FigureRow.times).filter(FigureRow.event == event), 0)
            for event in ("unhelpful", "helpful", "used")
        )
        rows = await self._unit.session.execute(
            select(ArticleRow, unhelpful, helpful, used)
            .join(FigureRow, FigureRow.about == _about(ArticleRow.id))
            .where(*_within(span))
            .group_by(ArticleRow.id)
            .having(unhelpful > 0)
            .order_by((unhelpful - helpful).desc(), unhelpful.desc(), ArticleRow.id)
            .limit(limit)
        )
        return [_judged(row, *map(int, times)) for row, *times in rows.all()]

    async def silent(self, span: Span, limit: int) -> tuple[list[Judged], int]:
        """Published articles that were the answer to nobody in this time, and how many there are.

        Those that never were come first, the longest published before others.
        """
        used = exists().where(
            FigureRow.about == _about(ArticleRow.id),
            FigureRow.event == "used",
            FigureRow.week.between(span.since, span.until),
        )
        silent = [ArticleRow.state == "published", ~used]
        if span.regions is not None:
            silent.append(ArticleRow.region.in_(span.regions))
        if span.language is not None:
            silent.append(ArticleRow.language == span.language)
        rows = await self._unit.session.scalars(
            select(ArticleRow)
            .where(*silent)
            .order_by(ArticleRow.used > 0, ArticleRow.changed_at, ArticleRow.id)
            .limit(limit)
        )
        many = await self._unit.session.scalar(
            select(func.count()).select_from(ArticleRow).where(*silent)
        )
        return [_judged(row, row.not_helpful, row.helpful, row.used) for row in rows], many or 0

    async def _rows(self, span: Span, column: Any) -> list[Row]:
        times = FigureRow.times
        asked = func.coalesce(func.sum(times).filter(FigureRow.event == "asked"), 0)
        missed = func.coalesce(func.sum(times).filter(FigureRow.event.in_(WHATS)), 0)
        rows = await self._unit.session.execute(
            select(column, asked, missed)
            .where(*_within(span), FigureRow.event.in_(("asked", *WHATS)))
            .group_by(column)
            .order_by(asked.desc(), column)
        )
        return [Row(str(name), int(all_), int(some)) for name, all_, some in rows.all()]


def _about(article: Any) -> ColumnElement[str]:
    return func.concat("article:", article)


def _judged(row: ArticleRow, unhelpful: int, helpful: int, used: int) -> Judged:
    return Judged(
        row.id, row.topic, row.region, row.language, row.question, unhelpful, helpful, used
    )


def _within(span: Span) -> list[ColumnElement[bool]]:
    found = [FigureRow.week >= span.since, FigureRow.week <= span.until]
    if span.regions is not None:
        found.append(FigureRow.region.in_(span.regions))
    if span.language is not None:
        found.append(FigureRow.language == span.language)
    return found

"""What riders asked and how it went, in numbers, for whom it concerns. No rider, no text."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.questions import narrowed
from knowledge.access import Actor
from knowledge.database import Database
from knowledge.exchange.marks import marked
from knowledge.figures import Judged, Row, Span, week_of
from knowledge.review import What
from nlu.routes import faq, topic_of

WEEKS = (4, 12, 26)
"""How many weeks one may look back, this one included."""

TOP = 10
"""Topics and articles that are shown; the files hold more."""

MOST = 1000
"""Lines of a file."""

TABLES = ("weeks", "regions", "languages", "topics", "whys", "worst", "silent")


@dataclass(frozen=True)
class Wish:
    """What the visitor has chosen; empty is everything."""

    region: str = ""
    language: str = ""
    weeks: int = 12

    @classmethod
    def of(cls, region: str, language: str, weeks: str) -> Wish:
        """As typed; what isn't offered is left out."""
        number = int(weeks) if weeks.isascii() and weeks.isdigit() and len(weeks) < 3 else 12
        return cls(
            region,
            language if language in ("zh", "en") else "",
            number if number in WEEKS else 12,
        )


@dataclass(frozen=True)
class Report:
    """The figures. `weeks` has one row for each week, also for one in which nobody asked."""

    since: date
    asked: int
    at_once: int
    weeks: list[Row]
    regions: list[Row]
    languages: list[Row]
    topics: list[Row]
    whys: dict[What, int]
    worst: list[Judged]
    silent: list[Judged]
    silent_of: int
    titles: Mapping[str, str]
    """A question for each topic that was asked about, by its route."""

    @property
    def is_empty(self) -> bool:
        return not self.asked and not self.worst


class FiguresDesk:
    """Tells the figures of the actor's regions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def report(
        self, actor: Actor, wish: Wish, most: int = TOP, language: str = "zh"
    ) -> Report:
        """The figures of a time; topics with their titles in a language.

        Raises:
            Denied: the role may not.
            Refused: the region isn't one of theirs.
        """
        actor.ask("figures.read")
        regions = narrowed(actor, wish.region) if wish.region else actor.regions
        this = week_of(self._database.clock.now())
        since = this - timedelta(weeks=wish.weeks - 1)
        span = Span(since, this, regions, wish.language or None)
        async with self._database.begin() as unit:
            found = {row.name: row for row in await unit.figures.by_week(span)}
            silent, silent_of = await unit.figures.silent(span, most)
            days = [str(since + timedelta(weeks=n)) for n in range(wish.weeks)]
            topics = (await unit.figures.by_route(span))[:most]
            asked = [topic for row in topics if (topic := topic_of(row.name)) is not None]
            titles = await unit.articles.titles(asked, language)
            weeks = [found.get(day, Row(day, 0, 0)) for day in days]
            return Report(
                since=since,
                asked=sum(row.asked for row in weeks),
                at_once=sum(row.at_once for row in weeks),
                weeks=weeks,
                regions=(await unit.figures.by_region(span))[:most],
                languages=await unit.figures.by_language(span),
                topics=topics,
                whys=await unit.figures.whys(span),
                worst=await unit.figures.worst(span, most),
                silent=silent,
                silent_of=silent_of,
                titles={faq(topic): title for topic, title in titles.items()},
            )

    async def table(self, actor: Actor, wish: Wish, table: str) -> str:
        """One of the tables as CSV; what begins like a formula is marked.

        Raises:
            Denied: the role may not.
            Refused: the region isn't one of theirs.
        """
        report = await self.report(actor, wish, MOST)
        out = io.StringIO()
        writer = csv.writer(out)
        for line in _lines(report, table):
            writer.writerow([marked(str(cell)) for cell in line])
        return out.getvalue()


def _lines(report: Report, table: str) -> list[Sequence[object]]:
    if table == "whys":
        return [("why", "times"), *report.whys.items()]
    if table in ("worst", "silent"):
        fields = (
            "number",
            "topic",
            "region",
            "language",
            "question",
            "unhelpful",
            "helpful",
            "used",
        )
        articles = report.worst if table == "worst" else report.silent
        return [
            fields,
            *(
                (a.id, a.topic, a.region, a.language, a.question, a.unhelpful, a.helpful, a.used)
                for a in articles
            ),
        ]
    rows: dict[str, list[Row]] = {
        "weeks": report.weeks,
        "regions": report.regions,
        "languages": report.languages,
        "topics": report.topics,
    }
    head = (table.removesuffix("s"), "asked", "answered at once", "not at once")
    return [head, *((r.name, r.asked, r.at_once, r.missed) for r in rows[table])]

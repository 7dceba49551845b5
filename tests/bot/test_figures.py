"""The figures: counted as riders ask, told by region, drawn and written for all to read."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import insert

from bot.console.plots import bars, trend
from bot.figures import TABLES, FiguresDesk, Wish
from bot.refused import Refused
from knowledge.access import ROLES
from knowledge.article_rows import ArticleRow
from knowledge.database import Database
from knowledge.figures import Span, week_of
from tests.actions.talk import Talk, demonstration
from tests.bot.door import START, Door
from tests.conftest import Databases


@pytest.fixture
async def door(database: Database) -> Door:
    return await Door.on(database)


async def counted(door: Door) -> None:
    """Some weeks in two regions."""
    async with door.database.begin() as unit:
        for _ in range(8):
            unit.figures.count("asked", "faq:dues", "zhifu", "zh")
        unit.figures.count("not_helpful", "faq:dues", "zhifu", "zh")
        unit.figures.count("asked_back", "faq:dues", "zhifu", "zh")
        unit.figures.count("asked", "find_station", "weihai", "en-GB")
        unit.figures.count("asked", "out_of_scope", None, "zh")
        unit.figures.count("out_of_scope", "out_of_scope", None, "zh")
        unit.now -= timedelta(weeks=2)
        unit.figures.count("asked", "faq:dues", "yantai", "zh")
        await unit.figures.write_down()


async def article(door: Door, topic: str, used: int = 0) -> int:
    """A published article."""
    async with door.database.begin() as unit:
        number = await unit.session.scalar(
            insert(ArticleRow)
            .values(
                topic=topic, region="zhifu", language="zh", state="published", question="=怎么交",
                similar=[], answer="a", buttons=[], related=[], source="s", version=1,
                checked_on=unit.now.date(), changed_at=unit.now, used=used,
            )
            .returning(ArticleRow.id)
        )  # fmt: skip
    assert number is not None
    return int(number)


async def test_shares_are_told_by_week_region_language_and_topic(door: Door) -> None:
    """A week in which nobody asked is there, too."""
    await counted(door)
    report = await FiguresDesk(door.database).report(door.actor("lead"), Wish(weeks=4))
    assert (report.asked, report.at_once) == (11, 8)
    assert [(row.name, row.asked, row.at_once) for row in report.weeks] == [
        ("2026-11-02", 0, 0), ("2026-11-09", 1, 1), ("2026-11-16", 0, 0), ("2026-11-23", 10, 7),
    ]  # fmt: skip
    assert [(row.name, row.asked) for row in report.topics] == [
        ("faq:dues", 9), ("find_station", 1), ("out_of_scope", 1),
    ]  # fmt: skip
    assert {row.name: row.asked for row in report.languages} == {"zh": 10, "en": 1}
    assert report.whys == {
        "asked_back": 1, "handed_over": 0, "misread": 0, "not_helpful": 1, "out_of_scope": 1,
    }  # fmt: skip


async def test_a_region_is_told_of_itself_only(door: Door) -> None:
    """And everybody of staff may look; another region is refused."""
    await counted(door)
    desk = FiguresDesk(door.database)
    for role in ROLES:
        report = await desk.report(door.actor(role, "yantai"), Wish())
        assert {row.name for row in report.regions} == {"zhifu", "yantai"}
        assert report.asked == 9
    with pytest.raises(Refused, match="region_reach"):
        await desk.report(door.actor("lead", "yantai"), Wish(region="weihai"))
    weihai = await desk.report(door.actor("lead"), Wish(region="weihai"))
    assert weihai.asked == 1


async def test_what_is_counted_at_the_same_time_in_two_processes_adds_up(door: Door) -> None:
    """Each writes down its own; what was written is not written again."""
    for database in (door.database, door.database):
        async with database.begin() as unit:
            unit.figures.count("asked", "find_job", "zhifu", "zh")
            await unit.figures.write_down()
    async with door.database.begin() as unit:
        await unit.figures.write_down()
        (row,) = await unit.figures.by_route(Span(week_of(START), week_of(START)))
    assert row.asked == 2


async def test_articles_that_do_not_help_and_that_nobody_needed(door: Door) -> None:
    """By what riders said and by what was the answer in the time; the never used ones first."""
    bad, good, quiet, never = [
        await article(door, topic, used) for topic, used in
        (("bad", 3), ("good", 3), ("quiet", 9), ("never", 0))
    ]  # fmt: skip
    async with door.database.begin() as unit:
        for number, event, times in ((bad, "used", 3), (good, "used", 3), (bad, "unhelpful", 2),
                                     (bad, "helpful", 1), (good, "helpful", 2)):  # fmt: skip
            for _ in range(times):
                unit.figures.count(event, f"article:{number}", "zhifu", "zh")  # type: ignore[arg-type]
        await unit.figures.write_down()
    desk = FiguresDesk(door.database)
    report = await desk.report(door.actor("auditor", "yantai"), Wish())
    assert [(one.id, one.unhelpful, one.helpful, one.used) for one in report.worst] == [
        (bad, 2, 1, 3)
    ]
    assert [one.id for one in report.silent] == [never, quiet]
    assert report.silent_of == 2
    other = await desk.report(door.actor("auditor", "weihai"), Wish())
    assert (other.worst, other.silent) == ([], [])


@pytest.mark.parametrize("table", TABLES)
async def test_every_table_is_a_file_without_formulas(door: Door, table: str) -> None:
    """A question that begins like one is marked."""
    await counted(door)
    await article(door, "never")
    desk = FiguresDesk(door.database)
    lines = list(csv.reader(io.StringIO(await desk.table(door.actor("staff"), Wish(), table))))
    assert len({len(line) for line in lines}) == 1
    if table == "silent":
        assert lines[1][4] == "'=怎么交"
    if table == "weeks":
        assert lines[-1] == ["2026-11-23", "10", "7", "3"]


async def test_conversations_are_counted_once_they_are_told(databases: Databases) -> None:
    """A wish counts with its route; one that isn't understood counts as missed, once."""
    async with demonstration(databases) as house:
        talk, other = Talk(house), Talk(house)
        await talk.says("你好")
        await talk.says("哪里有驿站")
        await other.says("电驴子饿了上哪儿喂它")
        async with house.database.begin() as unit:
            await unit.figures.write_down()
            now = week_of(unit.now)
            rows = await unit.figures.by_route(Span(now, now))
    assert {(row.name, row.asked, row.missed) for row in rows} >= {
        ("find_station", 1, 0), ("out_of_scope", 1, 1),
    }  # fmt: skip
    assert "smalltalk" not in {row.name for row in rows}


def test_a_plot_has_a_mark_and_a_number_for_everything() -> None:
    """A line is broken where nobody asked; labels have room; bars are as long as their numbers."""
    drawn = trend([(f"11-{n:02}", None if n == 3 else n / 26) for n in range(1, 27)])
    assert len(drawn.lines) == 2
    assert drawn.points[-1].named
    for shown, needs in (
        ([point.x for point in drawn.points if point.named], 36),
        ([point.x for point in drawn.points if point.told], 20),
    ):
        assert min(b - a for a, b in pairwise(shown)) >= needs
    assert drawn.last is not None
    assert drawn.last.name == "11-26"
    made = bars(
        [("会费", 6, 2), ("a name that is very much too long for a picture on a phone", 0, 4)]
    )
    first, second = made.bars
    assert (first.said, second.said) == ("6 / 8", "0 / 4")
    assert first.end == pytest.approx(2 * second.end, abs=0.2)
    assert second.name.endswith("…")
    assert trend([]).last is None
    assert bars([]).bars == ()

"""Articles in files: published, kept as drafts, and beside those that people wrote."""

from __future__ import annotations

from datetime import date, datetime

from knowledge.article_changes import HOUSE
from knowledge.article_writing import Writing
from knowledge.articles import Place, writing_of
from knowledge.clock import CHINA
from knowledge.content_articles import ArticleEntry
from knowledge.database import Database
from knowledge.exchange.exchange import Exchange, Report
from knowledge.exchange.gather import gather

HEAD = "主题,地区,问题,答案,按钮,来源,核对日期,有效期至,状态"
RAIN = Place("rain", "yantai", "zh")


async def put(store: Database, *rows: str, actor: str = "staff:王敏") -> Report:
    """Import a table of articles."""
    raw = "\n".join((HEAD, *rows)).encode()
    return await Exchange(store).import_file("a.csv", raw, actor=actor, write=True)


async def entry_of(store: Database, topic: str) -> ArticleEntry | None:
    async with store.begin() as unit:
        content = await gather(unit, "yantai")
    return next((one for one in content.articles if one.topic == topic), None)


async def test_a_row_is_published_with_its_minute_and_its_link(store: Database) -> None:
    """And comes out again as it went in."""
    report = await put(
        store,
        "rain,烟台,下雨补贴怎么算？,每单加两块,find_station；[看图](https://example.org/x),通知,"
        "2026-11-20,2026-12-01 09:30,",
    )
    assert report.problems == ()
    assert dict(report.tallies)["articles"].new == 1
    async with store.begin() as unit:
        found = await unit.articles.answer("rain", "yantai", "zh")
    assert found is not None
    assert found.valid_until == datetime(2026, 12, 1, 9, 30, tzinfo=CHINA)
    entry = await entry_of(store, "rain")
    assert entry is not None
    assert entry.answers[0].valid_until == datetime.fromisoformat("2026-12-01 09:30")
    assert entry.answers[0].buttons == ("find_station", "[看图](https://example.org/x)")


async def test_a_last_day_holds_to_its_end(store: Database) -> None:
    """It is the last day on which the rule holds, in China."""
    await put(store, "rain,烟台,下雨补贴怎么算？,每单加两块,,通知,2026-11-20,2026-12-01,")
    async with store.begin() as unit:
        found = await unit.articles.answer("rain", "yantai", "zh")
    assert found is not None
    assert found.valid_until == datetime(2026, 12, 2, tzinfo=CHINA)
    entry = await entry_of(store, "rain")
    assert entry is not None
    assert entry.answers[0].valid_until == date(2026, 12, 1)


async def test_a_draft_is_seen_by_nobody_and_goes_out_as_one(store: Database) -> None:
    """The same file twice changes nothing; a changed one changes the draft."""
    row = "rain,烟台,下雨补贴怎么算？,每单加两块,,通知,2026-11-20,,草稿"
    assert dict((await put(store, row)).tallies)["articles"].new == 1
    assert (await put(store, row)).changes == 0
    assert (await put(store, row.replace("两块", "三块"))).changes == 1
    async with store.begin() as unit:
        assert await unit.articles.answer("rain", "yantai", "zh") is None
        draft = await unit.drafts.begin(RAIN, actor="staff:李强", regions=["yantai"])
    assert draft.writing.answer == "每单加三块"
    entry = await entry_of(store, "rain")
    assert entry is not None
    assert entry.answers[0].state == "draft"


async def test_a_draft_that_lacks_something_stays_in_the_house(store: Database) -> None:
    """No file could bring it back."""
    async with store.begin() as unit:
        await unit.drafts.begin(RAIN, actor="staff:李强", regions=["yantai"])
    assert await entry_of(store, "rain") is None


async def test_an_office_file_is_the_newer_word_and_a_release_is_not(store: Database) -> None:
    """A picture stays in any case."""
    writing = Writing(
        question="下雨补贴怎么算？",
        answer="每单加一块",
        source="通知",
        checked_on=date(2026, 11, 1),
    )
    async with store.begin() as unit:
        row = await unit.article_changes.begin(RAIN)
        await unit.article_changes.write(
            row,
            writing.with_changes({"picture": 7}),
            state="published",
            actor="staff:李强",
        )
    async with store.begin() as unit:
        assert not await unit.article_changes.put(
            RAIN, writing.with_changes({"answer": "旧"}), actor=HOUSE
        )
    await put(store, "rain,烟台,下雨补贴怎么算？,每单加两块,,通知,2026-11-20,,")
    async with store.begin() as unit:
        row = await unit.article_changes.begin(RAIN)
        assert (row.version, row.changed_by) == (2, "staff:王敏")
        assert (writing_of(row).answer, row.picture) == ("每单加两块", 7)


async def test_what_could_not_be_shown_is_refused(store: Database) -> None:
    """With the row and what to write."""
    report = await put(
        store, "rain,烟台,下雨补贴怎么算？,# 每单加两块,[看图](http://x),通知,2026-11-20,,"
    )
    assert not report.written
    told = " ".join(str(one) for one in report.problems)
    assert "headings (#) can't be shown" in told
    assert "it begins with https://" in told

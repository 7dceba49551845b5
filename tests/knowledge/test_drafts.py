"""Articles are written by people: nothing is overwritten silently, every version is kept."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, text

from knowledge.article_changes import HOUSE
from knowledge.article_errors import (
    ChangedMeanwhile,
    EditedMeanwhile,
    NoSuchArticle,
    NotYours,
    PublishedMeanwhile,
)
from knowledge.article_list import Filter
from knowledge.article_writing import Writing, WritingError, differences
from knowledge.articles import Place
from knowledge.audit import Filter as AuditFilter
from knowledge.clock import MovableClock
from knowledge.content_entries import Words
from knowledge.database import Database
from knowledge.drafts import Draft
from knowledge.publishing import Going
from knowledge.regions import RegionRow

DUES = Place("dues", "weihai", "zh")
START = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
WANG: dict[str, Any] = {"actor": "staff:王敏", "regions": ("weihai",)}
LI: dict[str, Any] = {"actor": "staff:李雷", "regions": ("cn",)}
GO = Going(**WANG)
WHY = Words(zh="会抢走“hotline”的 3 个问题", en="takes 3 questions from 'hotline'")
WHOLE = Writing(
    question="会费多少",
    similar=("会费怎么算",),
    answer="**0.5%**",
    source="工会章程",
    checked_on=date(2026, 11, 1),
    tests=("一个月会费交多少",),
)


@pytest.fixture
async def store(database: Database) -> Database:
    """Weihai below Shandong below the country, and Yantai beside it, with a clock."""
    database.clock = MovableClock(START)
    async with database.begin() as unit:
        for code, parent, level in (
            ("cn", None, "country"), ("shandong", "cn", "province"),
            ("weihai", "shandong", "city"), ("yantai", "shandong", "city"),
        ):  # fmt: skip
            names = {"name_zh": code, "name_en": code, "body_zh": code, "body_en": code}
            await unit.session.execute(
                insert(RegionRow).values(code=code, parent=parent, level=level, aliases=[], **names)
            )
    await database.refresh_regions()
    return database


async def written(store: Database, writing: Writing = WHOLE, place: Place = DUES) -> Draft:
    """A draft with all that it needs."""
    async with store.begin() as unit:
        draft = await unit.drafts.begin(place, **WANG)
        return await unit.drafts.save(draft.article, writing, revision=draft.revision, **WANG)


async def published(store: Database, writing: Writing = WHOLE, place: Place = DUES) -> int:
    draft = await written(store, writing, place)
    async with store.begin() as unit:
        await unit.publishing.publish(draft.article, draft.revision, GO)
    return draft.article


async def test_a_draft_is_seen_by_no_rider_until_it_is_published(store: Database) -> None:
    """Then the answer is there, with a version and who wrote it; the draft is gone."""
    draft = await written(store)
    async with store.begin() as unit:
        assert await unit.articles.answer("dues", "weihai", "zh") is None
        assert await unit.publishing.publish(draft.article, draft.revision, GO) == 1
    store.shelf.forget()
    async with store.begin() as unit:
        answer = await unit.articles.answer("dues", "weihai", "zh")
        assert answer is not None
        assert (answer.answer, answer.tests) == ("**0.5%**", ("一个月会费交多少",))
        assert await unit.drafts.get(draft.article) is None
        (version,) = await unit.article_versions.of(draft.article)
        assert (version.version, version.actor, version.writing) == (1, "staff:王敏", WHOLE)


async def test_two_editors_at_once_lose_nothing(store: Database) -> None:
    """The second is shown the difference and saves on what the first one kept."""
    draft = await written(store)
    async with store.begin() as unit:
        first = WHOLE.with_changes({"answer": "0.5%，按月"})
        kept = await unit.drafts.save(draft.article, first, revision=draft.revision, **WANG)
        second = WHOLE.with_changes({"source": "章程第二章"})
        with pytest.raises(EditedMeanwhile, match="王敏 has saved") as refused:
            await unit.drafts.save(draft.article, second, revision=draft.revision, **LI)
        assert refused.value.revision == kept.revision
        assert {one.field for one in refused.value.differences} == {"answer", "source"}
        both = first.with_changes({"source": "章程第二章"})
        saved = await unit.drafts.save(draft.article, both, revision=kept.revision, **LI)
        assert saved.writers == ("staff:李雷", "staff:王敏")
        # Who saves the same again changes nothing, so that autosaving doesn't disturb others.
        same = await unit.drafts.save(draft.article, both, revision=saved.revision, **LI)
        assert same.revision == saved.revision


async def test_what_was_published_since_is_not_overwritten(store: Database) -> None:
    """A draft knows from which version it was begun."""
    number = await published(store)
    draft = await written(store, WHOLE.with_changes({"answer": "1%"}))
    async with store.begin() as unit:
        row = await unit.articles.row(number, lock=True)
        assert row is not None
        other = WHOLE.with_changes({"answer": "0.4%"})
        await unit.article_changes.write(row, other, state="published", actor="staff:赵")
    async with store.begin() as unit:
        with pytest.raises(PublishedMeanwhile, match="version 2 was published") as refused:
            await unit.publishing.publish(number, draft.revision, GO)
        assert [one.field for one in refused.value.differences] == ["answer"]
        seen = await unit.drafts.save(
            number, draft.writing, revision=draft.revision, base_version=2, **WANG
        )
        assert await unit.publishing.publish(number, seen.revision, GO) == 3


async def test_a_second_person_reviews_where_there_are_two(store: Database) -> None:
    """As soon as the region has two administrators; who wrote at it doesn't review it."""
    draft = await written(store)
    two = Going(**WANG, administrators=2)
    async with store.begin() as unit:
        with pytest.raises(WritingError, match="second person looks at articles of weihai"):
            await unit.publishing.publish(draft.article, draft.revision, two)
        with pytest.raises(WritingError, match="isn't in review"):
            await unit.article_reviews.approve(draft.article, revision=draft.revision, **LI)
        await unit.article_reviews.send(draft.article, revision=draft.revision, **WANG)
        with pytest.raises(WritingError, match="who wrote at a draft can't review"):
            await unit.article_reviews.approve(draft.article, revision=draft.revision, **WANG)
        await unit.article_reviews.approve(draft.article, revision=draft.revision, **LI)
        await unit.publishing.publish(draft.article, draft.revision, two)
        (version,) = await unit.article_versions.of(draft.article)
        assert (version.reviewed_by, version.urgent) == ("staff:李雷", None)


async def test_what_is_changed_after_its_review_is_reviewed_again(store: Database) -> None:
    """What goes out is what was looked at."""
    draft = await written(store)
    async with store.begin() as unit:
        await unit.article_reviews.send(draft.article, revision=draft.revision, **WANG)
        approved = await unit.article_reviews.approve(draft.article, revision=draft.revision, **LI)
        new = WHOLE.with_changes({"answer": "2%"})
        changed = await unit.drafts.save(draft.article, new, revision=approved.revision, **WANG)
        assert (changed.state, changed.reviewed_by) == ("writing", None)
        with pytest.raises(WritingError, match="second person"):
            await unit.publishing.publish(
                draft.article, changed.revision, Going(**WANG, administrators=2)
            )
        with pytest.raises(EditedMeanwhile):
            await unit.publishing.publish(draft.article, approved.revision, GO)


async def test_a_draft_is_sent_back_with_a_reason(store: Database) -> None:
    """The writer sees it until they send it again."""
    draft = await written(store)
    async with store.begin() as unit:
        await unit.article_reviews.send(draft.article, revision=draft.revision, **WANG)
        with pytest.raises(WritingError, match="say a reason"):
            await unit.article_reviews.send_back(draft.article, "  ", **LI)
        back = await unit.article_reviews.send_back(draft.article, "没有来源页码", **LI)
        assert back.state == "writing"
        assert back.held == Words(
            zh="李雷 退回：没有来源页码", en="sent back by staff:李雷: 没有来源页码"
        )
        again = await unit.article_reviews.send(draft.article, revision=back.revision, **WANG)
        assert again.held is None


async def test_what_is_urgent_is_reviewed_afterwards(store: Database) -> None:
    """By somebody else; until then it is on a list."""
    draft = await written(store)
    async with store.begin() as unit:
        going = Going(**WANG, administrators=2, urgent="台风，今晚停课")
        await unit.publishing.publish(draft.article, draft.revision, going)
        (waits,) = await unit.article_reviews.unreviewed(("shandong",))
        assert (waits.article, waits.urgent) == (draft.article, "台风，今晚停课")
        assert await unit.article_reviews.unreviewed(("yantai",)) == []
        with pytest.raises(WritingError, match="who published it can't review"):
            await unit.article_reviews.afterwards(draft.article, 1, **WANG)
        await unit.article_reviews.afterwards(draft.article, 1, **LI)
        assert await unit.article_reviews.unreviewed(("cn",)) == []
        with pytest.raises(WritingError, match="waits for no review"):
            await unit.article_reviews.afterwards(draft.article, 1, **LI)


@pytest.mark.parametrize(
    ("country", "city", "administrators", "wanted"),
    [
        (None, None, 1, False),
        (None, None, 2, True),
        (False, None, 2, False),
        (False, True, 1, True),
        (True, None, 0, True),
    ],
)
async def test_whether_reviews_are_wanted_is_a_regions_setting(
    store: Database, country: bool | None, city: bool | None, administrators: int, wanted: bool
) -> None:
    """Its own word, else that of the nearest region above, else the number of administrators."""
    async with store.begin() as unit:
        await unit.article_reviews.set_wanted("cn", country, **LI)
        await unit.article_reviews.set_wanted("weihai", city, **LI)
        assert await unit.article_reviews.wanted("weihai", administrators) is wanted
        with pytest.raises(NotYours):
            await unit.article_reviews.set_wanted("cn", True, **WANG)


async def test_what_is_missing_is_told_all_at_once(store: Database) -> None:
    """A draft may lack anything, what is published may not."""
    bad = Writing(
        question="问" * 121,
        answer="# 大字",
        buttons=("find_stations", "[看](javascript:x)"),
        valid_from=START + timedelta(days=2),
        valid_until=START,
    )
    draft = await written(store, bad)
    async with store.begin() as unit:
        with pytest.raises(WritingError) as refused:
            await unit.article_reviews.send(draft.article, revision=draft.revision, **WANG)
    said = str(refused.value)
    for part in ("no source", "when it was checked", "121 characters", "headings", "find_stations",
                 "can't be opened", "end before it begins"):  # fmt: skip
        assert part in said


async def test_nobody_writes_in_anothers_region(store: Database) -> None:
    """By guessing a number neither."""
    yantai: dict[str, Any] = {"actor": "staff:孙", "regions": ("yantai",)}
    draft = await written(store)
    number, revision = draft.article, draft.revision
    going = Going(**yantai)
    async with store.begin() as unit:
        for step in (
            unit.drafts.begin(DUES, **yantai),
            unit.drafts.save(number, WHOLE, revision=revision, **yantai),
            unit.article_reviews.send(number, revision=revision, **yantai),
            unit.article_reviews.approve(number, revision=revision, **yantai),
            unit.article_reviews.send_back(number, "不", **yantai),
            unit.drafts.discard(number, **yantai),
            unit.publishing.publish(number, revision, going),
            unit.publishing.schedule(number, revision, going, START + timedelta(days=1)),
            unit.publishing.archive(number, "不", **yantai),
            unit.publishing.back(number, **yantai),
            unit.article_reviews.afterwards(number, 1, **yantai),
        ):
            with pytest.raises(NotYours, match="weihai is not one of yours"):
                await step
        with pytest.raises(NoSuchArticle):
            await unit.article_reviews.send(number + 100, revision=1, **LI)


async def test_every_version_is_kept_and_can_be_gone_back_to(store: Database) -> None:
    """In one call; any two are compared."""
    number = await published(store)
    await published(store, WHOLE.with_changes({"answer": "1%\n按月"}))
    async with store.begin() as unit:
        (difference,) = await unit.article_versions.compared(number, 1, 2)
        assert difference.lines == ("-**0.5%**", "+1%", "+按月")
        assert await unit.publishing.back(number, **WANG) == 3
        assert [v.writing.answer for v in await unit.article_versions.of(number)] == [
            "**0.5%**", "1%\n按月", "**0.5%**",
        ]  # fmt: skip
        assert await unit.publishing.archive(number, "废止了", **WANG) == 4
        with pytest.raises(WritingError, match="isn't published"):
            await unit.publishing.archive(number, "废止了", **WANG)
        assert await unit.articles.known() == []
        assert await unit.publishing.back(number, **WANG) == 5
        with pytest.raises(WritingError, match="is the one that is published"):
            await unit.publishing.back(number, 5, **WANG)
        with pytest.raises(NoSuchArticle, match="no version 9"):
            await unit.publishing.back(number, 9, **WANG)


async def test_a_first_version_has_nothing_before_it(store: Database) -> None:
    """It can be archived."""
    number = await published(store)
    async with store.begin() as unit:
        with pytest.raises(WritingError, match="archive it instead"):
            await unit.publishing.back(number, **WANG)


async def test_a_draft_is_due_at_its_time(store: Database) -> None:
    """Two processes that look at the same time don't both get it; and it may be held up."""
    draft = await written(store)
    tomorrow = START + timedelta(days=1)
    async with store.begin() as unit:
        with pytest.raises(WritingError, match="time is past"):
            await unit.publishing.schedule(draft.article, draft.revision, GO, START)
        await unit.publishing.schedule(draft.article, draft.revision, GO, tomorrow)
        assert await unit.publishing.take_due() == []
    assert isinstance(store.clock, MovableClock)
    store.clock.move(timedelta(days=1, seconds=1))
    async with store.begin() as unit:
        # Whoever took it may die over it: then it is due once more.
        assert len(await unit.publishing.take_due()) == 1
        assert await unit.publishing.take_due() == []
    store.clock.move(timedelta(minutes=5))
    async with store.begin() as unit:
        (due,) = await unit.publishing.take_due()
        assert (due.article, due.scheduled_by) == (draft.article, "staff:王敏")
        async with store.begin() as other:
            assert await other.publishing.take_due() == []
        await unit.publishing.hold(draft.article, WHY)
    async with store.begin() as unit:
        assert await unit.publishing.take_due() == []
        held = await unit.drafts.get(draft.article)
        assert held is not None
        assert held.held == WHY


async def test_changes_are_counted_in_the_order_in_which_they_are_seen(store: Database) -> None:
    """So a process that asks what came after a number misses nothing."""
    number = await published(store)
    async with store.begin() as unit:
        assert await unit.article_changes.last() == 1
        assert list(await unit.article_changes.since(0)) == [number]
        assert await unit.article_changes.since(1) == {}
    draft = await written(store, WHOLE.with_changes({"answer": "1%"}))
    other = await published(store, WHOLE, Place("other", "weihai", "zh"))
    with pytest.raises(ChangedMeanwhile):
        async with store.begin() as unit:
            await unit.publishing.publish(number, draft.revision, GO, after=1)
    async with store.begin() as unit:
        await unit.publishing.publish(number, draft.revision, GO, after=2)
        await unit.publishing.archive(other, "废止", **WANG)
        changed = await unit.article_changes.since(2)
        assert {n: a and a.answer for n, a in changed.items()} == {number: "1%", other: None}


async def test_an_article_ends_by_itself_to_the_minute(store: Database) -> None:
    """Then the region above answers; where none does, it is known what is being renewed."""
    ends = START + timedelta(hours=1)
    await published(store, WHOLE.with_changes({"valid_until": ends}))
    country = Place("dues", "cn", "zh")
    async with store.begin() as unit:
        await unit.article_changes.put(country, WHOLE.with_changes({"answer": "全国"}), actor=HOUSE)
    assert isinstance(store.clock, MovableClock)
    store.shelf.forget()
    store.clock.move(timedelta(minutes=59))
    async with store.begin() as unit:
        answer = await unit.articles.answer("dues", "weihai", "zh")
        assert answer is not None
        assert answer.region == "weihai"
        (due,) = await unit.articles.due_for_renewal(("shandong",))
        assert (due.place, due.over) == (DUES, False)
        assert await unit.articles.due_for_renewal(("yantai",)) == []
    store.clock.move(timedelta(minutes=1))
    async with store.begin() as unit:
        answer = await unit.articles.answer("dues", "weihai", "zh")
        assert answer is not None
        assert answer.region == "cn"
        assert await unit.articles.renewing("dues", "weihai") is not None
        assert await unit.articles.renewing("dues", "yantai") is None
        assert [one.over for one in await unit.articles.due_for_renewal()] == [True]
        assert len(await unit.articles.known()) == 2


async def test_an_article_is_understood_only_from_when_it_holds(store: Database) -> None:
    """Before that it is no answer either."""
    await published(store, WHOLE.with_changes({"valid_from": START + timedelta(hours=1)}))
    async with store.begin() as unit:
        assert await unit.articles.known() == []
    assert isinstance(store.clock, MovableClock)
    store.clock.move(timedelta(hours=1))
    async with store.begin() as unit:
        assert len(await unit.articles.known()) == 1


async def test_owners_are_told_two_weeks_before(store: Database) -> None:
    """Not earlier, and only theirs if they ask for that."""
    for topic, days, owner in (("a", 13, "王敏"), ("b", 15, "王敏"), ("c", 1, "李雷")):
        ends = START + timedelta(days=days)
        writing = WHOLE.with_changes({"valid_until": ends, "owner": owner})
        await published(store, writing, Place(topic, "weihai", "zh"))
    async with store.begin() as unit:
        assert [d.place.topic for d in await unit.articles.due_for_renewal()] == ["c", "a"]
        mine = await unit.articles.due_for_renewal(owner="王敏")
        assert [d.place.topic for d in mine] == ["a"]


async def test_a_new_release_leaves_what_a_person_published(store: Database) -> None:
    """The files' own are brought up to date."""
    async with store.begin() as unit:
        assert await unit.article_changes.put(DUES, WHOLE, actor=HOUSE)
        assert not await unit.article_changes.put(DUES, WHOLE, actor=HOUSE)
        assert await unit.article_changes.put(
            DUES, WHOLE.with_changes({"answer": "新"}), actor=HOUSE
        )
    await published(store, WHOLE.with_changes({"answer": "王敏的"}))
    async with store.begin() as unit:
        assert not await unit.article_changes.put(DUES, WHOLE, actor=HOUSE)
        (listed,) = await unit.article_list.find(Filter())
        assert listed.changed_by == "staff:王敏"


async def test_the_list_is_filtered(store: Database) -> None:
    """By words, place, state, and by what is wrong with an article."""
    old = WHOLE.with_changes({"checked_on": date(2025, 1, 1)})
    await published(store, old, Place("old", "weihai", "zh"))
    await published(
        store, WHOLE.with_changes({"question": "How much?"}), Place("dues", "weihai", "en")
    )
    dues = await published(store)
    assert isinstance(store.clock, MovableClock)
    store.clock.move(timedelta(minutes=5))
    await published(store, WHOLE.with_changes({"answer": "改了"}))
    await written(store, WHOLE.with_changes({"question": "100%新"}), Place("new", "weihai", "zh"))
    async with store.begin() as unit:
        used = next(one for one in await unit.articles.known() if one.id == dues)
        unit.articles.was_used(used)
        unit.articles.was_used(used)
        await unit.articles.write_down_used()
        await unit.session.execute(
            text("update articles set not_helpful = 3, helpful = 1 where topic = 'old'")
        )
    everything = {"old/zh", "dues/zh", "dues/en", "new/zh"}
    cases: list[tuple[Filter, set[str]]] = [
        (Filter(), everything),
        (Filter(text="改了"), {"dues/zh"}),
        (Filter(text="100%"), {"new/zh"}),
        (Filter(text="0_5"), set()),
        (Filter(regions=("shandong",)), everything),
        (Filter(regions=("yantai",)), set()),
        (Filter(language="en"), {"dues/en"}),
        (Filter(state="published"), everything - {"new/zh"}),
        (Filter(draft="writing"), {"new/zh"}),
        (Filter(out_of_date=True), {"old/zh"}),
        (Filter(never_used=True), {"old/zh", "dues/en"}),
        (Filter(badly_judged=True), {"old/zh"}),
        (Filter(older=True), {"dues/en"}),
        (Filter(topics=("old", "dues"), language="zh"), {"old/zh", "dues/zh"}),
    ]
    async with store.begin() as unit:
        for wished, names in cases:
            found = await unit.article_list.find(wished)
            assert {f"{o.place.topic}/{o.place.language}" for o in found} == names, wished
            assert await unit.article_list.count(wished) == len(names)
        by_match = await unit.article_list.find(Filter(topics=("old", "dues")))
        assert [one.place.topic for one in by_match] == ["old", "dues", "dues"]
        assert [one.used for one in by_match] == [0, 2, 0]
        with pytest.raises(WritingError, match="no state 'live'"):
            await unit.article_list.find(Filter(state="live"))


async def test_each_step_leaves_an_audit_line(store: Database) -> None:
    """Who did what to which article; of autosaving one for each writer in turn."""
    draft = await written(store)
    async with store.begin() as unit:
        await unit.drafts.save(
            draft.article, WHOLE.with_changes({"answer": "x"}), revision=draft.revision, **LI
        )
        await unit.publishing.publish(
            draft.article, draft.revision + 1, Going(**WANG, confirmed="just so")
        )
        await unit.publishing.archive(draft.article, "废止", **WANG)
        await unit.publishing.back(draft.article, **WANG)
        lines = (await unit.audit.lines(AuditFilter(), 9))[::-1]
    assert [(line.actor, line.action, line.before, line.after) for line in lines] == [
        ("staff:王敏", "article.draft_begun", None, None),
        ("staff:李雷", "article.draft_saved", None, None),
        (
            "staff:王敏",
            "article.published_anyway",
            {"question": "", "similar": [], "answer": "", "source": "",
             "checked_on": "2026-11-24", "tests": []},
            {"question": "会费多少", "similar": ["会费怎么算"], "answer": "x",
             "source": "工会章程", "checked_on": "2026-11-01", "tests": ["一个月会费交多少"],
             "version": 1, "confirmed": "just so"},
        ),
        ("staff:王敏", "article.archived", None, {"reason": "废止"}),
        ("staff:王敏", "article.back", {}, {"to": 1, "version": 3}),
    ]  # fmt: skip
    assert {(line.subject, line.region) for line in lines} == {("article:dues:zh", "weihai")}


def test_days_of_the_first_release_are_moments_now() -> None:
    """The last day on which an article held is over at midnight in China."""
    old = Writing.kept({"valid_from": "2026-01-01", "valid_until": "2026-12-31", "state": "x"})
    new = Writing.kept(
        {"valid_from": "2026-01-01T00:00+08:00", "valid_until": "2027-01-01T00:00+08:00"}
    )
    assert differences(old, new) == []
    with pytest.raises(WritingError, match="no field 'colour'"):
        old.with_changes({"colour": "red"})
    with pytest.raises(WritingError, match="checked_on"):
        old.with_changes({"checked_on": "yesterday"})

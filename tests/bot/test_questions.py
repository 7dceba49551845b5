"""What riders asked and didn't get: by meaning, by region, and what can be made of it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.lessons import lessons
from bot.question_groups import QuestionGroups
from bot.question_steps import QuestionSteps
from bot.questions import PAGE, Questions, Wish
from bot.refused import Refused
from knowledge.access import Denied, NotThere
from knowledge.articles import Place
from knowledge.audit import Filter
from knowledge.database import Database
from tests.bot.door import Door
from tests.bot.questions import Meaning, asked


@pytest.fixture
async def door(database: Database) -> Door:
    return await Door.on(database)


@pytest.fixture
def meaning() -> Meaning:
    return Meaning()


@pytest.fixture
def groups(door: Door, meaning: Meaning) -> QuestionGroups:
    return QuestionGroups(door.database, meaning)


@pytest.fixture
def questions(door: Door, groups: QuestionGroups) -> Questions:
    return Questions(door.database, groups)


@pytest.fixture
def steps(door: Door) -> QuestionSteps:
    return QuestionSteps(door.database)


async def test_lines_of_the_same_meaning_stand_together(door: Door, questions: Questions) -> None:
    """With counts, why, where, in which language, and what it was in the time before."""
    await asked(door.database, "高温补贴啥时候发")
    await asked(door.database, "有没有高温费", "yantai", what="asked_back")
    await asked(door.database, "高温津贴多少", ago=timedelta(days=40))
    await asked(door.database, "哪里领电影票")
    page = await questions.page(door.actor("lead"), Wish())
    first, second = page.groups
    assert (first.count, first.before, second.count) == (2, 1, 1)
    assert dict(first.whats) == {"out_of_scope": 1, "asked_back": 1}
    assert dict(first.regions) == {"zhifu": 1, "yantai": 1}
    assert set(first.words) <= {"高温补贴啥时候发", "有没有高温费"}
    assert second.words == ("哪里领电影票",)
    assert (page.lines, page.of, page.newer) == (3, 2, 0)
    longer = await questions.page(door.actor("lead"), Wish(days=90))
    assert (longer.groups[0].count, longer.groups[0].before) == (3, None)


async def test_a_region_sees_its_own_lines_only(door: Door, questions: Questions) -> None:
    """Also in the counts of a group that has others; without a region is for everywhere."""
    first = await asked(door.database, "高温补贴啥时候发", "weihai")
    await asked(door.database, "有没有高温费", "zhifu")
    await asked(door.database, "高温有钱吗", None)
    (mine,) = (await questions.page(door.actor("lead", "yantai"), Wish())).groups
    assert (mine.count, mine.words) == (1, ("有没有高温费",))
    (all_,) = (await questions.page(door.actor("auditor"), Wish())).groups
    assert all_.count == 3
    with pytest.raises(NotThere):
        await questions.group(door.actor("lead", "yantai"), first)
    with pytest.raises(Refused, match="region_reach"):
        await questions.page(door.actor("lead", "yantai"), Wish(region="weihai"))
    (narrowed,) = (await questions.page(door.actor("lead"), Wish(region="weihai"))).groups
    assert narrowed.count == 1
    with pytest.raises(Denied):
        await questions.page(door.actor("staff"), Wish())
    with pytest.raises(Denied):
        await questions.settled(door.actor("staff"))


async def test_the_list_is_filtered_and_comes_page_by_page(
    door: Door, questions: Questions
) -> None:
    """By why and language; the greatest group first, each on one page."""
    for n in range(PAGE + 2):
        await asked(door.database, f"别的事情 {n}")
    await asked(door.database, "is there a heat allowance", language="en", what="handed_over")
    lead = door.actor("lead")
    english = await questions.page(lead, Wish(language="en"))
    assert [group.count for group in english.groups] == [1]
    assert (await questions.page(lead, Wish(what="handed_over"))).of == 1
    first, second = [await questions.page(lead, Wish(), page) for page in (1, 2)]
    seen = [group.first for page in (first, second) for group in page.groups]
    assert len(seen) == len(set(seen)) == first.of
    assert (await questions.page(lead, Wish(), 99)).page == first.pages


async def test_a_grouping_is_kept_and_made_anew_beside_the_pages(
    door: Door, questions: Questions, groups: QuestionGroups, meaning: Meaning
) -> None:
    """Each line is embedded once; a newer one stands by itself until it is in a group."""
    await asked(door.database, "高温补贴啥时候发")
    lead = door.actor("lead")
    before = await questions.page(lead, Wish())
    await questions.page(lead, Wish())
    assert len(meaning.encoder.texts) == 1
    await asked(door.database, "有没有高温费")
    meanwhile = await questions.page(lead, Wish())
    assert (meanwhile.at, meanwhile.of, meanwhile.newer) == (before.at, 2, 1)
    for _ in range(100):
        if (await questions.page(lead, Wish())).newer == 0:
            break
        await asyncio.sleep(0.02)
    assert (await questions.page(lead, Wish())).of == 1
    assert len(meaning.encoder.texts) == 2
    assert await questions.progress(lead) == (2, 2, True)
    await groups.close()


async def test_without_a_meaning_the_same_words_stand_together(door: Door) -> None:
    """Where no encoder is at hand."""
    plain = Questions(door.database, QuestionGroups(door.database, None))
    await asked(door.database, "高温补贴啥时候发")
    await asked(door.database, "高温补贴，啥时候发？")
    await asked(door.database, "有没有高温费")
    page = await plain.page(door.actor("lead"), Wish())
    assert [group.count for group in page.groups] == [2, 1]


async def test_lines_are_ignored_and_that_is_undone(
    door: Door, questions: Questions, steps: QuestionSteps
) -> None:
    """All that were chosen or none; who did it is on record and in the audit."""
    one, two = [await asked(door.database, text) for text in ("高温补贴", "高温费")]
    boss = door.actor("administrator", "yantai")
    await steps.ignore(boss, [one, two])
    assert (await questions.page(boss, Wish())).of == 0
    settled = await questions.settled(boss)
    assert [(line.id, line.state, line.settled_by) for line in settled.lines] == [
        (two, "ignored", boss.name), (one, "ignored", boss.name),
    ]  # fmt: skip
    with pytest.raises(Refused, match="ignored by some administrator"):
        await steps.ignore(boss, [one])
    await steps.undo(boss, one)
    with pytest.raises(Refused, match="nothing to undo"):
        await steps.undo(boss, one)
    assert [group.count for group in (await questions.page(boss, Wish())).groups] == [1]
    async with door.database.begin() as unit:
        lines = await unit.audit.lines(Filter(actor=boss.audited_as), 10)
    assert [(line.action, line.region, line.after) for line in lines] == [
        ("review.undo", "zhifu", {"lines": [one]}),
        ("review.ignore", "zhifu", {"lines": [one, two]}),
    ]


async def test_another_regions_lines_and_other_roles_change_nothing(
    door: Door, steps: QuestionSteps
) -> None:
    """Every step asks for the role and for each line."""
    theirs = await asked(door.database, "高温补贴", "weihai")
    mine = await asked(door.database, "高温费", "zhifu")
    boss, lead = door.actor("administrator", "yantai"), door.actor("lead", "yantai")
    words = {mine: "高温费", theirs: "高温补贴"}
    for actor, error in ((boss, NotThere), (lead, Denied)):
        for step in (
            steps.ignore(actor, [mine, theirs]),
            steps.undo(actor, theirs),
            steps.add(actor, words, 1),
            steps.begin(actor, words, "heat", "zhifu", "zh"),
            steps.teach(actor, {theirs: "高温补贴"}, "find_job"),
        ):
            with pytest.raises(error):
                await step
    async with door.database.begin() as unit:
        assert {line.id for line in await unit.review.outlines(None, 10)} == {mine, theirs}
        assert await unit.drafts.get(1) is None
    with pytest.raises(Refused, match="region_reach"):
        await steps.begin(boss, {mine: "高温费"}, "heat", "weihai", "zh")
    with pytest.raises(Refused, match="no_lines"):
        await steps.ignore(boss, [])


async def test_a_group_becomes_a_new_article_and_more_lines_are_added_to_it(
    door: Door, questions: Questions, steps: QuestionSteps
) -> None:
    """The first is its question, others are similar ones; undoing takes a line out again."""
    texts = ("高温补贴什么时候发", "有没有高温费", "高温津贴呢")
    one, two, three = [await asked(door.database, text) for text in texts]
    boss = door.actor("administrator", "yantai")
    begun = await steps.begin(boss, {one: texts[0], two: texts[1]}, "heat money", "zhifu", "zh")
    assert begun.article is not None
    async with door.database.begin() as unit:
        draft = await unit.drafts.get(begun.article)
    assert draft is not None
    assert draft.place == Place("heat-money", "zhifu", "zh")
    assert (draft.writing.question, draft.writing.similar) == (texts[0], (texts[1],))
    assert draft.writers == (boss.audited_as,)
    with pytest.raises(Refused, match="article_there"):
        await steps.begin(boss, {three: texts[2]}, "heat-money", "zhifu", "zh")
    shown = await questions.group(boss, three, find="高温补贴")
    assert [article.id for article in shown.articles] == [begun.article]
    await steps.add(boss, {three: texts[2]}, begun.article)
    await steps.undo(boss, two)
    async with door.database.begin() as unit:
        draft = await unit.drafts.get(begun.article)
        line = await unit.review.line(three)
    assert draft is not None
    assert draft.writing.similar == (texts[2],)
    assert line is not None
    assert (line.state, line.settled_as) == ("taught", f"article:{begun.article}")
    with pytest.raises(NotThere):
        await steps.add(door.actor("administrator", "weihai"), {one: "x"}, begun.article)


async def test_lines_are_taught_in_words_that_tell_of_nobody(
    door: Door, steps: QuestionSteps
) -> None:
    """What can't be taught stays with its reason; the others are learnt."""
    good = await asked(door.database, "电驴子饿了上哪儿喂它")
    bad = await asked(door.database, "我是⟨name⟩，上哪儿喂电驴")
    boss = door.actor("administrator", "yantai")
    words = {good: "电驴子饿了上哪儿喂它", bad: "我是⟨name⟩，上哪儿喂电驴"}
    done = await steps.teach(boss, words, "find_station")
    assert done.lines == (good,)
    assert done.refused[bad].key == "refused.review_personal"
    assert (await lessons(door.database)).sentences == (("电驴子饿了上哪儿喂它", "find_station"),)
    again = await steps.teach(boss, {bad: "想找个地方给电驴喂饱"}, "nothing")
    assert again.refused[bad].key == "refused.review_route"
    await steps.undo(boss, good)
    assert (await lessons(door.database)).sentences == ()


async def test_nothing_of_a_riders_words_is_in_the_audit(door: Door, steps: QuestionSteps) -> None:
    """Its lines about no person are in the clear."""
    number = await asked(door.database, "高温补贴什么时候发")
    boss = door.actor("administrator")
    await steps.begin(boss, {number: "高温补贴什么时候发"}, "heat", "zhifu", "zh")
    async with door.database.begin() as unit:
        lines = await unit.audit.lines(Filter(), 20)
    assert "review.to_article" in {line.action for line in lines}
    assert "什么时候发" not in repr(lines)

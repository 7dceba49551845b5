"""Articles with the real model: asked before, refused if they steal, live after."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from bot.article_office import ArticleOffice
from bot.article_publishing import ArticlePublishing, GateRefused
from bot.article_reader import ArticleReader
from bot.article_sheets import ArticleSheets
from bot.housekeeping import Housekeeping
from bot.live_articles import LiveArticles
from bot.metrics import Metrics
from bot.wording import Texts
from knowledge.access import Actor, NotThere
from knowledge.article_errors import EditedMeanwhile, NoSuchArticle, NotYours
from knowledge.article_list import Filter
from knowledge.article_writing import WritingError
from knowledge.articles import Place
from knowledge.clock import CHINA
from knowledge.publishing import Going
from nlu.article_gate import ArticleGate
from nlu.thresholds import Thresholds
from nlu.understanding import Understanding
from tests.actions.talk import House, demonstration
from tests.bot.newsroom import HEAT
from tests.conftest import Databases
from tests.full_model import reader

WANG: dict[str, Any] = {"actor": "staff:王敏", "regions": ("cn",)}


@pytest.fixture(scope="session")
def trained() -> Understanding:
    """The full model, which all tests here share; articles are each house's own."""
    return reader(lambda: NOW[0])


NOW: list[Any] = [None]


@dataclass
class Newsroom:
    """Who publishes at a house, in a process of its own."""

    house: House
    publishing: ArticlePublishing
    reader: ArticleReader
    understanding: Understanding

    async def written(self, topic: str = "heat", **changes: Any) -> int:
        draft = await self.office.begin(self.wang, Place(topic, "cn", "zh"))
        await self.office.change(self.wang, draft.article, {**HEAT, **changes})
        return draft.article

    @property
    def wang(self) -> Actor:
        return Actor.named("王敏", self.house.database.region_tree)

    @property
    def office(self) -> ArticleOffice:
        return ArticleOffice(self.house.database, self.publishing)

    @property
    def sheets(self) -> ArticleSheets:
        return ArticleSheets(self.house.database, self.publishing)

    async def route(self, text: str) -> str:
        return self.understanding.choose(await self.understanding.read(text)).route


@pytest.fixture
async def at(databases: Databases, trained: Understanding) -> AsyncIterator[Newsroom]:
    async with demonstration(databases) as house:
        NOW[0] = house.clock.now()
        live = LiveArticles(house.database, trained)
        await live.read()
        reader = ArticleReader.beside(house.database, trained, live)
        yield Newsroom(house, ArticlePublishing(house.database, reader), reader, trained)
        await live.embedded()


async def test_a_draft_is_asked_before_it_is_published(at: Newsroom) -> None:
    """What is said now and what would be said, with the candidates, scores and reasons."""
    number = await at.written()
    asked = await at.sheets.ask(at.wang, "高温天送外卖有补贴没", draft=number)
    assert asked.then is not None
    assert asked.then.choice.route == "faq:heat"
    assert asked.then.article is not None
    assert asked.then.article.answer.startswith("**每天10元**")
    assert asked.then.nearest[0][0] == "faq:heat"
    assert asked.then.choice.reasons
    assert asked.now.choice.route != "faq:heat"
    assert asked.now.model
    dues = await at.sheets.ask(at.wang, "会费多少钱", region="weihai", draft=number)
    assert dues.then is not None
    assert dues.now.article == dues.then.article is not None
    assert (await at.sheets.ask(at.wang, "会费多少钱")).then is None
    # Nothing of it has come to anybody.
    assert await at.route("高温津贴怎么领") != "faq:heat"


async def test_what_is_published_is_in_the_next_answer(at: Newsroom) -> None:
    """The gate had nothing against it, and says how much it looked at."""
    number = await at.written()
    steps: list[str] = []
    out = await at.publishing.publish(
        number, tell=lambda step, _done, _of: steps.append(step), **WANG
    )
    assert (out.version, out.at) == (1, None)
    assert out.report.read < 60
    assert {"known_good", "read"} <= set(steps)
    assert await at.route("高温津贴怎么领") == "faq:heat"
    assert await at.route("大热天送餐有没有高温津贴啊") == "faq:heat"


async def test_a_change_that_steals_is_refused_unless_it_is_confirmed(at: Newsroom) -> None:
    """With a reason, which stands in the version; refused, everything is as before."""
    await at.publishing.publish(await at.written(), **WANG)
    thief = await at.written(
        "thief",
        question="夏天的活动",
        similar=["大热天送餐有高温津贴吗", "高温补贴咋领", "工会会费是多少"],
        tests=[],
    )
    with pytest.raises(GateRefused, match=r"takes 2 questions from 'heat'") as refused:
        await at.publishing.publish(thief, **WANG)
    assert all(one.kind == "stolen" for one in refused.value.report.worse)
    assert await at.route("高温补贴咋领") == "faq:heat"
    out = await at.publishing.publish(thief, confirmed="高温津贴并入活动", **WANG)
    assert out.version == 1
    assert await at.route("高温补贴咋领") == "faq:thief"
    (version,) = (await at.sheets.show(at.wang, thief)).versions
    assert version.confirmed == "高温津贴并入活动"


async def test_readings_that_must_hold_are_guarded(at: Newsroom) -> None:
    """Services and cries for help, too, not only articles."""
    text = "跑闪送的，我想加到工会里头，怎么登记"
    thief = await at.written("thief", question=text, similar=[], tests=[])
    with pytest.raises(GateRefused, match="takes 1 question from 'join_union': 「跑闪送的"):
        await at.publishing.publish(thief, **WANG)
    assert (await at.publishing.judge(thief)).tests > 180


async def test_two_at_once_both_know_of_each_other(at: Newsroom) -> None:
    """Who comes second is tried in the state that the first has made."""
    first = await at.written("heat")
    second = await at.written(
        "rain", question="高温津贴如何申领", similar=["高温补贴咋领"], tests=[]
    )
    done = await asyncio.gather(
        at.publishing.publish(first, **WANG),
        at.publishing.publish(second, **WANG),
        return_exceptions=True,
    )
    assert [type(one).__name__ for one in done].count("Out") == 1
    assert any(isinstance(one, GateRefused) for one in done)


async def test_what_comes_in_while_the_tests_are_made_ready_is_tried_too(
    at: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process publishes just then: its tests are not among those that are ready."""
    first = await at.written("heat")
    second = await at.written(
        "rain", question="高温津贴如何申领", similar=["高温补贴咋领"], tests=[]
    )
    loop, keep = asyncio.get_running_loop(), ArticleGate.keep
    came: list[int] = []

    async def elsewhere() -> None:
        revision = (await at.publishing.draft(first)).revision
        async with at.house.database.begin() as unit:
            await unit.publishing.publish(first, revision, Going(**WANG))
        await at.reader.caught_up()

    def kept(gate: ArticleGate, *args: Any) -> None:
        keep(gate, *args)
        if not came:
            came.append(first)
            asyncio.run_coroutine_threadsafe(elsewhere(), loop).result()

    monkeypatch.setattr(ArticleGate, "keep", kept)
    with pytest.raises(GateRefused):
        await at.publishing.publish(second, **WANG)
    assert came


async def test_an_article_is_published_at_its_time(at: Newsroom) -> None:
    """By whichever house runs then; what would steal by then is held and says why."""
    number = await at.written()
    tomorrow = at.house.clock.now() + timedelta(days=1)
    out = await at.publishing.publish(number, at=tomorrow, **WANG)
    assert (out.version, out.at) == (None, tomorrow)
    assert await at.publishing.publish_due() == 0
    other = await at.written("rain", question="下雨天补贴", similar=["淋雨送餐有钱吗"], tests=[])
    await at.publishing.publish(other, at=tomorrow, **WANG)
    third = await at.written("wet", question="淋雨送餐", similar=[], tests=["淋雨送餐有钱吗"])
    await at.publishing.publish(third, **WANG)
    at.house.clock.move(timedelta(days=1))
    assert await at.publishing.publish_due() == 1
    assert await at.route("高温津贴怎么领") == "faq:heat"
    held = (await at.sheets.show(at.wang, other)).draft
    assert held is not None
    assert held.held is not None
    assert "takes 1 question from 'wet'" in held.held.en
    assert "会抢走“wet”的 1 个问题" in held.held.zh
    assert held.publish_at is None


async def test_a_running_house_publishes_by_itself(
    at: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And writes down how often articles were the answer."""
    monkeypatch.setattr("bot.housekeeping.EVERY", 0.1)
    number = await at.written()
    await at.publishing.publish(number, at=at.house.clock.now() + timedelta(minutes=5), **WANG)
    keeping = Housekeeping(at.house.database, at.understanding, Texts(), Metrics())
    await keeping.refresh()
    running = asyncio.create_task(keeping.run())
    at.house.clock.move(timedelta(minutes=5))
    for _ in range(200):
        await asyncio.sleep(0.1)
        if (await at.sheets.show(at.wang, number)).listed.state == "published":
            break
    at.house.database.shelf.used[number] += 1
    await asyncio.sleep(0.5)
    running.cancel()
    listed = (await at.sheets.show(at.wang, number)).listed
    assert (listed.state, listed.used, listed.changed_by) == ("published", 1, "staff:王敏")


async def test_the_list_is_searched_by_the_bots_own_matching(at: Newsroom) -> None:
    """What it would look at comes first, whatever words it has."""
    found = await at.sheets.listed(at.wang, Filter(language="zh"), like="一年要交多少银子给组织")
    assert "membership-dues" in [one.place.topic for one in found][:5]
    by_words = await at.sheets.listed(at.wang, Filter(text="会费"))
    assert by_words
    assert await at.sheets.listed(at.wang, Filter(text="银子")) == []


async def test_what_can_not_be_done_is_said(at: Newsroom) -> None:
    """In words that help."""
    number = await at.written()
    with pytest.raises(NoSuchArticle, match="nobody is writing at article 99999"):
        await at.publishing.publish(99999, **WANG)
    with pytest.raises(NotThere):
        await at.sheets.show(at.wang, 99999)
    with pytest.raises(EditedMeanwhile):
        await at.publishing.publish(number, revision=1, **WANG)
    with pytest.raises(NotYours):
        await at.publishing.publish(number, actor="staff:孙", regions=("weihai",))
    with pytest.raises(WritingError, match="no field"):
        await at.office.change(at.wang, number, {"colour": "red"})


async def test_reviews_follow_the_number_of_administrators(at: Newsroom) -> None:
    """Who knows that number tells it."""

    async def two(_region: str) -> int:
        return 2

    publishing = ArticlePublishing(at.house.database, at.reader, two)
    number = await at.written()
    with pytest.raises(WritingError, match="second person"):
        await publishing.publish(number, **WANG)
    assert (await publishing.publish(number, urgent="今天起", **WANG)).version == 1
    version = (await at.sheets.show(at.wang, number)).versions[0]
    assert version.urgent == "今天起"
    assert version.at.astimezone(CHINA).date().isoformat() == "2026-11-24"


async def test_what_would_be_asked_back_about_is_told(
    at: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A near neighbour takes nothing, but the bot would have to ask which of the two is meant."""
    often = replace(Thresholds.load(), close=0.9, close_second=0.02)
    monkeypatch.setattr(at.understanding, "_thresholds", often)
    await at.publishing.publish(await at.written(), **WANG)
    blurred = []
    for near in (
        "大热天送餐有没有防暑费",
        "大热天有防暑津贴吗",
        "送餐大热天的津贴",
        "补贴咋领",
        "高温咋领",
    ):
        number = await at.written("cool", question=near, similar=[], tests=[])
        report = await at.publishing.judge(number)
        turned = [one for one in report.turned if one.kind == "blurred"]
        blurred += turned
        if turned:
            assert report.refused
            assert any("会变成反问" in said for said in report.sentences("zh"))
    assert blurred
    assert {one.test.text for one in blurred} <= set(HEAT["tests"])
    assert all("faq:heat" in (one.after.ask_back or ()) for one in blurred)

"""An article's way by its pages: found in the list, reviewed, published, taken out of sight."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from bot.article_office import ArticleOffice
from knowledge.access import Role
from knowledge.articles import Place
from knowledge.audit import Filter
from knowledge.database import Database
from nlu.understanding import Understanding
from tests.bot.console import Visitor, visitors
from tests.bot.door import Door
from tests.bot.newsroom import published, publishing_of, written

HOME = "/console/articles"
LISTED = re.compile(r'class="article-what"><a href="/console/articles/(\d+)"')


@pytest.fixture
async def door(database: Database) -> Door:
    return await Door.on(database)


class Desk:
    """The office without a model (what the gate does is tried elsewhere), and browsers at it."""

    def __init__(self, door: Door, make: Any, office: ArticleOffice) -> None:
        self.door, self.office, self._make = door, office, make

    async def enter(
        self, name: str, role: Role = "administrator", region: str = "yantai"
    ) -> Visitor:
        account = await self.door.member(name, role, region, secret="A" * 32)
        async with self.door.database.begin() as unit:
            token = await unit.sessions.begin(account, "test", complete=True)
        visitor: Visitor = self._make(token)
        return visitor


@pytest.fixture
async def desk(door: Door) -> AsyncIterator[Desk]:
    publishing = publishing_of(door.database, Understanding(now=door.clock.now))
    async with visitors(door, article_publishing=publishing) as make:
        yield Desk(door, make, ArticleOffice(door.database, publishing))


async def press(page: Visitor, article: int, step: str, **fields: str) -> str:
    """Press a button that stands on the article's page; the page that follows."""
    at = f"{HOME}/{article}"
    await page.get(at)
    assert f'action="{at}/{step}"' in page.text, step
    revision = re.search(r'name="revision" value="(\d+)"', page.text)
    seen = {"revision": revision[1]} if revision else {}
    answer = await page.post(f"{at}/{step}", seen | fields)
    if answer.status == 303:
        await page.get(answer.headers["Location"])
        return page.text
    return await answer.text()


def offered(page: Visitor, article: int) -> set[str]:
    """The steps that an article's page has buttons for."""
    return set(re.findall(rf'action="{HOME}/{article}/([a-z-]+)"', page.text))


async def answer_of(door: Door, region: str = "zhifu") -> str | None:
    """What riders of a region read, in a process that has heard of the last change."""
    door.database.shelf.forget()
    async with door.database.begin() as unit:
        found = await unit.articles.answer("heat", region, "zh")
    return None if found is None else found.answer


async def test_a_colleague_looks_at_a_draft_before_riders_get_it(desk: Desk) -> None:
    """Asked for by who wrote it, sent back with a reason, sent again, approved, published."""
    one, two = await desk.enter("赵敏"), await desk.enter("李雷")
    writer = desk.door.actor("administrator", "yantai")
    number = await written(desk.door, desk.office, by=writer)
    async with desk.door.database.begin() as unit:
        draft = await unit.drafts.get(number)
        assert draft is not None
        changed = draft.writing.with_changes({"source": "新的通知"})
        await unit.drafts.save(
            number, changed, revision=draft.revision, actor="staff:赵敏", regions=("yantai",)
        )

    assert "的文章要先由另一位看过" in await press(one, number, "publish", at="", urgent="")
    assert await answer_of(desk.door) is None
    await press(one, number, "send")
    await one.get(f"{HOME}/{number}")
    assert {"approve", "send-back"} & offered(one, number) == {"send-back"}
    back = await press(two, number, "send-back", reason="出处没有日期")
    assert "李雷 退回：出处没有日期" in back
    await press(one, number, "send")
    assert "审核通过，可以发布了" in await press(two, number, "approve")
    assert "已发布" in await press(two, number, "publish", at="")
    assert "李雷 审过" in two.text
    assert await answer_of(desk.door) is not None


async def test_what_is_urgent_goes_out_with_a_reason_and_is_looked_at_afterwards(
    desk: Desk,
) -> None:
    """It stands above the list until a colleague has; who published it can't."""
    one, two = await desk.enter("赵敏"), await desk.enter("李雷")
    number = await written(desk.door, desk.office)
    out = await press(one, number, "publish", at="", urgent="台风，今晚起")
    assert "台风，今晚起" in out
    assert await answer_of(desk.door) is not None
    for page in (one, two):
        await page.get(HOME)
        assert "第 1 版急发：台风，今晚起" in page.text
        assert "<summary>1 篇要补审</summary>" in page.text  # and no word of what there isn't
    for page, offered in ((one, False), (two, True)):
        await page.get(f"{HOME}/{number}")
        assert (f"{HOME}/{number}/reviewed" in page.text) is offered
        assert ("等另一位同事补审" in page.text) is not offered
    refused = await one.post(f"{HOME}/{number}/reviewed", {"version": "1"})
    assert refused.status == 422
    assert "发布的人不能自己补审" in await refused.text()
    await one.get(HOME)
    assert "台风，今晚起" in one.text
    await press(two, number, "reviewed", version="1")
    await two.get(HOME)
    assert "台风，今晚起" not in two.text


async def test_a_region_says_whether_it_wants_reviews(desk: Desk) -> None:
    """Never, although there are two administrators; and again as their number is."""
    one, _ = await desk.enter("赵敏"), await desk.enter("李雷")
    number = await written(desk.door, desk.office)
    await one.get(f"{HOME}/{number}")
    assert 'name="urgent"' in one.text
    await press(one, number, "review-setting", review="off")
    assert 'name="urgent"' not in one.text
    await press(one, number, "review-setting", review="auto")
    assert 'name="urgent"' in one.text
    await press(one, number, "review-setting", review="off")
    await press(one, number, "publish", at="")
    assert await answer_of(desk.door) is not None
    async with desk.door.database.begin() as unit:
        said = [line.after for line in await unit.audit.lines(Filter(), 20)
                if line.action == "article.review_setting"]  # fmt: skip
    assert said == [{"review": "off"}, {"review": "by_number"}, {"review": "off"}]


async def test_a_time_is_set_and_taken_back(desk: Desk) -> None:
    """Until then nobody gets it; a draft that isn't wanted is thrown away."""
    one = await desk.enter("赵敏")
    number = await written(desk.door, desk.office)
    waits = await press(one, number, "publish", at="2026-11-25T08:00", urgent="")
    assert "2026-11-25 08:00" in waits
    async with desk.door.database.begin() as unit:
        draft = await unit.drafts.get(number)
    assert draft is not None
    assert draft.publish_at is not None
    assert draft.publish_at - desk.door.clock.now() == timedelta(hours=23)
    await press(one, number, "unschedule")
    assert "2026-11-25 08:00" not in one.text
    assert await answer_of(desk.door) is None
    await press(one, number, "discard")
    async with desk.door.database.begin() as unit:
        assert await unit.drafts.get(number) is None


async def test_an_article_is_checked_archived_and_brought_back(desk: Desk) -> None:
    """With a reason; one click brings it back as it was."""
    one = await desk.enter("赵敏")
    number = await published(desk.door, desk.office)
    before = await answer_of(desk.door)
    await one.get(f"{HOME}/{number}")
    assert "2026-11-20" in one.text
    await press(one, number, "checked")
    assert "2026-11-24" in one.text
    assert 'role="alert"' in await press(one, number, "archive", reason=" ")
    await press(one, number, "archive", reason="文件废止")
    assert await answer_of(desk.door) is None
    await press(one, number, "back", to="1")
    assert await answer_of(desk.door) == before


async def test_several_are_archived_or_checked_after_asking(desk: Desk) -> None:
    """What was picked is named first; what isn't published stays; without a box nothing."""
    one = await desk.enter("赵敏")
    heat = await published(desk.door, desk.office)
    cold = await published(desk.door, desk.office, "cold", question="天冷有补贴吗")
    draft = await written(desk.door, desk.office, "rain", question="下雨天呢")
    picked = {f"pick.{number}": "on" for number in (heat, cold, draft)}

    async def send(**fields: str) -> str:
        await one.get(HOME)
        answer = await one.post(f"{HOME}/bulk", {**picked, **fields})
        return await answer.text() if answer.status != 303 else answer.headers["Location"]

    asked = await send(step="checked")
    assert "高温津贴怎么领" in asked
    assert "天冷有补贴吗" in asked
    assert "下雨天呢" not in asked
    assert "done=checked" in await send(step="checked", sure="1")
    asked = await send(step="archive")
    assert "每篇都可以在自己的页面上一键放回来" in asked
    assert 'role="alert"' in await send(step="archive", sure="1", reason="")
    assert "done=articles_archived" in await send(step="archive", sure="1", reason="合并了")
    async with desk.door.database.begin() as unit:
        rows = await unit.rows("select topic, state, checked_on::text from articles order by topic")
    assert [tuple(row) for row in rows] == [
        ("cold", "archived", "2026-11-24"), ("heat", "archived", "2026-11-24"),
        ("rain", "draft", "2026-11-24"),
    ]  # fmt: skip
    await one.get(HOME)
    nothing = await one.post(f"{HOME}/bulk", {"step": "archive"})
    assert nothing.status == 422


async def test_the_list_is_filtered_by_what_is_chosen_above_it(desk: Desk) -> None:
    """Each field and each box, one by one and together; what was chosen stays chosen."""
    one = await desk.enter("赵敏", region="shandong")
    heat = await published(desk.door, desk.office)
    english = await published(
        desk.door, desk.office, language="en", question="Heat allowance", similar=[], tests=[]
    )
    dues = await published(
        desk.door, desk.office, "dues", "weihai", question="会费多少", similar=[], tests=[]
    )
    draft = await written(desk.door, desk.office, "rain", "weihai", question="下雨天呢")
    desk.door.clock.move(timedelta(minutes=5))
    await published(desk.door, desk.office, answer="每天12元。")
    async with desk.door.database.begin() as unit:
        await unit.session.execute(
            text("update articles set used = 4, not_helpful = 3 where topic = 'dues'")
        )
        await unit.session.execute(text(
            "update articles set checked_on = '2025-01-01' where topic = 'dues'"))  # fmt: skip
    for query, numbers in (
        ("", {heat, english, dues, draft}),
        ("topic=heat", {heat, english}),
        ("region=weihai", {dues, draft}),
        ("region=yantai", {heat, english}),
        ("written=en", {english}),
        ("state=published", {heat, english, dues}),
        ("state=draft", {draft}),
        ("draft=writing", {draft}),
        ("out_of_date=on", {dues}),
        ("never_used=on", {heat, english}),
        ("badly_judged=on", {dues}),
        ("older=on", {english}),
        ("text=12%E5%85%83", {heat}),
        ("topic=heat&written=zh&never_used=on", {heat}),
        ("topic=nothing", set()),
    ):
        await one.get(f"{HOME}?{query}")
        assert {int(found) for found in LISTED.findall(one.text)} == numbers, query
    await one.get(f"{HOME}?never_used=on&region=yantai")
    assert re.search(r'name="never_used" checked', one.text)
    assert re.search(r'value="yantai" selected', one.text)


async def test_the_english_one_says_that_the_chinese_is_newer(desk: Desk) -> None:
    """Beside the fields, with the Chinese text; it is said, and hinders nothing."""
    one = await desk.enter("赵敏")
    await published(desk.door, desk.office)
    english = await published(
        desk.door, desk.office, language="en", question="Heat allowance", similar=[], tests=[]
    )
    await press(one, english, "draft")
    assert "每天10元" in one.text
    older = "中文的后来改过"
    assert older not in one.text
    desk.door.clock.move(timedelta(minutes=5))
    await published(desk.door, desk.office, answer="每天12元。")
    await one.get(f"{HOME}/{english}/edit")
    assert "每天12元" in one.text
    assert older in one.text
    await press(one, english, "publish", at="")
    assert "已发布" in one.text


async def test_only_the_way_of_the_role_is_offered(desk: Desk) -> None:
    """A lead writes, reviews and sends, staff read: no button that would be refused."""
    number = await published(desk.door, desk.office)
    await desk.office.begin(desk.door.operator, Place("heat", "zhifu", "zh"))
    lead, staff = await desk.enter("韩梅", "lead"), await desk.enter("小吴", "staff")
    await lead.get(f"{HOME}/{number}")
    assert offered(lead, number) == {"send", "discard", "reviewed", "draft"}
    await staff.get(f"{HOME}/{number}")
    assert offered(staff, number) == set()

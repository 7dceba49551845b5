"""Answers from articles: until when they hold, and what stands under them."""

from __future__ import annotations

from datetime import timedelta

from actions.content import Press
from knowledge.article_writing import Writing
from knowledge.articles import Place
from tests.actions.talk import House, Talk


async def put(house: House, region: str, **changes: object) -> None:
    """An article of an office about what nothing else is about."""
    writing = Writing(
        question="高温津贴怎么领",
        answer="**每天10元**，看[通知](https://example.org/heat)。\n- 六月到九月",
        source="示例通知",
        checked_on=house.clock.now().date(),
    ).with_changes(changes)
    async with house.database.begin() as unit:
        await unit.article_changes.put(Place("heat", region, "zh"), writing, actor="staff:王敏")


async def test_an_answer_has_no_marks_and_its_links_are_buttons(house: House) -> None:
    """A channel that shows them may read the same text with them."""
    await put(house, "cn", buttons=("[表格](https://example.org/form)", "talk_to_human"))
    talk = Talk(house)
    await talk.sends(Press(id="r:faq:heat"))
    assert "每天10元，看通知 (https://example.org/heat)。\n• 六月到九月" in talk.heard
    assert [b.url for b in talk.heard.buttons if b.label == "表格"] == ["https://example.org/form"]


async def test_what_has_ended_gives_way_to_the_region_above(house: House) -> None:
    """To the minute; and where nothing is left, it is said that the rule is being renewed."""
    await put(house, "weihai", valid_until=house.clock.now() + timedelta(minutes=2))
    await put(
        house, "shandong", answer="全省8元", valid_until=house.clock.now() + timedelta(days=2)
    )
    talk = Talk(house)
    await talk.sends(Press(id="r:faq:heat@weihai-jingkai"))
    assert "每天10元" in talk.heard
    house.clock.move(timedelta(minutes=2))
    await talk.sends(Press(id="r:faq:heat@weihai-jingkai"))
    assert "全省8元" in talk.heard
    house.clock.move(timedelta(days=2))
    await talk.sends(Press(id="r:faq:heat@weihai-jingkai"))
    assert "到 2026-11-26 为止" in talk.heard
    assert "人工" in talk.heard or "工作人员" in talk.heard


async def test_answers_are_counted(house: House) -> None:
    """In memory, and written down by the way."""
    await put(house, "cn")
    await Talk(house).sends(Press(id="r:faq:heat"))
    async with house.database.begin() as unit:
        await unit.articles.write_down_used()
        (row,) = [a for a in await unit.articles.known() if a.topic == "heat"]
        kept = await unit.articles.row(row.id)
        assert kept is not None
        assert kept.used == 1
    assert not house.database.shelf.used

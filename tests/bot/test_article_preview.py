"""The preview of an article is what riders get, message by message."""

from __future__ import annotations

from collections.abc import Mapping

from actions.content import Press
from bot.article_preview import Preview, preview
from bot.article_reader import article_with
from bot.channels.telegram_limits import TEXT_LENGTH
from bot.wording import Texts
from knowledge.article_writing import Writing, problems
from knowledge.articles import Place
from tests.actions.talk import House, Talk

RELATED = ("membership-dues",)
PLACE = Place("heat", "cn", "zh")
WRITING = Writing(
    question="高温津贴怎么领",
    answer="**每天10元**，看[通知](https://example.org/heat)。\n\n- 六月到九月",
    buttons=("[表格](https://example.org/form)", "talk_to_human"),
    related=RELATED,
    source="示例通知",
)


def looked_at(house: House, writing: Writing, titles: Mapping[str, str] | None = None) -> Preview:
    """The preview of what is written."""
    article = article_with(1, PLACE, writing, house.clock.now().date())
    tree = house.database.region_tree
    return preview(article, tree, Texts(), titles or {}, address=lambda number: f"/p/{number}")


async def test_it_has_the_text_and_the_buttons_that_a_rider_gets(house: House) -> None:
    """Also where it comes from, what is related, and the two judgements."""
    writing = WRITING.with_changes({"checked_on": house.clock.now().date()})
    async with house.database.begin() as unit:
        await unit.article_changes.put(PLACE, writing, actor="staff:王敏")
        titles = await unit.articles.titles(RELATED, "zh")
    talk = Talk(house)
    await talk.sends(Press(id="r:faq:heat"))
    found = looked_at(house, writing, titles)
    (reply,) = talk.heard.replies
    assert found.web.text == reply.text
    assert found.web.rows == (tuple(button.label for button in reply.buttons),)
    assert len(found.web.rows[0]) == 5
    (message,) = found.telegram
    assert [label for row in message.rows for label in row] == list(found.web.rows[0])
    assert "每天10元" in message.text


async def test_what_is_too_long_for_one_message_is_shown_as_those_that_it_becomes(
    house: House,
) -> None:
    """As Telegram counts; and that it can't be published so long is told."""
    long = looked_at(house, WRITING.with_changes({"answer": "长" * (TEXT_LENGTH + 10)}))
    assert [one.length <= long.most for one in long.telegram] == [True, True]
    assert sum(one.text.count("长") for one in long.telegram) == TEXT_LENGTH + 10
    # A sign outside of the basic plane counts twice there.
    wide = looked_at(house, WRITING.with_changes({"answer": "🛵" * (TEXT_LENGTH // 2)}))
    assert len(wide.telegram) == 2
    assert any("1500" in one.zh for one in problems(WRITING.with_changes({"answer": "长" * 1501})))


async def test_a_button_that_opens_nothing_is_not_shown(house: House) -> None:
    """Neither a service that there isn't nor an address that no browser should follow."""
    bad = ("find_stations", "[看](javascript:alert(1))", "talk_to_human")
    found = looked_at(house, WRITING.with_changes({"buttons": bad}))
    assert "看" not in found.web.rows[0]
    assert len(found.web.rows[0]) == len(("talk_to_human", "helpful", "not helpful"))

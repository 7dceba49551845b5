"""A form that staff begin: a person is there already, so none is offered."""

from __future__ import annotations

from bot.inbox_answers import Draft, InboxAnswers
from bot.inbox_steps import InboxSteps
from tests.actions.talk import House, Talk
from tests.bot.inbox import somebody, waiting, working

USELESS = ("嗯嗯嗯", "那个那个", "哦哦")
OFFER = "要不要让工作人员来帮您"


async def test_the_third_useless_answer_offers_no_person_who_is_there(house: House) -> None:
    """The rider's own form offers one; that of staff asks again, and goes on."""
    alone = Talk(house)
    await alone.says("我要加入工会")
    for text in USELESS:
        await alone.says(text)
    assert OFFER in alone.heard
    assert "找人工" in alone.heard.labels
    rider, number = await waiting(house)
    actor = somebody(house)
    async with working(house):
        await InboxSteps(house.database).make(actor, number, "take")
        draft = Draft(once="form-of-staff-1", wish="form:join_union")
        await InboxAnswers(house.database).say(actor, number, draft)
    await rider.hears()
    assert "哪一行" in rider.heard
    for text in USELESS:
        await rider.says(text)
    assert "外卖" in rider.heard.text
    assert OFFER not in rider.heard
    assert "找人工" not in rider.heard.labels
    await rider.says("送外卖的")
    assert "外卖" not in rider.heard.labels

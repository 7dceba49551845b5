"""A person is promised only when one is there; a cry for help is heard first."""

from __future__ import annotations

import pytest

from actions.content import StaffAct, StaffSay
from tests.actions.talk import House, Talk


async def _on_duty(house: House) -> None:
    async with house.database.begin() as unit:
        await unit.duty.switch("王", on=True)


async def test_nobody_is_promised_when_nobody_is_on_duty(house: House) -> None:
    """What was said is noted, and a line for what can't wait is given."""
    talk = Talk(house)
    heard = await talk.says("人工")
    assert "没有工作人员值班" in heard
    assert "12351" in heard
    assert "没有工作人员值班" in await talk.says("转人工")


async def test_the_queue_the_person_and_the_way_back(house: House) -> None:
    """Waiting the bot still answers; held it is silent; 返回 ends it."""
    await _on_duty(house)
    first, talk = Talk(house), Talk(house)
    assert "第一位" in await first.says("人工")
    assert "1 位" in await talk.says("人工")
    assert (await talk.says("附近哪里能充电")).text
    assert "王" in await talk.sends(StaffAct(staff="王", act="take"))
    assert not await talk.says("我想问工资")
    (said,) = await talk.sends(StaffSay(staff="王", text="我是王，您说"))
    assert said.from_ == "staff"
    assert "回到我这儿" in await talk.says("返回")
    assert (await talk.says("附近哪里能充电")).text


@pytest.mark.parametrize("text", ["我不想活了", "活着没意思，想跳楼", "I want to kill myself"])
async def test_a_cry_for_help_is_answered_at_once_with_numbers_to_call(
    house: House, text: str
) -> None:
    """110, 120 and 12356 to be tapped, a handoff at the top, and no promise that can't be kept."""
    await _on_duty(house)
    other, talk = Talk(house), Talk(house)
    await other.says("人工")
    heard = await talk.says(text)
    urls = [button.url for button in heard.buttons]
    assert urls == ["tel:110", "tel:120", "tel:12356"]
    assert talk.route == "crisis"
    async with house.database.begin() as unit:
        queue = await unit.handoffs.queue()
    assert queue[0].conversation == talk.number
    assert queue[0].kind == "crisis"
    assert text in queue[0].summary


async def test_a_cry_for_help_in_the_middle_of_a_form_comes_first_and_the_form_stays(
    house: House,
) -> None:
    """The form's question isn't pushed on somebody who is in danger."""
    talk = Talk(house)
    await talk.says("我要入会")
    heard = await talk.says("我不想活了")
    assert "12356" in heard
    assert "没有工作人员值班" in heard
    assert "手机" not in heard
    assert talk.route == "crisis"
    assert (await talk.presses("送外卖")).text


@pytest.mark.parametrize("text", ["就我一个人", "不是，我就是累", "嗯", "在宿舍", "算了"])
async def test_what_follows_a_cry_is_listened_to_and_is_no_answer_of_the_form(
    house: House, text: str
) -> None:
    """Neither "write a number, please" nor a menu: a kind word, numbers to call, the way on."""
    talk = Talk(house)
    await talk.says("我要入会")
    await talk.says("我不想活了")
    heard = await talk.says(text)
    assert talk.route == "crisis"
    assert "我在听" in heard
    assert [button.url for button in heard.buttons][:3] == ["tel:110", "tel:120", "tel:12356"]
    assert heard.labels[-1] == "接着办"
    assert "哪一行" not in heard
    assert "哪一行" in await talk.presses("接着办")
    assert "哪儿" in await talk.says("送外卖")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("还有别的电话吗", "全天有人接"), ("12356打不通", "一个打不通就换一个"),
        ("你是机器人吧", "不是真人"), ("我该怎么跟他说", "多听他说"),
    ],
)  # fmt: skip
async def test_what_is_asked_after_a_cry_is_answered(house: House, text: str, said: str) -> None:
    """Plainly and first; the numbers and who comes stand under it as ever."""
    talk = Talk(house)
    await talk.says("我不想活了")
    heard = await talk.says(text)
    assert talk.route == "crisis"
    assert said in heard.text.split("\n")[0]
    assert [button.url for button in heard.buttons][:3] == ["tel:110", "tel:120", "tel:12356"]


async def test_a_second_cry_offers_the_way_on_as_well(house: House) -> None:
    """The first answer is about nothing but help; after it the form can be gone on with."""
    talk = Talk(house)
    await talk.says("我要入会")
    assert "接着办" not in (await talk.says("我不想活了")).labels
    heard = await talk.says("活着没意思，想跳楼")
    assert talk.route == "crisis"
    assert [button.url for button in heard.buttons][:3] == ["tel:110", "tel:120", "tel:12356"]
    assert heard.labels[-1] == "接着办"
    assert "哪一行" in await talk.presses("接着办")
    without_a_form = Talk(house)
    await without_a_form.says("我不想活了")
    assert "接着办" not in (await without_a_form.says("活着没意思，想跳楼")).labels


async def test_who_cries_for_help_in_a_form_and_wants_a_person_is_asked_nothing(
    house: House,
) -> None:
    """The lines of a cry, who comes, and the form rests until they go on with it themselves."""
    talk = Talk(house)
    assert "手机" in await talk.says("我是送外卖的，在威海经区，想入会")
    await talk.says("我不想活了")
    heard = await talk.says("转人工")
    assert talk.route == "talk_to_human"
    assert {"110", "120", "12356"} <= set("".join(heard.labels).replace("拨打 ", " ").split())
    assert "手机" not in heard.text
    assert "先放着" in heard
    assert "我在听" in await talk.says("嗯")
    assert "手机" in await talk.presses("接着办")


async def test_a_person_on_duty_is_promised_to_who_cried_for_help_and_asks(house: House) -> None:
    await _on_duty(house)
    talk = Talk(house)
    await talk.says("我不想活了")
    heard = await talk.says("转人工")
    assert "会尽快在这里找您" in heard
    assert "接着办" not in heard.labels


async def test_after_a_cry_a_form_goes_on_in_words_too_and_another_wish_is_served(
    house: House,
) -> None:
    """“继续” puts the open question again; who asks for something clearly gets it."""
    talk = Talk(house)
    await talk.says("我要入会")
    await talk.says("我不想活了")
    assert "哪一行" in await talk.says("继续")
    await talk.says("我不想活了")
    await talk.says("转人工")
    assert talk.route == "talk_to_human"
    hurried = Talk(house)
    await hurried.says("我要入会")
    await hurried.presses("送外卖")
    await hurried.says("我不想活了")
    assert "给您留着" in await hurried.says("晚点再弄")
    without_a_form = Talk(house)
    await without_a_form.says("我不想活了")
    heard = await without_a_form.says("嗯")
    assert "我在听" in heard
    assert "接着办" not in heard.labels


async def test_back_after_a_cry_goes_on_with_the_form_and_then_is_the_forms_word(
    house: House,
) -> None:
    """Staff look at the cry all the same; the second 返回 is a question back."""
    talk = Talk(house)
    await talk.says("我要入会")
    await talk.presses("送外卖")
    await talk.says("我不想活了")
    heard = await talk.says("返回")
    assert "请工作人员看一下" in heard
    assert "哪儿" in heard
    assert "手机" in await talk.says("威海经区皇冠街道")
    assert "哪儿" in await talk.says("返回")


async def test_who_cries_out_to_a_person_hears_of_that_person_whatever_the_roster_says(
    house: House,
) -> None:
    """Somebody who isn't on the roster has the conversation: nobody says that no one is there."""
    talk = Talk(house)
    await talk.says("人工")
    await talk.sends(StaffAct(staff="王", act="take"))
    heard = await talk.says("我不想活了")
    assert "没有工作人员" not in heard
    assert "正和您说话的工作人员" in heard


async def test_a_cry_for_help_is_heard_while_a_person_holds_the_conversation(
    house: House,
) -> None:
    """The bot is silent then, but for this."""
    await _on_duty(house)
    talk = Talk(house)
    await talk.says("人工")
    await talk.sends(StaffAct(staff="王", act="take"))
    assert not await talk.says("在吗")
    assert "110" in await talk.says("我不想活了")


async def test_back_does_not_take_a_cry_for_help_off_the_queue(house: House) -> None:
    """Somebody looks at it all the same."""
    talk = Talk(house)
    await talk.says("我不想活了")
    await talk.says("返回")
    async with house.database.begin() as unit:
        (handoff,) = await unit.handoffs.queue()
    assert handoff.kind == "crisis"


@pytest.mark.parametrize("wants", ["人工", "我不想活了"])
async def test_a_place_told_in_a_form_says_whose_office_it_is_for(house: House, wants: str) -> None:
    """Else it would be everybody's and nobody's: it couldn't be escalated, by hand or by clock."""
    talk = Talk(house)
    await talk.says("我在威海经区送外卖，老板拖欠我三个月工资一直不给发")
    assert "哪家公司" in talk.heard
    await talk.says(wants)
    async with house.database.begin() as unit:
        (handoff,) = await unit.handoffs.queue()
    assert handoff.region == "weihai-jingkai"

"""What is kept about a rider: seen, taken along, erased; and a conversation that begins again."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from actions.content import Press
from actions.my_data import _wish
from bot.own_file import OwnFile
from knowledge.books import ConversationRow, InboxRow, MessageRow
from knowledge.course_rows import EnrolmentRow
from knowledge.people import PersonRow, ProofRow
from knowledge.secrets import SecretsError
from tests.actions.talk import House, Talk
from tests.actions.test_cases import decided, disputed

CLAIM, CODE = "YT-7K3Q9M", "482913"


async def person_of(house: House, talk: Talk) -> UUID:
    async with house.database.begin() as unit:
        found = await unit.conversations.get(talk.number)
        assert found is not None
        return found.person


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("我的数据", "see"),
        ("你们存了我啥", "see"),
        ("我的资料你们会不会删", "see"),
        ("资料删了还找得回来吗", "see"),
        ("do you delete my data some day?", "see"),
        ("把我的资料全部删掉", "erase"),
        ("我要注销", "erase"),
        ("delete everything about me", "erase"),
        ("please forget me", "erase"),
        ("导出我的数据", "take"),
        ("我的记录给我一份", "take"),
        ("send me a copy of my data", "take"),
    ],
)
def test_what_a_sentence_wants(text: str, wish: str) -> None:
    """Only a plain wish leads to the end of it; a question is answered."""
    assert _wish(text) == wish


async def test_what_is_kept_is_counted_and_not_read_out(house: House) -> None:
    """Kinds and counts, who may see it, how long; nothing of what was written."""
    talk = Talk(house)
    case = await disputed(house, talk)
    await talk.says("你们存了我哪些资料")
    assert talk.route == "my_data"
    assert "1 件还在办" in talk.heard
    assert "手机号" in talk.heard
    assert "留记录" in talk.heard
    assert "30分钟" in talk.heard
    assert case.number not in talk.heard
    assert "13900000088" not in talk.heard
    assert "顺达" not in talk.heard
    assert {"给我一份", "全部删掉"} <= set(talk.heard.labels)


async def test_who_has_said_next_to_nothing_hears_that(house: House) -> None:
    """Their own first line is all there is."""
    talk = Talk(house)
    await talk.says("我的数据")
    assert "什么也没有" in talk.heard
    await talk.says("附近哪儿能歇脚")
    await talk.says("我的数据")
    assert "跟我说的话" in talk.heard


async def test_a_copy_needs_proof_where_something_was_handed_in(house: House) -> None:
    """A day later: how much there is; after number and code the file of the person proved."""
    talk = Talk(house)
    case = await disputed(house, talk)
    await talk.waits(timedelta(hours=2))
    await talk.says("把我的数据导出来给我")
    assert "核对" in talk.heard
    assert case.number not in talk.heard
    assert await OwnFile(house.database).of(talk.number) is None
    await talk.presses("核对后一起看")
    await talk.says(f"{CLAIM} {CODE}")
    assert "理赔：2 件，1 件还在办" in talk.heard
    await talk.presses("给我一份")
    assert "它自己的编号和查询码" in talk.heard
    raw = await OwnFile(house.database).of(talk.number)
    assert raw is not None
    file = json.loads(raw)
    assert [one["name"] for one in file["profiles"]] == ["林晓"]
    assert {one["number"] for one in file["cases"]} == {CLAIM, "YT-2W8H5D"}
    assert case.number not in raw.decode()
    paid = next(one for one in file["cases"] if one["number"] == CLAIM)
    assert paid["claim"]["paid"] == "4940.00"


async def test_the_file_holds_the_talk_and_what_was_handed_in_but_no_code(house: House) -> None:
    """Who has just filed something is proved; the query code stays a placeholder's dots."""
    talk = Talk(house)
    case = await disputed(house, talk)
    await talk.says("给我一份我的数据")
    assert "存到手机里" in talk.heard
    assert any(button.url == "/#my-data" for button in talk.heard.buttons)
    raw = await OwnFile(house.database).of(talk.number)
    assert raw is not None
    file = json.loads(raw)
    (handed_in,) = file["cases"]
    assert handed_in["number"] == case.number
    assert "顺达配送" in handed_in["told"].values()
    (own,) = file["conversations"]
    assert own["lines"][0]["text"] == "老板拖欠我三个月工资一直不给发"
    assert "••••••" in raw.decode()
    async with house.database.begin() as unit:
        code = await unit.people.shown_code(case.number)
    assert code is not None
    assert code not in raw.decode()


async def test_on_telegram_the_copy_is_text(house: House) -> None:
    """Profile and matters, after proof; before it no contents."""
    talk = Talk(house, "telegram")
    await talk.says("把我的资料导出来")
    assert "什么也没有" in talk.heard or "跟我说的话" in talk.heard
    await talk.says("我的数据")
    await talk.presses("核对后一起看")
    await talk.says(f"{CLAIM} {CODE}")
    await talk.presses("给我一份")
    assert "姓名：林晓" in talk.heard
    assert CLAIM in talk.heard
    assert not any(button.url for button in talk.heard.buttons)


async def test_what_is_under_way_is_kept_and_said(house: House) -> None:
    """An open matter: it says why, and offers a person; closed, it goes."""
    talk = Talk(house)
    case = await disputed(house, talk)
    await talk.says("把我的资料全部删掉")
    assert talk.route == "my_data"
    assert "没办完的事" in talk.heard
    assert "找人工" in talk.heard.labels
    assert (await kept(house, case.person)) is not None
    for step in ("quick_check", "settled"):
        await decided(house, case.number, step, "已补发")
        await talk.hears()
    await talk.says("把我的资料全部删掉")
    assert "找不回来" in talk.heard
    assert "作废" in talk.heard
    await talk.presses("确定，全部删掉")
    assert "都删了" in talk.heard
    assert (await kept(house, case.person)) is None


async def kept(house: House, person: UUID) -> bytes | None:
    async with house.database.begin() as unit:
        return await unit.session.scalar(
            select(PersonRow.wrapped_key).where(PersonRow.id == person)
        )


async def test_after_erasure_the_conversation_begins_again(house: House) -> None:
    """Nothing of before is there or can be read; the next line is heard as a stranger's first."""
    talk = Talk(house)
    await talk.says("你好")
    await talk.says("我想加入工会")
    await talk.says("我送外卖的")
    before = await person_of(house, talk)
    await talk.says("删除我的数据")
    await talk.presses("确定，全部删掉")
    assert "都删了" in talk.heard
    after = await person_of(house, talk)
    assert after != before
    async with house.database.begin() as unit:
        lines = await unit.session.scalar(
            select(func.count()).where(MessageRow.conversation_id == talk.number)
        )
        waiting = await unit.session.scalar(
            select(func.count()).where(
                InboxRow.conversation_id == talk.number, InboxRow.handled_at.is_(None)
            )
        )
        with pytest.raises(SecretsError):
            await unit.people.key(before)
    assert lines == 2  # the button that was pressed, and that it is done
    assert waiting == 0
    await talk.waits(timedelta(days=2))
    assert not talk.heard
    await talk.says("你好")
    assert "工友" in talk.heard
    await talk.says("我的数据")
    assert "跟我说的话：4 句" in talk.heard  # the button, that it is done, the hello and its answer


async def test_who_changes_their_mind_keeps_everything(house: House) -> None:
    """No is no: nothing was written."""
    talk = Talk(house)
    await talk.says("附近哪儿能歇脚")
    before = await person_of(house, talk)
    await talk.says("把我的数据删了")
    await talk.presses("不删")
    assert "没有删" in talk.heard
    assert await person_of(house, talk) == before


async def test_a_seat_goes_to_the_next_and_all_that_is_proved_goes(house: House) -> None:
    """Whoever proves the member erases the member: courses, proofs, both persons."""
    talk = Talk(house)
    await talk.says("我的数据")
    await talk.presses("核对后一起看")
    await talk.says("FS-8J4D2W 267085")
    assert "课程：3 门" in talk.heard
    async with house.database.begin() as unit:
        (owner,) = {one.person for one in await unit.proofs.held(talk.number)}
        seats = {
            one.course.code for one in await unit.enrolments.of(owner) if one.state == "enrolled"
        }
        taken = {one.code: one.taken for one in await unit.courses.by_codes(sorted(seats))}
        waits = set(
            await unit.session.scalars(
                select(EnrolmentRow.course).where(
                    EnrolmentRow.course.in_(seats), EnrolmentRow.state == "waiting"
                )
            )
        )
    await talk.presses("全部删掉")
    await talk.presses("确定，全部删掉")
    assert "都删了" in talk.heard
    async with house.database.begin() as unit:
        assert not await unit.enrolments.of(owner)
        for course in await unit.courses.by_codes(sorted(seats)):
            assert course.taken == taken[course.code] - (course.code not in waits)
        assert not await unit.session.scalar(select(func.count()).select_from(ProofRow))
    assert await kept(house, owner) is None
    stranger = Talk(house)
    await stranger.says("我的数据")
    await stranger.presses("核对后一起看")
    await stranger.says("FS-8J4D2W 267085")
    assert "没有对上" in stranger.heard


async def test_while_a_person_is_asked_for_nothing_is_erased(house: House) -> None:
    """Somebody works on it: first back, or the end of the talk."""
    talk = Talk(house)
    await talk.says("转人工")
    await talk.says("把我的数据都删了")
    assert "返回" in talk.heard
    await talk.says("返回")
    await talk.says("把我的数据都删了")
    assert "找不回来" in talk.heard


async def test_another_process_forgets_the_key_and_hears_the_new_person(house: House) -> None:
    """Its memory had key and conversation; by the bell it forgets, and the next line is read."""
    talk = Talk(house)
    await talk.says("附近哪儿能歇脚")
    before = await person_of(house, talk)
    house.database.keys.heard(str(before))
    await talk.says("把我的数据删了")
    await talk.presses("确定，全部删掉")
    assert house.database.keys.get(before) is None
    await talk.says("附近哪儿能歇脚")
    assert talk.route == "find_station"


async def test_what_was_written_for_an_erased_person_holds_up_nothing(house: House) -> None:
    """A line that came in with the old key is put aside; the next is answered."""
    talk = Talk(house)
    await talk.says("附近哪儿能歇脚")
    old = await person_of(house, talk)
    async with house.database.begin() as unit:
        sealed = await unit.people.seal(old, {"kind": "text", "text": "?"}, "inbox")
    await talk.says("把我的数据删了")
    await talk.presses("确定，全部删掉")
    async with house.database.begin() as unit:
        now = unit.now
        unit.session.add(
            InboxRow(
                conversation_id=talk.number, external_id="late", kind="text", payload=sealed,
                received_at=now, due_at=now,
            )
        )  # fmt: skip
    await talk.says("附近哪儿能歇脚")
    assert talk.route == "find_station"


async def test_in_english(house: House) -> None:
    """The same, in the reader's language."""
    talk = Talk(house)
    await talk.says("what data do you keep about me")
    assert talk.route == "my_data"
    await talk.says("please delete all my data")
    assert "can't be brought back" in talk.heard
    await talk.presses("Yes, delete everything")
    assert "begin anew" in talk.heard


async def test_an_old_button_after_erasure_is_a_late_one(house: House) -> None:
    """Pressing "yes" again does nothing more."""
    talk = Talk(house)
    await talk.says("附近哪儿能歇脚")
    await talk.says("把我的数据删了")
    button = next(one for one in talk.heard.buttons if "确定" in one.label)
    await talk.presses("确定")
    new = await person_of(house, talk)
    await talk.sends(Press(id=button.id, label=button.label))
    assert await person_of(house, talk) == new


async def test_what_is_linked_goes_together_and_each_conversation_begins_once(house: House) -> None:
    """Said on Telegram, erased in the web chat: both are strangers' afterwards."""
    here, there = Talk(house), Talk(house, "telegram")
    await here.says("附近哪儿能歇脚")
    await there.says("附近哪儿能歇脚")
    persons = [await person_of(house, talk) for talk in (here, there)]
    async with house.database.begin() as unit:
        await unit.linking.link(*persons, actor="test", reason="proof")
    await here.says("我的数据")
    assert "分在 2 处对话里" in here.heard
    await here.presses("全部删掉")
    await here.presses("确定，全部删掉")
    new = [await person_of(house, talk) for talk in (here, there)]
    assert len({*persons, *new}) == 4
    async with house.database.begin() as unit:
        keys = await unit.session.scalars(select(ConversationRow.key))
        left = [key for key in keys if key.startswith("erased:")]
    assert len(left) == 2
    for person in persons:
        assert await kept(house, person) is None
    await there.says("我的数据")
    assert "除了您刚说的这句" in there.heard


@pytest.mark.parametrize(
    "open_", [["我要入会"], ["老板拖欠我三个月工资一直不给发"], ["我要申请困难帮扶"]]
)
async def test_being_forgotten_comes_before_an_open_form(house: House, open_: list[str]) -> None:
    """It is no answer to its question, and nobody is asked about the form first."""
    talk = Talk(house)
    for line in open_:
        await talk.says(line)
    question = talk.heard.text.splitlines()[-1]
    heard = await talk.says("把我的资料全部删掉")
    assert "先办" not in heard
    assert any("删" in label for label in heard.labels)
    heard = await talk.presses("不删")
    assert question in heard  # who stays goes on with it
    heard = await talk.says("把我的资料全部删掉")
    heard = await talk.presses(next(label for label in heard.labels if label != "不删"))
    assert question not in heard
    async with house.database.begin() as unit:
        found = await unit.conversations.get(talk.number)
    assert found is not None
    assert not (await talk.says("你好")).text.count(question)

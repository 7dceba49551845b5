"""Proof before anything is told; a wrong number and a wrong proof look alike."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from actions.content import Reply
from actions.proving import parse_number
from bot.messages import RiderLine
from knowledge.books import ConversationRow
from knowledge.people import QueryCodeRow
from knowledge.proofs import PROOF_HOLDS, TRIES, TRIES_FROM_ADDRESS, TRIES_WINDOW
from tests.actions.talk import House, Talk


@pytest.mark.parametrize(
    "written",
    [
        "YT-7K3Q9M",
        "yt-7k3q9m",
        "yt7k3q9m",
        "YT 7K3 Q9M",
        "ＹＴ－７Ｋ３Ｑ９Ｍ",
        "ｙｔ７ｋ３ｑ９ｍ",
        "YT—7K3Q9M",
        "编号是YT-7K3Q9M谢谢",
        "my number is yt 7k3q9m",
    ],
)
async def test_a_number_is_read_in_any_shape(house: House, written: str) -> None:
    """Lower case, wide digits, spaces, dashes, inside a sentence."""
    assert parse_number(written, house.database.region_tree) == "YT-7K3Q9M"
    talk = Talk(house)
    await talk.says("我的理赔到哪了")
    await talk.says(written)
    assert "YT-7K3Q9M 的查询码" in talk.heard or "code of YT-7K3Q9M" in talk.heard


@pytest.mark.parametrize("written", ["my health", "13900000001", "YT-7K3Q9", "QX-7K3Q9M", "你好"])
async def test_what_is_no_number_is_not_read_as_one(house: House, written: str) -> None:
    assert parse_number(written, house.database.region_tree) is None


@pytest.mark.parametrize("written", ["482913", "４８２９１３", "482 913", "查询码482913"])
async def test_a_code_is_read_in_any_shape(house: House, written: str) -> None:
    talk = Talk(house)
    await talk.says("我的理赔 YT-7K3Q9M")
    await talk.says(written)
    assert "4,940.00" in talk.heard


async def test_one_thing_is_asked_at_a_time(house: House) -> None:
    """First the number, then the code, with a way for who has none."""
    talk = Talk(house)
    await talk.says("我的理赔到哪了")
    assert "编号" in talk.heard
    await talk.says("YT-7K3Q9M")
    assert "查询码" in talk.heard
    assert "没有查询码" in talk.heard.labels
    await talk.presses("没有查询码")
    assert "后四位" in talk.heard


async def test_number_and_code_may_come_in_one_line(house: House) -> None:
    talk = Talk(house)
    await talk.says("我的理赔到哪了")
    await talk.says("yt 7k3q9m 482913")
    assert "4,940.00" in talk.heard


async def test_a_wrong_number_and_a_wrong_proof_are_answered_alike(house: House) -> None:
    """Whether there is such a number can't be found out, neither by code nor by tail."""
    answers = []
    for line in ("我的理赔 YT-7K3Q9M 000000", "我的理赔 YT-ZZ2ZZ7 482913"):
        talk = Talk(house)
        await talk.says(line)
        answers.append(talk.heard.text)
    assert answers[0] == answers[1]
    assert "没有对上" in answers[0]
    steps = []
    for number in ("YT-7K3Q9M", "YT-ZZ2ZZ7"):
        talk = Talk(house)
        await talk.says(f"我的理赔 {number}")
        before = talk.heard.text.replace(number, "…")
        await talk.says("9999")
        steps.append(before + talk.heard.text)
    assert steps[0] == steps[1]


async def test_after_a_wrong_proof_it_can_be_tried_again(house: House) -> None:
    talk = Talk(house)
    await talk.says("我的理赔 YT-7K3Q9M 000000")
    assert "找人工" in talk.heard.labels
    await talk.says("YT-7K3Q9M 482913")
    assert "4,940.00" in talk.heard


async def test_who_guesses_is_slowed_and_the_owner_is_not(house: House) -> None:
    """The right code no longer helps in this conversation for a while, but elsewhere."""
    guesser, owner = Talk(house), Talk(house)
    await guesser.says("我的理赔到哪了")
    for guess in range(TRIES):
        await guesser.says(f"YT-7K3Q9M 10000{guess}")
        assert "没有对上" in guesser.heard
    await guesser.says("YT-7K3Q9M 482913")
    assert "15分钟" in guesser.heard
    assert "4,940.00" not in guesser.heard
    await owner.says("我的理赔 YT-7K3Q9M 482913")
    assert "4,940.00" in owner.heard
    await guesser.waits(TRIES_WINDOW + timedelta(seconds=1))
    await guesser.says("我的理赔 YT-7K3Q9M 482913")
    assert "4,940.00" in guesser.heard


async def test_an_address_that_guesses_in_many_conversations_is_slowed(house: House) -> None:
    """A new conversation costs nothing; a new address does. Others go on."""
    for guesser in range(TRIES_FROM_ADDRESS // 3):
        talk = Talk(house, address="192.0.2.7")
        await talk.says("我的理赔到哪了")
        for guess in range(3):
            await talk.says(f"YT-7K3Q9M 1000{guesser:02}{guess}"[:16])
            assert "没有对上" in talk.heard
    fresh = Talk(house, address="192.0.2.7")
    await fresh.says("我的理赔 YT-7K3Q9M 482913")
    assert "15分钟" in fresh.heard
    elsewhere = Talk(house, address="192.0.2.8")
    await elsewhere.says("我的理赔 YT-7K3Q9M 482913")
    assert "4,940.00" in elsewhere.heard


async def test_a_proof_opens_what_was_said_on_another_phone(house: House) -> None:
    """Read only, for half an hour, and not for who proved nothing."""
    old = Talk(house, key="the-old-phone")
    async with house.database.begin() as unit:
        begun, _ = await unit.conversations.find_or_begin("main", "web", old.key)
        code = await unit.session.get(QueryCodeRow, "YT-7K3Q9M")
        assert code is not None
        await unit.session.execute(
            update(ConversationRow)
            .where(ConversationRow.id == begun)
            .values(person_id=code.person_id)
        )
    await old.says("附近哪有充电的")
    new, stranger = Talk(house), Talk(house)
    await stranger.says("我的理赔到哪了")
    assert await house.log.elsewhere(stranger.number, None) is None
    await new.says("我的理赔 YT-7K3Q9M 482913")
    assert "看以前的对话" in new.heard.labels
    lines = await house.log.elsewhere(new.number, None)
    assert lines is not None
    assert [line.text for line in lines if isinstance(line, RiderLine)] == ["附近哪有充电的"]
    assert not any(line.buttons or line.ask for line in lines if isinstance(line, Reply))
    assert await house.log.elsewhere(new.number, lines[0].id) == []
    house.clock.move(PROOF_HOLDS + timedelta(seconds=1))
    assert await house.log.elsewhere(new.number, None) is None


async def test_a_typed_phone_proves_nothing(house: House) -> None:
    talk = Talk(house)
    await talk.says("我的理赔到哪了")
    await talk.says("13900000001")
    assert "证明" in talk.heard
    assert "4,940.00" not in talk.heard


async def test_without_a_number_the_web_has_no_way_but_a_person(house: House) -> None:
    talk = Talk(house)
    await talk.says("我的理赔到哪了")
    await talk.presses("编号找不到了")
    assert "找人工" in talk.heard.labels
    assert "身份证" in talk.heard


async def test_on_telegram_the_own_contact_and_the_id_numbers_end_prove_everything(
    house: House,
) -> None:
    talk = Talk(house, "telegram")
    await talk.says("我的理赔到哪了")
    await talk.presses("编号找不到了")
    assert talk.heard[-1].ask == "contact"
    await talk.contact("13900000001")
    assert "后四位" in talk.heard
    await talk.says("0126")
    assert "4,940.00" in talk.heard


@pytest.mark.parametrize(("phone", "tail"), [("13900000001", "0135"), ("13900000099", "0126")])
async def test_a_contact_with_the_wrong_end_or_on_no_record_looks_alike(
    house: House, phone: str, tail: str
) -> None:
    talk = Talk(house, "telegram")
    await talk.says("我的理赔到哪了")
    await talk.presses("编号找不到了")
    await talk.contact(phone)
    assert "后四位" in talk.heard
    await talk.says(tail)
    assert "没有对上" in talk.heard


async def test_somebody_elses_contact_and_a_typed_number_are_no_proof(house: House) -> None:
    talk = Talk(house, "telegram")
    await talk.says("我的理赔到哪了")
    await talk.presses("编号找不到了")
    await talk.contact("13900000001", own=False)
    assert "别人的名片" in talk.heard
    await talk.says("13900000001")
    assert "证明不了" in talk.heard


async def test_a_contact_out_of_the_blue_asks_for_the_rest_of_the_proof(house: House) -> None:
    talk = Talk(house, "telegram")
    await talk.contact("13900000003")
    assert "后四位" in talk.heard
    await talk.says("0144")
    assert "WH-3N6P8C" in talk.heard


async def test_a_proof_holds_for_its_conversation_only(house: House) -> None:
    talk, other = Talk(house), Talk(house)
    await talk.says("我的理赔 YT-7K3Q9M 482913")
    await other.says("我的理赔到哪了")
    assert "4,940.00" not in other.heard


async def test_a_second_persons_number_needs_its_own_code(house: House) -> None:
    """A held proof opens nothing of somebody else."""
    talk = Talk(house)
    await talk.says("我的理赔 YT-7K3Q9M 482913")
    await talk.says("我的理赔 YC-9R4T6B")
    assert "YC-9R4T6B 的查询码" in talk.heard
    await talk.says("315947")
    assert "1,860.00" in talk.heard
    assert "YT-7K3Q9M" not in talk.heard


async def test_a_wrong_try_is_counted_and_stays_counted(house: House) -> None:
    """Asking anew after a wrong proof doesn't undo the count."""
    talk = Talk(house)
    await talk.says("我的理赔 YT-7K3Q9M 000000")
    for guess in range(TRIES - 1):
        await talk.says(f"我的理赔 YT-7K3Q9M 20000{guess}")
    await talk.says("YT-7K3Q9M 482913")
    assert "15分钟" in talk.heard

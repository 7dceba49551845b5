"""Sending: once, in order, at the platform's pace; and what nobody knows is called unknown."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from actions.content import Button, Reply
from bot.channels.telegram_api import TelegramApi
from bot.metrics import Metrics
from bot.rehearsal.telegram import FakeTelegram, Fault
from bot.sender import Never, NotYet, Sender, back_off
from knowledge.clock import MovableClock
from knowledge.database import Database
from knowledge.people import CODE_SHOWN
from knowledge.sending import Sending
from tests.bot.telegram_house import Post, post_over, stop
from tests.waiting import until


@pytest.fixture
async def post(database: Database) -> AsyncIterator[Post]:
    async with post_over(database) as made:
        made.telegram.tempo.burst = 1000
        yield made


def texts(post: Post, number: int = 7001) -> list[str]:
    return [message.text for message in post.telegram.chat(number).from_bot]


async def test_replies_arrive_in_order_and_are_written_down_as_sent(post: Post) -> None:
    """The platform's number is kept, the content is not."""
    post.go(post.sender())
    rider = post.user()
    await post.reply(rider, "一", "二", "三")
    assert await post.settled() == ["sent"] * 3
    assert texts(post) == ["一", "二", "三"]
    rows = await post.outbox()
    assert [row.platform_id for row in rows] == [
        str(message.message_id) for message in rider.chat.from_bot
    ]
    assert all(row.body is None and row.sent_at is not None for row in rows)
    post.telegram.check()


async def test_the_bell_wakes_the_sender_at_once(post: Post) -> None:
    """Not the slow poll: a reply is there within a fraction of a second."""
    post.go(post.sender())
    rider = post.user()
    await post.reply(rider, "begin")
    await post.settled()
    await asyncio.sleep(0.3)
    began = asyncio.get_running_loop().time()
    await post.reply(rider, "快")
    await rider.hears(2)
    assert asyncio.get_running_loop().time() - began < 0.5


async def test_a_chat_gets_one_message_a_second_and_another_does_not_wait(post: Post) -> None:
    """The pace of a chat is measured where the messages arrive."""
    post.telegram.tempo.burst = 1
    post.go(post.sender(fast=False))
    first, second = post.user(7001), post.user(7002)
    await post.reply(first, "一", "二", "三")
    await post.reply(second, "别人")
    began = asyncio.get_running_loop().time()
    await second.hears(1)
    assert asyncio.get_running_loop().time() - began < 0.9
    await post.settled()
    assert first.chat.closest is not None
    assert first.chat.closest >= 1.0
    post.telegram.check()


async def test_all_chats_together_get_thirty_a_second(post: Post) -> None:
    """Seventy riders are served without Telegram once saying that it is too fast."""
    post.go(post.sender(fast=False))
    riders = [post.user(8000 + number) for number in range(70)]
    for rider in riders:
        await post.reply(rider, "通知")
    await post.settled()
    times = sorted(rider.chat.from_bot[0].at for rider in riders)
    assert all(times[n + 30] - times[n] >= 1.0 for n in range(40))
    post.telegram.check()


async def test_a_crisis_goes_before_everything_else(post: Post) -> None:
    """Also before what has waited longer."""
    for number in range(20):
        await post.reply(post.user(8000 + number), "通知")
    await post.reply(post.user(7001), "我听到了", crisis=True)
    sender = post.sender()
    sender._at_once = 1
    post.go(sender)
    await post.settled()
    everybody = [(m.at, chat.id) for chat in post.telegram.chats.values() for m in chat.from_bot]
    assert min(everybody)[1] == 7001


async def test_a_query_code_is_put_in_on_the_way_and_never_after_its_day(post: Post) -> None:
    """The outbox holds a placeholder; what is sent late shows dots."""
    clock = MovableClock()
    post.database.clock = clock
    rider = post.user()
    await post.reply(rider, "…")
    async with post.database.begin() as unit:
        found = await unit.conversations.find("main", "telegram", "7001")
        assert found is not None
        await unit.people.issue_code(found.person, "YT-7K3Q9M", "claim", "482913")
    await post.reply(rider, "编号 YT-7K3Q9M，查询码 ⟦code:YT-7K3Q9M⟧")
    sender = post.go(post.sender())
    await post.settled()
    assert texts(post)[-1] == "编号 YT-7K3Q9M，查询码 482913"
    await stop(sender)
    await post.reply(rider, "查询码 ⟦code:YT-7K3Q9M⟧")
    clock.move(CODE_SHOWN)
    post.go(post.sender())
    await post.settled()
    assert texts(post)[-1] == "查询码 ••••••"


@pytest.mark.parametrize("kind", ["500", "429"])
async def test_what_was_refused_for_sure_is_tried_again(post: Post, kind: Any) -> None:
    """The Bot API's own error, or its 429: nothing arrived, so nothing is doubled."""
    post.telegram.fail(Fault(kind, retry_after=1))
    post.go(post.sender())
    rider = post.user()
    began = asyncio.get_running_loop().time()
    await post.reply(rider, "一", "二")
    assert await post.settled() == ["sent", "sent"]
    assert texts(post) == ["一", "二"]
    if kind == "429":
        assert asyncio.get_running_loop().time() - began >= 1.0
    assert (await post.outbox())[0].attempts == 2


async def test_a_chat_that_was_too_fast_waits_as_long_as_it_was_told(post: Post) -> None:
    """And no other chat with it."""
    first, second = post.user(7001), post.user(7002)
    post.telegram.plan = _once("7001", Fault("429", retry_after=2))
    post.go(post.sender())
    await post.reply(first, "慢")
    await asyncio.sleep(0.3)
    began = asyncio.get_running_loop().time()
    await post.reply(second, "快")
    await second.hears(1)
    assert asyncio.get_running_loop().time() - began < 1
    assert first.chat.from_bot == []
    await first.hears(1)
    assert asyncio.get_running_loop().time() - began >= 1.5


async def test_while_telegram_can_not_be_reached_everything_waits(post: Post) -> None:
    """No connection is made: surely not sent; sent when it is back, once and in order."""
    await post.telegram.stop()
    post.go(post.sender())
    rider = post.user()
    await post.reply(rider, "一", "二")
    await asyncio.sleep(1.2)
    assert await post.states() == ["ready", "ready"]
    await post.telegram.start()
    assert await post.settled() == ["sent", "sent"]
    assert texts(post) == ["一", "二"]


@pytest.mark.parametrize(
    ("kind", "arrived"),
    [
        ("accept_and_hang", True),
        ("accept_and_drop", True),
        ("accept_and_502", True),
        ("hang", False),
        ("502", False),
    ],
)
async def test_what_was_written_and_never_answered_is_unknown_and_not_repeated(
    post: Post, kind: Any, arrived: bool
) -> None:
    """From here both look the same: what may have arrived is not sent again, and counted."""
    post.telegram.fail(Fault(kind))
    post.go(post.sender())
    rider = post.user()
    await post.reply(rider, "一", "二")
    assert await post.settled() == ["unknown", "sent"]
    assert texts(post) == (["一", "二"] if arrived else ["二"])
    text = post.metrics.text().decode()
    assert 'gongyou_unknown_sends_total{channel="telegram"} 1.0' in text


async def test_only_a_crisis_reply_is_sent_once_more_and_says_so(post: Post) -> None:
    """Rather twice than not at all, once, and marked."""
    post.telegram.fail(Fault("accept_and_drop"))
    post.go(post.sender())
    rider = post.user()
    await post.reply(rider, "我听到了，请打 110。", crisis=True)
    assert await post.settled() == ["sent"]
    first, second = texts(post)
    assert first == "我听到了，请打 110。"
    assert second.startswith("【再发一次")
    assert second.endswith("我听到了，请打 110。")


async def test_a_crisis_reply_that_stays_unknown_is_not_sent_a_third_time(post: Post) -> None:
    """Also when its repeat had to be put off in between."""
    post.telegram.fail(Fault("accept_and_drop"), Fault("500"), Fault("accept_and_502"))
    post.go(post.sender())
    await post.reply(post.user(), "我听到了", crisis=True)
    assert await post.settled() == ["unknown"]
    assert len(texts(post)) == 2


async def test_a_rider_who_has_blocked_the_bot_is_recorded_and_gets_nothing_more(
    post: Post,
) -> None:
    """What waits for them is given up; when they are back, they are reached again."""
    post.go(post.sender())
    rider = post.user()
    await post.reply(rider, "一")
    await post.settled()
    await rider.block(told=False)
    await post.reply(rider, "二", "三")
    assert await post.settled() == ["sent", "failed", "failed"]
    assert await post.blocked(rider)
    await rider.unblock()
    await post.reply(rider, "四")
    assert (await post.settled())[-1] == "sent"
    assert not await post.blocked(rider)


async def test_what_telegram_won_t_have_with_its_buttons_goes_without_them(post: Post) -> None:
    """A mistake of ours must not leave the rider without an answer; Telegram's words are kept."""
    rider = post.user()
    call = {
        "method": "sendMessage",
        "text": "<b>请选</b> &lt;一个&gt;",
        "parse_mode": "HTML",
        "reply_markup": {"inline_keyboard": [[{"text": "打", "url": "tel:110"}]]},
    }
    await post.write(rider, [[call]])
    rider.chat.started = True
    post.go(post.sender())
    assert await post.settled() == ["sent"]
    assert texts(post) == ["请选 <一个>"]
    assert ["Unsupported URL protocol" in one.description for one in post.telegram.violations] == [
        True
    ]


async def test_what_can_never_be_sent_is_given_up_and_the_next_goes_on(post: Post) -> None:
    """An empty text is refused for good."""
    rider = post.user()
    empty = {"method": "sendMessage", "text": " "}
    await post.write(rider, [[empty], [{"method": "sendMessage", "text": "后面的"}]])
    rider.chat.started = True
    post.go(post.sender())
    assert await post.settled() == ["failed", "sent"]
    assert (await post.outbox())[0].error == "400 Bad Request: message text is empty"


async def test_of_two_senders_one_sends_and_the_other_takes_its_place(post: Post) -> None:
    """Nothing is sent twice; when the first goes, the second goes on."""
    first, second = post.go(post.sender("one")), post.go(post.sender("two"))
    rider = post.user()
    await post.reply(rider, *(str(number) for number in range(10)))
    await post.settled()
    await stop(first)
    await post.reply(rider, "之后")
    await post.settled()
    assert texts(post) == [*map(str, range(10)), "之后"]
    assert not second.done()


async def test_what_a_killed_sender_left_half_done_is_unknown(post: Post) -> None:
    """It may have been sent: the next sender doesn't, except for a crisis reply."""
    plain, crisis = post.user(7001), post.user(7002)
    await post.reply(plain, "一", "二")
    await post.reply(crisis, "我听到了", crisis=True)
    async with post.database.begin() as unit:
        assert len(await unit.outbox.next("main", "killed#1")) == 2
    post.go(post.sender())
    assert await post.settled() == ["unknown", "sent", "sent"]
    assert texts(post, 7001) == ["二"]
    assert texts(post, 7002)[0].startswith("【再发一次")


async def test_a_sender_that_was_replaced_has_no_say_but_that_it_was_sent(post: Post) -> None:
    """What it has surely sent is sent, whatever was believed meanwhile; no more than that."""
    rider = post.user()
    await post.reply(rider, "一")
    async with post.database.begin() as unit:
        (old,) = await unit.outbox.next("main", "old#1")
    async with post.database.begin() as unit:
        assert await unit.outbox.take_over("main") == 1
    async with post.database.begin() as unit:
        await unit.outbox.retry(old, unit.now, "late")
    assert await post.states() == ["unknown"]
    async with post.database.begin() as unit:
        await unit.outbox.sent(old, "77")
    assert await post.states() == ["sent"]


async def test_a_conversation_has_one_call_under_way_at_a_time(post: Post) -> None:
    """The second waits for the first, whoever asks."""
    await post.reply(post.user(), "一", "二")
    async with post.database.begin() as unit:
        (first,) = await unit.outbox.next("main", "a#1")
    async with post.database.begin() as unit:
        assert await unit.outbox.next("main", "a#1") == []
        await unit.outbox.retry(first, unit.now + timedelta(seconds=60), "later")
    async with post.database.begin() as unit:
        assert await unit.outbox.next("main", "a#1") == []


async def test_what_belongs_to_an_erased_person_is_never_sent(post: Post) -> None:
    """Without the key there is nothing to send, and nobody else waits for it."""
    from sqlalchemy import text

    await post.reply(post.user(7001), "一")
    await post.reply(post.user(7002), "二")
    async with post.database.begin() as unit:
        await unit.session.execute(
            text(
                "update persons set wrapped_key = null, key_id = null where id = "
                "(select person_id from conversations where key = '7001')"
            )
        )
    fresh = Database(post.database.url, post.database.keyring)
    sender = Sender(fresh, post.wire(), Metrics(), name="one")
    post.go(sender)
    assert await post.settled() == ["failed", "sent"]
    await fresh.close()


async def test_what_was_sent_is_written_down_even_if_the_database_was_away(post: Post) -> None:
    """The send is over; its row waits for the database, and nothing overtakes it."""
    sender = post.sender()
    real, failures = sender._write, 0

    async def write(*what: Any) -> None:
        nonlocal failures
        failures += 1
        if failures <= 2:
            raise ConnectionError("away")
        await real(*what)

    sender._write = write  # type: ignore[method-assign,assignment]
    post.go(sender)
    await post.reply(post.user(), "一", "二")
    assert await post.settled() == ["sent", "sent"]
    assert texts(post) == ["一", "二"]


async def test_at_the_end_what_is_under_way_is_finished(post: Post) -> None:
    """A sender that is stopped leaves no row of which nobody knows."""
    task = post.go(post.sender())
    riders = [post.user(8000 + number) for number in range(8)]
    for rider in riders:
        await post.reply(rider, "一", "二")
    await until(lambda: any(rider.chat.from_bot for rider in riders))
    await stop(task)
    assert set(await post.states()) <= {"sent", "ready"}


async def test_a_hard_time_leaves_balanced_books(post: Post) -> None:
    """Faults of all kinds: each call is sent once or unknown, and none arrived twice."""
    kinds = ["500", "accept_and_502", "429", "accept_and_drop", "502", None, None, None]
    asked = Counter[str]()

    def plan(_method: str, params: Any) -> Fault | None:
        asked[params["text"]] += 1
        kind = kinds[hash(params["text"]) % 8] if asked[params["text"]] == 1 else None
        return Fault(kind) if kind else None  # type: ignore[arg-type]

    post.telegram.plan = plan
    task = post.go(post.sender("one"))
    riders = [post.user(8000 + number) for number in range(10)]
    for turn in range(6):
        for rider in riders:
            await post.reply(rider, f"{rider.number}:{turn}")
        if turn == 3:
            await stop(task)
            post.go(post.sender("two"))
    states = Counter(await post.settled(60))
    assert set(states) <= {"sent", "unknown"}
    arrived = Counter(text for rider in riders for text in texts(post, rider.number))
    assert max(arrived.values()) == 1
    for rider in riders:
        assert texts(post, rider.number) == sorted(texts(post, rider.number))
    known = [m for rider in riders for m in rider.chat.from_bot if m.answered]
    assert len(known) == states["sent"]


@pytest.mark.parametrize(
    ("code", "description", "what"),
    [
        (400, "Bad Request: chat not found", Never),
        (401, "Unauthorized", NotYet),
        (404, "Not Found", NotYet),
    ],
)
async def test_what_errors_mean(post: Post, code: int, description: str, what: type) -> None:
    """A wrong token is nobody's message's fault: everything waits until it is put right."""
    wrong = TelegramApi("1:wrong", post.telegram.url)
    api = wrong if code == 401 else post.api
    sending = Sending(1, 1, "424242", False, 1, {"method": "sendMessage", "text": "x"}, "s")
    if code == 404:
        sending = Sending(1, 1, "424242", False, 1, {"method": "sendNonsense"}, "s")
    delivery = await post.wire(api).deliver(sending)
    await wrong.close()
    assert isinstance(delivery, what)
    assert isinstance(delivery, Never | NotYet)
    assert description in delivery.why


def test_the_back_off_doubles_up_to_a_minute() -> None:
    """Half a second, one, two … and never longer than a minute."""
    assert [back_off(tries) for tries in (1, 2, 3, 8, 30_000)] == [0.5, 1, 2, 60, 60]


def _once(chat: str, fault: Fault) -> Any:
    used: list[bool] = []

    def plan(_method: str, params: Any) -> Fault | None:
        if str(params.get("chat_id")) == chat and not used:
            used.append(True)
            return fault
        return None

    return plan


async def test_a_button_still_works_after_the_sender_came_back(post: Post) -> None:
    """What is sent by the next sender looks the same to the rider."""
    rider = post.user()
    await post.reply(rider, Reply(text="?", buttons=(Button(id="r:start", label="开始"),)))
    post.go(post.sender())
    (message,) = await rider.hears(1)
    assert [button["text"] for button in message.buttons] == ["开始"]
    assert isinstance(post.telegram, FakeTelegram)

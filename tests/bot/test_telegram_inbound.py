"""What people do in Telegram arrives in the inbox: durable, once, and as what it is."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import update

from actions.content import (
    Button,
    Contact,
    Document,
    Location,
    Photo,
    Press,
    Reply,
    Sticker,
    Text,
    Voice,
)
from bot.channels.telegram_hearing import BODY_BYTES, Hearing
from bot.channels.telegram_inbound import language
from bot.rehearsal.telegram import Fault
from bot.rehearsal.telegram_user import NothingToPress
from knowledge.books import ConversationRow
from knowledge.clock import MovableClock
from knowledge.database import Database
from tests.bot.telegram_house import SECRET, Post, post_over, stop
from tests.waiting import until


@pytest.fixture
async def post(database: Database) -> AsyncIterator[Post]:
    async with post_over(database) as made:
        yield made
        made.telegram.check()


def a_photo(kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(out, kind)
    return out.getvalue()


async def test_everything_that_can_be_sent_arrives_as_what_it_is(post: Post) -> None:
    """Text, place, venue, contact, photo, voice, sticker and files, in order."""
    post.go(post.hearing())
    rider = post.user(7001, phone="8613900000001")
    await rider.text("  我想入会\0 ")
    await rider.location(37.5, 121.4)
    await rider.venue(37.5, 121.4, "万达广场", "环翠区 1 号")
    await rider.contact()
    await rider.contact("13900000002", owner=9)
    await rider.contact("13900000003")
    await rider.photo(a_photo(), "小票")
    await rider.voice(b"OggS...", seconds=7)
    await rider.sticker("👍")
    await rider.document(b"%PDF", "小结.pdf", "application/pdf")
    await rider.document(a_photo("PNG"), "小结.png", "image/png")
    await rider.document(b"not a photo", "坏的.jpg", "image/jpeg")
    got = await post.came(12)
    assert got[0] == Text(text="我想入会")
    assert got[1] == Location(lat=37.5, lon=121.4)
    assert got[2] == Location(lat=37.5, lon=121.4, title="万达广场", address="环翠区 1 号")
    assert got[3] == Contact(phone="+8613900000001", name="骑手", own=True)
    assert got[4] == Contact(phone="13900000002", name="骑手", own=False)
    assert got[5] == Contact(phone="13900000003", name="骑手", own=False)
    assert isinstance(got[6], Photo)
    assert got[6].caption == "小票"
    assert isinstance(got[7], Voice)
    assert got[7].seconds == 7
    assert got[7].file_id is not None
    assert got[8] == Sticker(emoji="👍")
    assert got[9] == Document(name="小结.pdf", mime="application/pdf")
    assert isinstance(got[10], Photo)
    assert got[11] == Document(name="坏的.jpg", mime="image/jpeg")
    async with post.database.begin() as unit:
        found = await unit.conversations.find("main", "telegram", "7001")
        assert found is not None
        mime, body = await unit.files.read(got[6].file_id, found.id)
        assert (mime, body[:3]) == ("image/jpeg", b"\xff\xd8\xff")
        assert await unit.files.read(got[7].file_id, found.id) == ("audio/ogg", b"OggS...")


async def test_a_long_text_arrives_whole_so_that_all_of_it_can_be_read(post: Post) -> None:
    """The crisis rules read what the engine then cuts."""
    post.go(post.hearing())
    await post.user().text("啊" * 4000 + "我不想活了")
    assert await post.came(1) == [Text(text="啊" * 4000 + "我不想活了")]


@pytest.mark.parametrize(
    ("typed", "content"),
    [
        ("/start", Press(id="r:start", label="/start")),
        ("/start from_a_poster", Press(id="r:start", label="/start")),
        ("/help@gongyou_test_bot", Press(id="r:start", label="/help")),
        ("/cancel", Text(text="cancel")),
        ("/查", Text(text="/查")),
    ],
)
async def test_commands_are_buttons_or_words(post: Post, typed: str, content: Any) -> None:
    """/start and /help open the hello; any other is read as if the stroke weren't there."""
    post.go(post.hearing())
    await post.user().text(typed)
    assert await post.came(1) == [content]


@pytest.mark.parametrize(
    ("code", "named"),
    [
        ("zh-hans", "zh"),
        ("zh-TW", "zh-hant"),
        ("zh_hk", "zh-hant"),
        ("en-GB", "en"),
        ("de", None),
        (None, None),
    ],
)
def test_the_language_of_a_phone(code: str | None, named: str | None) -> None:
    """Telegram's tags in the house's names."""
    assert language(code) == named


async def test_a_press_is_answered_at_once_and_arrives_with_its_label(post: Post) -> None:
    """The button stops spinning, and the log will show what was pressed."""
    post.go(post.hearing())
    sender = post.go(post.sender())
    rider = post.user()
    await post.reply(rider, Reply(text="?", buttons=(Button(id="a:1:0", label="送外卖"),)))
    await rider.hears(1)
    await rider.press("外卖")
    await until(lambda: len(post.telegram.callbacks_answered) == 1)
    await until(lambda: _is(post, [Press(id="a:1:0", label="送外卖")]))
    with pytest.raises(NothingToPress):
        await rider.press("快递")
    await stop(sender)


async def test_an_edit_corrects_what_is_not_answered_yet(post: Post) -> None:
    """The corrected text stands in the place of the first; nothing is said twice."""
    post.go(post.hearing())
    rider = post.user()
    await rider.text("我的手机号是 13900000009")
    await post.came(1)
    await rider.edit("我的手机号是 13900000001")
    await until(lambda: _is(post, [Text(text="我的手机号是 13900000001")]))


async def test_an_edit_of_something_answered_changes_nothing(post: Post) -> None:
    """It was said, and answered: the rider says it anew."""
    post.go(post.hearing())
    rider = post.user()
    await rider.text("第一")
    await post.came(1)
    await post.handle_all()
    await rider.edit("第二")
    await rider.text("第三")
    await until(lambda: _is(post, [Text(text="第三")]))


async def test_an_edit_that_overtakes_its_message_stands_for_it(post: Post) -> None:
    """Whichever comes first, the corrected text is what arrives."""
    rider = post.user()
    first = post.telegram.updates.make(message={**_said(rider, 41), "text": "旧"})
    edit = post.telegram.updates.make(edited_message={**_said(rider, 41), "text": "新"})
    await post.channel.take(edit)
    await post.channel.take(first)
    assert await post.contents() == [Text(text="新")]


async def test_a_live_location_is_one_message_however_far_it_moves(post: Post) -> None:
    """Its edits come every few seconds and ask nothing."""
    post.go(post.hearing())
    rider = post.user()
    await rider.location(37.5, 121.4, live_period=900)
    await post.came(1)
    moved = {**_said(rider, 1000), "location": {"latitude": 38, "longitude": 121}}
    await post.telegram.updates.deliver(post.telegram.updates.make(edited_message=moved))
    await rider.text("到了")
    got = await post.came(2)
    assert got == [Location(lat=37.5, lon=121.4), Text(text="到了")]


async def test_a_repeated_delivery_is_one_message_also_across_a_restart(post: Post) -> None:
    """What Telegram brings again, because it was not confirmed, has no second effect."""
    hearing = post.go(post.hearing())
    rider = post.user()
    numbers = [await rider.text("一"), await rider.text("二")]
    await post.came(2)
    await stop(hearing)
    await post.telegram.updates.repeat(*numbers[::-1])
    post.go(post.hearing())
    await rider.text("三")
    await until(lambda: _is(post, [Text(text="一"), Text(text="二"), Text(text="三")]))


async def test_nothing_is_confirmed_that_is_not_in_the_inbox(post: Post) -> None:
    """While the store can't take it, Telegram keeps it."""
    real = post.inbox.put
    failing = True

    async def put(inbound: Any) -> Any:
        if failing:
            raise ConnectionError("the store is away")
        return await real(inbound)

    post.inbox.put = put  # type: ignore[method-assign]
    post.go(post.hearing())
    rider = post.user()
    await rider.text("别丢了我")
    await asyncio.sleep(1.5)
    assert post.telegram.updates.waiting == 1
    failing = False
    assert await post.came(1) == [Text(text="别丢了我")]
    await until(lambda: post.telegram.updates.waiting == 0)


async def test_one_chat_waits_for_its_order_and_no_other_chat_waits_for_it(post: Post) -> None:
    """A photo that can't be fetched yet holds up what came after it in its chat only."""
    post.telegram.fail(*[Fault("500")] * 2, method="getFile")
    first, second = post.user(7001), post.user(7002)
    await first.photo(a_photo())
    await first.text("照片发了")
    await second.text("我是别人")
    post.go(post.hearing())
    got = await post.came(3)
    assert got[0] == Text(text="我是别人")
    assert isinstance(got[1], Photo)
    assert got[2] == Text(text="照片发了")


async def test_a_photo_that_never_comes_goes_on_as_a_file_that_can_not_be_read(post: Post) -> None:
    """The rider is told something, and the rest of the chat goes on."""
    post.telegram.fail(*[Fault("500")] * 3, method="getFile")
    await post.user().photo(a_photo())
    post.go(post.hearing())
    assert await post.came(1) == [Document(mime="image/jpeg")]


async def test_pending_updates_are_kept_when_polling_begins(post: Post) -> None:
    """What was written while the house was down is answered when it is up."""
    rider = post.user()
    await rider.text("在吗")
    await rider.text("还在吗")
    post.go(post.hearing())
    assert await post.came(2) == [Text(text="在吗"), Text(text="还在吗")]


async def test_the_offset_survives_a_restart_but_not_a_silent_week(post: Post) -> None:
    """After a week Telegram numbers anew: an old offset would confirm what nobody has read."""
    clock = MovableClock()
    post.database.clock = clock
    hearing = post.go(post.hearing())
    await post.user().text("一")
    await until(lambda: any(p.get("offset") for m, p in post.telegram.calls if m == "getupdates"))
    await stop(hearing)
    post.telegram.calls.clear()
    hearing = post.go(post.hearing())
    await until(lambda: [m for m, _ in post.telegram.calls].count("getupdates"))
    assert next(p for m, p in post.telegram.calls if m == "getupdates")["offset"] == 500_001
    await stop(hearing)
    clock.move(timedelta(days=7))
    post.telegram.calls.clear()
    post.go(post.hearing())
    await until(lambda: [m for m, _ in post.telegram.calls].count("getupdates"))
    assert "offset" not in next(p for m, p in post.telegram.calls if m == "getupdates")


async def test_of_two_pollers_one_polls(post: Post) -> None:
    """Telegram never sees two at once; when the first goes, the second goes on."""
    first, second = post.go(post.hearing()), post.go(post.hearing())
    rider = post.user()
    await rider.text("一")
    await post.came(1)
    await asyncio.sleep(1.2)
    await stop(first)
    await rider.text("二")
    await post.came(2)
    assert not second.done()


async def test_a_group_is_told_once_that_the_bot_answers_in_private(post: Post) -> None:
    """And what is said there goes into no inbox."""
    post.go(post.hearing())
    rider = post.user()
    await rider.group_text("@gongyou_test_bot 我要入会")
    await rider.group_text("在吗")
    await rider.text("私聊")
    assert await post.came(1) == [Text(text="私聊")]
    group = post.telegram.chat(-4001)
    await until(lambda: len(group.from_bot) == 1)
    assert "私聊" in group.from_bot[0].text


async def test_an_answer_that_takes_over_a_second_shows_a_typing_sign(post: Post) -> None:
    """A quick answer shows none."""
    post.go(post.hearing())
    slow, quick = post.user(7001), post.user(7002)
    await quick.text("快")
    await post.came(1)
    await post.handle_all()
    await slow.text("慢")
    await until(lambda: len(slow.chat.actions) == 1, 4)
    assert slow.chat.actions[0][1] == "typing"
    assert quick.chat.actions == []


async def test_the_language_of_the_phone_counts_until_the_rider_has_written(post: Post) -> None:
    """/start from an English phone is greeted in English; later the rider's own words decide."""
    seen: list[str | None] = []
    real = post.inbox.put

    async def put(inbound: Any) -> Any:
        seen.append(inbound.language)
        return await real(inbound)

    post.inbox.put = put  # type: ignore[method-assign]
    rider = post.user(language="en")
    await post.channel.take(
        post.telegram.updates.make(message={**_said(rider, 1), "text": "/start"})
    )
    async with post.database.begin() as unit:
        found = await unit.conversations.find("main", "telegram", "7001")
        assert found is not None
        await unit.session.execute(
            update(ConversationRow).where(ConversationRow.id == found.id).values(language="zh")
        )
    await post.channel.take(
        post.telegram.updates.make(message={**_said(rider, 2), "text": "/start"})
    )
    assert seen == ["en", None]


async def test_blocking_and_coming_back_are_recorded(post: Post) -> None:
    """Telegram tells of both."""
    post.go(post.hearing())
    rider = post.user()
    await rider.text("你好")
    await post.came(1)
    await rider.block()
    await until(lambda: post.blocked(rider))
    await rider.unblock()
    await until(lambda: _not_blocked(post, rider))


async def test_what_is_no_update_does_not_stop_the_others(post: Post) -> None:
    """It is put aside at once and counted in the log."""
    await post.telegram.updates.deliver(
        {"update_id": 499_999, "message": {"message_id": "x", "chat": "nobody"}}
    )
    await post.user().text("我后面的")
    post.go(post.hearing())
    assert await post.came(1) == [Text(text="我后面的")]


# By webhook


async def test_by_webhook_it_arrives_before_telegram_hears_that_it_is_done(post: Post) -> None:
    """Set at the start with the secret, and nothing pending is dropped."""
    rider = post.user()
    await rider.text("早先的")
    async with post.webhook() as address:
        post.go(post.hearing(public_url=address, secret=SECRET))
        assert await post.came(1) == [Text(text="早先的")]
        await rider.text("后来的")
        await rider.location(37.5, 121.4)
        assert (await post.came(3))[1:] == [Text(text="后来的"), Location(lat=37.5, lon=121.4)]
        await until(lambda: post.telegram.updates.waiting == 0)
    assert post.telegram.updates.webhook is not None
    assert post.telegram.updates.webhook["secret_token"] == SECRET


async def test_the_webhook_tells_no_one_without_the_secret_anything(post: Post) -> None:
    """401 in the house's own shape of errors, and nothing arrives."""
    rider = post.user()
    update = post.telegram.updates.make(message={**_said(rider, 1), "text": "假的"})
    async with post.webhook() as address:
        post.telegram.updates.webhook = {
            "url": f"{address}/telegram/webhook",
            "secret_token": SECRET,
        }
        assert await post.telegram.updates.bring(update, secret="wrong") == 401
        assert await post.telegram.updates.bring(update, secret="") == 401
        assert await post.contents() == []
        assert await post.telegram.updates.bring(update) == 200
        assert len(await post.contents()) == 1


async def test_the_webhook_answers_what_is_none_in_the_one_shape(post: Post) -> None:
    """Too large, no JSON, no update: 413, 400, 400."""
    import aiohttp

    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    cases = [
        (b"x" * (BODY_BYTES + 1), 413, "too_large"),
        (b"{", 400, "bad_json"),
        (b"[1]", 400, "bad_update"),
        (b'{"update_id": "1"}', 400, "bad_update"),
    ]
    async with post.webhook() as address, aiohttp.ClientSession(headers=headers) as client:
        for body, status, code in cases:
            async with client.post(f"{address}/telegram/webhook", data=body) as answer:
                assert answer.status == status
                assert (await answer.json())["error"]["code"] == code


async def test_what_can_not_be_kept_is_brought_again(post: Post) -> None:
    """Not 200 while the store is away: Telegram comes again, and it is one message."""
    real = post.inbox.put
    tries = 0

    async def put(inbound: Any) -> Any:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise ConnectionError("the store is away")
        return await real(inbound)

    post.inbox.put = put  # type: ignore[method-assign]
    async with post.webhook() as address:
        post.go(post.hearing(public_url=address, secret=SECRET))
        await until(lambda: post.telegram.updates.webhook is not None)
        await post.user().text("别丢了我")
        assert await post.came(1) == [Text(text="别丢了我")]
        assert tries == 3


async def test_without_a_public_address_an_old_webhook_is_taken_down_and_nothing_lost(
    post: Post,
) -> None:
    """From webhook to polling and back, what waited is there."""
    post.telegram.updates.webhook = {"url": "http://127.0.0.1:9/telegram/webhook"}
    rider = post.user()
    await rider.text("还在")
    hearing: Hearing = post.hearing()
    post.go(hearing)
    assert await post.came(1) == [Text(text="还在")]


async def _is(post: Post, wanted: list[Any]) -> bool:
    return await post.contents() == wanted


async def _not_blocked(post: Post, rider: Any) -> bool:
    return not await post.blocked(rider)


def _said(rider: Any, number: int) -> dict[str, Any]:
    said: dict[str, Any] = rider._said(number)
    return said

"""The played Telegram is as strict as the real one: what it lets pass, Telegram lets pass."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.channels.telegram_api import NotConnected, Refused, TelegramApi, Unclear
from bot.rehearsal.telegram import FakeTelegram, Fault, Tempo
from bot.rehearsal.telegram_user import TelegramUser


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as made:
        made.chat(7001)
        made.chat(-4001, "group")
        yield made


@pytest.fixture
async def api(telegram: FakeTelegram) -> AsyncIterator[TelegramApi]:
    made = TelegramApi(telegram.token, telegram.url, read=0.3)
    yield made
    await made.close()


def inline(**button: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": "x", **button}]]}


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("sendMessage", {"text": ""}, "message text is empty"),
    ("sendMessage", {"text": " \n"}, "message text is empty"),
    ("sendMessage", {"text": "字" * 4097}, "message is too long"),
    ("sendMessage", {"text": "😀" * 2049}, "message is too long"),
    ("sendMessage", {"text": "x", "chat_id": 1}, "chat not found"),
    ("sendMessage", {"text": "x", "chat_id": ""}, "chat_id is empty"),
    ("sendMessage", {"text": "<b>x", "parse_mode": "HTML"}, "Can't find end tag"),
    ("sendMessage", {"text": "<p>x</p>", "parse_mode": "HTML"}, 'Unsupported start tag "p"'),
    ("sendMessage", {"text": "a < b", "parse_mode": "HTML"}, "Unclosed start tag"),
    ("sendMessage", {"text": "x", "reply_markup": "{"}, "can't parse reply keyboard markup"),
    ("sendMessage", {"text": "x", "reply_markup": inline()}, "Text buttons are unallowed"),
    ("sendMessage", {"text": "x", "reply_markup": inline(callback_data="字" * 22)}, "BUTTON_DATA"),
    ("sendMessage", {"text": "x", "reply_markup": inline(url="tel:110")}, "Unsupported URL"),
    (
        "sendMessage",
        {"text": "x", "reply_markup": inline(url="http://localhost")},
        "Wrong HTTP URL",
    ),
    (
        "sendMessage",
        {"text": "x", "reply_markup": {"inline_keyboard": [[{"text": " ", "url": "http://a.b"}]]}},
        "must be non-empty",
    ),
    (
        "sendMessage",
        {
            "text": "x",
            "reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "x"}]] * 101},
        },
        "reply markup is too long",
    ),
    (
        "sendMessage",
        {
            "text": "x",
            "chat_id": -4001,
            "reply_markup": {"keyboard": [[{"text": "x", "request_contact": True}]]},
        },
        "private chats only",
    ),
    ("sendVenue", {"latitude": 1, "longitude": 2, "title": "x", "address": ""}, "address must be"),
    ("sendVenue", {"longitude": 2, "title": "x", "address": "y"}, "latitude is empty"),
    ("sendLocation", {"latitude": 91, "longitude": 2}, "wrong location"),
    ("sendPhoto", {}, "there is no photo"),
    ("sendPhoto", {"photo": "x", "caption": "字" * 1025}, "caption is too long"),
    ("sendChatAction", {"action": "thinking"}, "wrong parameter action"),
    ("answerCallbackQuery", {"callback_query_id": "1"}, "query is too old"),
    ("answerCallbackQuery", {"callback_query_id": "1", "text": "x" * 201}, "MESSAGE_TOO_LONG"),
    ("editMessageReplyMarkup", {"message_id": 5}, "message to edit not found"),
    ("getFile", {"file_id": "x"}, "invalid file_id"),
]


@pytest.mark.parametrize(("method", "params", "words"), REFUSED)
async def test_what_telegram_refuses_is_refused_and_remembered(
    telegram: FakeTelegram, api: TelegramApi, method: str, params: dict[str, Any], words: str
) -> None:
    """400 in Telegram's words; a test that looks at the end fails on it."""
    with pytest.raises(Refused, match="Bad Request") as refused:
        await api.call(method, **{"chat_id": 7001, **params})
    assert refused.value.code == 400
    assert words in refused.value.description
    with pytest.raises(AssertionError, match="limits were broken"):
        telegram.check()


async def test_what_telegram_takes_is_taken(telegram: FakeTelegram, api: TelegramApi) -> None:
    """At the very limits, and with every kind of keyboard."""
    telegram.tempo.burst = 100
    for params in (
        {"text": "字" * 4096},
        {"text": "<b>x</b> <a href='https://a.b'>y</a> &lt;", "parse_mode": "HTML"},
        {"text": "x", "reply_markup": inline(callback_data="x" * 64)},
        {"text": "x", "reply_markup": inline(url="https://union.example/")},
        {"text": "x", "reply_markup": {"keyboard": [[{"text": "x", "request_location": True}]]}},
        {"text": "x", "reply_markup": {"remove_keyboard": True}},
    ):
        result = await api.call("sendMessage", chat_id=7001, **params)
        assert result["message_id"]
    assert telegram.chat(7001).keyboard is None
    telegram.check()


async def test_a_chat_that_gets_too_much_is_protected(
    telegram: FakeTelegram, api: TelegramApi
) -> None:
    """A short burst passes; then 429 with the time to wait, which is remembered."""
    for _ in range(3):
        await api.call("sendMessage", chat_id=7001, text="x")
    with pytest.raises(Refused) as refused:
        await api.call("sendMessage", chat_id=7001, text="x")
    assert (refused.value.code, refused.value.retry_after) == (429, 1.0)
    with pytest.raises(AssertionError):
        telegram.check()


def test_all_chats_together_may_have_thirty_in_a_second() -> None:
    """The thirty-first waits, whoever it is for; a second later all is well."""
    tempo = Tempo()
    assert [tempo.wait(chat, 0.0) for chat in range(30)] == [None] * 30
    assert tempo.wait(30, 0.5) == 1
    assert tempo.wait(30, 1.0) is None


@pytest.mark.parametrize(
    ("kind", "error", "arrived"),
    [
        ("accept_and_hang", Unclear, 1),
        ("accept_and_drop", Unclear, 1),
        ("accept_and_502", Unclear, 1),
        ("hang", Unclear, 0),
        ("502", Unclear, 0),
        ("500", Refused, 0),
        ("429", Refused, 0),
    ],
)
async def test_faults_on_purpose_look_as_they_would_outside(
    telegram: FakeTelegram, api: TelegramApi, kind: Any, error: type, arrived: int
) -> None:
    """And are held against nobody."""
    telegram.fail(Fault(kind))
    with pytest.raises(error):
        await api.call("sendMessage", chat_id=7001, text="x")
    assert len(telegram.chat(7001).from_bot) == arrived
    telegram.check()


async def test_a_platform_that_is_away_refuses_the_connection(
    telegram: FakeTelegram, api: TelegramApi
) -> None:
    """That is told apart from every answer."""
    await telegram.stop()
    with pytest.raises(NotConnected):
        await api.call("getMe")
    await telegram.start()
    assert (await api.call("getMe"))["is_bot"] is True


async def test_a_second_poller_ends_the_first(telegram: FakeTelegram) -> None:
    """As Telegram does it: 409 for the one that was there."""
    api = TelegramApi(telegram.token, telegram.url)
    first = asyncio.create_task(api.call("getUpdates", timeout=5))
    await asyncio.sleep(0.1)
    second = asyncio.create_task(api.call("getUpdates", timeout=0))
    with pytest.raises(Refused, match="409 Conflict: terminated by other getUpdates"):
        await first
    assert await second == []
    await api.close()


async def test_pending_updates_dropped_are_a_violation(
    telegram: FakeTelegram, api: TelegramApi
) -> None:
    """Telegram allows it; a bot that loses nothing never asks for it."""
    await TelegramUser(telegram).text("在吗")
    await api.call("deleteWebhook", drop_pending_updates=True)
    with pytest.raises(AssertionError, match="pending updates dropped"):
        telegram.check()


async def test_a_webhook_needs_an_encrypted_address(
    telegram: FakeTelegram, api: TelegramApi
) -> None:
    """Only this machine itself may do without, for the tests."""
    with pytest.raises(Refused, match="HTTPS URL must be provided"):
        await api.call("setWebhook", url="http://union.example/telegram/webhook")
    assert (await api.call("getWebhookInfo"))["url"] == ""


async def test_who_has_blocked_the_bot_or_never_wrote_is_not_reached(
    telegram: FakeTelegram, api: TelegramApi
) -> None:
    """403 in Telegram's words, which is no mistake of the bot."""
    await TelegramUser(telegram, 7001).block(told=False)
    telegram.chat(7002).started = False
    for chat, words in ((7001, "bot was blocked by the user"), (7002, "can't initiate")):
        with pytest.raises(Refused, match="403 Forbidden") as refused:
            await api.call("sendMessage", chat_id=chat, text="x")
        assert words in refused.value.description
    telegram.check()

"""`POST /api/chat/messages`: durable first, then the answer, errors in one shape."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from actions.content import Location, Press, Text
from bot.channels.http import networks
from bot.channels.web import build_web
from bot.channels.web_parts import WebLimits, WebParts
from bot.messages import Inbound, Receipt
from knowledge.database import DatabaseAway
from tests.bot.web_house import House

TOKEN = "Zx8Kq1vN3bT7mY5cR0wL2p"
BEARER = {"Authorization": f"Bearer {TOKEN}"}

type Client = TestClient[Any, Any]


def parts(house: House, **changes: Any) -> WebParts:
    return WebParts(inbox=house, log=house, photos=house, **changes)


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
async def client(house: House) -> AsyncIterator[Client]:
    async with TestClient(TestServer(build_web(parts(house, trace=True)))) as client:
        yield client


async def post(
    client: Client, body: Any, headers: Mapping[str, str] = BEARER
) -> tuple[int, dict[str, Any]]:
    raw = body if isinstance(body, (bytes, str)) else json.dumps(body)
    response = await client.post("/api/chat/messages", data=raw, headers=headers)
    return response.status, await response.json()


async def test_a_text_is_answered_in_the_same_request(client: Client, house: House) -> None:
    """The token's hash is the conversation's key; the token itself reaches nobody."""
    status, body = await post(client, {"id": "m1", "text": " 你好\u0000 ", "language": "zh-CN"})
    assert status == 200
    assert body["state"] == "answered"
    fields = {"id", "at", "from", "text", "buttons", "cards", "ask", "file", "picture"}
    assert set(body["replies"][0]) == fields
    assert body["replies"][0]["from"] == "bot"
    assert body["trace"]["route"] == "test"
    inbound = house.inbound[0]
    assert inbound.conversation == hashlib.sha256(TOKEN.encode()).hexdigest()
    assert inbound.content == Text(text="你好")
    assert (inbound.channel, inbound.external_id, inbound.language) == ("web", "m1", "zh-CN")
    assert TOKEN not in repr(house.inbound)


async def test_the_trace_is_only_told_where_it_is_switched_on(house: House) -> None:
    """Route and confidence are for tests and staff."""
    async with TestClient(TestServer(build_web(parts(house)))) as client:
        _, body = await post(client, {"id": "m1", "text": "你好"})
    assert "trace" not in body


async def test_the_same_id_again_answers_the_same_and_does_nothing(
    client: Client, house: House
) -> None:
    """A page that lost the answer may send again, also both at the same time."""
    message = {"id": "m1", "text": "你好"}
    (_, first), (_, second) = await asyncio.gather(post(client, message), post(client, message))
    _, third = await post(client, message)
    assert first == second == third
    assert len(house.inbound) == 1


async def test_a_place_and_a_button_reach_the_house_as_what_they_are(
    client: Client, house: House
) -> None:
    """Degrees stay as they came; a button has its id and the label that was seen."""
    await post(client, {"id": "a", "location": {"lat": 20.03, "lon": 110.33, "accuracy": 12}})
    await post(client, {"id": "b", "button": "r:join_union", "label": "加入工会"})
    assert house.inbound[0].content == Location(lat=20.03, lon=110.33)
    assert house.inbound[1].content == Press(id="r:join_union", label="加入工会")


async def test_the_page_hears_that_its_message_is_safe_before_the_answer(client: Client) -> None:
    """Headers go ahead of an answer that takes its time, so the next message can be sent."""
    loop = asyncio.get_running_loop()
    start = loop.time()
    response = await client.post(
        "/api/chat/messages", data=json.dumps({"id": "m1", "text": "慢"}), headers=BEARER
    )
    headers_after = loop.time() - start
    body = await response.json()
    assert headers_after < 1.0 < loop.time() - start
    assert body["state"] == "answered"


async def test_what_takes_too_long_is_pending(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The request ends; the answer will come by event."""
    monkeypatch.setattr("bot.channels.web_messages.ANSWER_WAIT", 0.3)
    status, body = await post(client, {"id": "m1", "text": "很久"})
    assert (status, body) == (200, {"state": "pending", "replies": []})


async def test_a_held_conversation_says_so(client: Client, house: House) -> None:
    """While a person speaks the bot is silent."""
    await post(client, {"id": "m1", "text": "你好"})
    house.books[1].held = True
    _, body = await post(client, {"id": "m2", "text": "在吗"})
    assert (body["state"], body["replies"]) == ("held", [])


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("{", 400, "bad_json"),
        (b"\xff\xfe", 400, "bad_json"),
        ("[" * 5000, 400, "bad_json"),
        ([], 400, "bad_message"),
        ({"id": "m"}, 400, "bad_message"),
        ({"text": "你好"}, 400, "bad_message"),
        ({"id": "m", "text": "a", "button": "b"}, 400, "bad_message"),
        ({"id": "m m", "text": "a"}, 400, "bad_message"),
        ({"id": "m" * 65, "text": "a"}, 400, "bad_message"),
        ({"id": "m", "text": 5}, 400, "bad_message"),
        ({"id": "m", "text": "a", "admin": True}, 400, "bad_message"),
        ({"id": "m", "text": " \n\u0000"}, 400, "empty_text"),
        ({"id": "m", "text": "长" * 10_001}, 413, "text_too_long"),
        ({"id": "m", "text": "a" * 70_000}, 413, "too_large"),
        ({"id": "m", "location": {"lat": 91, "lon": 0}}, 400, "bad_message"),
        ('{"id": "m", "location": {"lat": NaN, "lon": 0}}', 400, "bad_message"),
        ({"id": "m", "text": "a", "language": "z" * 30}, 400, "bad_message"),
    ],
)
async def test_a_bad_body_is_refused_in_the_one_shape(
    client: Client, house: House, body: Any, status: int, code: str
) -> None:
    """`{"error": {"code", "message"}}`, and nothing reaches the house."""
    got, answer = await post(client, body)
    assert got == status
    assert answer["error"]["code"] == code
    assert set(answer) == {"error"}
    assert set(answer["error"]) == {"code", "message"}
    assert not house.inbound


async def test_half_a_surrogate_pair_does_no_harm(client: Client, house: House) -> None:
    """Some keyboards send one; PostgreSQL and UTF-8 would choke on it."""
    status, _ = await post(client, '{"id": "m", "text": "ok \\ud83d!"}')
    assert status == 200
    assert house.inbound[0].content == Text(text="ok ?!")


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Basic " + TOKEN,
        "Bearer",
        "Bearer short",
        "Bearer " + "a" * 30,
        "Bearer 0123456789abcdef012345",
        "Bearer " + TOKEN + "!",
        "Bearer " + "x1Y2z3W4v5" * 13,
    ],
)
async def test_without_a_token_of_128_bits_nobody_is_heard(
    client: Client, house: House, header: str | None
) -> None:
    """A conversation's key must not be one that somebody could guess."""
    status, body = await post(
        client, {"id": "m", "text": "a"}, {} if header is None else {"Authorization": header}
    )
    assert status == 401
    assert body["error"]["code"] in ("no_token", "weak_token")
    assert not house.inbound


async def test_a_failing_store_is_an_error_that_may_be_tried_again(
    client: Client, house: House
) -> None:
    """The same message, sent again, goes through."""
    house.fail_puts = 1
    status, body = await post(client, {"id": "m1", "text": "你好"})
    assert (status, body["error"]["code"]) == (500, "internal_error")
    assert "store" not in body["error"]["message"]
    status, _ = await post(client, {"id": "m1", "text": "你好"})
    assert status == 200


@pytest.mark.parametrize("failure", [TimeoutError, ConnectionResetError, DatabaseAway])
async def test_a_store_that_is_away_is_said_to_be_away(
    client: Client, house: House, monkeypatch: pytest.MonkeyPatch, failure: type[Exception]
) -> None:
    """503 with the seconds after which to try again: no fault of ours, none of the caller's."""

    async def put(_inbound: Inbound) -> Receipt:
        raise failure

    monkeypatch.setattr(house, "put", put)
    status, body = await post(client, {"id": "m1", "text": "你好"})
    assert (status, body["error"]["code"]) == (503, "unavailable")


async def test_other_ways_and_places_are_refused_in_the_same_shape(client: Client) -> None:
    """404 and 405 included."""
    for method, path, status, code in (
        ("GET", "/api/nothing", 404, "not_found"),
        ("DELETE", "/api/chat/messages", 405, "method_not_allowed"),
    ):
        response = await client.request(method, path)
        assert response.status == status
        assert (await response.json())["error"]["code"] == code


async def test_a_conversation_that_writes_too_fast_is_told_when_to_go_on(house: House) -> None:
    """429 with Retry-After; another conversation from the same address goes on."""
    limits = WebLimits(messages_per_minute=3)
    async with TestClient(TestServer(build_web(parts(house, limits=limits)))) as client:
        states = [(await post(client, {"id": f"m{n}", "text": "a"}))[0] for n in range(4)]
        assert states == [200, 200, 200, 429]
        response = await client.post(
            "/api/chat/messages", data='{"id": "m9", "text": "a"}', headers=BEARER
        )
        assert 1 <= int(response.headers["Retry-After"]) <= 20
        other = {"Authorization": "Bearer Other8Kq1vN3bT7mY5cR0wL2p"}
        assert (await post(client, {"id": "m1", "text": "a"}, other))[0] == 200


async def test_new_conversations_are_limited_by_address_behind_our_own_proxy(
    house: House,
) -> None:
    """A conversation that exists goes on, and so does who comes from elsewhere."""
    limits = WebLimits(new_conversations_per_hour=2)
    made = parts(house, limits=limits, trusted_proxies=networks(["127.0.0.0/8", "10.0.0.0/8"]))
    async with TestClient(TestServer(build_web(made))) as client:

        async def begin(number: int, forwarded: str) -> int:
            token = f"Bearer Zx8Kq1vN3bT7mY5cR0w{number:03}"
            headers = {"Authorization": token, "X-Forwarded-For": forwarded}
            return (await post(client, {"id": "m", "text": "a"}, headers))[0]

        assert await begin(1, "203.0.113.7") == 200
        assert await begin(2, "6.6.6.6, 203.0.113.7, 10.1.1.1") == 200
        assert await begin(3, "203.0.113.7") == 429
        assert await begin(3, "7.7.7.7, 203.0.113.7") == 429
        assert await begin(1, "203.0.113.7") == 200
        assert await begin(4, "203.0.113.8") == 200
        assert house.inbound[1].address == "203.0.113.7"


async def test_what_a_stranger_writes_into_the_forwarding_header_is_not_believed(
    house: House,
) -> None:
    """Without trusted proxies the address is the one that the connection has."""
    limits = WebLimits(new_conversations_per_hour=1)
    async with TestClient(TestServer(build_web(parts(house, limits=limits)))) as client:
        for number, status in ((1, 200), (2, 429)):
            headers = {
                "Authorization": f"Bearer Zx8Kq1vN3bT7mY5cR0w{number:03}",
                "X-Forwarded-For": f"203.0.113.{number}",
            }
            assert (await post(client, {"id": "m", "text": "a"}, headers))[0] == status
        assert house.inbound[0].address == "127.0.0.1"

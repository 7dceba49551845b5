"""History, events and photos: what the page reads, and what it must not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any

import pytest
from aiohttp import FormData
from aiohttp.test_utils import TestClient, TestServer
from PIL import Image

from actions.content import Photo, Reply
from bot.channels.web import build_web
from bot.channels.web_parts import WebLimits, WebParts
from tests.bot.web_house import House

BEARER = {"Authorization": "Bearer Zx8Kq1vN3bT7mY5cR0wL2p"}
STRANGER = {"Authorization": "Bearer Str4ngerKq1vN3bT7mY5cR0w"}

type Client = TestClient[Any, Any]


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
async def client(house: House) -> AsyncIterator[Client]:
    made = WebParts(
        inbox=house, log=house, photos=house, limits=WebLimits(streams_per_conversation=2)
    )
    async with TestClient(TestServer(build_web(made))) as client:
        yield client


async def say(client: Client, number: str, text: str) -> dict[str, Any]:
    response = await client.post(
        "/api/chat/messages", data=json.dumps({"id": number, "text": text}), headers=BEARER
    )
    assert response.status == 200
    body: dict[str, Any] = await response.json()
    return body


async def history(
    client: Client, query: str = "", headers: dict[str, str] = BEARER
) -> dict[str, Any]:
    response = await client.get(f"/api/chat/history{query}", headers=headers)
    assert response.status == 200
    body: dict[str, Any] = await response.json()
    return body


class Stream:
    """Reads server-sent events as a page does."""

    def __init__(self, response: Any) -> None:
        self.response = response
        self._rest = ""

    async def next(self) -> dict[str, Any]:
        """The next event that carries something: its fields, `data` read as JSON."""
        while True:
            while "\n\n" in self._rest:
                block, self._rest = self._rest.split("\n\n", 1)
                fields = dict(
                    line.split(": ", 1) for line in block.split("\n") if not line.startswith(":")
                )
                if "data" in fields:
                    return {**fields, "data": json.loads(fields["data"])}
            chunk = await asyncio.wait_for(self.response.content.readany(), 5)
            assert chunk, "the stream ended"
            self._rest += chunk.decode()


async def test_a_fresh_token_has_an_empty_history_and_no_events(client: Client) -> None:
    """And asking for them begins no conversation."""
    assert await history(client) == {"messages": [], "more": False, "held": False}
    response = await client.get("/api/chat/events", headers=BEARER)
    assert response.status == 404
    assert (await response.json())["error"]["code"] == "no_conversation"


async def test_the_history_has_both_sides_in_order(client: Client) -> None:
    """The rider's own lines carry the page's id, so that it knows them again."""
    await say(client, "m1", "你好")
    await say(client, "m2", "再见")
    lines = (await history(client))["messages"]
    assert [line["from"] for line in lines] == ["rider", "bot", "rider", "bot"]
    assert [line["id"] for line in lines] == sorted(line["id"] for line in lines)
    assert (lines[0]["client_id"], lines[0]["text"], lines[0]["kind"]) == ("m1", "你好", "text")
    later = await history(client, f"?after={lines[1]['id']}")
    assert later["messages"] == lines[2:]


async def test_a_long_history_is_read_backwards_in_pages(client: Client, house: House) -> None:
    """The last 50 first, then what came before; `more` tells when to stop."""
    await say(client, "m1", "你好")
    await house.say(1, *(Reply(text=str(n)) for n in range(60)))
    page = await history(client)
    assert len(page["messages"]) == 50
    assert page["more"]
    older = await history(client, f"?before={page['messages'][0]['id']}")
    assert len(older["messages"]) == 12
    assert not older["more"]


async def test_another_token_sees_nothing(client: Client) -> None:
    """Neither lines nor events."""
    await say(client, "m1", "你好")
    assert (await history(client, headers=STRANGER))["messages"] == []
    assert (await client.get("/api/chat/events", headers=STRANGER)).status == 404


@pytest.mark.parametrize("query", ["?after=x", "?after=-1", "?after=1&before=2", "?before=1e3"])
async def test_a_bad_number_is_refused(client: Client, query: str) -> None:
    """Numbers only, one of the two."""
    response = await client.get(f"/api/chat/history{query}", headers=BEARER)
    assert response.status == 400


async def test_events_bring_what_comes_later_and_resume_where_they_stopped(
    client: Client, house: House
) -> None:
    """Last-Event-ID is the last line that was seen: nothing twice, nothing left out."""
    first = (await say(client, "m1", "你好"))["replies"][0]["id"]
    async with client.get(
        "/api/chat/events", headers={**BEARER, "Last-Event-ID": str(first)}
    ) as response:
        assert response.headers["Content-Type"].startswith("text/event-stream")
        stream = Stream(response)
        await house.say(1, Reply(text="一", **{"from": "staff"}))
        event = await stream.next()
        assert event["event"] == "reply"
        assert (event["data"]["text"], event["data"]["from"]) == ("一", "staff")
        assert int(event["id"]) == event["data"]["id"]
    await house.say(1, Reply(text="二"), Reply(text="三"))
    async with client.get(
        "/api/chat/events", headers={**BEARER, "Last-Event-ID": event["id"]}
    ) as response:
        stream = Stream(response)
        assert [(await stream.next())["data"]["text"] for _ in range(2)] == ["二", "三"]


async def test_a_page_that_has_seen_nothing_gets_everything(client: Client) -> None:
    """Last-Event-ID 0; without the header only what comes from now on."""
    await say(client, "m1", "你好")
    async with client.get("/api/chat/events", headers={**BEARER, "Last-Event-ID": "0"}) as response:
        stream = Stream(response)
        assert [(await stream.next())["event"] for _ in range(2)] == ["rider", "reply"]
    async with client.get("/api/chat/events", headers=BEARER) as response:
        stream = Stream(response)
        await asyncio.sleep(0.05)
        await say(client, "m2", "又来了")
        assert (await stream.next())["data"]["text"] == "又来了"


async def test_a_silent_stream_says_that_it_lives(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A comment now and then, so that nothing on the way drops the connection."""
    monkeypatch.setattr("bot.channels.web_reading.HEARTBEAT", 0.05)
    await say(client, "m1", "你好")
    async with client.get("/api/chat/events", headers=BEARER) as response:
        heard = b""
        while heard.count(b": beat") < 2:
            heard += await asyncio.wait_for(response.content.readany(), 5)


async def test_open_streams_are_counted_and_given_back(client: Client) -> None:
    """The third of two is refused, and there is room again when one ends."""
    await say(client, "m1", "你好")
    first = await client.get("/api/chat/events", headers=BEARER)
    second = await client.get("/api/chat/events", headers=BEARER)
    third = await client.get("/api/chat/events", headers=BEARER)
    assert (first.status, second.status, third.status) == (200, 200, 429)
    first.close()
    again = third
    for attempt in range(50):
        await say(client, f"n{attempt}", "到")  # a closed page is noticed when it is written to
        again = await client.get("/api/chat/events", headers=BEARER)
        if again.status == 200:
            break
    assert again.status == 200
    again.close()
    second.close()


async def test_the_end_of_the_process_does_not_wait_for_open_streams(house: House) -> None:
    """They end by themselves and the page opens another elsewhere."""
    made = WebParts(inbox=house, log=house, photos=house)
    server = TestServer(build_web(made))
    async with TestClient(server) as client:
        await say(client, "m1", "你好")
        response = await client.get("/api/chat/events", headers=BEARER)
        start = asyncio.get_running_loop().time()
        await server.close()
        assert asyncio.get_running_loop().time() - start < 3
        response.close()


async def test_a_stream_whose_log_fails_ends_and_can_be_opened_again(
    client: Client, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page comes again with the last line that it has seen."""
    await say(client, "m1", "你好")

    async def broken(_conversation: int, _after: int) -> AsyncIterator[Reply]:
        nothing: tuple[Reply, ...] = ()
        for reply in nothing:
            yield reply
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(house, "subscribe", broken)
        response = await client.get("/api/chat/events", headers=BEARER)
        assert b"data" not in await asyncio.wait_for(response.read(), 5)
    async with client.get("/api/chat/events?after=0", headers=BEARER) as again:
        assert (await Stream(again).next())["event"] == "rider"


def picture(form: str = "JPEG", size: tuple[int, int] = (64, 48)) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "teal").save(out, form)
    return out.getvalue()


async def send_photo(
    client: Client, body: bytes, number: str = "p1", **fields: str
) -> tuple[int, dict[str, Any]]:
    form = FormData()
    form.add_field("id", number)
    for name, value in fields.items():
        form.add_field(name, value)
    form.add_field("file", body, filename="a.jpg", content_type="image/jpeg")
    response = await client.post("/api/chat/files", data=form, headers=BEARER)
    return response.status, await response.json()


async def test_a_photo_is_kept_answered_and_shown_to_its_own_rider_only(
    client: Client, house: House
) -> None:
    """The page reads it again from the history."""
    status, body = await send_photo(client, picture(), caption="单子", language="zh")
    assert status == 200
    assert body["state"] == "answered"
    content = house.inbound[0].content
    assert isinstance(content, Photo)
    assert content.caption == "单子"
    line = (await history(client))["messages"][0]
    assert (line["kind"], line["file_id"]) == ("photo", content.file_id)
    response = await client.get(f"/api/chat/files/{line['file_id']}", headers=BEARER)
    assert (response.status, response.content_type) == (200, "image/jpeg")
    assert Image.open(BytesIO(await response.read())).size == (64, 48)
    await client.post("/api/chat/messages", data='{"id": "x", "text": "a"}', headers=STRANGER)
    for number in (line["file_id"], 10**30):
        stolen = await client.get(f"/api/chat/files/{number}", headers=STRANGER)
        assert stolen.status in (400, 404)


async def test_a_photo_sent_twice_is_one_message(client: Client, house: House) -> None:
    """As with texts."""
    _, first = await send_photo(client, picture())
    _, second = await send_photo(client, picture())
    assert first == second
    assert len(house.inbound) == 1


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"%PDF-1.7 not a photo", 415, "photo_not_a_photo"),
        (b"", 415, "photo_not_a_photo"),
        (picture()[:200], 415, "photo_not_a_photo"),
        (b"\xff\xd8" + b"x" * (10 * 1024 * 1024), 413, "photo_too_large"),
    ],
)
async def test_what_is_no_photo_is_refused(
    client: Client, house: House, body: bytes, status: int, code: str
) -> None:
    """With a code that the page has words for."""
    got, answer = await send_photo(client, body)
    assert (got, answer["error"]["code"]) == (status, code)
    assert not house.inbound
    assert not house.files


async def test_a_form_that_is_none_is_refused(client: Client) -> None:
    """No file, no id, a strange field, another type."""
    for form, status in (
        (FormData({"id": "p"}), 400),
        (FormData({"id": "p", "admin": "1"}), 400),
        (b"{}", 415),
    ):
        if isinstance(form, FormData):
            form.add_field("extra", b"", filename="x")
        response = await client.post("/api/chat/files", data=form, headers=BEARER)
        assert response.status == status
    form = FormData()
    form.add_field("file", picture(), filename="a.jpg")
    response = await client.post("/api/chat/files", data=form, headers=BEARER)
    assert response.status == 400

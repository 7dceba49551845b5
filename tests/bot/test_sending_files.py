"""What staff send besides words comes to the rider: by Telegram, and to the web chat."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestClient, TestServer

from actions.content import Attached, Reply
from bot.arrivals import Arrivals
from bot.channels.web import build_web
from bot.channels.web_parts import WebParts
from bot.typing_signs import TypingSigns
from knowledge.database import BELL_TYPING, Database
from tests.bot.telegram_house import Post, post_over
from tests.bot.web_house import House

BEARER = {"Authorization": "Bearer Zx8Kq1vN3bT7mY5cR0wL2p"}
PICTURE = b"\xff\xd8\xff not a real one, and that is no business of the wire's"


@pytest.fixture
async def post(database: Database) -> AsyncIterator[Post]:
    async with post_over(database) as made:
        made.telegram.tempo.burst = 1000
        yield made


async def kept(post: Post, mime: str) -> int:
    """A file of the rider's conversation."""
    async with post.database.begin() as unit:
        number, person = await unit.conversations.find_or_begin("main", "telegram", "7001")
        return await unit.files.keep(person, number, mime, PICTURE)


async def test_a_picture_and_a_document_go_out_as_such(post: Post) -> None:
    """The bytes are read when they are sent; the outbox holds a number only."""
    rider = post.user()
    picture = Attached(file_id=await kept(post, "image/jpeg"), mime="image/jpeg")
    paper = Attached(
        file_id=await kept(post, "application/pdf"), mime="application/pdf", name="证明.pdf"
    )
    post.go(post.sender())
    await post.reply(
        rider, Reply(text="看这张", file=picture), Reply(file=paper), Reply(text="好了吗")
    )
    assert await post.settled() == ["sent"] * 4
    sent = [(method, params) for method, params in post.telegram.calls if "chat_id" in params]
    assert [method for method, _ in sent] == [
        "sendphoto", "sendmessage", "senddocument", "sendmessage",
    ]  # fmt: skip
    assert sent[0][1]["photo"] == PICTURE
    assert sent[2][1]["document"] == PICTURE
    post.telegram.check()


async def test_a_file_that_has_gone_is_said_to_have_failed(post: Post) -> None:
    """And what comes after it goes out all the same."""
    rider = post.user()
    await kept(post, "image/jpeg")
    post.go(post.sender())
    gone = Attached(file_id=999_999, mime="image/jpeg")
    await post.reply(rider, Reply(file=gone), "还有一句")
    assert sorted(await post.settled()) == ["failed", "sent"]


async def test_the_page_hears_that_staff_are_writing_and_says_how_far_it_has_come(
    database: Database,
) -> None:
    """A sign is no line: it has no number. What staff have said is noted once it was fetched."""
    async with database.begin() as unit:
        conversation, _ = await unit.conversations.find_or_begin("main", "web", "x")
    house, signs = House(), TypingSigns(database)
    listener = asyncio.create_task(
        database.listen(lambda _bell, payload: signs.heard(payload), BELL_TYPING)
    )
    parts = WebParts(
        inbox=house, log=house, photos=house, typing=signs, arrivals=Arrivals(database)
    )
    async with TestClient(TestServer(build_web(parts))) as client:
        body = json.dumps({"id": "m1", "text": "你好"})
        response = await client.post("/api/chat/messages", data=body, headers=BEARER)
        assert response.status == 200
        assert list(house.numbers.values()) == [conversation]
        own = signs.watch("rider", conversation)
        stream = await client.get("/api/chat/events", headers=BEARER)
        await asyncio.sleep(0.3)
        await signs.sign("staff", conversation)
        async with asyncio.timeout(5):
            while b"event: typing" not in (line := await stream.content.readline()):
                pass
        assert line == b"event: typing\n"
        response = await client.post("/api/chat/typing", headers=BEARER)
        assert response.status == 204
        await asyncio.wait_for(own.wait(), 5)
        (said,) = await house.say(conversation, Reply(from_="staff", text="您好"))
        async with asyncio.timeout(5):
            while "您好".encode() not in await stream.content.readline():
                pass
            while True:
                async with database.begin() as unit:
                    rows = await unit.rows("select message_id from web_arrivals")
                if rows:
                    break
                await asyncio.sleep(0.02)
        assert rows[0][0] == said.id
        stream.close()
    listener.cancel()
    await asyncio.gather(listener, return_exceptions=True)

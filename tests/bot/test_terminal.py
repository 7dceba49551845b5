"""The chat in a terminal: what is typed, what is pressed by number, and how it looks."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from rich.console import Console

from actions.content import Button, Card, Link, Location, Reply
from bot.channels.terminal import CannotRead, Quit, TerminalChat
from bot.channels.terminal_screen import show, show_trace
from bot.messages import Trace
from bot.photos import Photos
from tests.actions.talk import House

PHOTO = Path(__file__).parents[1] / "e2e" / "conversations" / "road.jpg"


@pytest.fixture
async def chat(house: House) -> AsyncIterator[TerminalChat]:
    """A chat whose messages a worker answers."""

    async def serve() -> None:
        while True:
            async with house.database.begin() as unit:
                due = await unit.conversations.due()
            for conversation in due:
                await house.engine.serve(conversation)
            await asyncio.sleep(0.01)

    worker = asyncio.create_task(serve())
    photos = Photos(house.database, house.inbox)
    yield TerminalChat(house.inbox, house.log, photos, house.clock, "a terminal")
    worker.cancel()
    await asyncio.gather(worker, return_exceptions=True)


async def typed(chat: TerminalChat, line: str) -> str:
    """Type a line and read the screen."""
    sent = await chat.type(line)
    screen = io.StringIO()
    console = Console(file=screen, width=300, no_color=True)
    for reply in sent.outcome.replies:
        show(console, reply, chat.shown(reply))
    return screen.getvalue()


async def test_a_button_is_pressed_by_its_number(chat: TerminalChat) -> None:
    """Numbers count from 1 in each answer; a number that no button has is a text."""
    assert "1 送外卖" in await typed(chat, "我要入会")
    assert "哪儿" in await typed(chat, "2")
    assert [button.label for button in chat.buttons][:2] == ["送外卖", "送快递"]
    assert await chat.number() is not None


async def test_a_position_and_a_photo_have_commands(chat: TerminalChat) -> None:
    """`/location` shares a place, `/photo` sends a picture that is kept sealed."""
    assert "皇冠商圈骑手驿站" in await typed(chat, "/location 37.4868 122.1498")
    assert "照片" in await typed(chat, f"/photo {PHOTO}")


@pytest.mark.parametrize(
    "line", ["/dance", "/location here", "/location 95 12", "/photo", "/photo /no/such/file", " "]
)
async def test_what_cannot_be_sent_is_not(chat: TerminalChat, line: str) -> None:
    """An unknown command, a place that is none, a file that isn't there: nothing is sent."""
    with pytest.raises(CannotRead):
        await chat.type(line)
    assert await chat.number() is None


async def test_a_file_that_is_no_photo_is_refused(chat: TerminalChat, tmp_path: Path) -> None:
    """The same check as for every photo."""
    text = tmp_path / "notes.txt"
    text.write_text("not a photo")
    with pytest.raises(CannotRead):
        await chat.type(f"/photo {text}")


async def test_quit_leaves(chat: TerminalChat) -> None:
    """`/quit` is no message."""
    with pytest.raises(Quit):
        await chat.type("/quit")


def shown(reply: Reply, buttons: list[tuple[int | None, Button]]) -> str:
    screen = io.StringIO()
    show(Console(file=screen, width=100, no_color=True), reply, buttons)
    return screen.getvalue()


def test_a_card_and_a_link_are_readable() -> None:
    """Title, lines, links and the address of what opens one."""
    card = Card(
        kind="station",
        title="皇冠商圈骑手驿站",
        lines=("今天 08:00-20:00",),
        links=(Link(label="高德地图", url="https://uri.amap.com/x"),),
        location=Location(lat=37.4, lon=122.1, address="海滨中路"),
    )
    call = Button(id="t:110", label="拨打 110", url="tel:110")
    screen = shown(Reply(text="最近的：", cards=(card,), ask="location"), [(None, call)])
    for word in (
        "皇冠商圈骑手驿站",
        "08:00-20:00",
        "uri.amap.com",
        "海滨中路",
        "tel:110",
        "/location",
    ):
        assert word in screen


def test_a_person_is_told_from_the_bot_without_colour() -> None:
    """A line by staff stands in a frame of its own."""
    screen = shown(Reply(from_="staff", text="您好，我是工会的"), [])
    assert "工作人员" in screen
    assert "您好，我是工会的" in screen
    assert "工作人员" not in shown(Reply(text="您好"), [])


def traced(trace: Trace) -> list[str]:
    screen = io.StringIO()
    show_trace(Console(file=screen, width=100, no_color=True), trace)
    return [line.rstrip() for line in screen.getvalue().splitlines()]


def test_a_trace_shows_how_a_line_was_understood() -> None:
    """What `--trace` is for: a line for each of route, runner-up, slots, reasons and time."""
    trace = Trace(
        route="find_station",
        confidence=0.914,
        slots={"place": "韩乐坊", "amenities": ["charging"], "open_now": True},
        reasons=("find_station 0.91", "find_course 0.05"),
        runner_up=("find_course", 0.046),
        source="head",
        ms=8.24,
    )
    assert traced(trace) == [
        "  route      find_station 0.91",
        "  runner-up  find_course 0.05",
        "  slot       place 韩乐坊",
        '  slot       amenities ["charging"]',
        "  slot       open_now true",
        "  why        find_station 0.91, find_course 0.05",
        "  read       in 8.2 ms, by the head in this house",
        "",
    ]


def test_a_trace_of_what_was_not_read_is_short() -> None:
    """A button, a photo: there is nothing to say but the route."""
    assert traced(Trace(route="photo", confidence=1.0)) == ["  route      photo 1.00", ""]


async def test_a_line_that_answers_a_question_says_so(chat: TerminalChat) -> None:
    """Which route it took, and what it would have been by itself; so does one that leaves."""
    await typed(chat, "我要入会")
    sent = await chat.type("送外卖")
    assert sent.outcome.trace is not None
    assert sent.outcome.trace.route == "join_union"
    assert sent.outcome.trace.confidence == 1.0
    assert sent.outcome.trace.reasons[0].startswith("answers the open question; alone ")
    assert sent.outcome.trace.source is not None
    assert sent.outcome.trace.ms is not None
    left = await chat.type("不办了")
    assert left.outcome.trace is not None
    assert left.outcome.trace.route == "cancel"
    assert left.outcome.trace.reasons[0].startswith("leaves the form; alone ")

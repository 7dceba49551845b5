"""`gongyou chat`: talk with the house in a terminal."""

from __future__ import annotations

import asyncio
import getpass
import hashlib
import sys
import threading
from contextlib import AsyncExitStack, suppress
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from bot.channels.terminal import Sent, TerminalChat
    from bot.settings import Settings


def add(app: typer.Typer) -> None:
    app.command("chat")(chat)


def chat(
    trace: Annotated[
        bool, typer.Option("--trace", help="Show route, confidence and slots of each line.")
    ] = False,
    new: Annotated[bool, typer.Option("--new", help="Begin a new conversation.")] = False,
    name: Annotated[
        str | None, typer.Option("--as", help="Whose conversation. Usually this user's.")
    ] = None,
) -> None:
    """Talk with the bot; the running house answers, or this process if none runs."""
    from bot import logs
    from bot.cli import wait_for
    from bot.settings import Settings

    settings = Settings.load(log_level="error")
    logs.configure(settings)
    if new:
        import uuid

        key = uuid.uuid4().hex
    else:
        key = hashlib.sha256(f"terminal:{name or getpass.getuser()}".encode()).hexdigest()
    with suppress(KeyboardInterrupt):
        wait_for(_run(settings, key, trace))


async def _run(settings: Settings, key: str, trace: bool) -> None:
    from rich.console import Console

    from bot.app import House
    from bot.channels.terminal import HELP, CannotRead, Quit, TerminalChat
    from bot.store import open_database
    from bot.training import Training
    from knowledge.database import BELL_REPLY
    from knowledge.postgres import find
    from nlu.client import RasaClient
    from nlu.understanding import Understanding

    console = Console(soft_wrap=True, highlight=False)

    def say(line: str) -> None:
        console.print(f"[dim]{line}[/dim]")

    alone = settings.embedded and find(settings.postgres_dir) is None
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(open_database(settings, say=say))
        training = Training(settings, say)
        if alone:
            await training.first_model()
        understanding = Understanding.at(
            settings.data_dir, now=database.clock.now, rasa=RasaClient(training.where)
        )
        house = House(settings, database.url, database.keyring, understanding)
        stack.push_async_callback(house.stop)
        if alone:
            await house.start("worker")
        listening = asyncio.create_task(
            house.database.listen(lambda _bell, payload: house.bells.ring(payload), BELL_REPLY)
        )
        stack.callback(listening.cancel)
        session = _Session(
            TerminalChat(house.inbox, house.log, house.photos, house.clock, key), console, trace
        )
        console.print(HELP, style="dim")
        await session.catch_up(greet=sys.stdin.isatty())
        lines = _lines()
        while (line := await lines.get()) is not None:
            try:
                await session.typed(line)
            except Quit:
                break
            except CannotRead as why:
                console.print(str(why), style="dim")
        await session.end()


class _Session:
    """Shows what comes, by answer or by itself, each line once and in order."""

    def __init__(self, chat: TerminalChat, console: Console, trace: bool) -> None:
        self._chat, self._console, self._trace = chat, console, trace
        self._seen = 0
        self._showing = asyncio.Lock()
        self._follow: asyncio.Task[None] | None = None

    async def catch_up(self, *, greet: bool) -> None:
        """The last lines of an earlier visit; a hello in a new conversation."""
        number = await self._chat.number()
        if number is not None:
            lines = await self._chat.log.before(number, None, 6)
            if lines:
                self._seen = lines[0].id - 1
            await self._show_new(number)
            self._listen(number)
        elif greet:
            await self.typed("/start")

    async def typed(self, line: str) -> None:
        """Send a line and show the answer."""
        from bot.channels.terminal_screen import show_trace

        sent: Sent = await self._chat.type(line)
        number = sent.receipt.conversation_id
        await self._show_new(number)
        self._listen(number)
        if sent.outcome.state == "pending":
            self._console.print("(still under way: is the house running? gongyou run)", style="dim")
        if self._trace and sent.outcome.trace is not None:
            show_trace(self._console, sent.outcome.trace)

    async def end(self) -> None:
        if self._follow is not None:
            self._follow.cancel()

    def _listen(self, number: int) -> None:
        if self._follow is None:
            self._follow = asyncio.create_task(self._come(number))

    async def _come(self, number: int) -> None:
        async for line in self._chat.log.subscribe(number, self._seen):
            if line is not None:
                await self._show_new(number)

    async def _show_new(self, number: int) -> None:
        from actions.content import Reply
        from bot.channels.terminal_screen import show

        async with self._showing:
            for line in await self._chat.log.after(number, self._seen):
                self._seen = line.id
                if isinstance(line, Reply):
                    show(self._console, line, self._chat.shown(line))


def _lines() -> asyncio.Queue[str | None]:
    """Lines from the keyboard or a pipe, read aside so that replies can come meanwhile."""
    queue: asyncio.Queue[str | None] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def read() -> None:
        while True:
            try:
                line: str | None = input("> " if sys.stdin.isatty() else "")
            except (EOFError, KeyboardInterrupt):
                line = None
            with suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(queue.put_nowait, line)
            if line is None:
                return

    with suppress(ImportError):
        import readline  # noqa: F401  arrow keys and history
    threading.Thread(target=read, daemon=True).start()
    return queue

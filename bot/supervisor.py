"""The one parent of `gongyou run`: starts everything in order and ends it in the other."""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
import signal
import socket
from collections.abc import Callable
from contextlib import suppress

import structlog

from bot.app import House
from bot.settings import Settings
from bot.short_pauses import pass_over_what_stays
from bot.store import make_data_dir, open_database
from bot.training import Training
from bot.trouble import Trouble
from knowledge.postgres import is_held
from nlu.client import RasaClient
from nlu.understanding import Understanding

log = structlog.get_logger(__name__)

Say = Callable[[str], None]

#: An earlier house that was told to stop needs this long at most to let the port go.
PORT_PATIENCE_SECONDS = 8.0
FREE_BYTES_NEEDED = 100_000_000


async def run(settings: Settings, role: str, say: Say) -> None:
    """Run the house's parts of `role` until told to stop (Ctrl-C or SIGTERM).

    Raises:
        Trouble, and what else `bot.trouble.explain` has a sentence for: It can't start.
    """
    stop = asyncio.Event()
    _end_on_signals(stop, say)
    work = asyncio.create_task(_house(settings, role, say))
    told = asyncio.create_task(stop.wait())
    await asyncio.wait({work, told}, return_when=asyncio.FIRST_COMPLETED)
    told.cancel()
    if not work.done():
        work.cancel()
    with suppress(asyncio.CancelledError):
        await work
    say("stopped; nothing is lost")


async def _house(settings: Settings, role: str, say: Say) -> None:
    make_data_dir(settings)
    _has_room(settings)
    if role in {"all", "web"}:
        await _port_is_free(settings)
    async with open_database(settings, say=say) as database:
        training = Training(settings, say)
        reads = role in {"all", "worker"}
        if reads:
            await training.first_model()
        now = database.clock.now
        rasa = RasaClient(training.where) if settings.rasa or settings.nlu_url else None
        understanding = (
            Understanding(now=now)  # never asked here: no model is loaded
            if role == "sender"
            else Understanding.at(settings.data_dir, now=now, rasa=rasa)
        )
        house = House(settings, database.url, database.keyring, understanding)
        await house.start(role)
        pass_over_what_stays()
        try:
            say(ready_message(settings, house.port, role))
            if reads:
                await training.run(database, understanding)
            elif role == "web":
                # What staff try in the console is read as riders' lines are.
                await training.follow(understanding)
            await asyncio.Event().wait()
        finally:
            await house.stop()


def _end_on_signals(stop: asyncio.Event, say: Say) -> None:
    """The first signal ends everything tidily; a second one ends at once."""

    def end() -> None:
        if stop.is_set():
            # The children end with us: the database tidily, all the same.
            os._exit(130)
        say("stopping (once more Ctrl-C: at once)")
        stop.set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, end)


def _has_room(settings: Settings) -> None:
    free = shutil.disk_usage(settings.data_dir).free
    if free < FREE_BYTES_NEEDED:
        raise Trouble(
            f"The disk under {settings.data_dir.resolve()} is full ({free // 1_000_000} MB free); "
            f"free at least {FREE_BYTES_NEEDED // 1_000_000} MB and start again."
        )


async def _port_is_free(settings: Settings) -> None:
    """Known before anything long is begun.

    Raises:
        Trouble: It isn't, or it can't be listened on.
    """
    until = asyncio.get_running_loop().time() + PORT_PATIENCE_SECONDS
    while (error := _cannot_listen(settings)) is not None:
        stopping = settings.embedded and is_held(settings.postgres_dir)
        if error.errno == errno.EADDRINUSE:
            if stopping and asyncio.get_running_loop().time() < until:
                await asyncio.sleep(0.2)
                continue
            raise Trouble(
                f"Port {settings.port} is in use by another program (perhaps another gongyou); "
                "stop that one, or set GONGYOU_PORT to a free port."
            )
        if error.errno in {errno.EACCES, errno.EPERM}:
            raise Trouble(
                f"This user may not listen on port {settings.port}; set GONGYOU_PORT to one "
                "above 1023."
            )
        raise Trouble(
            f"The address {settings.host} is not one of this machine's ({error.strerror}); "
            "correct GONGYOU_HOST."
        )


def _cannot_listen(settings: Settings) -> OSError | None:
    try:
        for family, kind, protocol, _, address in socket.getaddrinfo(
            settings.host or None, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        ):
            with socket.socket(family, kind, protocol) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if settings.share_port:
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
                probe.bind(address)
    except OSError as error:
        return error
    return None


def ready_message(settings: Settings, port: int, role: str = "all") -> str:
    """What a person sees when the house stands: where it is, and what to try."""
    if role not in {"all", "web"}:
        return f"the {role} is ready"
    address = settings.model_copy(update={"port": port}).address
    telegram = (
        "Telegram  connected to the bot of GONGYOU_TELEGRAM_TOKEN"
        if settings.telegram_token
        else "Telegram  make a bot with @BotFather, then GONGYOU_TELEGRAM_TOKEN=… make run"
    )
    tries = (
        """
  Five things to try (they use invented members):
    我是送外卖的，在威海经区，想入会
    YT-7K3Q9M 482913 我的理赔到哪一步了？
    烟台芝罘区哪里能充电、热饭，现在还开着？
    周末晚上有没有短视频课？
    How much does the union pay if I am injured on the road?
"""
        if settings.with_demo
        else ""
    )
    return f"""
  工友 is ready:  {address}
{tries}
  Terminal  .venv/bin/gongyou chat
  {telegram}
  Staff     .venv/bin/gongyou staff add NAME prints a link into the console ({address}/console)
  Stop      Ctrl-C
"""

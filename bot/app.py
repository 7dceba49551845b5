"""Puts the parts together; the only place that does."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import structlog
from aiohttp import web

import actions.all
from bot.arrivals import Arrivals
from bot.article_pictures import ArticlePictures
from bot.case_office import CaseOffice
from bot.channels import calendar, ops, telegram_hearing
from bot.channels.telegram import Telegram
from bot.channels.telegram_api import TelegramApi
from bot.channels.telegram_render import TelegramRender
from bot.channels.telegram_wire import TelegramWire
from bot.channels.web import build_web
from bot.channels.web_parts import WebLimits, WebParts
from bot.clock_watch import ClockWatch, escalates
from bot.console.parts import ConsoleParts
from bot.console.routes import add_console
from bot.console.tiles import Tiles
from bot.engine import Engine
from bot.housekeeping import Housekeeping
from bot.inbox import Bells, Inbox
from bot.log import Log
from bot.metrics import Metrics
from bot.notice_sender import NoticeSender
from bot.notice_wires import MailServer, Wires
from bot.notice_wishes import NoticeWishes
from bot.own_file import OwnFile
from bot.photos import Photos
from bot.refused import CONSOLE_TEXTS
from bot.sender import Sender
from bot.settings import Settings
from bot.turn_end import Render
from bot.typing_signs import TypingSigns
from bot.wording import Texts
from bot.worker import Worker
from knowledge.clock import Clock, SystemClock
from knowledge.conversations import ADDRESS
from knowledge.database import BELL_ERASED, BELL_REPLY, BELL_TYPING, Database
from knowledge.secrets import Keyring
from nlu.understanding import Understanding

log = structlog.get_logger()

ROLES = ("web", "worker", "sender")

del actions  # imported for what it registers


class House:
    """All parts of one process: what a role needs is started, the rest isn't."""

    def __init__(
        self,
        settings: Settings,
        database_url: str,
        keyring: Keyring,
        understanding: Understanding,
        *,
        clock: Clock | None = None,
        name: str | None = None,
    ) -> None:
        self.settings = settings
        self.clock: Clock = clock or SystemClock()
        self.name = name or f"{socket.gethostname()}:{os.getpid()}"
        self.metrics = Metrics()
        self.texts = Texts()
        self.database = Database(database_url, keyring, clock=self.clock)
        self.understanding = understanding
        self.bells = Bells()
        self.log = Log(self.database, self.bells)
        self.inbox = Inbox(
            self.database, self.log, self.bells, per_minute=settings.messages_per_minute
        )
        self.photos = Photos(self.database, self.inbox)
        self.pictures = ArticlePictures(self.database)
        self.typing = TypingSigns(self.database)
        self.renders: dict[str, Render] = {
            "telegram": TelegramRender(self.texts, public_url=settings.public_url)
        }
        self.telegram = self._telegram()
        self.engine = Engine(
            self.database,
            understanding,
            self.texts,
            self.renders,
            worker=self.name,
            metrics=self.metrics,
        )
        self.worker = Worker(self.database, self.engine)
        self.housekeeping = Housekeeping(self.database, understanding, self.texts, self.metrics)
        self._tasks: list[asyncio.Task[Any]] = []
        self._runner: web.AppRunner | None = None
        self.port = 0

    async def start(self, role: str = "all") -> None:
        """Start the parts of a role; ready when this returns.

        Raises:
            DatabaseAway: the database doesn't answer.
            OSError: the port is taken.
        """
        roles = ROLES if role == "all" else (role,)
        await self.database.wait()
        await self.database.refresh_regions()
        self._run(
            lambda: self.database.listen(
                lambda _bell, payload: self.database.keys.heard(payload), BELL_ERASED
            )
        )
        if "worker" in roles:
            await self.housekeeping.refresh()
            await asyncio.to_thread(self.understanding.warm_up)
            self._run(self.housekeeping.run)
            self._run(self.worker.run)
            self._run(self._notice_sender().run)
            office = CaseOffice(self.database, self.texts)
            self._run(ClockWatch(self.database, escalates(office)).run)
            self.inbox.server = self.worker
        if "web" in roles:
            if "worker" not in roles:
                await self.housekeeping.refresh_places()
                self._run(self.housekeeping.follow_places)
                self._run(self.housekeeping.articles.run)
            self._run(self.housekeeping.publishing.reader.keep_ready)
            self._run(lambda: self.database.listen(self._heard, BELL_REPLY, BELL_TYPING))
            await self._serve()
        if "sender" in roles:
            self._send()
        log.info("house.started", role=role, port=self.port)

    async def stop(self) -> None:
        """End every part; what is under way is finished or stays in the inbox."""
        self.inbox.server = None
        await self._leave_address()
        if self._runner is not None:
            await self._runner.cleanup()
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError, Exception):
                await task
        self._tasks.clear()
        if self.telegram is not None:
            await self.telegram.close()
            await self.telegram.api.close()
        await self.understanding.close()
        await self.database.close()

    def web_app(self) -> web.Application:
        """The HTTP application of this house."""
        settings = self.settings
        app = build_web(
            WebParts(
                inbox=self.inbox,
                log=self.log,
                photos=self.photos,
                pictures=self.pictures,
                metrics=self.metrics,
                limits=WebLimits(
                    new_conversations_per_hour=settings.new_conversations_per_hour,
                    requests_per_minute=settings.requests_per_minute,
                    messages_per_minute=settings.web_messages_per_minute,
                    photos_per_hour=settings.photos_per_hour,
                    streams_per_conversation=settings.streams_per_conversation,
                    streams_per_address=settings.streams_per_address,
                ),
                trusted_proxies=settings.proxies,
                clock=self.clock,
                typing=self.typing,
                arrivals=Arrivals(self.database),
                own_file=OwnFile(self.database),
                trace=settings.trace,
                https=settings.public_url.startswith("https://"),
            )
        )
        ops.add_ops(
            app,
            ops.OpsParts(
                metrics=self.metrics,
                checks={"database": self.database.check},
                refresh=self.housekeeping.count,
                trusted_proxies=settings.proxies,
                metrics_token=(
                    settings.metrics_token.get_secret_value() if settings.metrics_token else None
                ),
            ),
        )
        app.add_routes(calendar.routes(self.database))
        add_console(
            app,
            ConsoleParts(
                self.database,
                metrics=self.metrics,
                public_url=settings.public_url,
                trusted_proxies=settings.proxies,
                requests_per_minute=settings.requests_per_minute,
                article_publishing=self.housekeeping.publishing,
                meaning=self.understanding,
                data_dir=settings.data_dir,
                inbox=self.inbox,
                tiles=Tiles(settings.tiles, settings.tiles_system, settings.tiles_credit),
                wires=self._wires(),
                robot_hosts=settings.robot_hosts,
                has_mail=settings.smtp_url is not None,
                has_telegram=self.telegram is not None,
            ),
        )
        if self.telegram is not None:
            app.add_routes(telegram_hearing.routes(self.telegram, self._telegram_secret))
        return app

    async def _serve(self) -> None:
        self._runner = web.AppRunner(self.web_app(), access_log=None, shutdown_timeout=2)
        await self._runner.setup()
        host, port, shared = self.settings.host, self.settings.port, self.settings.share_port
        await web.TCPSite(self._runner, host, port, reuse_port=shared or None).start()
        self.port = self._runner.addresses[0][1]
        # A command in another terminal may have been started with other settings.
        async with self.database.begin() as unit:
            await unit.conversations.set_fact(ADDRESS, self.settings.address_at(self.port))

    async def _leave_address(self) -> None:
        """Nobody is told any more where the page was, unless another house has put itself there."""
        if not self.port:
            return
        with suppress(Exception):
            async with self.database.begin() as unit:
                own = self.settings.address_at(self.port)
                if await unit.conversations.fact(ADDRESS) == own:
                    await unit.conversations.set_fact(ADDRESS, "")

    def _telegram(self) -> Telegram | None:
        """Telegram, where there is a token."""
        if self.settings.telegram_token is None:
            return None
        token = self.settings.telegram_token.get_secret_value()
        api = TelegramApi(token, self.settings.telegram_api_url)
        return Telegram(
            api,
            self.inbox,
            self.database,
            self.texts,
            self.metrics,
            link=NoticeWishes(self.database).link,
        )

    def _wires(self) -> Wires:
        """The ways out to staff that are set up."""
        settings, mail = self.settings, None
        if settings.smtp_url is not None:
            mail = MailServer.of(settings.smtp_url.get_secret_value(), settings.mail_from)
        return Wires(mail=mail, telegram=self.telegram.api if self.telegram else None)

    def _notice_sender(self) -> NoticeSender:
        return NoticeSender(
            self.database,
            self._wires(),
            Texts(CONSOLE_TEXTS),
            name=self.name,
            public_url=self.settings.public_url,
        )

    @property
    def _telegram_secret(self) -> str:
        settings = self.settings
        if settings.telegram_secret is not None:
            return settings.telegram_secret.get_secret_value()
        assert settings.telegram_token is not None
        token = settings.telegram_token.get_secret_value()
        return telegram_hearing.webhook_secret(token, self.database.keyring.index_key)

    def _send(self) -> None:
        """Hear and answer Telegram; of all processes that do, one hears and one sends."""
        if self.telegram is None:
            return
        hearing = telegram_hearing.Hearing(
            self.telegram,
            self.database,
            public_url=self.settings.public_url,
            secret=self._telegram_secret,
        )
        wire = TelegramWire(self.telegram.api, self.texts, self.photos, self.pictures)
        sender = Sender(self.database, wire, self.metrics, name=self.name)
        self._run(hearing.run)
        self._run(sender.run)

    def _heard(self, bell: str, payload: str) -> None:
        if bell == BELL_TYPING:
            self.typing.heard(payload)
        else:
            self.bells.ring(payload)

    def _run(self, part: Callable[[], Awaitable[None]]) -> None:
        async def forever() -> None:
            pause = 0.5
            while True:
                try:
                    await part()
                    return
                except Exception as error:  # noqa: BLE001 - whatever it was, the part must go on
                    # A part that falls over is put up again: the others go on meanwhile.
                    log.error("house.part_failed", error=type(error).__name__)
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, 10)

        self._tasks.append(asyncio.create_task(forever()))

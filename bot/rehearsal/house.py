"""Whole houses in this process, each on a database of its own with the demonstration content."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import SecretStr

from bot.app import House
from bot.channels.telegram_api import TelegramApi
from bot.office import Office
from bot.rehearsal.drivers import Driver
from bot.rehearsal.form import USUAL_NOW
from bot.rehearsal.telegram import FakeTelegram
from bot.rehearsal.telegram_driver import TelegramDriver
from bot.settings import Settings
from bot.staff import Staff
from bot.trouble import Trouble
from knowledge.clock import CHINA, MovableClock
from knowledge.copies import Copies, Server
from knowledge.database import BELL_INBOX, Database
from knowledge.load import load_demonstration
from knowledge.postgres import NOT_DURABLE, EmbeddedPostgres
from knowledge.quiet import next_due, unfinished
from knowledge.schema import migrate
from knowledge.secrets import Keyring
from nlu.client import RasaClient
from nlu.embed import E5Encoder, Encoder, KeptVectors
from nlu.match import Question, Vectors
from nlu.train import current
from nlu.understanding import Understanding

REST_WITHIN = 30.0
"""Seconds in which a house does what is due; one that needs longer has got stuck."""


class Restless(Exception):
    """The house did not come to rest: something is tried again and again, or nobody works."""


class Reader(Understanding):
    """Goes from one house to the next: to load a model costs a second, to index articles half."""

    def __init__(self, rasa: RasaClient, encoder: Encoder, vectors: Vectors) -> None:
        self.clock = MovableClock()
        self._indexed: tuple[Question, ...] | None = None
        super().__init__(now=lambda: self.clock.now(), rasa=rasa, encoder=encoder, vectors=vectors)

    def set_articles(self, questions: Sequence[Question], vectors: Vectors | None = None) -> None:
        """Index articles, unless they are those of the last house."""
        if self._indexed != tuple(questions):
            super().set_articles(questions, vectors)
            self._indexed = tuple(questions)

    def change_articles(
        self, changed: Mapping[str, Sequence[Question]], *, words_first: bool = False
    ) -> None:
        """Change some of them; the next house's are others again."""
        super().change_articles(changed, words_first=words_first)
        self._indexed = None

    def share_model(self, other: Understanding) -> None:
        """As another reads now."""
        super().share_model(other)
        self._indexed = other._indexed if isinstance(other, Reader) else None  # noqa: SLF001

    async def close(self) -> None:
        """A house has ended; the next one will read, too."""

    async def let_go(self) -> None:
        """Let Rasa's connections and the thread go."""
        await super().close()


class RehearsalHouse:
    """A house with its clock and its staff, open until `close`."""

    def __init__(self, house: House, clock: MovableClock, telegram: FakeTelegram) -> None:
        self.house = house
        self.clock = clock
        self.telegram = telegram
        self.staff = Staff(house.database)
        self.office = Office(house.database, house.texts)

    def telegram_rider(self) -> Driver:
        """A new rider on the Telegram that is none."""
        return TelegramDriver(self.house, self.telegram)

    @property
    def address(self) -> str:
        """Where its web chat answers."""
        return f"http://127.0.0.1:{self.house.port}"

    async def rest(self, conversations: Sequence[int] | None = None) -> None:
        """Wait until nothing is due any more and nothing waits to be sent.

        Only in these conversations, if some are given: others may go on at the same time.

        Raises:
            Restless: it isn't over after half a minute.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + REST_WITHIN
        pause = 0.005
        while True:
            async with self.house.database.statements() as unit:
                left = await unfinished(unit, conversations)
                # A moved clock rings no bell; the worker's own look comes once a second.
                bells = [(BELL_INBOX, str(one)) for one, waits in left.items() if waits]
                if bells:
                    await unit.conversations.ring(*bells)
            if not left:
                return
            if loop.time() > deadline:
                raise Restless(f"{len(left)} conversations did not come to rest")
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, 0.1)

    async def wait(self, span: timedelta) -> None:
        """Let time pass: what becomes due on the way comes at its own time, not at the end.

        Raises:
            Restless: something on the way isn't over after half a minute.
        """
        end = self.clock.now() + span
        while True:
            async with self.house.database.statements() as unit:
                due = await next_due(unit, end)
            if due is None:
                break
            self.clock.move(max(due - self.clock.now(), timedelta(0)))
            await self.rest()
        self.clock.move(max(end - self.clock.now(), timedelta(0)))

    async def close(self) -> None:
        """End the house."""
        await self.house.stop()
        # A request for updates stays open for half a minute, unless another one ends it.
        api = TelegramApi(self.telegram.token, self.telegram.url)
        await api.call("getUpdates", timeout=0)
        await api.close()


class Stage:
    """Opens houses on one PostgreSQL, with one model and one set of keys."""

    def __init__(
        self, server: Server, *, data_dir: Path, keyring: Keyring, nlu_url: str | None = None
    ) -> None:
        """`data_dir` holds the model; Rasa is asked where `nlu_url` or a running house's is."""
        self._server = server
        self._data_dir = data_dir
        self._keyring = keyring
        self._nlu_url = nlu_url
        self._encoder = E5Encoder()
        self._vectors = KeptVectors(data_dir / "vectors", self._encoder)
        self._readers: list[Reader] = []
        self._first: Reader | None = None
        self._templates: dict[date, str] = {}
        self._making = asyncio.Lock()
        # Two stages may stand on one server.
        self._mark = secrets.token_hex(4)
        self._copies = Copies(server, f"rehearsal_{self._mark}")

    @asynccontextmanager
    async def house(self, now: datetime | None = None) -> AsyncIterator[RehearsalHouse]:
        """A house of its own whose clock starts at `now`.

        Raises:
            Trouble: there is no model.
        """
        start = now or USUAL_NOW
        async with self._making:
            name = await self._copies.take(await self._template(start))
        reader = self._reader()
        try:
            clock = reader.clock = MovableClock(start)
            async with FakeTelegram() as telegram:
                house = House(
                    self._settings(telegram),
                    self._server.url_of(name),
                    self._keyring,
                    reader,
                    clock=clock,
                    name=name,
                )
                opened = RehearsalHouse(house, clock, telegram)
                try:
                    async with self._making:
                        # One after the other: a start reads all articles.
                        await house.start("all")
                    yield opened
                finally:
                    await opened.close()
        finally:
            self._readers.append(reader)
            await self._copies.give_back(name)

    async def close(self) -> None:
        """Let the readers and the copies go."""
        while self._readers:
            await self._readers.pop().let_go()
        await self._copies.close()

    def _settings(self, telegram: FakeTelegram) -> Settings:
        """Nothing of what is set outside: the same house for everybody, and no limits."""
        return Settings.model_construct(
            **{
                name: field.get_default(call_default_factory=True)
                for name, field in Settings.model_fields.items()
            }
            | {
                "host": "127.0.0.1",
                "port": 0,
                "data_dir": self._data_dir,
                "trace": True,
                "telegram_token": SecretStr(telegram.token),
                "telegram_api_url": telegram.url,
                "messages_per_minute": 0,
                "web_messages_per_minute": 0,
                "new_conversations_per_hour": 0,
                "requests_per_minute": 0,
                "photos_per_hour": 0,
            }
        )

    def _reader(self) -> Reader:
        """A reader that no house has."""
        if self._readers:
            return self._readers.pop()
        folder = current(self._data_dir)
        if folder is None:
            raise Trouble("There is no model yet; run `gongyou train` first.")
        made = Reader(RasaClient(self._rasa), self._encoder, self._vectors)
        if self._first is None:
            made.set_model(folder)
            self._first = made
        else:
            made.share_model(self._first)
        return made

    def _rasa(self) -> str | None:
        if self._nlu_url:
            return self._nlu_url
        try:
            return (self._data_dir / "rasa" / "address").read_text().strip() or None
        except OSError:
            return None

    async def _template(self, start: datetime) -> str:
        """A filled database, made once for each day: courses are dated from the first loading."""
        day = start.astimezone(CHINA).date()
        if day not in self._templates:
            name = f"demonstration_{day:%Y%m%d}_{self._mark}"
            await self._server.execute(f"create database {name}")
            database = Database(self._server.url_of(name), self._keyring, clock=MovableClock(start))
            try:
                await migrate(database)
                await load_demonstration(database)
            finally:
                await database.close()
            self._templates[day] = name
        return self._templates[day]


@asynccontextmanager
async def own_stage(settings: Settings) -> AsyncIterator[Stage]:
    """A stage with a PostgreSQL of its own that is gone afterwards.

    Raises:
        PostgresTrouble: it can't run.
    """
    import os

    with TemporaryDirectory(prefix="gongyou-rehearsal-", ignore_cleanup_errors=True) as folder:
        async with EmbeddedPostgres(Path(folder), options=NOT_DURABLE) as server:
            stage = Stage(
                server,
                data_dir=settings.data_dir,
                keyring=Keyring({"rehearsal": os.urandom(32)}, "rehearsal", os.urandom(32)),
                nlu_url=settings.nlu_url,
            )
            try:
                yield stage
            finally:
                await stage.close()

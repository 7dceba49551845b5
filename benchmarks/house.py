"""The house as it runs: a PostgreSQL that keeps what it promises, Rasa, and real processes."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from benchmarks.load import GongyouChat
from benchmarks.processes import CACHE, ROOT, NotReady, Running, answers, cpu_of
from bot.housekeeping import Housekeeping
from bot.metrics import Metrics
from bot.rehearsal.telegram import FakeTelegram
from bot.settings import Settings
from bot.wording import Texts
from knowledge.database import Database
from knowledge.load import load_demonstration
from knowledge.postgres import EmbeddedPostgres
from knowledge.schema import migrate
from knowledge.secrets import Keyring
from nlu import train as training
from nlu.client import Parsed, RasaClient, RasaUnavailable
from nlu.ports import free_port
from nlu.understanding import Understanding

ROLES = ("all", "all")
"""A process for each of the two cores, on one port: a message is answered where it comes in."""

HOME = CACHE / "bench"
"""The house's data folder: the model and the vectors are made once."""

ADDRESS = HOME / "rasa" / "address"
"""Where the worker that runs Rasa writes its address."""

SECRET = "benchmark"
STARTED_SECONDS = 900.0
"""The first start of all makes the model first."""
MODEL_SECONDS = 1800.0
AWAKE_SECONDS = 60.0
FIRST_TEXTS = ("师傅在吗", "附近哪能歇会儿", "where can I rest for a while")

LIMITS = (
    "MESSAGES_PER_MINUTE", "WEB_MESSAGES_PER_MINUTE", "REQUESTS_PER_MINUTE",
    "NEW_CONVERSATIONS_PER_HOUR",
)  # fmt: skip


@dataclass
class RunningHouse:
    """A running house; Telegram, whose part the benchmark plays, is `telegram`."""

    url: str
    chat: GongyouChat
    telegram: FakeTelegram
    postgres: EmbeddedPostgres
    processes: list[Running]
    rasa: Path

    def cpu(self) -> float:
        """Seconds of processor that all of it has used, Rasa and PostgreSQL too.

        Raises:
            NotReady: a process has ended meanwhile.
        """
        for process in self.processes:
            process.must_live()
        assert self.postgres.pid is not None
        return cpu_of(*(process.pid for process in self.processes), self.postgres.pid)

    @property
    def rasa_address(self) -> str:
        """Where Rasa answers."""
        return ADDRESS.read_text().strip()

    @property
    def rasa_pid(self) -> int:
        """The process of Rasa, a child of one of the others."""
        return int(json.loads(self.rasa.read_text())["pid"])

    async def sources(self) -> dict[str, int]:
        """How many turns there were by channel: what the load really was."""
        connection = await asyncpg.connect(self.postgres.url)
        try:
            rows = await connection.fetch(
                "select c.channel, count(*) from inbox i "
                "join conversations c on c.id = i.conversation_id "
                "where i.handled_at is not null group by 1"
            )
        finally:
            await connection.close()
        return {row[0]: row[1] for row in rows}


@asynccontextmanager
async def house(
    say: Callable[[str], None] = print, roles: Sequence[str] = ROLES
) -> AsyncIterator[RunningHouse]:
    """The house on an empty database with the demonstration content, ready with Rasa.

    Raises:
        NotReady: a process doesn't come up.
    """
    HOME.mkdir(parents=True, exist_ok=True)
    _vectors_made_before()
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gongyou-bench-")))
        folder.chmod(0o755)  # PostgreSQL runs as another user where we are root
        postgres = await stack.enter_async_context(EmbeddedPostgres(folder / "postgres"))
        telegram = await stack.enter_async_context(FakeTelegram())
        database = Database(postgres.url, Keyring.at(HOME / "keys"))
        await migrate(database)
        await load_demonstration(database)
        await database.close()
        ADDRESS.unlink(missing_ok=True)
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        env = {
            **{name: value for name, value in os.environ.items() if not _ours(name)},
            "DATABASE_URL": postgres.url,
            "GONGYOU_DATA_DIR": str(HOME),
            "GONGYOU_PORT": str(port),
            "GONGYOU_NLU_PYTHON": str(ROOT / ".venv-nlu" / "bin" / "python"),
            "GONGYOU_DEMO": "0",
            "GONGYOU_LOG_FORMAT": "json",
            "GONGYOU_TELEGRAM_TOKEN": telegram.token,
            "GONGYOU_TELEGRAM_API_URL": telegram.url,
            "GONGYOU_TELEGRAM_SECRET": SECRET,
            "GONGYOU_PUBLIC_URL": url,
            "PYTHONPATH": str(ROOT),
            "GONGYOU_SHARE_PORT": "1",
            **{f"GONGYOU_{limit}": "0" for limit in LIMITS},
        }
        logs = HOME / "logs"
        logs.mkdir(exist_ok=True)
        processes: list[Running] = []
        if training.current(HOME) is None:
            say("the house makes its first model before it answers: some minutes, this once")
        for number, role in enumerate(roles, start=1):
            # The interpreter's path as it is: resolved, it would lead out of its environment.
            command = [str(ROOT / ".venv" / "bin" / "python"), "-m", "bot", "run", "--role", role]
            process = await Running.start(f"gongyou {role} {number}", command, env, logs)
            stack.push_async_callback(process.stop)
            processes.append(process)
            await process.until(process.says(" is ready"), STARTED_SECONDS)
        await processes[0].until(lambda: answers(f"{url}/readyz"), STARTED_SECONDS)
        if not ADDRESS.exists():
            say("waiting for Rasa; the model is trained first if it is missing or stale")

        async def with_rasa() -> bool:
            return ADDRESS.exists() and await answers(f"{ADDRESS.read_text().strip()}/status")

        reads = next(n for n, role in enumerate(roles) if role in ("worker", "all"))
        await processes[reads].until(with_rasa, MODEL_SECONDS)
        yield RunningHouse(
            url, GongyouChat(url), telegram, postgres, processes, HOME / "rasa" / "rasa.pid"
        )


class CountedRasa(RasaClient):
    """The house's Rasa, with a count of what it really read."""

    def __init__(self, address: str) -> None:
        super().__init__(lambda: address)
        self.answered = 0

    async def parse(self, text: str) -> Parsed:
        """As the house asks."""
        parsed = await super().parse(text)
        self.answered += 1
        return parsed


@asynccontextmanager
async def reading(
    house: RunningHouse, *, rasa: CountedRasa | None = None
) -> AsyncIterator[Understanding]:
    """What the house's worker reads with, in this process: its model, its articles and places.

    Without `rasa` the model is evaluated here, as when Rasa is away. What is loaded at the first
    texts is loaded when it is handed out.

    Raises:
        NotReady: Rasa doesn't answer.
    """
    database = Database(house.postgres.url, Keyring.at(HOME / "keys"))
    understanding = Understanding.at(HOME, now=database.clock.now, rasa=rasa)
    try:
        await Housekeeping(database, understanding, Texts(), Metrics()).refresh()
        if rasa is not None:
            await _awake(house.rasa_address)
        yield understanding
    finally:
        await understanding.close()
        await database.close()


async def _awake(address: str) -> None:
    """Let a new Rasa load all it loads; a reading's second of patience isn't enough for that."""
    patient = RasaClient(lambda: address, timeout=AWAKE_SECONDS)
    try:
        for text in FIRST_TEXTS:
            await patient.parse(text)
    except RasaUnavailable as error:
        raise NotReady(f"the house's Rasa doesn't read ({error}); see {HOME / 'rasa'}") from error
    finally:
        await patient.close()


def _ours(name: str) -> bool:
    """What is set for another house doesn't hold for this one."""
    return name.startswith("GONGYOU_") or name == "DATABASE_URL"


def _vectors_made_before() -> None:
    """The running house's vectors are the same ones; a minute is saved."""
    made, wanted = Settings.load().data_dir / "vectors", HOME / "vectors"
    if made.is_dir() and not wanted.exists():
        shutil.copytree(made, wanted)

"""Ten thousand articles: how long the gate takes, when an edit is live, and what riders notice."""

from __future__ import annotations

import asyncio
import itertools
import os
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks.aims import Aim
from benchmarks.articles_house import KEYS
from benchmarks.load import GongyouChat, post
from benchmarks.processes import CACHE, ROOT, NotReady, Running, answers
from benchmarks.stations import own_database, share
from benchmarks.synthetic import Made, make
from benchmarks.tables import table
from benchmarks.texts import Lines
from bot.article_publishing import ArticlePublishing, GateRefused
from bot.article_reader import ArticleReader
from bot.live_articles import LiveArticles
from knowledge.articles import Place
from knowledge.database import Database
from knowledge.load import load_demonstration
from knowledge.schema import migrate
from nlu import train as training
from nlu.ports import free_port
from nlu.understanding import Understanding

Say = Callable[[str], None]
WHO: dict[str, Any] = {"actor": "staff:bench", "regions": ("cn",)}
READY_SECONDS = 300.0
PATIENCE_SECONDS = 30.0
AIM_GATE = 3.0
AIM_LIVE = 1.0
BROAD = (
    ("要多少钱", "怎么办理", "去哪里办", "几点开门", "要带什么材料"),
    ("工会有什么用", "我能领到什么", "在哪里报名", "多久能办好", "打哪个电话问"),
)
"""Questions of articles that nobody should write."""

HOMES = (CACHE / "bench", CACHE / "house")
"""Where a trained model may lie."""


@dataclass
class Measured:
    """Seconds, but for the milliseconds of answers.

    Attributes:
        begun: until the articles are in memory and indexed, in a process that starts.
        ready: until all tests are ready, beside the answering, where nothing is kept yet.
        ready_again: the same in a process that starts later and finds them kept.
        computed: of both, the seconds of computing: the rest is rests, and other programs'.
        first_gate: the first one in a process that is ready.
        gate: each further one of an article that harms nobody.
        theft: each one of an article that takes others' tests.
        broad: each one of an article that asks in few words what many ask about.
        read_broad: how many tests those of `broad` read.
        read: how many tests those of `gate` read.
        live: from the wish to publish, gate included, until a rider of another process has it.
        shown: the same from the commit on.
    """

    articles: int
    tests: int = 0
    begun: float = 0.0
    ready: float = 0.0
    ready_again: float = 0.0
    computed: tuple[float, float] = (0.0, 0.0)
    first_gate: float = 0.0
    gate: list[float] = field(default_factory=list)
    theft: list[float] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    broad: list[float] = field(default_factory=list)
    read_broad: list[int] = field(default_factory=list)
    read: list[int] = field(default_factory=list)
    live: list[float] = field(default_factory=list)
    shown: list[float] = field(default_factory=list)
    before: list[float] = field(default_factory=list)
    during: list[float] = field(default_factory=list)


async def measure(count: int, publishes: int, say: Say) -> Measured:
    """Fill a database, start a second process, publish one article after another.

    Raises:
        NotReady: there is no model yet, or the second process doesn't come up.
    """
    measured = Measured(count)
    with tempfile.TemporaryDirectory(prefix="gongyou-bench-") as name:
        folder = Path(name)
        model_and_vectors(folder)
        async with own_database(None) as url:
            database = Database(url, KEYS)
            await migrate(database)
            await load_demonstration(database)
            say(f"making {count} articles")
            made = await asyncio.to_thread(make, count + publishes, folder / "vectors")
            await _fill(database, made[:count])
            async with second_house(url, folder, say) as chat:
                await _publish_all(database, folder, made[count:], chat, measured, say)
            await database.close()
    return measured


async def _publish_all(
    database: Database,
    folder: Path,
    made: Sequence[Made],
    chat: GongyouChat,
    measured: Measured,
    say: Say,
) -> None:
    say("making the gate ready: nothing is kept, then everything")
    _, _, measured.ready, first = await _made_ready(database, folder)
    publishing, measured.begun, measured.ready_again, again = await _made_ready(database, folder)
    measured.computed = first, again
    async with aiohttp.ClientSession(trust_env=False) as session:
        say("riders, with nothing published")
        await _ride(session, chat, measured.before, until=lambda: len(measured.before) >= 200)
        say("the first gate")
        first = await _written(database, made[0])
        began = time.perf_counter()
        report = await publishing.judge(first)
        measured.first_gate, measured.tests = time.perf_counter() - began, report.tests
        say("publishing, with riders writing")
        done = asyncio.Event()
        riding = asyncio.create_task(_ride(session, chat, measured.during, until=done.is_set))
        for one in made:
            number = await _written(database, one)
            began = time.perf_counter()
            out = await publishing.publish(number, confirmed="measured", **WHO)
            committed = time.perf_counter()
            measured.gate.append(out.report.seconds)
            measured.read.append(out.report.read)
            await _until_shown(session, chat, one)
            now = time.perf_counter()
            measured.live.append(now - began)
            measured.shown.append(now - committed)
        done.set()
        await riding
        say("articles that ask what many ask")
        for at, texts in enumerate(BROAD):
            writing = made[0].writing.with_changes(
                {"question": texts[0], "similar": texts[1:], "tests": []}
            )
            report = await publishing.judge(
                await _written(database, Made(Place(f"broad-{at}", "cn", "zh"), writing))
            )
            measured.broad.append(report.seconds)
            measured.read_broad.append(report.read)
        say("articles that take others' questions")
        for at, victim in enumerate(made[:5]):
            thief = Made(
                Place(f"thief-{at}", "cn", "zh"),
                victim.writing.with_changes({"similar": victim.writing.tests[:3], "tests": []}),
            )
            try:
                number = await _written(database, thief)
                await publishing.publish(number, **WHO)
            except GateRefused as refused:
                measured.theft.append(refused.report.seconds)
                measured.told += refused.report.sentences()[:1]


async def _made_ready(
    database: Database, folder: Path
) -> tuple[ArticlePublishing, float, float, float]:
    """A process that starts: what publishes in it, the seconds of reading all articles, those of
    making the tests ready, and how many of these it computed.
    """
    understanding = Understanding.at(folder, now=database.clock.now)
    live = LiveArticles(database, understanding)
    began = time.perf_counter()
    await live.read()
    read, computed = time.perf_counter(), time.process_time()
    reader = ArticleReader.beside(database, understanding, live)
    await reader.prepare()
    seconds, computed = time.perf_counter() - read, time.process_time() - computed
    return ArticlePublishing(database, reader), read - began, seconds, computed


async def _written(database: Database, one: Made) -> int:
    async with database.begin() as unit:
        draft = await unit.drafts.begin(one.place, **WHO)
        writing = draft.writing.with_changes(one.writing.model_dump())
        await unit.drafts.save(draft.article, writing, revision=draft.revision, **WHO)
    return draft.article


async def _until_shown(session: aiohttp.ClientSession, chat: GongyouChat, one: Made) -> None:
    """Ask with the article's own question until its answer comes.

    Raises:
        NotReady: it doesn't come.
    """
    began = time.perf_counter()
    for number in itertools.count():
        request = chat.request(secrets.token_urlsafe(24), number, one.writing.question)
        body = await post(session, request)
        if body is not None and one.writing.answer in str(body["replies"]):
            return
        if time.perf_counter() - began > PATIENCE_SECONDS:
            raise NotReady(f"nobody gets the answer of {one.place} after {PATIENCE_SECONDS:g} s")
        await asyncio.sleep(0.01)


async def _ride(
    session: aiohttp.ClientSession,
    chat: GongyouChat,
    ms: list[float],
    *,
    until: Callable[[], bool],
) -> None:
    """One rider after another, each with a question that isn't known word for word."""
    for number, text in enumerate(Lines.load().play(len(ms))):
        if until():
            return
        began = time.perf_counter()
        body = await post(session, chat.request(secrets.token_urlsafe(24), number, text))
        if body is not None and chat.answered(body):
            ms.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(0.02)


async def _fill(database: Database, made: Sequence[Made]) -> None:
    async with database.begin() as unit:
        for one in made:
            await unit.article_changes.put(one.place, one.writing, actor="staff:bench")
    database.shelf.forget()


def model_and_vectors(folder: Path) -> None:
    home = next((home for home in HOMES if training.current(home) is not None), None)
    if home is None:
        raise NotReady("there is no model to measure with; `python -m benchmarks reply` makes one")
    (folder / "models").symlink_to(home / "models")
    for vectors in (home / "vectors", CACHE / "vectors"):
        if vectors.is_dir():
            shutil.copytree(vectors, folder / "vectors", dirs_exist_ok=True)


@asynccontextmanager
async def second_house(url: str, folder: Path, say: Say) -> AsyncIterator[GongyouChat]:
    port = free_port()
    logs = CACHE / "bench" / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "benchmarks.articles_house", url, str(folder), str(port)]
    env = {**os.environ, "PYTHONPATH": str(ROOT), "GONGYOU_LOG_FORMAT": "json"}
    say("starting the second process")
    process = await Running.start("articles house", command, env, logs)
    try:
        address = f"http://127.0.0.1:{port}"
        await process.until(lambda: answers(f"{address}/readyz"), READY_SECONDS)
        yield GongyouChat(address)
    finally:
        await process.stop()


def aims(measured: Measured) -> list[Aim]:
    """The slowest gate, and the longest way from a commit to a rider's answer."""
    gate = max([measured.first_gate, *measured.gate, *measured.theft, *measured.broad])
    live = max(measured.shown)
    return [
        Aim(f"gate at most {AIM_GATE:g} s", f"{gate:.2f} s", gate <= AIM_GATE),
        Aim(f"live in at most {AIM_LIVE:g} s", f"{live:.2f} s", live <= AIM_LIVE),
    ]


def report(measured: Measured) -> str:
    """The tables."""
    rows = [
        ("the gate, an article that harms nobody", measured.gate),
        ("the gate, an article that takes three tests", measured.theft),
        ("the gate, an article that asks what many ask", measured.broad),
        ("from the wish to publish to a rider's answer", measured.live),
        ("from the commit to a rider's answer", measured.shown),
    ]
    seconds = table(
        "seconds|p50|most|times",
        [
            (name, f"{share(times, 0.5):.2f}", f"{max(times):.2f}", len(times))
            for name, times in rows
            if times
        ],
    )
    answers_ = table(
        "a rider's answer, ms|p50|p95|most|answers",
        [
            (name, share(ms, 0.5), share(ms, 0.95), max(ms), len(ms))
            for name, ms in (("before", measured.before), ("while publishing", measured.during))
            if ms
        ],
    )
    reads = sorted(measured.read)
    told = f" One refusal: “{measured.told[0]}”." if measured.told else ""
    return "\n\n".join(
        (
            f"{measured.articles:,} articles beside the demonstration's, {measured.tests:,} test "
            f"questions and readings that must hold. A process that starts reads and indexes them "
            f"in {measured.begun:.0f} s; beside the answering it makes the tests ready in "
            f"{measured.ready:.0f} s ({measured.computed[0]:.0f} s of computing), in "
            f"{measured.ready_again:.0f} s ({measured.computed[1]:.0f} s) where they are kept. Its "
            f"first gate then takes {measured.first_gate:.1f} s.",
            seconds,
            f"Of the tests {reads[len(reads) // 2]} were read for an article (at most "
            f"{max([*reads, *measured.read_broad])})." + told,
            answers_,
            f"Aims: {'; '.join(aim.said for aim in aims(measured))}.",
        )
    )

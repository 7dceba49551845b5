"""Every written conversation is as told on every channel it is meant for.

All conversations of a channel are played together, the first time one of them is asked for; each
test then looks at its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.rehearsal.form import CHANNELS, Channel, Told, read_conversations
from bot.rehearsal.house import Stage
from bot.rehearsal.playbill import play_here
from bot.rehearsal.player import Played
from knowledge.postgres import EmbeddedPostgres
from knowledge.secrets import Keyring
from nlu import train as training
from nlu.server import RasaServer
from tests.conftest import Background
from tests.full_model import HOME, RASA_PYTHON

FOLDER = Path(__file__).parent / "conversations"
RASA_READY_WITHIN = 120.0

CONVERSATIONS = [
    told for path in sorted(FOLDER.glob("*.yaml")) for told in read_conversations(path)
]
CASES = [(channel, told) for channel in CHANNELS for told in CONVERSATIONS if told.on(channel)]

pytestmark = [pytest.mark.timeout(900), pytest.mark.rasa]


def _name(case: tuple[Channel, Told]) -> str:
    channel, told = case
    return f"{channel}: {told.path.stem}: {told.name}"


class Stages:
    """Plays each channel's conversations once."""

    def __init__(self, stage: Stage, background: Background, asked: set[str]) -> None:
        self._stage, self._background, self._asked = stage, background, asked
        self._played: dict[Channel, dict[tuple[Path, int], Played]] = {}

    def played(self, channel: Channel, told: Told) -> Played:
        """What came of a conversation on a channel."""
        if channel not in self._played:
            # Only what this run of the tests has chosen, so that one can be tried alone.
            fit = [one for ch, one in CASES if ch == channel and _name((ch, one)) in self._asked]
            results: list[Played] = []
            self._background.run(play_here(self._stage, fit, channel, results.append))
            self._played[channel] = {(one.told.path, one.told.index): one for one in results}
        return self._played[channel][told.path, told.index]


@pytest.fixture(scope="session")
def rasa(full_model: Path, background: Background) -> Iterator[str | None]:
    """The address of a real Rasa with this model; None where Rasa isn't installed."""
    packed = training.info(full_model).rasa_model
    if packed is None or not RASA_PYTHON.exists():
        yield None
        return
    server = RasaServer(RASA_PYTHON, HOME / "rasa")

    async def start() -> asyncio.Task[None]:
        running = asyncio.create_task(server.run(packed))
        async with asyncio.timeout(RASA_READY_WITHIN):
            while server.address is None:
                await asyncio.sleep(0.1)
        return running

    async def stop(running: asyncio.Task[None]) -> None:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    running = background.run(start())
    yield server.address
    background.run(stop(running))


@pytest.fixture(scope="session")
def stages(
    request: pytest.FixtureRequest,
    postgres: EmbeddedPostgres,
    background: Background,
    keyring: Keyring,
    rasa: str | None,
) -> Iterator[Stages]:
    stage = Stage(postgres, data_dir=HOME, keyring=keyring, nlu_url=rasa)
    asked = {
        _name(case)
        for item in request.session.items
        for case in [getattr(getattr(item, "callspec", None), "params", {}).get("case")]
        if case is not None
    }
    yield Stages(stage, background, asked)
    background.run(stage.close())


@pytest.mark.parametrize("case", CASES, ids=_name)
def test_a_conversation_is_as_told(case: tuple[Channel, Told], stages: Stages) -> None:
    """What the rider must read they read, what they must not read they don't."""
    channel, told = case
    played = stages.played(channel, told)
    assert played.passed, "\n" + "\n".join(played.lines())


def test_there_are_enough_conversations() -> None:
    """At least forty, ten of them in English, and each service of the foundation among them."""
    first = [
        next((turn.rider for turn in told.conversation.turns if turn.rider), "")
        for told in CONVERSATIONS
    ]
    routes = {turn.route for told in CONVERSATIONS for turn in told.conversation.turns}
    assert len(CONVERSATIONS) >= 40
    assert sum(line.isascii() and line != "" for line in first) >= 10
    assert {
        "join_union",
        "membership_status",
        "claim_status",
        "find_station",
        "find_course",
        "enroll_course",
        "my_courses",
        "talk_to_human",
        "crisis",
        "smalltalk",
        "out_of_scope",
    } <= routes

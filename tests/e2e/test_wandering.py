"""Riders who say anything at any time: whatever they do, no turn fails.

Written conversations go the ways somebody thought of. Here the lines of all of them are said in any
order, between presses of any button that was shown, and things sent that nobody asked for.
"""

from __future__ import annotations

import asyncio
import json
import random
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from actions.content import Content, Location, Press, Reply, Sticker, Text, Voice
from bot.app import House
from bot.messages import Inbound
from bot.rehearsal.form import read_conversations
from bot.rehearsal.house import RehearsalHouse, Stage
from knowledge.postgres import EmbeddedPostgres
from knowledge.secrets import Keyring
from tests.conftest import ROOT
from tests.full_model import HOME

CONVERSATIONS = Path(__file__).parent / "conversations"
SPOKEN = sorted(
    {
        turn.rider
        for path in CONVERSATIONS.glob("*.yaml")
        for told in read_conversations(path)
        for turn in told.conversation.turns
        if turn.rider
    }
)
ANYTHING = [
    str(json.loads(line)["text"])
    for line in (ROOT / "nlu/sets/choose.jsonl").read_text(encoding="utf-8").splitlines()
]
"""Lines of the set for choosing: half of them are about nothing that the house does."""

RIDERS, STEPS = 10, 60
WITHIN = 60.0

pytestmark = [pytest.mark.timeout(600), pytest.mark.rasa]


class Wanderer:
    """One rider without a plan; what they did is kept, to be told when something fails."""

    def __init__(self, house: RehearsalHouse, number: int) -> None:
        self._house, self._chance = house, random.Random(number)
        self.name = f"wanderer-{number}"
        self.did: list[Content] = []
        self._shown: list[Reply] = []

    async def wander(self) -> None:
        for _ in range(STEPS):
            self._shown += await self._send(self._next())

    def _next(self) -> Content:
        """Mostly a line or a button; answers are judged more often than people do."""
        what = self._chance.random()
        buttons = [b.id for reply in self._shown[-6:] for b in reply.buttons]
        verdicts = [button for button in buttons if button.startswith("r:judge:")]
        if verdicts and what < 0.15:
            return Press(id=self._chance.choice(verdicts))
        if buttons and what < 0.4:
            return Press(id=self._chance.choice(buttons))
        if what < 0.93:
            return Text(text=self._chance.choice(self._chance.choice((SPOKEN, ANYTHING))))
        if what < 0.96:
            return Location(lat=37.46 + self._chance.random() / 50, lon=121.44)
        return self._chance.choice((Sticker(emoji="👍"), Voice(file_id=None, seconds=4)))

    async def _send(self, content: Content) -> tuple[Reply, ...]:
        self.did.append(content)
        inbox = self._house.house.inbox
        receipt = await inbox.put(
            Inbound(
                channel="web",
                conversation=self.name,
                external_id=str(len(self.did)),
                content=content,
                at=self._house.clock.now(),
            )
        )
        outcome = await inbox.wait(receipt, WITHIN)
        assert outcome.state in ("answered", "held"), (outcome.state, self.did[-8:])
        return outcome.replies


async def _failed(house: House) -> set[str]:
    """The names of the conversations in which a turn failed."""
    async with house.database.begin() as unit:
        rows = await unit.session.execute(
            text(
                "select distinct c.key from inbox i join conversations c "
                "on c.id = i.conversation_id where i.failures > 0 or i.parked"
            )
        )
        return {row[0] for row in rows}


async def test_no_turn_fails_whatever_riders_do(
    full_model: Path, postgres: EmbeddedPostgres, keyring: Keyring
) -> None:
    """Also when a day passes over what they left open."""
    stage = Stage(postgres, data_dir=HOME, keyring=keyring)
    try:
        async with stage.house() as house:
            with capture_logs() as logs:
                riders = [Wanderer(house, number) for number in range(RIDERS)]
                await asyncio.gather(*(rider.wander() for rider in riders))
                await house.wait(timedelta(hours=26))
            failures = [entry for entry in logs if entry["event"] == "turn.failed"]
            assert not failures, failures[:3]
            assert await _failed(house.house) == set()
    finally:
        await stage.close()

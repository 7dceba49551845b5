"""Trainings begun in the console: in a process of their own, told while they run and afterwards."""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from bot.refused import Refused
from bot.training_room import TrainingRoom, command, outcome
from knowledge.access import Denied
from knowledge.audit import Filter
from knowledge.database import Database
from knowledge.trainings import SILENT, Training
from tests.bot.door import Door

GATE = {
    "reasons": [], "changed": [],
    "groups": [{"name": "all lines", "lines": 10, "right": 9, "before": 8, "lost": 0, "won": 1}],
}  # fmt: skip

SCRIPT = """
import json, os, sys, time
print("embedding sentences: 3/10", file=sys.stderr, flush=True)
while not os.path.exists(sys.argv[1]):
    time.sleep(0.05)
print("trying the model: 10/10", file=sys.stderr, flush=True)
facts = json.loads(sys.argv[2])
if "--back" in sys.argv:
    facts = {"in_use": "before", "left": "after"}
print(json.dumps(facts))
"""


@pytest.fixture
async def door(database: Database) -> Door:
    return await Door.on(database)


def room(door: Door, go: Path, admitted: bool = True, gate: object = GATE) -> TrainingRoom:
    """One whose trainings end as soon as the file `go` is there."""
    facts = json.dumps({"admitted": admitted, "in_use": "new", "gate": gate})
    return TrainingRoom(door.database, [sys.executable, "-c", SCRIPT, str(go), facts])


async def until(door: Door, made: TrainingRoom, step: str = "", *, over: bool = False) -> Training:
    for _ in range(400):
        (newest, *_) = await made.overview(door.actor("administrator"))
        if (over and newest.state != "running") or (step and newest.step == step):
            return newest
        await asyncio.sleep(0.05)
    raise AssertionError("it does not come that far")


async def test_a_training_is_told_while_it_runs_and_when_it_is_over(
    door: Door, tmp_path: Path
) -> None:
    """Also by another process, which only reads; two at once are refused."""
    made, boss = room(door, tmp_path / "go"), door.actor("administrator")
    other = TrainingRoom(door.database)
    await made.begin(boss, "train")
    running = await until(door, other, "vectors")
    assert (running.state, running.done, running.of, running.begun_by) == (
        "running", 3, 10, boss.name,
    )  # fmt: skip
    with pytest.raises(Refused, match="training_runs"):
        await made.begin(boss, "back")
    (tmp_path / "go").touch()
    over = await until(door, other, over=True)
    assert over.state == "let_in"
    assert over.result is not None
    assert over.result["gate"]["groups"][0]["won"] == 1
    await made.begin(boss, "back")
    back = await until(door, other, over=True)
    assert (back.kind, back.state, back.result) == (
        "back", "let_in", {"in_use": "before", "left": "after"},
    )  # fmt: skip
    async with door.database.begin() as unit:
        lines = await unit.audit.lines(Filter(actor=boss.audited_as), 10)
    assert [line.action for line in lines] == ["model.back", "model.train"]


async def test_only_administrators_train(door: Door, tmp_path: Path) -> None:
    """Nor does anybody where there are no models."""
    made = room(door, tmp_path / "go")
    for role in ("staff", "lead", "auditor"):
        with pytest.raises(Denied):
            await made.begin(door.actor(role), "train")
        with pytest.raises(Denied):
            await made.overview(door.actor(role))
    with pytest.raises(Refused, match="no_models"):
        await TrainingRoom(door.database).begin(door.actor("administrator"), "train")


async def test_a_training_whose_process_has_gone_is_over(door: Door, tmp_path: Path) -> None:
    """The child ends with its parent; what nobody hears of any more keeps nobody from the next."""
    made, boss = room(door, tmp_path / "go"), door.actor("administrator")
    await made.begin(boss, "train")
    await until(door, made, "vectors")
    await made.close()
    assert (await until(door, made, over=True)).state == "failed"
    async with door.database.begin() as unit:
        assert await unit.trainings.begin("train", "gone") is not None
        assert await unit.trainings.begin("train", "too soon") is None
    door.clock.move(SILENT + timedelta(seconds=1))
    (newest, *_) = await made.overview(boss)
    assert newest.state == "failed"
    (tmp_path / "go").touch()
    await made.begin(boss, "train")
    assert (await until(door, made, over=True)).state == "let_in"


@pytest.mark.parametrize(
    ("code", "printed", "state"),
    [
        (0, {"admitted": True, "gate": GATE}, "let_in"),
        (0, {"admitted": True, "gate": None}, "unchanged"),
        (1, {"admitted": False, "gate": GATE}, "refused"),
        (0, {"in_use": "a", "left": "b"}, "let_in"),
        (1, None, "failed"),
    ],
)
def test_what_came_of_it(code: int, printed: dict[str, object] | None, state: str) -> None:
    """What the command prints, and nothing at all."""
    text = "" if printed is None else json.dumps(printed)
    told, facts = outcome(code, text, "There is no model.")
    assert told == state
    assert printed is not None or facts == {"said": "There is no model."}


def test_it_is_the_houses_own_command_that_runs(tmp_path: Path) -> None:
    """Politely, for this data directory, wherever the house stands."""
    program, around = command(tmp_path)
    assert list(program)[-5:] == [sys.executable, "-m", "bot", "train", "--json"]
    assert around == {"GONGYOU_DATA_DIR": str(tmp_path)}

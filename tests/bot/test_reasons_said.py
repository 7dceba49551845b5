"""Why something is read as it is, and why a model isn't let in: in the reader's own language."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import get_args

import pytest

from bot.refused import CONSOLE_TEXTS
from bot.wording import Texts
from knowledge.database import Database
from nlu import gate_words
from nlu.gate_words import SAID, Finding
from nlu.reasons import Reason, Why
from nlu.tally import Pair, Tally
from tests.bot.console import Visitor, visitors
from tests.bot.door import Door
from tests.nlu.reports import decided

PLACES = Tally("Places", (
    Pair(decided("附近哪里有厕所", "find_station", "smalltalk"),
         decided("附近哪里有厕所", "find_station")),
))  # fmt: skip
FOUND: tuple[tuple[Finding, str], ...] = (
    (gate_words.missed(21, PLACES.pairs), "21 句求救里漏掉 1 句"),
    (gate_words.broken(30, PLACES.pairs), "30 句必须读对的话里，读错了 1 句"),
    (gate_words.more_false_cries(90, 4, 2, PLACES.pairs),
     "90 句里有 4 句被误当成求救，比以前多 2 句"),
    (gate_words.false_cries(90, PLACES.pairs, 0.03), "90 句里有 1 句被误当成求救，最多可以有 3%"),
    (gate_words.short(PLACES, 0.6), "驿站：1 句里读懂 0 句，至少要 60%"),
    (gate_words.fall(PLACES),
     "驿站：1 句里有 1 句读不懂了，新读懂 0 句（只凭运气，2 次里才有一次）"),
)  # fmt: skip


@pytest.fixture
async def door(database: Database) -> Door:
    return await Door.on(database)


@pytest.fixture
async def boss(door: Door) -> AsyncIterator[Visitor]:
    secret = door.secret()
    account = await door.member("赵敏", "administrator", secret=secret)
    async with visitors(door) as make:
        yield make(await door.enter(account, secret))


@pytest.mark.parametrize("why", get_args(Why))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_reason_of_a_choice_is_said(why: Why, language: str) -> None:
    """In Chinese without a foreign word; in traces in short English ones."""
    said = Texts(CONSOLE_TEXTS).words(language)(f"why.{why}", name="会费", share="0.42")
    assert language == "en" or not re.search("[A-Za-z]", said)
    assert str(Reason(why, "faq:dues", 0.42)).isascii()


async def test_each_finding_of_the_gate_is_said(door: Door, boss: Visitor) -> None:
    """With the lines it stands on, and what they are called; the kinds are all here."""
    assert {one.kind for one, _ in FOUND} == SAID.keys() - {"rise"}
    gate = {
        "reasons": [str(one) for one, _ in FOUND],
        "found": [one.to_json() for one, _ in FOUND],
        "groups": [PLACES.to_json()],
    }
    async with door.database.begin() as unit:
        number = await unit.trainings.begin("train", "赵敏")
        assert number is not None
        result = {"admitted": False, "in_use": "a", "gate": gate}
        await unit.trainings.end(number, "refused", result)
    await boss.get("/console/training")
    for _, said in FOUND:
        assert said in boss.text
    assert "<q>附近哪里有厕所</q>" in boss.text
    assert "聊聊天" in boss.text
    assert "no longer understood" not in boss.text


async def test_a_training_of_an_earlier_release_keeps_its_own_words(
    door: Door, boss: Visitor
) -> None:
    """It has nothing but English sentences, which are marked as such."""
    gate = {"reasons": ["Places: 6 of 20 lines lost."], "groups": [PLACES.to_json()]}
    async with door.database.begin() as unit:
        number = await unit.trainings.begin("train", "赵敏")
        assert number is not None
        await unit.trainings.end(number, "refused", {"admitted": False, "gate": gate})
    await boss.get("/console/training")
    assert '<ul class="plain-list" lang="en"><li>Places: 6 of 20 lines lost.</li></ul>' in boss.text

"""Which aims a run has missed is its last line, and its exit code."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmarks import __main__ as command
from benchmarks import articles, inbox, reading, reply, webhook
from benchmarks.aims import Aim, missed, verdict
from benchmarks.load import Figures, GongyouChat
from benchmarks.reading import Alone
from benchmarks.reply import CROWDS, MIXES

MET = Aim("gate at most 3 s", "1.20 s", met=True)
SLOW = Aim("live in at most 1 s", "1.40 s", met=False)


@pytest.mark.parametrize(
    ("aims", "line", "code"),
    [
        ([MET, SLOW], "1 of 2 aims missed: live in at most 1 s (1.40 s)", 1),
        ([MET, MET], "All 2 aims are met.", 0),
        ([], "", 0),
    ],
)
def test_a_run_ends_with_what_it_has_missed(
    aims: Sequence[Aim],
    line: str,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """After all that was measured; who has no aim has missed none."""

    async def measured(_wish: argparse.Namespace) -> list[Aim]:
        print("## A part")
        return list(aims)

    monkeypatch.setattr(command, "run", measured)
    monkeypatch.setattr(command, "CACHE", tmp_path)
    monkeypatch.setattr(sys, "argv", ["benchmarks", "memory"])
    try:
        command.main()
        ended: object = 0
    except SystemExit as why:
        ended = why.code
    assert ended == code
    assert capsys.readouterr().out.rstrip("\n").splitlines()[-1] == (line or "## A part")


def test_each_missed_aim_is_named_with_what_came_of_it() -> None:
    """In the order in which they were measured."""
    other = Aim("webhook, p99 at most 50 ms and none failed", "12.0 ms, 3 failed", met=False)
    assert missed([other, MET, SLOW]) == [other, SLOW]
    assert verdict([other, MET, SLOW]) == (
        "2 of 3 aims missed: webhook, p99 at most 50 ms and none failed (12.0 ms, 3 failed); "
        "live in at most 1 s (1.40 s)"
    )


def _names(aims: Sequence[Aim]) -> list[str]:
    return [aim.wanted for aim in missed(aims)]


def test_articles_miss_by_their_slowest_gate_and_by_the_latest_answer() -> None:
    """One slow one is enough; the report says the same."""
    good = articles.Measured(1, first_gate=2.9, gate=[0.1], theft=[0.2], broad=[3.0], read=[1])
    good.shown = [0.2, 0.99]
    good.before = good.during = [1.0]
    good.live = [1.0]
    assert _names(articles.aims(good)) == []
    assert "gate at most 3 s: met (3.00 s); live in at most 1 s: met" in articles.report(good)
    good.broad, good.shown = [0.1, 3.1], [1.1]
    assert _names(articles.aims(good)) == ["gate at most 3 s", "live in at most 1 s"]
    assert "gate at most 3 s: not met (3.10 s)" in articles.report(good)


def test_pages_of_the_inbox_miss_one_by_one() -> None:
    """By their middle time; what comes by itself, by its 95th part."""
    seen = inbox.Measured(1, 1, {"the list": [151.0] * 9, "one": [10.0] * 9}, [1.0], [301.0] * 9)
    assert _names(inbox.aims(seen)) == [
        "inbox, the list: p50 at most 150 ms",
        "inbox, a rider's message: p95 at most 300 ms",
    ]


def test_hostile_texts_miss_by_reader() -> None:
    """Short texts beside them don't count."""

    def took(ms: float) -> dict[str, Alone]:
        return {"short": Alone(whole=Figures([999.0])), "one long word": Alone(whole=Figures([ms]))}

    found = reading.Measured([], {"Rasa": took(150.0), "Rasa away": took(150.1)})
    assert _names(reading.aims(found)) == ["Rasa away, p99 of hostile texts at most 150 ms"]


def test_replies_miss_where_they_are_not_enough_quicker_than_stock() -> None:
    """With nobody beside there is nothing to miss."""

    def side(ms: float, per_second: int) -> reply.Side:
        made = reply.Side(GongyouChat("http://127.0.0.1:1"), lambda: 0.0, {})
        for mix in MIXES:
            made.figures[mix, 1] = Figures([ms])
            for riders in CROWDS:
                made.figures[mix, riders] = Figures([ms] * per_second, seconds=1.0)
        return made

    stock = side(100.0, 10)
    assert _names(reply.aims([side(25.0, 50), stock])) == []
    assert len(_names(reply.aims([side(26.0, 50), stock]))) == len(MIXES)
    assert len(_names(reply.aims([side(25.0, 49), stock]))) == len(MIXES) * len(CROWDS)
    assert "| 1/3.8 | at most 1/4 | not met |" in reply.report([side(26.0, 50), stock])
    assert reply.aims([side(999.0, 1)]) == []


def test_one_update_that_failed_misses_the_webhook_s_aim() -> None:
    """However quick the others were."""
    assert _names(webhook.aims(Figures([50.0]))) == []
    assert len(_names(webhook.aims(Figures([50.1])))) == 1
    assert len(_names(webhook.aims(Figures([1.0], failed=1)))) == 1

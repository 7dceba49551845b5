"""What is remembered of the models of a house."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from nlu import history
from nlu.history import Entry, Event

AT = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)


def entries(*told: tuple[Event, str]) -> list[Entry]:
    return [Entry(AT, event, model) for event, model in told]


def test_what_was_written_is_read(tmp_path: Path) -> None:
    """In order, with the reasons."""
    assert history.read(tmp_path) == []
    written = [Entry(AT, "used", "a"), Entry(AT, "refused", "b", ("Places: 6 of 40 …",))]
    for entry in written:
        history.add(tmp_path, entry)
    assert history.read(tmp_path) == written


def test_a_line_cut_short_by_a_crash_does_no_harm(tmp_path: Path) -> None:
    """It is passed over, and what comes after it is whole."""
    history.add(tmp_path, Entry(AT, "used", "a"))
    with (tmp_path / "history").open("a") as file:
        file.write('{"at": "2026-')
    history.add(tmp_path, Entry(AT, "used", "b"))
    assert [entry.model for entry in history.read(tmp_path)] == ["a", "b"]


def test_models_in_use_are_a_pile() -> None:
    """A refused one was never on it, one that was left is off it, one used again lies on top."""
    told = entries(("used", "a"), ("used", "b"), ("refused", "x"), ("used", "c"), ("left", "c"))
    assert history.used(told) == ["a", "b"]
    assert history.used([*told, *entries(("used", "a"))]) == ["b", "a"]


def test_what_was_refused_or_left_is_set_aside_until_it_is_used() -> None:
    """By name."""
    told = entries(("used", "a"), ("used", "b"), ("left", "b"), ("refused", "x"))
    assert set(history.set_aside(told)) == {"b", "x"}
    assert set(history.set_aside([*told, *entries(("used", "x"))])) == {"b"}


def test_the_newest_is_told_of_if_it_is_not_in_use() -> None:
    """In a sentence with the reason."""
    refused = Entry(AT, "refused", "x", ("Places: 6 of 40 lines no longer understood.", "More."))
    assert history.newest([*entries(("used", "a")), refused]) == refused
    assert "x was refused on 2026-11-24" in refused.say()
    assert "(Places: 6 of 40 lines no longer understood and 1 more)" in refused.say()
    assert history.newest([refused, *entries(("used", "a"))]) is None

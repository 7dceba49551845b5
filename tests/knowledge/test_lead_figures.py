"""How fast and how well: reckoned from what happened, in working time."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from knowledge.clock import CHINA
from knowledge.clocks import Event, What
from knowledge.lead_figures import Handled, by, by_hour, by_week, line

LIMIT = timedelta(minutes=30)


def at(text: str) -> datetime:
    return datetime.strptime(f"2026-{text} +0800", "%Y-%m-%d %H:%M %z").astimezone(CHINA)


def handled(*steps: tuple[str, What], **more: Any) -> Handled:
    values: dict[str, Any] = {"source": "handoff", "kind": "person", "region": "zhifu",
                              "team": "yantai", "staff": "王师傅", "limit": LIMIT}  # fmt: skip
    return Handled(events=tuple(Event(at(when), what) for when, what in steps), **values | more)


QUICK = handled(("11-23 10:00", "opened"), ("11-23 10:10", "answered"), ("11-23 10:40", "closed"),
                stars=5)  # fmt: skip
SLOW = handled(("11-23 17:00", "opened"), ("11-24 09:10", "answered"), ("11-24 10:00", "closed"),
               ("11-24 11:00", "reopened"), stars=2)  # fmt: skip
OPEN = handled(("11-25 10:00", "opened"), staff=None)


@pytest.mark.parametrize(
    ("one", "first", "resolution", "in_time", "reopened"),
    [(QUICK, 10, 40, True, False), (SLOW, 40, 90, False, True), (OPEN, None, None, None, False)],
)
def test_one_request(
    one: Handled, first: int | None, resolution: int | None, in_time: bool | None, reopened: bool
) -> None:
    """Nights don't count; what is open is neither in time nor late."""
    assert one.first_answer == (timedelta(minutes=first) if first else None)
    assert one.resolution == (timedelta(minutes=resolution) if resolution else None)
    assert (one.in_time, one.reopened) == (in_time, reopened)


def test_a_crisis_counts_the_night_and_a_case_is_judged_by_its_decision() -> None:
    """Each by its own limit."""
    crisis = handled(("11-23 02:00", "opened"), ("11-23 02:40", "answered"), kind="crisis")
    assert crisis.in_time is False
    case = handled(("11-23 09:00", "opened"), ("11-23 16:00", "decided"), source="case",
                   limit=timedelta(hours=7))  # fmt: skip
    assert case.in_time is True
    assert case.resolution == timedelta(hours=5, minutes=30)


def test_what_is_open_is_late_once_its_limit_is_over() -> None:
    """Else whoever never answers would always be in time."""
    for when, in_time in (("11-25 10:30", None), ("11-25 10:31", False)):
        assert handled(("11-25 10:00", "opened"), as_of=at(when)).in_time is in_time
    asked = handled(("11-25 10:00", "opened"), ("11-25 10:10", "elsewhere"), source="case",
                    as_of=at("11-25 12:00"))  # fmt: skip
    assert asked.in_time is None


def test_together() -> None:
    """Medians, shares, stars; nothing divides by nothing."""
    all_of_them = line("all", [QUICK, SLOW, OPEN])
    assert (all_of_them.count, all_of_them.in_time, all_of_them.late) == (3, 1, 1)
    assert (all_of_them.first_answer, all_of_them.resolution) == (25, 65)
    assert (all_of_them.reopened, all_of_them.rated, all_of_them.stars) == (1, 2, 3.5)
    assert all_of_them.share == 0.5
    nothing = line("nothing", [])
    assert (nothing.share, nothing.first_answer, nothing.stars) == (None, None, None)


def test_by_person_hour_and_week() -> None:
    """Each hour and each week has a line; what is older than the first week is left out."""
    people = by([QUICK, SLOW, OPEN], lambda one: one.staff)
    assert [(one.name, one.count) for one in people] == [("王师傅", 2), ("", 1)]
    hours = by_hour([QUICK, SLOW, OPEN])
    assert len(hours) == 24
    assert {one.name: one.count for one in hours if one.count} == {"10": 2, "17": 1}
    old = handled(("10-12 10:00", "opened"))
    weeks = by_week([QUICK, SLOW, OPEN, old], [date(2026, 11, 16), date(2026, 11, 23)])
    assert [(one.name, one.count) for one in weeks] == [("2026-11-16", 0), ("2026-11-23", 3)]

"""Clocks by cases: holidays, make-up days, pauses, midnight, weekends, escalations.

2026: Thursday 1 to Wednesday 7 October are the national holiday; Sunday 20 September and Saturday
10 October are worked for it. Hours are 9:00 to 12:00 and 13:30 to 17:30 unless a case says else.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.clock import CHINA
from knowledge.clocks import Event, Limit, Measure, What, chosen, durations, read
from knowledge.working_time import ALWAYS, WorkingTime

HOURS = WorkingTime()
NIGHT = WorkingTime(((20 * 60, 26 * 60),))
NOBODY = WorkingTime((), lambda _: False)


def at(text: str) -> datetime:
    """`11-23 16:55` of 2026, China's clock."""
    return datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=CHINA)


def story(text: str) -> list[Event]:
    """`opened 11-23 16:55, answered 11-24 09:10`."""
    events = []
    for part in text.split(","):
        what, _, when = part.strip().partition(" ")
        events.append(Event(at(when), what))  # type: ignore[arg-type]  # a wrong word fails below
    return events


CASES: list[tuple[str, Measure, str, str, WorkingTime, str, int | None, str | None]] = [
    # what it shows, measure, events, now, hours, state, minutes spent, broken at (limit 60 minutes)
    ("nothing happened", "first_answer", "said 11-23 10:00", "11-23 10:30", HOURS, "none", None,
     None),
    ("within a morning", "first_answer", "opened 11-23 10:00", "11-23 10:30", HOURS, "running", 30,
     "11-23 11:00"),
    ("just opened", "first_answer", "opened 11-23 10:00", "11-23 10:00", HOURS, "running", 0,
     "11-23 11:00"),
    ("over the midday break", "first_answer", "opened 11-23 11:40", "11-23 13:30", HOURS,
     "running", 20, "11-23 14:10"),
    ("within the midday break", "first_answer", "opened 11-23 12:10", "11-23 13:00", HOURS,
     "running", 0, "11-23 14:30"),
    ("over night", "first_answer", "opened 11-23 17:00", "11-24 09:10", HOURS, "running", 40,
     "11-24 09:30"),
    ("ends with the day", "first_answer", "opened 11-23 16:30", "11-23 17:30", HOURS, "running", 60,
     "11-23 17:30"),
    ("before the day begins", "first_answer", "opened 11-23 07:00", "11-23 08:59", HOURS,
     "running", 0, "11-23 10:00"),
    ("after the day", "first_answer", "opened 11-23 17:30", "11-23 23:00", HOURS, "running", 0,
     "11-24 10:00"),
    ("at midnight", "first_answer", "opened 11-24 00:00", "11-24 09:00", HOURS, "running", 0,
     "11-24 10:00"),
    ("over a weekend", "first_answer", "opened 11-27 17:00", "11-30 09:15", HOURS, "running", 45,
     "11-30 09:30"),
    ("on a Saturday", "first_answer", "opened 11-28 10:00", "11-29 22:00", HOURS, "running", 0,
     "11-30 10:00"),
    ("on the eve of the holiday", "first_answer", "opened 09-30 16:55", "10-08 09:00", HOURS,
     "running", 35, "10-08 09:25"),
    ("within the holiday", "first_answer", "opened 10-03 10:00", "10-07 23:59", HOURS, "running",
     0, "10-08 10:00"),
    ("a make-up Sunday is worked", "first_answer", "opened 09-20 10:00", "09-20 10:30", HOURS,
     "running", 30, "09-20 11:00"),
    ("a make-up Saturday after Friday", "first_answer", "opened 10-09 17:00", "10-10 09:10", HOURS,
     "running", 40, "10-10 09:30"),
    ("the Sunday after a make-up Saturday", "first_answer", "opened 10-10 17:00", "10-12 09:00",
     HOURS, "running", 30, "10-12 09:30"),
    ("New Year is off", "first_answer", "opened 01-01 10:00", "01-03 18:00", HOURS, "running", 0,
     "01-04 10:00"),
    ("a night shift over midnight", "first_answer", "opened 11-23 23:30", "11-24 00:15", NIGHT,
     "running", 45, "11-24 00:30"),
    ("a night shift's end", "first_answer", "opened 11-24 01:30", "11-24 12:00", NIGHT, "running",
     30, "11-24 20:30"),
    ("a shift that began on a Friday", "first_answer", "opened 11-28 01:00", "11-28 01:30", NIGHT,
     "running", 30, "11-28 02:00"),
    ("a crisis at night", "first_answer", "opened 11-28 03:00", "11-28 03:45", ALWAYS, "running",
     45, "11-28 04:00"),
    ("a crisis over midnight", "first_answer", "opened 11-28 23:50", "11-29 00:10", ALWAYS,
     "running", 20, "11-29 00:50"),
    ("nobody ever works", "first_answer", "opened 11-23 10:00", "11-24 10:00", NOBODY, "running", 0,
     None),
    ("answered", "first_answer", "opened 11-23 10:00, answered 11-23 10:20", "11-25 10:00", HOURS,
     "stopped", 20, None),
    ("answered too late", "first_answer", "opened 11-23 10:00, answered 11-23 11:30",
     "11-25 10:00", HOURS, "stopped", 90, None),
    ("a question is an answer too", "first_answer", "opened 11-23 10:00, asked 11-23 10:05",
     "11-25 10:00", HOURS, "stopped", 5, None),
    ("closed without an answer", "first_answer", "opened 11-23 10:00, closed 11-23 10:30",
     "11-25 10:00", HOURS, "stopped", 30, None),
    ("an answer later is not the first", "first_answer",
     "opened 11-23 10:00, answered 11-23 10:20, said 11-23 10:30", "11-23 11:30", HOURS, "stopped",
     20, None),
    ("what is still to come doesn't count", "first_answer",
     "opened 11-23 10:00, answered 11-23 11:20", "11-23 10:30", HOURS, "running", 30,
     "11-23 11:00"),
    ("reopened begins anew", "first_answer",
     "opened 11-23 09:00, answered 11-23 09:10, closed 11-23 09:20, reopened 11-23 14:00",
     "11-23 14:30", HOURS, "running", 30, "11-23 15:00"),
    ("escalated: the level above owes a first answer", "first_answer",
     "opened 11-23 09:00, answered 11-23 09:10, escalated 11-23 10:00", "11-23 10:15", HOURS,
     "running", 15, "11-23 11:00"),
    ("escalated while the first answer is owed", "first_answer",
     "opened 11-23 09:00, escalated 11-23 10:00", "11-23 10:15", HOURS, "running", 15,
     "11-23 11:00"),
    ("and given back down", "first_answer",
     "opened 11-23 09:00, escalated 11-23 10:00, answered 11-23 10:10, escalated 11-23 11:00",
     "11-23 11:05", HOURS, "running", 5, "11-23 12:00"),
    ("what is closed is not escalated", "first_answer",
     "opened 11-23 09:00, closed 11-23 09:30, escalated 11-23 10:00", "11-23 10:15", HOURS,
     "stopped", 30, None),
    ("another office rests the first answer", "first_answer",
     "opened 11-23 09:00, elsewhere 11-23 09:10, came_back 11-24 09:00", "11-24 09:20", HOURS,
     "running", 30, "11-24 09:50"),
    ("the rider writes", "next_answer", "opened 11-23 09:00, said 11-23 09:30", "11-23 09:45",
     HOURS, "running", 15, "11-23 10:30"),
    ("and writes again: the first line counts", "next_answer",
     "said 11-23 09:30, said 11-23 09:50", "11-23 10:00", HOURS, "running", 30, "11-23 10:30"),
    ("answered, then the rider writes again", "next_answer",
     "said 11-23 09:30, answered 11-23 09:40, said 11-23 10:00", "11-23 10:05", HOURS, "running",
     5, "11-23 11:00"),
    ("nothing is owed after an answer", "next_answer", "said 11-23 09:30, answered 11-23 09:40",
     "11-23 10:05", HOURS, "stopped", 10, None),
    ("the answer to a question begins it", "next_answer", "asked 11-23 09:30, said 11-26 10:00",
     "11-26 10:20", HOURS, "running", 20, "11-26 11:00"),
    ("a line after the end begins nothing", "next_answer", "closed 11-23 09:00, said 11-23 10:00",
     "11-23 11:00", HOURS, "none", None, None),
    ("a decision in working time", "decision", "opened 11-23 17:00", "11-24 09:10", HOURS,
     "running", 40, "11-24 09:30"),
    ("an answer is no decision", "decision", "opened 11-23 09:00, answered 11-23 09:10",
     "11-23 09:40", HOURS, "running", 40, "11-23 10:00"),
    ("waiting for the rider rests it", "decision", "opened 11-23 09:00, asked 11-23 09:20",
     "11-25 10:00", HOURS, "resting", 20, None),
    ("the rider's answer sets it going", "decision",
     "opened 11-23 09:00, asked 11-23 09:20, said 11-25 10:00", "11-25 10:10", HOURS, "running",
     30, "11-25 10:40"),
    ("another office rests it", "decision", "opened 11-23 09:00, elsewhere 11-23 09:50",
     "12-23 10:00", HOURS, "resting", 50, None),
    ("back from the other office", "decision",
     "opened 11-23 09:00, elsewhere 11-23 09:50, came_back 11-27 17:25", "11-30 09:00", HOURS,
     "running", 55, "11-30 09:05"),
    ("two rests: both must end", "decision",
     "opened 11-23 09:00, asked 11-23 09:10, elsewhere 11-23 09:20, said 11-23 10:00",
     "11-23 11:00", HOURS, "resting", 10, None),
    ("two rests, both over", "decision",
     "opened 11-23 09:00, asked 11-23 09:10, elsewhere 11-23 09:20, said 11-23 10:00, "
     "came_back 11-23 11:00", "11-23 11:30", HOURS, "running", 40, "11-23 11:50"),
    ("a rest within the night costs nothing", "decision",
     "opened 11-23 17:00, asked 11-23 20:00, said 11-24 03:00", "11-24 09:00", HOURS, "running",
     30, "11-24 09:30"),
    ("a rest over the holiday", "decision",
     "opened 09-30 17:00, asked 09-30 17:10, said 10-08 09:00", "10-08 09:20", HOURS, "running",
     30, "10-08 09:50"),
    ("decided", "decision", "opened 11-23 09:00, decided 11-23 09:40", "11-27 09:00", HOURS,
     "stopped", 40, None),
    ("decided while it rested", "decision",
     "opened 11-23 09:00, asked 11-23 09:10, decided 11-23 11:00", "11-27 09:00", HOURS, "stopped",
     10, None),
    ("reopened: a new decision is owed", "decision",
     "opened 11-23 09:00, decided 11-23 09:40, closed 11-23 09:41, reopened 11-24 09:00",
     "11-24 09:05", HOURS, "running", 5, "11-24 10:00"),
    ("escalated: the decision's clock goes on", "decision",
     "opened 11-23 09:00, escalated 11-23 09:30", "11-23 09:50", HOURS, "running", 50,
     "11-23 10:00"),
    ("escalated while it rested: it goes on", "decision",
     "opened 11-23 09:00, asked 11-23 09:10, escalated 11-23 10:00", "11-23 10:20", HOURS,
     "running", 30, "11-23 10:50"),
    ("broken", "decision", "opened 11-23 09:00", "11-23 11:00", HOURS, "running", 120,
     "11-23 10:00"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("shows", "measure", "told", "now", "hours", "state", "spent", "breaks"),
    CASES,
    ids=[case[0] for case in CASES],
)
def test_a_clock_by_cases(
    shows: str,
    measure: Measure,
    told: str,
    now: str,
    hours: WorkingTime,
    state: str,
    spent: int | None,
    breaks: str | None,
) -> None:
    """State, working minutes spent, and when an hour's limit is or was broken."""
    reading = read(measure, story(told), timedelta(hours=1), hours, at(now))
    if reading is None:
        assert (state, spent, breaks) == ("none", None, None), shows
        return
    assert reading.state == state
    assert reading.spent == timedelta(minutes=spent or 0)
    assert reading.breaks_at == (at(breaks) if breaks else None)


@pytest.mark.parametrize(
    ("minutes", "level"), [(0, "fine"), (44, "fine"), (45, "warned"), (59, "warned"),
                           (60, "broken"), (500, "broken")]
)  # fmt: skip
def test_warned_at_three_quarters_and_broken_at_the_whole(minutes: int, level: str) -> None:
    """To the minute; and the time of the warning is the one at which it is reached."""
    start = at("11-23 09:00")
    now = start + timedelta(minutes=minutes)
    reading = read("decision", [Event(start, "opened")], timedelta(hours=1), ALWAYS, now)
    assert reading is not None
    assert reading.level == level
    assert reading.warns_at == start + timedelta(minutes=45)


def test_each_start_is_a_run_of_its_own() -> None:
    """What figures are made of: when each ended, and what it took."""
    told = story(
        "opened 11-23 09:00, answered 11-23 09:10, closed 11-23 09:20, "
        "reopened 11-24 09:00, answered 11-24 09:30"
    )
    assert durations("first_answer", told, HOURS) == [
        (at("11-23 09:10"), timedelta(minutes=10)),
        (at("11-24 09:30"), timedelta(minutes=30)),
    ]


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1)).map(  # noqa: DTZ001
    lambda moment: moment.replace(second=0, microsecond=0, tzinfo=CHINA)
)


@given(MOMENTS, st.integers(0, 3000))
def test_working_time_there_and_back(start: datetime, minutes: int) -> None:
    """As much lies between a time and the one after it as was asked for."""
    amount = timedelta(minutes=minutes)
    assert HOURS.between(start, HOURS.after(start, amount)) == amount


@given(MOMENTS, MOMENTS, MOMENTS)
def test_working_time_adds_up(one: datetime, two: datetime, three: datetime) -> None:
    """A pause that takes no time changes nothing."""
    first, middle, last = sorted((one, two, three))
    assert HOURS.between(first, middle) + HOURS.between(middle, last) == HOURS.between(first, last)


WHATS: list[What] = ["said", "answered", "asked", "elsewhere", "came_back", "escalated", "decided",
                     "closed", "reopened"]  # fmt: skip


@given(st.lists(st.tuples(st.integers(0, 20000), st.sampled_from(WHATS)), max_size=12))
def test_whatever_happens_a_clock_never_runs_backwards(steps: list[tuple[int, What]]) -> None:
    """Within a run, spent time only grows, and what runs says when it breaks."""
    start = at("09-28 09:00")
    events = [Event(start, "opened")]
    events += [Event(start + timedelta(minutes=minute), what) for minute, what in sorted(steps)]
    before = None
    for hour in range(0, 400, 7):
        now = start + timedelta(hours=hour)
        reading = read("decision", events, timedelta(hours=1), HOURS, now)
        assert reading is not None
        assert (reading.breaks_at is not None) == (reading.state == "running")
        if reading.state == "running" and reading.breaks_at is not None:
            assert (reading.level == "broken") == (now >= reading.breaks_at)
        if before is not None and before.run == reading.run:
            assert reading.spent >= before.spent
        before = reading


def test_the_nearest_region_s_limit_holds_and_in_it_the_kind_s() -> None:
    """A region that has set one for all kinds goes before the kind's of the region above."""
    limits = [
        Limit("decision", 1),
        Limit("decision", 2, kind="claim"),
        Limit("decision", 3, region="yantai", kind="claim"),
        Limit("decision", 4, region="yantai"),
        Limit("decision", 5, region="zhifu"),
        Limit("first_answer", 6, region="zhifu", kind="claim"),
    ]

    def minutes(kind: str, *regions: str) -> int:
        found = chosen(limits, "decision", kind, regions)
        assert found is not None
        return found.minutes

    assert minutes("claim", "zhifu", "yantai", "shandong") == 5
    assert minutes("claim", "laishan", "yantai", "shandong") == 3
    assert minutes("report", "laishan", "yantai", "shandong") == 4
    assert minutes("claim", "weihai", "shandong") == 2
    assert minutes("report", "weihai", "shandong") == 1
    assert chosen(limits, "next_answer", "claim", ["zhifu"]) is None

"""Who is on duty when: shifts, absences, holidays, and what is switched by hand."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.clock import CHINA, MovableClock
from knowledge.database import Database
from knowledge.duty import Office
from knowledge.duty_roster import DAYS, Absence, Days, Roster, Shift, Switch, worked

EVE = datetime(2026, 9, 30, 16, 55, tzinfo=CHINA)
"""A Wednesday; 1 to 7 October are off, Saturday 10 October is worked."""


def at(day: int, hour: int, minute: int = 0, month: int = 10) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=CHINA)


def office(name: str = "赵敏", region: str | None = None, days: Days = "workdays") -> Shift:
    return Shift(name, region, days, 9 * 60, 17 * 60 + 30)


@pytest.mark.parametrize(
    ("shift", "moment", "there"),
    [
        (office(), EVE, True),
        (office(), at(1, 10), False),
        (office(), at(8, 10), True),
        (office(), at(10, 10), True),  # a make-up Saturday
        (office(days="thu"), at(1, 10), False),
        (office(days="thu"), at(15, 10), True),
        (office(days="daily"), at(1, 10), True),
        (office(), at(8, 17, 30), False),  # the end isn't in it
        (Shift("赵敏", None, "daily", 22 * 60, 6 * 60), at(2, 3), True),  # past midnight
        (Shift("赵敏", None, "daily", 22 * 60, 6 * 60), at(2, 7), False),
        (Shift("赵敏", None, begins=at(3, 8), ends=at(3, 12)), at(3, 9), True),
        (Shift("赵敏", None, begins=at(3, 8), ends=at(3, 12)), at(4, 9), False),
    ],
)
def test_a_shift_covers_its_times(shift: Shift, moment: datetime, there: bool) -> None:
    """Working days are those of China's offices; `daily` never falls out."""
    assert Roster(EVE, [shift]).on(moment, None) == (["赵敏"] if there else [])


def test_a_region_is_answered_by_its_own_and_by_those_above() -> None:
    """Who has no region answers everywhere; a neighbour doesn't."""
    roster = Roster(EVE, [office("市", "weihai"), office("邻", "yantai"), office("总")])
    assert roster.on(EVE, ["jingkai", "weihai", "shandong"]) == ["市", "总"]


def test_who_is_absent_is_not_there() -> None:
    """And the next time somebody is there lies behind the absence, and behind the holiday."""
    away = Absence("赵敏", at(8, 0), at(8, 13))
    roster = Roster(EVE, [office()], [away])
    assert roster.on(at(8, 10), None) == []
    assert roster.next_on(at(30, 18, month=9), None) == at(8, 13)
    assert Roster(EVE, [office()]).next_on(at(30, 18, month=9), None) == at(8, 9)
    assert Roster(EVE).next_on(EVE, None) is None


def test_a_switch_holds_until_the_next_shift() -> None:
    """Off in the middle of a shift, on again with the next; and nobody is promised by a switch."""
    off = Switch("赵敏", None, on=False, at=at(8, 11))
    roster = Roster(at(8, 11), [office()], switches=[off])
    assert roster.on(at(8, 15), None) == []
    assert roster.on(at(9, 9), None) == ["赵敏"]
    on = Switch("赵敏", None, on=True, at=at(30, 18, month=9))
    roster = Roster(at(30, 19, month=9), [office()], switches=[on])
    assert roster.on(at(30, 19, month=9), None) == ["赵敏"]
    assert roster.on(at(1, 10), None) == []
    late = Roster(at(8, 18), [office()], switches=[on])
    assert late.on(at(8, 18), None) == []


@given(
    days=st.sampled_from(DAYS),
    begin=st.integers(0, 1439),
    end=st.integers(0, 1439),
    minutes=st.integers(0, 60 * 24 * 30),
)
def test_the_next_time_is_one_at_which_somebody_is_there(
    days: Days, begin: int, end: int, minutes: int
) -> None:
    """And at no minute before it that wasn't covered already."""
    roster = Roster(EVE, [Shift("甲", None, days, begin, end)])
    after = EVE + timedelta(minutes=minutes)
    found = roster.next_on(after, None)
    assert found is not None
    assert found > after
    assert roster.on(found, None) == ["甲"]
    assert worked(days, found.date())


async def test_the_books_keep_it(database: Database) -> None:
    """Shifts and absences come and go; a switch by hand; the office's hours by region."""
    database.clock = MovableClock(at(8, 10))
    async with database.begin() as unit:
        shift = await unit.duty.put_shift(office())
        assert await unit.duty.on_duty(None) == ["赵敏"]
        away = await unit.duty.put_absence(Absence("赵敏", at(8, 9), at(8, 12)))
        assert await unit.duty.on_duty(None) == []
        assert await unit.duty.on_duty(None, at(8, 13)) == ["赵敏"]
        await unit.duty.remove_absence(away)
        await unit.duty.switch("老王", on=True)
        assert await unit.duty.on_duty("nowhere") == ["老王", "赵敏"]
        await unit.duty.remove_shift(shift)
        await unit.duty.switch("老王", on=False)
        assert await unit.duty.everybody() == [("老王", False)]
        assert await unit.duty.next_on(None) is None
        assert (await unit.duty.office(None)).assumed
        assert Office().hours.is_open(at(8, 10))

"""Seats and waiting lists, guarded by the store itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from knowledge.clock import MovableClock
from knowledge.course_rows import CourseRow, EnrolmentRow, SessionRow
from knowledge.database import Database
from knowledge.regions import RegionRow
from knowledge.secrets import Keyring

START = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
CODE = "tea"
SEATS = 20
AT_ONCE = 20
"""Connections that the pool has: the others stand at the door, as they would at a worker's."""


@pytest.fixture
async def store(database_url: str, keyring: Keyring) -> AsyncIterator[Database]:
    """A store with two regions and one course of twenty seats."""
    database = Database(database_url, keyring, clock=MovableClock(START))
    async with database.begin() as unit:
        for code, parent, level in (("city", None, "city"), ("north", "city", "district")):
            await unit.session.execute(
                insert(RegionRow).values(
                    code=code, parent=parent, level=level, name_zh=code, name_en=code, aliases=[],
                    body_zh="", body_en="",
                )
            )  # fmt: skip
    await add_course(database, CODE)
    yield database
    await database.close()


async def add_course(
    database: Database,
    code: str,
    *,
    seats: int = SEATS,
    price: int = 0,
    online: bool = False,
    starts: tuple[datetime, ...] = (START + timedelta(days=5),),
) -> None:
    async with database.begin() as unit:
        await unit.session.execute(
            insert(CourseRow).values(
                code=code, title_zh="茶道100%", title_en="Tea", topic="tea", words=["茶", "tea"],
                region="city", district="north", place_zh="", place_en="", online=online,
                price=Decimal(price), seats=seats, taken=0, certificate=False, demo=True,
            )
        )  # fmt: skip
        for start in starts:
            await unit.session.execute(
                insert(SessionRow).values(course=code, starts_at=start, minutes=90)
            )


async def people(database: Database, count: int) -> list[UUID]:
    async with database.begin() as unit:
        return [(await unit.people.create())[0] for _ in range(count)]


async def enrol(database: Database, person: UUID) -> tuple[str, int | None]:
    async with database.begin() as unit:
        one = await unit.enrolments.enrol(CODE, person)
    return one.state, one.place


async def at_once[Result](*work: Coroutine[Any, Any, Result]) -> list[Result]:
    """Do everything at the same time, as far as there are connections."""
    door = asyncio.Semaphore(AT_ONCE)

    async def enter(one: Coroutine[Any, Any, Result]) -> Result:
        async with door:
            return await one

    return await asyncio.gather(*(enter(one) for one in work))


async def places(database: Database) -> dict[str, int]:
    async with database.begin() as unit:
        rows = await unit.session.execute(
            select(EnrolmentRow.state, func.count()).group_by(EnrolmentRow.state)
        )
        return dict(rows.all())


async def test_two_hundred_at_once_get_exactly_twenty_seats_and_one_line(store: Database) -> None:
    """Twenty are in, the other 180 wait in the order in which they came, none shares a place."""
    riders = await people(store, 200)
    got = await at_once(*(enrol(store, rider) for rider in riders))
    assert sum(state == "enrolled" for state, _ in got) == SEATS
    async with store.begin() as unit:
        (course,) = await unit.courses.by_codes([CODE])
        assert (course.taken, course.free, course.waiting) == (SEATS, 0, 180)
        line = list(
            await unit.session.scalars(
                select(EnrolmentRow.person_id)
                .where(EnrolmentRow.state == "waiting")
                .order_by(EnrolmentRow.id)
            )
        )
        places_now = [(await unit.enrolments.get(CODE, rider)) for rider in line]
    assert [one.place for one in places_now if one] == list(range(1, 181))
    told = {rider: place for rider, (state, place) in zip(riders, got, strict=True) if place}
    assert [told[rider] for rider in line] == list(range(1, 181))
    assert await places(store) == {"enrolled": SEATS, "waiting": 180}


async def test_the_same_person_many_times_at_once_has_one_seat(store: Database) -> None:
    """Twice is once, also at the same moment."""
    (rider,) = await people(store, 1)
    await at_once(*(enrol(store, rider) for _ in range(20)))
    assert await places(store) == {"enrolled": 1}


async def test_who_cancels_lets_the_first_of_the_line_in(store: Database) -> None:
    """The first moves up, the others move on by one, the count of seats stays."""
    riders = await people(store, SEATS + 3)
    for rider in riders:
        await enrol(store, rider)
    async with store.begin() as unit:
        moved = await unit.enrolments.cancel(CODE, riders[0])
        assert moved is not None
        assert (moved.person, moved.state) == (riders[SEATS], "enrolled")
        second = await unit.enrolments.get(CODE, riders[SEATS + 1])
        assert second is not None
        assert second.place == 1
        assert (await unit.courses.by_codes([CODE]))[0].taken == SEATS
        assert await unit.enrolments.cancelled_since(CODE, riders[0], unit.now - timedelta(hours=1))
        with pytest.raises(LookupError):
            await unit.enrolments.cancel(CODE, riders[0])
    assert await enrol(store, riders[0]) == ("waiting", 3)


async def test_who_leaves_the_line_frees_no_seat(store: Database) -> None:
    """Somebody who only waited has nothing to give."""
    riders = await people(store, SEATS + 2)
    for rider in riders:
        await enrol(store, rider)
    async with store.begin() as unit:
        assert await unit.enrolments.cancel(CODE, riders[SEATS]) is None
        assert (await unit.courses.by_codes([CODE]))[0].taken == SEATS


async def test_cancelling_and_enrolling_at_once_never_goes_over_the_seats(store: Database) -> None:
    """Whatever the order: as many hold a seat as are counted, and nobody waits by a free one."""
    riders = await people(store, 60)
    for rider in riders[:30]:
        await enrol(store, rider)

    async def cancel(rider: UUID) -> None:
        async with store.begin() as unit:
            await unit.enrolments.cancel(CODE, rider)

    async def come(rider: UUID) -> None:
        await enrol(store, rider)

    come_and_go = [cancel(rider) for rider in riders[:15]]
    come_and_go += [come(rider) for rider in riders[30:]]
    await at_once(*come_and_go)
    assert await places(store) == {"cancelled": 15, "enrolled": SEATS, "waiting": 25}
    async with store.begin() as unit:
        assert (await unit.courses.by_codes([CODE]))[0].taken == SEATS


async def test_an_erased_person_is_passed_over(store: Database) -> None:
    """Their key is gone, so nothing may be written about them; the next one moves up."""
    riders = await people(store, SEATS + 2)
    for rider in riders:
        await enrol(store, rider)
    async with store.begin() as unit:
        await unit.people.erase(riders[SEATS], actor="rider")
    async with store.begin() as unit:
        moved = await unit.enrolments.cancel(CODE, riders[0])
        assert moved is not None
        assert moved.person == riders[SEATS + 1]


async def test_the_store_itself_refuses_a_seat_too_many(store: Database) -> None:
    """Whoever forgets to look is stopped by the check."""
    with pytest.raises(IntegrityError):
        async with store.begin() as unit:
            await unit.session.execute(update(CourseRow).values(taken=SEATS + 1))


async def test_a_course_is_found_by_all_that_can_be_asked_of_it(store: Database) -> None:
    """Each filter alone lets the right ones through; online ones are in every region."""
    sunday = datetime(2026, 11, 29, 1, 0, tzinfo=UTC)  # nine in the morning in China
    await add_course(store, "online", online=True, price=30, starts=(sunday,))
    await add_course(store, "over", starts=(START - timedelta(days=1),))
    async with store.begin() as unit:

        async def codes(**filters: object) -> set[str]:
            return {one.code for one in await unit.courses.find(**filters)}  # type: ignore[arg-type]

        assert await codes() == {CODE, "online"}
        assert await codes(topic="tea", online=True) == {"online"}
        assert await codes(weekdays=[7]) == {CODE, "online"}
        assert await codes(weekdays=[7], time_of_day="morning") == {"online"}
        assert await codes(time_of_day="evening") == {CODE}
        assert await codes(day=date(2026, 11, 30)) == set()
        assert await codes(price_up_to=Decimal(0)) == {CODE}
        assert await codes(price_up_to=Decimal(30)) == {CODE, "online"}
        assert await codes(regions=["elsewhere"]) == {"online"}
        assert await codes(regions=["north"]) == {CODE, "online"}
        assert await codes(words="道100%") == {CODE, "online"}
        assert await codes(words="100_") == set()

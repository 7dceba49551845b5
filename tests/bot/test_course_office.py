"""What an office tells those who take a course, and who got it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text

import actions.all
from bot.course_office import CourseOffice
from bot.station_office import StationOffice, StationRefused
from knowledge.audit import Filter
from knowledge.clock import CHINA
from knowledge.course_changes import CannotChange
from knowledge.course_rows import CourseRow, SessionRow
from tests.actions.talk import House, Talk

del actions  # imported for what it registers

CODE = "foshan-tea"


@pytest.fixture
def office(house: House) -> CourseOffice:
    return CourseOffice(house.database)


async def enrolled(house: House) -> Talk:
    """A rider who has signed up for the tea course in a chat."""
    talk = Talk(house)
    await talk.says("报名茶道入门")
    await talk.says("林小北")
    await talk.says("13912345678")
    await talk.presses("确认报名")
    return talk


async def meetings(house: House, code: str = CODE) -> list[datetime]:
    async with house.database.begin() as unit:
        return list(
            await unit.session.scalars(
                select(SessionRow.starts_at)
                .where(SessionRow.course == code, SessionRow.starts_at > unit.now)
                .order_by(SessionRow.starts_at)
            )
        )


async def test_everybody_who_takes_it_is_told_and_it_says_who(
    house: House, office: CourseOffice
) -> None:
    """Once for the same words; who has no conversation stands there as not told."""
    talk, other = await enrolled(house), Talk(house)
    await other.says("你好")
    async with house.database.begin() as unit:
        silent, _ = await unit.people.create()
        await unit.enrolments.enrol(CODE, silent)
    reached = (await office.tell(office.staff("王敏"), CODE, "请带围裙")).reached
    told = {one.name: one.told for one in reached}
    assert told == {"林＊": 1, "": 0}
    heard = await talk.hears()
    assert "通知：请带围裙" in heard
    assert not await other.hears()
    again = (await office.tell(office.staff("王敏"), CODE, "请带围裙")).reached
    assert [one.told for one in again] == [0, 0]
    assert not await talk.hears()


async def test_a_moved_meeting_is_told_and_reminded_of_at_its_new_time(
    house: House, office: CourseOffice
) -> None:
    """The old time is not reminded of any more."""
    talk = await enrolled(house)
    old = (await meetings(house))[0]
    new = (old + timedelta(days=3)).astimezone(CHINA).replace(hour=20, minute=15)
    await office.move(office.staff("王敏"), CODE, old, new, reason="老师有事")
    heard = await talk.hears()
    assert "改到" in heard
    assert "20:15" in heard
    assert "原因：老师有事" in heard
    assert new in await meetings(house)
    assert old not in await meetings(house)
    eve = new.replace(hour=18, minute=1) - timedelta(days=1)
    house.clock.move(eve - house.clock.now())
    assert "20:15" in await talk.hears()


async def test_a_meeting_can_not_be_moved_into_a_taken_room(
    house: House, office: CourseOffice
) -> None:
    """Nor from a time at which there is none, nor into the past; nobody is told then."""
    talk = await enrolled(house)
    old = (await meetings(house))[0]
    async with house.database.begin() as unit:
        place, region = (
            await unit.session.execute(
                select(CourseRow.place_zh, CourseRow.region).where(CourseRow.code == CODE)
            )
        ).one()
        other = await unit.session.scalar(
            select(CourseRow.code)
            .where(CourseRow.code != CODE, CourseRow.online.is_(False))
            .order_by(CourseRow.code)
        )
        await unit.session.execute(
            text("update courses set place_zh = :p, region = :r where code = :c"),
            {"p": f" {place}", "r": region, "c": other},
        )
    assert other is not None
    busy = (await meetings(house, other))[0]
    with pytest.raises(CannotChange, match=f"'{other}' meets in the same place"):
        await office.move(office.staff("王敏"), CODE, old, busy)
    with pytest.raises(CannotChange, match="no meeting to come at that time"):
        await office.move(office.staff("王敏"), CODE, old + timedelta(minutes=1), busy)
    with pytest.raises(CannotChange, match="in the past"):
        await office.move(office.staff("王敏"), CODE, old, house.clock.now())
    with pytest.raises(CannotChange, match="there is no course"):
        await office.tell(office.staff("王敏"), "nothing", "x")
    with pytest.raises(CannotChange, match="characters"):
        await office.tell(office.staff("王敏"), CODE, " ")
    assert not await talk.hears()


async def test_a_cancelled_meeting_and_a_cancelled_course(
    house: House, office: CourseOffice
) -> None:
    """First one meeting, then all; seats are given back and nobody is reminded."""
    talk = await enrolled(house)
    first, *rest = await meetings(house)
    await office.call_off(office.staff("王敏"), CODE, first)
    assert "不上了" in await talk.hears()
    assert await meetings(house) == rest
    async with house.database.begin() as unit:
        (before,) = await unit.courses.by_codes([CODE])
    reached = (await office.cancel(office.staff("王敏"), CODE, reason="报名太少")).reached
    assert [one.told for one in reached] == [1]
    assert "取消了，原因：报名太少" in await talk.hears()
    async with house.database.begin() as unit:
        (after,) = await unit.courses.by_codes([CODE])
    assert after.taken == before.taken - 1
    assert CODE not in {one.code for one in await office.running()}
    assert not await talk.waits(timedelta(days=30))
    with pytest.raises(CannotChange, match="has no meeting left"):
        await office.cancel(office.staff("王敏"), CODE)


async def test_the_list_of_courses_can_be_of_one_region(office: CourseOffice) -> None:
    foshan = await office.running("foshan")
    assert CODE in {one.code for one in foshan}
    assert all(one.code.startswith("foshan") for one in foshan)
    assert len(foshan) < len(await office.running())


async def test_an_office_closes_a_place_with_a_reason_or_is_told_why_not(house: House) -> None:
    """A region's list holds only its own doubles and doubts."""
    office = StationOffice(house.database)
    await office.close("beijing-wangjing", "2026年12月31日", reason="装修", staff="王敏")
    async with house.database.begin() as unit:
        (station,) = await unit.stations.by_codes(["beijing-wangjing"])
    assert (station.closed_reason_zh, station.closed_reason_en) == ("装修", "装修")
    await office.reopen("beijing-wangjing", staff="王敏")
    with pytest.raises(StationRefused, match="is no day"):
        await office.close("beijing-wangjing", "bald", reason="装修", staff="王敏")
    with pytest.raises(StationRefused, match="there is no place nowhere"):
        await office.close("nowhere", "2026-12-31", reason="装修", staff="王敏")
    with pytest.raises(StationRefused, match="say why"):
        await office.close("beijing-wangjing", "2026-12-31", reason=" ", staff="王敏")
    with pytest.raises(StationRefused, match="there is no region"):
        await office.duplicates("nowhere")
    async with house.database.begin() as unit:
        await unit.session.execute(
            text(
                "insert into stations select (jsonb_populate_record(s, "
                "'{\"code\": \"twin\"}')).* from stations s where code = 'beijing-wangjing'"
            )
        )
    (pair,) = await office.duplicates("beijing")
    assert {pair.one.code, pair.other.code} == {"twin", "beijing-wangjing"}
    assert await office.duplicates("foshan") == []
    assert await office.doubted("foshan") == []
    assert await office.settle("twin", staff="王敏") == 0


async def two_in_line(house: House) -> tuple[Talk, Talk, int]:
    """A rider with the last seat and one who waits for it; the first one's enrolment."""
    talk, other = await enrolled(house), Talk(house)
    async with house.database.begin() as unit:
        await unit.session.execute(
            text("update courses set seats = taken where code = :code"), {"code": CODE}
        )
        number = int(
            await unit.session.scalar(
                text("select max(id) from enrolments where course = :code"), {"code": CODE}
            )
            or 0
        )
    await other.says("报名茶道入门")
    await other.says("周小南")
    await other.says("13912345679")
    await other.presses("帮我候补")
    return talk, other, number


async def test_one_enrolment_is_cancelled_and_the_next_in_line_moves_up(
    house: House, office: CourseOffice
) -> None:
    """The rider reads why, the other that the seat is theirs; the audit says who did it."""
    talk, other, number = await two_in_line(house)
    told = await office.remove(office.staff("王敏"), CODE, number, reason="连续三次没来")
    assert (told.got, told.moves_up) == (1, "周＊")
    assert [one.name for one in told.reached] == ["林＊"]
    assert "取消了您在《茶道入门》的报名，原因：连续三次没来" in await talk.hears()
    assert "轮到您了" in await other.hears()
    assert "没有" in await talk.says("我的课程")
    async with house.database.begin() as unit:
        row = await unit.session.get(CourseRow, CODE)
        assert row is not None
        assert row.taken == row.seats
        (line,) = [
            one for one in await unit.audit.lines(Filter(), 20) if one.action == "course.cancel"
        ]
    assert line.actor == "staff:王敏"
    assert line.after == {"course": CODE, "reason": "连续三次没来"}


async def test_looking_before_cancelling_changes_nothing(
    house: House, office: CourseOffice
) -> None:
    """What would be said and who would move up is told; nobody hears of it."""
    talk, other, number = await two_in_line(house)
    told = await office.remove(office.staff("王敏"), CODE, number, write=False)
    assert told.moves_up == "周＊"
    assert "取消了您在《茶道入门》的报名。" in told.said.zh
    assert not await talk.hears()
    assert not await other.hears()
    async with house.database.begin() as unit:
        still = await unit.enrolments.numbered(number)
    assert still is not None
    assert still.state == "enrolled"


async def test_who_is_not_in_the_course_cannot_be_taken_out(
    house: House, office: CourseOffice
) -> None:
    """Twice is told; so is an enrolment of another course."""
    _, _, number = await two_in_line(house)
    await office.remove(office.staff("王敏"), CODE, number)
    with pytest.raises(CannotChange, match="not in the course any more"):
        await office.remove(office.staff("王敏"), CODE, number)
    with pytest.raises(CannotChange, match="not in the course any more"):
        await office.remove(office.staff("王敏"), "foshan-short-video-shop", number)

"""Courses as an office writes them: checked first, saved, told, and attendance."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

import actions.all
from bot.course_desk import Asked, CourseDesk
from bot.course_people import Registers
from bot.entries import Meanwhile, Mistaken
from bot.refused import Refused
from knowledge.access import Actor, Denied, NotThere
from knowledge.audit import Filter, Line
from knowledge.clock import CHINA
from knowledge.course_rows import EnrolmentRow
from knowledge.database import Database
from tests.actions.talk import House, Talk
from tests.bot.door import Door
from tests.bot.offers import COURSE, enrol, offer

del actions  # imported for what it registers

TEA = "foshan-tea"


@pytest.fixture
async def door(database: Database) -> Door:
    door = await Door.on(database)
    await offer(database)
    return door


@pytest.fixture
def desk(door: Door) -> CourseDesk:
    return CourseDesk(door.database)


@pytest.fixture
def lead(door: Door) -> Actor:
    return door.actor("lead", "yantai")


async def fields_of(desk: CourseDesk, actor: Actor, code: str) -> tuple[dict[str, str], str]:
    choices = await desk.choices(actor, code)
    return dict(choices.fields), choices.mark


async def audited(database: Database) -> list[Line]:
    async with database.begin() as unit:
        return await unit.audit.lines(Filter(), 20)


async def test_a_rule_is_shown_as_days_with_the_holidays_that_are_left_out(
    door: Door, desk: CourseDesk, lead: Actor
) -> None:
    """Nothing is saved by looking; saved, it is in the list and in the audit."""
    typed = COURSE | {"meetings": "每周三、周五 19:00-20:30，2026-12-30起，3次，节假日不上"}
    checked = await desk.save(lead, None, typed, "", write=False)
    assert [f"{one.starts_at.astimezone(CHINA):%m-%d}" for one in checked.meetings] == [
        "12-30", "01-06", "01-08",
    ]  # fmt: skip
    assert [(str(day), name) for day, name in checked.left_out] == [("2027-01-01", "元旦")]
    assert checked.provisional
    assert (await desk.listing(lead, Asked(text="剪辑入门"))).count == 0
    saved = await desk.save(lead, None, typed, "", write=True)
    assert saved.told is None
    (one,) = (await desk.listing(lead, Asked(text="剪辑入门"))).courses
    assert (one.code, one.free, one.left, int(one.price)) == ("video-2", 2, 3, 0)
    shown = await desk.get(lead, "video-2")
    assert shown.entry.title.en == "Short video for beginners"
    line = (await audited(door.database))[0]
    assert (line.actor, line.action, line.subject, line.region) == (
        "staff:some lead", "course.create", "course:video-2", "zhifu",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "zh", "en"),
    [
        ({"meetings": "每周三"}, "没有写几点到几点", "from when to when"),
        ({"meetings": "2026-11-01 19:00-20:00"}, "已经过去", "has passed"),
        ({"seats": "0"}, "要大于0", "greater than 0"),
        ({"meetings": "9999-12-31 23:00-23:59"}, "请改年份", "put its year right"),
        ({"seats": "9999999"}, "不能大于1000000", "less than or equal"),
        ({"seats": "many"}, "不是整数", "no whole number"),
        ({"code": "A b"}, "编号只能用小写字母", "pattern"),
        ({"code": "zhifu-course"}, "已经有了", "taken already"),
        ({"code": "new"}, "编号不能是", "can't be a code"),
        ({"place": ""}, "不是线上课就要有上课地点", "isn't online"),
        ({"link": "javascript:alert(1)"}, "不合要求", "pattern"),
        ({"district": "weihai"}, "不在“zhifu”里", "doesn't lie in"),
        ({"topic": "nothing"}, "没有“nothing”这个主题", "no topic"),
        ({"title": ""}, "没有填", "empty"),
        ({"taken": "3"}, "已占名额比名额还多", "more seats are taken"),
        ({"meetings": "2026-12-01 19:30-20:30", "place": "zhifu 一楼"},
         "这个地点已有“zhifu-course”的课；请改时间或地点", "move one of them"),
    ],
)  # fmt: skip
async def test_what_is_wrong_is_told_in_a_sentence_that_says_what_to_do(
    desk: CourseDesk, lead: Actor, typed: dict[str, str], zh: str, en: str
) -> None:
    """In both languages; nothing is saved."""
    with pytest.raises(Mistaken) as why:
        await desk.save(lead, None, COURSE | typed, "", write=True)
    assert any(zh in one.chinese for one in why.value.problems), why.value.problems
    assert any(en in one.reason for one in why.value.problems), why.value.problems
    assert (await desk.listing(lead, Asked(text="剪辑入门"))).count == 0


async def test_roles_and_regions(door: Door, desk: CourseDesk, lead: Actor) -> None:
    """Staff read, leads write; another region's course is as if it weren't there."""
    staff, auditor = door.actor("staff", "yantai"), door.actor("auditor")
    assert (await desk.listing(staff, Asked())).count == 1
    assert (await desk.listing(auditor, Asked())).count == 2
    assert (await desk.listing(auditor, Asked(region="weihai"))).count == 1
    with pytest.raises(Refused, match="region_reach"):
        await desk.listing(staff, Asked(region="weihai"))
    for someone in (staff, auditor):
        with pytest.raises(Denied):
            await desk.save(someone, None, COURSE, "", write=True)
        with pytest.raises(Denied):
            await desk.choices(someone)
    for code in ("weihai-course", "nothing"):
        with pytest.raises(NotThere):
            await desk.get(lead, code)
        with pytest.raises(NotThere):
            await desk.save(lead, code, COURSE, "", write=True)
    with pytest.raises(Refused, match="region_reach"):
        await desk.save(lead, None, COURSE | {"region": "weihai"}, "", write=True)
    fields, mark = await fields_of(desk, lead, "zhifu-course")
    with pytest.raises(Refused, match="region_reach"):
        await desk.save(lead, "zhifu-course", fields | {"region": "weihai"}, mark, write=True)


async def test_filters_by_topic_time_and_seats(door: Door, desk: CourseDesk) -> None:
    """Over, with seats free, with people who wait; words that riders use find it as well."""
    everywhere = door.actor("lead")
    for name in ("甲", "乙", "丙"):
        await enrol(door.database, "zhifu-course", name)

    async def codes(**asked: str) -> list[str]:
        listing = await desk.listing(everywhere, Asked(**asked))  # type: ignore[arg-type]
        return [one.code for one in listing.courses]

    assert await codes(seats="free") == ["weihai-course"]
    assert await codes(seats="waiting") == ["zhifu-course"]
    assert await codes(text="剪辑", region="zhifu") == ["zhifu-course"]
    assert await codes(text="WEIHAI一楼") == ["weihai-course"]
    assert await codes(topic="nothing") == []
    assert await codes(when="over") == []
    door.clock.move(timedelta(days=30))
    assert len(await codes(when="over")) == 2
    assert await codes(when="coming") == []


async def test_two_who_edit_are_shown_what_differs(
    door: Door, desk: CourseDesk, lead: Actor
) -> None:
    """Whoever has seen what the other saved may save over it; the audit has both."""
    fields, mark = await fields_of(desk, lead, "zhifu-course")
    await desk.save(lead, "zhifu-course", fields | {"teacher": "李老师"}, mark, write=True)
    mine = fields | {"title": "我的名字"}
    with pytest.raises(Meanwhile) as why:
        await desk.save(lead, "zhifu-course", mine, mark, write=True)
    assert {(one.field, one.before, one.after) for one in why.value.differing} == {
        ("title", "zhifu的课", "我的名字"), ("teacher", "李老师", ""), ("teacher_en", "李老师", ""),
    }  # fmt: skip
    assert (await desk.get(lead, "zhifu-course")).entry.title.zh == "zhifu的课"
    await desk.save(lead, "zhifu-course", mine, why.value.mark, write=True)
    entry = (await desk.get(lead, "zhifu-course")).entry
    assert (entry.title.zh, entry.teacher) == ("我的名字", None)
    lines = [one for one in await audited(door.database) if one.action == "course.change"]
    assert (lines[0].before or {})["teacher"] == "李老师"


async def test_english_that_stood_for_nothing_follows_the_chinese(
    desk: CourseDesk, lead: Actor
) -> None:
    """What somebody has put into English stays, and the check says so."""
    fields, mark = await fields_of(desk, lead, "zhifu-course")
    mine = fields | {"place": "二楼", "title": "新名字"}
    checked = await desk.save(lead, "zhifu-course", mine, mark, write=False)
    assert checked.entry.place is not None
    assert checked.entry.place.en == "二楼"
    assert checked.entry.title.en == "Course of zhifu"
    assert checked.behind == ["title"]


async def test_meetings_that_have_been_stay(desk: CourseDesk, lead: Actor) -> None:
    """A rule in place of the days adds those to come to what was."""
    fields, mark = await fields_of(desk, lead, "zhifu-course")
    rule = {"meetings": "每周四 18:00，60分钟，2026-11-26起，2次"}
    saved = await desk.save(lead, "zhifu-course", fields | rule, mark, write=True)
    assert [f"{one.starts_at.astimezone(CHINA):%m-%d %H}" for one in saved.meetings] == [
        "11-17 19", "11-26 18", "12-03 18",
    ]  # fmt: skip


async def test_seats_are_not_less_than_are_given_and_more_of_them_are_filled(
    door: Door, desk: CourseDesk, lead: Actor
) -> None:
    """The refusal says what to do; who waits moves up in order."""
    for name in ("甲", "乙", "丙", "丁"):
        await enrol(door.database, "zhifu-course", name)
    fields, mark = await fields_of(desk, lead, "zhifu-course")
    with pytest.raises(Mistaken) as why:
        await desk.save(lead, "zhifu-course", fields | {"seats": "1"}, mark, write=True)
    (problem,) = why.value.problems
    assert problem.column == "seats"
    assert "已有2人占名额，1个不够；请加名额或先取消报名" in problem.chinese
    checked = await desk.save(lead, "zhifu-course", fields | {"seats": "3"}, mark, write=False)
    assert checked.moved_up == 1
    async with door.database.begin() as unit:
        assert len(list(await unit.session.scalars(select(EnrolmentRow)))) == 4
    await desk.save(lead, "zhifu-course", fields | {"seats": "3"}, mark, write=True)
    shown = await desk.get(lead, "zhifu-course")
    assert [one.name for one in shown.enrolled] == ["甲＊", "乙＊", "丙＊"]
    assert [one.name for one in shown.waiting] == ["丁＊"]
    assert shown.taken == 3


async def test_names_are_whole_only_for_the_own_region(
    door: Door, desk: CourseDesk, lead: Actor
) -> None:
    """Numbers never; a record can be opened only where it is the visitor's business."""
    ours = await enrol(door.database, "zhifu-course", "林晓", "zhifu")
    await enrol(door.database, "zhifu-course", "马强", "weihai")
    riders = (await desk.get(lead, "zhifu-course")).enrolled
    assert [(one.name, one.card, one.phone) for one in riders] == [
        ("林晓", ours, "139******78"), ("马＊", None, "139******78"),
    ]  # fmt: skip


async def test_attendance_is_kept_by_meeting_and_not_overwritten_silently(
    door: Door, lead: Actor
) -> None:
    """From the day of a meeting on; each change has its line in the audit."""
    registers = Registers(door.database)
    here = await enrol(door.database, "zhifu-course", "甲")
    await enrol(door.database, "zhifu-course", "乙")
    for someone, why in (
        (door.actor("auditor"), Denied),
        (door.actor("staff", "weihai"), NotThere),
    ):
        with pytest.raises(why):
            await registers.get(someone, "zhifu-course")
    register = await registers.get(lead, "zhifu-course")
    assert len(register.begun) == 1
    with pytest.raises(Refused, match="no_register"):
        await registers.get(lead, "zhifu-course", "2026-12-01T19:00")
    at = "2026-11-17T19:00"
    one, other = (rider.enrolment for rider in register.riders)
    came = {one: True, other: False, 999: True}
    await registers.put(lead, "zhifu-course", at, came, register.mark)
    with pytest.raises(Refused, match="register_meanwhile"):
        await registers.put(lead, "zhifu-course", at, {one: False}, register.mark)
    shown = await CourseDesk(door.database).get(lead, "zhifu-course")
    assert shown.came(shown.past[0]) == (1, 2)
    again = await registers.get(lead, "zhifu-course", at)
    await registers.put(lead, "zhifu-course", at, {one: True, other: True}, again.mark)
    lines = [line for line in await audited(door.database) if line.action == "course.attendance"]
    assert len(lines) == 3
    assert lines[0].before is not None
    assert lines[0].before["came"] is False
    assert here in {line.person for line in lines}


async def test_who_takes_a_course_is_told_when_and_where_it_meets_now(house: House) -> None:
    """Asked first: the check says who would get which words, and tells nobody."""
    talk = Talk(house)
    for step in ("报名茶道入门", "林小北", "13912345678"):
        await talk.says(step)
    await talk.presses("确认报名")
    desk = CourseDesk(house.database)
    actor = Actor("王敏", "lead", "foshan", house.database.region_tree, account=1)
    fields, mark = await fields_of(desk, actor, TEA)
    moved = fields | {"place": "新教室302", "place_en": "Room 302"}
    checked = await desk.save(actor, TEA, moved, mark, write=False)
    assert checked.told is not None
    assert (len(checked.told.reached), checked.told.got) == (1, 1)
    assert "Room 302" in checked.told.said.en
    assert not await talk.hears()
    done = await desk.save(actor, TEA, moved, mark, write=True)
    assert done.told is not None
    heard = await talk.hears()
    assert "茶道入门》有改动" in heard
    assert "新教室302" in heard
    assert done.told.said.zh in heard.text
    # The next rider who asks is told the new place.
    other = Talk(house)
    assert "新教室302" in await other.says("茶道课")
    # What concerns nobody's way is changed in silence.
    fields, mark = await fields_of(desk, actor, TEA)
    quiet = await desk.save(actor, TEA, fields | {"teacher": "陈老师"}, mark, write=True)
    assert quiet.told is None
    assert not await talk.hears()


async def test_who_moves_up_hears_of_it(house: House) -> None:
    """With the words for more seats, and from then on with reminders."""
    desk = CourseDesk(house.database)
    actor = Actor("王敏", "lead", "foshan", house.database.region_tree, account=1)
    shown = await desk.get(actor, TEA)
    fields, mark = await fields_of(desk, actor, TEA)
    full = await desk.save(actor, TEA, fields | {"seats": str(shown.taken)}, mark, write=True)
    assert full.moved_up == 0
    talk = Talk(house)
    for step in ("报名茶道入门", "林小北", "13912345678"):
        await talk.says(step)
    await talk.presses("帮我候补")
    fields, mark = await fields_of(desk, actor, TEA)
    more = await desk.save(actor, TEA, fields | {"seats": str(shown.taken + 1)}, mark, write=True)
    assert more.moved_up == 1
    assert "加了名额" in await talk.hears()

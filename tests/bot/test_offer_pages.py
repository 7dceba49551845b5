"""The pages of courses and programmes: asked first, done, said who got it; nothing comes alive."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator, Callable

import pytest
from sqlalchemy import select, text

from knowledge.accounts import Account
from knowledge.course_rows import CourseRow, EnrolmentRow, SessionRow
from knowledge.database import Database
from tests.bot.console import Visitor, visitors
from tests.bot.door import Door
from tests.bot.offers import COURSE, LINE, REGION, SCHEME, enrol, offer

type Make = Callable[..., Visitor]

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}"
AREA = re.compile(
    r'<textarea name="([\w-]+)" hidden aria-hidden="true">\n(.*?)</textarea>', re.DOTALL
)
MARK = re.compile(r'name="mark" value="([0-9a-f]*)"')


@pytest.fixture
async def door(database: Database) -> Door:
    door = await Door.on(database)
    await offer(database)
    return door


@pytest.fixture
async def visitor(door: Door) -> AsyncIterator[Make]:
    async with visitors(door) as make:
        yield make


async def entered(door: Door, visitor: Make, account: Account) -> Visitor:
    async with door.database.begin() as unit:
        return visitor(await unit.sessions.begin(account, "test", complete=True))


@pytest.fixture
async def boss(door: Door, visitor: Make) -> Visitor:
    account = await door.member("赵敏", "administrator", "yantai", secret=door.secret())
    return await entered(door, visitor, account)


def carried(page: Visitor) -> dict[str, str]:
    """What the page between check and save takes along."""
    fields = {name: html.unescape(value) for name, value in AREA.findall(page.text)}
    return {**fields, "mark": MARK.findall(page.text)[0]}


async def test_a_new_course_is_looked_at_before_it_is_saved(door: Door, boss: Visitor) -> None:
    """Days and holidays left out are named; back leads to what was typed."""
    await boss.get("/console/courses/new")
    typed = COURSE | {"meetings": "每周五 19:00-20:30，2026-12-25起，2次，节假日不上"}
    assert (await boss.post("/console/courses/new", typed)).status == 200
    assert "还没有保存" in boss.text
    assert "2026-12-25 周五 19:00–20:30" in boss.text
    assert "2027-01-08 周五" in boss.text
    assert "2027-01-01 元旦" in boss.text
    sent = carried(boss)
    assert sent["meetings"] == typed["meetings"]
    await boss.post("/console/courses/new", sent | {"step": "back"})
    assert 'value="短视频剪辑入门"' in boss.text
    done = await boss.post("/console/courses/new", sent | {"step": "save"})
    assert done.headers["Location"] == "/console/courses/video-2?done=created"
    await boss.get("/console/courses/video-2?done=created")
    assert "骑手马上就能找到" in boss.text
    await boss.get("/console/courses?text=%E5%89%AA%E8%BE%91&region=zhifu&seats=free&page=x")
    assert "短视频剪辑入门" in boss.text
    await boss.get("/console/courses?text=nothing")
    assert "没有这样的课程" in boss.text
    assert (await boss.get("/console/courses?region=weihai")).status == 422


async def test_a_course_with_mistakes_names_each_field(boss: Visitor) -> None:
    """In the words of the form; what was typed stays."""
    await boss.get("/console/courses/new")
    wrong = COURSE | {"seats": "viele", "meetings": "immer", "link": "ftp://x"}
    assert (await boss.post("/console/courses/new", wrong)).status == 422
    assert "名额：“viele”不是整数；请只写数字" in boss.text
    assert "上课时间：" in boss.text
    assert "节假日不上" in boss.text
    assert 'value="viele"' in boss.text


async def test_a_message_is_asked_about_sent_and_said_who_got_it(door: Door, boss: Visitor) -> None:
    """Nothing is written to anybody before it is sure."""
    await enrol(door.database, "zhifu-course", "林晓", "zhifu")
    path = "/console/courses/zhifu-course"
    await boss.get(path)
    assert "林晓" in boss.text
    assert "139******78" in boss.text
    assert "13912345678" not in boss.text
    assert (await boss.post(f"{path}/tell", {"message": " "})).status == 422
    assert (await boss.post(f"{path}/tell", {"message": "带围裙"})).status == 200
    assert "会通知 1 人" in boss.text
    assert "《zhifu的课》通知：带围裙" in boss.text
    assert "Course of zhifu, a note: 带围裙" in boss.text
    async with door.database.begin() as unit:
        assert await unit.session.scalar(text("select count(*) from audit where action like "
                                              "'course.tell'")) == 0  # fmt: skip
    sent = carried(boss)
    await boss.post(f"{path}/tell", sent | {"step": "back"})
    assert "带围裙</textarea>" in boss.text
    await boss.post(f"{path}/tell", sent | {"step": "save"})
    assert "0 人已收到，1 人没有" in boss.text
    assert "没收到" in boss.text


async def test_a_meeting_is_moved_and_called_off_and_the_course_cancelled(
    door: Door, boss: Visitor
) -> None:
    """Each asks first; a room that is taken, or a time that is none, is refused in a sentence."""
    await enrol(door.database, "zhifu-course", "林晓", "zhifu")
    path = "/console/courses/zhifu-course"
    await boss.get(path)
    form = {"at": "2026-12-01T19:00", "new": "2026-12-03T18:30", "reason": "老师有事"}
    assert (await boss.post(f"{path}/move", form | {"new": "gestern"})).status == 422
    assert "这不是时间" in boss.text
    assert (await boss.post(f"{path}/move", form | {"at": "0001-01-01T00:00"})).status == 422
    assert (await boss.post(f"{path}/move", form | {"new": "2026-11-01T19:00"})).status == 422
    assert "新的时间已经过去；请选以后的时间" in boss.text
    await boss.post(f"{path}/move", form)
    assert "原因：老师有事" in boss.text
    await boss.post(f"{path}/move", carried(boss) | {"step": "save"})
    await boss.get(path)
    assert "2026-12-03 周四 18:30–20:00" in boss.text
    await boss.post(f"{path}/call-off", {"at": "2026-12-03T18:30"})
    async with door.database.begin() as unit:
        assert len(list(await unit.session.scalars(select(SessionRow.id)))) == 4
    await boss.post(f"{path}/call-off", carried(boss) | {"step": "save"})
    await boss.get(path)
    assert "没有还要上的课" in boss.text
    assert (await boss.post(f"{path}/cancel", {})).status == 422
    await boss.get("/console/courses/zhifu-course/change")
    mark = MARK.findall(boss.text)[0]
    fields = COURSE | {"code": "zhifu-course", "mark": mark}
    await boss.post(f"{path}/change", fields)
    assert "会通知 1 人" in boss.text
    assert "保存并通知 1 人" in boss.text
    await boss.post(f"{path}/change", carried(boss) | {"step": "save"})
    assert "已通知" in boss.text
    await boss.get(path)
    await boss.post(f"{path}/cancel", {"reason": "人太少"})
    assert "取消课程并通知 1 人" in boss.text
    await boss.post(f"{path}/cancel", carried(boss) | {"step": "save"})
    async with door.database.begin() as unit:
        states = list(await unit.session.scalars(select(EnrolmentRow.state)))
        taken = await unit.session.scalar(
            select(CourseRow.taken).where(CourseRow.code == "zhifu-course")
        )
    assert (states, taken) == (["cancelled"], 0)


async def test_attendance_by_box(door: Door, boss: Visitor) -> None:
    """Who is ticked came, who isn't didn't; two at once are told."""
    await enrol(door.database, "zhifu-course", "林晓", "zhifu")
    path = "/console/courses/zhifu-course/attendance"
    await boss.get(path)
    (number,) = re.findall(r'name="listed_(\d+)"', boss.text)
    form = {"mark": MARK.findall(boss.text)[0], "at": "2026-11-17T19:00"}
    ticked = form | {f"listed_{number}": "1", f"came_{number}": "yes"}
    assert (await boss.post(path, ticked)).status == 303
    await boss.get("/console/courses/zhifu-course")
    assert "到 1 / 1" in boss.text
    assert (await boss.post(path, form | {f"listed_{number}": "1"})).status == 422
    assert "有人保存了这一次的点名" in boss.text
    assert " checked" in boss.text
    assert (await boss.get(f"{path}?at=2026-12-01T19:00")).status == 422


async def test_a_scheme_whose_example_comes_out_wrong_is_refused(boss: Visitor) -> None:
    """With the figure that came out; put right, it is shown and saved."""
    path = "/console/programmes/schemes/new"
    await boss.get(path)
    assert (await boss.post(path, SCHEME | {"examples_from_0": "600"})).status == 422
    assert "自付1000元，按规则报销650元，算例写的是600元；请改规则或改算例" in boss.text
    assert 'value="600"' in boss.text
    await boss.post(path, SCHEME | {"step": "more"})
    assert "第 7 项：编号" in boss.text
    await boss.post(path, SCHEME)
    assert "自付 1,000.00 元，报销 650.00 元" in boss.text
    done = await boss.post(path, carried(boss) | {"step": "save"})
    where = "/console/programmes/schemes/zhifu-mutual-aid"
    assert done.headers["Location"] == f"{where}?done=saved_live"
    await boss.get(f"{where}?done=saved_live")
    assert 'value="打款、到账"' in boss.text
    await boss.get("/console/programmes")
    assert "职工互助保障" in boss.text


async def test_what_somebody_saved_meanwhile_is_shown(boss: Visitor) -> None:
    """And saved over only by who has seen it."""
    path = "/console/programmes/lines/zhifu-line"
    await boss.get(path)
    mark = MARK.findall(boss.text)[0]
    mine = LINE | {"name": "我的热线", "mark": mark}
    await boss.post(path, LINE | {"number": "12345", "mark": mark})
    await boss.post(path, carried(boss) | {"step": "save"})
    await boss.get(path)
    assert (await boss.post(path, mine)).status == 422
    assert "有人保存了这一页" in boss.text
    assert "<dd>12345</dd>" in boss.text
    assert "<dd>我的热线</dd>" in boss.text
    fresh = MARK.findall(boss.text)[0]
    assert fresh != mark
    await boss.post(path, mine | {"mark": fresh})
    assert "还没有保存" in boss.text


async def test_a_line_for_a_crisis_asks_whether_somebody_answers(boss: Visitor) -> None:
    """It is given to people whose life is in danger."""
    await boss.get("/console/programmes/lines/new")
    await boss.post("/console/programmes/lines/new", LINE | {"for_crisis": "yes"})
    assert "请现在打一次 0535-12351" in boss.text


async def test_days_for_a_decision_are_shown_with_their_source(boss: Visitor) -> None:
    """Refused in plain words at the field without one; shown with it in the list of regions."""
    path = "/console/programmes/regions/new"
    await boss.get(path)
    bare = REGION | {"decision_source": "", "decision_checked_on": ""}
    assert (await boss.post(path, bare)).status == 422
    assert "答复天数的出处：写了几个工作日内答复，就要写出处；请选写着它的来源" in boss.text
    assert "答复天数的核对日期：写了几个工作日内答复，就要写日期" in boss.text
    await boss.post(path, REGION)
    await boss.post(path, carried(boss) | {"step": "save"})
    await boss.get("/console/programmes/regions")
    assert "工作日数：来源 P1，2026-11-24 核对" in boss.text
    await boss.get("/console/programmes/regions/zhifu-xingfu")
    assert '<option value="P1" selected>' in boss.text
    assert 'type="date" value="2026-11-24"' in boss.text


async def test_who_may_only_read_finds_no_button(door: Door, visitor: Make) -> None:
    """The form stands there, and can't be sent."""
    auditor = await entered(door, visitor, await door.member("孙丽", "auditor", "yantai"))
    for path in (
        "/console/courses", "/console/courses/zhifu-course", "/console/programmes",
        "/console/programmes/schemes/zhifu-scheme", "/console/programmes/regions/zhifu",
        "/console/programmes/lines/zhifu-line", "/console/programmes/sources",
    ):  # fmt: skip
        await auditor.get(path)
        main = auditor.text.partition("<main")[2]
        assert "<fieldset" not in main or '<fieldset class="group" disabled>' in main
        for button in ("/new", "/change", "/tell", "/cancel", "/attendance"):
            assert f'{button}"' not in main, path
            assert "检查</button>" not in main, path


async def test_stored_scripts_come_out_harmless(door: Door, boss: Visitor) -> None:
    """In a course, a scheme, a region, a line, a source, a rider's name, a message, a filter."""
    await enrol(door.database, "zhifu-course", EVIL, "zhifu")
    async with door.database.begin() as unit:
        for table, body in (("schemes", "{name,zh}"), ("lines", "{name,zh}"),
                            ("sources", "{title,zh}")):  # fmt: skip
            put = f"jsonb_set(body, '{body}', to_jsonb(cast(:e as text)))"
            await unit.session.execute(text(f"update {table} set body = {put}"), {"e": EVIL})
        await unit.session.execute(
            text("update regions set body_zh = :e, aliases = array[:e]"), {"e": EVIL}
        )
        await unit.session.execute(
            text("update courses set title_zh = :e, teacher = :e, place_zh = :e"), {"e": EVIL}
        )
        number = await unit.session.scalar(select(EnrolmentRow.id))
    pages = []
    for path in (
        "/console/courses", "/console/courses/zhifu-course",
        "/console/courses/zhifu-course/change", "/console/courses/zhifu-course/attendance",
        "/console/courses?text=%3Cscript%3E%22%3E%3Cimg%20src=x%3E", "/console/programmes",
        "/console/programmes/schemes/zhifu-scheme", "/console/programmes/regions",
        "/console/programmes/regions/zhifu", "/console/programmes/lines",
        "/console/programmes/lines/zhifu-line", "/console/programmes/sources",
    ):  # fmt: skip
        assert (await boss.get(path)).status == 200, path
        pages.append(boss.text)
    for path, form in (
        ("/console/courses/zhifu-course/tell", {"message": EVIL}),
        ("/console/courses/zhifu-course/remove", {"enrolment": f"{number}", "reason": EVIL}),
        ("/console/courses/zhifu-course/cancel", {"reason": EVIL}),
        ("/console/courses/new", COURSE | {"title": EVIL, "place": EVIL}),
        ("/console/courses/new", dict.fromkeys(COURSE, EVIL)),
        ("/console/programmes/schemes/new", SCHEME | {"name": EVIL}),
        ("/console/programmes/schemes/new", dict.fromkeys(SCHEME, EVIL)),
        ("/console/programmes/sources/new", dict.fromkeys(("code", "paper", "title"), EVIL)),
    ):
        await boss.post(path, form)
        pages.append(boss.text)
    for page in pages:
        assert "<script" not in page.replace('<script type="module" src="/static/', "")
        assert "<img src=x" not in page
        assert ">49<" not in page
    assert sum("&lt;script&gt;" in page for page in pages) >= 17


async def test_one_enrolment_is_cancelled_from_the_register(door: Door, boss: Visitor) -> None:
    """Asked first, with what is read and who moves up; then done, and who got it is told."""
    for name in ("林小北", "周小南", "吴小西"):
        await enrol(door.database, "zhifu-course", name, "zhifu")
    async with door.database.begin() as unit:
        numbers = list(await unit.session.scalars(select(EnrolmentRow.id).order_by("id")))
    await boss.get("/console/courses/zhifu-course/attendance")
    assert f'<option value="{numbers[0]}">林小北' in boss.text
    assert f'<option value="{numbers[2]}">' not in boss.text  # who waits isn't in the register
    form = {"enrolment": f"{numbers[0]}", "reason": "重复报名"}
    await boss.post("/console/courses/zhifu-course/remove", form)
    assert "原因：重复报名" in boss.text
    assert "空出的名额给候补第一位：吴＊" in boss.text
    assert await states(door) == ["enrolled", "enrolled", "waiting"]
    await boss.post("/console/courses/zhifu-course/remove", {**carried(boss), "step": "save"})
    assert "空出的名额给了候补第一位：吴＊" in boss.text
    assert await states(door) == ["cancelled", "enrolled", "enrolled"]
    again = await boss.post("/console/courses/zhifu-course/remove", form)
    assert again.status == 422
    assert "已经不在名单上" in boss.text


async def states(door: Door) -> list[str]:
    """Of all enrolments, in order."""
    async with door.database.begin() as unit:
        rows = await unit.session.scalars(select(EnrolmentRow).order_by(EnrolmentRow.id))
        return [row.state for row in rows]

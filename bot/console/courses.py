"""Courses: the list, one course with its people, its form, and what its people are told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime
from typing import Any

from aiohttp import web

from actions.hours import HOLIDAYS
from bot.console import choices
from bot.console.typed import carried, sentences, typed
from bot.console.visit import Visit
from bot.course_desk import Asked, Checked
from bot.course_office import Told, riders_texts
from bot.course_people import Register, written_time
from bot.refused import Refused
from bot.wording import WEEKDAYS
from knowledge.clock import CHINA
from knowledge.content_cases import said_in
from knowledge.content_courses import LAST_DAY, Meeting
from knowledge.course_changes import CannotChange

HOME = "/console/courses"
LABELS = "course_form"
FIRST_DAY = date(2000, 1, 1)

type Send = Callable[[bool], Awaitable[Told]]


async def show_all(visit: Visit) -> web.Response:
    """Courses of the visitor's regions, page by page."""
    page = visit["page"]
    asked = Asked(
        visit["text"],
        visit["region"],
        visit["topic"],
        visit["when"] if "when" in visit.request.query else "coming",
        visit["seats"],
        int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1,
    )
    why, status = None, 200
    try:
        listing = await visit.parts.course_desk.listing(visit.actor, asked)
    except Refused as refused:
        why, status = visit.words(refused.key), 422
        asked = Asked()
        listing = await visit.parts.course_desk.listing(visit.actor, asked)
    return visit.page(
        "courses.html",
        status=status,
        why=why,
        asked=asked,
        listing=listing,
        places=choices.regions(visit),
    )


async def show_one(visit: Visit) -> web.Response:
    """One course; who may finds there what can be done with it."""
    return await _one(visit)


async def show_new(visit: Visit) -> web.Response:
    """The form of a new course."""
    return await _form(visit)


async def create(visit: Visit) -> web.Response:
    """A new course: first its days are shown, then it is saved."""

    async def save(fields: Mapping[str, str], mark: str, write: bool) -> Checked:
        return await visit.parts.course_desk.save(visit.actor, None, fields, mark, write=write)

    return await typed(visit, LABELS, save, _form, _checked(visit), _saved(visit))


async def show_change(visit: Visit) -> web.Response:
    """The form of a course that is there."""
    return await _form(visit)


async def change(visit: Visit) -> web.Response:
    """A changed course: first what changes and who is told is shown, then it is saved."""
    code = _code(visit)

    async def save(fields: Mapping[str, str], mark: str, write: bool) -> Checked:
        return await visit.parts.course_desk.save(visit.actor, code, fields, mark, write=write)

    return await typed(visit, LABELS, save, _form, _checked(visit), _saved(visit))


async def tell(visit: Visit) -> web.Response:
    """A message to everybody in the course."""
    office, code = visit.parts.course_office, _code(visit)
    return await _send(
        visit, lambda write: office.tell(visit.actor, code, visit["message"], write=write)
    )


async def move(visit: Visit) -> web.Response:
    """One meeting takes place at another time."""
    office, code = visit.parts.course_office, _code(visit)

    async def send(write: bool) -> Told:
        old, new = _time(visit["at"]), _time(visit["new"])
        return await office.move(visit.actor, code, old, new, reason=visit["reason"], write=write)

    return await _send(visit, send)


async def call_off(visit: Visit) -> web.Response:
    """One meeting doesn't take place."""
    office, code = visit.parts.course_office, _code(visit)

    async def send(write: bool) -> Told:
        at = _time(visit["at"])
        return await office.call_off(visit.actor, code, at, reason=visit["reason"], write=write)

    return await _send(visit, send)


async def cancel(visit: Visit) -> web.Response:
    """What is left of the course doesn't take place."""
    office, code = visit.parts.course_office, _code(visit)
    return await _send(
        visit,
        lambda write: office.cancel(visit.actor, code, reason=visit["reason"], write=write),
    )


async def remove(visit: Visit) -> web.Response:
    """One rider's enrolment is cancelled."""
    office, code, number = visit.parts.course_office, _code(visit), visit.given("enrolment") or 0
    return await _send(
        visit,
        lambda write: office.remove(visit.actor, code, number, reason=visit["reason"], write=write),
    )


async def show_register(visit: Visit) -> web.Response:
    """Who came to a meeting."""
    registers, code = visit.parts.registers, _code(visit)
    try:
        register = await registers.get(visit.actor, code, visit["at"])
    except Refused as why:
        return _register(visit, await registers.get(visit.actor, code), why=why)
    return _register(visit, register)


async def put_register(visit: Visit) -> web.Response:
    """Write down who came."""
    registers, code, at = visit.parts.registers, _code(visit), visit["at"]
    came = {
        int(name.removeprefix("listed_")): bool(visit[name.replace("listed_", "came_", 1)])
        for name in visit.form
        if name.removeprefix("listed_").isdecimal() and len(name) < 30
    }
    try:
        await registers.put(visit.actor, code, at, came, visit["mark"])
    except Refused as why:
        return _register(visit, await registers.get(visit.actor, code), why=why)
    return visit.go(f"{HOME}/{code}", done="register")


async def _one(visit: Visit, *, status: int = 200, why: list[str] | None = None) -> web.Response:
    shown = await visit.parts.course_desk.get(visit.actor, _code(visit))
    return visit.page(
        "course.html",
        status=status,
        why=why,
        shown=shown,
        entry=shown.entry,
        meeting=_meeting(visit),
        written_time=written_time,
        path=f"{HOME}/{shown.entry.code}",
    )


async def _form(
    visit: Visit,
    *,
    status: int = 200,
    fields: Mapping[str, str] | None = None,
    mark: str | None = None,
    **values: Any,
) -> web.Response:
    code = visit.request.match_info.get("id")
    offers = await visit.parts.course_desk.choices(visit.actor, code)
    return visit.page(
        "course_form.html",
        status=status,
        code=code,
        fields=defaultdict(
            str,
            {"region": visit.actor.region or "", **(offers.fields if fields is None else fields)},
        ),
        mark=offers.mark if mark is None else mark,
        topic_names=[
            (code, said_in(topic.name, visit.language)) for code, topic in offers.topics.items()
        ],
        sources=offers.sources,
        places=choices.regions(visit),
        districts=choices.regions(visit),
        **{"differing": (), **values},
    )


def _checked(visit: Visit) -> Callable[[Checked], web.Response]:
    def show(checked: Checked) -> web.Response:
        words = riders_texts().words(visit.language)
        left_out = [
            (day, words(f"hours.holiday.{HOLIDAYS[name]}") if name in HOLIDAYS else name)
            for day, name in checked.left_out
        ]
        return visit.page(
            "course_check.html",
            checked=checked,
            left_out=left_out,
            meeting=_meeting(visit),
            labels=LABELS,
            names={"topic": {checked.entry.topic: _topic(visit, checked)}},
            **carried(visit),
        )

    return show


def _topic(visit: Visit, checked: Checked) -> str:
    if checked.topic is None:
        return checked.entry.topic
    name = checked.topic.name
    return name.en if visit.language == "en" else name.zh


def _saved(visit: Visit) -> Callable[[Checked], web.Response]:
    def show(checked: Checked) -> web.Response:
        path = f"{HOME}/{checked.entry.code}"
        if checked.told is None:
            return visit.go(path, done="created" if checked.new else "saved")
        return visit.page("course_told.html", told=checked.told, path=path, entry=checked.entry)

    return show


async def _send(visit: Visit, send: Send) -> web.Response:
    """Ask first, with whom it reaches and what they read; then do it, and say who got it."""
    desk, code = visit.parts.course_desk, _code(visit)
    shown = await desk.get(visit.actor, code)
    if visit["step"] == "back":
        return await _one(visit)
    write = visit["step"] == "save"
    try:
        told = await send(write)
    except (CannotChange, Refused) as why:
        return await _one(visit, status=422, why=sentences(visit, why, LABELS))
    template = "course_told.html" if write else "course_ask.html"
    return visit.page(
        template,
        told=told,
        entry=shown.entry,
        path=f"{HOME}/{code}",
        what=visit.request.path.rpartition("/")[2].replace("-", "_"),
        **carried(visit),
    )


def _register(visit: Visit, register: Register, why: Refused | None = None) -> web.Response:
    return visit.page(
        "course_register.html",
        status=200 if why is None else 422,
        why=None if why is None else [visit.words(why.key)],
        register=register,
        meeting=_meeting(visit),
        written_time=written_time,
        path=f"{HOME}/{register.entry.code}",
    )


def _meeting(visit: Visit) -> Callable[[Meeting], str]:
    def said(one: Meeting) -> str:
        """A meeting as lists have it: 2026-12-02 周三 19:00–20:30."""
        start, end = one.starts_at.astimezone(CHINA), one.ends_at.astimezone(CHINA)
        weekday = WEEKDAYS[visit.language][start.weekday()]
        weekday = f"周{weekday}" if visit.language == "zh" else weekday
        return f"{start:%Y-%m-%d} {weekday} {start:%H:%M}–{end:%H:%M}"

    return said


def _time(text: str) -> datetime:
    """A time as the forms have it, on China's clock.

    Raises:
        Refused: it is none.
    """
    try:
        at = datetime.strptime(text.strip(), "%Y-%m-%dT%H:%M").replace(tzinfo=CHINA)
    except ValueError:
        raise Refused("time") from None
    if not FIRST_DAY <= at.date() <= LAST_DAY:
        raise Refused("time")
    return at


def _code(visit: Visit) -> str:
    return visit.request.match_info["id"]

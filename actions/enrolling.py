"""enroll_course: a seat in a course, or a place on its waiting list.

The seats are guarded in the store. Enrolments belong to who writes in this conversation.
"""

from __future__ import annotations

import re

from actions.content import Text
from actions.course_cards import course_card, price, say_part, where
from actions.course_filters import ABOUT, Filters, read_filters, without
from actions.course_pick import pick
from actions.course_reminders import schedule_reminder
from actions.course_search import SHOWN, narrowed, search
from actions.fields import Field
from actions.identity import Name, Phone
from actions.registry import action
from actions.turn import Turn
from knowledge.courses import Course
from knowledge.enrolments import Enrolment
from nlu.slots import pointed_at

SEAT = "enroll_course.summary"
LIST = "enroll_course.waiting"

ANOTHER = re.compile(
    r"^(?:我|我要|我想)?(?:还是|还要|就|改|换)?(?:报(?!了)|换成|改成)"
    r"|\b(?:sign me up|instead|rather)\b"
    r"|^(?:no|wait|hold on|sorry|oops|actually|i meant?)\b\W+\w"
    r"|^(?:不是?|不对|等等|等一?下|错了)[,，。!！、 ]+\w",
    re.IGNORECASE,
)
"""Begins a wish for another course while a form is open."""

KEPT = ("codes", "others")
"""Slots in which the form keeps what there was to choose from."""


@action("enroll_course", "form")
async def enroll_course(turn: Turn) -> None:
    """Sign up: which course, name and phone if they aren't known here, a summary, the seat."""
    await _hear_another(turn)
    course = await _which(turn)
    if course is None:
        return
    title = course.title(turn.language)
    if not course.sessions:
        turn.say("enroll_course.over", title=title, buttons=[turn.route_button("find_course")])
        return
    already = await _already(turn, course)
    if already is not None:
        say_part(turn, already, "enroll_course.already")
        return
    if turn.slots.get("people", 1) > 1 or turn.slots.get("for_whom") == "family":
        turn.say("enroll_course.one_each")
    profile = await turn.knowledge.people.profile(turn.person)
    name = await _own(turn, profile, "name", Name())
    phone = await _own(turn, profile, "phone", Phone())
    full = course.free <= 0
    if not await _agreed(turn, course, full=full, name=name, phone=phone):
        turn.say("enroll_course.stopped", title=title, buttons=[turn.route_button("find_course")])
        return
    new = {"name": name, "phone": phone}
    if any(profile.get(field) != value for field, value in new.items()):
        await turn.knowledge.people.change(turn.person, new, actor="rider")
    enrolment = await turn.knowledge.enrolments.enrol(
        course.code, turn.person, conversation=turn.conversation.id
    )
    if enrolment.state == "waiting" and not full:
        turn.again("", "enroll_course.seat_gone")
    await turn.knowledge.proofs.owner(turn.conversation.id, turn.person)
    reminder = await schedule_reminder(turn, enrolment)
    key = "done" if enrolment.state == "enrolled" else "listed"
    say_part(turn, enrolment, f"enroll_course.{key}", reminder=reminder)


async def _agreed(turn: Turn, course: Course, *, full: bool, name: str, phone: str) -> bool:
    key, other = (LIST, SEAT) if full else (SEAT, LIST)
    question = turn.form.question
    if question is not None and question.name == f"confirm:{other}":
        # What was agreed to has changed while the rider was reading.
        turn.notice(turn.words(f"enroll_course.{'seat_gone' if full else 'seat_free'}"))
    return await turn.confirm(
        key,
        change=("course", "name", "phone"),
        title=course.title(turn.language),
        name=name,
        phone=_spaced(phone),
        price=price(turn, course),
        place=course.waiting + 1,
        when=course.sessions[0].starts_at,
        where=where(turn, course),
    )


async def _hear_another(turn: Turn) -> None:
    """Change the course where a rider says so instead of their name: "还是报电工班吧"."""
    question = turn.form.question
    if question is None or question.name == "course" or not isinstance(turn.content, Text):
        return
    if not ANOTHER.search(turn.text):
        return
    earlier, turn.slots = turn.slots, {}  # what the first sentence said is not meant here
    codes = await _meant(turn)
    turn.slots = earlier
    if len(codes) == 1 and codes[0] != turn.form.answers.get("course"):
        turn.form.answers["course"] = codes[0]
        (course,) = await turn.knowledge.courses.by_codes(codes)
        turn.again("", "enroll_course.changed", title=course.title(turn.language))


async def _which(turn: Turn) -> Course | None:
    """The course that is meant; None if there is nothing to choose from: then it is searched."""
    answers, slots = turn.form.answers, turn.slots
    arg = slots.pop("arg", None)
    if arg and await turn.knowledge.courses.by_codes([arg]):
        # A course's own button also changes the course of a form that is under way.
        answers["course"] = arg
    if "course" in answers:
        found = await turn.knowledge.courses.by_codes([answers["course"]])
        if found:
            return found[0]
        turn.drop_answer("course")
    anew = "course" in turn.form.refused
    kept = "others" if anew else "codes"
    shown = turn.state.shown
    if kept not in slots:
        slots[kept] = await _choices(turn) if anew else await _meant(turn)
    elif shown is not None and shown.kind == "course" and shown.route == "find_course":
        slots[kept] = shown.ids  # looked up in between: "the second one" is one of these
    courses = await turn.knowledge.courses.by_codes(slots[kept])
    if not courses:
        turn.start = ("find_course", {k: v for k, v in slots.items() if k not in KEPT})
        return None
    if len(courses) == 1 and not anew:
        answers["course"] = courses[0].code
        return courses[0]
    filters = shown.slots if shown is not None and shown.kind == "course" else {}
    turn.show("course", [course.code for course in courses], filters)
    return await _picked(turn, courses)


async def _picked(turn: Turn, courses: list[Course]) -> Course:
    code = await turn.ask(
        "course", pick(courses, turn.language), cards=[course_card(turn, one) for one in courses]
    )
    return next(course for course in courses if course.code == code)


async def _choices(turn: Turn) -> list[str]:
    """What else there is to choose from: what was shown last, else what comes next."""
    shown = turn.state.shown
    if shown is not None and shown.kind == "course" and len(shown.ids) > 1:
        return shown.ids
    filters = await read_filters(turn, follow=False)
    here = Filters(region=filters.region, here=filters.here)
    return [course.code for course in (await search(turn, here))[:SHOWN]]


async def _meant(turn: Turn) -> list[str]:
    """The courses that the sentence may mean, by number, by word or by what they are like."""
    shown = turn.state.shown
    ids = shown.ids if shown is not None and shown.kind == "course" else []
    pointed = pointed_at(turn.text, ids)
    if pointed is not None:
        return [pointed]
    filters = await read_filters(turn, follow=False)
    wish = without(filters, ("region",)) if filters.here else filters
    if wish == Filters():
        # "就报这个", after one of them was talked about.
        about = shown.slots.get(ABOUT) if shown is not None else None
        return [about] if about in ids else ids
    fitting = {course.code for course in await search(turn, wish)}
    among = [code for code in ids if code in fitting]
    if not among:
        near = await search(turn, filters) or await search(turn, wish)
        among = [course.code for course in near]
    courses = await turn.knowledge.courses.by_codes(among)
    return [course.code for course in narrowed(turn.text, courses)][:SHOWN]


async def _already(turn: Turn, course: Course) -> Enrolment | None:
    for person in await turn.persons():
        found = await turn.knowledge.enrolments.get(course.code, person)
        if found is not None:
            return found
    return None


async def _own(turn: Turn, profile: dict[str, str], name: str, field: Field) -> str:
    """What this conversation's own person has said before, else the answer to a question."""
    known = profile.get(name)
    said = name in turn.form.answers or name in turn.form.refused or turn.slots.get(name)
    return known if known and not said else str(await turn.ask(name, field))


def _spaced(phone: str) -> str:
    """139 0000 0001, as people read a number out."""
    digits = phone.removeprefix("+86")
    return f"{digits[:3]} {digits[3:7]} {digits[7:]}" if len(digits) == 11 else phone

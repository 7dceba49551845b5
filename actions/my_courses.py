"""my_courses: what somebody has signed up for, giving a seat back, and taking that back.

A lookup. Shows the enrolments of who writes here, and of whoever they have proved to be.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from actions.content import Button
from actions.course_cards import (
    calendar_link,
    cancel_button,
    class_links,
    course_card,
    say_part,
    shortened,
    state_line,
)
from actions.course_pick import WAITING, pick
from actions.course_reminders import drop_reminders, schedule_reminder, tell_who_moved_up
from actions.course_search import named_in
from actions.proving import FULL, prove
from actions.registry import action
from actions.turn import Turn
from knowledge.enrolments import Enrolment
from nlu.slots import pointed_at

CANCEL = re.compile(
    r"取消|(?:(?<=要不)|(?<![不别唔]))退(?:掉|课|課|报|報|了|一下|出|吧|$)|(?:不|没法|没空)(?:上|去|学|排)了|去不了|去不成|来不了|上不了|上不成"
    r"|让出|让给|划掉|去掉|给我退|\bcancel|\bdrop\b|withdraw|unenrol|remove me|take me (?:off|out)"
    r"|quit|can'?t (?:come|make|attend)|not coming|no longer|give my (?:place|seat)",
    re.IGNORECASE,
)
SEVERAL = re.compile(
    r"都(?!市)|全部|全退|所有|一起退|一块儿?退|通通|\b(?:both|all|every)\b", re.IGNORECASE
)
"""Signs that more than one is meant, where nothing says which."""
ASKS_WHETHER = re.compile(r"被.{0,4}(?:取消|退)|(?:取消|退)(?:了|掉)?[吗没么]", re.IGNORECASE)

OWN = re.compile(
    r"[我俺咱]|报[了的过]|报名|候补|课程$|编号|会员|取消|退"
    r"|\b(?:my|i|i'm|me|cancel|enrol\w*|sign\w*|waiting)\b|[a-z]{2}-?\w{6}",
    re.IGNORECASE,
)
"""Signs that somebody asks about what they themselves have signed up for."""

_SO = r"(?:那|我|还是|要|想|帮我|给我|不好意思|哎呀?|刚才?|[,. ])*"
UNDO = re.compile(
    _SO + r"(?:撤销|撤回|恢复|还原)(?:一下|吧|回来|退课|课|刚才的?|[,. ])*"
    rf"|{_SO}(?:点|按|退|弄|搞)错了?[,. ]*"
    r"(?:.{0,6}(?:恢复|撤销|撤回|还要上|不退|退回来).{0,3})?"
    r"|(?:那|还是|课|[,. ])*[不别]退了[,. ]*(?:我?还?是?[要想]上的?)?"
    r"|我?还(?:是)?[要想](?:去)?上(?:课)?的?"
    r"|undo(?: (?:it|that|this))?|take (?:it|that) back|my mistake"
    r"|i(?:'ll)? (?:want to )?keep (?:it|them)"
)
"""Takes back, a moment later, that something was given up (or signed up for)."""
KEEPS = re.compile(r"[不别]退|还.{0,2}[要想]上|keep")
UNDO_IN_WORDS = timedelta(minutes=15)
"""How long such a word is about it; later it may be about anything."""

SHORT = 16
"""Characters of a line about all of one's courses that says nothing else."""

UNDO_HOLDS = timedelta(hours=24)
"""How long a cancellation can be taken back with one tap."""


@action("my_courses")
async def my_courses(turn: Turn) -> None:
    """The enrolments with what comes next; with a wish to cancel, that."""
    wish, _, code = str(turn.slots.get("arg") or "").partition(":")
    if wish == "undo" and await _undo(turn, [code] if code else await _given_up(turn)):
        return
    enrolments = await _enrolments(turn)
    proved = any(proof.level == "full" for proof in await turn.proofs())
    if not (wish or enrolments or proved) and _is_about_shown(turn):
        turn.start = ("find_course", dict(turn.slots))
        return
    if wish == FULL or turn.slots.get("number") or not (enrolments or proved):
        if not (enrolments or turn.slots.get("number")):
            turn.say("my_courses.none_here")
        proof = await prove(turn, _never, "my_courses.nothing_here")
        if proof is None:
            return
        if proof.level == "step":
            more = Button(id=f"r:my_courses:{FULL}", label=turn.words("course.button.with_code"))
            turn.say("my_courses.need_code", buttons=[more, turn.route_button("talk_to_human")])
            return
        enrolments = await _enrolments(turn)
    if not enrolments:
        elsewhere = Button(id=f"r:my_courses:{FULL}", label=turn.words("course.button.elsewhere"))
        turn.say("my_courses.none", buttons=[turn.route_button("find_course"), elsewhere])
        return
    if wish == "cancel":
        enrolments = [one for one in enrolments if one.course.code == code]
        if not enrolments:
            turn.say("my_courses.not_yours", buttons=[turn.route_button("my_courses")])
            return
    if wish == "cancel" or _wants_to_cancel(turn):
        if wish != "cancel" and _names_another(turn, enrolments):
            turn.say("my_courses.not_among")
        else:
            await _cancel(turn, enrolments)
            return
    _list(turn, enrolments)


def _is_about_shown(turn: Turn) -> bool:
    """Whether "什么时候上" is about the courses just found: nothing in it is the rider's own."""
    shown = turn.state.shown
    found = shown is not None and shown.kind == "course" and shown.route == "find_course"
    return found and bool(turn.text) and not OWN.search(turn.text)


async def _never(_person: UUID) -> bool:
    """What is proved already has been looked at: only another proof shows more."""
    return False


async def _enrolments(turn: Turn) -> list[Enrolment]:
    found = [
        one for person in await turn.persons() for one in await turn.knowledge.enrolments.of(person)
    ]
    return sorted(found, key=lambda one: one.course.sessions[0].starts_at)


def _wants_to_cancel(turn: Turn) -> bool:
    """Whether the first sentence wanted that; kept, since later runs hear other sentences."""
    if "cancelling" not in turn.slots:
        text = turn.text
        turn.slots["cancelling"] = bool(CANCEL.search(text)) and not ASKS_WHETHER.search(text)
    return bool(turn.slots["cancelling"])


def _names_another(turn: Turn, enrolments: list[Enrolment]) -> bool:
    """Whether the sentence is about a subject that none of the enrolments has."""
    topic = str(turn.slots.get("topic") or "").casefold()
    return bool(topic) and not any(
        topic in word or word in topic for one in enrolments for word in one.course.words
    )


def _list(turn: Turn, enrolments: list[Enrolment]) -> None:
    cards = []
    buttons: list[Button] = []
    for number, one in enumerate(enrolments, start=1):
        course = one.course
        seated = one.state == "enrolled"
        links = [calendar_link(turn, course), *class_links(turn, course)] if seated else []
        cards.append(course_card(turn, course, first=state_line(turn, one), links=links))
        title = f"{number}. {shortened(course.title(turn.language))}"
        key = "course.button.cancel_titled" if seated else "course.button.leave_titled"
        buttons.append(
            cancel_button(turn, course).model_copy(update={"label": turn.words(key, title=title)})
        )
    elsewhere = turn.words("course.button.elsewhere")
    buttons.append(Button(id=f"r:my_courses:{FULL}", label=elsewhere))
    turn.show("course", [one.course.code for one in enrolments], {})
    turn.say("my_courses.list", count=len(enrolments), cards=cards, buttons=buttons)


async def _cancel(turn: Turn, enrolments: list[Enrolment]) -> None:
    several = _several(turn, enrolments)
    if len(several) > 1:
        await _cancel_several(turn, several)
        return
    enrolment = await _which(turn, enrolments)
    course = enrolment.course
    title = course.title(turn.language)
    seated = enrolment.state == "enrolled"
    key = "my_courses.cancel" if seated else "my_courses.leave"
    if not await turn.confirm(
        key, title=title, when=course.sessions[0].starts_at, place=enrolment.place or 0
    ):
        turn.say("my_courses.kept", title=title)
        return
    await _give_up(turn, enrolment)
    undo = Button(id=f"r:my_courses:undo:{course.code}", label=turn.words("course.button.undo"))
    turn.say(
        "my_courses.cancelled" if seated else "my_courses.left",
        title=title,
        buttons=[undo, turn.route_button("find_course")],
    )


async def _give_up(turn: Turn, enrolment: Enrolment) -> None:
    moved_up = await turn.knowledge.enrolments.cancel(enrolment.course.code, enrolment.person)
    await drop_reminders(turn, enrolment)
    if moved_up is not None:
        await tell_who_moved_up(turn.knowledge, moved_up)


def _several(turn: Turn, enrolments: list[Enrolment]) -> list[Enrolment]:
    """Those that the first sentence gives up together: all that it names, or all there are."""
    if "several" not in turn.slots:
        courses = [one.course for one in enrolments]
        named = [one.code for one in named_in(turn.text, courses)]
        meant = named or [one.code for one in courses]
        turn.slots["several"] = meant if SEVERAL.search(turn.text) else []
    return [one for one in enrolments if one.course.code in turn.slots["several"]]


async def _cancel_several(turn: Turn, enrolments: list[Enrolment]) -> None:
    titles = [
        turn.words("course.title", title=one.course.title(turn.language)) for one in enrolments
    ]
    if not await turn.confirm("my_courses.cancel_all", titles=titles):
        turn.say("my_courses.kept_all")
        return
    buttons = []
    for one, title in zip(enrolments, titles, strict=True):
        await _give_up(turn, one)
        label = turn.words("course.button.undo_titled", title=title)
        buttons.append(Button(id=f"r:my_courses:undo:{one.course.code}", label=label))
    buttons.append(turn.route_button("find_course"))
    turn.say("my_courses.cancelled_all", titles=titles, buttons=buttons)


async def _which(turn: Turn, enrolments: list[Enrolment]) -> Enrolment:
    """Whose end is wished: the only one, the one the sentence names, else asked."""
    courses = [one.course for one in enrolments]
    waiting = [one.course.code for one in enrolments if one.state == "waiting"]
    if "meant" not in turn.slots:
        shown = turn.state.shown
        ids = shown.ids if shown is not None and shown.kind == "course" else []
        pointed = pointed_at(turn.text, ids)
        named = [one.code for one in named_in(turn.text, courses)]
        if not named and WAITING.search(turn.text):
            named = waiting
        turn.slots["meant"] = [pointed] if pointed else named
    meant = [one for one in enrolments if one.course.code in turn.slots["meant"]]
    if len(meant) == 1 or len(enrolments) == 1:
        return (meant or enrolments)[0]
    choices = meant or enrolments
    courses = [one.course for one in choices]
    cards = [course_card(turn, one.course, first=state_line(turn, one)) for one in choices]
    field = pick(courses, turn.language, waiting=waiting)
    code = await turn.ask("course", field, "my_courses.which", cards=cards)
    return next(one for one in choices if one.course.code == code)


def of_own_courses(folded: str, route: str | None) -> dict[str, object]:
    """What a line means that is said right after something about one's own courses.

    Args:
        folded: the line, folded.
        route: what was served last, `my_courses` or `enroll_course`.

    Returns:
        Slots of `my_courses`: all are given up ("全部退掉"), or what was just done is taken back
        ("点错了"): a cancellation, or who has just signed up leaves. Empty for any other line.
    """
    if UNDO.fullmatch(folded):
        return (
            {"arg": "undo"} if route == "my_courses" else {"cancelling": not KEEPS.search(folded)}
        )
    several = len(folded) <= SHORT and SEVERAL.search(folded) and CANCEL.search(folded)
    return {"cancelling": True} if several and not ASKS_WHETHER.search(folded) else {}


async def _given_up(turn: Turn) -> list[str]:
    """The courses that were given up last, together."""
    since = turn.now - UNDO_IN_WORDS
    return await turn.knowledge.enrolments.cancelled_last(await turn.persons(), since)


async def _undo(turn: Turn, codes: Sequence[str]) -> bool:
    """Take cancellations back; false if there are none."""
    for code in codes:
        await _take_back(turn, code)
    return bool(codes)


async def _take_back(turn: Turn, code: str) -> None:
    """Take a cancellation back: the seat if it is still there, else the waiting list's end."""
    enrolments = turn.knowledge.enrolments
    persons = await turn.persons()
    for person in persons:
        if await enrolments.get(code, person) is not None:
            turn.say("my_courses.already", buttons=[turn.route_button("my_courses")])
            return
    for person in persons:
        if await enrolments.cancelled_since(code, person, turn.now - UNDO_HOLDS):
            enrolment = await enrolments.enrol(code, person, conversation=turn.conversation.id)
            reminder = await schedule_reminder(turn, enrolment)
            key = "undone" if enrolment.state == "enrolled" else "undone_listed"
            say_part(turn, enrolment, f"my_courses.{key}", reminder=reminder)
            return
    turn.start = ("enroll_course", {"arg": code})

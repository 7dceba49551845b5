"""Questions about the courses that were shown: "多少钱", "哪个便宜"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from actions.content import Reply
from actions.course_cards import course_card, enrol_button, price, seats, where
from actions.course_filters import ABOUT
from actions.turn import Turn
from knowledge.courses import Course
from nlu.slots.comparing import By

ASPECTS = (
    ("price", r"多少钱|几块|收费|费用|贵不贵|要钱|how much|cost|price"),
    ("seats", r"名额|满了|还能报|座位|候补|seats?|full|places? left|waiting"),
    ("where", r"在哪|哪里|地址|地点|怎么去|怎么走|教室|远不远|where|address|place"),
    ("certificate", r"证书|有证|发证|拿证|certificate"),
    ("when", r"几点|什么时候|啥时候|哪天|周几|星期几|时间|when|what time|which day"),
)

COMPARED: dict[By, str] = {
    "price": "price", "near": "where", "soon": "when", "late": "when", "seats": "seats",
}  # fmt: skip
"""What is said of each course where they are compared."""


def aspect_of(text: str) -> str | None:
    """What a line asks about a course; None if nothing in particular."""
    return next((name for name, words in ASPECTS if re.search(words, text, re.IGNORECASE)), None)


async def compare(turn: Turn, codes: Sequence[str], by: By) -> None:
    """The best of those that are shown, where one is; what each of them has, where none is.

    How far a course is nobody can tell; where it is, is said of each.
    """
    aspect = COMPARED[by]
    courses = [one for one in await turn.knowledge.courses.by_codes(list(codes)) if one.sessions]
    if by == "near" or not courses:
        await about_all(turn, codes, aspect)
        return
    keys = {one.code: _key(one, by) for one in courses}
    least = min(keys.values())
    best = [one for one in courses if keys[one.code] == least]
    if len(best) == len(courses) > 1:
        await about_all(turn, codes, aspect)
        return
    if len(best) == 1 and turn.state.shown is not None:
        turn.state.shown.slots[ABOUT] = best[0].code
    titles = [turn.words("course.title", title=one.title(turn.language)) for one in best]
    turn.say(
        f"course.compared.{by}",
        titles=titles,
        answer=answer_of(turn, best[0], aspect),
        cards=[course_card(turn, one) for one in best],
        buttons=[enrol_button(turn, one) for one in best],
    )


def _key(course: Course, by: By) -> float:
    """What is least for the best of them."""
    starts = course.sessions[0].starts_at.timestamp()
    worth: dict[By, float] = {
        "price": float(course.price), "soon": starts, "late": -starts, "seats": -course.free,
    }  # fmt: skip
    return worth[by]


async def about_all(turn: Turn, codes: Sequence[str], aspect: str | None = None) -> None:
    """A line for each course that is shown, with what was asked about."""
    courses = {one.code: one for one in await turn.knowledge.courses.by_codes(list(codes))}
    lines = [
        f"{number}. "
        + turn.words(
            "course.about.answer",
            title=courses[code].title(turn.language),
            answer=answer_of(turn, courses[code], aspect),
        )
        for number, code in enumerate(codes, start=1)
        if code in courses
    ]
    turn.reply(Reply(text="\n".join(lines)))


def answer_of(turn: Turn, course: Course, aspect: str | None = None) -> str:
    """What was asked about, of one course; empty if nothing in particular."""
    aspect = aspect or aspect_of(turn.text)
    if aspect == "price":
        return price(turn, course)
    if aspect == "seats":
        return seats(turn, course)
    if aspect == "where":
        return where(turn, course)
    if aspect == "certificate":
        return turn.words(f"course.about.certificate_{'yes' if course.certificate else 'no'}")
    if aspect == "when" and course.sessions:
        return turn.words("course.about.when", when=course.sessions[0].starts_at)
    return ""

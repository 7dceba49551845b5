"""The question which of some courses is meant, and all the ways in which people answer it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from actions.choices import Pick
from actions.course_filters import FREE
from actions.course_search import narrowed
from actions.fields import Given, Heard
from actions.turn import Turn
from knowledge.clock import CHINA
from knowledge.courses import TIMES_OF_DAY, Course

WAITING = re.compile(r"候补|排队|等位|\bwait", re.IGNORECASE)


@dataclass(frozen=True)
class CoursePick(Pick):
    """One of the shown courses: by button, number or title, or by what only one of them is.

    "电工那个", "周五的", "免费的", "佛山的" are answers as good as "第二个".
    """

    courses: Sequence[Course] = ()
    waiting: Collection[str] = ()
    """Of what somebody has signed up for, where they wait for a seat."""

    def read(self, given: Given, turn: Turn) -> Heard:
        heard = super().read(given, turn)
        if heard.certainty != "no" or not given.text:
            return heard
        fitting = [course for course in self.courses if _fits(course, given, turn)]
        if WAITING.search(given.text):
            fitting = [course for course in fitting if course.code in self.waiting]
        if not 0 < len(fitting) < len(self.courses):
            fitting = list(self.courses)
        named = narrowed(given.text, fitting)
        if len(named) == 1 and len(self.courses) > 1:
            return Heard("sure", named[0].code)
        return heard

    def check(self, value: object, turn: Turn) -> bool:
        return any(value == code for code, _ in self.items)


def pick(courses: Sequence[Course], language: str, *, waiting: Collection[str] = ()) -> CoursePick:
    """The field that asks which of these courses is meant."""
    items = [(course.code, course.title(language)) for course in courses]
    return CoursePick(items, courses=courses, waiting=waiting)


def _fits(course: Course, given: Given, turn: Turn) -> bool:
    """Whether the course is as the answer's sentence says, as far as it says anything."""
    said: Mapping[str, Any] = given.slots
    starts = [session.starts_at.astimezone(CHINA) for session in course.sessions]
    if said.get("weekday") and not any(one.isoweekday() in said["weekday"] for one in starts):
        return False
    if said.get("date") and not any(one.date().isoformat() == said["date"] for one in starts):
        return False
    if said.get("time_of_day"):
        since, until = TIMES_OF_DAY[said["time_of_day"]]
        if not any(since <= one.time() <= until for one in starts):
            return False
    if said.get("online") is not None and course.online != said["online"]:
        return False
    if FREE.search(given.text) and course.price > 0:
        return False
    tree = turn.knowledge.region_tree
    named = tree.named(str(said.get("region") or said.get("place") or ""))
    return not named or bool({course.region, course.district} & tree.below(named[0].code))

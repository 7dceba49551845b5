"""The search for courses. A filter that leads nowhere is dropped, and which one is said."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from difflib import SequenceMatcher

from actions.course_filters import DEFAULTS, Filters, mentions, without
from actions.turn import Turn
from knowledge.courses import Course

SHOWN = 5
"""Cards at a time: what fits on a phone."""

MOST = 60
"""Courses that a search looks at."""

LONG_PIECE = 4
LONG_PIECE_LATIN = 12
"""Characters of a title in a row that are hardly there by chance."""

DROPPED_FIRST = ("time_of_day", "day", "weekdays", "price", "online", "region")
"""In this order a filter is given up when nothing fits; the topic last."""


async def search(turn: Turn, filters: Filters) -> list[Course]:
    """What fits: what the sentence names most exactly, what is near and what has seats first."""
    tree = turn.knowledge.region_tree
    found = await turn.knowledge.courses.find(
        topic=filters.topic,
        words=filters.words,
        weekdays=filters.weekdays,
        time_of_day=filters.time_of_day,
        day=filters.day,
        regions=sorted(tree.below(filters.region)) if filters.region else None,
        online=filters.online,
        price_up_to=None if filters.price is None else Decimal(filters.price),
        limit=MOST,
    )
    exact = {course.code for course in narrowed(turn.text, found)} if filters.topic else set()
    return sorted(
        found,
        key=lambda course: (
            course.code not in exact,
            bool(filters.region) and course.online,
            course.free <= 0,
        ),
    )


async def search_wider(turn: Turn, filters: Filters) -> tuple[list[Course], tuple[str, ...]]:
    """What comes nearest to the filters, and the names of those that were dropped for it.

    One filter is dropped, of several such the first that leads to a course with seats; only where
    that leads nowhere, more of them.
    """
    set_ = [name for name in DROPPED_FIRST if getattr(filters, name) != getattr(DEFAULTS, name)]
    alone = [(name,) for name in set_]
    together = [tuple(set_[: count + 1]) for count in range(1, len(set_))]
    for tries in (alone, together):
        full: tuple[list[Course], tuple[str, ...]] | None = None
        for dropped in tries:
            wider = without(filters, dropped)
            found = [] if wider == DEFAULTS else await search(turn, wider)
            if any(course.free > 0 for course in found):
                return found, dropped
            if found and full is None:
                full = found, dropped
        if full is not None:
            return full
    return [], ()


def named_in(text: str, courses: Sequence[Course]) -> list[Course]:
    """The courses whose title has a word of their topic that the text has, too.

    "电工" is a word of the topic special operations, and only one of its courses' titles has it.
    """
    low = text.casefold()
    return [
        course
        for course in courses
        if any(
            mentions(low, word)
            and mentions(f"{course.title_zh} {course.title_en}".casefold(), word)
            for word in course.words
        )
    ]


def titled(text: str, courses: Sequence[Course]) -> Course | None:
    """The course whose title, or a long piece that no other title has, stands in the text."""
    low = text.casefold()
    pieces = sorted(
        (
            (max(_piece(low, one.title_zh), _piece(low, one.title_en)), place)
            for place, one in enumerate(courses)
        ),
        reverse=True,
    )
    if not pieces or pieces[0][0] < 1 or (len(pieces) > 1 and pieces[1][0] > pieces[0][0] - 0.25):
        return None
    return courses[pieces[0][1]]


def _piece(text: str, title: str) -> float:
    """How long a piece of the title the text has; 1 is enough to mean that title."""
    low = title.casefold()
    found = SequenceMatcher(None, text, low, autojunk=False).find_longest_match()
    enough = LONG_PIECE_LATIN if low.isascii() else LONG_PIECE
    return found.size / min(enough, len(low))


def narrowed(text: str, courses: Sequence[Course]) -> Sequence[Course]:
    """The courses that the text names, unless that is most of them: then all are meant."""
    title = titled(text, courses)
    if title is not None:
        return [title]
    named = named_in(text, courses)
    return named if named and 2 * len(named) <= len(courses) else courses

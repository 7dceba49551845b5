"""find_course: what there is to learn, when, where and for how much.

A lookup. "那周末呢", "有线上的吗", "第二个多少钱" are about what was shown last.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from actions.content import Button, Reply
from actions.course_answers import about_all, answer_of, aspect_of, compare
from actions.course_cards import cancel_button, course_card, enrol_button
from actions.course_filters import (
    ABOUT,
    FOLLOW_UP_LONGEST,
    FOLLOW_UP_LONGEST_LATIN,
    Filters,
    earlier_filters,
    read_filters,
    without,
)
from actions.course_search import (
    DROPPED_FIRST,
    SHOWN,
    named_in,
    search,
    search_wider,
)
from actions.lists import asks_of_list, say_unknown
from actions.registry import action
from actions.turn import Turn
from knowledge.courses import Course
from knowledge.unit import Knowledge
from nlu.slots import pointed_at
from nlu.slots.comparing import compared_by

MORE = re.compile(
    r"还有(?:别的|其他|其它|吗|没|啥|什么)|還有|更多|换一批|下一页|再来|有没有别的"
    r"|\bmore\b|any others?|anything else|other (?:courses|classes|ones)",
    re.IGNORECASE,
)
SIGNS_UP = re.compile(
    r"^(?!.*(?:[吗嘛么呢?？]|多少|几|怎么|咋|能不能|可不可以|还能|还可以|能报|可以报|用不用|要不要|(.)不\1"
    r"|\b(?:how|what|when|where|can i|could i|may i|do i|is|are)\b))"
    r".*(?:报(?!了|过|没|销|警|名费|不)|[也就]要(?![\d一二两三四五六七八九十百])|要了|留个?(?:位|座|名额)"
    r"|\b(?:sign me up|sign up|enrol\w*|book (?:it|me|that|the)|put me (?:in|down))\b)",
    re.IGNORECASE,
)
"""Wants the one that is pointed at, and asks nothing of it."""
THIS_ONE = re.compile(r"^(?:这|这个|它|这门|那门|it|this|that)", re.IGNORECASE)
WEEKEND = (6, 7)
TOPICS_SHOWN = 9
NARROWING = (
    "topic", "weekday", "time_of_day", "date", "online", "amount", "region", "place", "other_city",
)  # fmt: skip
"""Slots that make a question another search."""


@action("find_course")
async def find_course(turn: Turn) -> None:
    """Up to five courses that fit, as cards with a button each; if none, what comes nearest."""
    # The enrolment's "which course" is answered from what is shown here; no need to ask it again.
    turn.quiet = any(
        form.action == "enroll_course" and form.question and form.question.name == "course"
        for form in turn.state.forms
    )
    shown = turn.state.shown if turn.state.shown and turn.state.shown.kind == "course" else None
    arg = turn.slots.get("arg")
    if shown is not None and not arg:
        course = await _pointed(turn, shown.ids)
        if course is not None:
            mine = shown.route == "my_courses"
            if not mine and SIGNS_UP.search(turn.text):
                turn.start = ("enroll_course", {"arg": course.code})
                return
            _about(turn, course, mine=mine)
            return
        if (by := compared_by(turn.text)) is not None:
            await compare(turn, shown.ids, by)
            return
        if _asks_of_all(turn):
            await about_all(turn, shown.ids)
            return
    earlier = earlier_filters(turn)
    if shown is not None and earlier is not None and (arg == "more" or MORE.search(turn.text)):
        seen = [*shown.slots.get("seen", ()), *shown.ids]
        await _show(turn, earlier, await search(turn, earlier), seen=seen)
        return
    if arg == "more":
        turn.slots.pop("arg")
    filters = await read_filters(turn)
    plain = filters in (earlier, Filters(region=filters.region, here=filters.here))
    if shown is not None and plain and not (_narrows(turn) or arg) and asks_of_list(turn.text):
        say_unknown(turn)
        return
    found = await search(turn, filters)
    if found:
        await _show(turn, filters, found)
        return
    found, dropped = await search_wider(turn, filters)
    if not found:
        await _topics(turn, filters)
        return
    gone = [label for name in dropped if (label := filter_label(turn, filters, name))]
    asked = _labels(turn, filters)
    await _show(turn, without(filters, dropped), found, asked=asked, dropped=gone)


async def _show(
    turn: Turn,
    filters: Filters,
    found: list[Course],
    *,
    seen: Sequence[str] = (),
    asked: str = "",
    dropped: Sequence[str] = (),
) -> None:
    rest = [course for course in found if course.code not in seen]
    if not rest:
        turn.say("course.no_more", buttons=await _topic_buttons(turn))
        return
    page = rest[:SHOWN]
    turn.show(
        "course",
        [course.code for course in page],
        {"filters": filters.said(), "seen": list(seen)},
    )
    buttons = [enrol_button(turn, course, number) for number, course in enumerate(page, start=1)]
    if len(rest) > SHOWN:
        more = turn.words("course.button.more", count=len(rest) - SHOWN)
        buttons.append(Button(id="r:find_course:more", label=more))
    what = _labels(turn, filters)
    key = "course.none" if dropped else "course.found" if what else "course.found_all"
    text = turn.words(key, what=asked or what, dropped=list(dropped))
    if filters.region is None and not all(course.online for course in page):
        text = f"{text}\n{turn.words('course.where_are_you')}"
    cards = tuple(course_card(turn, course) for course in page)
    turn.reply(Reply(text=text, cards=cards, buttons=tuple(buttons)))


async def _topics(turn: Turn, filters: Filters) -> None:
    """Nothing at all: the topics that there are."""
    what = filters.words or _labels(turn, filters)
    turn.say("course.nothing", what=what, buttons=await _topic_buttons(turn))


async def _topic_buttons(turn: Turn) -> list[Button]:
    topics = sorted(await _topics_to_come(turn.knowledge))
    return [
        Button(id=f"r:find_course:{topic}", label=topic_label(turn, topic))
        for topic in topics[:TOPICS_SHOWN]
    ]


async def _topics_to_come(knowledge: Knowledge) -> set[str]:
    return {course.topic for course in await knowledge.courses.find(limit=500)}


async def _pointed(turn: Turn, ids: list[str]) -> Course | None:
    """The shown course that a question is about, if it is about one."""
    code = pointed_at(turn.text, ids)
    aspect = aspect_of(turn.text)
    alone = len(ids) == 1 and not turn.slots.get("topic")
    if code is None and alone and (aspect or THIS_ONE.match(turn.text)):
        code = ids[0]
    courses = await turn.knowledge.courses.by_codes([code] if code else ids)
    if code is None and aspect:
        named = named_in(turn.text, courses)
        if named or turn.slots.get("topic"):
            return named[0] if len(named) == 1 else None
        # "有证吗" after one of them was talked about.
        shown = turn.state.shown
        about = shown.slots.get(ABOUT) if shown is not None else None
        return next((course for course in courses if course.code == about), None)
    return courses[0] if code and courses else None


def _asks_of_all(turn: Turn) -> bool:
    """Whether a few words ("多少钱", "几点上课") ask about every course that is shown."""
    longest = FOLLOW_UP_LONGEST_LATIN if turn.text.isascii() else FOLLOW_UP_LONGEST
    return aspect_of(turn.text) is not None and len(turn.text) <= longest and not _narrows(turn)


def _narrows(turn: Turn) -> bool:
    """Whether a question is another search."""
    return any(turn.slots.get(name) for name in NARROWING)


def _about(turn: Turn, course: Course, *, mine: bool) -> None:
    """One course, with what was asked about it said first. `mine` has been signed up for."""
    title = course.title(turn.language)
    if turn.state.shown is not None:
        turn.state.shown.slots[ABOUT] = course.code
    answer = answer_of(turn, course)
    key = "course.about.answer" if answer else "course.about.card"
    turn.say(
        key,
        title=title,
        answer=answer,
        cards=[course_card(turn, course)],
        buttons=[cancel_button(turn, course) if mine else enrol_button(turn, course)],
    )


def topic_label(turn: Turn, topic: str) -> str:
    """A topic's name; a topic that has no text yet goes by its own name."""
    return turn.words.get(f"course.topic.{topic}", topic.replace("_", " "))


def filter_label(turn: Turn, filters: Filters, name: str) -> str:
    """What a filter asks for, in words; empty if it asks for nothing."""
    words = turn.words
    value = getattr(filters, name)
    if value is None or value == ():
        return ""
    if name == "weekdays":
        if value == WEEKEND:
            return words("course.weekend")
        days = [words(f"course.weekday.{day}") for day in value]
        return ("、" if turn.language != "en" else ", ").join(days)
    if name == "time_of_day":
        return words(f"course.time.{value}")
    if name == "online":
        return words("course.card.online" if value else "course.on_site")
    if name == "price":
        return words("course.card.free" if value == "0" else "course.up_to", price=value)
    if name == "region":
        region = turn.knowledge.region_tree.get(value)
        return region.name(turn.language) if region else ""
    if name == "topic":
        return topic_label(turn, value)
    return words("course.day", day=value) if name == "day" else str(value)


def _labels(turn: Turn, filters: Filters) -> str:
    order = ("topic", "words", *reversed(DROPPED_FIRST))
    labels = [label for name in order if (label := filter_label(turn, filters, name))]
    return " · ".join(labels)

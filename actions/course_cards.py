"""How a course is shown: its card, its buttons, its file for the phone's calendar."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from actions.content import Button, Card, Link
from actions.turn import Turn
from knowledge.clock import CHINA
from knowledge.courses import Course
from knowledge.enrolments import Enrolment

TITLE_ON_BUTTON = 16
"""Characters of a title that a button shows."""


def course_card(
    turn: Turn, course: Course, *, first: str | None = None, links: Sequence[Link] = ()
) -> Card:
    """A course: when, where, what it costs, the seats. `first` is a line to stand before these."""
    words = turn.words
    lines = [first] if first else []
    if course.sessions:
        lines.append(words("course.card.next", when=course.sessions[0].starts_at))
        lines.append(rhythm(turn, course))
    lines.append(where(turn, course))
    lines.append(price(turn, course))
    lines.append(seats(turn, course))
    if course.certificate:
        lines.append(words("course.card.certificate"))
    if course.demo:
        lines.append(words("course.card.demo"))
    return Card(
        kind="course", title=course.title(turn.language), lines=tuple(lines), links=tuple(links)
    )


def rhythm(turn: Turn, course: Course) -> str:
    """On which weekdays, from when to when, and how often it still meets."""
    starts = [one.starts_at.astimezone(CHINA) for one in course.sessions]
    times = {
        (start.time(), one.minutes) for start, one in zip(starts, course.sessions, strict=True)
    }
    count = len(course.sessions)
    if len(times) > 1:
        return turn.words("course.card.count", count=count)
    ((begins, minutes),) = times
    until = (starts[0] + timedelta(minutes=minutes)).time()
    if count == 1:
        return turn.words("course.card.once", start=begins, end=until)
    days = [turn.words(f"course.weekday.{day}") for day in sorted({s.isoweekday() for s in starts})]
    return turn.words("course.card.rhythm", days=days, start=begins, end=until, count=count)


def where(turn: Turn, course: Course) -> str:
    """The place, or that it is online."""
    place = course.place(turn.language)
    if not course.online:
        return place
    online = turn.words("course.card.online")
    return f"{online} · {place}" if place else online


def price(turn: Turn, course: Course) -> str:
    """What it costs."""
    if course.price == 0:
        return turn.words("course.card.free")
    return turn.words("course.card.price", price=yuan(course.price))


def yuan(amount: Decimal) -> str:
    """An amount without empty decimals."""
    whole = amount == amount.to_integral_value()
    return f"{amount:,.0f}" if whole else f"{amount:,.2f}"


def seats(turn: Turn, course: Course) -> str:
    """Seats left, or how many wait."""
    if course.free > 0:
        return turn.words("course.card.seats", free=course.free, seats=course.seats)
    if course.waiting:
        return turn.words("course.card.waiting", waiting=course.waiting)
    return turn.words("course.card.full")


def enrol_button(turn: Turn, course: Course, number: int | None = None) -> Button:
    """The button that signs up, or puts on the waiting list."""
    key = "course.button.enrol" if course.free > 0 else "course.button.wait"
    title = shortened(course.title(turn.language))
    if number is not None:
        title = f"{number}. {title}"
    return Button(id=f"r:enroll_course:{course.code}", label=turn.words(key, title=title))


def shortened(title: str) -> str:
    """A title that fits on a button."""
    longest = TITLE_ON_BUTTON * 2 if title.isascii() else TITLE_ON_BUTTON
    return title if len(title) <= longest else f"{title[: longest - 1].rstrip()}…"


def calendar_url(turn: Turn, course: Course) -> str:
    """Where the web channel serves the course's calendar file."""
    return f"/api/courses/{course.code}.ics" + ("?lang=en" if turn.language == "en" else "")


def calendar_button(turn: Turn, course: Course) -> Button:
    """The button that puts the sessions into the phone's calendar."""
    return Button(
        id=f"u:ics:{course.code}",
        label=turn.words("course.button.calendar"),
        url=calendar_url(turn, course),
    )


def calendar_link(turn: Turn, course: Course) -> Link:
    """The same as a link on a card."""
    return Link(label=turn.words("course.button.calendar"), url=calendar_url(turn, course))


def class_links(turn: Turn, course: Course) -> list[Link]:
    """The way into an online class; for who has a seat."""
    if not course.online or not course.link:
        return []
    return [Link(label=turn.words("course.button.join"), url=course.link)]


def join_buttons(turn: Turn, course: Course) -> list[Button]:
    """The same as buttons."""
    links = class_links(turn, course)
    return [Button(id=f"u:class:{course.code}", label=link.label, url=link.url) for link in links]


def near_day(turn: Turn, start: datetime) -> str:
    """A short word for a start that is today or tomorrow, else nothing."""
    days = (start.astimezone(CHINA).date() - turn.today).days
    return turn.words(("course.today", "course.tomorrow")[days]) if days in (0, 1) else ""


def cancel_button(turn: Turn, course: Course, key: str = "course.button.cancel") -> Button:
    """The button that gives a seat back, or a place on the waiting list."""
    return Button(id=f"r:my_courses:cancel:{course.code}", label=turn.words(key))


def say_part(
    turn: Turn, enrolment: Enrolment, key: str, *, reminder: datetime | None = None
) -> None:
    """What part somebody has in a course now, with its calendar file if they have a seat.

    `key` may use title, state, when, where, place, near ("tomorrow" or nothing) and later (when
    the reminder will come).
    """
    course = enrolment.course
    seated = enrolment.state == "enrolled"
    buttons: list[Button] = []
    if seated and course.sessions:
        buttons += [calendar_button(turn, course), *join_buttons(turn, course)]
    buttons.append(turn.route_button("my_courses"))
    turn.say(
        key,
        title=course.title(turn.language),
        state=state_line(turn, enrolment),
        when=course.sessions[0].starts_at if course.sessions else "",
        where=where(turn, course),
        place=enrolment.place or 0,
        later=turn.words("course.will_remind", at=reminder) if reminder else "",
        near=near_day(turn, course.sessions[0].starts_at) if course.sessions else "",
        buttons=buttons,
    )


def state_line(turn: Turn, enrolment: Enrolment) -> str:
    """A seat, or the place on the waiting list."""
    if enrolment.state == "enrolled":
        return turn.words("course.state.enrolled")
    return turn.words("course.state.waiting", place=enrolment.place or 0)

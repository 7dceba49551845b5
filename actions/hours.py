"""Opening hours in the OpenStreetMap form, reckoned with China's holidays and make-up days.

`opening-hours-py` reads the rules of an ordinary day. Its Chinese holidays are wrong (it says open
on 2 October), and hours past midnight that a holiday follows are cut off. So it is asked for one
day at a time, and the calendar is ours:

- on a holiday, PH in the rules is that day's weekday;
- a make-up day is a working day like the Wednesday before it;
- hours past midnight belong to the day on which they began.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from math import ceil

from opening_hours import OpeningHours, ParserError, State  # type: ignore[attr-defined]

from actions.words import Words
from knowledge.clock import CHINA
from knowledge.workdays import holiday_of, is_make_up_day

DAY = 24 * 60
"""Minutes of a day."""

AHEAD = 15
"""Days that are looked ahead: more than the longest holiday."""

SOON = 60
"""From so many minutes before, it is said how long is left."""

WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
WEDNESDAY = 2
NONE = "23:59-24:00"
"""Stands for hours that don't go past midnight, so that the rules keep their order and weight."""

_QUOTED = re.compile(r'("[^"]*")')
_HOLIDAYS = re.compile(r"\bPH\b")
_ALWAYS = re.compile(r"\b24/7\b")
_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})(\+?)")


class HoursError(ValueError):
    """The hours can't be read for a day."""


@dataclass(frozen=True)
class Span:
    """From one time to another, in minutes since the day's midnight; more than 1440 is past it."""

    start: int
    end: int


@dataclass(frozen=True)
class Opening:
    """Whether a place is open at a time, when that changes next, and its hours of the day.

    `changes` is None where it is always open, or closed for longer than can be seen. `readable` is
    false if the hours can't be read: then nothing else means anything.
    """

    at: datetime
    open: bool
    changes: datetime | None
    today: tuple[Span, ...]
    note: str | None = None
    """Why today isn't as usual: a holiday's name, or "" for a make-up day."""
    readable: bool = True

    @property
    def always(self) -> bool:
        """Open day and night."""
        return self.open and self.changes is None


def opening(hours: str, now: datetime) -> Opening:
    """Whether a place with these hours is open at `now` (aware), and until or from when."""
    local = now.astimezone(CHINA)
    today = local.date()
    try:
        spans = day_hours(hours, today)
        usual = _rules_of(hours, today)
        open_, changes = _state(hours, local)
    except HoursError:
        return Opening(local, False, None, (), readable=False)
    note = None
    if spans != usual:
        note = "" if is_make_up_day(today) else holiday_of(today)
    return Opening(local, open_, changes, spans, note)


def day_hours(hours: str, day: date) -> tuple[Span, ...]:
    """The hours that begin on a day, in order.

    Raises:
        HoursError: they can't be read.
    """
    if is_make_up_day(day):
        wednesday = day - timedelta(days=day.weekday() - WEDNESDAY)
        return _rules_of(hours, wednesday) or _rules_of(hours, day)
    if holiday_of(day) is not None:
        weekday = WEEKDAYS[day.weekday()]
        return _rules_of(_outside_quotes(hours, _HOLIDAYS, weekday), day)
    return _rules_of(hours, day)


def _state(hours: str, local: datetime) -> tuple[bool, datetime | None]:
    for start, end in _merged(hours, local.date()):
        if local < start:
            return False, start
        if local < end:
            seen = datetime.combine(local.date(), time(), CHINA) + timedelta(days=AHEAD)
            return True, end if end < seen else None
    return False, None


def _merged(hours: str, today: date) -> Iterator[tuple[datetime, datetime]]:
    """Stretches of open time from yesterday on, those that meet made one."""
    open_from = open_until = None
    for ahead in range(-1, AHEAD):
        day = today + timedelta(days=ahead)
        midnight = datetime.combine(day, time(), CHINA)
        for span in day_hours(hours, day):
            start = midnight + timedelta(minutes=span.start)
            end = midnight + timedelta(minutes=span.end)
            if open_from is None or open_until is None:
                open_from, open_until = start, end
            elif start <= open_until:
                open_until = max(open_until, end)
            else:
                yield open_from, open_until
                open_from, open_until = start, end
    if open_from is not None and open_until is not None:
        yield open_from, open_until


@lru_cache(maxsize=8192)
def _rules_of(hours: str, day: date) -> tuple[Span, ...]:
    """What the rules say of a day, no holiday and no make-up day considered."""
    always = _outside_quotes(hours, _ALWAYS, "Mo-Su 00:00-24:00")
    before = _open(_each_hours(always, _before_midnight), day)
    # What goes past midnight is asked as if it were the same day's small hours.
    past = _open(_each_hours(always, _past_midnight), day)
    spans = [*before, *(Span(DAY, DAY + s.end) for s in past if s.start == 0 and s.end < DAY - 1)]
    joined: list[Span] = []
    for span in spans:
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return tuple(joined)


def _open(hours: str, day: date) -> list[Span]:
    midnight = datetime.combine(day, time())
    try:
        found = OpeningHours(hours).intervals(midnight, midnight + timedelta(days=1))
    except ParserError as error:
        raise HoursError(hours) from error
    return [
        Span(_minutes(start - midnight), _minutes(end - midnight))
        for start, end, state, _ in found
        if state == State.OPEN
    ]


def _minutes(length: timedelta) -> int:
    return int(length.total_seconds() // 60)


def _before_midnight(start: int, end: int, written: str) -> str:
    if start < end <= DAY:
        return written
    return f"{_clock(start)}-24:00"


def _past_midnight(start: int, end: int, written: str) -> str:
    if start < end <= DAY or end % DAY == 0:
        return NONE
    return f"00:00-{_clock(end % DAY)}"


def _each_hours(hours: str, put: Callable[[int, int, str], str]) -> str:
    def one(found: re.Match[str]) -> str:
        start = int(found[1]) * 60 + int(found[2])
        end = int(found[3]) * 60 + int(found[4])
        return put(start, end, found[0])

    parts = _QUOTED.split(hours)
    return "".join(p if p.startswith('"') else _HOURS.sub(one, p) for p in parts)


def _outside_quotes(hours: str, pattern: re.Pattern[str], put: str) -> str:
    parts = _QUOTED.split(hours)
    return "".join(p if p.startswith('"') else pattern.sub(put, p) for p in parts)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def today_in_words(found: Opening, words: Words) -> str:
    """Today's hours: "今天 08:30–17:30", "今天不开（国庆节放假）", "24小时开放"."""
    if not found.readable:
        return words("hours.unknown")
    if found.always:
        return words("hours.always")
    if not found.today:
        if found.note:
            return words("hours.today_holiday", holiday=_holiday(found.note, words))
        return words("hours.today_closed")
    spans = spans_in_words(found.today, words)
    if found.note is None:
        return words("hours.today", spans=spans)
    if found.note == "":
        return words("hours.today_make_up", spans=spans)
    return words("hours.today_special", spans=spans, holiday=_holiday(found.note, words))


def day_in_words(hours: str, day: date, words: Words) -> str:
    """Another day's hours: "11月25日（周三） 08:30-17:30"."""
    try:
        spans = day_hours(hours, day)
    except HoursError:
        return words("hours.unknown")
    if not spans:
        return words("hours.day_closed", day=day)
    if spans == (Span(0, DAY),):
        return words("hours.day_always", day=day)
    return words("hours.day", day=day, spans=spans_in_words(spans, words))


def state_in_words(found: Opening, words: Words) -> str:
    """Open or closed, and until when: "还有20分钟关门"; empty where it is always open."""
    if not found.readable or found.always:
        return ""
    if found.changes is None:
        return words("hours.closed")
    left = ceil((found.changes - found.at).total_seconds() / 60)
    if found.open:
        if left <= SOON:
            return words("hours.closes_in", minutes=left)
        return words("hours.open_until", time=_when(found.changes, found.at, words, closing=True))
    if left <= SOON:
        return words("hours.opens_in", minutes=left)
    return words("hours.opens_at", time=_when(found.changes, found.at, words))


def in_words(found: Opening, words: Words) -> str:
    """Today's hours and the state in one line."""
    return " · ".join(p for p in (today_in_words(found, words), state_in_words(found, words)) if p)


def _when(moment: datetime, now: datetime, words: Words, *, closing: bool = False) -> str:
    day, ahead = moment.date(), (moment.date() - now.date()).days
    if closing and ahead == 1 and moment.time() == time():
        return "24:00"
    if ahead == 0:
        return f"{moment:%H:%M}"
    if ahead == 1:
        return words("hours.next_day" if closing else "hours.tomorrow", time=moment.time())
    return words("hours.on_day", day=day, time=moment.time())


def spans_in_words(spans: tuple[Span, ...], words: Words) -> str:
    """The hours of a day: "08:30-12:00、13:30-17:30"."""
    return words("hours.and").join(_span(span, words) for span in spans)


def _span(span: Span, words: Words) -> str:
    if span.end <= DAY:
        return f"{_clock(span.start)}-{_clock(span.end)}"
    return words("hours.past_midnight", start=_clock(span.start), end=_clock(span.end - DAY))


def _holiday(name: str, words: Words) -> str:
    key = f"hours.holiday.{HOLIDAYS.get(name, 'other')}"
    return name if words.language != "en" and key.endswith("other") else words(key)


HOLIDAYS = {
    "元旦": "new_year",
    "农历除夕": "spring_festival",
    "春节": "spring_festival",
    "清明节": "qingming",
    "劳动节": "labour_day",
    "端午节": "dragon_boat",
    "中秋节": "mid_autumn",
    "国庆节": "national_day",
}
"""The holidays by the names of `knowledge.workdays`."""

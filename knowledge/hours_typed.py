"""Opening hours as people type them ("每天8点到20点, 周日休息"), read into the OpenStreetMap form.

What is read is shown back as a week (`actions.hours_week`); what can't be read is refused with what
to write instead. Nothing is guessed: "9点到5点" may end in the afternoon or in the night.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from opening_hours import validate

from knowledge.content_entries import Words
from knowledge.hours_clock import DAY, figure, span, unread
from knowledge.hours_signs import (
    EN_DAYS,
    EN_ONE_DAY,
    MONTHS,
    ONE_TIME,
    SIGNS,
    WEEK,
    ZH_DAYS,
    ZH_ONE_DAY,
    plain,
)

LONGEST = 300
"""Characters: nobody's hours are longer."""

EVERY_DAY = frozenset(range(7))
OFFICE_DAYS = frozenset(range(5))
WEEKEND = frozenset((5, 6))

MACHINE_FORM = re.compile(r"24/7|\b(?:Mo|Tu|We|Th|Fr|Sa|Su|PH)\b|\boff\b|^\d{2}:\d{2}-\d{2}:\d{2}")
"""What is written for machines already; checked by the parser, not read by us."""


@dataclass
class _Rule:
    """What holds on some days: hours, or none (`off`). `days` is None until any are named."""

    days: frozenset[int] | None = None
    holidays: bool = False
    months: str = ""
    spans: list[tuple[int, int]] = field(default_factory=list)
    off: bool = False
    says: bool = False
    """Whether hours, or that there are none, have been said."""

    @property
    def named(self) -> bool:
        return self.days is not None or self.holidays or bool(self.months)

    @property
    def breadth(self) -> tuple[bool, int, bool]:
        """General rules come first: in the OpenStreetMap form the last one that fits counts."""
        return (self.holidays, -len(self.days or EVERY_DAY), self.off)


@lru_cache(maxsize=4096)
def read_hours(text: str) -> str:
    """The hours in the OpenStreetMap form.

    Raises:
        HoursUnread: they can't be read.
    """
    written = text.strip()
    if not written:
        raise unread("没有写时间", "there are no hours")
    if len(written) > LONGEST:
        raise unread("写得太长了", "this is too long for opening hours")
    if MACHINE_FORM.search(written) and validate(written):
        return written
    rules = _Reader(plain(written)).rules()
    found = _written(rules)
    if not validate(found):
        raise unread(f"读成了“{found}”，不成立", f"this was read as '{found}', which means nothing")
    return found


class _Reader:
    """Reads a text from left to right into rules."""

    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._kinds = {kind for kind, _ in self._tokens}
        self._times_first = _times_first([kind for kind, _ in self._tokens])
        self._rules: list[_Rule] = []
        self._rule = _Rule()
        self._pauses: list[tuple[int, int]] = []

    def rules(self) -> list[_Rule]:
        at = 0
        while at < len(self._tokens):
            at = self._step(at)
        self._end_rule()
        said = [rule for rule in self._rules if rule.says]
        if "office" in self._kinds and "holidays" not in self._kinds:
            said.append(_Rule(holidays=True, off=True, says=True))  # no working day is a holiday
        if not any(rule.spans for rule in said):
            raise unread("没有写几点到几点", "it doesn't say from when to when")
        for rule in said:
            rule.spans = _without(rule.spans, self._pauses)
        return said

    def _step(self, at: int) -> int:
        kind, found = self._tokens[at]
        if kind in TIMED:
            if at and self._tokens[at - 1][0] == "pause":
                self._pauses.append(span(found))
                return at + 1
            if self._rule.off or (self._times_first and self._rule.says and self._rule.named):
                self._end_rule()
            self._rule.spans.append((0, DAY) if kind == "always" else span(found))
            self._rule.says = True
        elif kind == "off":
            return self._off(at)
        elif kind == "not_in":
            self._end_rule()
            return self._close(at + 1)
        elif kind == "usual":
            if self._rule.named and not self._rule.says:
                self._rule = _Rule()  # "周日照常": as the general rule has it
        elif kind in NAMING:
            self._name(at)
        return at + 1

    def _name(self, at: int) -> None:
        """A day is named: it belongs to the hours before it, or to those that follow."""
        rule, following = self._rule, self._after(at)
        new = rule.named or following == "off" or (following in TIMED and not self._times_first)
        if rule.says and new:
            before = rule.months if self._tokens[at][0] != "months" else ""
            self._end_rule()
            self._rule.months = before
        _take(self._rule, self._tokens[at])

    def _after(self, at: int) -> str:
        """What follows the run of days that stands here."""
        return next((kind for kind, _ in self._tokens[at:] if kind not in NAMING), "")

    def _off(self, at: int) -> int:
        if self._rule.named and not self._rule.says:
            self._rule.off = self._rule.says = True
            return at + 1
        self._end_rule()
        return self._close(at + 1)

    def _close(self, at: int) -> int:
        """The days that follow are closed: "closed Sundays", "除周日外"."""
        closed = _Rule(off=True, says=True)
        while at < len(self._tokens) and self._tokens[at][0] in NAMING:
            if closed.named and self._tokens[at][0] in ("daily", "office"):
                break  # "closed Mondays, daily 10:00-18:00"
            _take(closed, self._tokens[at])
            at += 1
        if not closed.named:
            raise unread("没有写哪天休息", "it doesn't say on which day it is closed")
        self._rules.append(closed)
        return at

    def _end_rule(self) -> None:
        if self._rule.says:
            self._rules.append(self._rule)
        elif self._rule.named:
            raise unread("有的日子没有写时间", "a day is named, but not its hours")
        self._rule = _Rule()


NAMING = ("daily", "office", "weekend", "days", "holidays", "months")
TIMED = ("times", "always")


def _times_first(kinds: list[str]) -> bool:
    """Whether the days stand behind their hours, as in "9am-5pm Mon-Fri"."""
    while kinds and kinds[-1] in NAMING:
        kinds = kinds[:-1]
        if kinds and kinds[-1] in TIMED:
            return next(kind for kind in kinds if kind in (*NAMING, *TIMED)) in TIMED
    return False


def _take(rule: _Rule, token: tuple[str, re.Match[str]]) -> None:
    kind, found = token
    if kind == "holidays":
        rule.holidays = True
    elif kind == "months":
        first, last = (figure(found[n]) for n in (1, 2))
        rule.months = f"{MONTHS[first - 1]}-{MONTHS[last - 1]}"
    else:
        days = {"daily": EVERY_DAY, "office": OFFICE_DAYS, "weekend": WEEKEND}.get(kind)
        rule.days = (rule.days or frozenset()) | (weekdays_of(found[0]) if days is None else days)


def _tokens(text: str) -> Iterable[tuple[str, re.Match[str]]]:
    at = 0
    while at < len(text):
        kind, found = _sign(text, at)
        if found is None:
            part = re.split(r"[,;]", text[at:])[0].strip()
            if ONE_TIME.match(part):
                raise unread(
                    f"“{part}”只有一个时间",
                    f"'{part}' is only one time",
                    Words(
                        zh="请写几点到几点，如“8:00-20:00”",
                        en='write from when to when: "8:00-20:00"',
                    ),
                )
            raise unread(f"读不懂“{part}”", f"'{part}' can't be read")
        if kind not in ("filler", "including"):
            yield kind, found
        at = found.end()


def _sign(text: str, at: int) -> tuple[str, re.Match[str] | None]:
    for kind, sign in SIGNS:
        found = sign.match(text, at)
        if found is not None and found.end() > at:
            return kind, found
    return "", None


def weekdays_of(text: str) -> frozenset[int]:
    """The days that words name (0 is Monday): "周一至周五", "tue, thu"; the text is a plain one."""
    chinese = any(sign in text for sign in ("周", "星期", "礼拜"))
    days: set[int] = set()
    last: int | None = None
    for found in (ZH_ONE_DAY if chinese else EN_ONE_DAY).finditer(text):
        word = found[2]
        if not chinese:
            day = EN_DAYS.index(word)
        else:
            day = int(word) - 1 if word.isdigit() else ZH_DAYS.index(word.replace("天", "日"))
        if found[1] and last is not None:
            days |= {(last + step) % 7 for step in range((day - last) % 7 + 1)}
        days.add(day)
        last = day
    return frozenset(days)


def _without(
    spans: list[tuple[int, int]], pauses: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Hours without the breaks in them."""
    for off, on in pauses:
        cut: list[tuple[int, int]] = []
        for start, end in spans:
            if start < off and on < end:
                cut += [(start, off), (on, end)]
            else:
                cut.append((start, end))
        spans = cut
    return spans


# Writing


def _written(rules: Sequence[_Rule]) -> str:
    ordered = sorted(rules, key=lambda rule: rule.breadth)
    one = ordered[0]
    whole = (one.days or EVERY_DAY) == EVERY_DAY and not (one.months or one.holidays)
    if len(ordered) == 1 and whole and one.spans == [(0, DAY)]:
        return "24/7"
    return "; ".join(_rule(rule) for rule in ordered)


def _rule(rule: _Rule) -> str:
    days = rule.days
    if days is None and not rule.holidays:
        days = EVERY_DAY
    names = ",".join(([_days(days)] if days else []) + (["PH"] if rule.holidays else []))
    hours = "off" if rule.off else ",".join(f"{_clock(a)}-{_clock(b)}" for a, b in rule.spans)
    return " ".join(part for part in (rule.months, names, hours) if part)


def _days(days: frozenset[int]) -> str:
    """Mo-Fr, or Tu,Th; three in a row and more are a range, and so is the weekend as Sa,Su."""
    runs: list[list[int]] = []
    for day in sorted(days):
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    parts = [
        f"{WEEK[run[0]]}-{WEEK[run[-1]]}" if len(run) > 2 else ",".join(WEEK[day] for day in run)
        for run in runs
    ]
    return ",".join(parts)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"

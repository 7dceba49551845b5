"""Working time: the hours that a region's offices work, holidays and make-up days reckoned in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from knowledge.clock import CHINA
from knowledge.workdays import is_working_day

type Minutes = tuple[int, int]
"""From and to, in minutes after midnight; past 1440 it is the night after."""

FARTHEST = 3 * 366
"""Days that a time is looked for before it counts as never."""


class Never(ValueError):
    """So much working time doesn't come: nobody works here."""


@dataclass(frozen=True)
class WorkingTime:
    """Hours of a working day; a stretch past midnight belongs to the day on which it began."""

    stretches: tuple[Minutes, ...] = ((9 * 60, 12 * 60), (13 * 60 + 30, 17 * 60 + 30))
    works: Callable[[date], bool] = is_working_day

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How much working time there is from `start` to `end`."""
        total = timedelta(0)
        for begins, ends in self._stretches(start):
            if begins >= end:
                break
            total += max(timedelta(0), min(ends, end) - max(begins, start))
        return total

    def after(self, start: datetime, amount: timedelta) -> datetime:
        """When so much working time has passed since `start`.

        Raises:
            Never: not within three years.
        """
        if amount <= timedelta(0):
            return start
        left = amount
        for begins, ends in self._stretches(start):
            here = ends - max(begins, start)
            if here <= timedelta(0):
                continue
            if left <= here:
                return max(begins, start) + left
            left -= here
        raise Never(f"{amount} of working time after {start}")

    def is_open(self, at: datetime) -> bool:
        """Whether somebody works at this moment."""
        for begins, ends in self._stretches(at):
            if begins > at:
                return False
            if at < ends:
                return True
        return False

    def _stretches(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Stretches in their order, from the one that began the day before on."""
        first = start.astimezone(CHINA).date() - timedelta(days=1)
        for offset in range(FARTHEST):
            day = first + timedelta(days=offset)
            if self.works(day):
                midnight = datetime.combine(day, time(), CHINA)
                for begins, ends in self.stretches:
                    yield midnight + timedelta(minutes=begins), midnight + timedelta(minutes=ends)


ALWAYS = WorkingTime(((0, 24 * 60),), lambda _: True)
"""For what waits for no office: a crisis."""

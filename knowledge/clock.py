"""Time as a part that is put in, so that deadlines are tested without sleeping."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Tells the time, aware of its zone."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class MovableClock:
    """Starts at a given time (or now), runs on by itself, and can be moved forward."""

    def __init__(self, start: datetime | None = None) -> None:
        self._offset = timedelta(0) if start is None else start - datetime.now(UTC)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset

    def move(self, by: timedelta) -> None:
        """Move on by `by`.

        Raises:
            ValueError: `by` is negative; what was due would be due again.
        """
        if by < timedelta(0):
            raise ValueError("a clock is only moved forward")
        self._offset += by

    def set(self, to: datetime) -> None:
        """Start at another time, before anything happened."""
        self._offset = to - datetime.now(UTC)

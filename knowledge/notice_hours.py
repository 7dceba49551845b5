"""When a notice may go out on a way: within its hours, and not too soon after the last one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from knowledge.clock import CHINA
from knowledge.notice_rows import Level

DAY = 24 * 60


@dataclass(frozen=True)
class Hours:
    """Minutes of the day in China; past midnight where it ends before it begins.

    `urgent_always`: an urgent notice doesn't wait for them.
    """

    begins: int = 0
    ends: int = DAY
    urgent_always: bool = True

    def hold(self, at: datetime) -> bool:
        """Whether this moment lies within the hours."""
        local = at.astimezone(CHINA)
        minute = local.hour * 60 + local.minute
        if self.begins < self.ends:
            return self.begins <= minute < self.ends
        return minute >= self.begins or minute < self.ends

    def next(self, at: datetime, level: Level) -> datetime:
        """When a notice of this level that comes now may go out."""
        if self.hold(at) or (level == "urgent" and self.urgent_always):
            return at
        local = at.astimezone(CHINA)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        opening = midnight + timedelta(minutes=self.begins)
        return opening if opening >= local else opening + timedelta(days=1)

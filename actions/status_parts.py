"""Small parts of answers about records: days, reasons, the union body of a region."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from knowledge.clock import CHINA
from knowledge.regions import RegionTree

if TYPE_CHECKING:
    from actions.turn import Turn


def decider_of(tree: RegionTree, region: str, language: str) -> str:
    """The union body of a region."""
    found = tree.get(region)
    return found.body(language) if found else ""


def reason_in(turn: Turn, reason: str | None) -> str:
    """A reason in the rider's language, as far as it is a known one; else as it was written."""
    return turn.words.get(f"status.reason.{reason}", reason or "")


def day(turn: Turn, at: datetime | date) -> date | str:
    """A day, with its year if that isn't this one."""
    found = at.astimezone(CHINA).date() if isinstance(at, datetime) else at
    return found if found.year == turn.today.year else found.isoformat()

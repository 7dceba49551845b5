"""Which models were in use, in order, and which were turned away: `models/history`.

A line of JSON for each event, only ever added to. So a house knows which model to go back to, and
doesn't make again by itself what was refused.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

Event = Literal["used", "refused", "left"]
"""Taken into use; not let in by the gate; left again for the one before."""


@dataclass(frozen=True)
class Entry:
    """What happened to a model, and why (plain sentences, if there is anything to say)."""

    at: datetime
    event: Event
    model: str
    why: tuple[str, ...] = ()

    def say(self) -> str:
        """In one sentence."""
        what = {
            "used": "was taken into use",
            "refused": "was refused",
            "left": "was left for the one before",
        }
        more = f" and {len(self.why) - 1} more" if len(self.why) > 1 else ""
        reason = f" ({self.why[0].rstrip('.')}{more})" if self.why else ""
        day = f"{self.at.astimezone():%Y-%m-%d %H:%M}"
        return f"the model {self.model} {what[self.event]} on {day}{reason}"


def read(models: Path) -> list[Entry]:
    """All entries, oldest first. A line that a crash cut short is passed over."""
    try:
        lines = (models / "history").read_text("utf-8").splitlines()
    except OSError:
        return []
    entries = []
    for line in lines:
        try:
            entries.append(_entry(json.loads(line)))
        except (ValueError, KeyError, TypeError):
            continue
    return entries


def add(models: Path, entry: Entry) -> None:
    """Write one more entry, durably."""
    written = {**asdict(entry), "at": entry.at.isoformat(timespec="seconds")}
    with (models / "history").open("a+", encoding="utf-8") as file:
        begun = file.tell()
        if begun and not _ends_a_line(models / "history"):
            file.write("\n")
        file.write(json.dumps(written, ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())


def used(entries: Sequence[Entry]) -> list[str]:
    """The models that were in use and were not left, oldest first, each once."""
    names: dict[str, None] = {}
    for entry in entries:
        if entry.event != "refused":
            names.pop(entry.model, None)
        if entry.event == "used":
            names[entry.model] = None
    return list(names)


def set_aside(entries: Sequence[Entry]) -> dict[str, Entry]:
    """The models that were refused or left, and not taken into use since."""
    last = {entry.model: entry for entry in entries}
    return {name: entry for name, entry in last.items() if entry.event != "used"}


def newest(entries: Sequence[Entry]) -> Entry | None:
    """How the newest model was set aside, None if it is in use."""
    return entries[-1] if entries and entries[-1].event != "used" else None


def _entry(kept: dict[str, Any]) -> Entry:
    if kept["event"] not in ("used", "refused", "left"):
        raise ValueError(kept["event"])
    at = datetime.fromisoformat(kept["at"])
    return Entry(at, kept["event"], str(kept["model"]), tuple(map(str, kept["why"])))


def _ends_a_line(path: Path) -> bool:
    return path.read_bytes()[-1:] == b"\n"

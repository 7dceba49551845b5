"""What a message with notices says: kinds and regions with their counts, and one link."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from bot.wording import Texts
from knowledge.notice_rows import LEVELS
from knowledge.notice_sending import Bundle, Told
from knowledge.regions import RegionTree

MOST_LINES = 12
"""Lines of one message; what is more is counted."""

LIST = "/console/notices"


@dataclass(frozen=True)
class Message:
    """A message to staff, in plain text."""

    title: str
    lines: tuple[str, ...]
    link: str
    urgent: bool

    @property
    def text(self) -> str:
        """All of it, for what takes one text."""
        return "\n".join([self.title, *self.lines, *([self.link] if self.link else [])])


def message(bundle: Bundle, texts: Texts, tree: RegionTree, public_url: str) -> Message:
    """The message of a bundle. Only kinds, names of regions and a path of the console go in."""
    words = texts.words(bundle.language)
    counted = Counter((one.kind, one.level, one.region) for one in bundle.notices)
    ordered = sorted(counted, key=lambda key: (-LEVELS.index(key[1]), key[0], key[2] or ""))
    lines = [
        line(texts, tree, bundle.language, Told(kind, level, region, ""), counted[key])
        for key in ordered
        for kind, level, region in (key,)
    ]
    more = len(lines) - MOST_LINES
    if more > 0:
        lines = [*lines[:MOST_LINES], words("notices.more", more=more)]
    title = words("notices.urgent_title" if bundle.urgent else "notices.message_title",
                  count=len(bundle.notices))  # fmt: skip
    subjects = {one.subject for one in bundle.notices}
    path = subjects.pop() if len(subjects) == 1 else LIST
    return Message(title, tuple(lines), f"{public_url}{path}" if public_url else "", bundle.urgent)


def line(texts: Texts, tree: RegionTree, language: str, told: Told, times: int = 1) -> str:
    """One line: what, how often, where."""
    words = texts.words(language)
    what = words(f"notice.{told.kind}")
    region = tree.get(told.region)
    if times > 1:
        what = words("notices.times", what=what, times=times)
    return words("notices.where", what=what, region=region.name(language)) if region else what

"""The menus at the top of each page. A new page is one more row in the menu where it belongs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from knowledge.access import Actor


class Row(NamedTuple):
    """A link: where to, the text, the permission that the page needs."""

    path: str
    title: str
    needs: str


NAVIGATION: Mapping[str, tuple[Row, ...]] = {
    "home.title": (Row("/console", "home.title", "home"),),
    # Work with riders.
    "menu.riders": (
        Row("/console/inbox", "inbox.title", "inbox.read"),
        Row("/console/cases", "cases.title", "case.read"),
        Row("/console/behalf", "behalf.title", "behalf.write"),
        Row("/console/calls", "calls.title", "behalf.write"),
        Row("/console/places/reports", "reports.title", "place.read"),
        Row("/console/quick-replies", "quick_replies.title", "inbox.read"),
        Row("/console/notices", "notices.title", "notice.read"),
    ),
    # Who works when, and how well it goes.
    "menu.team": (
        Row("/console/duty", "duty.title", "duty.read"),
        Row("/console/clocks", "clocks.title", "clock.read"),
        Row("/console/leads", "leads.title", "leads.read"),
        Row("/console/leads/own", "leads.own", "home"),
    ),
    # What the bot knows.
    "menu.knowledge": (
        Row("/console/articles", "articles.title", "article.read"),
        Row("/console/places", "places.title", "place.read"),
        Row("/console/courses", "course.title", "course.read"),
        Row("/console/programmes", "programme.title", "programme.read"),
        Row("/console/import", "import.title", "import"),
        Row("/console/export", "export.title", "export"),
    ),
    # How well it does, and what it learns.
    "menu.learning": (
        Row("/console/questions", "questions.title", "review.read"),
        Row("/console/training", "training.title", "model.train"),
        Row("/console/figures", "figures.title", "figures.read"),
    ),
    # The house itself.
    "menu.house": (
        Row("/console/staff", "staff.title", "staff.read"),
        Row("/console/audit", "audit.title", "audit.read"),
    ),
}
"""The menus in their order: the text of each, and its rows."""


@dataclass(frozen=True)
class Menu:
    """What one actor may open of a menu. A menu of one row is shown as that row."""

    title: str
    rows: tuple[Row, ...]
    here: Row | None
    """The row under which the page lies that is being looked at."""


def menus(actor: Actor, path: str) -> list[Menu]:
    """The actor's menus on the page at `path`; one without a row isn't shown."""
    allowed = {
        title: tuple(row for row in rows if actor.may(row.needs))
        for title, rows in NAVIGATION.items()
    }
    above = [row for rows in allowed.values() for row in rows if _lies_under(path, row)]
    here = max(above, key=lambda row: len(row.path), default=None)
    return [
        Menu(title, rows, here if here in rows else None) for title, rows in allowed.items() if rows
    ]


def _lies_under(path: str, row: Row) -> bool:
    """Whether the page is the row's or one below it. Below home lies everything: no page counts."""
    return path == row.path or (row.path != "/console" and path.startswith(f"{row.path}/"))

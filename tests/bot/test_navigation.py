"""The console's menus: each row leads somewhere, and nobody sees one that stays shut."""

from __future__ import annotations

import pytest

from bot.console.navigation import NAVIGATION, menus
from bot.console.routes import ROUTES
from bot.refused import CONSOLE_TEXTS
from bot.wording import Texts
from knowledge.access import ROLES, Actor, Role
from knowledge.regions import RegionTree

ROWS = [row for rows in NAVIGATION.values() for row in rows]


def actor(role: Role) -> Actor:
    return Actor("赵敏", role, None, RegionTree([]))


def test_each_row_is_a_page_with_the_permission_that_the_page_asks_for() -> None:
    """A row for a page that refuses its reader would be a dead end."""
    pages = {route.path: route.needs for route in ROUTES if route.method == "GET"}
    assert {row.path: row.needs for row in ROWS}.items() <= pages.items()
    assert len({row.path for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_menu_and_row_has_a_name(language: str) -> None:
    """In both languages, and no two rows are called the same."""
    words = Texts(CONSOLE_TEXTS).words(language)
    assert all(words.has(title) for title in NAVIGATION)
    names = [words(row.title) for row in ROWS]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("role", ROLES)
def test_a_menu_shows_what_the_role_may_open(role: Role) -> None:
    """And a menu of which nothing is left isn't there."""
    shown = menus(actor(role), "/console")
    assert [row for menu in shown for row in menu.rows] == [
        row for row in ROWS if actor(role).may(row.needs)
    ]
    assert all(menu.rows for menu in shown)


@pytest.mark.parametrize(
    ("path", "marked"),
    [
        ("/console", "/console"),
        ("/console/articles", "/console/articles"),
        ("/console/articles/12/edit", "/console/articles"),
        ("/console/places/one/zf-1", "/console/places"),
        ("/console/places/reports", "/console/places/reports"),
        ("/console/articlesque", None),
        ("/console/account", None),
    ],
)
def test_one_row_is_marked_as_where_one_is(path: str, marked: str | None) -> None:
    """The nearest above the page; a page that no menu leads to marks none."""
    here = [menu.here.path for menu in menus(actor("administrator"), path) if menu.here]
    assert here == ([marked] if marked else [])

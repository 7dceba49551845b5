"""Imports run one way: bot → actions → knowledge, and bot → nlu."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("bot", "actions", "nlu", "knowledge")

#: What each room may import of the others.
ALLOWED: dict[str, tuple[str, ...]] = {
    "bot": ("actions", "nlu", "knowledge"),
    # The pure readers know neither Rasa nor the network.
    "actions": ("knowledge", "nlu.slots"),
    "nlu": (),
    "knowledge": (),
}

#: Telegram, HTTP and Rasa are no business of these rooms.
OUTSIDE = ("telegram", "aiohttp", "aiohttp_jinja2", "httpx", "requests", "rasa", "http.server")
KNOW_NOTHING_OF_IT = ("actions", "knowledge", "nlu/slots")


def imported(file: Path) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of everything that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_what_lies_below_it(room: str) -> None:
    """The arrows of the design, held."""
    wrong = [
        f"{file.relative_to(ROOT)}:{line}: {name}"
        for file in sorted((ROOT / room).rglob("*.py"))
        for line, name in imported(file)
        for other in ROOMS
        if other != room and within(name, other)
        if not any(within(name, allowed) for allowed in ALLOWED[room])
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("room", KNOW_NOTHING_OF_IT)
def test_a_room_knows_nothing_of_telegram_http_and_rasa(room: str) -> None:
    """What a service does is the same on every channel."""
    wrong = [
        f"{file.relative_to(ROOT)}:{line}: {name}"
        for file in sorted((ROOT / room).rglob("*.py"))
        for line, name in imported(file)
        if any(within(name, package) for package in OUTSIDE)
    ]
    assert not wrong, "\n".join(wrong)


def test_only_knowledge_knows_sql() -> None:
    """Elsewhere a store is asked in the union's words."""
    wrong = [
        f"{file.relative_to(ROOT)}:{line}: {name}"
        for room in ("bot", "actions", "nlu")
        for file in sorted((ROOT / room).rglob("*.py"))
        for line, name in imported(file)
        if within(name, "sqlalchemy") or within(name, "asyncpg")
        # That the database is away is an error like others.
        if not within(name, "sqlalchemy.exc")
    ]
    assert not wrong, "\n".join(wrong)

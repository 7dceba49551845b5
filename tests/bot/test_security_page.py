"""docs/security.md: every item of the standard has its row, every test and module is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text()
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| (\S+) \| (.+) \| (.*)\|$", re.MULTILINE)

ITEMS = {
    "6.1": 3, "6.2": 11, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4,
    "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2,
    "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1,
    "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3,
}  # fmt: skip
"""How many items of levels 1 and 2 each section of ASVS 5.0.0 has; they come first in each."""


def test_every_item_has_its_row_in_order() -> None:
    """None is passed over in silence."""
    wanted = [f"{section}.{n + 1}" for section, many in ITEMS.items() for n in range(many)]
    assert [item for item, *_ in ROW.findall(PAGE)] == wanted


def test_what_holds_names_a_test_and_what_does_not_says_why() -> None:
    """A row that claims something shows it."""
    for item, state, said, shown in ROW.findall(PAGE):
        assert state in ("yes", "part", "no", "–"), item
        assert len(said) > 15, item
        assert bool(shown.strip()) == (state in ("yes", "part")), item


def test_every_test_and_module_that_is_named_is_there() -> None:
    """A renamed test would leave a claim that nobody shows."""
    tests = re.findall(r"`(tests/[\w/.]+)::(\w+)`", PAGE)
    assert len(tests) > 40
    for file, name in tests:
        tree = ast.parse((ROOT / file).read_text())
        functions = {
            node.name
            for node in tree.body
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        }
        assert name in functions, f"{file}::{name}"
    for module in re.findall(r"`((?:bot|knowledge)/[\w/]+\.py)`", PAGE):
        assert (ROOT / module).is_file(), module
    for name in re.findall(r"`([A-Z_]{5,})`", PAGE):
        assert name == "USER" or any(
            re.search(rf"^{name}\b", file.read_text(), re.MULTILINE)
            for room in ("bot", "knowledge")
            for file in (ROOT / room).rglob("*.py")
        ), name

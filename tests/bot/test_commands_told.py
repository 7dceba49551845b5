"""Every command that README and the guides tell is one that there is, written so that it runs."""

from __future__ import annotations

import re
import shlex
from functools import cache
from typing import Any

import pytest
from typer.main import get_command

from bot.cli import app
from tests.conftest import ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
TOLD = [
    (page.name, line.partition(" #")[0].strip().removeprefix(".venv/bin/"))
    for page in PAGES
    for block in re.findall(r"^```\n(.*?)^```", page.read_text(), re.DOTALL | re.MULTILINE)
    for line in block.splitlines()
    if re.match(r"(?:\.venv/bin/)?gongyou ", line)
]
SEVERAL = re.compile(r"[|…\[]")
"""What a line has that tells several commands, or leaves something open."""


@cache
def every_command() -> Any:
    return get_command(app)


def found(words: list[str]) -> tuple[Any, list[str]]:
    """The command that these words name, and those that are left."""
    command = every_command()
    while hasattr(command, "commands") and words:
        assert words[0] in command.commands, words
        command, words = command.commands[words[0]], words[1:]
    return command, words


def options_of(command: Any) -> dict[str, bool]:
    """The command's options, and whether each stands by itself."""
    return {
        name: bool(getattr(one, "is_flag", False))
        for one in command.params
        if one.param_type_name == "option"
        for name in (*one.opts, *one.secondary_opts)
    }


@pytest.mark.parametrize(("page", "line"), [told for told in TOLD if not SEVERAL.search(told[1])])
def test_a_command_is_told_as_it_is_typed(page: str, line: str) -> None:
    """Its options are there, and it has neither too many arguments nor too few."""
    command, rest = found(shlex.split(line.partition(">")[0])[1:])
    assert not hasattr(command, "commands"), page
    options, arguments = options_of(command), []
    while rest:
        word, *rest = rest
        if not word.startswith("--"):
            arguments.append(word)
        elif not options[word]:
            rest = rest[1:]
    wanted = [one for one in command.params if one.param_type_name == "argument"]
    assert len(arguments) >= sum(one.required for one in wanted)
    assert len(arguments) <= len(wanted) or any(one.nargs == -1 for one in wanted)


@pytest.mark.parametrize(("page", "line"), [told for told in TOLD if SEVERAL.search(told[1])])
def test_each_of_several_is_there(page: str, line: str) -> None:
    """`staff add | invite` are two commands of one group; options in brackets are a command's."""
    first, *others = re.sub(r"\[[^\]]*\]", "", line).split("|")
    words = [word for word in first.split()[1:] if re.fullmatch(r"[a-z-]+", word)]
    command, _ = found(list(words))
    options = set(options_of(command))
    for other in others:
        if (name := other.split()[0]) != "…":
            options |= set(options_of(found([*words[:-1], name])[0]))
    assert set(re.findall(r"--[a-z-]+", line)) <= options, page

"""YAML as the content is written in: plain values, and the line on which each of them stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import yaml

Loc = Sequence[int | str]
"""The way to a value: keys of mappings and places in lists, as pydantic tells it."""


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake in the content: which file (relative to the folder), which line, what."""

    file: str
    line: int
    reason: str
    column: str = ""
    """In a table: which column."""
    chinese: str = ""
    """The reason in Chinese, where there is one."""

    def __str__(self) -> str:
        return self.said("en")

    def said(self, language: str) -> str:
        """Where, and what is wrong, in one line."""
        column = f" {self.column}:" if self.column else ""
        reason = self.chinese if language == "zh" and self.chinese else self.reason
        return f"{self.file}:{self.line}:{column} {reason}"


class ContentError(Exception):
    """The content can't be used. All mistakes that were found; `str` has one a line."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))

    @property
    def file(self) -> str:
        """The file of the first mistake."""
        return self.problems[0].file

    @property
    def line(self) -> int:
        """The line of the first mistake, counted from 1."""
        return self.problems[0].line

    @property
    def reason(self) -> str:
        """What the first mistake is."""
        return self.problems[0].reason


class _Loader(yaml.CSafeLoader):
    """Reads fewer things into a bare word than YAML 1.1 does.

    There `19:00` is the number 1140, `no` is false and 0139 is an octal number. Here a bare word
    is text unless it is null, true, false or a plain number; dates stay text until a field of
    that type reads them.
    """


_NULL, _BOOL, _INT, _FLOAT = (f"tag:yaml.org,2002:{t}" for t in ("null", "bool", "int", "float"))
_Loader.yaml_implicit_resolvers = {}
for _tag, _form, _first in (
    (_NULL, r"^(?:~|null|)$", ["~", "n", ""]),
    (_BOOL, r"^(?:true|false)$", list("tf")),
    (_INT, r"^[-+]?(?:0|[1-9][0-9]*)$", list("-+0123456789")),
    (_FLOAT, r"^[-+]?(?:0|[1-9][0-9]*)\.[0-9]+$", list("-+0123456789")),
):
    _Loader.add_implicit_resolver(_tag, re.compile(_form), _first)


class Page(Protocol):
    """A file with entries in it: knows where each of their values stands."""

    @property
    def file(self) -> str:
        """Its name, as it is told."""
        ...

    def line(self, loc: Loc = ()) -> int:
        """The line of the value at `loc`."""
        ...

    def problem(self, loc: Loc, reason: str, chinese: str = "") -> Problem:
        """A mistake at `loc`."""
        ...


@dataclass(frozen=True)
class Sheet:
    """One file: its plain values, and where each of them stands."""

    file: str
    value: object
    root: yaml.Node | None

    def line(self, loc: Loc = ()) -> int:
        """The line of the value at `loc`, or of the nearest thing around it that is there."""
        node, line = self.root, 1
        if node is not None:
            line = node.start_mark.line + 1
        for step in loc:
            if isinstance(node, yaml.MappingNode):
                for key, value in node.value:
                    if key.value == str(step):
                        node, line = value, key.start_mark.line + 1
                        break
            elif (
                isinstance(node, yaml.SequenceNode)
                and isinstance(step, int)
                and step < len(node.value)
            ):
                node = node.value[step]
                line = node.start_mark.line + 1
        return line

    def problem(self, loc: Loc, reason: str, chinese: str = "") -> Problem:
        """A mistake at `loc`."""
        return Problem(self.file, self.line(loc), reason, chinese=chinese)


def read_sheet(path: Path, folder: Path) -> Sheet:
    """Read one file of `folder`.

    Raises:
        ContentError: it can't be read, isn't YAML, or has a key twice, an anchor or an alias.
    """
    file = path.relative_to(folder).as_posix()
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=_Loader)
    except (OSError, UnicodeDecodeError) as cause:
        raise ContentError([Problem(file, 1, f"can't be read: {cause}")]) from cause
    except yaml.MarkedYAMLError as cause:
        line = 1 if cause.problem_mark is None else cause.problem_mark.line + 1
        raise ContentError([Problem(file, line, f"not YAML: {cause.problem}")]) from cause
    except yaml.YAMLError as cause:
        raise ContentError([Problem(file, 1, f"not YAML: {cause}")]) from cause
    if root is None:
        return Sheet(file, None, None)
    problems: list[Problem] = []
    value = _plain(root, file, set(), problems)
    if problems:
        raise ContentError(problems)
    return Sheet(file, value, root)


def _plain(node: yaml.Node, file: str, seen: set[int], problems: list[Problem]) -> object:
    line = node.start_mark.line + 1
    if id(node) in seen:
        # An alias stands for the whole anchored value: one that holds itself would never end.
        problems.append(Problem(file, line, "anchors and aliases aren't used in the content"))
        return None
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        mapping: dict[str, object] = {}
        for key, value in node.value:
            at = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                problems.append(Problem(file, at, "a key is one word"))
                continue
            if key.value in mapping:
                problems.append(Problem(file, at, f"the key '{key.value}' stands here twice"))
            mapping[key.value] = _plain(value, file, seen, problems)
        return mapping
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, file, seen, problems) for item in node.value]
    text = str(node.value)
    if node.tag == _NULL:
        return None
    if node.tag == _BOOL:
        return text == "true"
    try:
        return {_INT: int, _FLOAT: float}.get(node.tag, str)(text)
    except ValueError:  # an explicit tag: `!!int many`
        problems.append(Problem(file, line, f"'{text}' is not a number"))
        return None

"""The lines of a scheme's form: steps, papers and examples, each in fields of its own.

An import has them in one cell, a line each (`knowledge/exchange/shapes.py`); so does what is read
here, and the same reader reads both.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

PARTS: Mapping[str, tuple[str, ...]] = {
    "steps": ("code", "zh", "en"),
    "papers": ("code", "zh", "en", "demo"),
    "examples": ("cost", "from", "to"),
}
"""The fields of a line; one is called `steps_code_0`."""

EMPTY = 2
"""Empty lines at the end, to be filled."""

MORE = 5
"""As many more where they were asked for."""

MOST = 60
"""Lines of a list: more is no form of ours."""

type Lines = list[dict[str, str]]


def scheme_fields(form: Mapping[str, str]) -> dict[str, str]:
    """The form's fields with each list as a cell has it."""
    rows = {name: _typed(form, name) for name in PARTS}
    fields = {key: text for key, text in form.items() if not re.fullmatch(r"\w+_\w+_\d+", key)}
    for name in ("steps", "papers"):
        fields[name] = "\n".join(_named(row) for row in rows[name])
    fields["examples"] = "\n".join(_example(row) for row in rows["examples"])
    return fields


def rows_of_scheme(fields: Mapping[str, str], *, more: bool = False) -> dict[str, Lines]:
    """The lines to be shown: of a form that was sent, else of an entry's cells; and empty ones."""
    found: dict[str, Lines] = {}
    for name in PARTS:
        sent = any(key.startswith(f"{name}_") for key in fields)
        lines = _typed(fields, name) if sent else _kept(fields.get(name, ""), name)
        empty = MORE if more else EMPTY
        found[name] = lines + [dict.fromkeys(PARTS[name], "") for _ in range(empty)]
    return found


def _typed(form: Mapping[str, str], name: str) -> Lines:
    lines = [
        {part: form.get(f"{name}_{part}_{number}", "").strip() for part in PARTS[name]}
        for number in range(MOST)
    ]
    return [line for line in lines if any(line.values())]


def _kept(cell: str, name: str) -> Lines:
    lines: Lines = []
    for text in filter(str.strip, cell.splitlines()):
        parts: Sequence[str] = [part.strip() for part in re.split(r"[|=]", text)]
        if name == "examples":
            least, _, most = parts[-1].partition("-")
            parts = [parts[0], least, most]
        lines.append(dict(zip(PARTS[name], [*parts, "", "", ""], strict=False)))
    return lines


def _named(row: Mapping[str, str]) -> str:
    # A bar parts the cell.
    parts = [re.sub(r"[|｜]", "/", row[part]) for part in ("code", "zh", "en")]
    parts[2] = parts[2] or parts[1]
    return " | ".join([*parts, "demo"] if row.get("demo") else parts)


def _example(row: Mapping[str, str]) -> str:
    cost, least, most = (_figure(row[part]) for part in ("cost", "from", "to"))
    return f"{cost}={least}-{most}" if most else f"{cost}={least}"


def _figure(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text)
    return re.sub(r"[,\s¥元]|yuan", "", plain)

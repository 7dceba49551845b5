"""CSV as Chinese offices have it: any of their encodings, any of the usual separators."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterable, Sequence

from knowledge.exchange.limits import MOST_COLUMNS, check_rows
from knowledge.exchange.marks import marked, unmarked
from knowledge.exchange.refused import Refused

SPACES = " \u3000"
"""Around a cell; a line's end at its end says that it is a list of one."""

SEPARATORS = ",;\t|"
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""What Excel puts in front of "CSV UTF-8" and of "Unicode text"."""

Table = list[list[str]]


def read_csv(raw: bytes, likely: Callable[[Sequence[str]], int]) -> Table:
    """The rows of a file. `likely` counts the column names that it knows in a first row.

    Raises:
        Refused: it is no text, or no table.
    """
    text = _text(raw)
    best: tuple[int, str] = (-1, ",")
    for separator in SEPARATORS:
        first = _rows(text[:100_000], separator, most=5, sure=False)
        best = max(best, (max(map(likely, first), default=0), separator), key=lambda one: one[0])
    return _rows(text, best[1])


def _text(raw: bytes) -> str:
    """The text, in the first encoding that fits: GB18030 takes nearly everything and comes last."""
    marked_as = next((name for mark, name in MARKS if raw.startswith(mark)), None)
    for encoding in (marked_as,) if marked_as else ("utf-8", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Refused(
        "这不是文本表格，或者编码认不出来；请在Excel里另存为“CSV UTF-8”再导入",
        'this is no table in text, or its encoding is unknown; save it as "CSV UTF-8" in Excel',
    )


def _rows(text: str, separator: str, most: int = 0, *, sure: bool = True) -> Table:
    found: Table = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=False):
            if len(row) > MOST_COLUMNS:
                row = row[:MOST_COLUMNS]
            found.append([unmarked(cell.strip(SPACES)) for cell in row])
            check_rows(len(found))
            if most and len(found) == most:
                break
    except csv.Error as why:
        if not sure:
            return found
        raise Refused(
            "表格的引号不成对，有一格没有结束；请在Excel里打开检查后再另存",
            "a quotation mark is missing, so that one cell never ends; open it in Excel and save "
            "it again",
        ) from why
    return found


def write_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """A file that Excel opens with the right characters: UTF-8 with its mark."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([marked(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")

"""Excel workbooks: the first sheet is the table."""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import IllegalCharacterError, InvalidFileException

from knowledge.exchange.csv_form import SPACES, Table
from knowledge.exchange.limits import MOST_COLUMNS, check_rows, check_unpacked
from knowledge.exchange.marks import marked, unmarked
from knowledge.exchange.refused import Refused

OLD_EXCEL = b"\xd0\xcf\x11\xe0"
"""How the binary form of Excel 97 to 2003 begins, and every encrypted workbook."""

BROKEN = (
    InvalidFileException, zipfile.BadZipFile, zlib.error, ParseError, KeyError, ValueError,
    TypeError, AttributeError, IndexError, OSError, EOFError, NotImplementedError, RuntimeError,
)  # fmt: skip
"""What openpyxl and zipfile raise over files that are no workbooks."""


def read_xlsx(raw: bytes) -> Table:
    """The rows of the first sheet as text; what a formula had worked out counts.

    Raises:
        Refused: it is no workbook, or one that would swell beyond measure.
    """
    if raw.startswith(OLD_EXCEL):
        raise Refused(
            "这是旧版Excel文件（.xls）或者加了密码；请在Excel里另存为.xlsx，不加密码",
            "this is an old workbook (.xls) or has a password; save it as .xlsx without one",
        )
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as parts:
            sizes = [part.file_size for part in parts.infolist()]
        check_unpacked(len(raw), sum(sizes), len(sizes))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that are not read
            book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
            return _rows(book.worksheets[0])
    except BROKEN as why:
        raise Refused(
            "这不是Excel工作簿，或者文件坏了；请在Excel里另存为.xlsx再导入",
            "this is no Excel workbook, or it is broken; save it as .xlsx in Excel and import that",
        ) from why


def _rows(sheet: Any) -> Table:
    found: Table = []
    for row in sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS):
        found.append([unmarked(_text(cell)) for cell in row])
        check_rows(len(found))
    return found


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d}" if cell.time() == time() else f"{cell:%Y-%m-%d %H:%M}"
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, time):
        return f"{cell:%H:%M}"
    return str(cell).strip(SPACES)


def write_xlsx(title: str, sheets: dict[str, Iterable[Sequence[str]]]) -> bytes:
    """A workbook of sheets by name, the first row of each in bold; every cell is text.

    Raises:
        Refused: a cell holds a sign that no workbook can hold.
    """
    book = Workbook(write_only=True)
    book.properties.title = title
    try:
        for name, rows in sheets.items():
            _fill(book.create_sheet(name), rows)
    except IllegalCharacterError as why:
        raise Refused(
            "有一格含有控制字符，Excel存不了；请改用CSV导出",
            "a cell holds a control character, which no workbook can; export it as CSV",
        ) from why
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(sheet: Any, rows: Iterable[Sequence[str]]) -> None:
    sheet.freeze_panes = "A2"
    for number, row in enumerate(rows):
        if number == 0:
            for column, name in enumerate(row, start=1):
                sheet.column_dimensions[get_column_letter(column)].width = 12 + len(name)
        sheet.append([_cell(sheet, text, head=number == 0) for text in row])


def _cell(sheet: Any, text: str, *, head: bool) -> Any:
    if not text:
        return None
    cell = WriteOnlyCell(sheet, value=marked(text))
    cell.data_type = "s"  # never a formula
    cell.number_format = "@"  # or Excel makes a date of 3-4 and a number of a phone
    if head:
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True)
    return cell

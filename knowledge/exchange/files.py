"""Files by the ending of their names: which form is read, and which is written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from knowledge.content_entries import Entry
from knowledge.content_yaml import ContentError
from knowledge.exchange.cells import Names
from knowledge.exchange.columns import COLUMNS, Thing, likely
from knowledge.exchange.csv_form import Table, read_csv, write_csv
from knowledge.exchange.geojson_form import read_geojson, write_geojson
from knowledge.exchange.limits import check_size
from knowledge.exchange.refused import Refused
from knowledge.exchange.shapes import Options
from knowledge.exchange.tables import THINGS, Read, heads, read_table, rows_of
from knowledge.exchange.xlsx_form import read_xlsx, write_xlsx
from knowledge.exchange.yaml_form import read_content_folder, read_zip

TABLES = (".xlsx", ".csv", ".tsv", ".txt", ".geojson", ".json")
ZIP = b"PK\x03\x04"


def load(path: Path) -> bytes | None:
    """A file's bytes, or None for a folder.

    Raises:
        Refused: it isn't there, is too large or empty.
    """
    if path.is_dir():
        return None
    try:
        check_size(path.stat().st_size)
        return path.read_bytes()
    except OSError as why:
        raise Refused(
            f"读不了文件“{path.name}”（{why.strerror}）",
            f"{path.name} can't be read: {why.strerror}",
        ) from why


def read_file(name: str, raw: bytes, thing: Thing | None, names: Names, options: Options) -> Read:
    """The entries of a file, whatever its form.

    Raises:
        Refused: it can't be used at all.
    """
    check_size(len(raw))
    ending = Path(name).suffix.lower()
    if ending == ".zip":
        try:
            return Read(None, read_zip(raw))
        except ContentError as why:
            return Read(None, problems=list(why.problems))
    if ending in (".geojson", ".json"):
        # RFC 7946 knows WGS-84 only; who has something else says so.
        options = Options(options.system or "wgs84")
        return read_table(name, read_geojson(raw), "stations", names, options)
    return read_table(name, _table(ending, raw, thing), thing, names, options)


def read_folder_of(folder: Path) -> Read:
    """The entries of a folder of YAML files."""
    try:
        return Read(None, read_content_folder(folder))
    except ContentError as why:
        return Read(None, problems=list(why.problems))


def _table(ending: str, raw: bytes, thing: Thing | None) -> Table:
    if ending == ".xlsx" or (ending not in TABLES and raw.startswith(ZIP)):
        return read_xlsx(raw)
    if ending in (".csv", ".tsv", ".txt"):
        if raw.startswith(ZIP):
            return read_xlsx(raw)  # a workbook under a wrong name
        things = (thing,) if thing else THINGS
        return read_csv(raw, lambda row: max(likely(one, row) for one in things))
    raise Refused(
        f"不支持“{ending or '无后缀'}”文件；可以导入.xlsx、.csv、.geojson，或导出的文件夹、.zip",
        f"a '{ending or 'nameless'}' file can't be imported; .xlsx, .csv, .geojson can, and a "
        "folder or .zip that was exported",
    )


def write_file(name: str, thing: Thing, entries: Sequence[Entry], language: str) -> bytes:
    """Entries as a file of the form that its name says.

    Raises:
        Refused: there is no such form for this.
    """
    ending = Path(name).suffix.lower()
    if ending == ".geojson" and thing == "stations":
        # Without coordinates beside them: GeoJSON's are WGS-84 by its own rule.
        wanted = [n for n, c in enumerate(COLUMNS[thing]) if c.key != "coordinates"]
        keys = heads(thing, "en")
        rows = [[row[n] for n in wanted] for row in rows_of(thing, entries, language)]
        return write_geojson([keys[n] for n in wanted], rows)
    rows_in = [heads(thing, language), *rows_of(thing, entries, language)]
    if ending == ".csv":
        return write_csv(rows_in)
    if ending == ".xlsx":
        return write_xlsx(thing, {thing: rows_in, NOTES[language]: notes(thing)})
    raise Refused(
        f"“{thing}”导不成“{ending}”；请用.xlsx或.csv，地点还可以用.geojson",
        f"{thing} can't be written as '{ending}'; use .xlsx or .csv, and .geojson for places",
    )


NOTES = {"zh": "说明", "en": "notes"}


def notes(thing: Thing) -> list[list[str]]:
    """What each column is, for the second sheet of a workbook and for the guide."""
    head = ["列名", "column", "必填 needed", "例 example"]
    return [head] + [
        [column.zh, column.key, "是 yes" if column.needed else "", column.example]
        for column in COLUMNS[thing]
    ]

"""What goes out comes in as the same, whatever it says."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, Protocol

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from knowledge.content_schema import Content
from knowledge.database import Database
from knowledge.exchange.cells import Names, joined, split
from knowledge.exchange.exchange import Exchange
from knowledge.exchange.files import read_file, write_file
from knowledge.exchange.marks import marked, unmarked
from knowledge.exchange.shapes import Options
from knowledge.exchange.yaml_form import Files, write_folder, write_zip
from knowledge.secrets import Keyring
from tests.knowledge.exchange.contents import CODES, PROSE, contents, stations


class Loop(Protocol):
    def run[Result](self, work: Coroutine[Any, Any, Result]) -> Result: ...


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(content=contents())
def test_a_region_goes_out_and_into_an_empty_store_without_loss(
    content: Content, background: Loop, database_url: str, keyring: Keyring
) -> None:
    """The second export has the same bytes as the first, and both say what was written."""

    async def trip(files: Files) -> Files:
        database = Database(database_url, keyring)
        exchange = Exchange(database)
        try:
            report = await exchange.import_file(
                "all.zip", write_zip(files), actor="house", write=True
            )
            assert report.problems == ()
            again = await exchange.import_file(
                "all.zip", write_zip(files), actor="house", write=True
            )
            assert again.changes == 0
            out = await exchange.export_folder()
            async with database.begin() as unit:
                await unit.session.execute(EMPTY)
        finally:
            await database.close()
        return out

    first = background.run(trip(write_folder(content)))
    assert background.run(trip(first)) == first
    read = read_file("all.zip", write_zip(first), None, Names(), Options())
    entries = [one.entry for one in read.placed]
    for kind in (
        content.sources,
        content.regions,
        content.stations,
        content.courses,
        content.lines,
    ):
        for entry in kind:
            assert entry in entries


EMPTY = text(
    "truncate regions, sources, topics, schemes, lines, stations, courses, articles cascade"
)


@pytest.mark.parametrize("form", ["s.csv", "s.xlsx", "s.geojson"])
@pytest.mark.parametrize("language", ["zh", "en"])
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_stations_go_out_as_a_table_and_come_back(
    form: str, language: str, data: st.DataObject
) -> None:
    """Whatever stands in their names, in any of the three forms and both languages."""
    count = data.draw(st.integers(1, 4))
    entries = [data.draw(stations(number)) for number in range(count)]
    names = Names()
    for code in CODES:
        names.add(names.regions, code)
    raw = write_file(form, "stations", entries, language)
    read = read_file(form, raw, None, names, Options())
    assert read.problems == []
    assert [one.entry for one in read.placed] == entries


@given(st.text(st.sampled_from("=+-@'\t\r0x1.5é|%＝"), max_size=8))
def test_no_cell_begins_like_a_formula_and_none_is_changed_by_that(cell: str) -> None:
    """Whatever it begins with; a plain number stays a number."""
    out = marked(cell)
    assert unmarked(out) == cell
    assert out[:1] not in tuple("=+@\t\r") or not out
    assert not out.startswith("-") or out[1:].replace(".", "", 1).isdigit()


@given(st.lists(PROSE.filter(lambda text: "\n" not in text), min_size=1, max_size=4))
def test_a_list_in_a_cell_keeps_its_things(parts: list[str]) -> None:
    """Also those with the signs that stand between them."""
    assert split(joined(parts)) == parts

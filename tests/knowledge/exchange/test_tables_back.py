"""Each kind of table that goes out comes in again as what it was."""

from __future__ import annotations

import pytest

from knowledge.exchange.columns import COLUMNS, Thing
from knowledge.exchange.exchange import Exchange


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("thing", list(COLUMNS))
async def test_a_table_of_the_demonstration_comes_back_unchanged(
    exchange: Exchange, thing: Thing, form: str, language: str
) -> None:
    """Also when it is written: all rows are found, none is taken for another."""
    name, as_text = f"{thing}.{form}", f"{thing}.csv"
    before = await exchange.export_table(thing, as_text)
    raw = await exchange.export_table(thing, name, language=language)
    report = await exchange.import_file(name, raw, actor="staff:王敏", write=True)
    assert [problem.said(language) for problem in report.problems] == []
    ((kind, tally),) = report.tallies
    assert (kind, tally.new, tally.changed) == (thing, 0, 0)
    assert tally.unchanged > 0
    assert await exchange.export_table(thing, as_text) == before

"""`gongyou export` and `gongyou import`: tables, GeoJSON, and everything of a region as YAML."""

from __future__ import annotations

import getpass
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from knowledge.content_yaml import Problem
    from knowledge.exchange.exchange import Exchange, Report

Thing = Literal["stations", "courses", "articles", "regions", "schemes", "lines"]
What = Literal["everything", "stations", "courses", "articles", "regions", "schemes", "lines"]
Language = Annotated[
    Literal["zh", "en"], typer.Option("--language", help="Of the columns and of what is told.")
]
PROBLEMS_SHOWN = 100
PAIRS_SHOWN = 20
HOURS_SHOWN = 20


def add(app: typer.Typer) -> None:
    app.command("export")(export)
    app.command("import")(import_)


def export(
    what: Annotated[What, typer.Argument(help="What to export.")],
    out: Annotated[
        Path,
        typer.Argument(help="A .xlsx, .csv or .geojson file; a folder or .zip for everything."),
    ],
    region: Annotated[
        str | None, typer.Option(help="Only this region (its code) and what lies below it.")
    ] = None,
    template: Annotated[
        bool, typer.Option("--template", help="Only the columns, to be filled in.")
    ] = False,
    language: Language = "zh",
) -> None:
    """Write what the house knows into a file."""

    async def write(exchange: Exchange) -> None:
        from knowledge.exchange.files import write_file
        from knowledge.exchange.yaml_form import write_zip

        if what == "everything":
            files = await exchange.export_folder(region)
            if out.suffix.lower() == ".zip":
                _save(out, write_zip(files))
            else:
                for name, raw in files.items():
                    _save(out / name, raw)
            typer.echo(f"{len(files)} files in {out}")
            return
        if template:
            _save(out, write_file(out.name, what, (), language))
        else:
            raw = await exchange.export_table(what, out.name, region=region, language=language)
            _save(out, raw)
        typer.echo(f"written to {out}")

    _with_exchange(write, language)


def import_(
    file: Annotated[
        Path, typer.Argument(help="A .xlsx, .csv, .geojson or .zip file, or an exported folder.")
    ],
    write: Annotated[
        bool, typer.Option("--write", help="Do it; without, it is tried and nothing is kept.")
    ] = False,
    what: Annotated[
        Thing | None,
        typer.Option("--what", help="What a table is about, if it isn't plain."),
    ] = None,
    coordinates: Annotated[
        Literal["wgs84", "gcj02", "bd09"] | None,
        typer.Option(help="Of a table without a column for it: GPS, Amap and Tencent, or Baidu."),
    ] = None,
    region: Annotated[
        str | None, typer.Option(help="Refuse what doesn't lie in this region (its code).")
    ] = None,
    name: Annotated[str | None, typer.Option("--as", help="Who you are.")] = None,
    language: Language = "zh",
) -> None:
    """Read a file into the house: all of it, or nothing. Twice the same changes nothing."""

    async def read(exchange: Exchange) -> None:
        from knowledge.exchange.shapes import Options

        report = await exchange.import_path(
            file,
            actor=f"staff:{name or getpass.getuser()}",
            write=write,
            thing=what,
            options=Options(coordinates),
            within=region,
            say=_progress,
        )
        _show(report, language)
        if report.problems:
            raise typer.Exit(1)

    _with_exchange(read, language)


def _save(path: Path, raw: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(raw)


def _progress(done: int, of: int) -> None:
    if of > 10_000:
        typer.echo(f"{done:,} of {of:,} stations", err=True)


def _show(report: Report, language: str) -> None:
    for problem in report.problems[:PROBLEMS_SHOWN]:
        typer.echo(problem.said(language))
    if report.problems:
        _sum_up(report.problems)
        return
    _show_read(report, language)
    for kind, tally in report.tallies:
        typer.echo(
            f"{kind}: {tally.new:,} new, {tally.changed:,} changed, {tally.unchanged:,} unchanged"
        )
    for kind in report.left_out:
        typer.echo(f"{kind} are left out: they aren't imported")
    if report.provisional:
        typer.echo("some meetings lie in a year whose holidays aren't announced yet: look again")
    if report.written:
        typer.echo("imported" if report.changes else "nothing has changed")
    else:
        typer.echo("this was a dry run, nothing is kept; add --write to import it")


def _sum_up(problems: tuple[Problem, ...]) -> None:
    more = len(problems) - PROBLEMS_SHOWN
    if more > 0:
        typer.echo(f"… and {more:,} more")
    rows = len({(problem.file, problem.line) for problem in problems})
    typer.echo(f"{len(problems):,} things to put right in {rows:,} rows; nothing was imported")


def _show_read(report: Report, language: str) -> None:
    """How hours and points were read, and what may be there twice: to be looked at."""
    from actions.hours_week import week_in_words
    from actions.maps import amap_marker
    from bot.wording import Texts

    words = Texts().words(language)
    for typed, hours in report.typed[:HOURS_SHOWN]:
        typer.echo(f"hours  {typed}  =  {'; '.join(week_in_words(hours, words))}")
    for station in report.points:
        assert station.lat is not None
        assert station.lon is not None
        link = amap_marker(station.lat, station.lon, station.name.zh)
        typer.echo(f"point  {station.name.zh}  {station.lat:.5f}, {station.lon:.5f}  {link}")
    for pair in report.pairs[:PAIRS_SHOWN]:
        typer.echo(f"twice?  {pair_in_words(pair)}")


def pair_in_words(pair: object) -> str:
    """Two places that may be one, in a line."""
    from knowledge.duplicates import Pair

    assert isinstance(pair, Pair)
    apart = "" if pair.metres is None else f", {pair.metres:.0f} m apart"
    why = "the same name" if pair.why == "name" else "close together"
    one, other = pair.one, pair.other
    return f"{one.code} {one.name}  and  {other.code} {other.name}: {why}{apart}"


def _with_exchange(work: Callable[[Exchange], Awaitable[None]], language: str) -> None:
    """Run something with the exchange; what it refuses is one plain sentence."""
    from bot.cli import with_service
    from bot.trouble import Trouble
    from knowledge.exchange.exchange import Exchange
    from knowledge.exchange.refused import Refused

    async def run(exchange: Exchange) -> None:
        try:
            await work(exchange)
        except Refused as why:
            raise Trouble(why.said.zh if language == "zh" else _sentence(why.said.en)) from why

    with_service(Exchange, Refused, run)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."

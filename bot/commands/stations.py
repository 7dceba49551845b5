"""`gongyou stations`: what riders doubt, what is closed for now, what may be there twice."""

from __future__ import annotations

import getpass
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated

import typer

from knowledge.clock import CHINA

if TYPE_CHECKING:
    from bot.station_office import StationOffice

stations_app = typer.Typer(no_args_is_help=True, help="Places to rest: what needs a look.")

Code = Annotated[str, typer.Argument(help="The place's code.")]
Name = Annotated[str | None, typer.Option("--as", help="Who you are. Usually this user's name.")]
Region = Annotated[str | None, typer.Option(help="Only this region (its code) and below.")]


def add(app: typer.Typer) -> None:
    app.add_typer(stations_app, name="stations")


@stations_app.command()
def reports(region: Region = None) -> None:
    """Show places that riders say are closed or wrong, the most doubted first."""

    async def show(office: StationOffice) -> None:
        found = await office.doubted(region)
        for one in found:
            said = ", ".join(f"{count} × {what}" for what, count in sorted(one.said.items()))
            last = one.last.astimezone(CHINA)
            typer.echo(f"{one.station}  {said}  last {last:%Y-%m-%d %H:%M}  {one.name_zh}")
        if not found:
            typer.echo("there are none")

    _with_office(show)


@stations_app.command()
def settle(code: Code, name: Name = None) -> None:
    """Somebody has looked: what riders said of a place is settled."""

    async def settle_it(office: StationOffice) -> None:
        count = await office.settle(code, staff=name or getpass.getuser())
        typer.echo(f"{count} settled")

    _with_office(settle_it)


@stations_app.command()
def close(
    code: Code,
    until: Annotated[str, typer.Option(help="The last day that it is closed: 2026-12-31.")],
    reason: Annotated[str, typer.Option(help="Why, in Chinese; riders read it.")],
    reason_en: Annotated[str, typer.Option(help="The same in English.")] = "",
    name: Name = None,
) -> None:
    """Close a place for now; it opens again by itself the day after."""

    async def close_it(office: StationOffice) -> None:
        await office.close(
            code, until, reason=reason, reason_en=reason_en, staff=name or getpass.getuser()
        )
        typer.echo(f"{code} is closed until {until}")

    _with_office(close_it)


@stations_app.command()
def reopen(code: Code, name: Name = None) -> None:
    """A place that was closed for now is open again."""

    async def open_it(office: StationOffice) -> None:
        await office.reopen(code, staff=name or getpass.getuser())
        typer.echo(f"{code} is open again")

    _with_office(open_it)


@stations_app.command()
def duplicates(region: Region = None) -> None:
    """Show places that may be the same one: one name in one region, or 50 m apart."""
    from bot.commands.exchange import pair_in_words

    async def show(office: StationOffice) -> None:
        found = await office.duplicates(region)
        for pair in found:
            typer.echo(pair_in_words(pair))
        if not found:
            typer.echo("there are none")

    _with_office(show)


@stations_app.command()
def hours(
    text: Annotated[str, typer.Argument(help="Opening hours as you would type them.")],
) -> None:
    """Show how typed opening hours are read, as a week."""
    from actions.hours_week import week_in_words
    from bot.trouble import Trouble
    from bot.wording import Texts
    from knowledge.hours_clock import HoursUnread
    from knowledge.hours_typed import read_hours

    try:
        found = read_hours(text)
    except HoursUnread as why:
        raise Trouble(f"{why.what.zh}；{why.instead.zh}\n{why.what.en}; {why.instead.en}") from why
    typer.echo(found)
    for language in ("zh", "en"):
        for line in week_in_words(found, Texts().words(language)):
            typer.echo(f"    {line}")


def _with_office(work: Callable[[StationOffice], Awaitable[None]]) -> None:
    """Run something with the stations' office; what it refuses is one plain sentence."""
    from bot.cli import with_service
    from bot.station_office import StationOffice, StationRefused

    with_service(StationOffice, StationRefused, work)

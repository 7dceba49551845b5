"""`gongyou review`: what the house didn't understand, to teach it by, until the console stands."""

from __future__ import annotations

import getpass
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from knowledge.clock import CHINA

if TYPE_CHECKING:
    from bot.review import ReviewDesk
    from knowledge.review import Line

review_app = typer.Typer(
    no_args_is_help=True,
    help="Lines that were not understood: teach the house by them, or put them aside.",
)

Number = Annotated[int, typer.Argument(help="The line's number, as `list` shows it.")]
Name = Annotated[str | None, typer.Option("--as", help="Who you are. Usually this user's name.")]
Json = Annotated[bool, typer.Option("--json", help="Everything, as JSON.")]


def add(app: typer.Typer) -> None:
    app.add_typer(review_app, name="review")


@review_app.command("list")
def list_them(
    what: Annotated[
        str | None,
        typer.Option(help="Only asked_back, handed_over, not_helpful or out_of_scope."),
    ] = None,
    state: Annotated[str, typer.Option(help="open, taught or ignored.")] = "open",
    limit: Annotated[int, typer.Option(min=1, help="So many at most.")] = 50,
    as_json: Json = False,
) -> None:
    """Show them, the newest first. Personal data is masked."""

    async def show(desk: ReviewDesk) -> None:
        found = await desk.lines(state=state, what=what, limit=limit)
        if as_json:
            typer.echo(json.dumps([_plain(line) for line in found], ensure_ascii=False, indent=1))
            return
        for line in found:
            typer.echo(_head(line))
            typer.echo(f"    {line.text}")
        if not found:
            typer.echo("there are none")

    with_desk(show)


@review_app.command()
def show(number: Number, as_json: Json = False) -> None:
    """Show one line, and what was taught of it."""

    async def show_it(desk: ReviewDesk) -> None:
        line, taught = await desk.line(number)
        if as_json:
            both = {"line": line and _plain(line), "taught": taught and _plain(taught)}
            typer.echo(json.dumps(both, ensure_ascii=False, indent=1))
            return
        if line is not None:
            typer.echo(_head(line))
            typer.echo(f"    {line.text}")
        else:
            typer.echo(f"{number}  the line has gone, the sentence stands by itself")
        if taught is not None:
            typer.echo(f"taught by {taught.by} under {taught.route}:")
            typer.echo(f"    {taught.text}")
        elif line is not None and line.settled_by:
            typer.echo(f"{line.state} by {line.settled_by}")

    with_desk(show_it)


@review_app.command()
def teach(
    number: Number,
    route: Annotated[
        str | None, typer.Option(help="The route that it is a training sentence of.")
    ] = None,
    topic: Annotated[
        str | None, typer.Option(help="The article's topic that it is a way of asking for.")
    ] = None,
    text: Annotated[
        str | None, typer.Option(help="The sentence to learn; the line's own words if left out.")
    ] = None,
    name: Name = None,
) -> None:
    """Teach by a line: a training sentence of a route, or a question of an article."""

    async def teach_it(desk: ReviewDesk) -> None:
        taught = await desk.teach(
            number, by=name or getpass.getuser(), route=route, topic=topic, text=text
        )
        typer.echo(f"taught under {taught.route}: {taught.text}")
        typer.echo(
            "a running house takes it up by itself in a few minutes; `gongyou train` does it now"
        )

    with_desk(teach_it)


@review_app.command("taught")
def list_taught(as_json: Json = False) -> None:
    """Show every sentence that was taught; `undo` takes it back by its number."""

    async def show_taught(desk: ReviewDesk) -> None:
        found = await desk.taught()
        if as_json:
            typer.echo(json.dumps([_plain(one) for one in found], ensure_ascii=False, indent=1))
            return
        for one in found:
            typer.echo(f"{one.id}  {one.route}  {one.at.astimezone(CHINA):%Y-%m-%d}  by {one.by}")
            typer.echo(f"    {one.text}")
        if not found:
            typer.echo("there are none")

    with_desk(show_taught)


@review_app.command()
def ignore(number: Number, name: Name = None) -> None:
    """There is nothing to learn from a line."""

    async def put_aside(desk: ReviewDesk) -> None:
        await desk.ignore(number, by=name or getpass.getuser())
        typer.echo(f"line {number} is put aside")

    with_desk(put_aside)


@review_app.command()
def undo(number: Number) -> None:
    """Open a line again; what was taught of it is taken back."""

    async def open_again(desk: ReviewDesk) -> None:
        taught = await desk.undo(number)
        if taught is not None:
            typer.echo(f"taken back: {taught.text}")
        else:
            typer.echo(f"line {number} is open again")

    with_desk(open_again)


def _head(line: Line) -> str:
    at = line.at.astimezone(CHINA)
    runner_up = f", then {line.runner_up}" if line.runner_up else ""
    region = f"  {line.region}" if line.region else ""
    return (
        f"{line.id}  {line.what}  {at:%Y-%m-%d %H:%M}  {line.language}{region}  "
        f"{line.route} {line.confidence:.2f}{runner_up}"
    )


def _plain(one: Any) -> dict[str, Any]:
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in asdict(one).items()
    }


def with_desk(work: Callable[[ReviewDesk], Awaitable[None]]) -> None:
    """Run something at the review desk; what it refuses is one plain sentence."""
    from bot.cli import with_service
    from bot.review import ReviewDesk, ReviewRefused

    with_service(ReviewDesk, ReviewRefused, work)

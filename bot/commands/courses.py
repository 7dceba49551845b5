"""`gongyou courses`: moves and cancellations, and who was told of them."""

from __future__ import annotations

import getpass
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from knowledge.clock import CHINA

if TYPE_CHECKING:
    from bot.course_office import CourseOffice, Told
    from knowledge.access import Actor

courses_app = typer.Typer(no_args_is_help=True, help="Courses, and who takes them.")

Code = Annotated[str, typer.Argument(help="The course's code, as `list` shows it.")]
Name = Annotated[str | None, typer.Option("--as", help="Who you are. Usually this user's name.")]
Reason = Annotated[str, typer.Option(help="Why; those who take the course read it.")]
Region = Annotated[str | None, typer.Option(help="Only this region (its code) and below.")]
AT = "2026-12-02 19:00"


def add(app: typer.Typer) -> None:
    app.add_typer(courses_app, name="courses")


@courses_app.command("list")
def list_courses(region: Region = None) -> None:
    """Show courses with a meeting to come, the soonest first."""

    async def show(office: CourseOffice) -> None:
        found = await office.running(region)
        for one in found:
            start = one.meetings[0].starts_at.astimezone(CHINA)
            typer.echo(
                f"{one.code}  {start:%Y-%m-%d %H:%M}  {len(one.meetings)} to come  "
                f"{one.taken}/{one.seats} seats, {one.waiting} waiting  {one.title}"
            )
        if not found:
            typer.echo("there are none")

    _with_office(show)


@courses_app.command()
def tell(
    code: Code, text: Annotated[str, typer.Argument(help="What they read.")], name: Name = None
) -> None:
    """Tell everybody who takes a course."""
    _do(name, lambda office, actor: office.tell(actor, code, text))


@courses_app.command()
def move(
    code: Code,
    old: Annotated[str, typer.Argument(help=f"When it was to be, like '{AT}'.")],
    new: Annotated[str, typer.Argument(help="When it will be.")],
    reason: Reason = "",
    name: Name = None,
) -> None:
    """Move one meeting, and tell everybody."""
    before, after = _time(old), _time(new)
    _do(name, lambda office, actor: office.move(actor, code, before, after, reason=reason))


@courses_app.command()
def cancel(
    code: Code,
    at: Annotated[
        str | None, typer.Option("--at", help=f"Only this meeting, like '{AT}'; else the course.")
    ] = None,
    reason: Reason = "",
    name: Name = None,
) -> None:
    """Cancel a meeting or what is left of the course, and tell everybody."""
    if at is None:
        _do(name, lambda office, actor: office.cancel(actor, code, reason=reason))
        return
    start = _time(at)
    _do(name, lambda office, actor: office.call_off(actor, code, start, reason=reason))


def _time(text: str) -> datetime:
    try:
        return datetime.strptime(text.strip(), "%Y-%m-%d %H:%M").replace(tzinfo=CHINA)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no time; write it like '{AT}'") from None


def _do(name: str | None, work: Callable[[CourseOffice, Actor], Awaitable[Told]]) -> None:
    async def run(office: CourseOffice) -> None:
        reached = (await work(office, office.staff(name or getpass.getuser()))).reached
        for one in reached:
            told = f"told in {one.told} conversation(s)" if one.told else "NOT told"
            typer.echo(f"{one.enrolment}  {one.name or '-'}  {one.state}  {told}")
        missed = sum(not one.told for one in reached)
        typer.echo(f"{len(reached) - missed} told, {missed} not (no conversation, or told before)")

    _with_office(run)


def _with_office(work: Callable[[CourseOffice], Awaitable[None]]) -> None:
    """Run something with the courses' office; what it refuses is one plain sentence."""
    from bot.cli import with_service
    from bot.course_office import CourseOffice
    from knowledge.course_changes import CannotChange

    with_service(CourseOffice, CannotChange, work)

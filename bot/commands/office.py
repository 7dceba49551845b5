"""`gongyou applications` and `gongyou claims`: what an office decides, until the console stands."""

from __future__ import annotations

import getpass
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.office import Office

applications_app = typer.Typer(no_args_is_help=True, help="Applications for membership.")
claims_app = typer.Typer(no_args_is_help=True, help="Claims.")

Number = Annotated[str, typer.Argument(help="The number, such as YT-7K3Q9M, in any spelling.")]
Name = Annotated[str | None, typer.Option("--as", help="Who you are. Usually this user's name.")]
Reason = Annotated[str | None, typer.Option(help="Why it is refused; the rider reads it.")]


def add(app: typer.Typer) -> None:
    app.add_typer(applications_app, name="applications")
    app.add_typer(claims_app, name="claims")


@applications_app.command("list")
def list_applications(
    state: Annotated[str | None, typer.Option(help="Only those in this state.")] = None,
) -> None:
    """Show them, the oldest first. Names and numbers of people are not shown."""

    async def show(office: Office) -> None:
        found = await office.applications(state)
        for one in found:
            due = f"  due {one.due}" if one.due else ""
            union = one.sector_union or one.region
            typer.echo(f"{one.number}  {one.state}  since {one.changed_at:%Y-%m-%d}  {union}{due}")
        if not found:
            typer.echo("there are none")

    with_office(show)


@applications_app.command("decide")
def decide_application(
    number: Number,
    state: Annotated[str, typer.Argument(help="in_review, approved, refused or withdrawn")],
    reason: Reason = None,
    name: Name = None,
) -> None:
    """Move an application on; the rider is told."""

    async def decide(office: Office) -> None:
        done = await office.decide_application(
            number, state, staff=name or getpass.getuser(), reason=reason
        )
        _say(done.what.number, done.what.state, done.told)

    with_office(decide)


@claims_app.command("list")
def list_claims(
    step: Annotated[str | None, typer.Option(help="Only those at this step.")] = None,
) -> None:
    """Show them, the oldest change first."""

    async def show(office: Office) -> None:
        found = await office.claims(step)
        for one in found:
            papers = f"  missing {', '.join(one.missing)}" if one.missing else ""
            since = f"{one.changed_at:%Y-%m-%d}"
            typer.echo(f"{one.number}  {one.step}  since {since}  {one.scheme}{papers}")
        if not found:
            typer.echo("there are none")

    with_office(show)


@claims_app.command("decide")
def decide_claim(
    number: Number,
    step: Annotated[str, typer.Argument(help="in_review, approved, paid or refused")],
    amount: Annotated[str | None, typer.Option(help="Yuan that are approved or paid.")] = None,
    reason: Reason = None,
    name: Name = None,
) -> None:
    """Move a claim on; the rider is told."""

    async def decide(office: Office) -> None:
        done = await office.decide_claim(
            number, step, staff=name or getpass.getuser(), amount=amount, reason=reason
        )
        if done.waits:
            typer.echo(f"{done.what.number} waits for a second person to confirm the payment")
            return
        _say(done.what.number, done.what.step, done.told)

    with_office(decide)


def _say(number: str, state: str, told: int) -> None:
    where = "no conversation to tell it in" if not told else f"told in {told} conversation(s)"
    typer.echo(f"{number} is {state}; {where}")


def with_office(work: Callable[[Office], Awaitable[None]]) -> None:
    """Run something with the office's service; what it refuses is one plain sentence."""
    from bot.cli import with_service
    from bot.office import Office, OfficeRefused
    from bot.wording import Texts

    with_service(lambda database: Office(database, Texts()), OfficeRefused, work)

"""`gongyou staff`: who is on duty, until the roster stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.handoffs import with_staff

if TYPE_CHECKING:
    from bot.staff import Staff

staff_app = typer.Typer(
    no_args_is_help=True, help="Who is on duty: only then is a person promised."
)

Name = Annotated[str, typer.Argument(help="The member of staff.")]
Region = Annotated[
    str | None, typer.Option(help="The region they answer for, by its code. Usually all.")
]


def add(app: typer.Typer) -> None:
    app.add_typer(staff_app, name="staff")


@staff_app.command()
def on(name: Name, region: Region = None) -> None:
    """Somebody comes on duty."""

    async def run(staff: Staff) -> None:
        await staff.set_duty(name, True, region)
        typer.echo(f"{name} is on duty")

    with_staff(run)


@staff_app.command()
def off(name: Name) -> None:
    """Somebody goes off duty."""

    async def run(staff: Staff) -> None:
        await staff.set_duty(name, False)
        typer.echo(f"{name} is off duty")

    with_staff(run)


@staff_app.command("list")
def list_them() -> None:
    """Everybody, and who is on duty."""

    async def run(staff: Staff) -> None:
        everybody = await staff.everybody()
        if not everybody:
            typer.echo("there is nobody yet: gongyou staff on NAME")
        for name, duty in everybody:
            typer.echo(f"{name}  {'on duty' if duty else 'off duty'}")

    with_staff(run)

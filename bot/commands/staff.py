"""`gongyou staff`: who may enter the console, and who is on duty."""

from __future__ import annotations

import getpass
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.handoffs import with_staff

if TYPE_CHECKING:
    from bot.accounts import Accounts
    from bot.staff import Staff
    from knowledge.access import Actor
    from knowledge.accounts import Account
    from knowledge.database import Database

staff_app = typer.Typer(
    no_args_is_help=True,
    help="Who may enter the console, and who is on duty: only then is a person promised.",
)

Name = Annotated[str, typer.Argument(help="The member of staff.")]
Who = Annotated[str, typer.Argument(help="The member of staff, by name or login.")]
Region = Annotated[
    str | None, typer.Option(help="The region they answer for, by its code. Usually all.")
]
Role = Annotated[str, typer.Argument(help="staff, lead, administrator or auditor.")]


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
    """Everybody: who is on duty, and who may enter the console as what."""

    async def run(accounts: Accounts, actor: Actor, duty: dict[str, bool]) -> None:
        known = {account.name: account for account in await accounts.everybody(actor)}
        if not known and not duty:
            typer.echo("there is nobody yet: gongyou staff add NAME, or gongyou staff on NAME")
        for name in sorted({*known, *duty}):
            words = [name, "on duty" if duty.get(name) else "off duty"]
            typer.echo("  ".join([*words, *_told(known.get(name))]))

    _with_accounts(run)


@staff_app.command("add")
def add_one(
    name: Name,
    role: Annotated[str, typer.Option(help="staff, lead, administrator or auditor.")] = "staff",
    region: Annotated[
        str | None,
        typer.Option(help="The region they work for, and all below it. Usually everywhere."),
    ] = None,
    login: Annotated[
        str, typer.Option(help="The login name. Usually the name in small letters.")
    ] = "",
    language: Annotated[str, typer.Option(help="zh or en.")] = "zh",
) -> None:
    """Make an account for the console, and print the link that invites to it."""

    async def run(accounts: Accounts, actor: Actor, _duty: dict[str, bool]) -> None:
        account, token = await accounts.invite(
            actor, name=name, login=login, role=role, region=region, language=language
        )
        await _show_link(accounts, account, token)

    _with_accounts(run)


@staff_app.command()
def invite(who: Who) -> None:
    """Print a new link: the old one ran out, or the password is forgotten."""

    async def run(accounts: Accounts, actor: Actor, _duty: dict[str, bool]) -> None:
        found = await accounts.named(actor, who)
        await _show_link(accounts, *await accounts.invite_again(actor, found.id))

    _with_accounts(run)


@staff_app.command()
def disable(who: Who) -> None:
    """Let somebody in no more; they are logged out at once."""

    async def run(accounts: Accounts, actor: Actor, _duty: dict[str, bool]) -> None:
        found = await accounts.named(actor, who)
        await accounts.disable(actor, found.id)
        typer.echo(f"{found.name} can't enter the console any more")

    _with_accounts(run)


@staff_app.command()
def enable(who: Who) -> None:
    """Let somebody in again."""

    async def run(accounts: Accounts, actor: Actor, _duty: dict[str, bool]) -> None:
        found = await accounts.named(actor, who)
        await accounts.enable(actor, found.id)
        typer.echo(f"{found.name} can enter the console again")

    _with_accounts(run)


@staff_app.command("role")
def set_role(
    who: Who,
    role: Role,
    region: Annotated[
        str | None, typer.Option(help="Another region as well; 'all' for everywhere.")
    ] = None,
) -> None:
    """Give somebody another role, in force at their next request."""

    async def run(accounts: Accounts, actor: Actor, _duty: dict[str, bool]) -> None:
        found = await accounts.named(actor, who)
        where = found.region if region is None else None if region == "all" else region
        changed = await accounts.change(
            actor, found.id, role=role, region=where, language=found.language
        )
        typer.echo("  ".join([changed.name, *_told(changed)]))

    _with_accounts(run)


def _told(account: Account | None) -> list[str]:
    """What a list says of an account."""
    if account is None:
        return []
    words = [account.role, account.region or "everywhere", f"login {account.login}"]
    if account.disabled_at is not None:
        words.append("disabled")
    elif account.invited_until is not None:
        words.append("invited")
    elif not account.has_password:
        words.append("the invitation ran out: gongyou staff invite")
    return words


async def _show_link(accounts: Accounts, account: Account, token: str) -> None:
    """Where the public address isn't set, the house that runs says where it answers."""
    from bot.settings import Settings
    from knowledge.accounts import INVITATION_HOLDS

    settings = Settings.load()
    hours = int(INVITATION_HOLDS.total_seconds() // 3600)
    typer.echo(f"{account.name} ({account.role}) sets a password here, once, within {hours} hours:")
    address = settings.public_url.rstrip("/") or await accounts.house_at() or settings.address
    typer.echo(f"{address}/console/invitation/{token}")


type _Work = Callable[[Accounts, Actor, dict[str, bool]], Awaitable[None]]


def _with_accounts(work: _Work) -> None:
    """Run something with the accounts' service, as the operator of this machine."""
    from bot.accounts import Accounts
    from bot.cli import with_service
    from bot.refused import Refused, in_english
    from bot.trouble import Trouble
    from knowledge.access import Actor, NotThere

    async def run(database: Database) -> None:
        actor = Actor.operator(getpass.getuser(), database.region_tree)
        async with database.begin() as unit:
            duty = dict(await unit.duty.everybody())
        try:
            await work(Accounts(database), actor, duty)
        except Refused as why:
            raise Trouble(in_english(why)) from why
        except NotThere as none:
            raise Trouble(
                "There is nobody of this name or login; see gongyou staff list."
            ) from none

    with_service(lambda database: database, Trouble, run)

"""`gongyou handoffs`: conversations that wait for a person, until the console stands."""

from __future__ import annotations

import getpass
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.staff import Made, Staff
    from knowledge.handoffs import Handoff

handoffs_app = typer.Typer(
    no_args_is_help=True, help="Conversations that wait for a person, or have one."
)

Number = Annotated[int, typer.Argument(help="The handoff's number, as `list` shows it.")]
Name = Annotated[str | None, typer.Option("--as", help="Who you are. Usually this user's name.")]

Note = Annotated[
    str, typer.Option("--note", help="What was said and agreed; what was done in a crisis.")
]
Reason = Annotated[str, typer.Argument(help="What the colleagues there read first.")]


def add(app: typer.Typer) -> None:
    app.add_typer(handoffs_app, name="handoffs")


@handoffs_app.command("list")
def list_them(
    ended: Annotated[bool, typer.Option("--ended", help="Those that are over.")] = False,
) -> None:
    """Show them, the most urgent first."""

    async def show(staff: Staff) -> None:
        found = await staff.queue(ended=ended)
        if not found:
            typer.echo("nobody waits" if not ended else "none has ended yet")
        for handoff in found:
            _show(handoff)

    with_staff(show)


@handoffs_app.command()
def take(number: Number, name: Name = None) -> None:
    """Take a conversation: the bot is silent from then on."""
    _step(lambda staff, who: staff.take(number, who), name, f"handoff {number} is yours")


@handoffs_app.command()
def say(
    number: Number, text: Annotated[str, typer.Argument(help="What the rider reads.")],
    name: Name = None,
) -> None:  # fmt: skip
    """Say something to the rider."""
    _step(lambda staff, who: staff.say(number, who, text), name, "said")


@handoffs_app.command("return")
def give_back(number: Number, name: Name = None, note: Note = "") -> None:
    """Return the conversation to the bot, which tells the rider the note."""
    _step(lambda staff, who: staff.give_back(number, who, note), name, "returned to the bot")


@handoffs_app.command()
def close(number: Number, name: Name = None, note: Note = "") -> None:
    """The matter is settled. A crisis needs a note."""
    _step(lambda staff, who: staff.close(number, who, note), name, "closed")


@handoffs_app.command("hand-on")
def hand_on(
    number: Number, to: Annotated[str, typer.Argument(help="Who has it from now on.")],
    name: Name = None, note: Note = "",
) -> None:  # fmt: skip
    """Give a conversation to another person."""
    _step(lambda staff, who: staff.hand_on(number, who, to, note), name, f"{to} has it now")


@handoffs_app.command()
def escalate(number: Number, reason: Reason, name: Name = None) -> None:
    """Give a conversation to the region above."""
    _step(lambda staff, who: staff.escalate(number, who, reason), name, "the region above has it")


@handoffs_app.command("send-down")
def send_down(number: Number, answer: Reason, name: Name = None) -> None:
    """Give an escalated conversation back to the region it came from."""
    _step(lambda staff, who: staff.send_down(number, who, answer), name, "the region below has it")


@handoffs_app.command()
def acknowledge(number: Number, name: Name = None) -> None:
    """See to a crisis."""
    _step(lambda staff, who: staff.acknowledge(number, who), name, "you see to it")


@handoffs_app.command()
def calm(number: Number, reason: Reason, name: Name = None) -> None:
    """It was no crisis: it stands among the others again."""
    _step(lambda staff, who: staff.calm(number, who, reason), name, "it is no crisis any more")


@handoffs_app.command()
def alarm(number: Number, name: Name = None, note: Note = "") -> None:
    """It is a crisis that wasn't heard."""
    _step(lambda staff, who: staff.alarm(number, who, note), name, "it is a crisis now")


@handoffs_app.command()
def reopen(number: Number, name: Name = None) -> None:
    """Put a handoff that is over into the queue again."""
    _step(lambda staff, who: staff.reopen(number, who), name, "it waits again")


def _show(handoff: Handoff) -> None:
    from rich.console import Console
    from rich.text import Text

    from bot.typed_codes import hide_typed
    from knowledge.clock import CHINA

    console = Console(soft_wrap=True)
    urgent = handoff.kind == "crisis"
    who = f" by {handoff.staff}" if handoff.staff else ""
    since = handoff.opened_at.astimezone(CHINA)
    head = f"{handoff.id}  {handoff.kind}  {handoff.state}{who}  since {since:%Y-%m-%d %H:%M}"
    if handoff.region:
        head += f"  {handoff.region}"
    console.print(Text(head, style="bold red" if urgent else "bold"))
    for line in hide_typed(handoff.summary).splitlines():
        console.print(Text(f"    {line}"))


def _step(step: Callable[[Staff, str], Awaitable[Made]], name: str | None, done: str) -> None:
    async def make(staff: Staff) -> None:
        made = await step(staff, name or getpass.getuser())
        if made == "waiting":
            typer.echo("noted; it will be done as soon as the house runs (gongyou run)")
        else:
            typer.echo(done)

    with_staff(make)


def with_staff(work: Callable[[Staff], Awaitable[None]]) -> None:
    """Run something with the staff service; what it refuses is one plain sentence."""
    from bot.cli import with_service
    from bot.staff import Staff, StaffRefused

    with_service(Staff, StaffRefused, work)

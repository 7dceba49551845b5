"""The command line: `gongyou …`."""

from __future__ import annotations

import asyncio
import importlib
import pkgutil
import sys
from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup

from bot import commands
from bot.short_pauses import look_seldom
from bot.trouble import Trouble, explain

if TYPE_CHECKING:
    from knowledge.database import Database

FAILED = 1


class House(TyperGroup):
    """Shows one plain sentence for whatever an operator can put right, and ends with 1."""

    def invoke(self, ctx: Any) -> Any:
        look_seldom()
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # Whoever read us has seen enough (`gongyou understand | head`).
            sys.stderr.close()
            raise typer.Exit(0) from None
        except Exception as error:
            sentence = explain(error)
            if sentence is None:
                raise
            typer.echo(f"gongyou: {sentence}", err=True)
            raise typer.Exit(FAILED) from error


app = typer.Typer(
    cls=House,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    help="工友, a trade union's assistant for riders.",
)


def wait_for[Result](work: Coroutine[Any, Any, Result]) -> Result:
    """Run a command's coroutine to its end."""
    import uvloop

    # Its sockets cost less: a busy house answers a twelfth more messages with it.
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


def with_service[Service](
    make: Callable[[Database], Service],
    refused: type[Exception],
    work: Callable[[Service], Awaitable[None]],
) -> None:
    """Run a command's work with a service of the house; what that refuses is one plain sentence."""
    from bot import logs
    from bot.settings import Settings
    from bot.store import open_database

    settings = Settings.load()
    logs.configure(settings)

    async def run() -> None:
        async with open_database(settings) as database:
            try:
                await work(make(database))
            except refused as why:
                text = str(why).rstrip(".")  # some are whole sentences of the console
                raise Trouble(f"{text[:1].upper()}{text[1:]}.") from why

    wait_for(run())


for _module in sorted(pkgutil.iter_modules(commands.__path__), key=lambda found: found.name):
    importlib.import_module(f"{commands.__name__}.{_module.name}").add(app)

"""`gongyou run`: the house itself."""

from __future__ import annotations

import ctypes
import os
import signal
from enum import StrEnum
from typing import Annotated

import typer


class Role(StrEnum):
    """What a process does. Any number of each may share one database."""

    WEB = "web"
    WORKER = "worker"
    SENDER = "sender"
    ALL = "all"


def add(app: typer.Typer) -> None:
    app.command("run")(run)


def run(
    role: Annotated[Role, typer.Option(help="Only these parts, in this process.")] = Role.ALL,
    tied: Annotated[bool, typer.Option(hidden=True)] = False,
) -> None:
    """Start everything and answer riders, until Ctrl-C."""
    from bot import logs, supervisor
    from bot.cli import wait_for
    from bot.settings import Settings

    if tied:
        _end_with_parent()
    settings = Settings.load()
    logs.configure(settings)
    wait_for(supervisor.run(settings, role.value, lambda line: typer.echo(line, err=True)))


def _end_with_parent() -> None:
    """`make` may be killed: then we are told to stop (prctl(2), PR_SET_PDEATHSIG)."""
    parent = os.getppid()
    ctypes.CDLL(None).prctl(1, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:
        raise typer.Exit(1)

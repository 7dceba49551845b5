"""`gongyou converse`: plays written conversations and says what was not as told."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.rehearsal.form import Told
    from bot.rehearsal.playbill import Report
    from bot.rehearsal.player import Played
    from bot.settings import Settings


class ChannelName(StrEnum):
    """The channels."""

    WEB = "web"
    TELEGRAM = "telegram"
    TERMINAL = "terminal"


def add(app: typer.Typer) -> None:
    app.command("converse")(converse)


def converse(
    files: Annotated[list[Path], typer.Argument(help="Conversations (YAML), or folders of them.")],
    url: Annotated[
        str | None, typer.Option("--url", help="A running house; usually one is started.")
    ] = None,
    channel: Annotated[
        ChannelName | None,
        typer.Option("--channel", help="Usually each conversation's own, the web chat for any."),
    ] = None,
    show: Annotated[bool, typer.Option("--show", help="Print the whole conversations.")] = False,
) -> None:
    """Play conversations against a house started for it on an empty database."""
    from bot import logs
    from bot.cli import wait_for
    from bot.settings import Settings
    from bot.trouble import Trouble

    if url is not None and channel not in (None, ChannelName.WEB):
        raise Trouble("With --url only the web chat can be played; leave --channel out.")
    settings = Settings.load(log_level="error")
    logs.configure(settings)
    told = _read(files)
    failed = wait_for(_play(settings, told, url, channel, show=show))
    raise typer.Exit(1 if failed else 0)


def _read(files: list[Path]) -> list[Told]:
    from bot.rehearsal.form import read_conversations

    paths = [
        path
        for file in files
        for path in (sorted(file.glob("*.yaml")) if file.is_dir() else [file])
    ]
    return [told for path in paths for told in read_conversations(path)]


async def _play(
    settings: Settings,
    told: list[Told],
    url: str | None,
    channel: ChannelName | None,
    *,
    show: bool,
) -> int:
    """Play and print; how many failed."""
    from bot.rehearsal.playbill import play_there

    results: list[bool] = []

    def report(played: Played) -> None:
        for line in [*(played.transcript() if show else ()), *played.lines()]:
            typer.echo(line)
        results.append(played.passed)

    if url is not None:
        await play_there(url, _fit(told), report)
    else:
        await _play_here(settings, told, channel, report)
    typer.echo(f"{results.count(True)} passed, {results.count(False)} failed")
    return results.count(False)


def _fit(told: list[Told]) -> list[Told]:
    """What can be played in a running house; says of the rest why not."""
    from bot.rehearsal.scene import refusal

    fit: list[Told] = []
    for one in told:
        why = refusal(one.conversation)
        if why is None:
            fit.append(one)
        else:
            typer.echo(f"{one.path}:{one.line()}: {one.name}: not played there: {why}")
    return fit


async def _play_here(
    settings: Settings, told: list[Told], channel: ChannelName | None, report: Report
) -> None:
    from bot.rehearsal.form import CHANNELS
    from bot.rehearsal.house import own_stage
    from bot.rehearsal.playbill import play_here

    async with own_stage(settings) as stage:
        for name in CHANNELS:
            if channel is not None and channel != name:
                continue
            usual = channel is not None or name == "web"
            fit = [
                one
                for one in told
                if one.conversation.channel == name or (usual and one.conversation.channel == "any")
            ]
            if fit:
                await play_here(stage, fit, name, report)

"""`gongyou doctor`: what is wrong with this installation."""

from __future__ import annotations

import typer

SIGNS = {"ok": "  ok ", "note": " note", "wrong": "WRONG"}


def add(app: typer.Typer) -> None:
    app.command("doctor")(doctor)


def doctor() -> None:
    """Tell what is wrong with this installation; exit code 1 if anything is."""
    from bot.cli import wait_for
    from bot.doctor import examine
    from bot.settings import Settings

    settings = Settings.load()

    async def run() -> int:
        wrong = 0
        async for finding in examine(settings):
            wrong += finding.state == "wrong"
            typer.echo(f"{SIGNS[finding.state]} {finding.what}: {finding.text}")
        return wrong

    if wrong := wait_for(run()):
        typer.echo(f"{wrong} wrong", err=True)
        raise typer.Exit(1)

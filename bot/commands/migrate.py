"""`gongyou migrate`: brings the database to this release's newest step."""

from __future__ import annotations

import typer


def add(app: typer.Typer) -> None:
    app.command("migrate")(migrate)


def migrate() -> None:
    """Bring the database up to date (`gongyou run` does it, too)."""
    from bot import logs
    from bot.cli import wait_for
    from bot.settings import Settings
    from bot.store import open_database
    from knowledge.schema import head

    settings = Settings.load()
    logs.configure(settings)

    async def run() -> None:
        async with open_database(settings):
            typer.echo(f"the database is at {head()}")

    wait_for(run())

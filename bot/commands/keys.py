"""`gongyou keys`: the master keys."""

from __future__ import annotations

import os
from pathlib import Path

import typer

keys_app = typer.Typer(no_args_is_help=True, help="The master keys.")


def add(app: typer.Typer) -> None:
    app.add_typer(keys_app, name="keys")


@keys_app.command("rotate")
def rotate() -> None:
    """Make a new master key and wrap every person's key with it; the old ones stay readable.

    Keep the old key as long as backups made before are kept, then take its line out of the file.
    """
    from bot.cli import wait_for
    from bot.settings import Settings
    from bot.store import keyring, open_database
    from bot.trouble import Trouble

    settings = Settings.load()
    if settings.keys is not None:
        raise Trouble(
            "The keys come from GONGYOU_KEYS: add a new one at its end (name:hex, 32 bytes), "
            "start the house with it, and run `gongyou keys wrap`."
        )
    _replace(settings.key_file, keyring(settings).rotated().dump())

    async def run() -> int:
        async with open_database(settings) as database, database.begin() as unit:
            return await unit.people.rewrap()

    count = wait_for(run())
    typer.echo(f"a new master key seals from now on; {count} persons' keys are wrapped with it")
    typer.echo("running processes take it up when they are started again")


@keys_app.command("wrap")
def wrap() -> None:
    """Wrap every person's key with the newest master key (after GONGYOU_KEYS has got a new one)."""
    from bot.cli import wait_for
    from bot.settings import Settings
    from bot.store import open_database

    async def run() -> int:
        async with open_database(Settings.load()) as database, database.begin() as unit:
            return await unit.people.rewrap()

    typer.echo(f"{wait_for(run())} persons' keys are wrapped anew")


def _replace(path: Path, text: str) -> None:
    """Write the new file beside the old one and put it in its place: never half a key file."""
    fresh = path.with_suffix(".new")
    handle = os.open(fresh, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)

"""What is wrong with an installation, and what to do. It looks: nothing is started or made."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Literal

import aiohttp
from packaging.requirements import Requirement

from bot.settings import ROOT, Settings
from bot.trouble import explain

State = Literal["ok", "note", "wrong"]

ROOM_BYTES = 500_000_000
PATIENCE_SECONDS = 5.0


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `text` says what to do unless all is well."""

    what: str
    state: State
    text: str


type Check = Callable[[Settings], Awaitable[Finding]]


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    """All findings, one after the other. A check that fails in itself is a finding, too."""
    checks: tuple[tuple[str, Check], ...] = (
        ("Python", _python),
        ("libraries", _libraries),
        ("data folder", _folder),
        ("keys", _keys),
        ("database", _database),
        ("content", _content),
        ("model", _model),
        ("Rasa", _rasa),
        ("web chat", _web),
        ("Telegram", _telegram),
    )
    for name, check in checks:
        try:
            yield await check(settings)
        except Exception as error:  # noqa: BLE001  the other checks still have something to say
            yield Finding(name, "wrong", explain(error) or f"{type(error).__name__}: {error}")


async def _python(_settings: Settings) -> Finding:
    found = ".".join(str(part) for part in sys.version_info[:3])
    return Finding("Python", "ok", found)


async def _libraries(_settings: Settings) -> Finding:
    """Whether what is installed is what the requirements pin."""
    pinned = ROOT / "requirements" / "app.txt"
    if not pinned.exists():
        return Finding("libraries", "note", "not a checkout, so there are no pins to compare with")
    other = []
    for line in pinned.read_text().splitlines():
        if "==" not in line or line.startswith((" ", "#")):
            continue
        pin = Requirement(line.rstrip(" \\"))
        if pin.marker is not None and not pin.marker.evaluate():
            continue
        name, wanted = pin.name, str(pin.specifier).removeprefix("==")
        try:
            here = version(name)
        except PackageNotFoundError:
            here = "missing"
        if here != wanted:
            other.append(f"{name} {here} instead of {wanted}")
    if other:
        return Finding(
            "libraries", "wrong", f"{', '.join(other[:5])}; run `make install` to put that right"
        )
    return Finding("libraries", "ok", "as pinned")


async def _folder(settings: Settings) -> Finding:
    folder = settings.data_dir
    here = folder if folder.exists() else folder.resolve().parent
    while not here.exists():
        here = here.parent
    if not os.access(here, os.W_OK):
        return Finding("data folder", "wrong", f"{here} can't be written; set GONGYOU_DATA_DIR")
    free = shutil.disk_usage(here).free
    if free < ROOM_BYTES:
        return Finding(
            "data folder",
            "wrong",
            f"only {free // 1_000_000} MB are free under {here}; free some space",
        )
    return Finding("data folder", "ok", f"{folder.resolve()} ({free // 1_000_000_000} GB free)")


async def _keys(settings: Settings) -> Finding:
    from knowledge.secrets import Keyring

    if settings.keys is not None:
        Keyring.parse(settings.keys.get_secret_value())
        return Finding(
            "keys", "ok", "from GONGYOU_KEYS; keep them apart from the database's backup"
        )
    if not settings.key_file.exists():
        return Finding("keys", "note", f"{settings.key_file} is made at the first start")
    Keyring.at(settings.key_file)
    return Finding("keys", "ok", f"{settings.key_file}; back it up apart from the database")


async def _database(settings: Settings) -> Finding:
    from knowledge.database import Database
    from knowledge.postgres import find
    from knowledge.schema import head, is_current
    from knowledge.secrets import Keyring

    if settings.database_url is not None:
        url = settings.database_url.get_secret_value()
        which = "DATABASE_URL"
    elif (found := find(settings.postgres_dir)) is not None:
        url = found
        which = "the embedded PostgreSQL"
    else:
        made = (settings.postgres_dir / "data" / "PG_VERSION").exists()
        return Finding(
            "database",
            "note",
            "the embedded PostgreSQL isn't running; `gongyou run` starts it"
            + ("" if made else " (and makes it, the first time)"),
        )
    # Only looked at: no value is opened, so any keys will do.
    database = Database(url, Keyring({"none": bytes(32)}, "none", bytes(32)))
    try:
        await database.check()
        current = await is_current(database)
    finally:
        await database.close()
    if not current:
        return Finding(
            "database",
            "wrong",
            f"{which} is not at this release's step {head()}; run `gongyou migrate`",
        )
    return Finding("database", "ok", f"{which} answers, at step {head()}")


async def _content(_settings: Settings) -> Finding:
    from bot.wording import Texts
    from knowledge.content_schema import read_content
    from knowledge.load import CONTENT

    content = await asyncio.to_thread(read_content, CONTENT)
    Texts()
    return Finding(
        "content", "ok", f"{len(content.stations)} stations, {len(content.articles)} articles"
    )


async def _model(settings: Settings) -> Finding:
    from nlu import history, train

    aside = history.newest(history.read(settings.data_dir / "models"))
    folder = train.current(settings.data_dir)
    if folder is None:
        why = f"none yet ({aside.say()})" if aside is not None else "none yet"
        return Finding("model", "note", f"{why}; `gongyou run` or `gongyou train` makes it")
    made = train.info(folder)
    text = f"{made.fingerprint}: {made.sentences} sentences"
    text += ", packed for Rasa" if made.rasa else ", not packed for Rasa"
    if made.anyway:
        text += f"; let in though it reads worse ({made.anyway})"
    if aside is None:
        return Finding("model", "ok", text)
    again = "`gongyou train` tries again what there is to learn now, and says what got worse"
    state: State = "wrong" if aside.event == "refused" else "note"
    return Finding("model", state, f"{text}; {aside.say()}; {again}")


async def _rasa(settings: Settings) -> Finding:
    if settings.nlu_url:
        return await _rasa_at(settings.nlu_url)
    if not settings.rasa:
        return Finding("Rasa", "note", "switched off by GONGYOU_RASA; the in-process head reads")
    python = settings.rasa_python
    if python is None:
        return Finding(
            "Rasa",
            "note",
            "not installed; the in-process head reads. With a Python 3.10 on this machine, "
            "`make install` brings it",
        )
    address = settings.data_dir / "rasa" / "address"
    if not address.exists():
        return Finding("Rasa", "note", f"installed ({python}), not running")
    return await _rasa_at(address.read_text().strip())


async def _rasa_at(address: str) -> Finding:
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(PATIENCE_SECONDS)) as session,
            session.get(f"{address}/version") as response,
        ):
            answer = await response.json()
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        return Finding(
            "Rasa",
            "wrong",
            f"{address} doesn't answer ({type(error).__name__}); the in-process head reads "
            "meanwhile; see the file rasa/rasa.log in the data folder",
        )
    return Finding("Rasa", "ok", f"{answer.get('version')} answers at {address}")


async def _web(settings: Settings) -> Finding:
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(PATIENCE_SECONDS)) as session,
            session.get(f"{settings.address}/readyz") as response,
        ):
            body = await response.text()
            if response.status == 200:
                return Finding("web chat", "ok", f"ready at {settings.address}")
            return Finding("web chat", "wrong", f"{settings.address} is not ready: {body[:200]}")
    except (aiohttp.ClientConnectionError, TimeoutError, OSError):
        pass
    with closing(socket.socket()) as probe:
        probe.settimeout(1)
        if probe.connect_ex((settings.host, settings.port)) == 0:
            return Finding(
                "web chat",
                "wrong",
                f"something else answers on port {settings.port}; set GONGYOU_PORT to a free one",
            )
    return Finding("web chat", "note", "not running; `gongyou run` starts it")


async def _telegram(settings: Settings) -> Finding:
    if settings.telegram_token is None:
        return Finding("Telegram", "note", "no GONGYOU_TELEGRAM_TOKEN, so no Telegram")
    token = settings.telegram_token.get_secret_value()
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(PATIENCE_SECONDS)) as session,
            session.get(f"{settings.telegram_api_url}/bot{token}/getMe") as response,
        ):
            answer = await response.json()
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        # The error's text would hold the address, and that the token.
        return Finding(
            "Telegram",
            "wrong",
            f"{settings.telegram_api_url} can't be reached ({type(error).__name__}); check the "
            "network or set GONGYOU_TELEGRAM_API_URL",
        )
    if not answer.get("ok"):
        return Finding(
            "Telegram",
            "wrong",
            "Telegram doesn't know the token in GONGYOU_TELEGRAM_TOKEN; ask @BotFather for it",
        )
    return Finding("Telegram", "ok", f"@{answer['result'].get('username')}")

"""Riders who are played: each sends through one channel and reads what comes back on it."""

from __future__ import annotations

import asyncio
import hashlib
import io
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import aiohttp
from rich.console import Console

from actions.content import Button, Location, Reply
from bot.app import House
from bot.channels.terminal import CannotRead, Sent, TerminalChat
from bot.channels.terminal_screen import show

PATIENCE = 30.0
"""Seconds in which a house elsewhere answers."""

WIDE = 2000
"""Columns of the terminal that is read, so that no fact is broken over two lines."""


class CannotPlay(Exception):
    """A turn that can't be played here; the text says why."""


@dataclass(frozen=True)
class Heard:
    """What a rider got to read: words, buttons and cards, and how their line was understood."""

    text: str = ""
    route: str | None = None


class Driver(Protocol):
    """A rider on one channel."""

    async def say(self, text: str) -> None: ...

    async def locate(self, lat: float, lon: float) -> None: ...

    async def share_contact(self, phone: str) -> None: ...

    async def send_photo(self, path: Path) -> None: ...

    async def send_voice(self, path: Path) -> None: ...

    async def send_sticker(self, emoji: str) -> None: ...

    async def press(self, label: str) -> None:
        """Press the newest button whose label has these words in it.

        Raises:
            CannotPlay: there is none.
        """
        ...

    async def heard(self) -> Heard:
        """Everything that came since the last time this was asked."""
        ...

    async def conversation(self) -> int | None:
        """The conversation's number in the house, once it has begun and if it can be known."""
        ...

    async def close(self) -> None: ...


def find_button[Pressable](label: str, rows: list[list[tuple[str, Pressable]]]) -> Pressable:
    """The button with this label: of the newest row that has it, an equal label first.

    Raises:
        CannotPlay: no row has it.
    """
    for row in reversed(rows):
        for text, button in row:
            if text.strip() == label.strip():
                return button
        for text, button in row:
            if label.casefold() in text.casefold():
                return button
    shown = [text for row in rows[-3:] for text, _ in row]
    raise CannotPlay(f"there is no button “{label}”, only {', '.join(shown) or 'none'}")


class WebDriver:
    """A rider in the web chat, with a token of their own."""

    def __init__(self, address: str, house: House | None = None) -> None:
        """`house` is the one at the address, if it runs in this process."""
        self._address = address.rstrip("/")
        self._house = house
        self._session: aiohttp.ClientSession | None = None
        self._token = secrets.token_urlsafe(24)
        self._seen = 0
        self._rows: list[list[tuple[str, dict[str, Any]]]] = []
        self._route: str | None = None
        self._pending: dict[str, Any] | None = None

    async def say(self, text: str) -> None:
        await self._post({"text": text})

    async def locate(self, lat: float, lon: float) -> None:
        await self._post({"location": {"lat": lat, "lon": lon}})

    async def share_contact(self, phone: str) -> None:
        # A browser knows no contacts: the number is typed.
        await self.say(phone)

    async def send_photo(self, path: Path) -> None:
        form = aiohttp.FormData()
        form.add_field("id", secrets.token_hex(8))
        form.add_field("file", await asyncio.to_thread(path.read_bytes), filename=path.name)
        await self._send("/api/chat/files", data=form)

    async def send_voice(self, path: Path) -> None:
        raise CannotPlay("the web chat takes no voice messages")

    async def send_sticker(self, emoji: str) -> None:
        raise CannotPlay("the web chat takes no stickers")

    async def press(self, label: str) -> None:
        button = find_button(label, self._rows)
        await self._post({"button": button["id"], "label": button["label"]})

    async def heard(self) -> Heard:
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while self._pending is not None and asyncio.get_running_loop().time() < deadline:
            # The same message again has no second effect, and gets the same answer.
            await self._send("/api/chat/messages", json=self._pending)
        route, self._route = self._route, None
        replies = await self._replies()
        return Heard("\n".join(line for reply in replies for line in _web_lines(reply)), route)

    async def conversation(self) -> int | None:
        if self._house is None:
            return None
        key = hashlib.sha256(self._token.encode()).hexdigest()
        found = await self._house.inbox.exists("main", "web", key)
        return None if found is None else found.id

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _post(self, body: dict[str, Any]) -> None:
        await self._send("/api/chat/messages", json={"id": secrets.token_hex(8), **body})

    async def _send(self, path: str, **body: Any) -> None:
        answer = await self._request("POST", path, **body)
        self._route = (answer.get("trace") or {}).get("route")
        self._pending = body.get("json") if answer["state"] == "pending" else None

    async def _replies(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while True:
            page = await self._request("GET", f"/api/chat/history?after={self._seen}")
            for line in page["messages"]:
                self._seen = line["id"]
                if line["from"] == "rider":
                    continue
                found.append(line)
                row = [(b["label"], b) for b in line["buttons"] if not b.get("url")]
                if row:
                    self._rows.append(row)
            if not page["more"]:
                return found

    async def _request(self, method: str, path: str, **body: Any) -> dict[str, Any]:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                headers={"Authorization": f"Bearer {self._token}"}, trust_env=False
            )
        url = f"{self._address}{path}"
        async with self._session.request(method, url, **body) as response:
            answer: dict[str, Any] = await response.json(content_type=None)
            if response.status != 200:
                raise CannotPlay(f"{method} {path}: {response.status} {answer}")
            return answer


def _web_lines(reply: Mapping[str, Any]) -> Iterator[str]:
    yield reply["text"]
    for button in reply["buttons"]:
        yield f"{button['label']} {button.get('url') or ''}"
    for card in reply["cards"]:
        yield card["title"]
        yield from card["lines"]
        for link in card["links"]:
            yield f"{link['label']} {link['url']}"
        yield str((card.get("location") or {}).get("address") or "")


class TerminalDriver:
    """A rider at a terminal: the chat of `gongyou chat`, its screen read as text."""

    def __init__(self, house: House) -> None:
        self._chat = TerminalChat(
            house.inbox, house.log, house.photos, house.clock, key=secrets.token_hex(16)
        )
        self._log = house.log
        self._inbox = house.inbox
        self._rows: list[list[tuple[str, Button]]] = []
        self._seen = 0
        self._sent: Sent | None = None

    async def say(self, text: str) -> None:
        try:
            self._sent = await self._chat.type(text)
        except CannotRead as error:
            raise CannotPlay(str(error)) from error

    async def locate(self, lat: float, lon: float) -> None:
        self._sent = await self._chat.send(Location(lat=lat, lon=lon))

    async def share_contact(self, phone: str) -> None:
        await self.say(phone)

    async def send_photo(self, path: Path) -> None:
        await self.say(f"/photo {path}")

    async def send_voice(self, path: Path) -> None:
        raise CannotPlay("a terminal takes no voice messages")

    async def send_sticker(self, emoji: str) -> None:
        raise CannotPlay("a terminal takes no stickers")

    async def press(self, label: str) -> None:
        self._sent = await self._chat.press(find_button(label, self._rows))

    async def heard(self) -> Heard:
        sent, self._sent = self._sent, None
        number = await self._chat.number()
        if number is None:
            return Heard()
        screen = io.StringIO()
        console = Console(file=screen, width=WIDE, no_color=True, highlight=False)
        for line in await self._log.after(number, self._seen, 1000):
            self._seen = line.id
            if isinstance(line, Reply):
                buttons = self._chat.shown(line)
                row = [(one.label, one) for place, one in buttons if place is not None]
                if row:
                    self._rows.append(row)
                show(console, line, buttons)
        route = None
        if sent is not None:
            outcome = await self._inbox.outcome(sent.receipt.inbox_id)
            route = outcome.trace.route if outcome.trace else None
        return Heard(screen.getvalue(), route)

    async def conversation(self) -> int | None:
        return await self._chat.number()

    async def close(self) -> None:
        """Nothing is open."""

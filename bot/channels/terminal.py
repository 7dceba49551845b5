"""The chat in a terminal: what is typed takes the same way as from any channel."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from actions.content import Button, Content, Location, Photo, Press, Reply, Text
from bot.images import PhotoError, clean_aside
from bot.inbox import Inbox
from bot.log import Log
from bot.messages import Inbound, Outcome, Receipt
from bot.photos import Photos
from knowledge.clock import Clock

ANSWER_WAIT = 10.0
"""Seconds until the chat stops waiting; what comes later is shown when it comes."""

_COMMAND = re.compile(r"/(\w+)(?:\s+(.*))?", re.DOTALL)
_NUMBER = re.compile(r"[1-9]\d?")
_POSITION = re.compile(r"(-?\d+(?:\.\d+)?)[\s,，]+(-?\d+(?:\.\d+)?)")

HELP = (
    "Type what you want to say. A button: its number. "
    "/location LAT LON, /photo FILE, /quit (or Ctrl-D)."
)


class Quit(Exception):
    """Whoever sits at the terminal wants to leave."""


class CannotRead(Exception):
    """What was typed can't be sent; the text says why."""


@dataclass(frozen=True)
class Sent:
    """A message that is in the inbox, and what came of it by the time of asking."""

    receipt: Receipt
    outcome: Outcome


@dataclass
class TerminalChat:
    """One conversation at one terminal.

    `key` is the conversation's own: who uses the same one again goes on where they left off.
    """

    inbox: Inbox
    log: Log
    photos: Photos
    clock: Clock
    key: str
    buttons: list[Button] = field(default_factory=list)
    """What can be pressed by number, counted from 1."""
    _new_round: bool = field(default=True, repr=False)

    async def type(self, line: str) -> Sent:
        """Send what was typed.

        Raises:
            Quit: it was `/quit`.
            CannotRead: an unknown command, a wrong position, a file that is no photo.
        """
        return await self.send(await self._read(line))

    async def press(self, button: Button) -> Sent:
        """Press a button."""
        return await self.send(Press(id=button.id, label=button.label))

    async def send(self, content: Content) -> Sent:
        """Write it to the inbox and wait for what comes of it."""
        receipt = await self.inbox.put(self._inbound(content))
        self._new_round = True
        return Sent(receipt, await self.inbox.wait(receipt, ANSWER_WAIT))

    async def photo(self, path: Path) -> Content:
        """A photo, cleaned and kept sealed.

        Raises:
            CannotRead: there is no such file, or it is no photo.
        """
        try:
            raw = await asyncio.to_thread(path.expanduser().read_bytes)
            clean = await clean_aside(raw)
        except OSError as error:
            raise CannotRead(f"{path} can't be read: {error.strerror}") from error
        except PhotoError as error:
            raise CannotRead(str(error)) from error
        kept = await self.photos.keep(self._inbound(Photo(file_id=0)), clean)
        return Photo(file_id=kept)

    async def number(self) -> int | None:
        """The conversation's number, once it has begun."""
        found = await self.inbox.exists("main", "terminal", self.key)
        return None if found is None else found.id

    def shown(self, reply: Reply) -> list[tuple[int | None, Button]]:
        """The reply's buttons with the numbers to type; None for one that only opens an address.

        The first reply after something was sent begins to count anew.
        """
        if reply.buttons and self._new_round:
            self.buttons = []
            self._new_round = False
        numbered: list[tuple[int | None, Button]] = []
        for button in reply.buttons:
            if button.url is not None:
                numbered.append((None, button))
                continue
            self.buttons.append(button)
            numbered.append((len(self.buttons), button))
        return numbered

    async def _read(self, line: str) -> Content:
        line = line.strip()
        command = _COMMAND.fullmatch(line)
        if command is not None and command[1] != "start":
            return await self._command(command[1], (command[2] or "").strip())
        if _NUMBER.fullmatch(line) and int(line) <= len(self.buttons):
            button = self.buttons[int(line) - 1]
            return Press(id=button.id, label=button.label)
        if command is not None:
            return Press(id="r:start")
        if not line:
            raise CannotRead(HELP)
        return Text(text=line)

    async def _command(self, name: str, rest: str) -> Content:
        if name in ("quit", "exit", "q"):
            raise Quit
        if name == "photo" and rest:
            return await self.photo(Path(rest))
        position = _POSITION.fullmatch(rest)
        if name == "location" and position is not None:
            lat, lon = float(position[1]), float(position[2])
            if abs(lat) <= 90 and abs(lon) <= 180:
                return Location(lat=lat, lon=lon)
        raise CannotRead(HELP)

    def _inbound(self, content: Content) -> Inbound:
        return Inbound(
            channel="terminal",
            conversation=self.key,
            external_id=uuid4().hex,
            content=content,
            at=self.clock.now(),
        )

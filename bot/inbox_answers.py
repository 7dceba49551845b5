"""What staff write: answers to the rider, and notes for each other.

An answer is written to the inbox like everything that makes the bot speak, under the id that the
staff's page gave it: sent twice over a bad network, it is said once.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import Literal

from actions.cases import form_routes
from actions.content import Attached, StaffSay
from bot.images import MAX_BYTES, PhotoError, clean_aside
from bot.inbox_board import concerns, found
from bot.refused import Refused
from bot.staff_line import put_staff_line
from knowledge.access import Actor
from knowledge.case_kinds import read_case_kinds
from knowledge.database import BELL_INBOX_PAGE, Database
from knowledge.inbox_list import Entry
from knowledge.unit import Knowledge

LONGEST_ANSWER = 2000
"""Characters; a longer text is several messages, and no phone shows it well."""

LONGEST_NOTE = 2000
LONGEST_NAME = 80

ONCE = re.compile(r"[A-Za-z0-9_-]{8,64}")

PDF = b"%PDF-"
PDF_TELLS = (b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"/OpenAction")
"""Parts of a PDF that do something by themselves; a rider's phone is sent none of them."""

SAID_WITHIN = 3.0
"""Seconds in which a running house says an answer; later it comes all the same."""

BEGUN_ELSEWHERE = ("enroll_course",)
"""Forms that begin with something that the rider has been shown."""


@dataclass(frozen=True)
class Draft:
    """An answer as it was written. `once` is its id, given by the page."""

    once: str
    text: str = ""
    file_name: str = ""
    file: bytes = b""
    wish: str = ""
    """`location`, `photo` or `form:ROUTE`: a button for the rider."""


@dataclass(frozen=True)
class Clean:
    """A file that may be sent."""

    mime: str
    name: str
    body: bytes


def forms() -> list[str]:
    """The forms that the bot can run for staff."""
    routes = form_routes(read_case_kinds())
    return [route for route in routes if route not in BEGUN_ELSEWHERE]


class InboxAnswers:
    """Answers and notes. Every function asks the actor first."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def say(self, actor: Actor, number: int, draft: Draft, *, wait: bool = True) -> None:
        """Say something to the rider, from whoever has the conversation.

        Raises:
            Denied: the role may not.
            NotThere: there is no such conversation, or it is another region's.
            Refused: somebody else has it, nobody has taken it yet, or there is nothing to say.
        """
        actor.ask("inbox.write")
        text, wish = draft.text.strip(), draft.wish
        if not ONCE.fullmatch(draft.once):
            raise Refused("no_id")
        if len(text) > LONGEST_ANSWER:
            raise Refused("answer_too_long", most=LONGEST_ANSWER, have=len(text))
        if not (text or draft.file or wish):
            raise Refused("nothing_to_say")
        route = wish.removeprefix("form:") if wish.startswith("form:") else None
        if route is not None and route not in forms():
            raise Refused("no_form")
        clean = await checked(draft.file_name, draft.file) if draft.file else None
        async with self._database.begin() as unit:
            entry = await found(unit, actor, "inbox.write", number)
            held(entry, actor)
            row = await self._arrive(unit, actor, entry, draft.once, text, clean, wish, route)
        if wait and row is not None:
            await self._said(row)

    async def note(self, actor: Actor, number: int, text: str) -> tuple[str, ...]:
        """Keep a note that no rider sees; the names of colleagues who are called to look at it.

        Raises:
            Denied, NotThere: as `say`.
            Refused: there is nothing in it, or too much.
        """
        actor.ask("inbox.write")
        text = text.strip()
        if not text:
            raise Refused("empty_note")
        if len(text) > LONGEST_NOTE:
            raise Refused("note_too_long", most=LONGEST_NOTE, have=len(text))
        async with self._database.begin() as unit:
            entry = await found(unit, actor, "inbox.write", number)
            await unit.inbox_notes.write(entry.conversation, entry.person, actor.name, text)
            called = await self._called(unit, actor, entry, text)
            for name in called:
                await unit.notices.put(
                    "mention", region=entry.region, subject=f"/console/inbox/{entry.id}", to=name
                )
            await unit.audit.write(
                entry.person,
                actor=actor.audited_as,
                action="inbox.note",
                after={"handoff": entry.id, "called": list(called)},
                region=entry.region,
            )
            await unit.conversations.ring((BELL_INBOX_PAGE, str(entry.conversation)))
        return called

    async def _arrive(
        self,
        unit: Knowledge,
        actor: Actor,
        entry: Entry,
        once: str,
        text: str,
        clean: Clean | None,
        wish: str,
        route: str | None,
    ) -> int | None:
        """The number of its row in the inbox; None if it was sent before."""
        if await unit.conversations.has(entry.conversation, f"staff:{once}"):
            return None
        attached = None
        if clean is not None:
            kept = await unit.files.keep(entry.person, entry.conversation, clean.mime, clean.body)
            attached = Attached(file_id=kept, mime=clean.mime, name=clean.name)
        ask: Literal["location", "photo"] | None = None
        if wish in ("location", "photo"):
            ask = "location" if wish == "location" else "photo"
        line = StaffSay(staff=actor.name, text=text, file=attached, ask=ask, form=route)
        row, repeated = await put_staff_line(unit, entry.conversation, entry.person, line, once)
        if repeated:
            return None
        await unit.audit.write(
            entry.person,
            actor=actor.audited_as,
            action="inbox.say",
            after={"handoff": entry.id, "file": attached is not None, "wish": wish or None},
            region=entry.region,
        )
        return row

    async def _called(
        self, unit: Knowledge, actor: Actor, entry: Entry, text: str
    ) -> tuple[str, ...]:
        """Colleagues whose names stand behind an @ and who may see the conversation."""
        if "@" not in text:
            return ()
        accounts = await unit.accounts.within(None)
        called = [
            account.name
            for account in accounts
            if account.name != actor.name
            and account.disabled_at is None
            and f"@{account.name}" in text
            and account.actor(unit).may("inbox.read")
            and concerns(account.actor(unit), *entry.offices)
        ]
        return tuple(called)

    async def _said(self, row: int) -> None:
        """Wait until the conversation's turn has said it, but not for ever."""
        loop = asyncio.get_running_loop()
        until = loop.time() + SAID_WITHIN
        while loop.time() < until:
            async with self._database.statements() as unit:
                outcome = await unit.turns.outcome(row)
            if outcome is None or outcome.done:
                return
            await asyncio.sleep(0.03)


async def checked(name: str, body: bytes) -> Clean:
    """A file as it may be sent: a picture written anew as riders' photos are, or a harmless PDF.

    Raises:
        Refused: it is neither, too large, or does something by itself.
    """
    if len(body) > MAX_BYTES:
        raise Refused("file_too_large", most=MAX_BYTES // 1024 // 1024)
    if body.startswith(PDF):
        if any(tell in body for tell in PDF_TELLS):
            raise Refused("pdf_not_plain")
        stem = "".join(sign for sign in name.rpartition(".")[0] or name if sign.isprintable())
        return Clean("application/pdf", f"{stem[:LONGEST_NAME] or 'file'}.pdf", body)
    try:
        picture = await clean_aside(body)
    except PhotoError as error:
        if error.code == "too_large":
            raise Refused("file_too_large", most=MAX_BYTES // 1024 // 1024) from error
        raise Refused("no_picture") from error
    return Clean(picture.mime, "", picture.data)


def held(entry: Entry, actor: Actor) -> None:
    """See that the actor has the conversation.

    Raises:
        Refused: somebody else has it, nobody has taken it yet, or it is over.
    """
    if entry.state == "held" and entry.staff == actor.name:
        return
    if entry.state == "held":
        raise Refused("taken_by", staff=entry.staff)
    raise Refused("take_first" if entry.state == "waiting" else "is_over")

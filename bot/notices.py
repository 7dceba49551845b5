"""Notices as staff see them in the console: the list, how many are new, and live."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from bot.inbox import Bells
from bot.notice_words import line
from bot.wording import Texts
from knowledge.access import Actor, NotThere
from knowledge.database import BELL_NOTICES_SHOWN, Database
from knowledge.notice_sending import Told
from knowledge.notice_ways import DEFAULT
from knowledge.notices import Notice, Unseen

PAGE = 50

TOLD_AT_ONCE = 5
"""Notices of one moment that a page is told one by one; of more it hears the number."""


@dataclass(frozen=True)
class Shown:
    """A page of somebody's list."""

    notices: list[Notice]
    next: int | None
    """What the next page asks for with `before`."""


class NoticeDesk:
    """Each one's own notices. Every function asks the actor first."""

    def __init__(self, database: Database, texts: Texts) -> None:
        self._database, self._texts = database, texts
        self._bells = Bells()
        self._listener: asyncio.Task[None] | None = None

    async def list(self, actor: Actor, before: int | None = None) -> Shown:
        """The newest notices, or those older than a number.

        Raises:
            Denied: the role may not.
        """
        account = _account(actor)
        async with self._database.begin() as unit:
            found = await unit.notices.of(account, before=before, limit=PAGE + 1)
        more = len(found) > PAGE
        return Shown(found[:PAGE], found[PAGE - 1].id if more else None)

    async def unseen(self, actor: Actor) -> Unseen:
        """How many are new.

        Raises:
            Denied: the role may not.
        """
        account = _account(actor)
        async with self._database.begin() as unit:
            return await unit.notices.unseen(account)

    async def open(self, actor: Actor, number: int) -> str:
        """Where a notice leads; it is seen from now on.

        Raises:
            Denied: the role may not.
            NotThere: it is none of theirs.
        """
        account = _account(actor)
        async with self._database.begin() as unit:
            found = await unit.notices.one_of(account, number)
            if found is None:
                raise NotThere
            await unit.notices.see(account, one=number)
        return found.subject

    async def see_all(self, actor: Actor, until: int) -> None:
        """All up to a number are seen: what came after the page was made stays new.

        Raises:
            Denied: the role may not.
        """
        account = _account(actor)
        async with self._database.begin() as unit:
            await unit.notices.see(account, until=until)

    def news(self, actor: Actor, language: str) -> Callable[[], Awaitable[bytes | None]]:
        """What a page is told: at once how many are new, then at every change.

        Raises:
            Denied: the role may not.
        """
        account = _account(actor)
        self._start()
        rung = self._bells.subscribe(str(account))
        rung.set()
        newest: int | None = None

        async def next_news() -> bytes | None:
            nonlocal newest
            try:
                await rung.wait()
            except asyncio.CancelledError:
                self._bells.leave(str(account), rung)
                raise
            rung.clear()
            told, newest = await self._told(account, language, newest)
            return told

        return next_news

    async def close(self) -> None:
        """End the listening."""
        if self._listener is not None:
            self._listener.cancel()
            with suppress(asyncio.CancelledError):
                await self._listener

    async def _told(self, account: int, language: str, newest: int | None) -> tuple[bytes, int]:
        """The event, and the newest notice that it knows of."""
        async with self._database.begin() as unit:
            unseen = await unit.notices.unseen(account)
            fresh: list[Notice] = []
            if newest is not None:
                fresh = await unit.notices.of(account, after=newest, limit=TOLD_AT_ONCE)
            ways = await unit.notice_ways.of(account)
            now = unit.now
        wish = ways["console"].wish if "console" in ways else DEFAULT
        tree = self._database.region_tree
        told = [
            {
                "text": line(
                    self._texts, tree, language, Told(one.kind, one.level, one.region, "")
                ),
                "path": f"/console/notices/{one.id}/open",
                "urgent": one.level == "urgent",
                "loud": one.kind in wish.kinds and wish.hours.next(now, one.level) == now,
            }
            for one in reversed(fresh)
        ]
        body = {
            "unseen": unseen.all,
            "urgent": unseen.urgent,
            "said": self._texts.words(language)("notices.badge", count=unseen.all),
            "fresh": told,
        }
        event = f"event: notices\ndata: {json.dumps(body, ensure_ascii=False)}\n\n".encode()
        return event, max(unseen.newest, newest or 0, *(one.id for one in fresh), 0)

    def _start(self) -> None:
        if self._listener is None or self._listener.done():
            self._listener = asyncio.create_task(
                self._database.listen(self._heard, BELL_NOTICES_SHOWN)
            )

    def _heard(self, _bell: str, payload: str) -> None:
        self._bells.ring(payload)


def _account(actor: Actor) -> int:
    actor.ask("notice.read")
    if actor.account is None:
        raise NotThere
    return actor.account

"""Replies kept ready: one's own, a region's, everybody's; with places for what differs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from bot.refused import Refused
from knowledge.access import Actor, NotThere
from knowledge.database import Database
from knowledge.inbox_notes import QuickReply
from knowledge.unit import Knowledge

LONGEST_TITLE = 40
LONGEST_TEXT = 1000

PLACES = ("rider", "staff", "office", "region", "number")
"""What may stand in braces: the rider's name, one's own first name and office, the region's name,
the number of the latest thing handed in."""

PLACE = re.compile(r"\{([^{}]*)\}")


class QuickReplies:
    """Replies kept ready. Every function asks the actor first."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self, actor: Actor) -> list[QuickReply]:
        """One's own first, then those of one's region and above, and below it.

        Raises:
            Denied: the role may not.
        """
        actor.ask("inbox.read")
        async with self._database.begin() as unit:
            return await unit.quick_replies.of(actor.name, _regions(actor))

    async def filled(self, actor: Actor, values: Mapping[str, str]) -> list[QuickReply]:
        """The same with their places filled; one that nothing is known for stays as it is.

        Raises:
            Denied: the role may not.
        """

        def fill(text: str) -> str:
            return PLACE.sub(lambda place: values.get(place.group(1)) or place.group(), text)

        return [replace(one, text=fill(one.text)) for one in await self.all(actor)]

    async def save(
        self,
        actor: Actor,
        number: int | None,
        *,
        title: str,
        text: str,
        personal: bool = True,
        region: str | None = None,
    ) -> int:
        """Keep a new one (`number` None), or word one anew; its number.

        Raises:
            Denied: the role may not; a region's are its leads' and administrators'.
            NotThere: there is none of this number, or it is another's.
            Refused: no title, no text, too much of one, or an unknown place.
        """
        actor.ask("inbox.write")
        title, text = " ".join(title.split()), text.strip()
        async with self._database.begin() as unit:
            if number is not None:
                old = await _own(unit, actor, number)
                _check(title, text)
                await unit.quick_replies.change(number, title=title, text=text, by=actor.name)
                region, before = old.region, {"title": old.title, "text": old.text}
            else:
                if not personal:
                    actor.ask("quick_reply.region")
                    if not (actor.region is None and region is None):
                        actor.ask_about("quick_reply.region", region)
                    if region is not None and unit.region_tree.get(region) is None:
                        raise NotThere
                _check(title, text)
                region, before = None if personal else region, None
                owner = actor.name if personal else None
                number = await unit.quick_replies.add(
                    region=region, owner=owner, title=title, text=text, by=actor.name
                )
            await unit.audit.write(
                None,
                actor=actor.audited_as,
                action="quick_reply.write",
                subject=f"quick_reply:{number}",
                region=region or actor.region,
                before=before,
                after={"title": title, "text": text},
            )
            return number

    async def remove(self, actor: Actor, number: int) -> None:
        """Take one away.

        Raises:
            Denied: the role may not.
            NotThere: there is none of this number, or it is another's.
        """
        actor.ask("inbox.write")
        async with self._database.begin() as unit:
            old = await _own(unit, actor, number)
            await unit.quick_replies.remove(number)
            await unit.audit.write(
                None,
                actor=actor.audited_as,
                action="quick_reply.remove",
                subject=f"quick_reply:{number}",
                region=old.region or actor.region,
                before={"title": old.title, "text": old.text},
            )


def may_change(actor: Actor, reply: QuickReply) -> bool:
    """Whether it is the actor's own, or their region's and they may write for that."""
    if reply.owner is not None:
        return reply.owner == actor.name
    if not actor.may("quick_reply.region"):
        return False
    return actor.region is None if reply.region is None else actor.reaches(reply.region)


async def _own(unit: Knowledge, actor: Actor, number: int) -> QuickReply:
    found = await unit.quick_replies.get(number)
    if found is None or (found.owner is not None and found.owner != actor.name):
        raise NotThere
    if found.owner is None:
        actor.ask("quick_reply.region")
    if not may_change(actor, found):
        raise NotThere
    return found


def _regions(actor: Actor) -> list[str]:
    above = [region.code for region in actor.tree.upwards(actor.region)]
    below = actor.regions
    return sorted({*above, *(below if below is not None else (r.code for r in actor.tree))})


def _check(title: str, text: str) -> None:
    if not title:
        raise Refused("no_title")
    if not text:
        raise Refused("nothing_to_say")
    if len(title) > LONGEST_TITLE:
        raise Refused("title_too_long", most=LONGEST_TITLE)
    if len(text) > LONGEST_TEXT:
        raise Refused("answer_too_long", most=LONGEST_TEXT, have=len(text))
    unknown = [place for place in PLACE.findall(text) if place not in PLACES]
    if unknown:
        raise Refused("no_such_place", place=unknown[0])

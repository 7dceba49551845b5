"""The same rider as two persons, for the inbox: proposed, asked in the chat, split again.

Staff never link by themselves: who is asked agrees in the chat and proves it there, or has shown
papers at a visit, which a lead answers for with a written reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

from actions.content import StaffSay
from actions.registry import LINK_PERSONS
from bot.inbox_answers import held
from bot.inbox_board import found
from bot.persons import Card, reached_card, reason_of, wanted_cards
from bot.refused import Refused
from bot.staff_line import put_staff_line
from knowledge.access import Actor, NotThere
from knowledge.database import Database
from knowledge.link_proposals import Proposal

SPLIT = "link_persons.split"
"""What the rider reads when a link is taken away."""


@dataclass(frozen=True)
class Links:
    """What an actor can do about who the rider is elsewhere."""

    proposal: Proposal | None
    """The question that was put last."""
    may_ask: bool
    """Whether the actor has the conversation, so that the rider can be asked."""
    may_vouch: bool
    """Whether the actor may say that papers were shown."""
    persons: tuple[UUID, ...] = ()
    """Who the rider is, as far as it is linked."""


class InboxLinks:
    """Links of a conversation's rider. Every function asks the actor first."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def show(self, actor: Actor, number: int) -> Links:
        """What was asked, and what can be.

        Raises:
            Denied: the role may not.
            NotThere: there is no such conversation, or it is another region's.
        """
        async with self._database.begin() as unit:
            entry = await found(unit, actor, "inbox.read", number)
            last = await unit.link_proposals.last(entry.conversation, entry.person)
            persons = await unit.linking.all_of(entry.person)
        mine = entry.state == "held" and entry.staff == actor.name
        may_ask = mine and actor.may("person.link")
        return Links(last, may_ask, actor.may("person.link_papers"), tuple(persons))

    async def find(self, actor: Actor, number: int, wanted: str) -> list[Card]:
        """Others on record of the actor's regions with just this phone or number, masked.

        Raises:
            Denied, NotThere: as `show`.
            Refused: it is no mobile phone and no number.
        """
        async with self._database.begin() as unit:
            entry = await found(unit, actor, "person.link", number)
            own = await unit.linking.all_of(entry.person)
            cards = await wanted_cards(unit, actor, wanted, action="person.link_find")
        return [card for card in cards if card.person not in own]

    async def ask(self, actor: Actor, number: int, person: UUID, papers: str = "") -> None:
        """Have the rider asked in the chat whether the person is them, too.

        `papers`: what was shown at a visit; without it the rider has to prove it in the chat.

        Raises:
            Denied: the role may not, or may not answer for papers.
            NotThere: no such conversation or person in the actor's regions.
            Refused: somebody else has the conversation, they are linked, or no reason.
        """
        if papers:
            actor.ask("person.link_papers")
            papers = reason_of(papers)
        async with self._database.begin() as unit:
            entry = await found(unit, actor, "person.link", number)
            held(entry, actor)
            card = await reached_card(unit, actor, person)
            if card is None or not card.profile:
                raise NotThere
            if person in await unit.linking.all_of(entry.person):
                raise Refused("linked_already")
            proposal = await unit.link_proposals.put(
                entry.conversation, entry.person, person, papers or None, actor=actor.audited_as
            )
            line = StaffSay(staff=actor.name, text="", form=LINK_PERSONS)
            await put_staff_line(unit, entry.conversation, entry.person, line, f"link-{proposal}")

    async def split(self, actor: Actor, number: int, person: UUID, reason: str) -> None:
        """Take the link with a person away; the rider is told.

        Raises:
            Denied, NotThere: as `show`.
            Refused: no reason, or the person isn't linked.
        """
        async with self._database.begin() as unit:
            entry = await found(unit, actor, "person.link", number)
            reason = reason_of(reason)
            if person == entry.person or not await unit.linking.split_off(
                entry.person, person, actor=actor.audited_as, reason=reason
            ):
                raise Refused("not_linked")
            await unit.conversations.arrive(
                entry.conversation,
                entry.person,
                external_id=f"news:split-{uuid4().hex}",
                kind="news",
                payload={"kind": "news", "key": SPLIT, "values": {}},
                received_at=unit.now,
            )

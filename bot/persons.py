"""A rider's record as staff may see it: masked, and a field whole only for a reason."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from actions.identity import parse_phone
from actions.proving import parse_number
from bot.refused import Refused
from knowledge.access import MASKED, Actor, NotThere, masked_record
from knowledge.database import Database
from knowledge.people import QueryCodeRow
from knowledge.secrets import SecretsError
from knowledge.unit import Knowledge

SHORTEST_REASON = 4
"""Characters: 查电话号 says enough, a full stop doesn't."""


@dataclass(frozen=True)
class Card:
    """What is shown of a person; phone and ID number in part."""

    person: UUID
    region: str | None
    sector: str | None
    profile: dict[str, str]


class Persons:
    """Riders' records. Every function asks the actor first, by function and by region."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def card(self, actor: Actor, person: UUID) -> Card:
        """What is on record.

        Raises:
            Denied: the role may not.
            NotThere: nobody of this number in the actor's regions.
        """
        async with self._database.begin() as unit:
            card = await _found(unit, actor, "person.read", person)
        return Card(card.person, card.region, card.sector, masked_record(card.profile))

    async def reveal(self, actor: Actor, person: UUID, field: str, reason: str) -> str:
        """One masked field whole; who asked and why is in the audit before it is shown.

        Raises:
            Denied: the role may not.
            NotThere: nobody of this number in the actor's regions.
            Refused: no masked field, nothing on record, or no reason.
        """
        async with self._database.begin() as unit:
            card = await _found(unit, actor, "person.reveal", person)
            if field not in MASKED:
                raise Refused("field")
            reason = reason_of(reason)
            if not card.profile.get(field):
                raise Refused("nothing_there")
            await unit.audit.write(
                person,
                actor=actor.audited_as,
                action="person.reveal",
                after={"field": field, "reason": reason},
            )
            return card.profile[field]


async def wanted_cards(unit: Knowledge, actor: Actor, wanted: str, *, action: str) -> list[Card]:
    """Riders on record of the actor's regions with just this phone or number, masked; audited.

    Raises:
        Refused: it is no mobile phone and no number.
    """
    phone, number = parse_phone(wanted), parse_number(wanted, unit.region_tree)
    if phone is None and number is None:
        raise Refused("behalf_wanted")
    persons = await unit.people.with_phone(phone) if phone else []
    row = await unit.session.get(QueryCodeRow, number) if number else None
    cards = [
        card
        for person in dict.fromkeys([*persons, *([row.person_id] if row else [])])
        if (card := await reached_card(unit, actor, person)) is not None
    ]
    for card in cards:
        await unit.audit.write(card.person, actor=actor.audited_as, action=action)
    if not cards:
        await unit.audit.write(
            None,
            actor=actor.audited_as,
            action=action,
            subject="behalf:nobody",
            region=actor.region,
        )
    return cards


async def reached_card(unit: Knowledge, actor: Actor, person: UUID) -> Card | None:
    """A person's card, where the actor reaches them."""
    sector, region = await unit.people.sector_and_region(person)
    if not actor.reaches(region):
        return None
    try:
        profile = await unit.people.profile(person)
    except SecretsError:
        return None
    return Card(person, region, sector, masked_record(profile))


def reason_of(text: str) -> str:
    """Why somebody wants to see it whole, in one line.

    Raises:
        Refused: it says nothing.
    """
    reason = " ".join(text.split())
    if len(reason) < SHORTEST_REASON:
        raise Refused("reason", shortest=SHORTEST_REASON)
    return reason


async def _found(unit: Knowledge, actor: Actor, what: str, person: UUID) -> Card:
    actor.ask(what)
    sector, region = await unit.people.sector_and_region(person)
    actor.ask_about(what, region)
    try:
        profile = await unit.people.profile(person)
    except SecretsError as erased:
        raise NotThere from erased
    if not profile:
        raise NotThere
    return Card(person, region, sector, profile)

"""What is known of a conversation's rider: who they are, elsewhere too, and what is on record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from actions.state import State, load_state
from bot.persons import Card
from knowledge.access import masked_record
from knowledge.inbox_list import Entry
from knowledge.secrets import SecretsError
from knowledge.unit import Knowledge


@dataclass(frozen=True)
class Record:
    """Something on record of the person: a membership, an application, a claim."""

    kind: str
    number: str
    state: str
    at: datetime
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Linked:
    """The same rider as another person: their card, and where they have written."""

    card: Card
    channels: tuple[str, ...]


async def persons_of(unit: Knowledge, entry: Entry, own: Sequence[UUID]) -> list[UUID]:
    """Whose records are proved here, then `own`: who writes, and whoever is linked with them."""
    proofs = await unit.proofs.held(entry.conversation)
    proved = [proof.person for proof in proofs if proof.level == "full"]
    return list(dict.fromkeys([*proved, *own]))


async def conversations_of(unit: Knowledge, own: Sequence[UUID]) -> tuple[int, ...]:
    """The conversations on all channels of a person and whoever is linked with them."""
    found: list[int] = []
    for person in own:
        found += [one.id for one in await unit.conversations.of_person(person)]
    return tuple(found)


async def linked_of(unit: Knowledge, own: Sequence[UUID]) -> list[Linked]:
    """As whom else the rider is on record; `own` begins with who writes."""
    found = []
    for person in own[1:]:
        channels = dict.fromkeys(one.channel for one in await unit.conversations.of_person(person))
        found.append(Linked(await card_of(unit, [person]), tuple(channels)))
    return found


async def card_of(unit: Knowledge, persons: Sequence[UUID]) -> Card:
    """The first of these persons of whom anything is on record."""
    for person in persons:
        sector, region = await unit.people.sector_and_region(person)
        try:
            profile = await unit.people.profile(person)
        except SecretsError:
            continue
        if profile:
            return Card(person, region, sector, masked_record(profile))
    return Card(persons[-1], None, None, {})


async def state_of(unit: Knowledge, entry: Entry) -> State:
    conversation = await unit.conversations.get(entry.conversation)
    if conversation is None or conversation.state is None:
        return State()
    try:
        raw = await unit.people.unseal(entry.person, conversation.state, "state")
    except SecretsError:
        return State()
    return load_state(raw)[0]


async def records_of(unit: Knowledge, person: UUID) -> list[Record]:
    """What is on record; its sealed parts masked."""
    try:
        membership = await unit.memberships.of(person)
        applications = await unit.memberships.applications(person)
        claims = await unit.claims.of(person)
    except SecretsError:
        return []
    records: list[Record] = []
    if membership is not None:
        state = "active" if membership.active else "ended"
        since = datetime.combine(membership.since, datetime.min.time(), tzinfo=unit.now.tzinfo)
        facts: dict[str, Any] = {"sector": membership.sector, "region": membership.region}
        records.append(Record("membership", membership.number, state, since, facts))
    for one in applications:
        facts = {"due": one.due, "reason": masked_record(one.reason or "")}
        records.append(Record("application", one.number, one.state, one.changed_at, facts))
    for claim in claims:
        facts = {
            "own_cost": claim.own_cost,
            "approved": claim.approved,
            "paid": claim.paid,
            "missing": (await unit.claims.named(claim))[1],
            "reason": masked_record(claim.reason or ""),
        }
        records.append(Record("claim", claim.number, claim.step, claim.changed_at, facts))
    return records

"""Linked persons: never by itself, each with the own key, split again, erased together."""

from __future__ import annotations

import random
from itertools import combinations
from uuid import UUID

import pytest

from knowledge.audit import Filter
from knowledge.database import Database
from knowledge.linking import NotProved
from knowledge.secrets import SecretsError
from knowledge.unit import Knowledge


async def riders(unit: Knowledge, how_many: int) -> list[UUID]:
    """Nameless persons with something of their own on record."""
    made = []
    for number in range(how_many):
        person, _ = await unit.people.create()
        await unit.people.change(person, {"name": f"骑手{number}"}, actor="rider")
        made.append(person)
    return made


async def test_a_proof_alone_links_nobody(database: Database) -> None:
    """Only the step of its own does, and it needs the proof in both conversations."""
    async with database.begin() as unit:
        here, one = await unit.conversations.find_or_begin("main", "web", "a")
        there, other = await unit.conversations.find_or_begin("main", "telegram", "b")
        await unit.proofs.owner(here, one)
        assert await unit.linking.all_of(one) == [one]
        with pytest.raises(NotProved):
            await unit.linking.by_proofs(here, there, actor="rider")
        await unit.proofs.owner(there, one)
        assert await unit.linking.all_of(one) == [one]
        await unit.linking.by_proofs(here, there, actor="rider")
        assert set(await unit.linking.all_of(other)) == {one, other}


async def test_a_conversation_held_by_staff_proves_nothing_for_a_link(database: Database) -> None:
    """What staff handed in for a rider doesn't say who the rider is elsewhere."""
    async with database.begin() as unit:
        here, one = await unit.conversations.find_or_begin("main", "staff", "a")
        there, _ = await unit.conversations.find_or_begin("main", "web", "b")
        await unit.proofs.owner(here, one)
        await unit.proofs.owner(there, one)
        with pytest.raises(NotProved):
            await unit.linking.by_proofs(here, there, actor="rider")


async def test_proof_of_one_opens_all_that_is_linked_until_it_is_split(
    database: Database,
) -> None:
    """A step of one number opens nothing more."""
    async with database.begin() as unit:
        one, other, stranger = await riders(unit, 3)
        here, _ = await unit.conversations.find_or_begin("main", "web", "a")
        await unit.proofs.owner(here, one)
        await unit.linking.link(one, other, actor="staff:王敏", reason="同一个人")
        held = [proof.person for proof in await unit.proofs.held(here)]
        assert held == [one, other]
        assert stranger not in held
        assert await unit.linking.split(other, one, actor="staff:王敏", reason="弄错了")
        assert [proof.person for proof in await unit.proofs.held(here)] == [one]
        lines = await unit.audit.lines(Filter(action="person."), 20)
    told = [line.after["reason"] for line in lines if line.action == "person.split" and line.after]
    assert told == ["弄错了", "弄错了"]


async def test_links_and_splits_in_any_order_leave_each_their_own_record(
    database: Database,
) -> None:
    """And who is linked is always what the links still there say."""
    chance = random.Random(7)
    async with database.begin() as unit:
        persons = await riders(unit, 5)
        pairs = list(combinations(persons, 2))
        links: set[tuple[UUID, UUID]] = set()
        for _ in range(60):
            pair = chance.choice(pairs)
            given = pair if chance.random() < 0.5 else pair[::-1]
            if chance.random() < 0.5:
                await unit.linking.link(*given, actor="staff:王敏", reason="同一个人")
                links.add(pair)
            else:
                gone = await unit.linking.split(*given, actor="staff:王敏", reason="弄错了")
                assert gone == (pair in links)
                links.discard(pair)
            for person in persons:
                assert set(await unit.linking.all_of(person)) == reached(person, links)
        for number, person in enumerate(persons):
            assert await unit.people.profile(person) == {"name": f"骑手{number}"}


def reached(person: UUID, links: set[tuple[UUID, UUID]]) -> set[UUID]:
    """Whom links lead to, worked out by spreading until nothing is new."""
    found = {person}
    while more := {end for pair in links if found & set(pair) for end in pair} - found:
        found |= more
    return found


async def test_erasure_covers_all_that_is_linked(database: Database) -> None:
    """And nobody else."""
    async with database.begin() as unit:
        one, other, far, stranger = await riders(unit, 4)
        await unit.linking.link(one, other, actor="rider", reason="proof")
        await unit.linking.link(other, far, actor="rider", reason="proof")
        await unit.people.erase(one, actor="rider")
        for person in (one, other, far):
            with pytest.raises(SecretsError):
                await unit.people.key(person)
        assert await unit.people.profile(stranger) == {"name": "骑手3"}

"""Whose business a conversation is, said by the store's lists and by what was read: the same.

An exhaustive small world: every kind and state, every way up, everybody who may look.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import update

from bot.inbox_board import concerns, found
from bot.leads import LeadDesk
from bot.waiting import Desk
from knowledge.access import Actor, NotThere
from knowledge.database import Database
from knowledge.handoff_moves import OPEN, PRIORITIES
from knowledge.handoff_rows import HandoffRow
from knowledge.inbox_list import VIEWS, Entry, View
from knowledge.schema import migrate
from knowledge.secrets import Keyring
from tests.bot.door import Door
from tests.conftest import Databases

STREET, CITY, PROVINCE, ELSEWHERE = "zhifu", "yantai", "shandong", "weihai"

STANDING: tuple[tuple[str, str | None], ...] = (
    ("waiting", None),
    ("held", "甲"),
    ("held", "乙"),
    ("returned", "甲"),
    ("closed", "乙"),
    ("closed", None),
)

WAYS: tuple[tuple[str | None, tuple[str, ...], tuple[str, ...]], ...] = (
    (None, (), ()),
    (STREET, (), ()),
    (CITY, (), ()),
    (ELSEWHERE, (), ()),
    (PROVINCE, (), ()),
    (CITY, (STREET,), ()),
    (CITY, (STREET,), (STREET,)),
    (PROVINCE, (STREET, CITY), ()),
    (PROVINCE, (STREET, CITY), (CITY,)),
    (PROVINCE, (STREET, CITY), (STREET, CITY)),
    (PROVINCE, (ELSEWHERE,), (ELSEWHERE,)),
)
"""Where it is now, by whom it came, and by whom of them through the clock."""


@dataclass
class World:
    """Every conversation that can be, as it was read, and everybody who may look."""

    door: Door
    entries: dict[int, Entry] = field(default_factory=dict)

    @property
    def actors(self) -> list[Actor]:
        tree = self.door.database.region_tree
        return [
            Actor(name, "lead", region, tree, account=1)
            for name, region in product(
                ("甲", "乙"), (STREET, CITY, PROVINCE, ELSEWHERE, "guangdong", None)
            )
        ]


async def everything(database: Database) -> World:
    made = World(await Door.on(database))
    async with database.begin() as unit:
        for count, (kind, (state, staff), (region, below, came_by)) in enumerate(
            product(PRIORITIES, STANDING, WAYS)
        ):
            conversation, person = await unit.conversations.find_or_begin("main", "web", f"{count}")
            opened = await unit.handoffs.open(
                conversation, person, kind=kind, region=region, summary="?"
            )
            await unit.session.execute(
                update(HandoffRow)
                .where(HandoffRow.id == opened.id)
                .values(
                    state=state, staff=staff, below=list(below), came_by=list(came_by),
                    ended_at=None if state in OPEN else unit.now,
                )
            )  # fmt: skip
            entry = await unit.inbox_list.entry(opened.id)
            assert entry is not None
            made.entries[opened.id] = entry
    return made


MADE: dict[int, Entry] = {}


@pytest.fixture
async def world(databases: Databases, keyring: Keyring) -> AsyncIterator[World]:
    """What was made once, in a copy of its own for each test."""

    async def fill(url: str) -> None:
        database = Database(url, keyring)
        await migrate(database)
        MADE.update((await everything(database)).entries)
        await database.close()

    with databases.lent("everything", fill) as url:
        database = Database(url, keyring)
        await database.refresh_regions()
        yield World(Door(database), dict(MADE))
        await database.close()


def sees(actor: Actor, entry: Entry) -> bool:
    return concerns(actor, *entry.offices)


SHOWN: dict[View, Callable[[Actor, Entry], bool]] = {
    "waiting": lambda actor, one: one.state == "waiting" and sees(actor, one),
    "mine": lambda actor, one: one.state == "held" and one.staff == actor.name,
    # A region's own are those of a region; of none, everybody's, stand under "all".
    "region": lambda actor, one: (
        one.state in OPEN and (actor.region is None or concerns(actor, *filter(None, one.offices)))
    ),
    "all": lambda actor, one: one.state in OPEN and sees(actor, one),
    "closed": lambda actor, one: (
        one.state not in OPEN and (sees(actor, one) or one.staff == actor.name)
    ),
}


async def test_the_lists_show_what_is_somebodys_business(world: World) -> None:
    """Each view for everybody, and how many there are of each."""
    async with world.door.database.begin() as unit:
        for actor in world.actors:
            counts = await unit.inbox_list.counts(me=actor.name, regions=actor.regions)
            for view in VIEWS:
                page = await unit.inbox_list.page(
                    view, me=actor.name, regions=actor.regions, limit=len(world.entries)
                )
                wanted = {n for n, one in world.entries.items() if SHOWN[view](actor, one)}
                assert {one.id for one in page} == wanted, (actor, view)
                if view != "closed":
                    assert counts[view] == len(wanted)


async def test_what_stands_in_a_list_can_be_opened_and_nothing_else(world: World) -> None:
    """And rings for whom it concerns."""
    async with world.door.database.begin() as unit:
        for actor in world.actors:
            for number, entry in world.entries.items():
                listed = any(SHOWN[view](actor, entry) for view in VIEWS)
                try:
                    await found(unit, actor, "inbox.read", number)
                except NotThere:
                    opens = False
                else:
                    opens = True
                assert opens == listed, (actor, entry)
                ((offices, staff),) = await unit.inbox_list.concerned([entry.conversation])
                assert opens == (concerns(actor, *offices) or staff == actor.name)


async def test_leads_and_the_first_page_count_the_same(world: World) -> None:
    """Who waits, whose clocks are broken, and what waits for one at the beginning of the day."""
    world.door.clock.move(timedelta(days=7))
    async with world.door.database.begin() as unit:
        clocks = {
            timer.number
            for timer in await unit.clock_timers.standing(None, due_before=unit.now, limit=1000)
        }
    assert len(clocks) == len(world.entries)
    desk, home = LeadDesk(world.door.database), Desk(world.door.database)
    for actor in world.actors:
        wanted = {n for n, one in world.entries.items() if one.state in OPEN and sees(actor, one)}
        waits = {number for number in wanted if world.entries[number].state == "waiting"}
        now = await desk.now(actor)
        assert {one.id for one in (*now.waiting, *now.held)} == wanted, actor
        assert {one.id for one in now.waiting} == waits
        assert (await home.waiting(actor))["handoffs"] == len(waits)
        async with world.door.database.begin() as unit:
            late = await unit.clock_timers.standing(
                actor.regions, due_before=unit.now, limit=len(world.entries)
            )
        theirs = {str(n) for n, one in world.entries.items() if sees(actor, one)}
        assert {one.number for one in late} == theirs, actor

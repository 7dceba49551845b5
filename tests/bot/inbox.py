"""Riders who wait for a person, members of staff, and a worker that serves them meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from knowledge.access import Actor, Role
from tests.actions.talk import House
from tests.actions.talk import Talk as Rider


@asynccontextmanager
async def working(house: House) -> AsyncIterator[None]:
    """A worker serves every conversation meanwhile."""

    async def serve() -> None:
        while True:
            async with house.database.begin() as unit:
                due = await unit.conversations.due()
            for conversation in due:
                await house.engine.serve(conversation)
            await asyncio.sleep(0.01)

    worker = asyncio.create_task(serve())
    try:
        yield
    finally:
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)


def somebody(
    house: House, name: str = "赵敏", role: Role = "staff", region: str | None = None
) -> Actor:
    return Actor(name, role, region, house.database.region_tree, account=1)


async def waiting(house: House, *says: str, region: str | None = None) -> tuple[Rider, int]:
    """A rider (on record in a region) who waits for a person; the number in the list."""
    rider = Rider(house)
    for text in says or ("你好",):
        await rider.says(text)
    if region is not None:
        async with house.database.begin() as unit:
            newest = await unit.rows("select person_id from conversations order by id desc limit 1")
            await unit.people.change(newest[0][0], {}, actor="rider", region=region)
    await rider.says("转人工")
    async with house.database.begin() as unit:
        found = await unit.inbox_list.page("waiting", me="", regions=None)
    return rider, max(entry.id for entry in found)

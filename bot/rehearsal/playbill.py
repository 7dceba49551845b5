"""Plays many conversations: together in one house where they may, else each in its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

from bot.rehearsal.form import Channel, Told
from bot.rehearsal.house import RehearsalHouse, Stage
from bot.rehearsal.player import Miss, Played, play
from bot.rehearsal.scene import HouseScene, RemoteScene

AT_ONCE = 8
"""Conversations that are played in one house at the same time."""

HOUSES_AT_ONCE = 2
"""Houses open at the same time besides the common one."""


async def play_here(
    stage: Stage, conversations: Sequence[Told], channel: Channel
) -> AsyncIterator[Played]:
    """Play conversations on a channel, in the order in which they end.

    One that moves the clock or looks at everybody's queue has a house to itself; all others
    share one.
    """
    common = [told for told in conversations if not told.conversation.own_house]
    queue: asyncio.Queue[Played] = asyncio.Queue()
    houses = asyncio.Semaphore(HOUSES_AT_ONCE)

    async def together() -> None:
        slots = asyncio.Semaphore(AT_ONCE)
        async with stage.house() as house, asyncio.TaskGroup() as group:
            for told in common:
                group.create_task(one(house, told, slots))

    async def one(house: RehearsalHouse, told: Told, slots: asyncio.Semaphore) -> None:
        async with slots:
            await queue.put(await play(told, HouseScene(house, channel, alone=False), channel))

    async def apart(told: Told) -> None:
        async with houses, stage.house(told.conversation.now) as house:
            scene = HouseScene(house, channel, alone=True)
            await scene.prepare(told.conversation)
            await queue.put(await play(told, scene, channel))

    async def everything() -> None:
        async with asyncio.TaskGroup() as group:
            if common:
                group.create_task(together())
            for told in conversations:
                if told.conversation.own_house:
                    group.create_task(apart(told))

    work = asyncio.create_task(everything())
    try:
        for _ in conversations:
            getting = asyncio.create_task(queue.get())
            await asyncio.wait({work, getting}, return_when=asyncio.FIRST_COMPLETED)
            if not getting.done() and work.done():
                getting.cancel()
                work.result()  # says what went wrong
            yield await getting
        await work
    finally:
        work.cancel()


async def play_there(address: str, conversations: Sequence[Told]) -> AsyncIterator[Played]:
    """Play conversations on the web chat of a running house, one after another."""
    for told in conversations:
        yield await play(told, RemoteScene(address), "web")


def not_played(told: Told, channel: Channel, why: str) -> Played:
    """A conversation that could not be played at all."""
    return Played(told, channel, (Miss(told.line(), why),), 0.0)

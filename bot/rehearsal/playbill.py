"""Plays many conversations: together in one house where they may, else each in its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from bot.rehearsal.form import Channel, Told
from bot.rehearsal.house import RehearsalHouse, Stage
from bot.rehearsal.player import Played, play
from bot.rehearsal.scene import HouseScene, RemoteScene

AT_ONCE = 16
"""Conversations that are played in one house at the same time."""

HOUSES_AT_ONCE = {"web": 2, "terminal": 2, "telegram": 4}
"""Houses open at the same time besides the common one. On Telegram most of the time is its pace."""

Report = Callable[[Played], None]


async def play_here(
    stage: Stage, conversations: Sequence[Told], channel: Channel, report: Report
) -> None:
    """Play conversations on a channel and report each as it ends.

    One that moves the clock or looks at everybody's queue has a house to itself; all others
    share one.
    """
    common = [told for told in conversations if not told.conversation.own_house]
    houses = asyncio.Semaphore(HOUSES_AT_ONCE[channel])

    async def together() -> None:
        slots = asyncio.Semaphore(AT_ONCE)
        async with stage.house() as house, asyncio.TaskGroup() as group:
            for told in common:
                group.create_task(one(house, told, slots))

    async def one(house: RehearsalHouse, told: Told, slots: asyncio.Semaphore) -> None:
        async with slots:
            report(await play(told, HouseScene(house, channel, alone=False), channel))

    async def apart(told: Told) -> None:
        async with houses, stage.house(told.conversation.now) as house:
            scene = HouseScene(house, channel, alone=True)
            await scene.prepare(told.conversation)
            report(await play(told, scene, channel))

    async with asyncio.TaskGroup() as group:
        if common:
            group.create_task(together())
        for told in conversations:
            if told.conversation.own_house:
                group.create_task(apart(told))


async def play_there(address: str, conversations: Sequence[Told], report: Report) -> None:
    """Play conversations on the web chat of a running house, one after another."""
    for told in conversations:
        report(await play(told, RemoteScene(address), "web"))

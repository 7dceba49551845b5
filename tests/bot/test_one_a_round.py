"""Heavy steps come one in a round, in order, and let others between them."""

from __future__ import annotations

import asyncio

from bot.one_a_round import OneARound


async def test_each_has_a_round_of_its_own_and_small_steps_go_between() -> None:
    heavy, said = OneARound(), list[str]()

    async def compute(name: str) -> None:
        await heavy.wait()
        said.append(name)

    async def small() -> None:
        for _ in range(3):
            said.append("small")
            await asyncio.sleep(0)

    await asyncio.gather(*(compute(name) for name in "abc"), small())
    assert [one for one in said if one != "small"] == ["a", "b", "c"]
    # Without the rounds all three would have come before the second small step.
    assert said.index("c") > [at for at, one in enumerate(said) if one == "small"][1]


async def test_who_gave_up_waiting_holds_nobody_up() -> None:
    heavy = OneARound()
    first, gone, stays = (asyncio.create_task(heavy.wait()) for _ in range(3))
    await asyncio.sleep(0)
    gone.cancel()
    async with asyncio.timeout(1):
        await asyncio.gather(first, stays)
    assert gone.cancelled()
    async with asyncio.timeout(1):
        await heavy.wait()

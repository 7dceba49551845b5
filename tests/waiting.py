"""Waiting for what another part does in its own time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


async def until(true: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait until something is so; what it asks may have to be awaited.

    Raises:
        TimeoutError: it isn't, in time.
    """
    async with asyncio.timeout(seconds):
        while True:
            found = true()
            if asyncio.iscoroutine(found):
                found = await found
            if found:
                return
            await asyncio.sleep(0.02)

"""Long work beside a process that answers: on a thread, with a loop and connections of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future

from knowledge.database import Database

CONNECTIONS = 2


async def apart[Result](
    database: Database, work: Callable[[Database], Awaitable[Result]]
) -> Result:
    """Do some work with a store of its own, so that nobody's answer waits for it.

    Who stops waiting doesn't stop the work; it ends with the process, and its transaction with it.
    """
    done: Future[Result] = Future()

    async def whole() -> Result:
        own = Database(database.url, database.keyring, clock=database.clock, pool_size=CONNECTIONS)
        try:
            await own.refresh_regions()
            return await work(own)
        finally:
            await own.close()

    def run() -> None:
        done.set_running_or_notify_cancel()  # from now on nobody can
        try:
            done.set_result(asyncio.run(whole()))
        except BaseException as error:  # noqa: BLE001 - whoever waits for it is told
            done.set_exception(error)

    threading.Thread(target=run, daemon=True, name="apart").start()
    return await asyncio.wrap_future(done)

"""A process's copy of schemes and public lines, so that a turn asks nothing of the database."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from knowledge.content_entries import LineEntry
from knowledge.content_schemes import SchemeEntry


class Copy[T]:
    """Things of one kind, read whole when they are first asked for, and again once changed."""

    def __init__(self) -> None:
        self._things: Sequence[T] | None = None
        self._changes = 0

    def forget(self) -> None:
        """Something was changed: read anew."""
        self._things = None
        self._changes += 1

    async def all(self, read: Callable[[], Awaitable[Sequence[T]]]) -> Sequence[T]:
        """All of them, by `read` where there is no copy."""
        found = self._things
        if found is None:
            changes = self._changes
            found = await read()
            if changes == self._changes:
                self._things = found
        return found


class Programmes:
    """What the unions' programmes are made of."""

    def __init__(self) -> None:
        self.schemes: Copy[SchemeEntry] = Copy()
        self.lines: Copy[LineEntry] = Copy()

    def forget(self) -> None:
        """Some were changed."""
        self.schemes.forget()
        self.lines.forget()

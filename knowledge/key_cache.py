"""Persons' keys in memory: as many as are used, and none of who was erased."""

from __future__ import annotations

from collections import OrderedDict
from uuid import UUID

KEYS_KEPT = 10_000
"""Persons' keys held in memory, so that a message needn't unwrap one."""


class KeyCache:
    """Persons' keys of this process, the least recently used forgotten first."""

    def __init__(self, size: int = KEYS_KEPT) -> None:
        self._keys: OrderedDict[UUID, bytes] = OrderedDict()
        self._size = size

    def get(self, person: UUID) -> bytes | None:
        key = self._keys.get(person)
        if key is not None:
            self._keys.move_to_end(person)
        return key

    def put(self, person: UUID, key: bytes) -> None:
        self._keys[person] = key
        self._keys.move_to_end(person)
        while len(self._keys) > self._size:
            self._keys.popitem(last=False)

    def drop(self, person: UUID) -> None:
        self._keys.pop(person, None)

    def heard(self, payload: str) -> None:
        """The bell of an erasure: that person's key goes; all, if a bell may have been missed."""
        if payload:
            self.drop(UUID(payload))
        else:
            self._keys.clear()

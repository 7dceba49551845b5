"""Passwords of staff: kept as argon2id hashes, and which ones are refused."""

from __future__ import annotations

import asyncio
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from zxcvbn import zxcvbn
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from bot.refused import Refused

SHORTEST = 10
LONGEST = 256
"""OWASP ASVS 5.0, 6.2.1 asks for at least 8 characters, 6.2.9 for room for at least 64."""

COMMON = frozenset(FREQUENCY_LISTS["passwords"])
"""The 30,000 most common passwords as zxcvbn brings them, the most common first."""

FEWEST_GUESSES = 10**6
"""What a cracker who knows words, keyboards and dates guesses sooner is refused, too."""

HOUSE_WORDS = ("gongyou", "工友", "gonghui", "工会", "union", "qishou", "骑手")
"""Words that everybody would try here; with them login and name (OWASP ASVS 5.0, 6.2.11)."""

LOOKED_AT = 72
"""Characters that the estimate looks at; more only make a password better."""

AT_ONCE = 2
"""Hashes that are computed at the same time; each takes 64 MiB (RFC 9106, 4)."""


def check_password(password: str, *about: str) -> None:
    """See whether a new password will do; `about` are words that tell of its owner.

    Raises:
        Refused: too short, too long, or too easy to guess.
    """
    if len(password) < SHORTEST:
        raise Refused("password_short", shortest=SHORTEST)
    if len(password) > LONGEST:
        raise Refused("password_long", longest=LONGEST)
    if password.lower() in COMMON:
        raise Refused("password_common")
    found = zxcvbn(password[:LOOKED_AT], user_inputs=[*HOUSE_WORDS, *about])
    if found["guesses"] < FEWEST_GUESSES:
        raise Refused("password_guessed")


class Passwords:
    """Makes and checks hashes, a few at a time and beside the event loop."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        """The default is RFC 9106's second recommendation: argon2id, 64 MiB, 3 passes, 4 lanes."""
        self._hasher = hasher or PasswordHasher()
        self._room = asyncio.Semaphore(AT_ONCE)

    async def hash(self, password: str) -> str:
        """The hash to be kept, with its salt and its cost."""
        async with self._room:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def is_right(self, password: str, kept: str | None) -> bool:
        """Whether it is the password; without a hash the same work is done in vain."""
        async with self._room:
            right = await asyncio.to_thread(self._verify, password, kept)
        return right and kept is not None

    async def renewed(self, password: str, kept: str) -> str | None:
        """A new hash, where the kept one was made at another cost than today's."""
        return await self.hash(password) if self._hasher.check_needs_rehash(kept) else None

    @cached_property
    def _nobodys(self) -> str:
        return self._hasher.hash("nobody has this password")

    def _verify(self, password: str, kept: str | None) -> bool:
        try:
            return self._hasher.verify(kept or self._nobodys, password[: LONGEST + 1])
        except (VerifyMismatchError, InvalidHashError):
            return False

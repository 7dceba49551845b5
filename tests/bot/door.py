"""The front door on a real database with two districts, and people to go through it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyotp
from argon2 import PasswordHasher
from sqlalchemy import insert

from bot.accounts import Accounts
from bot.codes import new_secret
from bot.logins import Caller, Logins
from bot.own_account import OwnAccount
from bot.passwords import Passwords
from knowledge.access import Actor, Role
from knowledge.accounts import Account
from knowledge.database import Database
from knowledge.regions import RegionRow
from knowledge.sessions import Session

START = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
PASSWORD = "七月里 麦子黄了 一大片"
OFFICE = Caller("203.0.113.7", "Chrome · Windows")
ELSEWHERE = Caller("198.51.100.9", "Firefox · Linux")

REGIONS = (("shandong", None, "province"), ("yantai", "shandong", "city"),
           ("zhifu", "yantai", "district"), ("weihai", "shandong", "city"))  # fmt: skip

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""What is tried here is who gets in, not how long a hash takes."""


class StillClock:
    """A clock that only moves when it is told to: waits are measured to the second."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def move(self, by: timedelta) -> None:
        self._now += by


class Door:
    """The services of the front door, and a clock that can be moved."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = StillClock(START)
        database.clock = self.clock
        self.passwords = Passwords(CHEAP)
        self.logins = Logins(database, self.passwords)
        self.own = OwnAccount(database, self.passwords, self.logins)
        self.accounts = Accounts(database)

    @classmethod
    async def on(cls, database: Database) -> Door:
        """The door, with the regions loaded."""
        door = cls(database)
        async with database.begin() as unit:
            for code, parent, level in REGIONS:
                names = dict.fromkeys(("name_zh", "name_en", "body_zh", "body_en"), code)
                await unit.session.execute(
                    insert(RegionRow).values(
                        code=code, parent=parent, level=level, aliases=[], **names
                    )
                )
        await database.refresh_regions()
        return door

    @property
    def operator(self) -> Actor:
        return Actor.operator("root", self.database.region_tree)

    def actor(self, role: Role, region: str | None = None) -> Actor:
        """Somebody of this role who has no account."""
        return Actor(f"some {role}", role, region, self.database.region_tree, account=0)

    async def member(
        self, name: str, role: Role = "staff", region: str | None = None, *, secret: str = ""
    ) -> Account:
        """A member of staff who has set the password, and a second factor if there is a secret."""
        account, token = await self.accounts.invite(
            self.operator, name=name, role=role, region=region
        )
        await self.logins.take_invitation(token, PASSWORD, PASSWORD, OFFICE)
        async with self.database.begin() as unit:
            if secret:
                await unit.second_factors.set(account.id, secret, None)
            await unit.sessions.end_all(account.id)
            return await unit.accounts.get(account.id)

    async def enter(self, account: Account, secret: str = "", caller: Caller = OFFICE) -> str:
        """Log in; the session's token."""
        entered = await self.logins.login(account.login, PASSWORD, caller)
        if secret:
            entered = await self.logins.second_step(entered.token, self.code(secret), caller)
        assert entered.complete
        return entered.token

    async def session(self, token: str) -> Session:
        found = await self.logins.who(token)
        assert found is not None
        return found

    def code(self, secret: str) -> str:
        """What an app shows now."""
        return pyotp.TOTP(secret).at(self.clock.now())

    @staticmethod
    def secret() -> str:
        return new_secret()

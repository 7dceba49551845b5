"""What the console is made of; `bot/app.py` puts it together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from aiohttp import web

from bot.accounts import Accounts
from bot.audit_trail import AuditTrail
from bot.channels.http import Network
from bot.logins import Logins
from bot.metrics import Metrics
from bot.own_account import OwnAccount
from bot.passwords import Passwords
from bot.persons import Persons
from bot.ratelimit import RateLimit
from bot.refused import CONSOLE_TEXTS
from bot.waiting import Desk
from bot.wording import Texts
from knowledge.database import Database


@dataclass
class ConsoleParts:
    """Services for staff, and what the door needs to know. A new page's service is added here."""

    database: Database
    metrics: Metrics = field(default_factory=Metrics)
    passwords: Passwords = field(default_factory=Passwords)
    public_url: str = ""
    trusted_proxies: Sequence[Network] = ()
    requests_per_minute: int = 3000

    def __post_init__(self) -> None:
        self.texts = Texts(CONSOLE_TEXTS)
        self.requests = RateLimit("requests", self.requests_per_minute, 60)
        self.logins = Logins(self.database, self.passwords)
        self.own_account = OwnAccount(self.database, self.passwords, self.logins)
        self.accounts = Accounts(self.database)
        self.audit_trail = AuditTrail(self.database)
        self.persons = Persons(self.database)
        self.desk = Desk(self.database)

    @property
    def https(self) -> bool:
        return self.public_url.startswith("https://")


CONSOLE = web.AppKey("console", ConsoleParts)

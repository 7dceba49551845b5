"""What the console is made of; `bot/app.py` puts it together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from bot.accounts import Accounts
from bot.article_desk import ArticleDesk
from bot.article_office import ArticleOffice
from bot.article_reader import ArticleReader
from bot.audit_trail import AuditTrail
from bot.channels.http import Network
from bot.console.tiles import Tiles
from bot.course_desk import CourseDesk
from bot.course_office import CourseOffice
from bot.course_people import Registers
from bot.exports import Exports
from bot.figures import FiguresDesk
from bot.imports import Imports
from bot.logins import Logins
from bot.metrics import Metrics
from bot.own_account import OwnAccount
from bot.passwords import Passwords
from bot.persons import Persons
from bot.places import Places
from bot.programme_desk import ProgrammeDesk
from bot.question_groups import Meaning, QuestionGroups
from bot.question_steps import QuestionSteps
from bot.questions import Questions
from bot.ratelimit import RateLimit
from bot.refused import CONSOLE_TEXTS
from bot.training_room import TrainingRoom, command
from bot.waiting import Desk
from bot.wording import Texts
from knowledge.database import Database
from nlu.understanding import Understanding


@dataclass
class ConsoleParts:
    """Services for staff, and what the door needs to know. A new page's service is added here."""

    database: Database
    metrics: Metrics = field(default_factory=Metrics)
    passwords: Passwords = field(default_factory=Passwords)
    public_url: str = ""
    trusted_proxies: Sequence[Network] = ()
    requests_per_minute: int = 3000
    article_desk: ArticleDesk | None = None
    """The running house's own; without one, articles are tried word for word only."""
    meaning: Meaning | None = None
    data_dir: Path | None = None
    """Where models lie; None where nothing can be trained."""
    tiles: Tiles = field(default_factory=Tiles)

    def __post_init__(self) -> None:
        self.texts = Texts(CONSOLE_TEXTS)
        self.requests = RateLimit("requests", self.requests_per_minute, 60)
        self.logins = Logins(self.database, self.passwords)
        self.own_account = OwnAccount(self.database, self.passwords, self.logins)
        self.accounts = Accounts(self.database)
        self.audit_trail = AuditTrail(self.database)
        self.persons = Persons(self.database)
        self.desk = Desk(self.database)
        self.rider_texts = Texts()
        self.articles = ArticleOffice(self.database, self.article_desk or self._article_desk())
        self.question_groups = QuestionGroups(self.database, self.meaning)
        self.questions = Questions(self.database, self.question_groups)
        self.question_steps = QuestionSteps(self.database)
        self.training_room = TrainingRoom(
            self.database, *(command(self.data_dir) if self.data_dir else ())
        )
        self.figures = FiguresDesk(self.database)
        self.places = Places(self.database)
        self.imports = Imports(self.database)
        self.exports = Exports(self.database)
        self.course_desk = CourseDesk(self.database)
        self.course_office = CourseOffice(self.database)
        self.registers = Registers(self.database)
        self.programmes = ProgrammeDesk(self.database)

    async def close(self) -> None:
        """End what goes on beside the pages."""
        await self.question_groups.close()
        await self.training_room.close()
        await self.imports.close()

    @property
    def https(self) -> bool:
        return self.public_url.startswith("https://")

    def _article_desk(self) -> ArticleDesk:
        now = self.database.clock.now
        reader = ArticleReader(self.database, lambda: Understanding(now=now))
        return ArticleDesk(self.database, reader)


CONSOLE = web.AppKey("console", ConsoleParts)

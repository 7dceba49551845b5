"""What the console is made of; `bot/app.py` puts it together."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from bot.accounts import Accounts
from bot.article_office import ArticleOffice
from bot.article_publishing import ArticlePublishing
from bot.article_reader import ArticleReader
from bot.article_sheets import ArticleSheets
from bot.audit_trail import AuditTrail
from bot.behalf import OnBehalf
from bot.behalf_calls import BehalfCalls
from bot.case_desk import CaseDesk
from bot.case_joint import CaseJoint
from bot.case_office import CaseOffice
from bot.case_sheets import CaseSheets
from bot.case_words import CaseWords
from bot.channels.http import Network
from bot.clock_desk import ClockDesk
from bot.console.tiles import Tiles
from bot.course_desk import CourseDesk
from bot.course_office import CourseOffice
from bot.course_people import Registers
from bot.duty_desk import DutyDesk
from bot.exports import Exports
from bot.figures import FiguresDesk
from bot.imports import Imports
from bot.inbox import Bells, Inbox
from bot.inbox_answers import InboxAnswers
from bot.inbox_articles import InboxArticles
from bot.inbox_board import InboxBoard
from bot.inbox_links import InboxLinks
from bot.inbox_live import InboxLive
from bot.inbox_steps import InboxSteps
from bot.inbox_talk import InboxTalk
from bot.leads import LeadDesk
from bot.log import Log
from bot.logins import Logins
from bot.metrics import Metrics
from bot.notice_wires import Wires
from bot.notice_wishes import NoticeWishes
from bot.notices import NoticeDesk
from bot.own_account import OwnAccount
from bot.passwords import Passwords
from bot.persons import Persons
from bot.places import Places
from bot.programme_desk import ProgrammeDesk
from bot.question_groups import Meaning, QuestionGroups
from bot.question_steps import QuestionSteps
from bot.questions import Questions
from bot.quick_replies import QuickReplies
from bot.ratelimit import RateLimit
from bot.refused import CONSOLE_TEXTS
from bot.staff import MADE_WITHIN, Staff
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
    article_publishing: ArticlePublishing | None = None
    """The running house's own; without one, articles are tried word for word only."""
    meaning: Meaning | None = None
    data_dir: Path | None = None
    """Where models lie; None where nothing can be trained."""
    tiles: Tiles = field(default_factory=Tiles)
    wires: Wires = field(default_factory=Wires)
    """The ways out to staff, for a trial of one."""
    robot_hosts: Collection[str] = ()
    has_mail: bool = False
    has_telegram: bool = False
    made_within: float = MADE_WITHIN
    """Seconds that a page waits for a conversation's turn to make a step."""
    inbox: Inbox | None = None
    """The running house's own, whose workers answer; without one, what is said waits for them."""

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
        publishing = self.article_publishing or self._article_publishing()
        self.articles = ArticleOffice(self.database, publishing)
        self.article_sheets = ArticleSheets(self.database, publishing)
        self.question_groups = QuestionGroups(self.database, self.meaning)
        self.questions = Questions(self.database, self.question_groups)
        self.question_steps = QuestionSteps(self.database)
        program, around = command(self.data_dir) if self.data_dir else (None, None)
        self.training_room = TrainingRoom(self.database, program, around, data_dir=self.data_dir)
        self.figures = FiguresDesk(self.database)
        self.places = Places(self.database)
        self.imports = Imports(self.database)
        self.exports = Exports(self.database)
        self.duty = DutyDesk(self.database)
        self.course_desk = CourseDesk(self.database)
        self.course_office = CourseOffice(self.database)
        self.registers = Registers(self.database)
        self.programmes = ProgrammeDesk(self.database)
        self.clock_desk = ClockDesk(self.database)
        self.lead_desk = LeadDesk(self.database, Staff(self.database, made_within=self.made_within))
        self.notices = NoticeDesk(self.database, self.texts)
        self.notice_wishes = NoticeWishes(
            self.database,
            wires=self.wires,
            robot_hosts=self.robot_hosts,
            has_mail=self.has_mail,
            has_telegram=self.has_telegram,
        )
        self.case_desk = CaseDesk(self.database, self.rider_texts)
        self.case_office = CaseOffice(self.database, self.rider_texts)
        self.case_words = CaseWords(self.database, self.rider_texts)
        self.case_sheets = CaseSheets(self.database, self.case_office)
        self.case_joint = CaseJoint(self.database, self.rider_texts)
        self.inbox_board = InboxBoard(self.database)
        self.inbox_talk = InboxTalk(self.database)
        self.inbox_answers = InboxAnswers(self.database)
        self.inbox_articles = InboxArticles(self.database, publishing.reader)
        self.inbox_steps = InboxSteps(self.database, made_within=self.made_within)
        self.inbox_links = InboxLinks(self.database)
        self.inbox_live = InboxLive(self.database)
        self.quick_replies = QuickReplies(self.database)
        bells = Bells()
        log = Log(self.database, bells)
        self.behalf_calls = BehalfCalls(self.database)
        self.behalf = OnBehalf(self.database, self.inbox or Inbox(self.database, log, bells), log)

    async def close(self) -> None:
        """End what goes on beside the pages."""
        await self.question_groups.close()
        await self.training_room.close()
        await self.imports.close()
        await self.notices.close()
        await self.notice_wishes.close()
        await self.inbox_live.close()

    @property
    def https(self) -> bool:
        return self.public_url.startswith("https://")

    def _article_publishing(self) -> ArticlePublishing:
        now = self.database.clock.now
        reader = ArticleReader(self.database, lambda: Understanding(now=now))
        return ArticlePublishing(self.database, reader)


CONSOLE = web.AppKey("console", ConsoleParts)

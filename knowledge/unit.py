"""The unit of work: one transaction's view of all records."""

from __future__ import annotations

import random
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession, AsyncSessionTransaction

from knowledge.accounts import Accounts
from knowledge.article_changes import ArticleChanges
from knowledge.article_list import ArticleList
from knowledge.article_pictures import ArticlePictures
from knowledge.article_reviews import ArticleReviews
from knowledge.article_steps import ArticleSteps
from knowledge.article_versions import ArticleVersions
from knowledge.articles import Articles
from knowledge.attempts import Attempts
from knowledge.audit import Audit
from knowledge.behalf import Behalf
from knowledge.behalf_list import BehalfList
from knowledge.case_documents import CaseDocuments
from knowledge.case_kinds import CaseKinds, read_case_kinds
from knowledge.case_list import CaseList
from knowledge.case_offices import CaseOffices
from knowledge.case_payments import CasePayments
from knowledge.case_reopening import CaseReopening
from knowledge.cases import Cases
from knowledge.claims import Claims
from knowledge.clock_limits import ClockLimits
from knowledge.clock_matters import ClockMatters
from knowledge.clock_recounts import ClockRecounts
from knowledge.clock_timers import ClockTimers
from knowledge.conversations import Conversations
from knowledge.courses import Courses
from knowledge.drafts import Drafts
from knowledge.duty import Duty
from knowledge.enrolments import Enrolments
from knowledge.erasing import Erasing
from knowledge.figures import Counts, Figures
from knowledge.files import Files
from knowledge.gate_stands import GateStands
from knowledge.handoff_ratings import HandoffRatings
from knowledge.handoffs import Handoffs
from knowledge.imports import Imports
from knowledge.inbox_history import History
from knowledge.inbox_list import InboxList
from knowledge.inbox_notes import InboxNotes, QuickReplies
from knowledge.joint_cases import JointCases
from knowledge.key_cache import KeyCache
from knowledge.lead_records import LeadRecords
from knowledge.link_proposals import LinkProposals
from knowledge.linking import Linking
from knowledge.membership import Memberships
from knowledge.notice_sending import NoticeSending
from knowledge.notice_ways import NoticeWays
from knowledge.notices import Notices
from knowledge.own_data import OwnData
from knowledge.people import People
from knowledge.programmes import Programmes
from knowledge.proofs import Proofs
from knowledge.publishing import Publishing
from knowledge.regions import Regions, RegionTree
from knowledge.review import Review
from knowledge.schemes import Schemes
from knowledge.second_factors import SecondFactors
from knowledge.secrets import Keyring
from knowledge.sending import Outbox
from knowledge.sessions import Sessions
from knowledge.shelf import Shelf
from knowledge.statements import Statements
from knowledge.station_care import StationCare
from knowledge.station_list import StationList
from knowledge.station_writing import StationWriting
from knowledge.stations import Stations
from knowledge.trainings import Trainings
from knowledge.turns import Taken, Turns


class Savepoint:
    """What is written after it stands with the transaction, or is undone."""

    def __init__(self, unit: Knowledge, nested: AsyncSessionTransaction | None) -> None:
        """Without `nested` nothing was written before: undoing is ending the transaction."""
        self._unit, self._nested, self._timers = unit, nested, dict(unit.timers)

    async def keep(self) -> None:
        if self._nested is not None:
            await self._nested.commit()

    async def undo(self) -> None:
        self._unit.timers = self._timers
        if self._nested is not None:
            await self._nested.rollback()
        else:
            await self._unit.session.rollback()


class Knowledge:
    """What a transaction may read and write. Made by `Database.begin`, never kept."""

    # Riders
    people = cached_property(People)
    own_data = cached_property(OwnData)
    erasing = cached_property(Erasing)
    proofs = cached_property(Proofs)
    memberships = cached_property(Memberships)
    link_proposals = cached_property(LinkProposals)
    linking = cached_property(Linking)
    behalf = cached_property(Behalf)
    behalf_list = cached_property(BehalfList)

    # What the union does for them
    claims = cached_property(Claims)
    schemes = cached_property(Schemes)
    cases = cached_property(Cases)
    case_list = cached_property(CaseList)
    case_offices = cached_property(CaseOffices)
    case_documents = cached_property(CaseDocuments)
    case_payments = cached_property(CasePayments)
    case_reopening = cached_property(CaseReopening)
    joint_cases = cached_property(JointCases)

    # What they ask for
    regions = cached_property(Regions)
    stations = cached_property(Stations)
    station_care = cached_property(StationCare)
    station_list = cached_property(StationList)
    station_writing = cached_property(StationWriting)
    courses = cached_property(Courses)
    enrolments = cached_property(Enrolments)
    imports = cached_property(Imports)

    # What is written for them
    articles = cached_property(Articles)
    article_changes = cached_property(ArticleChanges)
    article_list = cached_property(ArticleList)
    article_steps = cached_property(ArticleSteps)
    article_reviews = cached_property(ArticleReviews)
    article_versions = cached_property(ArticleVersions)
    article_pictures = cached_property(ArticlePictures)
    drafts = cached_property(Drafts)
    publishing = cached_property(Publishing)
    gate_stands = cached_property(GateStands)
    review = cached_property(Review)
    trainings = cached_property(Trainings)

    # Conversations
    conversations = cached_property(Conversations)
    turns = cached_property(Turns)
    files = cached_property(Files)
    outbox = cached_property(Outbox)
    handoffs = cached_property(Handoffs)
    handoff_ratings = cached_property(HandoffRatings)
    inbox_list = cached_property(InboxList)
    inbox_notes = cached_property(InboxNotes)
    quick_replies = cached_property(QuickReplies)
    history = cached_property(History)

    # Staff
    accounts = cached_property(Accounts)
    second_factors = cached_property(SecondFactors)
    sessions = cached_property(Sessions)
    attempts = cached_property(Attempts)
    duty = cached_property(Duty)
    lead_records = cached_property(LeadRecords)
    audit = cached_property(Audit)

    # Notices and clocks
    notices = cached_property(Notices)
    notice_ways = cached_property(NoticeWays)
    notice_sending = cached_property(NoticeSending)
    clock_limits = cached_property(ClockLimits)
    clock_timers = cached_property(ClockTimers)
    clock_matters = cached_property(ClockMatters)
    clock_recounts = cached_property(ClockRecounts)

    def __init__(
        self,
        session: AsyncSession,
        *,
        keyring: Keyring,
        now: datetime,
        chance: random.Random,
        region_tree: RegionTree,
        keys: KeyCache,
        shelf: Shelf,
        counts: Counts,
        statements: Statements | None = None,
        taken: Taken | None = None,
        programmes: Programmes | None = None,
        case_kinds: CaseKinds | None = None,
    ) -> None:
        """`statements` run what stands for itself; without, everything is one transaction."""
        self.session = session
        self.keyring = keyring
        self.now = now
        self.chance = chance
        self.region_tree = region_tree
        self.shelf = shelf
        self._counts = counts
        self._keys = keys
        self._statements = statements
        self.programmes = programmes
        self.case_kinds = case_kinds or read_case_kinds()
        self.taken = taken
        """The message that the turn is about; what it says of the person holds until changed."""
        self.handling = None if taken is None else taken.id
        """The inbox row that this turn ends."""
        self.asker: bytes | None = None
        """A keyed hash of the address that the message came from, where the channel has one."""
        self.acting: str | None = None
        """The member of staff who speaks for the rider, as the audit names them."""
        self.changed = False
        """Whether a person's records were changed: an action may not ask after that."""
        self.begun_again: dict[int, UUID] = {}
        """Conversations whose person was erased here, and who has them now."""
        self.timers: dict[str, tuple[bytes, datetime]] = {}
        """Of this turn, by external id, sealed: written with what it leaves."""

    async def rows(self, sql: str, *values: Any) -> list[Any]:
        """One written-out statement (`$1`, `$2`, …): in the transaction, if there is one."""
        if self._statements is not None and not self.session.in_transaction():
            return await self._statements.rows(sql, *values)
        if self.session.new or self.session.dirty or self.session.deleted:
            await self.session.flush()
        connection = await self.session.connection()
        found = await connection.exec_driver_sql(sql, values)
        return list(found.all())

    async def write(self, sql: str, *values: Any) -> list[Any]:
        """The same of a statement that changes something: in the transaction, which it may begin.

        In a turn it stands with the turn, or not at all.
        """
        await self.session.connection()
        return await self.rows(sql, *values)

    async def savepoint(self) -> Savepoint:
        """A point that what is written from now on can be undone to."""
        begun = self.session.in_transaction()
        return Savepoint(self, await self.session.begin_nested() if begun else None)

    def known_key(self, person: UUID) -> bytes | None:
        return self._keys.get(person)

    def remember_key(self, person: UUID, key: bytes) -> None:
        self._keys.put(person, key)

    def forget_key(self, person: UUID) -> None:
        self._keys.drop(person)

    @cached_property
    def figures(self) -> Figures:
        """Counts, with what this process has not written down yet."""
        return Figures(self, self._counts)

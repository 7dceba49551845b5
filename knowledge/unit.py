"""The unit of work: one transaction's view of all records."""

from __future__ import annotations

import random
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession, AsyncSessionTransaction

from knowledge.accounts import Accounts
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

    def __init__(self, session: AsyncSession, nested: AsyncSessionTransaction | None) -> None:
        """Without `nested` nothing was written before: undoing is ending the transaction."""
        self._session, self._nested = session, nested

    async def keep(self) -> None:
        if self._nested is not None:
            await self._nested.commit()

    async def undo(self) -> None:
        if self._nested is not None:
            await self._nested.rollback()
        else:
            await self._session.rollback()


class Knowledge:
    """What a transaction may read and write. Made by `Database.begin`, never kept."""

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

    async def rows(self, sql: str, *values: Any) -> list[Any]:
        """One written-out statement (`$1`, `$2`, …): in the transaction, if there is one."""
        if self._statements is not None and not self.session.in_transaction():
            return await self._statements.rows(sql, *values)
        connection = await self.session.connection()
        found = await connection.exec_driver_sql(sql, values)
        return list(found.all())

    async def savepoint(self) -> Savepoint:
        """A point that what is written from now on can be undone to."""
        begun = self.session.in_transaction()
        return Savepoint(self.session, await self.session.begin_nested() if begun else None)

    def known_key(self, person: UUID) -> bytes | None:
        return self._keys.get(person)

    def remember_key(self, person: UUID, key: bytes) -> None:
        self._keys.put(person, key)

    def forget_key(self, person: UUID) -> None:
        self._keys.drop(person)

    @cached_property
    def people(self) -> People:
        return People(self)

    @cached_property
    def own_data(self) -> OwnData:
        return OwnData(self)

    @cached_property
    def erasing(self) -> Erasing:
        return Erasing(self)

    @cached_property
    def proofs(self) -> Proofs:
        return Proofs(self)

    @cached_property
    def memberships(self) -> Memberships:
        return Memberships(self)

    @cached_property
    def claims(self) -> Claims:
        return Claims(self)

    @cached_property
    def cases(self) -> Cases:
        return Cases(self)

    @cached_property
    def case_list(self) -> CaseList:
        return CaseList(self)

    @cached_property
    def case_offices(self) -> CaseOffices:
        return CaseOffices(self)

    @cached_property
    def case_documents(self) -> CaseDocuments:
        return CaseDocuments(self)

    @cached_property
    def case_payments(self) -> CasePayments:
        return CasePayments(self)

    @cached_property
    def joint_cases(self) -> JointCases:
        return JointCases(self)

    @cached_property
    def regions(self) -> Regions:
        return Regions(self)

    @cached_property
    def stations(self) -> Stations:
        return Stations(self)

    @cached_property
    def station_care(self) -> StationCare:
        return StationCare(self)

    @cached_property
    def station_list(self) -> StationList:
        return StationList(self)

    @cached_property
    def station_writing(self) -> StationWriting:
        return StationWriting(self)

    @cached_property
    def imports(self) -> Imports:
        return Imports(self)

    @cached_property
    def courses(self) -> Courses:
        return Courses(self)

    @cached_property
    def enrolments(self) -> Enrolments:
        return Enrolments(self)

    @cached_property
    def articles(self) -> Articles:
        return Articles(self)

    @cached_property
    def article_pictures(self) -> ArticlePictures:
        return ArticlePictures(self)

    @cached_property
    def drafts(self) -> Drafts:
        return Drafts(self)

    @cached_property
    def publishing(self) -> Publishing:
        return Publishing(self)

    @cached_property
    def article_steps(self) -> ArticleSteps:
        return ArticleSteps(self)

    @cached_property
    def article_reviews(self) -> ArticleReviews:
        return ArticleReviews(self)

    @cached_property
    def article_versions(self) -> ArticleVersions:
        return ArticleVersions(self)

    @cached_property
    def article_list(self) -> ArticleList:
        return ArticleList(self)

    @cached_property
    def conversations(self) -> Conversations:
        return Conversations(self)

    @cached_property
    def turns(self) -> Turns:
        return Turns(self)

    @cached_property
    def duty(self) -> Duty:
        return Duty(self)

    @cached_property
    def handoffs(self) -> Handoffs:
        return Handoffs(self)

    @cached_property
    def handoff_ratings(self) -> HandoffRatings:
        return HandoffRatings(self)

    @cached_property
    def files(self) -> Files:
        return Files(self)

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(self)

    @cached_property
    def schemes(self) -> Schemes:
        return Schemes(self)

    @cached_property
    def review(self) -> Review:
        return Review(self)

    @cached_property
    def trainings(self) -> Trainings:
        return Trainings(self)

    @cached_property
    def figures(self) -> Figures:
        return Figures(self, self._counts)

    @cached_property
    def accounts(self) -> Accounts:
        return Accounts(self)

    @cached_property
    def second_factors(self) -> SecondFactors:
        return SecondFactors(self)

    @cached_property
    def sessions(self) -> Sessions:
        return Sessions(self)

    @cached_property
    def attempts(self) -> Attempts:
        return Attempts(self)

    @cached_property
    def notices(self) -> Notices:
        return Notices(self)

    @cached_property
    def notice_ways(self) -> NoticeWays:
        return NoticeWays(self)

    @cached_property
    def notice_sending(self) -> NoticeSending:
        return NoticeSending(self)

    @cached_property
    def clock_limits(self) -> ClockLimits:
        return ClockLimits(self)

    @cached_property
    def clock_timers(self) -> ClockTimers:
        return ClockTimers(self)

    @cached_property
    def clock_matters(self) -> ClockMatters:
        return ClockMatters(self)

    @cached_property
    def clock_recounts(self) -> ClockRecounts:
        return ClockRecounts(self)

    @cached_property
    def lead_records(self) -> LeadRecords:
        return LeadRecords(self)

    @cached_property
    def audit(self) -> Audit:
        return Audit(self)

    @cached_property
    def inbox_list(self) -> InboxList:
        return InboxList(self)

    @cached_property
    def history(self) -> History:
        return History(self)

    @cached_property
    def inbox_notes(self) -> InboxNotes:
        return InboxNotes(self)

    @cached_property
    def quick_replies(self) -> QuickReplies:
        return QuickReplies(self)

    @cached_property
    def link_proposals(self) -> LinkProposals:
        return LinkProposals(self)

    @cached_property
    def linking(self) -> Linking:
        return Linking(self)

    @cached_property
    def behalf_list(self) -> BehalfList:
        return BehalfList(self)

    @cached_property
    def behalf(self) -> Behalf:
        return Behalf(self)

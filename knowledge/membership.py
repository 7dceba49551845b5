"""Memberships, and applications for one with their way through the offices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.base import Base, serial
from knowledge.case_records import Given
from knowledge.clock import CHINA

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

OPEN_STATES = ("received", "in_review")
STATES = (*OPEN_STATES, "approved", "refused", "withdrawn")


class ApplicationRow(Base):
    """An application for membership. `details` (name, phone, ID number …) is sealed."""

    __tablename__ = "applications"

    number: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), index=True)
    state: Mapped[str]
    sector: Mapped[str]
    region: Mapped[str] = mapped_column(ForeignKey("regions.code"))
    sector_union: Mapped[str | None] = mapped_column(ForeignKey("sector_unions.code"))
    consent: Mapped[str]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    due: Mapped[date | None]
    details: Mapped[bytes | None]
    reason: Mapped[bytes | None]
    conversation_id: Mapped[int | None] = mapped_column(
        ForeignKey("conversations.id", ondelete="SET NULL")
    )
    __table_args__ = (
        CheckConstraint(f"state in {STATES!r}", name="state"),
        Index(
            "uq_applications_one_open",
            "person_id",
            unique=True,
            postgresql_where=text(f"state in {OPEN_STATES!r}"),
        ),
    )


class MembershipRow(Base):
    """A membership."""

    __tablename__ = "memberships"

    number: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), unique=True)
    region: Mapped[str] = mapped_column(ForeignKey("regions.code"))
    sector: Mapped[str]
    since: Mapped[date]
    active: Mapped[bool]


class ApplicationEventRow(Base):
    """A step of an application."""

    __tablename__ = "application_events"

    id: Mapped[int] = serial()
    number: Mapped[str] = mapped_column(ForeignKey("applications.number"), index=True)
    state: Mapped[str]
    at: Mapped[datetime]
    actor: Mapped[str]
    __table_args__ = (Index("uq_application_events_step", "number", "state", unique=True),)


@dataclass(frozen=True)
class Application:
    """An application, its sealed parts opened."""

    number: str
    person: UUID
    state: str
    sector: str
    region: str
    sector_union: str | None
    created_at: datetime
    changed_at: datetime
    due: date | None
    reason: str | None
    conversation: int | None


@dataclass(frozen=True)
class Membership:
    """A membership."""

    number: str
    person: UUID
    region: str
    sector: str
    since: date
    active: bool


_OF = """
    select number, person_id, region, sector, since, active from memberships where person_id = $1
"""


class Memberships:
    """Memberships and applications of one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def of(self, person: UUID) -> Membership | None:
        """The person's membership."""
        rows = await self._unit.rows(_OF, person)
        return Membership(*rows[0]) if rows else None

    async def applications(self, person: UUID) -> list[Application]:
        """The person's applications, the newest first."""
        rows = await self._unit.session.scalars(
            select(ApplicationRow)
            .where(ApplicationRow.person_id == person)
            .order_by(ApplicationRow.created_at.desc())
        )
        return [await self._open(row) for row in rows]

    async def application(self, number: str) -> Application | None:
        """One application."""
        row = await self._unit.session.get(ApplicationRow, number)
        return None if row is None else await self._open(row)

    async def list(self, *, state: str | None = None, limit: int = 50) -> list[Application]:
        """Applications for the office, the oldest first."""
        query = select(ApplicationRow).order_by(ApplicationRow.created_at).limit(limit)
        if state is not None:
            query = query.where(ApplicationRow.state == state)
        return [await self._open(row) for row in await self._unit.session.scalars(query)]

    async def apply(
        self,
        person: UUID,
        *,
        region: str,
        sector: str,
        details: Mapping[str, Any],
        consent: str,
        code: str,
        conversation: int | None = None,
    ) -> Application:
        """File an application: a number, a due date where the region has set one.

        `consent` is the version of the text that was agreed to, `code` the query code.

        Raises:
            sqlalchemy.exc.IntegrityError: the person has an open application already.
        """
        now = self._unit.now
        union = await self._unit.regions.sector_union(region, sector)
        number = self._unit.people.new_number(self._unit.region_tree.number_prefix(region))
        kind = self._unit.case_kinds.get("application")
        case = await self._unit.cases.enter(
            number, person, kind, region=region, sector=sector, consent=consent,
            conversation=conversation,
        )  # fmt: skip
        await self._unit.session.execute(
            insert(ApplicationRow).values(
                number=number,
                person_id=person,
                state=case.step,
                sector=sector,
                region=region,
                sector_union=union.code if union else None,
                consent=consent,
                created_at=now,
                changed_at=now,
                due=case.due,
                details=await self._unit.people.seal(person, dict(details), "application"),
                conversation_id=conversation,
            )
        )
        await self._event(number, case.step, "rider")
        await self._unit.people.issue_code(person, number, "application", code)
        await self._unit.audit.write(
            person, actor="rider", action="application.apply", after={**details, "number": number}
        )
        found = await self.application(number)
        assert found is not None
        return found

    async def decide(
        self, number: str, state: str, *, actor: str, reason: str | None = None
    ) -> Application:
        """Move an application on; an approval makes the membership.

        Raises:
            LookupError: no such application.
            NotAllowed: the step doesn't follow from its state.
        """
        if await self.application(number) is None:
            raise LookupError(number)
        await self._unit.cases.move(number, state, actor=actor, given=Given(reason=reason))
        found = await self.application(number)
        assert found is not None
        return found

    async def details(self, number: str) -> dict[str, Any]:
        """What was handed in with an application."""
        row = await self._unit.session.get(ApplicationRow, number)
        if row is None or row.details is None:
            return {}
        return dict(await self._unit.people.unseal(row.person_id, row.details, "application"))

    async def came_to(self, number: str, state: str, reason: str | None, actor: str) -> None:
        """Its case has come to a step: the application follows."""
        row = await self._unit.session.get_one(ApplicationRow, number)
        sealed = await self._unit.people.seal(row.person_id, reason, "reason") if reason else None
        await self._unit.session.execute(
            update(ApplicationRow)
            .where(ApplicationRow.number == number)
            .values(state=state, changed_at=self._unit.now, reason=sealed)
        )
        await self._event(number, state, actor)
        if state == "approved":
            await self._admit(row)
        await self._unit.session.refresh(row)

    async def _admit(self, row: ApplicationRow) -> None:
        # The application's number goes on as the member's: its query code proves them still.
        await self._unit.session.execute(
            insert(MembershipRow)
            .values(
                number=row.number,
                person_id=row.person_id,
                region=row.region,
                sector=row.sector,
                since=self._unit.now.astimezone(CHINA).date(),
                active=True,
            )
            .on_conflict_do_nothing(index_elements=[MembershipRow.person_id])
        )

    async def _event(self, number: str, state: str, actor: str) -> None:
        await self._unit.session.execute(
            insert(ApplicationEventRow)
            .values(number=number, state=state, at=self._unit.now, actor=actor)
            .on_conflict_do_nothing()
        )

    async def _open(self, row: ApplicationRow) -> Application:
        reason = row.reason and await self._unit.people.unseal(row.person_id, row.reason, "reason")
        return Application(
            number=row.number,
            person=row.person_id,
            state=row.state,
            sector=row.sector,
            region=row.region,
            sector_union=row.sector_union,
            created_at=row.created_at,
            changed_at=row.changed_at,
            due=row.due,
            reason=reason or None,
            conversation=row.conversation_id,
        )

"""Claims: what was handed in, which step it is at, what is missing, what was paid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.base import Base, serial
from knowledge.case_records import Case, Given
from knowledge.clock import CHINA
from knowledge.content_entries import Words

if TYPE_CHECKING:
    from knowledge.content_cases import CaseKindEntry
    from knowledge.unit import Knowledge

STEPS = ("applied", "in_review", "approved", "paid", "refused")
OPEN_STEPS = ("applied", "in_review", "approved")


class ClaimRow(Base):
    """A claim. Amounts and steps are in the clear; what is missing tells about health: sealed."""

    __tablename__ = "claims"

    number: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), index=True)
    scheme: Mapped[str]
    region: Mapped[str] = mapped_column(ForeignKey("regions.code"))
    step: Mapped[str]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    own_cost: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    approved: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    paid: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    paid_on: Mapped[date | None]
    missing: Mapped[bytes | None]
    reason: Mapped[bytes | None]
    conversation_id: Mapped[int | None] = mapped_column(
        ForeignKey("conversations.id", ondelete="SET NULL")
    )
    __table_args__ = (
        CheckConstraint(f"step in {STEPS!r}", name="step"),
        CheckConstraint("own_cost >= 0 and approved >= 0 and paid >= 0", name="amounts"),
    )


class ClaimStepRow(Base):
    """When a claim came to a step."""

    __tablename__ = "claim_steps"

    id: Mapped[int] = serial()
    number: Mapped[str] = mapped_column(ForeignKey("claims.number"))
    step: Mapped[str]
    at: Mapped[datetime]
    actor: Mapped[str]
    __table_args__ = (Index("uq_claim_steps_step", "number", "step", unique=True),)


@dataclass(frozen=True)
class Claim:
    """A claim, its sealed parts opened. `steps` are (step, when), in order."""

    number: str
    person: UUID
    scheme: str
    region: str
    step: str
    changed_at: datetime
    own_cost: Decimal | None
    approved: Decimal | None
    paid: Decimal | None
    paid_on: date | None
    missing: tuple[str, ...]
    reason: str | None
    conversation: int | None
    steps: tuple[tuple[str, datetime], ...] = field(default=())


class Claims:
    """Claims of one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def of(self, person: UUID) -> list[Claim]:
        """The person's claims, the latest change first."""
        rows = await self._unit.session.scalars(
            select(ClaimRow)
            .where(ClaimRow.person_id == person)
            .order_by(ClaimRow.changed_at.desc())
        )
        return [await self._open(row) for row in rows]

    async def claim(self, number: str) -> Claim | None:
        """One claim."""
        row = await self._unit.session.get(ClaimRow, number)
        return None if row is None else await self._open(row)

    async def named(self, claim: Claim) -> tuple[Words | None, Words | None]:
        """The scheme's name and what is missing, as they are read; None where there is none."""
        scheme = await self._unit.schemes.get(claim.scheme)
        kind = self._unit.case_kinds.get("claim")
        names = {question.code: question.label for question in kind.questions}
        names |= {paper.code: paper.name for paper in (scheme.papers if scheme else ())}
        papers = [names.get(code, Words(zh=code, en=code)) for code in claim.missing]
        missing = (
            Words(
                zh="、".join(paper.zh for paper in papers),
                en=", ".join(paper.en for paper in papers),
            )
            if papers
            else None
        )
        return scheme.name if scheme else None, missing

    async def list(self, *, step: str | None = None, limit: int = 50) -> list[Claim]:
        """Claims for the office, the oldest change first."""
        query = select(ClaimRow).order_by(ClaimRow.changed_at).limit(limit)
        if step is not None:
            query = query.where(ClaimRow.step == step)
        return [await self._open(row) for row in await self._unit.session.scalars(query)]

    async def hand_in(
        self,
        person: UUID,
        kind: CaseKindEntry,
        *,
        scheme: str,
        own_cost: Decimal | None,
        missing: Sequence[str],
        region: str,
        consent: str,
        code: str,
        details: Mapping[str, Any],
        conversation: int | None,
        sector: str | None,
    ) -> Case:
        """A new claim and its case. `missing` are codes of papers; a scheme may be unknown yet."""
        case = await self._unit.cases.file(
            person, kind, region=region, details=details, consent=consent, code=code,
            conversation=conversation, sector=sector,
        )  # fmt: skip
        sealed = await self._unit.people.seal(person, list(missing), "missing")
        await self._unit.session.execute(
            insert(ClaimRow).values(
                number=case.number,
                person_id=person,
                scheme=scheme,
                region=region,
                step="applied",
                created_at=self._unit.now,
                changed_at=self._unit.now,
                own_cost=own_cost,
                missing=sealed,
                conversation_id=conversation,
            )
        )
        await self._unit.session.execute(
            insert(ClaimStepRow).values(
                number=case.number, step="applied", at=self._unit.now, actor="rider"
            )
        )
        return case

    async def decide(
        self,
        number: str,
        step: str,
        *,
        actor: str,
        amount: Decimal | None = None,
        reason: str | None = None,
    ) -> Claim:
        """Move a claim on. `amount` is what is approved or paid.

        Raises:
            LookupError: no such claim.
            NotAllowed: the step doesn't follow from the one it is at, or lacks its amount.
        """
        if await self.claim(number) is None:
            raise LookupError(number)
        given = Given(reason=reason, amount=amount)
        await self._unit.cases.move(number, step, actor=actor, given=given)
        found = await self.claim(number)
        assert found is not None
        return found

    async def came_to(self, number: str, step: str, given: Given, actor: str) -> None:
        """Its case has come to a step: the claim follows."""
        row = await self._unit.session.get_one(ClaimRow, number)
        if row.step == "refused":  # opened again: it was not
            await self._unit.session.execute(
                delete(ClaimStepRow).where(
                    ClaimStepRow.number == number, ClaimStepRow.step == row.step
                )
            )
        values: dict[str, object] = {"step": step, "changed_at": self._unit.now}
        if step == "approved":
            values["approved"] = given.amount
        if step == "paid":
            values["paid"] = given.amount if given.amount is not None else row.approved
            values["paid_on"] = self._unit.now.astimezone(CHINA).date()
        if given.reason:
            values["reason"] = await self._unit.people.seal(row.person_id, given.reason, "reason")
        await self._unit.session.execute(
            update(ClaimRow).where(ClaimRow.number == number).values(**values)
        )
        await self._unit.session.execute(
            insert(ClaimStepRow)
            .values(number=number, step=step, at=self._unit.now, actor=actor)
            .on_conflict_do_nothing()
        )
        await self._unit.session.refresh(row)

    async def _open(self, row: ClaimRow) -> Claim:
        people = self._unit.people
        missing = row.missing and await people.unseal(row.person_id, row.missing, "missing")
        reason = row.reason and await people.unseal(row.person_id, row.reason, "reason")
        steps = await self._unit.session.execute(
            select(ClaimStepRow.step, ClaimStepRow.at)
            .where(ClaimStepRow.number == row.number)
            .order_by(ClaimStepRow.at, ClaimStepRow.id)
        )
        return Claim(
            number=row.number,
            person=row.person_id,
            scheme=row.scheme,
            region=row.region,
            step=row.step,
            changed_at=row.changed_at,
            own_cost=row.own_cost,
            approved=row.approved,
            paid=row.paid,
            paid_on=row.paid_on,
            missing=tuple(missing or ()),
            reason=reason or None,
            conversation=row.conversation_id,
            steps=tuple((s, at) for s, at in steps.all()),
        )

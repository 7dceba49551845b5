"""The tables of cases.

In the clear is what lists and rules need: kind, region, step, days, amounts, who has it. What the
rider wrote, reasons, documents and numbers at other offices are sealed with the person's key.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, text
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.base import Base, serial

EVENTS = (
    "opened", "moved", "proposed", "dropped", "assigned", "escalated", "returned", "document",
    "office_number", "joint", "noted", "said", "answered", "reopened",
)  # fmt: skip
CLOCKS = ("start", "rest", "run", "stop")


class CaseRow(Base):
    """A case. `region` is whose matter it is, `office` the region whose union has it now."""

    __tablename__ = "cases"

    number: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), index=True)
    region: Mapped[str] = mapped_column(ForeignKey("regions.code"))
    office: Mapped[str] = mapped_column(ForeignKey("regions.code"))
    sector: Mapped[str | None]
    step: Mapped[str]
    owner: Mapped[str | None]
    urgent: Mapped[bool]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    due: Mapped[date | None]
    closed_at: Mapped[datetime | None]
    amount: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    consent: Mapped[str]
    details: Mapped[bytes | None]
    reason: Mapped[bytes | None]
    office_number: Mapped[bytes | None]
    conversation_id: Mapped[int | None] = mapped_column(
        ForeignKey("conversations.id", ondelete="SET NULL")
    )
    __table_args__ = (
        CheckConstraint("amount >= 0", name="amount"),
        Index("ix_cases_open", "region", "kind", postgresql_where=text("closed_at is null")),
        Index("ix_cases_created_at", "created_at"),
        Index("ix_cases_owner", "owner", postgresql_where=text("closed_at is null")),
    )


class CaseEventRow(Base):
    """What happened to a case. `clock` says what it did to the time that an office has."""

    __tablename__ = "case_events"

    id: Mapped[int] = serial()
    number: Mapped[str] = mapped_column(ForeignKey("cases.number"), index=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    what: Mapped[str]
    step: Mapped[str]
    office: Mapped[str]
    clock: Mapped[str | None]
    text: Mapped[bytes | None]
    __table_args__ = (
        CheckConstraint(f"what in {EVENTS!r}", name="what"),
        CheckConstraint(f"clock in {CLOCKS!r}", name="clock"),
    )


class CaseDocumentRow(Base):
    """A document of a case; name and content are sealed."""

    __tablename__ = "case_documents"

    id: Mapped[int] = serial()
    number: Mapped[str] = mapped_column(ForeignKey("cases.number"), index=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    mime: Mapped[str]
    size: Mapped[int]
    name: Mapped[bytes]
    body: Mapped[bytes]


class CaseProposalRow(Base):
    """A payment that waits for a second person."""

    __tablename__ = "case_proposals"

    number: Mapped[str] = mapped_column(ForeignKey("cases.number"), primary_key=True)
    step: Mapped[str]
    amount: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    actor: Mapped[str]
    at: Mapped[datetime]
    reason: Mapped[bytes | None]


class CaseRuleRow(Base):
    """Who gets cases of a region by themselves; without kind or sector: of any."""

    __tablename__ = "case_rules"

    id: Mapped[int] = serial()
    region: Mapped[str] = mapped_column(ForeignKey("regions.code"))
    kind: Mapped[str | None]
    sector: Mapped[str | None]
    account: Mapped[str]


class CaseEmployerRow(Base):
    """A keyed hash of a piece of the name that a case is about, so that alike ones are found."""

    __tablename__ = "case_employers"

    number: Mapped[str] = mapped_column(ForeignKey("cases.number"), primary_key=True)
    token: Mapped[bytes] = mapped_column(primary_key=True)
    __table_args__ = (Index("ix_case_employers_token", "token"),)


class JointCaseRow(Base):
    """Cases about one employer that are handled together."""

    __tablename__ = "joint_cases"

    id: Mapped[int] = serial()
    region: Mapped[str] = mapped_column(ForeignKey("regions.code"))
    kind: Mapped[str]
    made_by: Mapped[str]
    at: Mapped[datetime]


class JointMemberRow(Base):
    """A case of a joint one: asked, and whether its rider has agreed."""

    __tablename__ = "joint_members"

    joint: Mapped[int] = mapped_column(ForeignKey("joint_cases.id"), primary_key=True)
    number: Mapped[str] = mapped_column(ForeignKey("cases.number"), primary_key=True)
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    agreed: Mapped[bool | None]
    __table_args__ = (
        Index(
            "uq_joint_members_one",
            "number",
            unique=True,
            postgresql_where=text("agreed is not false"),
        ),
    )


class JointAccessRow(Base):
    """An account that may see a joint case: named, not by its role."""

    __tablename__ = "joint_access"

    joint: Mapped[int] = mapped_column(ForeignKey("joint_cases.id"), primary_key=True)
    account: Mapped[str] = mapped_column(primary_key=True)

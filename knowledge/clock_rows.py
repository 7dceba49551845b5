"""The tables of clocks: limits as data, and the timers that run towards them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.base import Base, serial
from knowledge.clocks import MEASURES

SOURCES = ("handoff", "case")


class ClockLimitRow(Base):
    """How many minutes one may take; `region` and `kind` null is any, `always`: at every hour."""

    __tablename__ = "clock_limits"

    id: Mapped[int] = serial()
    measure: Mapped[str]
    region: Mapped[str | None] = mapped_column(ForeignKey("regions.code"))
    kind: Mapped[str | None]
    minutes: Mapped[int]
    always: Mapped[bool]
    __table_args__ = (
        CheckConstraint(f"measure in {MEASURES!r}", name="measure"),
        CheckConstraint("minutes > 0", name="minutes"),
        UniqueConstraint("measure", "region", "kind", postgresql_nulls_not_distinct=True),
    )


class ClockTimerRow(Base):
    """A clock that isn't stopped: of one run of a matter, which is a page of the console.

    What is due lies in the row, so that a timer survives whoever looks at it.
    """

    __tablename__ = "clock_timers"

    id: Mapped[int] = serial()
    source: Mapped[str]
    number: Mapped[str]
    measure: Mapped[str]
    kind: Mapped[str]
    region: Mapped[str | None] = mapped_column(ForeignKey("regions.code"))
    subject: Mapped[str]
    holder: Mapped[str | None]
    since: Mapped[datetime]
    minutes: Mapped[int]
    warns_at: Mapped[datetime | None]
    breaks_at: Mapped[datetime | None]
    warned_at: Mapped[datetime | None]
    broken_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(f"source in {SOURCES!r}", name="source"),
        CheckConstraint(f"measure in {MEASURES!r}", name="measure"),
        UniqueConstraint("source", "number", "measure"),
        Index("ix_clock_timers_warns_at", "warns_at", postgresql_where=text("warned_at is null")),
        Index("ix_clock_timers_breaks_at", "breaks_at", postgresql_where=text("broken_at is null")),
    )

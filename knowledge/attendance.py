"""Who came to which meeting of a course.

A mark hangs on the enrolment and the meeting's time, not on the meeting's row: an import writes
those anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.base import Base
from knowledge.clock import CHINA
from knowledge.course_rows import EnrolmentRow

if TYPE_CHECKING:
    from knowledge.unit import Knowledge


class AttendanceRow(Base):
    """Whether somebody came to a meeting."""

    __tablename__ = "attendance"

    enrolment_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("enrolments.id", ondelete="CASCADE"), primary_key=True
    )
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    came: Mapped[bool]
    at: Mapped[datetime]


@dataclass(frozen=True)
class Mark:
    """Whether somebody came to a meeting."""

    enrolment: int
    starts_at: datetime
    came: bool


class Attendance:
    """Attendance of one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def of_course(self, code: str) -> list[Mark]:
        """All marks of a course."""
        rows = await self._unit.session.scalars(
            select(AttendanceRow)
            .join(EnrolmentRow, EnrolmentRow.id == AttendanceRow.enrolment_id)
            .where(EnrolmentRow.course == code)
            .order_by(AttendanceRow.starts_at, AttendanceRow.enrolment_id)
            .execution_options(populate_existing=True)
        )
        return [Mark(row.enrolment_id, row.starts_at, row.came) for row in rows]

    async def put(
        self,
        code: str,
        starts_at: datetime,
        came: Mapping[int, tuple[UUID, bool]],
        *,
        actor: str,
    ) -> int:
        """Write down by enrolment whose it is and whether they came; how many marks are new."""
        before = {
            one.enrolment: one.came
            for one in await self.of_course(code)
            if one.starts_at == starts_at
        }
        changed = {
            number: (person, here)
            for number, (person, here) in came.items()
            if before.get(number) != here
        }
        for number, (person, here) in changed.items():
            put = insert(AttendanceRow).values(
                enrolment_id=number, starts_at=starts_at, came=here, at=self._unit.now
            )
            await self._unit.session.execute(
                put.on_conflict_do_update(
                    index_elements=["enrolment_id", "starts_at"],
                    set_={"came": here, "at": self._unit.now},
                )
            )
            told = {"course": code, "meeting": f"{starts_at.astimezone(CHINA):%Y-%m-%d %H:%M}"}
            was = before.get(number)
            await self._unit.audit.write(
                person,
                actor=actor,
                action="course.attendance",
                before=None if was is None else {**told, "came": was},
                after={**told, "came": here},
            )
        return len(changed)

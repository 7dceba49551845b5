"""Lists of cases: filtered, paged, by step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from knowledge.case_records import Case, opened
from knowledge.case_rows import CaseRow, JointAccessRow, JointMemberRow
from knowledge.clock import CHINA
from knowledge.clock_rows import ClockTimerRow

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

PAGE = 50
"""Cases on a page."""

ON_BOARD = 20
"""Cases in a column of the board; how many more there are is said."""

NOBODY = "-"
"""As an owner: cases that nobody has."""


@dataclass(frozen=True)
class CaseWish:
    """Which cases. `regions` None is everywhere; an empty text is any."""

    regions: Sequence[str] | None = None
    viewer: str = ""
    """Whose list it is: cases of joint ones are seen by those who are named there."""
    kind: str = ""
    step: str = ""
    owner: str = ""
    text: str = ""
    overdue: bool = False
    closed: bool = False
    page: int = 1


@dataclass(frozen=True)
class CasePage:
    """A page of a list."""

    cases: Sequence[Case]
    count: int
    page: int
    late: Mapping[str, date] = field(default_factory=dict)
    """Since when staff's clock is over, by number; who is in time isn't in it."""

    @property
    def pages(self) -> int:
        return max(1, -(-self.count // PAGE))


def unless_joint(viewer: str) -> ColumnElement[bool]:
    """Not in a joint case, or in one that names the viewer."""
    named = exists().where(
        JointAccessRow.joint == JointMemberRow.joint, JointAccessRow.account == viewer
    )
    return ~exists().where(
        JointMemberRow.number == CaseRow.number, JointMemberRow.agreed.is_(True), ~named
    )


class CaseList:
    """Lists of cases of one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def page(self, wish: CaseWish) -> CasePage:
        """A page: urgent ones first, then by what is due first."""
        where = self._where(wish)
        count = await self._unit.session.scalar(select(func.count()).where(where)) or 0
        page = min(max(1, wish.page), max(1, -(-count // PAGE)))
        rows = await self._unit.session.scalars(
            _ordered(select(CaseRow).where(where)).offset((page - 1) * PAGE).limit(PAGE)
        )
        cases = [opened(row) for row in rows]
        return CasePage(cases, count, page, await self._late(cases))

    async def all(self, wish: CaseWish, limit: int) -> list[Case]:
        """Everything that fits, for an export; one more than `limit` if there are more."""
        rows = await self._unit.session.scalars(
            _ordered(select(CaseRow).where(self._where(wish))).limit(limit + 1)
        )
        return [opened(row) for row in rows]

    async def board(self, wish: CaseWish) -> dict[str, CasePage]:
        """The first cases at each step of `wish.kind`, with how many there are."""
        found: dict[str, CasePage] = {}
        for step in self._unit.case_kinds.get(wish.kind).steps:
            if step.final and not wish.closed:
                continue
            where = self._where(replace(wish, step=step.code))
            count = await self._unit.session.scalar(select(func.count()).where(where)) or 0
            rows = await self._unit.session.scalars(
                _ordered(select(CaseRow).where(where)).limit(ON_BOARD)
            )
            cases = [opened(row) for row in rows]
            found[step.code] = CasePage(cases, count, 1, await self._late(cases))
        return found

    async def of(self, persons: Sequence[UUID], wish: CaseWish) -> list[Case]:
        """What fits of some persons' cases, the latest change first."""
        rows = await self._unit.session.scalars(
            select(CaseRow)
            .where(CaseRow.person_id.in_(persons), self._where(wish))
            .order_by(CaseRow.changed_at.desc(), CaseRow.number)
        )
        return [opened(row) for row in rows]

    async def load(self, accounts: Sequence[str]) -> dict[str, int]:
        """How many open cases each account has."""
        rows = await self._unit.session.execute(
            select(CaseRow.owner, func.count())
            .where(CaseRow.owner.in_(accounts), CaseRow.closed_at.is_(None))
            .group_by(CaseRow.owner)
        )
        load = dict.fromkeys(accounts, 0)
        load |= {str(owner): count for owner, count in rows.all()}
        return load

    async def may_see(self, number: str, viewer: str) -> bool:
        """Whether a case is in no joint one, or in one that names the viewer."""
        where = and_(CaseRow.number == number, unless_joint(viewer))
        return bool(await self._unit.session.scalar(select(func.count()).where(where)))

    @property
    def today(self) -> date:
        return self._unit.now.astimezone(CHINA).date()

    def _where(self, wish: CaseWish) -> ColumnElement[bool]:
        parts: list[Any] = [CaseRow.kind.in_([kind.code for kind in self._unit.case_kinds])]
        parts.append(unless_joint(wish.viewer))
        if wish.regions is not None:
            parts.append(or_(CaseRow.region.in_(wish.regions), CaseRow.office.in_(wish.regions)))
        if wish.kind:
            parts.append(CaseRow.kind == wish.kind)
        if wish.step:
            parts.append(CaseRow.step == wish.step)
        if wish.owner:
            nobody = wish.owner == NOBODY
            parts.append(CaseRow.owner.is_(None) if nobody else CaseRow.owner == wish.owner)
        if wish.text:
            said = func.replace(CaseRow.number, "-", "")
            parts.append(said.contains(wish.text.upper().replace("-", ""), autoescape=True))
        if wish.overdue:
            late = exists().where(self._over(), ClockTimerRow.number == CaseRow.number)
            # What the rider was promised, and the clock that staff go by.
            parts.append(or_(CaseRow.due < self.today, late))
        if not wish.closed and not wish.text:
            parts.append(CaseRow.closed_at.is_(None))
        return and_(*parts)

    async def _late(self, cases: Sequence[Case]) -> dict[str, date]:
        rows = await self._unit.session.execute(
            select(ClockTimerRow.number, func.min(ClockTimerRow.breaks_at))
            .where(self._over(), ClockTimerRow.number.in_([one.number for one in cases]))
            .group_by(ClockTimerRow.number)
        )
        return {number: at.astimezone(CHINA).date() for number, at in rows.all() if at}

    def _over(self) -> ColumnElement[bool]:
        return and_(ClockTimerRow.source == "case", ClockTimerRow.breaks_at <= self._unit.now)


def _ordered(query: Select[CaseRow]) -> Select[CaseRow]:
    return query.order_by(
        CaseRow.closed_at.is_not(None),
        CaseRow.urgent.desc(),
        CaseRow.due.asc().nulls_last(),
        CaseRow.created_at,
        CaseRow.number,
    )

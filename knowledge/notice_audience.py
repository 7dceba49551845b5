"""Whom a notice is for, as it stands when it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, or_, select

from knowledge.accounts import AccountRow
from knowledge.notice_rows import NoticeRow

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

CRISIS, NOBODY_SEES_TO_IT = "crisis", "crisis_unacknowledged"


async def audience(unit: Knowledge, notice: NoticeRow, regions: Sequence[str]) -> list[int]:
    """The accounts: the one that it names, else those of its region and above (`regions`).

    A cry for help is for those on duty, who are woken by it; with nobody on duty for the leads.
    """
    if notice.addressee is not None:
        return await _accounts(unit, AccountRow.name == notice.addressee)
    theirs = or_(AccountRow.region.is_(None), AccountRow.region.in_(regions))
    everybody = and_(AccountRow.role != "auditor", theirs)
    if notice.kind not in (CRISIS, NOBODY_SEES_TO_IT):
        return await _accounts(unit, everybody)
    if notice.region is None:  # the rider has told no place: whoever is there may be the one
        everybody = AccountRow.role != "auditor"
    on_duty = await _on_duty(unit, regions, everybody)
    if on_duty and notice.kind == CRISIS:
        return on_duty
    return sorted({*on_duty, *await _leads(unit, everybody)})


async def _on_duty(
    unit: Knowledge, regions: Sequence[str], among: ColumnElement[bool]
) -> list[int]:
    """Who is on duty in the region and the one above; with nobody there, in one further up."""
    roster = await unit.duty.roster()
    for whose in (regions[:2], regions):
        names = roster.on(unit.now, whose or None)
        if found := await _accounts(unit, and_(among, AccountRow.name.in_(names))):
            return found
    return []


async def _leads(unit: Knowledge, among: ColumnElement[bool]) -> list[int]:
    """The leads; where there is none, whoever there is: a cry is never for nobody."""
    for role in ("lead", "administrator", "staff"):
        if found := await _accounts(unit, and_(among, AccountRow.role == role)):
            return found
    return []


async def _accounts(unit: Knowledge, which: ColumnElement[bool]) -> list[int]:
    rows = await unit.session.scalars(
        select(AccountRow.id)
        .where(which, AccountRow.disabled_at.is_(None), AccountRow.password_hash.is_not(None))
        .order_by(AccountRow.id)
    )
    return list(rows)

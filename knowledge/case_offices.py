"""Who has a case: the level of the union, the member of staff; by hand, by rule, by the clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from knowledge.case_records import Case, NotAllowed, Why
from knowledge.case_rows import CaseEventRow, CaseRow, CaseRuleRow
from knowledge.regions import Region, RegionTree

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

LEVELS = ("street", "district", "city", "province")
"""Levels that a case is escalated through, upwards."""

HOUSE = "house"
"""Who acts when the clock does."""


@dataclass(frozen=True)
class Rule:
    """Cases of a region (of a kind, of a trade) go to an account."""

    id: int
    region: str
    kind: str | None
    sector: str | None
    account: str

    @property
    def exact(self) -> int:
        """How much it says besides the region."""
        return (self.kind is not None) + (self.sector is not None)


@dataclass(frozen=True)
class Passed:
    """A case that another level of the union has now; `event` is the step in its history."""

    case: Case
    event: int


def above(tree: RegionTree, office: str) -> Region | None:
    """The next level up that a case can be escalated to."""
    return next((r for r in tree.upwards(office)[1:] if r.level in LEVELS), None)


class CaseOffices:
    """Who has which case, in one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    # Levels

    async def escalate(self, number: str, reason: str | Why, *, actor: str) -> Passed:
        """Hand a case to the level above, with a reason.

        Raises:
            LookupError: no such case.
            NotAllowed: it is closed, or there is no level above.
        """
        case = await self._unit.cases.locked(number)
        _still_open(case)
        higher = above(self._unit.region_tree, case.office)
        if higher is None:
            raise NotAllowed(f"{number}: there is no level above {case.office}", "case_top")
        return await self._pass(case, higher.code, "escalated", reason, actor)

    async def hand_down(self, number: str, answer: str, *, actor: str) -> Passed:
        """Give a case back to the level that it came from, with an answer.

        Raises:
            LookupError: no such case.
            NotAllowed: it is closed, or was not escalated.
        """
        case = await self._unit.cases.locked(number)
        _still_open(case)
        way = await self._way(case)
        if len(way) < 2:
            raise NotAllowed(f"{number} was not escalated", "case_not_escalated")
        return await self._pass(case, way[-2], "returned", answer, actor)

    async def escalate_by_clock(self, number: str, reason: str | Why) -> Passed | None:
        """For the clocks: hand a case whose time is over to the level above; None at the top.

        Raises:
            LookupError: no such case.
        """
        try:
            return await self.escalate(number, reason, actor=HOUSE)
        except NotAllowed:
            return None

    async def _way(self, case: Case) -> list[str]:
        """The offices that a case came through, its own first, the present one last."""
        rows = await self._unit.session.execute(
            select(CaseEventRow.what, CaseEventRow.office)
            .where(
                CaseEventRow.number == case.number,
                CaseEventRow.what.in_(("escalated", "returned")),
            )
            .order_by(CaseEventRow.id)
        )
        way = [case.region]
        for what, office in rows.all():
            if what == "escalated":
                way.append(office)
            elif len(way) > 1:
                way.pop()
        return way

    async def _pass(
        self, case: Case, office: str, what: str, text: str | Why, actor: str
    ) -> Passed:
        await self._unit.session.execute(
            update(CaseRow)
            .where(CaseRow.number == case.number)
            .values(office=office, owner=None, changed_at=self._unit.now)
        )
        event = await self._unit.cases.note(case, what, actor, office=office, text=text)
        said = text.as_json() if isinstance(text, Why) else text
        await self._unit.audit.write(
            case.person,
            actor=actor,
            action=f"case.{what}",
            before={"office": case.office},
            after={"number": case.number, "office": office, "reason": said},
        )
        await self.assign_by_rule(case.number, actor=HOUSE)
        return Passed(await self._unit.cases.locked(case.number), event)

    # Members of staff

    async def assign(self, number: str, account: str | None, *, actor: str) -> Case:
        """Give a case to a member of staff, or to nobody.

        Raises:
            LookupError: no such case.
            NotAllowed: it is closed.
        """
        case = await self._unit.cases.locked(number)
        _still_open(case)
        if case.owner == account:
            return case
        await self._unit.session.execute(
            update(CaseRow).where(CaseRow.number == number).values(owner=account)
        )
        await self._unit.cases.note(case, "assigned", actor, text=account)
        await self._unit.audit.write(
            case.person,
            actor=actor,
            action="case.assign",
            before={"owner": case.owner},
            after={"number": number, "owner": account},
        )
        return await self._unit.cases.locked(number)

    async def assign_by_rule(self, number: str, *, actor: str) -> Case:
        """Give a case to whom the rules name: the nearest region's, then what says most, then load.

        Raises:
            LookupError: no such case.
        """
        case = await self._unit.cases.locked(number)
        named = await self._named(case)
        if not named or case.closed_at is not None:
            return case
        load = await self._unit.case_list.load(named)
        account = min(named, key=lambda name: (load[name], name))
        return await self.assign(number, account, actor=actor)

    async def _named(self, case: Case) -> list[str]:
        """The accounts that the rules name for a case, all alike; none if there is no rule."""
        codes = [region.code for region in self._unit.region_tree.upwards(case.office)]
        fitting = [
            rule
            for rule in await self.rules(codes)
            if rule.kind in (None, case.kind) and rule.sector in (None, case.sector)
        ]
        if not fitting:
            return []
        best = min((codes.index(rule.region), -rule.exact) for rule in fitting)
        return list(
            dict.fromkeys(
                rule.account for rule in fitting if (codes.index(rule.region), -rule.exact) == best
            )
        )

    # Rules

    async def rules(self, regions: Sequence[str] | None) -> list[Rule]:
        """The rules of regions; None is everywhere."""
        query = select(CaseRuleRow).order_by(CaseRuleRow.region, CaseRuleRow.id)
        if regions is not None:
            query = query.where(CaseRuleRow.region.in_(regions))
        rows = await self._unit.session.scalars(query)
        return [Rule(row.id, row.region, row.kind, row.sector, row.account) for row in rows]

    async def add_rule(
        self, region: str, kind: str | None, sector: str | None, account: str, *, actor: str
    ) -> None:
        """Add a rule; one that is there already stays one."""
        same = (
            CaseRuleRow.region == region,
            CaseRuleRow.account == account,
            CaseRuleRow.kind.is_not_distinct_from(kind),
            CaseRuleRow.sector.is_not_distinct_from(sector),
        )
        if await self._unit.session.scalar(select(CaseRuleRow.id).where(*same)) is not None:
            return
        await self._unit.session.execute(
            insert(CaseRuleRow).values(region=region, kind=kind, sector=sector, account=account)
        )
        await self._unit.audit.write(
            None,
            actor=actor,
            action="case.rule",
            subject="case_rules",
            region=region,
            after={"kind": kind, "sector": sector, "account": account},
        )

    async def drop_rule(self, rule: Rule, *, actor: str) -> None:
        """Take a rule away."""
        await self._unit.session.execute(delete(CaseRuleRow).where(CaseRuleRow.id == rule.id))
        await self._unit.audit.write(
            None,
            actor=actor,
            action="case.rule",
            subject="case_rules",
            region=rule.region,
            before={"kind": rule.kind, "sector": rule.sector, "account": rule.account},
        )


def _still_open(case: Case) -> None:
    if case.closed_at is not None:
        raise NotAllowed(f"{case.number} is closed", "case_closed")

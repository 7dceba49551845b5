"""What staff do with cases: move, assign, escalate, add documents; the rider is told of it.

The step, its audit line and the news are one transaction. What would be told can be seen before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import get_args

from bot.case_access import LONGEST, at_work, ours, written
from bot.case_desk import working
from bot.case_refused import CaseRefused
from bot.case_told import CaseTold
from bot.office import OfficeRefused, parse_yuan
from bot.refused import Refused
from bot.wording import Texts
from knowledge.access import Actor, NotThere
from knowledge.case_offices import Passed, Rule
from knowledge.case_records import Case, Elsewhere, Given, Moved, NotAllowed, Why
from knowledge.content_entries import Sector
from knowledge.database import Database
from knowledge.unit import Knowledge

STILL_OPEN = "…"
"""Stands for the reason where it is only tried what would be moved."""

MOST_AT_ONCE = 200
"""Cases that are moved together."""

SECTORS: tuple[str, ...] = get_args(Sector)


@dataclass(frozen=True)
class Skipped:
    """A case that was not moved with the others, and why."""

    number: str
    why: Refused


@dataclass(frozen=True)
class Bulk:
    """What came, or would come, of moving many."""

    done: Sequence[str]
    waiting: Sequence[str]
    skipped: Sequence[Skipped]


class CaseOffice:
    """Working on cases. Every function asks the actor first, by function and by region."""

    def __init__(self, database: Database, texts: Texts) -> None:
        self._database = database
        self._told = CaseTold(texts)

    def given(self, fields: Mapping[str, str]) -> Given:
        """What a form gives along with a step.

        Raises:
            Refused: the amount is none, or a text is too long.
        """
        reason = fields.get("reason", "").strip()
        if len(reason) > LONGEST:
            raise Refused("case_long", most=LONGEST)
        try:
            amount = parse_yuan(fields.get("amount", "").strip() or None)
        except OfficeRefused as none:
            raise Refused("case_yuan") from none
        office, number = (fields.get(name, "").strip()[:80] for name in ("office", "there"))
        return Given(reason or None, amount, Elsewhere(office, number))

    async def move(
        self,
        actor: Actor,
        number: str,
        to: str,
        given: Given,
        *,
        write: bool = True,
        at: str = "",
    ) -> Moved:
        """Move a case and tell the rider; without `write` it is only tried.

        `at` is the step at which it was looked at, if it was.

        Raises:
            Denied: the role may not.
            NotThere: no such case for the actor.
            Refused: the step doesn't follow, isn't this role's, or lacks something.
        """
        async with at_work(self._database, actor, "case.move", number, keep=write) as (unit, case):
            if at and (now := await unit.cases.locked(number)).step != at:
                name = unit.case_kinds.get(case.kind).step(now.step).name
                raise Refused("case_moved_on", step=name)
            return await self.move_in(unit, actor, case, to, given)

    async def move_in(
        self, unit: Knowledge, actor: Actor, case: Case, to: str, given: Given
    ) -> Moved:
        kind = unit.case_kinds.get(case.kind)
        """Move a case in a transaction that is there already.

        Raises:
            Refused: the step isn't this role's, or lacks its reason.
            NotAllowed: the case itself forbids it.
        """
        allowed = {step.code: step for step in kind.following(case.step, actor.role)}
        if to not in allowed:
            raise Refused("case_step")
        if allowed[to].decides and not given.reason:
            raise Refused("case_reason")
        moved = await unit.cases.move(case.number, to, actor=actor.audited_as, given=given)
        await self._told.tell_step(unit, moved)
        return moved

    async def move_many(
        self, actor: Actor, numbers: Sequence[str], to: str, given: Given, *, write: bool
    ) -> Bulk:
        """Move many in one transaction; those that can't be are left as they are, and named.

        Raises:
            Denied: the role may not.
            Refused: none were chosen, or too many.
        """
        actor.ask("case.bulk")
        if not numbers:
            raise Refused("case_none_chosen")
        if len(numbers) > MOST_AT_ONCE:
            raise Refused("case_too_many", most=MOST_AT_ONCE)
        if not given.reason:
            if write:
                raise Refused("case_reason")
            given = replace(given, reason=STILL_OPEN)
        done: list[str] = []
        waiting: list[str] = []
        skipped: list[Skipped] = []
        async with self._database.begin(keep=write) as unit:
            for number in dict.fromkeys(numbers):
                try:
                    async with unit.session.begin_nested():
                        case = await ours(unit, actor, "case.bulk", number)
                        moved = await self.move_in(unit, actor, case, to, given)
                except NotAllowed as why:
                    skipped.append(Skipped(number, CaseRefused(why)))
                except NotThere:
                    skipped.append(Skipped(number, Refused("case_not_there")))
                except Refused as why:
                    skipped.append(Skipped(number, why))
                else:
                    (waiting if moved.waits else done).append(number)
        return Bulk(done, waiting, skipped)

    async def drop_payment(self, actor: Actor, number: str) -> None:
        """Take back a payment that waits for a second person.

        Raises:
            Denied: the role may not.
            NotThere: no such case.
            Refused: nothing waits.
        """
        async with at_work(self._database, actor, "case.move", number) as (unit, _):
            await unit.case_payments.drop(number, actor=actor.audited_as)

    async def set_elsewhere(self, actor: Actor, number: str, office: str, there: str) -> None:
        """Write down which other office has a case, and its number there.

        Raises:
            Denied: the role may not.
            NotThere: no such case.
            Refused: it is with no other office.
        """
        async with at_work(self._database, actor, "case.move", number) as (unit, case):
            if not unit.case_kinds.get(case.kind).step(case.step).elsewhere:
                raise Refused("case_not_elsewhere")
            elsewhere = Elsewhere(office.strip()[:80], there.strip()[:80])
            await unit.cases.set_elsewhere(number, elsewhere, actor=actor.audited_as)

    # Who has it

    async def assign(self, actor: Actor, number: str, account: str) -> None:
        """Give a case to a colleague, to oneself, or (empty) to nobody.

        Raises:
            Denied: the role may not.
            NotThere: no such case.
            Refused: nobody of this name works there, or somebody else is working on it.
        """
        what = "case.move" if account == actor.name else "case.assign"
        async with at_work(self._database, actor, what, number) as (unit, case):
            if account == actor.name and not actor.may("case.assign"):
                owner = (await unit.cases.locked(number)).owner
                if owner not in (None, account):
                    raise Refused("case_taken_by", owner=owner)
            if account:
                await _works_on(unit, case, account)
            await unit.case_offices.assign(number, account or None, actor=actor.audited_as)
            if account and account != actor.name:
                await _notice(unit, case, account)

    async def assign_by_rule(self, actor: Actor, number: str) -> Case:
        """Give a case to whom the rules name.

        Raises:
            Denied: the role may not.
            NotThere: no such case.
            Refused: no rule names anybody.
        """
        async with at_work(self._database, actor, "case.assign", number) as (unit, case):
            after = await unit.case_offices.assign_by_rule(number, actor=actor.audited_as)
            if after.owner is None:
                raise Refused("case_no_rule")
            if after.owner != case.owner:
                await _notice(unit, case, after.owner)
            return after

    async def escalate(self, actor: Actor, number: str, reason: str) -> None:
        """Hand a case to the level above; the rider is told who has it and why.

        Raises:
            Denied: the role may not.
            NotThere: no such case.
            Refused: no reason, closed, or no level above.
        """
        reason = written(reason)
        async with at_work(self._database, actor, "case.escalate", number) as (unit, _):
            passed = await unit.case_offices.escalate(number, reason, actor=actor.audited_as)
            await self._told.tell_passed(unit, passed, up=True, text=reason)
            await _notice_passed(unit, passed)

    async def hand_down(self, actor: Actor, number: str, answer: str) -> None:
        """Give a case back to the level that it came from, with an answer.

        Raises:
            Denied: the role may not.
            NotThere: no such case.
            Refused: no answer, closed, or it was not escalated.
        """
        answer = written(answer)
        async with at_work(self._database, actor, "case.escalate", number) as (unit, _):
            passed = await unit.case_offices.hand_down(number, answer, actor=actor.audited_as)
            await self._told.tell_passed(unit, passed, up=False, text=answer)
            await _notice_passed(unit, passed)

    async def by_clock(self, unit: Knowledge, number: str, reason: str | Why) -> bool:
        """For the clocks, in their own transaction: escalate a case whose time is over.

        Raises:
            LookupError: no such case.
        """
        passed = await unit.case_offices.escalate_by_clock(number, reason)
        if passed is not None:
            await self._told.tell_passed(unit, passed, up=True, text=reason)
            await _notice_passed(unit, passed)
        return passed is not None

    # Documents

    async def add_document(self, actor: Actor, number: str, name: str, body: bytes) -> None:
        """Add a document to a case.

        Raises:
            Denied: the role may not.
            NotThere: no such case.
            Refused: no kind that is taken, or too large.
        """
        async with at_work(self._database, actor, "case.move", number) as (unit, case):
            await unit.case_documents.keep(case, name[:120], body, actor=actor.audited_as)

    # Rules

    async def rules(self, actor: Actor) -> list[Rule]:
        """Who gets which cases, of the actor's regions.

        Raises:
            Denied: the role may not.
        """
        actor.ask("case.rules")
        async with self._database.begin() as unit:
            return await unit.case_offices.rules(actor.regions)

    async def add_rule(
        self, actor: Actor, region: str, kind: str, sector: str, account: str
    ) -> None:
        """Let cases of a region (of a kind, of a trade) go to a colleague.

        Raises:
            Denied: the role may not.
            Refused: another's region, no such kind or trade, nobody of this name.
        """
        actor.ask("case.rules")
        if actor.tree.get(region) is None or not actor.reaches(region):
            raise Refused("region_reach")
        if kind and kind not in [one.code for one in self._database.case_kinds]:
            raise Refused("case_kind")
        if sector and sector not in SECTORS:
            raise Refused("case_sector")
        async with self._database.begin() as unit:
            await _works_in(unit, region, account)
            await unit.case_offices.add_rule(
                region, kind or None, sector or None, account, actor=actor.audited_as
            )

    async def drop_rule(self, actor: Actor, number: int) -> None:
        """Take a rule away.

        Raises:
            Denied: the role may not.
            NotThere: no such rule in the actor's regions.
        """
        actor.ask("case.rules")
        async with self._database.begin() as unit:
            for rule in await unit.case_offices.rules(actor.regions):
                if rule.id == number:
                    await unit.case_offices.drop_rule(rule, actor=actor.audited_as)
                    return
        raise NotThere


async def _notice(unit: Knowledge, case: Case, account: str) -> None:
    await unit.notices.put(
        "case_assigned", region=case.office, subject=f"/console/cases/{case.number}", to=account
    )


async def _notice_passed(unit: Knowledge, passed: Passed) -> None:
    await unit.notices.put(
        "case_escalated",
        region=passed.case.office,
        subject=f"/console/cases/{passed.case.number}",
        level="warning",
        key=f"case_event:{passed.event}",
    )


async def _works_on(unit: Knowledge, case: Case, account: str) -> None:
    await _works_in(unit, case.office, account)


async def _works_in(unit: Knowledge, region: str, account: str) -> None:
    above = [one.code for one in unit.region_tree.upwards(region)]
    for one in await working(unit, None):
        if one.name == account and (one.region is None or one.region in above):
            return
    raise Refused("case_nobody")

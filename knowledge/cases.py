"""Cases: whatever the union must do for a rider, with one number, one way, one history.

An application and a claim have a case of the same number, written in the same transaction; their
own tables hold what is special to them and follow the case (`came_to`). All moving goes through
`Cases.move`, so that lists, clocks and escalation are one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from knowledge.case_records import (
    Case,
    Elsewhere,
    Event,
    Given,
    Moved,
    NotAllowed,
    Why,
    opened,
)
from knowledge.case_rows import CaseEventRow, CaseRow
from knowledge.content_cases import CaseKindEntry, CaseStep
from knowledge.decision_limits import promised_days
from knowledge.secrets import SecretsError
from knowledge.workdays import add_working_days

if TYPE_CHECKING:
    from knowledge.unit import Knowledge


_OF = """
    select number, kind, person_id, region, office, sector, step, owner, urgent, created_at,
        changed_at, due, closed_at, amount, conversation_id
    from cases where person_id = $1 order by changed_at desc
"""


class Cases:
    """Cases of one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    # Reading

    async def get(self, number: str) -> Case | None:
        """One case."""
        row = await self._unit.session.get(CaseRow, number)
        return None if row is None else opened(row)

    async def of(self, person: UUID) -> list[Case]:
        """The person's cases, the latest change first."""
        return [Case(*row) for row in await self._unit.rows(_OF, person)]

    async def details(self, case: Case) -> dict[str, Any]:
        """What the rider wrote."""
        return await self._sealed(case, CaseRow.details, "case") or {}

    async def reason(self, case: Case) -> str | None:
        """The last reason that the rider was given."""
        return await self._sealed(case, CaseRow.reason, "reason") or None

    async def elsewhere(self, case: Case) -> Elsewhere:
        """The other office that has it or had it last."""
        found = await self._sealed(case, CaseRow.office_number, "office_number")
        return Elsewhere(**found) if found else Elsewhere()

    async def events(self, number: str) -> list[Event]:
        """What has happened, in order."""
        case = await self.locked(number, lock=False)
        rows = await self._unit.session.scalars(
            select(CaseEventRow).where(CaseEventRow.number == number).order_by(CaseEventRow.id)
        )
        return [
            Event(
                id=row.id,
                at=row.at,
                actor=row.actor,
                what=row.what,
                step=row.step,
                office=row.office,
                clock=row.clock,
                text=Why.of(await self.unsealed(case, row.text, "case_event")),
            )
            for row in rows
        ]

    # Opening

    async def file(
        self,
        person: UUID,
        kind: CaseKindEntry,
        *,
        region: str,
        details: Mapping[str, Any],
        consent: str,
        code: str,
        conversation: int | None = None,
        sector: str | None = None,
        actor: str = "rider",
    ) -> Case:
        """File a case of a kind without a table of its own: a number, a query code, an audit line.

        `consent` is the version of the text that was agreed to, `code` the query code.
        """
        number = self._unit.people.new_number(self._unit.region_tree.number_prefix(region))
        case = await self.enter(
            number, person, kind, region=region, sector=sector, consent=consent,
            conversation=conversation, actor=actor, details=details,
        )  # fmt: skip
        await self._unit.people.issue_code(person, number, kind.code, code)
        await self._unit.audit.write(
            person, actor=actor, action="case.file", after={**details, "number": number}
        )
        return case

    async def enter(
        self,
        number: str,
        person: UUID,
        kind: CaseKindEntry,
        *,
        region: str,
        consent: str,
        sector: str | None = None,
        conversation: int | None = None,
        actor: str = "rider",
        details: Mapping[str, Any] | None = None,
        at: datetime | None = None,
    ) -> Case:
        """Write a new case under a number; `at` is when it came in, usually now."""
        at = at or self._unit.now
        sealed = await self._unit.people.seal(person, dict(details), "case") if details else None
        await self._unit.session.execute(
            insert(CaseRow).values(
                number=number,
                kind=kind.code,
                person_id=person,
                region=region,
                office=region,
                sector=sector,
                step=kind.first.code,
                urgent=kind.urgent,
                created_at=at,
                changed_at=at,
                due=await self._due(kind, region, at),
                consent=consent,
                details=sealed,
                conversation_id=conversation,
            )
        )
        case = await self.locked(number)
        await self.note(case, "opened", actor, clock="start", at=at)
        await self._unit.case_offices.assign_by_rule(number, actor="house")
        for question in kind.questions:
            said = (details or {}).get(question.code)
            if question.employer and said:
                await self._unit.joint_cases.remember(number, str(said))
        return case

    # Moving

    async def move(self, number: str, to: str, *, actor: str, given: Given | None = None) -> Moved:
        """Move a case to a step. A payment above the region's amount waits for a second person.

        Raises:
            LookupError: no such case.
            NotAllowed: the step doesn't follow from the one it is at, or lacks something.
        """
        case, given = await self.locked(number), given or Given()
        kind = self._unit.case_kinds.get(case.kind)
        step = self._following(kind, case, to)
        _complete(case, step, given)
        if await self._unit.case_payments.wait_for_second(kind, case, step, given, actor):
            return Moved(case, None, step, given)
        event = await self.come_to(kind, case, step, given, actor)
        return Moved(await self.locked(number), event, step, given)

    async def set_elsewhere(self, number: str, elsewhere: Elsewhere, *, actor: str) -> Case:
        """Write down which other office has it under which number.

        Raises:
            LookupError: no such case.
        """
        case = await self.locked(number)
        before = await self.elsewhere(case)
        await self._set(case, office_number=await self._elsewhere_sealed(case, elsewhere))
        await self.note(case, "office_number", actor, text=_spoken(elsewhere))
        await self._unit.audit.write(
            case.person,
            actor=actor,
            action="case.office_number",
            before={"elsewhere": _spoken(before)},
            after={"elsewhere": _spoken(elsewhere), "number": number},
        )
        return case

    # Inside

    async def locked(self, number: str, *, lock: bool = True) -> Case:
        """A case that nobody else changes until this transaction ends.

        Raises:
            LookupError: no such case.
        """
        query = select(CaseRow).where(CaseRow.number == number)
        query = query.execution_options(populate_existing=True)
        row = await self._unit.session.scalar(query.with_for_update() if lock else query)
        if row is None:
            raise LookupError(number)
        return opened(row)

    async def note(
        self,
        case: Case,
        what: str,
        actor: str,
        *,
        step: str | None = None,
        office: str | None = None,
        clock: str | None = None,
        text: str | Why | None = None,
        at: datetime | None = None,
    ) -> int:
        """Write an event into a case's history; its number."""
        people = self._unit.people
        said = text.as_json() if isinstance(text, Why) else text
        number = await self._unit.session.scalar(
            insert(CaseEventRow)
            .values(
                number=case.number,
                at=at or self._unit.now,
                actor=actor,
                what=what,
                step=step or case.step,
                office=office or case.office,
                clock=clock,
                text=await people.seal(case.person, said, "case_event") if said else None,
            )
            .returning(CaseEventRow.id)
        )
        assert number is not None
        await self._unit.clock_matters.keep_case(case.number)
        return int(number)

    async def unsealed(self, case: Case, sealed: bytes | None, bound_to: str) -> Any:
        """What was sealed; None where nothing was, or where the rider has had it erased."""
        if sealed is None:
            return None
        try:
            return await self._unit.people.unseal(case.person, sealed, bound_to)
        except SecretsError:
            return None

    def _following(self, kind: CaseKindEntry, case: Case, to: str) -> CaseStep:
        for step in kind.following(case.step):
            if step.code == to:
                return step
        raise NotAllowed(
            f"{case.number} is at {case.step}: it can't go to {to}", step=kind.step(case.step).name
        )

    async def come_to(
        self, kind: CaseKindEntry, case: Case, step: CaseStep, given: Given, actor: str
    ) -> int:
        """Let a case that may come to a step; the event's number.

        After an end its time begins anew.
        """
        people, now = self._unit.people, self._unit.now
        values: dict[str, Any] = {"step": step.code, "closed_at": now if step.final else None}
        if given.reason:
            values["reason"] = await people.seal(case.person, given.reason, "reason")
        if given.amount is not None:
            values["amount"] = given.amount
        if step.elsewhere:
            values["office_number"] = await self._elsewhere_sealed(case, given.elsewhere)
        was = kind.step(case.step)
        if was.final:
            values["due"] = await self._due(kind, case.region, now)
        await self._set(case, **values)
        clock = "stop" if step.final else "rest" if step.rests else "run" if was.rests else None
        event = await self.note(
            case,
            "reopened" if was.final else "moved",
            actor,
            step=step.code,
            clock="start" if was.final else clock,
            text=given.reason or None,
        )
        state = step.stands_for or step.code
        await self._unit.case_payments.forget(case.number)
        if kind.code == "application":
            await self._unit.memberships.came_to(case.number, state, given.reason, actor)
        if kind.code == "claim":
            await self._unit.claims.came_to(case.number, state, given, actor)
        await self._unit.audit.write(
            case.person,
            actor=actor,
            action=f"{kind.code if kind.code in ('application', 'claim') else 'case'}.decide",
            before={"step": case.step},
            after={
                "number": case.number,
                "step": step.code,
                "amount": given.amount,
                "reason": given.reason,
            },
        )
        return event

    async def _due(self, kind: CaseKindEntry, region: str, at: datetime) -> date | None:
        """The day that the rider is promised; None where none is set."""
        limits = [one.limit for one in await self._unit.clock_limits.all()]
        days = promised_days(limits, kind, region, self._unit.region_tree)
        return add_working_days(at, days) if days else None

    async def _set(self, case: Case, **values: Any) -> None:
        await self._unit.session.execute(
            update(CaseRow)
            .where(CaseRow.number == case.number)
            .values(changed_at=self._unit.now, **values)
        )

    async def _elsewhere_sealed(self, case: Case, elsewhere: Elsewhere) -> bytes | None:
        if elsewhere == Elsewhere():
            return None
        value = {"office": elsewhere.office, "number": elsewhere.number}
        return await self._unit.people.seal(case.person, value, "office_number")

    async def _sealed(self, case: Case, column: Any, bound_to: str) -> Any:
        sealed = await self._unit.session.scalar(
            select(column).where(CaseRow.number == case.number)
        )
        return await self.unsealed(case, sealed, bound_to)


def _complete(case: Case, step: CaseStep, given: Given) -> None:
    """Whether everything is there that the step wants, and nothing else.

    Raises:
        NotAllowed: something is missing, or of no use.
    """
    if step.amount == "needed" and given.amount is None:
        raise NotAllowed(f"{step.code} needs an amount", "case_amount")
    if step.amount == "none" and given.amount is not None:
        raise NotAllowed(f"a case that is {step.code} has no amount", "case_no_amount")
    if step.reason == "needed" and not given.reason:
        raise NotAllowed(f"{case.number}: {step.code} needs a reason", "case_reason")


def _spoken(elsewhere: Elsewhere) -> str:
    return " · ".join(part for part in (elsewhere.office, elsewhere.number) if part)

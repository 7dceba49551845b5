"""Payments above a region's amount: one person proposes them, a second makes the same move."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from knowledge.case_records import Case, Given, NotAllowed, Proposal
from knowledge.case_rows import CaseProposalRow
from knowledge.content_cases import CaseKindEntry, CaseStep

if TYPE_CHECKING:
    from knowledge.unit import Knowledge


class CasePayments:
    """Payments of one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def proposed(self, case: Case) -> Proposal | None:
        """The payment that waits for a second person."""
        row = await self._unit.session.get(CaseProposalRow, case.number)
        if row is None:
            return None
        reason = await self._unit.cases.unsealed(case, row.reason, "reason")
        return Proposal(row.step, row.amount, row.actor, row.at, reason)

    async def drop(self, number: str, *, actor: str) -> None:
        """Take back a payment that waits for a second person.

        Raises:
            LookupError: no such case.
            NotAllowed: nothing waits.
        """
        case = await self._unit.cases.locked(number)
        if await self.proposed(case) is None:
            raise NotAllowed(f"{number}: no payment waits", "case_no_payment")
        await self.forget(number)
        await self._unit.cases.note(case, "dropped", actor)
        await self._unit.audit.write(case.person, actor=actor, action="case.drop_payment")

    async def wait_for_second(
        self, kind: CaseKindEntry, case: Case, step: CaseStep, given: Given, actor: str
    ) -> bool:
        """Whether a second person has still to confirm the payment; the first one is noted."""
        amount = given.amount if given.amount is not None else case.amount
        limit = kind.second_above(case.region, self._unit.region_tree)
        if not step.pays or limit is None or amount is None or amount <= limit:
            return False
        proposed = await self.proposed(case)
        await self.forget(case.number)
        if proposed is not None and (proposed.step, proposed.amount) == (step.code, amount):
            if proposed.actor == actor:
                raise NotAllowed(
                    f"a payment above {limit} is confirmed by a second person", "case_second"
                )
            return False
        people = self._unit.people
        reason = given.reason and await people.seal(case.person, given.reason, "reason")
        await self._unit.session.execute(
            insert(CaseProposalRow).values(
                number=case.number,
                step=step.code,
                amount=amount,
                actor=actor,
                at=self._unit.now,
                reason=reason or None,
            )
        )
        await self._unit.cases.note(case, "proposed", actor, step=step.code, text=f"{amount}")
        await self._unit.audit.write(
            case.person,
            actor=actor,
            action="case.propose_payment",
            after={"number": case.number, "step": step.code, "amount": amount},
        )
        return True

    async def forget(self, number: str) -> None:
        """No payment of this case waits any more, whatever came of it."""
        await self._unit.session.execute(
            delete(CaseProposalRow).where(CaseProposalRow.number == number)
        )

"""Opening a case again that was ended by mistake or too early."""

from __future__ import annotations

from typing import TYPE_CHECKING

from knowledge.case_records import Given, Moved, NotAllowed
from knowledge.content_cases import CaseKindEntry, CaseStep
from knowledge.secrets import SecretsError

if TYPE_CHECKING:
    from knowledge.unit import Knowledge


def can_be_undone(kind: CaseKindEntry, step: CaseStep) -> bool:
    """Whether a case that ended with this step can be opened again.

    Not where money was paid, or a membership has begun.
    """
    return step.final and not step.pays and (kind.code, step.code) != ("application", "approved")


class CaseReopening:
    """Cases that go on after their end, in one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def reopen(self, number: str, reason: str, *, actor: str) -> Moved:
        """Let a case go on at the step before its end, with its time begun anew.

        Raises:
            LookupError: no such case.
            NotAllowed: it isn't over, money or a membership came of it, its person is erased, or
                another of them is open by now.
        """
        cases = self._unit.cases
        case = await cases.locked(number)
        kind = self._unit.case_kinds.get(case.kind)
        was = kind.step(case.step)
        if not was.final:
            raise NotAllowed(f"{number} isn't over", "case_not_over")
        if not can_be_undone(kind, was):
            raise NotAllowed(f"{number} is {was.code}: that isn't undone", "case_for_good")
        try:
            await self._unit.people.key(case.person)
        except SecretsError as erased:
            raise NotAllowed(f"{number}: the rider's data is erased", "case_erased") from erased
        others = [one for one in await cases.of(case.person) if one.kind == case.kind]
        alone = kind.single or kind.code == "application"
        if alone and any(one.closed_at is None for one in others):
            raise NotAllowed(f"the person of {number} has another open", "case_another")
        steps = [kind.step(one.step) for one in await cases.events(number)]
        before = [one for one in steps if not (one.final or one.rests)]
        step, given = (before or [kind.first])[-1], Given(reason)
        event = await cases.come_to(kind, case, step, given, actor)
        return Moved(await cases.locked(number), event, step, given)

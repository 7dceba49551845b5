"""What an office decides about applications and claims, and how the rider gets to know.

The decision, its audit line and the news in the rider's inbox are one transaction: a rider isn't
told what hasn't been decided, and a decision isn't forgotten to be told.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from actions.proving import parse_number
from bot.case_told import CaseTold
from bot.wording import Texts
from knowledge.case_records import Given, Moved, NotAllowed
from knowledge.claims import STEPS, Claim
from knowledge.database import Database
from knowledge.membership import STATES, Application
from knowledge.unit import Knowledge

MOST = Decimal(10) ** 9
"""Yuan; an amount that reaches this is a slip of the hand."""


class OfficeRefused(Exception):
    """A decision that can't be made; the text says why."""


@dataclass(frozen=True)
class Decided[What]:
    """A decision, and in how many conversations the rider is told."""

    what: What
    told: int
    waits: bool = False
    """It is a payment that a second person has still to confirm."""


class Office:
    """Decides applications and claims."""

    def __init__(self, database: Database, texts: Texts) -> None:
        self._database, self._told = database, CaseTold(texts)

    async def applications(self, state: str | None = None) -> list[Application]:
        """Applications, the oldest first.

        Raises:
            OfficeRefused: there is no such state.
        """
        _one_of(state, STATES)
        async with self._database.begin() as unit:
            return await unit.memberships.list(state=state)

    async def claims(self, step: str | None = None) -> list[Claim]:
        """Claims, the oldest change first.

        Raises:
            OfficeRefused: there is no such step.
        """
        _one_of(step, STEPS)
        async with self._database.begin() as unit:
            return await unit.claims.list(step=step)

    async def decide_application(
        self, number: str, state: str, *, staff: str, reason: str | None = None
    ) -> Decided[Application]:
        """Move an application on and tell the rider.

        Raises:
            OfficeRefused: no such application, or the step doesn't follow.
        """
        self._target("application", state)
        async with self._database.begin() as unit:
            number = self._number(number)
            if await unit.memberships.application(number) is None:
                raise OfficeRefused(f"there is no application {number}")
            moved = await _moved(unit, number, state, staff, Given(reason=reason))
            told = await self._told.tell_step(unit, moved)
            application = await unit.memberships.application(number)
            assert application is not None
        return Decided(application, told)

    async def decide_claim(
        self,
        number: str,
        step: str,
        *,
        staff: str,
        amount: str | None = None,
        reason: str | None = None,
    ) -> Decided[Claim]:
        """Move a claim on and tell the rider. `amount` is what is approved or paid, in yuan.

        Raises:
            OfficeRefused: no such claim, the step doesn't follow, or its amount is no amount.
        """
        self._target("claim", step)
        yuan = parse_yuan(amount)
        if yuan is not None and step not in ("approved", "paid"):
            raise OfficeRefused(f"a claim that is {step} has no amount")
        async with self._database.begin() as unit:
            number = self._number(number)
            if await unit.claims.claim(number) is None:
                raise OfficeRefused(f"there is no claim {number}")
            moved = await _moved(unit, number, step, staff, Given(reason=reason, amount=yuan))
            told = await self._told.tell_step(unit, moved)
            claim = await unit.claims.claim(number)
            assert claim is not None
        return Decided(claim, told, moved.waits)

    def _number(self, said: str) -> str:
        return parse_number(said, self._database.region_tree) or said

    def _target(self, kind: str, step: str) -> None:
        moves = self._database.case_kinds.get(kind).moves
        _one_of(step, tuple(dict.fromkeys(move.to for move in moves)))


async def _moved(unit: Knowledge, number: str, to: str, staff: str, given: Given) -> Moved:
    try:
        return await unit.cases.move(number, to, actor=f"staff:{staff}", given=given)
    except (LookupError, NotAllowed) as why:
        raise OfficeRefused(str(why)) from why


def _one_of(state: str | None, known: tuple[str, ...]) -> None:
    if state is not None and state not in known:
        raise OfficeRefused(f"there is no state {state!r}; there are {', '.join(known)}")


def parse_yuan(amount: str | None) -> Decimal | None:
    """An amount in yuan as somebody writes it; None where there is none.

    Raises:
        OfficeRefused: it is none.
    """
    if amount is None:
        return None
    try:
        yuan = Decimal(amount.replace(",", ""))
    except InvalidOperation:
        raise OfficeRefused(f"{amount!r} is no amount; write it like 1860.00") from None
    cents = yuan.as_tuple().exponent if yuan.is_finite() else None
    if not isinstance(cents, int) or cents < -2 or not 0 <= yuan < MOST:
        raise OfficeRefused(f"{amount!r} is no amount; write it like 1860.00")
    return yuan

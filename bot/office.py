"""What an office decides about applications and claims, and how the rider gets to know.

The decision, its audit line and the news in the rider's inbox are one transaction: a rider isn't
told what hasn't been decided, and a decision isn't forgotten to be told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from actions.proving import parse_number
from bot.news import tell
from bot.wording import Texts
from knowledge.claims import MOVES as CLAIM_MOVES
from knowledge.claims import Claim
from knowledge.database import Database
from knowledge.membership import MOVES as APPLICATION_MOVES
from knowledge.membership import STATES, Application, NotAllowed
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


class Office:
    """Decides applications and claims."""

    def __init__(self, database: Database, texts: Texts) -> None:
        self._database, self._texts = database, texts

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
        _one_of(step, tuple(CLAIM_MOVES))
        async with self._database.begin() as unit:
            return await unit.claims.list(step=step)

    async def decide_application(
        self, number: str, state: str, *, staff: str, reason: str | None = None
    ) -> Decided[Application]:
        """Move an application on and tell the rider.

        Raises:
            OfficeRefused: no such application, or the step doesn't follow.
        """
        _one_of(state, _targets(APPLICATION_MOVES))
        async with self._database.begin() as unit:
            try:
                application = await unit.memberships.decide(
                    self._number(number), state, actor=f"staff:{staff}", reason=reason
                )
            except (LookupError, NotAllowed) as why:
                raise _refused(why, "application") from why
            told = await self._tell(
                unit,
                application.person,
                application.conversation,
                f"news.application.{state}",
                application.number,
                reason if state == "refused" else None,
                {},
            )
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
        _one_of(step, _targets(CLAIM_MOVES))
        yuan = _yuan(amount)
        if yuan is not None and step not in ("approved", "paid"):
            raise OfficeRefused(f"a claim that is {step} has no amount")
        async with self._database.begin() as unit:
            try:
                claim = await unit.claims.decide(
                    self._number(number), step, actor=f"staff:{staff}", amount=yuan, reason=reason
                )
            except (LookupError, NotAllowed) as why:
                raise _refused(why, "claim") from why
            settled = {"approved": claim.approved, "paid": claim.paid}.get(step)
            told = await self._tell(
                unit,
                claim.person,
                claim.conversation,
                f"news.claim.{step}",
                claim.number,
                reason if step == "refused" else None,
                {} if settled is None else {"amount": f"{settled:,.2f}"},
            )
        return Decided(claim, told)

    def _number(self, said: str) -> str:
        return parse_number(said, self._database.region_tree) or said

    async def _tell(
        self,
        unit: Knowledge,
        person: UUID,
        filed_in: int | None,
        key: str,
        number: str,
        reason: str | None,
        values: dict[str, Any],
    ) -> int:
        """Put the news into the conversations of the person and those that have proved to be."""

        def said(language: str | None) -> dict[str, Any]:
            why = {"reason": self._reason(reason, language)} if reason else {}
            return {**values, "number": number, **why}

        return await tell(unit, person, filed_in, key, f"{key}:{number}", said)

    def _reason(self, reason: str, language: str | None) -> str:
        words = self._texts.words(language)
        key = f"status.reason.{reason}"
        return words(key) if words.has(key) else reason


def _targets(moves: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(state for states in moves.values() for state in states))


def _one_of(state: str | None, known: tuple[str, ...]) -> None:
    if state is not None and state not in known:
        raise OfficeRefused(f"there is no state {state!r}; there are {', '.join(known)}")


def _refused(why: Exception, kind: str) -> OfficeRefused:
    if isinstance(why, LookupError):
        return OfficeRefused(f"there is no {kind} {why.args[0]}")
    return OfficeRefused(str(why))


def _yuan(amount: str | None) -> Decimal | None:
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

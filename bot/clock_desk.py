"""Limits of clocks, as leads and administrators set them for their regions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.refused import Refused
from knowledge.access import Actor, NotThere
from knowledge.clock_limits import KeptLimit
from knowledge.clock_timers import MEASURED
from knowledge.clocks import MEASURES, Limit
from knowledge.database import Database
from knowledge.decision_limits import decision_limit, from_entry
from knowledge.unit import Knowledge

UNITS = {"minutes": 1, "hours": 60, "days": 7 * 60}
"""What a limit is given in; a day is a working day of seven hours."""

MOST = 366 * 7 * 60

HANDOFF_KINDS = ("person", "crisis", "poison")


@dataclass(frozen=True)
class EntryDays:
    """Working days to a decision that a region's or a kind's own entry says."""

    kind: str
    region: str
    days: int
    holds: bool
    """Whether they count; what the region has set for itself in the console goes before them."""
    proved: tuple[str | None, date | None] | None
    """Of a region's entry, its source and when it was compared; a kind's entry has none."""


class ClockDesk:
    """Changes of limits. Every function asks the actor first, by function and by region."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def limits(self, actor: Actor) -> list[KeptLimit]:
        """The limits of the actor's regions, and those that hold everywhere.

        Raises:
            Denied: the role may not.
        """
        actor.ask("clock.read")
        async with self._database.begin() as unit:
            return await unit.clock_limits.within(actor.regions)

    async def entry_days(self, actor: Actor) -> list[EntryDays]:
        """The days of content's entries for the actor's regions and those above them.

        Raises:
            Denied: the role may not.
        """
        actor.ask("clock.read")
        tree = actor.tree
        above = [one.code for one in tree.upwards(actor.region)]
        codes = [one.code for one in tree if actor.reaches(one.code) or one.code in above]
        async with self._database.begin() as unit:
            limits = [one.limit for one in await unit.clock_limits.all()]
        found = []
        for kind in self._database.case_kinds:
            for code in codes:
                days = kind.own_days(code, tree)
                if days is not None:
                    own = from_entry(kind, code, days)
                    holds = decision_limit(limits, kind, code, code, tree) == own
                    region = None if kind.days_in(code) else tree.get(code)
                    proved = None
                    if region is not None:
                        proved = region.decision_source, region.decision_checked_on
                    found.append(EntryDays(kind.code, code, days, holds=holds, proved=proved))
        return found

    async def set(
        self, actor: Actor, measure: str, kind: str, region: str | None, amount: str, unit_name: str
    ) -> None:
        """Set a limit; what is open is counted by it anew, in the background.

        Raises:
            Denied: the role may not.
            Refused: no such measure, kind or region of theirs, or no length of time.
        """
        actor.ask("clock.write")
        if region is not None and actor.tree.get(region) is None:
            raise Refused("region", region=region)
        if not actor.reaches(region):
            raise Refused("region_reach")
        chosen = next((one for one in MEASURES if one == measure), None)
        if chosen is None or (kind and kind not in self.kinds(measure)):
            raise Refused("clock_kind")
        digits = amount.isascii() and amount.isdigit() and len(amount) < 7
        minutes = int(amount) * UNITS.get(unit_name, 1) if digits else 0
        if not 1 <= minutes <= MOST:
            raise Refused("clock_amount")
        limit = Limit(chosen, minutes, region, kind or None, always=kind == "crisis")
        async with self._database.begin() as unit:
            before = await unit.clock_limits.put(limit)
            await unit.clock_recounts.ask(region)
            await _note(unit, actor, region, told(before) if before else None, told(limit))

    async def remove(self, actor: Actor, number: int) -> None:
        """What is set above holds from now on.

        Raises:
            Denied: the role may not.
            NotThere: there is none of this number in the actor's regions.
            Refused: it holds everywhere; it can be changed, but not be missing.
        """
        actor.ask("clock.write")
        async with self._database.begin() as unit:
            found = await unit.clock_limits.get(number)
            if found is None or not actor.reaches(found.limit.region):
                raise NotThere
            if found.limit.region is None and found.limit.kind is None:
                raise Refused("clock_needed")
            await unit.clock_limits.remove(number)
            await unit.clock_recounts.ask(found.limit.region)
            await _note(unit, actor, found.limit.region, told(found.limit), None)

    def kinds(self, measure: str) -> Sequence[str]:
        """What a limit may be set for: kinds of handoffs, or of cases."""
        if measure in MEASURED["handoff"]:
            return HANDOFF_KINDS
        return [kind.code for kind in self._database.case_kinds]

    def kind_name(self, kind: str, language: str) -> str | None:
        """The name of a kind of cases; None for any other."""
        try:
            name = self._database.case_kinds.get(kind).name
        except KeyError:
            return None
        return name.en if language == "en" else name.zh


def told(limit: Limit) -> dict[str, Any]:
    """A limit as the audit keeps it."""
    return {
        "measure": limit.measure,
        "kind": limit.kind,
        "minutes": limit.minutes,
        "always": limit.always,
    }


async def _note(
    unit: Knowledge,
    actor: Actor,
    region: str | None,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
) -> None:
    await unit.audit.write(
        None,
        actor=actor.audited_as,
        action="clock.limit",
        before=before,
        after=after,
        subject=f"clock:{(after or before or {})['measure']}",
        region=region,
    )

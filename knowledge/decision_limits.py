"""How long a case may take to its decision: what offices set in the console, and what content says.

The region's own setting wins: of the nearest region that has said anything, what was set in the
console, and else the days of the kind's or the region's entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from math import ceil

from knowledge.clocks import Limit, chosen
from knowledge.content_cases import CaseKindEntry
from knowledge.regions import RegionTree

WORKING_DAY = timedelta(hours=7)
"""What a working day of a deadline is in working time, at the usual office hours."""


def decision_limit(
    limits: Sequence[Limit], kind: CaseKindEntry, region: str, office: str, tree: RegionTree
) -> Limit | None:
    """The limit that holds for a case; None if nobody has set any, not even for all.

    `limits` are those of the console. `region` is whose matter it is and `office` who has it now:
    content speaks for the one, the console's limits for the other.
    """
    offices = [one.code for one in tree.upwards(office)]
    regions = [one.code for one in tree.upwards(region)]
    for code in [*(one for one in offices if one not in regions), *regions]:
        own = [one for one in limits if one.region == code] if code in offices else []
        found = chosen(own, "decision", kind.code, (code,))
        if found is not None:
            return found
        days = kind.own_days(code, tree) if code in regions else None
        if days is not None:
            return from_entry(kind, code, days)
    return chosen(limits, "decision", kind.code, offices)


def from_entry(kind: CaseKindEntry, region: str, days: int) -> Limit:
    """The limit that working days in an entry are."""
    return Limit("decision", int(WORKING_DAY * days / timedelta(minutes=1)), region, kind.code)


def promised_days(
    limits: Sequence[Limit], kind: CaseKindEntry, region: str, tree: RegionTree
) -> int | None:
    """Working days that a rider is told; None where only the limit for everybody holds."""
    found = decision_limit(limits, kind, region, region, tree)
    if found is None or found.region is None:
        return None
    return ceil(found.length / WORKING_DAY)

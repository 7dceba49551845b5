"""Which limit holds for a case's decision, where the console and the content both say one."""

from __future__ import annotations

import pytest

from knowledge.case_kinds import read_case_kinds
from knowledge.clocks import Limit
from knowledge.content_cases import CaseDeadline
from knowledge.decision_limits import decision_limit, promised_days
from knowledge.regions import Region, RegionTree

KIND = "application"
DAY = 7 * 60


def region(code: str, parent: str | None, days: int | None = None) -> Region:
    return Region(
        code, parent, "city", code, code, (), code, code, None, days, None, None
    )  # fmt: skip


TREE = RegionTree(
    [
        region("province", None, 20),
        region("city", "province"),
        region("district", "city", 5),
        region("street", "district"),
    ]
)

EVERYWHERE = Limit("decision", 30 * DAY)


@pytest.mark.parametrize(
    ("set_here", "office", "days", "told"),
    [
        # Nothing set in the console: the nearest entry's days.
        ([], "street", 5, 5),
        # What the district set wins over its own entry, for its kind or for all.
        ([Limit("decision", 3 * DAY, "district", KIND)], "street", 3, 3),
        ([Limit("decision", 3 * DAY, "district")], "street", 3, 3),
        ([Limit("decision", 3 * DAY, "district"), Limit("decision", 2 * DAY, "district", KIND)],
         "street", 2, 2),
        # A nearer one wins over everything above; one above doesn't win over a nearer entry.
        ([Limit("decision", 1 * DAY, "street")], "street", 1, 1),
        ([Limit("decision", 9 * DAY, "city", KIND)], "street", 5, 5),
        # Half a day is told as a whole one.
        ([Limit("decision", DAY // 2, "street")], "street", 0.5, 1),
        # Another kind's and another measure's are none of its business.
        ([Limit("decision", 3 * DAY, "district", "dispute"),
          Limit("first_answer", 30, "district")], "street", 5, 5),
        # The city has it now: what the street set for itself binds the city no longer, the days of
        # the entry go with the case.
        ([Limit("decision", 1 * DAY, "street")], "city", 5, 1),
        ([Limit("decision", 9 * DAY, "city")], "city", 5, 5),
    ],
)  # fmt: skip
def test_which_limit_holds(set_here: list[Limit], office: str, days: float, told: int) -> None:
    """The nearest that has said anything, and there what was set in the console."""
    kind = read_case_kinds().get(KIND)
    found = decision_limit([EVERYWHERE, *set_here], kind, "street", office, TREE)
    assert found is not None
    assert found.minutes == days * DAY
    assert promised_days([EVERYWHERE, *set_here], kind, "street", TREE) == told


def test_where_nobody_has_set_any_nothing_is_promised() -> None:
    """The limit for everybody moves the clock; a rider hears a day only from their own region."""
    kind = read_case_kinds().get("dispute")
    assert decision_limit([EVERYWHERE], kind, "street", "street", TREE) == EVERYWHERE
    assert promised_days([EVERYWHERE], kind, "street", TREE) is None
    assert decision_limit([], kind, "street", "street", TREE) is None


def test_a_kind_s_own_days_go_before_its_region_s() -> None:
    """Both are entries of one region; the kind's says more."""
    kind = read_case_kinds().get(KIND)
    own = kind.model_copy(update={"deadlines": (CaseDeadline(region="district", working_days=8),)})
    found = decision_limit([], own, "street", "street", TREE)
    assert found is not None
    assert (found.minutes, found.region) == (8 * DAY, "district")

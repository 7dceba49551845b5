"""What a line is about that leans on what was said before ("那多少钱", "the second one, please").

The model tells how much a line leans on the conversation (its classes `follow_up` and `go_ahead`),
not on what. What was spoken of last tells which routes come into question; among those the line's
own words decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nlu.routes import FAQ, FOLLOW_UP, GO_AHEAD, SERVICES, topic_of


@dataclass(frozen=True)
class Matter:
    """Routes that are about one thing.

    Attributes:
        does: the service that a rider wants who says "then do it".
        others: further services, and topics (those that end in "-" by how their names begin).
    """

    does: str
    others: tuple[str, ...] = ()

    def holds(self, route: str) -> bool:
        """Whether the route is about this."""
        return route == self.does or any(
            route.startswith(other) if other.endswith("-") else route == other
            for other in self.others
        )


MATTERS = (
    Matter("find_station", ("faq:station-",)),
    Matter("enroll_course", ("find_course", "my_courses", "faq:night-school-")),
    Matter("find_activity"),
    Matter("order_program", ("faq:program-menu", "faq:monthly-service-project")),
    Matter(
        "join_union",
        (
            "membership_status", "update_membership", "faq:membership-", "faq:sector-unions",
            "faq:monthly-service-project",
        ),
    ),
    Matter(
        "submit_claim",
        (
            "claim_status", "estimate_claim", "faq:claim-", "faq:mutual-aid-",
            "faq:supplementary-insurance-",
        ),
    ),
    Matter("apply_hardship", ("request_status", "faq:hardship-")),
    Matter("book_counselling", ("request_status", "faq:counselling-")),
    Matter("check_screening", ("faq:screening-",)),
    Matter("find_childcare", ("faq:childcare-",)),
    Matter(
        "report_dispute",
        (
            "request_status", "faq:dispute-process", "faq:legal-aid", "faq:platform-fines",
            "faq:occupational-injury-cover", "faq:injury-on-the-road",
        ),
    ),
    Matter("report_problem", ("request_status", "faq:mobile-grid-reporter", "faq:hotline")),
    Matter("find_job", ("faq:union-social-worker-career",)),
    Matter("my_data", ("faq:data-privacy",)),
)  # fmt: skip

LISTS = {"station": "find_station", "course": "find_course", "childcare": "find_childcare"}
"""Which route showed a list."""

TELLING = ("station", "course")
"""Lists that tell of their lines what an article of the matter would say in general."""


def leaves_a_matter(route: str) -> bool:
    """Whether something is spoken of from now on that a line could lean on.

    Only a service or a question of fact does; not small talk, a person, a judgement, a crisis.
    """
    return route in SERVICES or topic_of(route) is not None


@dataclass(frozen=True)
class Leaning:
    """How a leaning line is weighed (`nlu/thresholds.yaml`).

    Attributes:
        elsewhere: what a route of another matter keeps of its share, if the line leans wholly.
        at_home: what the service spoken of gets without a word that speaks for it.
        listed: the same for a list that was shown.
        done: the same for the service that does what was spoken of, if the line says "go ahead".
        asked: the same for that service, if the line asks on after a service.
        explained: the same, if it asks on after a question of fact: then mostly for another.
    """

    elsewhere: float
    at_home: float
    listed: float
    done: float
    asked: float
    explained: float


def matters(routes: Iterable[str]) -> list[Matter]:
    """What these routes are about."""
    asked = list(routes)
    return [matter for matter in MATTERS if any(matter.holds(route) for route in asked)]


def leaned(
    believed: Mapping[str, float], last: str | None, shown: str | None, weights: Leaning
) -> dict[str, float]:
    """What is believed of a line once it is known what was spoken of.

    Args:
        believed: shares by route, `follow_up` and `go_ahead` among them; they sum to 1.
        last: the route that was served last.
        shown: the kind of list that was shown last.
        weights: how the one is weighed against the other.

    Returns:
        Shares without the two. They sum to 1, but to somewhat less where a line leans on nothing:
        what it is about can hardly be told then.
    """
    rest = dict(believed)
    asks, goes = rest.pop(FOLLOW_UP, 0.0), rest.pop(GO_AHEAD, 0.0)
    leaning = asks + goes
    listed = LISTS.get(shown or "")
    homes = [route for route in (last, listed) if route and leaves_a_matter(route)]
    if not homes or not leaning:
        unsaid = sum(rest.values()) ** 0.5 or 1.0
        return {route: share / unsaid for route, share in rest.items()}
    about = matters(homes)
    total = sum(rest.values()) or 1.0
    for route, share in rest.items():
        told_by_list = shown in TELLING and route.startswith(FAQ)
        within = any(matter.holds(route) for matter in about) and not told_by_list
        near = route in homes or within
        rest[route] = share / total * (1.0 if near else weights.elsewhere**leaning)
    for home in homes:
        if not home.startswith(FAQ):
            least = weights.listed if home == listed else weights.at_home
            rest[home] = rest.get(home, 0.0) + asks * least
    asked = weights.explained if last and last.startswith(FAQ) else weights.asked
    for matter in about:
        least = goes * weights.done + asks * asked
        rest[matter.does] = rest.get(matter.does, 0.0) + least
    total = sum(rest.values())
    return {route: share / total for route, share in rest.items()}

"""What a line is about that leans on what was said before ("那多少钱", "the second one").

The model tells how much a line leans on the conversation (its class `follow_up`), not on what. What
was spoken of last tells which routes come into question; among those the line's own words decide.
"""

from __future__ import annotations

from collections.abc import Mapping

from nlu.routes import CRISIS, FAQ, FOLLOW_UP, OUT_OF_SCOPE, PERSON, SMALLTALK

MATTERS: tuple[tuple[str, ...], ...] = (
    ("find_station", "faq:station-"),
    ("find_course", "enroll_course", "my_courses", "faq:night-school-"),
    ("find_activity", "order_program", "faq:program-menu", "faq:monthly-service-project"),
    (
        "join_union", "membership_status", "update_membership",
        "faq:membership-", "faq:sector-unions", "faq:monthly-service-project",
    ),
    (
        "submit_claim", "claim_status", "estimate_claim",
        "faq:claim-", "faq:mutual-aid-", "faq:supplementary-insurance-",
    ),
    ("apply_hardship", "request_status", "faq:hardship-"),
    ("book_counselling", "request_status", "faq:counselling-"),
    ("check_screening", "faq:screening-"),
    ("find_childcare", "faq:childcare-"),
    (
        "report_dispute", "request_status", "faq:dispute-process", "faq:legal-aid",
        "faq:platform-fines", "faq:occupational-injury-cover", "faq:injury-on-the-road",
    ),
    ("report_problem", "request_status", "faq:mobile-grid-reporter", "faq:hotline"),
    ("find_job", "faq:union-social-worker-career"),
    ("my_data", "faq:data-privacy"),
    ("faq:model-worker-benefits", "faq:recuperation"),
)  # fmt: skip
"""Routes that are about one matter; topics by how their names begin."""

LISTS = {"station": "find_station", "course": "find_course"}
"""Which route showed a list."""

NO_MATTER = (SMALLTALK, OUT_OF_SCOPE, CRISIS, PERSON)
"""What leaves nothing behind that a line could lean on."""


def matters(route: str) -> frozenset[int]:
    """The matters that a route belongs to, by number."""
    return frozenset(
        number
        for number, parts in enumerate(MATTERS)
        if any(route == part or (part[-1] == "-" and route.startswith(part)) for part in parts)
    )


def leaned(
    believed: Mapping[str, float],
    last: str | None,
    shown: str | None,
    *,
    elsewhere: float,
    at_home: float,
) -> dict[str, float]:
    """What is believed of a line once it is known what was spoken of.

    Args:
        believed: shares by route, `follow_up` among them; they sum to 1.
        last: the route that was served last.
        shown: the kind of list that was shown last.
        elsewhere: what a route of another matter keeps of its share, if the line leans wholly.
        at_home: what the route that is asked on about gets without a word that speaks for it.

    Returns:
        Shares without `follow_up`. They sum to 1, but to less where a line leans on nothing: what
        it is about can't be told then.
    """
    rest = dict(believed)
    leaning = rest.pop(FOLLOW_UP, 0.0)
    homes = {route for route in (last, LISTS.get(shown or "")) if route and route not in NO_MATTER}
    if not homes or not leaning:
        return rest
    about = frozenset().union(*(matters(home) for home in homes))
    for route in rest:
        if route not in homes and not about & matters(route):
            rest[route] *= 1 - leaning * (1 - elsewhere)
    for home in homes:
        # A question of fact was answered; likelier now is another one.
        share = at_home / 4 if home.startswith(FAQ) else at_home
        rest[home] = rest.get(home, 0.0) + leaning * share
    total = sum(rest.values()) or 1.0
    return {route: share / total for route, share in rest.items()}

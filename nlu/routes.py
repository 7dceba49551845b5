"""The routes a message can take, by name."""

from __future__ import annotations

SERVICES: tuple[str, ...] = (
    "join_union",
    "membership_status",
    "update_membership",
    "claim_status",
    "submit_claim",
    "estimate_claim",
    "find_station",
    "find_course",
    "enroll_course",
    "my_courses",
    "find_activity",
    "order_program",
    "apply_hardship",
    "report_dispute",
    "book_counselling",
    "check_screening",
    "find_childcare",
    "find_job",
    "report_problem",
    "request_status",
    "my_data",
)
CRISIS = "crisis"
PERSON = "talk_to_human"
OFFICE = "find_office"
"""Chosen by a rule (`nlu/offices.py`), not taught."""

SMALLTALK = "smalltalk"
OUT_OF_SCOPE = "out_of_scope"
FAQ = "faq"

ROUTES: tuple[str, ...] = (*SERVICES, CRISIS, PERSON, SMALLTALK, OUT_OF_SCOPE)
"""Every route but the questions of fact."""

FOLLOW_UP, GO_AHEAD = "follow_up", "go_ahead"
LEANING = (FOLLOW_UP, GO_AHEAD)
"""Taught like routes but never chosen: lines that lean on what was said before; one asks on, the
other wants done what was explained or shown."""

TAUGHT: tuple[str, ...] = (*ROUTES, *LEANING)
"""Everything that has a sentence file."""


def faq(topic: str) -> str:
    """The full route of a question of fact."""
    return f"{FAQ}:{topic}"


def topic_of(route: str) -> str | None:
    """The topic of `faq:TOPIC`, else None."""
    head, _, topic = route.partition(":")
    return topic if head == FAQ and topic else None


def group_of(route: str) -> str:
    """What a route is reported under: faq, crisis, scope (out of it, small talk) or service."""
    if route.split(":")[0] == FAQ:
        return "faq"
    if route == CRISIS:
        return "crisis"
    if route in (OUT_OF_SCOPE, SMALLTALK):
        return "scope"
    return "service"

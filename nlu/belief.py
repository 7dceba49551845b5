"""What is believed of a text: the model and the nearest known texts, in one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nlu import routes
from nlu.match import Match
from nlu.thresholds import Thresholds


def mixed(
    told: Sequence[tuple[str, float]],
    match: Match,
    thresholds: Thresholds,
    topics: frozenset[str],
) -> dict[str, float]:
    """Shares of belief by route, 0 to 1; what has no article (any more) is out of scope.

    `told` is what the model says, `topics` are those that have an article now; any if empty.
    """
    found: dict[str, float] = {}
    weight = thresholds.neighbours if match.shares else 0.0
    for label, share in told:
        found[label] = (1 - weight) * share
    for label, share in match.shares.items():
        found[label] = found.get(label, 0.0) + weight * share
    out_of_scope = (1 - weight) * dict(told).get(routes.OUT_OF_SCOPE, 0.0)
    _make_room(found, {label for label, _ in told}, match, out_of_scope)
    for label in [label for label in found if not has_article(label, topics)]:
        found[routes.OUT_OF_SCOPE] = found.get(routes.OUT_OF_SCOPE, 0.0) + found.pop(label)
    return found


def has_article(route: str, topics: frozenset[str]) -> bool:
    """Whether a route can be served: a service, or a topic that has an article (any if empty)."""
    topic = routes.topic_of(route)
    return not topics or topic is None or topic in topics


def sharpened(shares: Mapping[str, float], thresholds: Thresholds) -> dict[str, float]:
    """Shares that sum to as much as before, the greater ones greater."""
    found = {label: share**thresholds.sharpness for label, share in shares.items()}
    scale = sum(shares.values()) / (sum(found.values()) or 1.0)
    return {label: share * scale for label, share in found.items()}


def _make_room(
    found: dict[str, float], taught: set[str], match: Match, out_of_scope: float
) -> None:
    """Give topics that are newer than the model their part of what it takes for out of scope.

    It was taught that nothing speaks of them; how near their texts are says how much of that holds.
    """
    if not out_of_scope:
        return
    newer = {label: share for label, share in match.shares.items() if label not in taught}
    for label, share in newer.items():
        found[label] += out_of_scope * share
        found[routes.OUT_OF_SCOPE] -= out_of_scope * share

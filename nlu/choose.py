"""From a reading and the conversation's context to one route, with its reasons."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from nlu import belief, numbers, risk, routes
from nlu.bare import asked_on
from nlu.follow import LISTS, TELLING, leaned
from nlu.match import Match
from nlu.normalise import fold
from nlu.offices import asks_for_office
from nlu.place_alone import place_alone
from nlu.reading import Language, Reading
from nlu.reasons import Reason
from nlu.slots.model import Slots
from nlu.thresholds import Thresholds

Shown = Literal["station", "course", "childcare", "article"]


@dataclass(frozen=True)
class Context:
    """What of the conversation matters to the choice.

    Attributes:
        open_form: the action whose question is open, if any.
        last_route: the route of the rider's last line.
        shown: the kind of list that was shown last.
        asked_back: whether the last thing said was a question back (never twice in a row).
        language: what the rider fixed, if they did.
    """

    open_form: str | None = None
    last_route: str | None = None
    shown: Shown | None = None
    asked_back: bool = False
    language: Language | None = None


@dataclass(frozen=True)
class Wish:
    """A wish with the words it was said in."""

    text: str
    route: str
    slots: Slots


@dataclass(frozen=True)
class Choice:
    """Where a message goes.

    Attributes:
        route: one of the routes, a question of fact as `faq:TOPIC`.
        confidence: 0 to 1, calibrated.
        reasons: why.
        ask_back: two routes that lie close; ask which is meant, with both as buttons.
        nearest: the two likeliest things to offer when it is out of scope.
        slots: what the sentence says besides.
        second: another wish in the same line, to be served afterwards.
        runner_up: the likeliest other route with its share of belief, for traces and reports.
    """

    route: str
    confidence: float
    reasons: tuple[Reason, ...] = ()
    ask_back: tuple[str, str] | None = None
    nearest: tuple[str, str] = ("find_station", "join_union")
    slots: Slots = field(default_factory=Slots)
    second: Wish | None = None
    runner_up: tuple[str, float] | None = None


def choose(
    reading: Reading,
    match: Match,
    context: Context,
    slots: Slots,
    thresholds: Thresholds,
    topics: frozenset[str] = frozenset(),
) -> Choice:
    """One route for a reading.

    Args:
        reading: what the text alone says.
        match: what the nearest known texts say.
        context: where the conversation stands.
        slots: what the sentence says besides.
        thresholds: kept as data.
        topics: those that have an article now; any if empty.
    """
    folded = fold(reading.text)
    mixed = belief.mixed(reading.routes, match, thresholds, topics)
    at_risk = risk.at_risk_of(reading, match, thresholds)
    # What is no crisis is something else, with all that is left of belief.
    rest = {route: share for route, share in mixed.items() if route != routes.CRISIS}
    placed = leaned(rest, context.last_route, context.shown, thresholds.leaning)
    # A list that was shown answers for its own lines what an article says in general.
    listed = context.shown in TELLING
    asked = asked_on(folded, context.last_route, listed=listed)
    if asked is not None and belief.has_article(asked, topics):
        # A few words that name nothing: what they ask is said wholly by what was spoken of.
        placed = {route: share * (1 - ASKED_ON) for route, share in placed.items()}
        placed[asked] = placed.get(asked, 0.0) + ASKED_ON
    believed = belief.sharpened(placed, thresholds)
    if (cry := risk.cry(reading, folded, at_risk, match, thresholds)) is not None:
        chosen = Choice(routes.CRISIS, cry[0], (cry[1],), slots=slots)
    else:
        ranked = _ranked_choice(reading, believed, match, context, slots, thresholds)
        chosen = (
            _office(reading, folded, slots)
            or _number_alone(folded, context, slots)
            or _handed_in(folded, believed, slots)
            or _elsewhere(folded, context, slots)
            or _only_a_region(ranked, folded, context, slots)
            or _those_stations(ranked, reading, slots)
            or _offered(ranked, believed, slots, thresholds)
            or ranked
        )
    others = {routes.CRISIS: at_risk, **believed}.items()
    second = max((pair for pair in others if pair[0] != chosen.route), key=_share, default=None)
    return replace(chosen, runner_up=second if second and second[1] > 0 else None)


ASKED_ON = 0.8
"""How sure it is what a bare question ("多少钱") asks about, once it is known what it is about."""


def _share(pair: tuple[str, float]) -> float:
    return pair[1]


def _office(reading: Reading, folded: str, slots: Slots) -> Choice | None:
    """Where the union's office is; what was taught goes as it was taught."""
    if reading.source == "known" or not asks_for_office(folded):
        return None
    return Choice(routes.OFFICE, 1.0, (Reason("rule", "office"),), slots=slots)


def _number_alone(folded: str, context: Context, slots: Slots) -> Choice | None:
    """A choice's or a phone's number where nothing was asked: it names no wish."""
    asked = context.open_form or context.last_route or context.shown or context.asked_back
    if asked or not numbers.is_alone(folded):
        return None
    return Choice(routes.SMALLTALK, 1.0, (Reason("rule", "number"),), slots=slots)


def _handed_in(folded: str, believed: dict[str, float], slots: Slots) -> Choice | None:
    """The number of something handed in, with or without its code, asks where that stands."""
    if slots.number is None or not numbers.is_of_something(folded):
        return None
    route = max(_STATUS, key=lambda one: believed.get(one, 0.0))
    return Choice(route, 1.0, (Reason("rule", "number"),), slots=slots)


def _elsewhere(folded: str, context: Context, slots: Slots) -> Choice | None:
    """A place alone, where what was looked for is told by place: the same there."""
    same = _BY_PLACE.get(context.last_route or "") or LISTS.get(context.shown or "")
    named = f"{slots.region or ''}{slots.place or ''}"
    if same is None or context.open_form or not place_alone(folded, named):
        return None
    return Choice(same, 1.0, (Reason("rule", "place"),), slots=slots)


def _only_a_region(ranked: Choice, folded: str, context: Context, slots: Slots) -> Choice | None:
    """A region alone, where nothing was spoken of: what most who name one look for is a place."""
    if ranked.route not in (routes.SMALLTALK, routes.OUT_OF_SCOPE) or slots.region is None:
        return None
    asked = context.open_form or context.last_route or context.shown or context.asked_back
    if asked or not place_alone(folded, f"{slots.region}{slots.place or ''}"):
        return None
    return Choice("find_station", 1.0, (Reason("rule", "place"),), slots=slots)


_TOLD_BY_CARDS = tuple(map(routes.faq, ("station-services", "station-hours")))
"""Articles about rest places in general: what they tell, a place's card tells of it."""


def _those_stations(ranked: Choice, reading: Reading, slots: Slots) -> Choice | None:
    """What the rest places of a named region offer is told by themselves, not by an article."""
    named = slots.region is not None and reading.source != "known"
    if not named or ranked.route not in _TOLD_BY_CARDS:
        return None
    return replace(ranked, route="find_station", reasons=(*ranked.reasons, Reason("rule", "place")))


def _offered(
    ranked: Choice, believed: dict[str, float], slots: Slots, thresholds: Thresholds
) -> Choice | None:
    """Who says much of themselves and names what a rest place offers, looks for one."""
    share = believed.get("find_station", 0.0)
    if ranked.route != routes.SMALLTALK or not slots.amenities or share < thresholds.close_second:
        return None
    return replace(
        ranked,
        route="find_station",
        confidence=share,
        reasons=(*ranked.reasons, Reason("rule", "amenities")),
    )


_BY_PLACE = {
    "find_station": "find_station",
    "find_course": "find_course",
    "enroll_course": "find_course",
    "find_childcare": "find_childcare",
}
"""By the route that was served last: what a place alone asks for."""

_STATUS = ("claim_status", "request_status", "membership_status")
"""Any of them shows what a number is of."""


def one_after_the_other(whole: Choice, first: Choice, second: Choice, text: str) -> Choice:
    """What a line means whose halves are read apart, too; `text` is the second half.

    Both halves are served if both are clear and mean different things, else the whole. A cry for
    help in one half is one. Who asks for a person gets one, however unclear the rest is.
    """
    for half in (first, second):
        if half.route == routes.CRISIS and half.confidence >= CLEAR:
            return half
    clear = all(
        half.confidence >= CLEAR and half.ask_back is None and half.route not in _ALWAYS
        for half in (first, second)
    )
    if whole.route == routes.CRISIS or first.route == second.route:
        return whole
    if not clear:
        person = first.route == routes.PERSON and first.confidence >= SURE
        return replace(first, slots=whole.slots) if person else whole
    reasons = (*first.reasons, Reason("then", second.route))
    wish = Wish(text, second.route, second.slots)
    return replace(first, slots=whole.slots, reasons=reasons, second=wish)


CLEAR, SURE = 0.7, 0.9
"""How sure each half of a line must be to count as a wish of its own; and one as the only wish."""


def _ranked_choice(
    reading: Reading,
    believed: dict[str, float],
    match: Match,
    context: Context,
    slots: Slots,
    thresholds: Thresholds,
) -> Choice:
    ranked = sorted(believed.items(), key=lambda pair: -pair[1])
    nearest = _nearest(ranked)
    route, confidence = ranked[0] if ranked else (routes.OUT_OF_SCOPE, 0.0)
    reasons = [Reason("likely", name, share) for name, share in ranked[:3]]
    refused = None
    if route not in _ALWAYS and confidence < thresholds.least:
        refused = Reason("unsure")
    elif route not in _ALWAYS and _unlike(reading, match, thresholds):
        refused = Reason("unlike", share=match.likeness)
    if refused is not None:
        reasons.append(refused)
        return Choice(
            routes.OUT_OF_SCOPE, 1 - confidence, tuple(reasons), nearest=nearest, slots=slots
        )
    folded = fold(reading.text)
    hours = route == "faq:station-hours" and slots.place and _OPEN_NOW.search(folded)
    offers = route == "faq:station-services" and slots.amenities and _WHICH.search(folded)
    if hours or offers:
        # A certain place is looked up, not explained: on a certain day, or by what it offers.
        return Choice("find_station", confidence, tuple(reasons), nearest=nearest, slots=slots)
    ask_back = None
    if len(ranked) > 1 and not context.asked_back:
        other, share = ranked[1]
        close = confidence - share < thresholds.close and share >= thresholds.close_second
        if close and route not in _ALWAYS and other not in _ALWAYS:
            ask_back = (route, other)
        meant = _SAME_MATTER.get(context.last_route or "")
        if context.shown in LISTS:
            # What lies close to more of the list that was shown is more of it.
            meant = context.last_route
        if ask_back is not None and meant in ask_back:
            return Choice(meant, confidence, tuple(reasons), nearest=nearest, slots=slots)
    return Choice(route, confidence, tuple(reasons), ask_back, nearest, slots)


def _unlike(reading: Reading, match: Match, thresholds: Thresholds) -> bool:
    """Whether a text is like nothing known; one that its wording tells has its like there."""
    return bool(match.shares) and reading.source != "wording" and match.likeness < thresholds.unlike


def heard(
    choice: Choice, thoughts: Sequence[tuple[Reading, Match]], thresholds: Thresholds
) -> Choice:
    """The choice for a long text, or a crisis if one of its thoughts (read, compared) is one."""
    found = None if choice.route == routes.CRISIS else risk.of_thoughts(thoughts, thresholds)
    if found is None:
        return choice
    share, why = found
    return replace(
        choice,
        route=routes.CRISIS,
        confidence=share,
        reasons=(why, *choice.reasons),
        ask_back=None,
        second=None,
        runner_up=(choice.route, choice.confidence),
    )


_ALWAYS = (routes.OUT_OF_SCOPE, routes.SMALLTALK)
"""What is never asked about, and never doubted."""


def _nearest(ranked: Sequence[tuple[str, float]]) -> tuple[str, str]:
    """The two likeliest things that the house can do."""
    useless = (*_ALWAYS, routes.CRISIS)
    best = [route for route, _ in ranked if route not in useless][:2]
    for usual in ("find_station", "join_union"):
        if len(best) < 2 and usual not in best:
            best.append(usual)
    return best[0], best[1]


_SAME_MATTER = {
    "join_union": "membership_status",
    "membership_status": "membership_status",
    "submit_claim": "claim_status",
    "claim_status": "claim_status",
}
"""Which status is meant, where it lies close, by what was talked about last."""

_WHICH = re.compile(
    r"哪(?:个|里|儿|家|些|有)|附近|最近|[能带有][^,。?]{0,6}的(?:驿站|休息点|站点|点|地方)(?:有没有|在|$)"
    r"|\b(?:which|where|near\w*|closest)\b"
)
"""Whether a certain place is meant by what it offers, and not what they all do."""

_OPEN_NOW = re.compile(
    r"(?:今天|今晚|现在|这会儿?|明天|today|now|tonight|tomorrow).{0,8}(?:开|关|open|close)"
)

"""Questions about the places that were shown: "第二个几点关门", "哪个能洗澡"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from actions import hours
from actions.content import Button
from actions.state import Shown
from actions.station_cards import (
    SERVED_BY,
    amenity_names,
    distance_in_words,
    open_line,
    station_card,
    who_may_enter,
)
from actions.station_search import wish_of_shown
from actions.station_wrong import wrong_button
from actions.turn import Turn
from knowledge.coordinates import metres_between
from knowledge.place_kinds import Service
from knowledge.stations import Station
from nlu.slots import among, ordinal
from nlu.slots.comparing import compared_by

HOURS = re.compile(
    r"几点|幾點|什么时候|啥时候|关门|關門|开门|開門|开到|营业|下班|打烊|多久关|还开"
    r"|what time|when|clos(?:e|es|ing)|opening|hours|how late|\bopen\b",
    re.IGNORECASE,
)
WHERE = re.compile(
    r"在哪|在哪里|哪儿|怎么走|怎么去|咋走|咋去|地址|导航|導航|位置|路线|地图"
    r"|带我去|领我去|带路|送我去|带我过去"
    r"|where|address|how (?:do|can) i get|directions?|navigate|\bmap\b"
    r"|take me (?:there|to)|guide me",
    re.IGNORECASE,
)
DISTANCE = re.compile(r"多远|远不远|几公里|多少米|多遠|how far|distance", re.IGNORECASE)
PHONE = re.compile(r"电话|電話|号码|怎么联系|\bphone\b|number to call|contact", re.IGNORECASE)
ENTER = re.compile(
    r"能进|能进去|可以进|让进|让我进|给进|进得去|谁能|要会员"
    r"|can (?:i )?(?:enter|go in|get in|come in)"
    r"|may i enter|who (?:can|may)|let me in|members? only",
    re.IGNORECASE,
)
CLOSER = re.compile(
    r"更近|近一点|近点|近些|还有近的|太远|(?:有点|好|这么|都)远(?:了|啊|呀|的|$)"
    r"|closer|nearer|any nearer|less far|(?:too|so|that'?s) far",
    re.IGNORECASE,
)
NEAREST = re.compile(
    r"最近的?(?:那|这|一)(?:个|家)|(?:the )?(?:nearest|closest) one", re.IGNORECASE
)
THIS_ONE = re.compile(r"^(?:那|这|那个|这个|它|这家|那家|it|this|that)", re.IGNORECASE)
WHICH = re.compile(r"哪个|哪家|哪一个|哪一家|哪几个|which", re.IGNORECASE)
BARE_LONGEST = 14
"""Characters of a question about all that was shown: "几点关门"."""

NAME_SHORTEST = 2
GENERIC = re.compile(
    r"（.*?）|\(.*?\)|骑手|驿站|歇脚点|服务站|休息室|休息角|托育园|托育中心"
    r"|riders?'?|station|rest stop"
)


async def answer_about(turn: Turn, shown: Shown) -> bool:
    """Answer a question about what was shown; whether the message was one."""
    text = turn.text
    if CLOSER.search(text):
        service = wish_of_shown(shown).service
        # From a named place nobody knows which is nearer to the rider.
        key = "near_where" if shown.slots.get("place") else "already_nearest"
        turn.say(f"station.{key}", buttons=[here_button(turn, service)])
        return True
    stations = await turn.knowledge.stations.by_codes(shown.ids)
    if not stations:
        return False
    by = compared_by(text)
    if by == "near":
        _nearest(turn, stations, shown)
        return True
    if by in ("soon", "late"):
        turn.say("station.lines", lines=_all_hours(turn, stations))
        return True
    number = ordinal(text)
    place = among(number, len(shown.ids))
    if place is None and number is not None:
        turn.say("station.only_so_many", count=len(shown.ids))
        return True
    one = _pointed(turn, place, stations, shown)
    if one is not None:
        _about(turn, one)
        shown.slots["one"] = one.code
        return True
    amenities = turn.slots.get("amenities") or []
    if amenities and WHICH.search(text):
        return _which(turn, stations, amenities)
    if HOURS.search(text) and len(text) <= BARE_LONGEST and not turn.slots.get("open_now"):
        turn.say("station.lines", lines=_all_hours(turn, stations))
        return True
    return False


def _nearest(turn: Turn, stations: Sequence[Station], shown: Shown) -> None:
    """The nearest of those shown; where nobody knows where the rider is, that is asked for."""
    measured = [_measured(turn, one) for one in stations]
    near = [one for one in measured if one.distance is not None]
    if not near:
        service = wish_of_shown(shown).service
        turn.say("station.near_where", buttons=[here_button(turn, service)])
        return
    one = min(near, key=lambda station: station.distance or 0.0)
    shown.slots["one"] = one.code
    _whole(turn, one)


def here_button(turn: Turn, service: Service) -> Button:
    """Another position."""
    return Button(id=f"r:{SERVED_BY[service]}:here", label=turn.words("station.button.here"))


def _pointed(
    turn: Turn, place: int | None, stations: Sequence[Station], shown: Shown
) -> Station | None:
    text = turn.text
    by_code = {station.code: station for station in stations}
    if place is not None:
        return by_code.get(shown.ids[place])
    if NEAREST.search(text):
        return stations[0]
    last = by_code.get(str(shown.slots.get("one"))) or (stations[0] if len(stations) == 1 else None)
    elsewhere = any(turn.slots.get(name) for name in ("place", "region", "other_city"))
    if last is not None and THIS_ONE.search(text) and len(text) <= BARE_LONGEST and not elsewhere:
        return last
    asked = any(one.search(text) for one in (HOURS, WHERE, DISTANCE, PHONE, ENTER))
    if not asked:
        return None
    named = [station for station in stations if is_named(text, station)]
    if len(named) == 1:
        return named[0]
    if any(turn.slots.get(name) for name in ("amenities", "open_now", "around_the_clock")):
        return None  # "有厕所的在哪", "24 hours": another search
    if THIS_ONE.search(text) or len(stations) == 1:
        return by_code.get(str(shown.slots.get("one"))) or stations[0]
    bare = len(text) <= BARE_LONGEST and not HOURS.search(text)
    # "怎么走" under a list means the first; "几点关门" is answered for all.
    return by_code.get(str(shown.slots.get("one"))) or stations[0] if bare else None


def is_named(text: str, station: Station, *, itself: bool = False) -> bool:
    """Whether a text has a station's name, or (unless `itself`) its street or a landmark."""
    low = text.casefold()
    names = [GENERIC.sub("", name).strip() for name in (station.name_zh, station.name_en)]
    if not itself:
        names += [station.street, *station.landmarks]
    return any(len(name) >= NAME_SHORTEST and name.casefold() in low for name in names)


def _about(turn: Turn, station: Station) -> None:
    """One question about one station, or all that there is to say."""
    words, text, name = turn.words, turn.text, station.name(turn.language)
    amenities: list[str] = list(turn.slots.get("amenities") or [])
    if amenities == ["seat"] and any(sign.search(text) for sign, _ in ANSWERS):
        amenities = []  # "when does the rest stop close" doesn't ask for a seat
    if amenities:
        there = [one for one in amenities if one in station.amenities]
        lacking = [one for one in amenities if one not in station.amenities]
        if there:
            labels = amenity_names(words, there)
            turn.say(
                "station.about.has", name=name, amenities=labels, hours=open_line(turn, station)
            )
        if lacking:
            turn.say("station.about.has_not", name=name, amenities=amenity_names(words, lacking))
        return
    for sign, answer in ANSWERS:
        if sign.search(text):
            answer(turn, station)
            return
    _whole(turn, station)


def _hours(turn: Turn, station: Station) -> None:
    said = _hours_of(turn, station)
    turn.say("station.about.hours", name=station.name(turn.language), hours=said)


def _hours_of(turn: Turn, station: Station) -> str:
    """Its hours now, or of the day that was named."""
    day = turn.slots.get("date")
    if day is None and (weekdays := turn.slots.get("weekday")):
        ahead = (int(weekdays[0]) - turn.today.isoweekday()) % 7
        day = (turn.today + timedelta(days=ahead)).isoformat()
    if day and date.fromisoformat(day) != turn.today:
        return hours.day_in_words(station.hours, date.fromisoformat(day), turn.words)
    return open_line(turn, station)


def _whole(turn: Turn, station: Station) -> None:
    card = station_card(turn, _measured(turn, station), rough=True)
    buttons = [wrong_button(turn, station)]
    turn.say("station.about.card", name=station.name(turn.language), cards=[card], buttons=buttons)


def _phone(turn: Turn, station: Station) -> None:
    key = "phone" if station.phone else "no_phone"
    turn.say(f"station.about.{key}", name=station.name(turn.language), phone=station.phone)


def _enter(turn: Turn, station: Station) -> None:
    who = who_may_enter(turn.words, station)
    turn.say("station.about.who", name=station.name(turn.language), who=who)


def _distance(turn: Turn, station: Station) -> None:
    measured, name = _measured(turn, station), station.name(turn.language)
    if measured.distance is None:
        turn.say(
            "station.about.no_distance", name=name, buttons=[here_button(turn, station.service)]
        )
        return
    distance = distance_in_words(turn.words, measured.distance)
    turn.say("station.about.distance", name=name, distance=distance)


ANSWERS: tuple[tuple[re.Pattern[str], Callable[[Turn, Station], None]], ...] = (
    (PHONE, _phone),
    (ENTER, _enter),
    (DISTANCE, _distance),
    (WHERE, _whole),
    (HOURS, _hours),
)


def _measured(turn: Turn, station: Station) -> Station:
    """With the distance from where the rider was, as far as that is still known."""
    place = turn.state.place
    if place is None or station.lat is None or station.lon is None:
        return station
    metres = metres_between(place.lat, place.lon, station.lat, station.lon)
    return replace(station, distance=metres)


def _which(turn: Turn, stations: Sequence[Station], amenities: Sequence[str]) -> bool:
    """Which of those shown offer it; false if none does, so that it is looked for anew."""
    fitting = [
        (number, station)
        for number, station in enumerate(stations, start=1)
        if set(amenities) <= set(station.amenities)
    ]
    if not fitting:
        return False
    lines = [
        turn.words("station.about.which_has", amenities=amenity_names(turn.words, list(amenities)))
    ]
    lines += [_hours_line(turn, number, station) for number, station in fitting]
    turn.say("station.lines", lines="\n".join(lines))
    return True


def _all_hours(turn: Turn, stations: Sequence[Station]) -> str:
    return "\n".join(_hours_line(turn, n, one) for n, one in enumerate(stations, start=1))


def _hours_line(turn: Turn, number: int, station: Station) -> str:
    name = station.name(turn.language)
    return turn.words(
        "station.about.hours_list", number=number, name=name, hours=_hours_of(turn, station)
    )

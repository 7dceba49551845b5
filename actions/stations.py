"""find_station, find_childcare, find_office: a place, near or named, with what it offers.

Lookups. "第二个几点关门", "有能充电的吗", "再远一点的" are about what was shown last.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from actions.content import Button, Location, Press
from actions.lists import asks_of_list, say_unknown
from actions.registry import action
from actions.state import Shown
from actions.station_answers import CLOSER, answer_about, here_button
from actions.station_cards import SERVED_BY, amenity_names, distance_in_words, station_card
from actions.station_search import Found, Wish, further, hear, search, wish_of, wish_of_shown
from actions.station_wrong import wrong_button
from actions.talking import not_yet
from actions.turn import Turn
from actions.whereabouts import Spot, where
from knowledge.place_kinds import Service

MORE = re.compile(
    r"还有(?:别的|其他|其它|没有|吗|没|嘛|不|更)|還有(?:別的|其他|嗎)|再远|远一点|远点|更远|更多|换一|换个|换批"
    r"|下一(?:页|批|个)|别的(?:驿站|地方)?(?:吗|呢|没|$)|再来|再找|再给"
    r"|\bmore\b|any others?|another|anything else|others? nearby|further|farther|next (?:one|page)",
    re.IGNORECASE,
)
ANEW = re.compile(
    r"附近|附進|周边|周围|我在|我现在|我到|离我|near(?:by| me| here)|around|close to me|i'?m at",
    re.IGNORECASE,
)
ADDS = re.compile(
    r"^(?:还|還|又|再|也|另外|最好|同时|同時|外加|并且|还要|而且)|(?:也|还|還)(?:要|得|有|能)"
    r"|^(?:and|also|plus|with)\b|\b(?:too|as well)\W*$",
    re.IGNORECASE,
)
"""One thing more is wanted, beside what the list was for."""

SEEN_KEPT = 50


@action("find_station")
async def find_station(turn: Turn) -> None:
    """Up to five stations as cards, nearest first; or an answer about the places shown before."""
    hear(turn)
    shown = _on_screen(turn)
    if shown is not None and await _leans_on(turn, shown):
        return
    if shown is not None and _service_of(shown) == "rest":
        if _is_unknown(turn):
            return
        _carry(turn, shown)
    await _look(turn, "rest")


@action("find_childcare")
async def find_childcare(turn: Turn) -> None:
    """The nearest childcare centres, with whom they take; while none is known, what is."""
    await _other(turn, "childcare")


@action("find_office")
async def find_office(turn: Turn) -> None:
    """The union's nearest offices, with what they are for."""
    await _other(turn, "office")


async def _other(turn: Turn, service: Service) -> None:
    shown = _on_screen(turn)
    about = shown if shown is not None and _service_of(shown) == service else None
    if about is not None and (await _leans_on(turn, about) or _is_unknown(turn)):
        return
    if not await turn.knowledge.stations.any_of(service):
        turn.slots["route"] = SERVED_BY[service]
        await not_yet(turn)
        return
    await _look(turn, service)


async def _leans_on(turn: Turn, shown: Shown) -> bool:
    """Whether the message was about the list that is on the screen, and is answered."""
    if turn.slots.get("arg") == "more" or _wants_more(turn):
        await _further(turn, shown)
        return True
    return _is_about(turn) and await answer_about(turn, shown)


async def _look(turn: Turn, service: Service) -> None:
    """Look for places anew."""
    wish = wish_of(turn.slots, service)
    spot = await where(turn)
    found = await search(turn, spot, wish)
    if not found.stations:
        buttons = [here_button(turn, service), Button(id="t:12351", label="12351", url="tel:12351")]
        turn.say("station.nothing", what=turn.words(f"station.what.{service}"), buttons=buttons)
        return
    _show(turn, spot, found, _header(turn, spot, wish, found), [])


def _service_of(shown: Shown) -> Service:
    return wish_of_shown(shown).service


def _on_screen(turn: Turn) -> Shown | None:
    """The list that a message may be about; none once a question of this search was put."""
    form = turn.form
    under_way = form.question is not None or form.answers or form.refused
    if under_way or isinstance(turn.content, Location):
        return None
    return turn.state.stations_on_screen(turn.now)


def _names_place(turn: Turn) -> bool:
    return bool(turn.slots.get("place") or turn.slots.get("region"))


def _wants_more(turn: Turn) -> bool:
    if isinstance(turn.content, Press) or _names_place(turn) or turn.slots.get("amenities"):
        return False
    return MORE.search(turn.text) is not None and CLOSER.search(turn.text) is None


def _is_about(turn: Turn) -> bool:
    return bool(turn.text) and not isinstance(turn.content, Press) and not ANEW.search(turn.text)


def _is_unknown(turn: Turn) -> bool:
    """Whether the message asked of the list what none of its cards says, and is answered so."""
    plain = wish_of(turn.slots).plain and not _names_place(turn)
    unknown = plain and _is_about(turn) and asks_of_list(turn.text)
    if unknown:
        say_unknown(turn)
    return unknown


def _carry(turn: Turn, shown: Shown) -> None:
    """A refinement keeps what the list was for: "现在开着的" after a list with charging."""
    before, now = wish_of_shown(shown), wish_of(turn.slots)
    if turn.slots.get("arg") == "here":
        turn.slots.update(before.kept())
        return
    if not _is_about(turn) or _names_place(turn):
        return
    if now.plain:
        return
    adds = ADDS.search(turn.text) is not None
    wanted = [*before.amenities, *now.amenities] if adds else now.amenities or before.amenities
    turn.slots["amenities"] = list(dict.fromkeys(wanted))
    if before.open_at is not None and not now.timed:
        turn.slots["open_at"] = before.open_at.isoformat()
    if not now.around_the_clock and before.around_the_clock and not now.open_now:
        turn.slots["around_the_clock"] = True
    turn.slots["open_now"] = now.open_now or before.open_now


async def _further(turn: Turn, shown: Shown) -> None:
    turn.slots.pop("arg", None)
    wish = wish_of_shown(shown)
    spot = await where(turn)
    seen = [str(code) for code in shown.slots.get("seen", ())]
    found = await further(turn, spot, wish, [*seen, *shown.ids][-SEEN_KEPT:])
    if not found.stations:
        turn.say("station.no_more", buttons=[here_button(turn, wish.service)])
        return
    header = turn.words("station.more")
    _show(turn, spot, found, header, [*seen, *shown.ids][-SEEN_KEPT:])


def _show(turn: Turn, spot: Spot, found: Found, header: str, seen: Sequence[str]) -> None:
    from_ = None if spot.own else spot.name
    cards = [
        station_card(turn, station, from_=from_, rough=spot.remembered)
        for station in found.stations
    ]
    lines = (
        [turn.words("station.missed", missed=spot.missed, place=spot.name)] if spot.missed else []
    )
    lines.append(header)
    if any(station.demo for station in found.stations):
        lines.append(turn.words("station.demo"))
    service = found.wish.service
    buttons = [here_button(turn, service)]
    if found.more:
        more = turn.words("station.button.more")
        buttons.insert(0, Button(id=f"r:{SERVED_BY[service]}:more", label=more))
    several = len(found.stations) > 1
    buttons += [
        wrong_button(turn, station, number if several else None)
        for number, station in enumerate(found.stations, start=1)
    ]
    if service == "childcare":
        label = turn.words("not_yet.hand_over")
        buttons.append(Button(id="r:talk_to_human:find_childcare", label=label))
    turn.say("station.lines", lines="\n".join(lines), cards=cards, buttons=buttons)
    kept = {
        **found.wish.kept(),
        "sector": turn.slots.get("sector"),
        "place": spot.name,
        "city": spot.city,
        "seen": list(seen),
    }
    turn.show("station", [station.code for station in found.stations], kept)


def _header(turn: Turn, spot: Spot, wish: Wish, found: Found) -> str:
    words = turn.words
    same = found.wish.spoken == wish.spoken
    what, place = _what(turn, wish.spoken if same else wish), spot.name
    if found.restricted:
        open_ones = len([one for one in found.stations if one.access == "everyone"])
        key = "station.restricted_too" if open_ones else "station.only_restricted"
        return words(key, what=what)
    suffix = "" if spot.own else "_place"
    if not same:
        instead = _what(turn, found.wish)
        return words(f"station.none_fitting{suffix}", what=what, instead=instead, place=place)
    if found.far is not None:
        distance = distance_in_words(words, found.far)
        return words(f"station.none_near{suffix}", what=what, distance=distance, place=place)
    if spot.own:
        return words("station.remembered" if spot.remembered else "station.here", what=what)
    there = all(station.distance is None for station in found.stations)
    key = "station.at" if there else "station.near"
    plain = what == words(f"station.what.{wish.service}")
    return words(key if plain else f"{key}_with", what=what, place=place)


def _what(turn: Turn, wish: Wish) -> str:
    """What is looked for: 现在开着、有充电的驿站."""
    amenities = amenity_names(turn.words, wish.amenities)
    state = ""
    if wish.around_the_clock:
        state = turn.words("station.round_the_clock")
    elif wish.open_at is not None:
        state = turn.words("station.open_at", at=wish.open_at)
    elif wish.open_now:
        state = turn.words("station.open_now")
    noun = turn.words(f"station.what.{wish.service}")
    kind = {(True, True): "both", (True, False): "amenities", (False, True): "state"}
    with_ = kind.get((bool(amenities), bool(state)))
    if with_ is None:
        return noun
    return turn.words(f"station.what_{with_}", noun=noun, amenities=amenities, state=state)

"""How a place is shown: its card, and single answers about it."""

from __future__ import annotations

from collections.abc import Mapping

from actions import hours
from actions.content import Card, Link, Location
from actions.maps import amap_marker, amap_search, geo_uri
from actions.turn import Turn
from actions.words import Words
from knowledge.place_kinds import Service
from knowledge.stations import Station

SERVED_BY: Mapping[Service, str] = {
    "rest": "find_station",
    "childcare": "find_childcare",
    "office": "find_office",
}
"""The route that looks for places of a service."""

KILOMETRE = 1000.0
YEAR = 12
"""Months."""

ROUGH_FROM = 10_000.0
"""From this distance on whole kilometres are enough."""


def station_card(
    turn: Turn,
    station: Station,
    *,
    from_: str | None = None,
    rough: bool = False,
) -> Card:
    """A place: how far, where, what it offers, when, for whom.

    `from_` is the place that the distance counts from, where that isn't the rider; `rough`: from
    a cell of 500 m only. The channels number the cards of a list.
    """
    words, language = turn.words, turn.language
    name, address = station.name(language), station.address(language)
    lines = [_place(turn, station, from_, rough)]
    if station.amenities:
        lines.append(
            words("station.card.offers", amenities=amenity_names(words, station.amenities))
        )
    lines += _offers(words, station, language)
    lines.append(open_line(turn, station))
    lines.append(who_may_enter(words, station))
    if station.phone:
        lines.append(words("station.card.phone", phone=station.phone))
    location = None
    if station.lat is not None and station.lon is not None:
        links = [
            Link(label=words("station.card.amap"), url=amap_marker(station.lat, station.lon, name)),
            Link(label=words("station.card.geo"), url=geo_uri(station.lat, station.lon, name)),
        ]
        location = Location(lat=station.lat, lon=station.lon, title=name, address=address)
    else:
        # Amap knows addresses in Chinese only.
        search = amap_search(station.address_zh)
        links = [Link(label=words("station.card.amap_search"), url=search)]
    return Card(
        kind="station",
        title=name,
        lines=tuple(line for line in lines if line),
        links=tuple(links),
        location=location,
    )


def _offers(words: Words, station: Station, language: str) -> list[str]:
    """What a childcare centre gives, to whom, for how much; what an office is for."""
    lines = []
    if about := station.about(language):
        lines.append(words(f"station.card.about_{station.service}", about=about))
    if station.ages_from is not None and station.ages_to is not None:
        lines.append(
            words(
                "station.card.ages",
                first=_age(words, station.ages_from),
                last=_age(words, station.ages_to),
            )
        )
    if price := station.price(language):
        lines.append(words("station.card.price", price=price))
    return lines


def _age(words: Words, months: int) -> str:
    """6个月, 1岁半, 3岁."""
    years, rest = divmod(months, YEAR)
    if rest == 0:
        return words("station.age.years", years=years)
    if rest == YEAR // 2 and years:
        return words("station.age.half", years=years)
    return words("station.age.months", months=months)


def _place(turn: Turn, station: Station, from_: str | None, rough: bool) -> str:
    address = station.address(turn.language)
    if station.lat is None:
        return turn.words("station.card.no_point", address=address)
    if station.distance is None:
        return address
    distance = distance_in_words(turn.words, station.distance)
    if from_ is not None:
        return turn.words("station.card.from", place=from_, distance=distance, address=address)
    key = "station.card.about" if rough else "station.card.distance"
    return turn.words(key, distance=distance, address=address)


def distance_in_words(words: Words, metres: float) -> str:
    """As it is said: 350米, 1.2公里, 12公里."""
    if metres < KILOMETRE - 5:
        return words("station.metres", metres=max(10, round(metres / 10) * 10))
    if metres < ROUGH_FROM:
        return words("station.kilometres", kilometres=f"{metres / KILOMETRE:.1f}")
    return words("station.kilometres", kilometres=f"{metres / KILOMETRE:.0f}")


def amenity_names(words: Words, amenities: tuple[str, ...] | list[str]) -> list[str]:
    """What is offered, in the rider's language."""
    return [words(f"station.amenity.{name}") for name in amenities]


def open_line(turn: Turn, station: Station) -> str:
    """Today's hours and whether it is open; a place that is closed for longer says until when."""
    if station.is_closed(turn.today):
        reason = station.closed_reason(turn.language)
        key = "station.card.gone" if station.for_good else "station.card.closed_until"
        if reason:
            key += "_because"
        return turn.words(key, day=station.closed_until, reason=reason)
    return hours.in_words(hours.opening(station.hours, turn.now), turn.words)


def who_may_enter(words: Words, station: Station) -> str:
    """For whom it is."""
    if station.access == "trade":
        trade = words(f"station.trade.{station.access_trade}")
        return words("station.access.trade", trade=trade)
    if station.access == "employer":
        return words("station.access.employer", employer=station.access_employer or "")
    return words(f"station.access.{station.access}")

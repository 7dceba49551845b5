"""Notices: the list, live, and how each one wants to hear of them."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.console import choices
from bot.console.streams import stream
from bot.console.visit import Visit
from bot.notice_wishes import clock, wish_of
from bot.refused import Refused
from knowledge.notice_rows import ROBOTS, Way
from knowledge.notice_ways import Wish
from knowledge.notices import KINDS

HOME = "/console/notices"
SETTINGS = f"{HOME}/settings"

OWN: dict[str, Way] = {"console": "console", "email": "email", "telegram": "telegram"}
OWN_WAYS = "|".join(OWN)


async def show(visit: Visit) -> web.Response:
    """The visitor's own list."""
    shown = await visit.parts.notices.list(visit.actor, visit.given("before"))
    return visit.page("notices.html", shown=shown)


async def events(visit: Visit) -> web.StreamResponse:
    """How many are new, and each new one, as it comes."""
    return await stream(visit, visit.parts.notices.news(visit.actor, visit.language))


async def see_all(visit: Visit) -> web.Response:
    """All that the page showed are seen."""
    await visit.parts.notices.see_all(visit.actor, visit.given("until") or 0)
    return visit.go(HOME, done="notices_seen")


async def open_one(visit: Visit) -> web.Response:
    """What a notice is about."""
    return visit.go(await visit.parts.notices.open(visit.actor, visit.number()))


async def show_settings(visit: Visit) -> web.Response:
    """The visitor's own ways, and the robots of their regions."""
    return visit.page("notice_settings.html", **await _shown(visit))


async def save(visit: Visit) -> web.Response:
    """Set one of the own ways."""
    way = OWN[visit.request.match_info["way"]]
    try:
        await visit.parts.notice_wishes.save(visit.actor, way, _wish(visit), visit["address"])
    except Refused as why:
        return await _again(visit, why)
    return visit.go(SETTINGS, done="notices_saved")


async def stop(visit: Visit) -> web.Response:
    """Nothing goes out on one of the own ways any more."""
    way = OWN[visit.request.match_info["way"]]
    await visit.parts.notice_wishes.stop(visit.actor, way)
    return visit.go(SETTINGS, done="notices_ended")


async def code(visit: Visit) -> web.Response:
    """A code that links the visitor's Telegram, shown this once."""
    try:
        new = await visit.parts.notice_wishes.code(visit.actor)
    except Refused as why:
        return await _again(visit, why)
    return visit.page("notice_settings.html", **{**await _shown(visit), "code": new})


async def add_robot(visit: Visit) -> web.Response:
    """A group's robot."""
    way = next((one for one in ROBOTS if one == visit["way"]), ROBOTS[0])
    try:
        await visit.parts.notice_wishes.add_robot(
            visit.actor, way, visit["name"], visit["region"] or None, visit["url"], visit["secret"]
        )
    except Refused as why:
        return await _again(visit, why)
    return visit.go(SETTINGS, done="robot_added")


async def change_robot(visit: Visit) -> web.Response:
    """Other kinds, hours or pace of a robot."""
    await visit.parts.notice_wishes.must_reach(visit.actor, visit.number())
    try:
        await visit.parts.notice_wishes.change_robot(visit.actor, visit.number(), _wish(visit))
    except Refused as why:
        return await _again(visit, why)
    return visit.go(SETTINGS, done="notices_saved")


async def try_robot(visit: Visit) -> web.Response:
    """One line to the group, now."""
    # In the words of what the group will get, which a keyword of the group lets through.
    group = visit.parts.texts.words("zh")
    title = group("notice_settings.trial", name=visit.actor.name)
    try:
        await visit.parts.notice_wishes.try_robot(visit.actor, visit.number(), title)
    except Refused as why:
        return await _again(visit, why)
    return visit.go(SETTINGS, done="robot_tried")


async def end_robot(visit: Visit) -> web.Response:
    """A robot hears nothing more."""
    await visit.parts.notice_wishes.end_robot(visit.actor, visit.number())
    return visit.go(SETTINGS, done="robot_ended")


def _wish(visit: Visit) -> Wish:
    kinds = [kind for kind in KINDS if visit[f"kind_{kind}"]]
    return wish_of(
        kinds, visit["begins"], visit["ends"], bool(visit["urgent_always"]), visit["every"] or "10"
    )


async def _shown(visit: Visit) -> dict[str, Any]:
    wishes = visit.parts.notice_wishes
    robots = visit.actor.may("notice.robots")
    return {
        "settings": await wishes.settings(visit.actor),
        "has_mail": wishes.has_mail,
        "has_telegram": wishes.has_telegram,
        "kinds": KINDS,
        "clock": clock,
        "code": "",
        "robot_ways": [(way, visit.words(f"notice_way.{way}")) for way in ROBOTS],
        "places": choices.regions_or_everywhere(visit) if robots else [],
    }


async def _again(visit: Visit, why: Refused) -> web.Response:
    return visit.again("notice_settings.html", why, **await _shown(visit))

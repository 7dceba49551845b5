"""Joint cases: what may belong together, one that is begun, who may see it."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.console.cases import PICK, named_kinds
from bot.console.visit import Visit
from bot.refused import Refused
from knowledge.access import NotThere

HOME = "/console/cases/joint"


async def show_all(visit: Visit) -> web.Response:
    """Groups that are proposed, and joint cases that the visitor is named in."""
    return await _all(visit)


async def make(visit: Visit) -> web.Response:
    """Ask the riders of a group."""
    numbers = sorted(
        name.removeprefix(PICK) for name in visit.form if name.startswith(PICK) and visit[name]
    )
    try:
        if len(numbers) < 2:
            raise Refused("case_joint_two")
        joint, _ = await visit.parts.case_joint.make(visit.actor, numbers)
    except Refused as why:
        return await _all(visit, why)
    except NotThere:
        return await _all(visit, Refused("case_not_there"))
    return visit.go(f"{HOME}/{joint.id}", done="joint_asked")


async def show(visit: Visit) -> web.Response:
    """One, for those who are named in it."""
    return await _one(visit)


async def name(visit: Visit) -> web.Response:
    """One more who may see it, or one less."""
    joint, number, account = visit.parts.case_joint, visit.number(), visit["account"]
    try:
        if visit["step"] == "drop":
            await joint.unname(visit.actor, number, account)
        else:
            await joint.name(visit.actor, number, account)
    except Refused as why:
        return await _one(visit, why)
    if visit["step"] == "drop" and account == visit.actor.name:
        return visit.go(HOME, done="saved")
    return visit.go(f"{HOME}/{number}", done="saved")


async def _all(visit: Visit, why: Refused | None = None) -> web.Response:
    found = await visit.parts.case_joint.proposals(visit.actor)
    values: dict[str, Any] = {"found": found, **named_kinds(visit)}
    return (
        visit.again("joint_all.html", why, **values)
        if why
        else visit.page("joint_all.html", **values)
    )


async def _one(visit: Visit, why: Refused | None = None) -> web.Response:
    shown = await visit.parts.case_joint.get(visit.actor, visit.number())
    values = {
        "shown": shown,
        "others": [(one.name, one.name) for one in shown.colleagues],
        "path": f"{HOME}/{shown.joint.id}",
        **named_kinds(visit),
    }
    if why is not None:
        return visit.again("joint_one.html", why, **values)
    return visit.page("joint_one.html", **values)

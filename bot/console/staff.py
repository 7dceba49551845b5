"""Accounts of staff: the list, an invitation, one account."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.console import choices
from bot.console.visit import Visit
from bot.refused import Refused
from knowledge.access import ROLES
from knowledge.accounts import Account

HOME = "/console/staff"


async def show_all(visit: Visit) -> web.Response:
    """Everybody of the visitor's regions."""
    everybody = await visit.parts.accounts.everybody(visit.actor)
    return visit.page("staff.html", everybody=everybody)


async def show_new(visit: Visit) -> web.Response:
    """Invite somebody."""
    return visit.page("staff_new.html", **_choices(visit))


async def invite(visit: Visit) -> web.Response:
    """The new account's link, shown this once."""
    try:
        account, token = await visit.parts.accounts.invite(
            visit.actor,
            name=visit["name"],
            login=visit["login"],
            role=visit["role"],
            region=visit["region"] or None,
            language=visit["language"],
        )
    except Refused as why:
        return visit.again("staff_new.html", why, **_choices(visit))
    return _show_link(visit, account, token)


async def show_one(visit: Visit) -> web.Response:
    """One account; who may change it finds the forms there."""
    account = await visit.parts.accounts.get(visit.actor, visit.number())
    return visit.page("staff_one.html", account=account, **_choices(visit))


async def change(visit: Visit) -> web.Response:
    """Another role, region or language."""
    number = visit.number()
    try:
        await visit.parts.accounts.change(
            visit.actor,
            number,
            role=visit["role"],
            region=visit["region"] or None,
            language=visit["language"],
        )
    except Refused as why:
        return await _again(visit, why)
    return visit.go(f"{HOME}/{number}", done="saved")


async def invite_again(visit: Visit) -> web.Response:
    """A new link, shown this once."""
    try:
        account, token = await visit.parts.accounts.invite_again(visit.actor, visit.number())
    except Refused as why:
        return await _again(visit, why)
    return _show_link(visit, account, token)


async def step(visit: Visit) -> web.Response:
    """Disable, enable, end all sessions, or take the second factor away."""
    number, name = visit.number(), visit.request.match_info["step"]
    accounts = visit.parts.accounts
    steps = {
        "disable": accounts.disable,
        "enable": accounts.enable,
        "end-sessions": accounts.end_sessions,
        "reset-second-factor": accounts.reset_second_factor,
    }
    try:
        await steps[name](visit.actor, number)
    except Refused as why:
        return await _again(visit, why)
    return visit.go(f"{HOME}/{number}", done=name.replace("-", "_"))


STEPS = "disable|enable|end-sessions|reset-second-factor"


async def _again(visit: Visit, why: Refused) -> web.Response:
    account = await visit.parts.accounts.get(visit.actor, visit.number())
    return visit.again("staff_one.html", why, account=account, **_choices(visit))


def _show_link(visit: Visit, account: Account, token: str) -> web.Response:
    address = visit.parts.public_url.rstrip("/") or str(visit.request.url.origin())
    link = f"{address}/console/invitation/{token}"
    return visit.page("staff_link.html", account=account, link=link)


def _choices(visit: Visit) -> dict[str, Any]:
    """What the forms offer: roles, and the regions that the visitor reaches, top down."""
    words = visit.words
    roles = [(role, f"{words(f'role.{role}')}: {words(f'role_does.{role}')}") for role in ROLES]
    return {"roles": roles, "places": choices.regions_or_everywhere(visit)}

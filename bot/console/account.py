"""The own account: password, second factor, sessions, language."""

from __future__ import annotations

from typing import Any

from aiohttp import web
from markupsafe import Markup

from bot.console.visit import Visit
from bot.own_account import Renewed
from bot.refused import Refused

HOME = "/console/account"


async def show(visit: Visit) -> web.Response:
    """The account with its sessions."""
    return visit.page("account.html", own=await visit.parts.own_account.overview(visit.own))


async def change_password(visit: Visit) -> web.Response:
    """A new password."""
    try:
        renewed = await visit.parts.own_account.change_password(
            visit.own, visit["current"], visit["password"], visit["again"], visit.caller
        )
    except Refused as why:
        return await _again(visit, why)
    visit.set_token = renewed.token
    return visit.go(HOME, done="password")


async def set_language(visit: Visit) -> web.Response:
    """Another language."""
    try:
        await visit.parts.own_account.set_language(visit.own, visit["language"])
    except Refused as why:
        return await _again(visit, why)
    return visit.go(HOME, done="saved")


async def show_set_up(visit: Visit) -> web.Response:
    """The picture for the app, and a field for its first code."""
    return visit.page("set_up.html", **await _set_up(visit))


async def set_up(visit: Visit) -> web.Response:
    """The second factor is in force; the recovery codes are shown this once."""
    try:
        renewed = await visit.parts.own_account.finish_second_factor(
            visit.own, visit["code"], visit["current"], visit.caller
        )
    except Refused as why:
        return visit.again("set_up.html", why, **await _set_up(visit))
    return _show_codes(visit, renewed)


async def remove_second_factor(visit: Visit) -> web.Response:
    """Without a second factor from now on."""
    try:
        renewed = await visit.parts.own_account.remove_second_factor(
            visit.own, visit["current"], visit.caller
        )
    except Refused as why:
        return await _again(visit, why)
    visit.set_token = renewed.token
    return visit.go(HOME, done="second_factor_removed")


async def new_recovery_codes(visit: Visit) -> web.Response:
    """New recovery codes, shown this once."""
    try:
        codes = await visit.parts.own_account.new_recovery_codes(
            visit.own, visit["current"], visit.caller
        )
    except Refused as why:
        return await _again(visit, why)
    return _show_codes(visit, Renewed(visit.token, codes))


async def end_session(visit: Visit) -> web.Response:
    """One of the own sessions is over."""
    await visit.parts.own_account.end_session(visit.own, visit.number())
    return visit.go(HOME, done="session_ended")


async def _again(visit: Visit, why: Refused) -> web.Response:
    return visit.again("account.html", why, own=await visit.parts.own_account.overview(visit.own))


async def _set_up(visit: Visit) -> dict[str, Any]:
    setup = await visit.parts.own_account.begin_second_factor(visit.own)
    picture = setup.picture(visit.words("set_up.picture"))
    return {
        "setup": setup,
        # Made by segno of our own secret; the login name in it is inside the picture.
        "picture": Markup(picture),  # noqa: S704
        "asks_password": visit.parts.own_account.asks_password(visit.own),
    }


def _show_codes(visit: Visit, renewed: Renewed) -> web.Response:
    visit.set_token = renewed.token
    codes = [f"{code[:5]}-{code[5:]}" for code in renewed.recovery_codes]
    return visit.page("codes.html", codes=codes)

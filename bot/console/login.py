"""The pages at the door: login, second factor, invitation, logout."""

from __future__ import annotations

from aiohttp import web

from bot.console.visit import Visit
from bot.refused import Refused


async def show_login(visit: Visit) -> web.Response:
    """Login name and password."""
    if visit.session is not None and visit.session.complete:
        return visit.go("/console")
    return visit.page("login.html", next=visit["next"], login="")


async def login(visit: Visit) -> web.Response:
    """Let somebody in, or on to the second factor."""
    try:
        entered = await visit.parts.logins.login(visit["login"], visit["password"], visit.caller)
    except Refused as why:
        return visit.again("login.html", why, next=visit["next"], login=visit["login"])
    await _leave(visit)
    visit.set_token = entered.token
    return visit.go(_next(visit["next"]) if entered.complete else "/console/second-factor")


async def show_second_factor(visit: Visit) -> web.Response:
    """The app's code, or a recovery code."""
    return visit.page("second_factor.html")


async def second_factor(visit: Visit) -> web.Response:
    """Let somebody in whose code is right."""
    try:
        entered = await visit.parts.logins.second_step(visit.token, visit["code"], visit.caller)
    except Refused as why:
        return visit.again("second_factor.html", why)
    visit.set_token = entered.token
    return visit.go("/console")


async def show_invitation(visit: Visit) -> web.Response:
    """Set a password, while the link is good."""
    try:
        account = await visit.parts.logins.invited(visit.request.match_info["token"])
    except Refused as why:
        said = visit.words(why.key)
        return visit.page("trouble.html", status=404, what="invitation", said=said)
    if "language" not in visit.request.query:
        visit.language = account.language
    return visit.page("invitation.html", account=account)


async def take_invitation(visit: Visit) -> web.Response:
    """Set the password and enter."""
    token = visit.request.match_info["token"]
    try:
        account = await visit.parts.logins.invited(token)
    except Refused:
        return await show_invitation(visit)
    visit.language = account.language
    try:
        entered = await visit.parts.logins.take_invitation(
            token, visit["password"], visit["again"], visit.caller
        )
    except Refused as why:
        return visit.again("invitation.html", why, account=account)
    await _leave(visit)
    visit.set_token = entered.token
    if not entered.complete:
        return visit.go("/console/second-factor")
    return visit.go("/console/account/second-factor")


async def logout(visit: Visit) -> web.Response:
    """The session is over, and its cookie gone."""
    await _leave(visit)
    visit.set_token = ""
    return visit.go("/console/login", done="logout")


async def _leave(visit: Visit) -> None:
    """End the session that this browser had, of whichever account (OWASP ASVS 5.0, 7.2.4)."""
    if visit.session is not None:
        await visit.parts.logins.logout(visit.session)


def _next(path: str) -> str:
    """Where the visitor wanted to go, if that is a page of the console."""
    if path == "/console" or path.startswith(("/console/", "/console?")):
        return path
    return "/console"

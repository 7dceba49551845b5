"""Every request to the console comes through here: who asks, is the form ours, may they."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import structlog
from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from bot.channels.web_door import plain
from bot.console.parts import CONSOLE, ConsoleParts
from bot.console.uploads import Foreign, Odd, TooLarge, read_sent
from bot.console.visit import LANGUAGE_COOKIE, Visit
from knowledge.access import WITHOUT_SECOND_FACTOR, Actor, Denied, NotThere
from knowledge.accounts import TOKEN_BYTES
from knowledge.database import is_away
from knowledge.sessions import Session

log = structlog.get_logger(__name__)

LOGIN = "/console/login"
SECOND_FACTOR = "/console/second-factor"
SET_UP = "/console/account/second-factor"

OPEN = "open"
"""Needs nobody: the door itself."""
HALF = "half"
"""Needs somebody whose second factor is still to come."""

SAFE = ("GET", "HEAD")

LONGEST_COOKIE = 100

Page = Callable[[Visit], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Route:
    """A page: what it answers to, what makes it, and the permission that it needs."""

    method: str
    path: str
    page: Page
    needs: str
    takes_file: bool = False
    """Whether its form may bring a file, which is read only from somebody who may send one."""


def cookie_name(parts: ConsoleParts) -> str:
    """With https under a name that no other host can set (RFC 6265bis, 4.1.3.2)."""
    return "__Host-gongyou" if parts.https else "gongyou_console"


def guarded(route: Route) -> Handler:
    """The route's handler, with the door before it."""

    async def handler(request: web.Request) -> web.StreamResponse:
        visit = await _visit(request, route)
        response: web.StreamResponse
        try:
            await _recognise(visit)
            response = await _answer(route, visit)
        except web.HTTPException:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the visitor reads plain words
            response = _trouble(visit, route, error)
        _set_cookies(visit, response)
        # With no-referrer a browser would send `Origin: null` with our own forms.
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    return handler


async def _visit(request: web.Request, route: Route) -> Visit:
    token = request.cookies.get(cookie_name(request.app[CONSOLE]), "")
    form: Mapping[str, str] = (
        {} if request.method in SAFE or _with_file(route, request) else await _form(request)
    )
    visit = Visit(request, token[:LONGEST_COOKIE], None, form, _language(request))
    if not token:
        # The first page's form is bound to a cookie as well.
        visit.set_token = secrets.token_urlsafe(TOKEN_BYTES)
    return visit


async def _recognise(visit: Visit) -> None:
    """Find out whose visit it is.

    Raises:
        TooFast: the address asks too much.
    """
    parts = visit.parts
    if parts.requests.wait(visit.caller.address):
        parts.metrics.refused.labels(parts.requests.name).inc()
        raise TooFast
    visit.session = await parts.logins.who(visit.token) if visit.token else None
    if visit.session is not None:
        visit.who = _actor(visit.session, parts)
        visit.language = visit.session.account.language


async def _answer(route: Route, visit: Visit) -> web.StreamResponse:
    if _with_file(route, visit.request):
        return await _answer_with_file(route, visit)
    if visit.request.method not in SAFE and not _is_ours(visit):
        return _foreign(route, visit)
    elsewhere = _turned_away(route, visit)
    if elsewhere is not None:
        return elsewhere
    await _count_notices(visit)
    return await route.page(visit)


async def _answer_with_file(route: Route, visit: Visit) -> web.StreamResponse:
    """Whether they may send files at all is asked before one is read, and for the form's token."""
    elsewhere = _turned_away(route, visit)
    if elsewhere is not None:
        return elsewhere

    def check(fields: Mapping[str, str]) -> None:
        visit.form = fields
        if not _is_ours(visit):
            raise Foreign

    try:
        sent = await read_sent(visit.request, check)
    except Foreign:
        return _foreign(route, visit)
    visit.form, visit.file = sent.fields, sent.file
    await _count_notices(visit)
    return await route.page(visit)


async def _count_notices(visit: Visit) -> None:
    """How many are new stands at the top of each page."""
    if visit.session is not None and visit.session.complete and visit.actor.may("notice.read"):
        visit.unseen = await visit.parts.notices.unseen(visit.actor)


def _with_file(route: Route, request: web.Request) -> bool:
    return (
        route.takes_file
        and request.method not in SAFE
        and request.content_type == "multipart/form-data"
    )


def _is_ours(visit: Visit) -> bool:
    return _same_origin(visit) and visit.is_own_form()


def _foreign(route: Route, visit: Visit) -> web.Response:
    log.warning("console.foreign_form", path=route.path)
    return visit.page("trouble.html", status=403, what="form")


def _turned_away(route: Route, visit: Visit) -> web.Response | None:
    """Where the visitor must go first; None for who may see the page.

    Raises:
        Denied: the role may not.
    """
    if route.needs == OPEN:
        return None
    if visit.session is None:
        return visit.go(_login_for(visit))
    if route.needs == HALF:
        return visit.go("/console") if visit.session.complete else None
    if not visit.session.complete:
        return visit.go(SECOND_FACTOR)
    if visit.actor.incomplete and route.needs not in WITHOUT_SECOND_FACTOR:
        return visit.go(SET_UP)
    # The services ask again; here, so that a page that forgets to is shut all the same.
    visit.actor.ask(route.needs)
    return None


class TooFast(Exception):
    """An address asks more than one person's browser does."""


def _trouble(visit: Visit, route: Route, error: Exception) -> web.Response:
    """A page in plain words for what went wrong."""
    if isinstance(error, Denied | NotThere):
        status = 403 if isinstance(error, Denied) else 404
        account = visit.session.account.id if visit.session else None
        log.warning("console.refused", path=route.path, status=status, account=account)
        return visit.page("trouble.html", status=status, what=str(status))
    if isinstance(error, TooFast):
        return visit.page("trouble.html", status=429, what="429")
    if isinstance(error, TooLarge):
        return visit.page("trouble.html", status=413, what="413")
    if isinstance(error, Odd):
        return visit.page("trouble.html", status=400, what="form")
    if is_away(error):
        log.warning("console.unavailable", path=route.path, error=type(error).__name__)
        return visit.page("trouble.html", status=503, what="503")
    # The stack goes to the log, the visitor hears only that it was our fault.
    log.error("console.failed", path=route.path, exc_info=error)
    return visit.page("trouble.html", status=500, what="500")


def _actor(session: Session, parts: ConsoleParts) -> Actor:
    account = session.account
    return Actor(
        account.name,
        account.role,
        account.region,
        parts.database.region_tree,
        account.id,
        account.has_second_factor,
    )


FORM_BYTES = 512 * 1024
"""An article with 200 ways of asking for it has some 80 kB; the chat's own bound is narrower."""


async def _form(request: web.Request) -> Mapping[str, str]:
    """The fields of a form without a file."""
    fields = await request.clone(client_max_size=FORM_BYTES).post()
    return {name: plain(value) for name, value in fields.items() if isinstance(value, str)}


def _same_origin(visit: Visit) -> bool:
    """What the browser says about where the form was; one that says nothing has the token only."""
    headers = visit.request.headers
    if headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = headers.get(hdrs.ORIGIN)
    if origin is None:
        return True
    ours = {visit.request.host, urlsplit(visit.parts.public_url).netloc}
    return urlsplit(origin).netloc in ours - {""}


def _language(request: web.Request) -> str:
    for wished in (request.query.get("language"), request.cookies.get(LANGUAGE_COOKIE)):
        if wished in ("zh", "en"):
            return wished
    accepted = request.headers.get(hdrs.ACCEPT_LANGUAGE, "").lower()
    return "en" if accepted.startswith("en") else "zh"


def _login_for(visit: Visit) -> str:
    """The login page, and where to go afterwards."""
    path = visit.request.rel_url
    if visit.request.method not in SAFE or path.path == "/console":
        return LOGIN
    return f"{LOGIN}?next={quote(str(path), safe='')}"


def _set_cookies(visit: Visit, response: web.StreamResponse) -> None:
    if visit.set_token is not None:
        response.set_cookie(
            cookie_name(visit.parts),
            visit.set_token,
            path="/",
            secure=visit.parts.https,
            httponly=True,
            samesite="Lax",
        )
    wished = visit.request.query.get("language")
    if wished in ("zh", "en"):
        response.set_cookie(
            LANGUAGE_COOKIE,
            wished,
            path="/console",
            secure=visit.parts.https,
            httponly=True,
            samesite="Lax",
        )

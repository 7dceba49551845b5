"""The audit: who changed what about whom, from what to what."""

from __future__ import annotations

from aiohttp import hdrs, web

from bot.audit_trail import Entries, Wish
from bot.console.visit import Visit
from bot.refused import Refused


async def show(visit: Visit) -> web.Response:
    """The newest lines that the filter lets through, page by page."""
    before = visit["before"]
    try:
        entries = await visit.parts.audit_trail.page(
            visit.actor, _wish(visit), int(before) if _is_number(before) else None
        )
    except Refused as why:
        return visit.again("audit.html", why, wish=_wish(visit), entries=Entries([], None))
    return visit.page("audit.html", wish=_wish(visit), entries=entries)


async def export(visit: Visit) -> web.Response:
    """The same lines as a file for a spreadsheet."""
    try:
        table = await visit.parts.audit_trail.export(visit.actor, _wish(visit))
    except Refused as why:
        return visit.again("audit.html", why, wish=_wish(visit), entries=Entries([], None))
    return web.Response(
        # With the mark that tells Excel that it is UTF-8.
        body=b"\xef\xbb\xbf" + table.encode(),
        content_type="text/csv",
        charset="utf-8",
        headers={hdrs.CONTENT_DISPOSITION: 'attachment; filename="audit.csv"'},
    )


async def verify(visit: Visit) -> web.Response:
    """Whether somebody has changed or taken away a line."""
    broken = await visit.parts.audit_trail.verify(visit.actor)
    entries = await visit.parts.audit_trail.page(visit.actor, Wish())
    said = visit.words("audit.holds") if broken is None else None
    why = None if broken is None else visit.words("audit.broken", seal=broken)
    return visit.page("audit.html", wish=Wish(), entries=entries, done=said, why=why)


def _wish(visit: Visit) -> Wish:
    return Wish(visit["actor"].strip(), visit["action"].strip(), visit["day"].strip())


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 15

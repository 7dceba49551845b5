"""The audit: who changed what about whom, from what to what."""

from __future__ import annotations

from typing import Any

from aiohttp import hdrs, web

from bot.audit_trail import Entries, Wish
from bot.console.visit import Visit
from bot.refused import Refused

ACTORS = ("rider", "house", "office")
"""Who acts besides staff and operators."""

ACTION = "action."


async def show(visit: Visit) -> web.Response:
    """The newest lines that the filter lets through, page by page."""
    before = visit["before"]
    try:
        entries = await visit.parts.audit_trail.page(
            visit.actor, _wish(visit), int(before) if _is_number(before) else None
        )
    except Refused as why:
        return visit.again("audit.html", why, **_page(visit, _wish(visit), Entries([], None)))
    return visit.page("audit.html", **_page(visit, _wish(visit), entries))


async def export(visit: Visit) -> web.Response:
    """The same lines as a file for a spreadsheet."""
    try:
        table = await visit.parts.audit_trail.export(visit.actor, _wish(visit))
    except Refused as why:
        return visit.again("audit.html", why, **_page(visit, _wish(visit), Entries([], None)))
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
    return visit.page("audit.html", **_page(visit, Wish(), entries), done=said, why=why)


def _wish(visit: Visit) -> Wish:
    return Wish(_who(visit), visit["action"].strip(), visit["day"].strip())


def _who(visit: Visit) -> str:
    """Who is meant, as the lines have it: a colleague by name, the others as they are called."""
    said = visit["actor"].strip()
    called = {visit.words(f"actor.{one}"): one for one in ACTORS}
    if not said or ":" in said or said in ACTORS:
        return said
    return called.get(said, f"staff:{said}")


def _page(visit: Visit, wish: Wish, entries: Entries) -> dict[str, Any]:
    """What the page is made of: what was asked for, as it reads, and all that can be."""
    staff = wish.actor.removeprefix("staff:")
    texts = visit.parts.texts.languages[visit.language]
    known = {
        key.removeprefix(ACTION): text for key, text in texts.items() if key.startswith(ACTION)
    }
    if wish.action and wish.action not in known:
        known[wish.action] = wish.action  # an address that asks for all that begin so
    actions = sorted(known.items(), key=lambda one: one[1])
    actor = visit.words(f"actor.{staff}") if staff in ACTORS else staff
    return {"wish": wish, "entries": entries, "by_whom": actor, "actions": actions}


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 15

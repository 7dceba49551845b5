"""Every page of the console that the matrix names, in a real browser: none is forgotten.

The pages' own tests show them full; here it is the list of routes that says which there are.
"""

from __future__ import annotations

from typing import Any

import pytest

from knowledge.articles import Place
from tests.bot.door import Door
from tests.bot.test_console_matrix import HALF, MATRIX, OPEN, fresh, paths, session, things
from tests.e2e.browser.phone import Phone
from tests.e2e.browser.test_console import look, server

__all__ = ["server"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(900),
]

BEFORE_THE_LOGIN = {
    "/console/login", "/console/invitation/{token}", "/console/second-factor", "/console/{tail}",
}  # fmt: skip
"""Seen in `test_console.py`, by who has no session yet."""

LEADS_ELSEWHERE = {"/console/notices/{id}/open"}
"""Lead to what they are about."""

STREAMS = "/events"
"""What ends so never ends."""


async def test_every_page_of_the_matrix_is_for_every_eye_and_screen(
    phones: Any, door: Door
) -> None:
    """Axe finds nothing and nothing is cut off, at 390 and 1280 pixels."""
    found = await things(door)
    boss = await door.member("赵敏", "administrator", secret=door.secret())
    token = await session(door, boss)
    phone: Phone = await phones(reduced_motion="reduce")
    await phone.context.add_cookies([{"name": "gongyou_console", "value": token, "url": phone.url}])
    async with door.database.begin() as unit:  # else the editor leads back to the article
        await unit.drafts.begin(Place("dues", "zhifu", "zh"), actor="a", regions=("zhifu",))
    seen, skipped = [], set()
    for row, (who, thing) in MATRIX.items():
        method, _, pattern = row.partition(" ")
        if who in (OPEN, HALF):
            skipped.add(pattern)
        if method != "GET" or who in (OPEN, HALF) or pattern.endswith(STREAMS):
            continue
        used = await fresh(door, thing, boss, own=True)
        (path,) = paths(pattern, used or found.own[thing])
        answer = await phone.context.request.get(phone.url.rstrip("/") + path)
        assert answer.status == 200, path
        if "<html" not in await answer.text():
            continue  # a picture, a table, a part of a page
        await phone.page.goto(phone.url.rstrip("/") + path)
        if pattern not in LEADS_ELSEWHERE:
            assert phone.page.url.endswith(path), path
        await look(phone.page, f"every-{path.strip('/').replace('/', '-')}", "light")
        seen.append(pattern)
    assert skipped - {"/console/logout"} == BEFORE_THE_LOGIN
    assert len(seen) > 60, seen

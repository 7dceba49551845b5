"""Axe, which finds what keeps somebody from reading or using a page."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from playwright.async_api import Page

AXE = Path(__file__).parent.parent / "vendor" / "axe-core" / "axe.min.js"
AXE_SHA256 = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"


RUN = """async () => {
    const folded = document.querySelectorAll(".sift > details:not([open])");
    folded.forEach((one) => { one.open = true; });
    const found = await axe.run(document, {resultTypes: ["violations"]});
    folded.forEach((one) => { one.open = false; });
    return found;
}"""
"""Also over a list's filters that are folded away: axe passes over what lies in closed details."""


@cache
def _script() -> str:
    axe = AXE.read_bytes()
    assert hashlib.sha256(axe).hexdigest() == AXE_SHA256
    return axe.decode()


async def violations(page: Page) -> list[tuple[str, list[Any]]]:
    """The rules that the page breaks as it is now, each with where and why.

    A document gets axe once: reading it and running it the first time takes longer than all else.
    """
    if not await page.evaluate("window.axe?.run !== undefined"):
        await page.evaluate(_script())
    found = await page.evaluate(RUN)
    return [
        (one["id"], [(node["target"], node["failureSummary"]) for node in one["nodes"]])
        for one in found["violations"]
    ]

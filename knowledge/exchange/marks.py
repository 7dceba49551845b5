"""Cells that a spreadsheet would take for a formula carry a mark when they go out.

An apostrophe before = + - @ keeps Excel, WPS and LibreOffice from running what a stranger wrote
into a name (OWASP, "CSV Injection"). It is taken off again when the file comes back.
"""

from __future__ import annotations

import re

MARK = "'"
DANGEROUS = re.compile(r"'*[=+\-@\t\r|%＝＋－＠]")
"""What begins like a formula, and what begins with a mark before that."""

NUMBER = re.compile(r"-?\d+(\.\d+)?")


def marked(text: str) -> str:
    """A cell as it goes out; a plain number stays one."""
    if DANGEROUS.match(text) and not NUMBER.fullmatch(text):
        return MARK + text
    return text


def unmarked(text: str) -> str:
    """A cell as it was before `marked`."""
    if text.startswith(MARK) and DANGEROUS.match(text):
        return text[1:]
    return text

"""Query codes that riders have typed: with a number they open everything, so staff never see one.

Any six digits that stand alone may be one and are dots in a line; what staff have revealed for a
reason shows six digits again, but not where they are the code of a record.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Sequence
from uuid import UUID

from actions.proving import parse_number
from bot.log import CODE_HIDDEN, hide_codes
from knowledge.unit import Knowledge

SIX = re.compile(
    r"(?<![\dA-Za-z-])\d(?:[\s\-]?\d){5}(?!-?\d|[A-Za-z])(?!\s*(?:元|块|万|yuan|rmb))",
    re.IGNORECASE,
)
"""As `actions.proving` reads a code, but no sum of money."""


def hide_typed(text: str) -> str:
    """Dots in place of query codes, and of whatever may be a typed one."""
    return SIX.sub(CODE_HIDDEN, hide_codes(text))


async def hide_right(unit: Knowledge, persons: Sequence[UUID], text: str) -> str:
    """Dots in place of the codes of these persons' records, and of a record that the text names."""
    named = parse_number(text, unit.region_tree)
    hashes = await unit.people.code_hashes(persons, named)

    def hidden(found: re.Match[str]) -> str:
        digits = re.sub(r"\D", "", found[0])
        right = any(
            hmac.compare_digest(unit.keyring.code_hash(number, digits), kept)
            for number, kept in hashes.items()
        )
        return CODE_HIDDEN if right else found[0]

    return SIX.sub(hidden, hide_codes(text))

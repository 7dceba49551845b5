"""Employers' names: folded to what tells them apart, compared, and hashed in pieces.

A case's employer is sealed with its rider's key like everything they wrote. Beside it lie keyed
hashes of the folded name's pairs of signs: whoever has the database but not the key learns nothing
from them, and the house finds cases that may be about the same one without opening all. Only what
shares enough of these pieces is opened and compared, by the service and never on a page.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from opencc import OpenCC
from rapidfuzz import fuzz

ALIKE = 80.0
"""Of 100: names that are at least so alike may be one employer's."""

SHARED = 0.5
"""The part of the shorter name's pieces that two names share at least, to be compared at all."""

FORMS = re.compile(
    r"股份|有限|责任|集团|总?公司|分公司|分部|站点|网点|门店|平台|配送|科技|网络|信息|技术|服务|物流"
    r"|\b(co|ltd|inc|corp|company|limited|group|station|platform|branch)\b",
    re.IGNORECASE,
)
"""What many firms' names have, and what is left out by who is in a hurry."""


@lru_cache(maxsize=1)
def _to_simplified() -> OpenCC:
    return OpenCC("t2s")


def folded(name: str) -> str:
    """A name as it is compared: half-width, Simplified, without legal form, spaces and signs."""
    even = _to_simplified().convert(unicodedata.normalize("NFKC", name)).casefold()
    core = re.sub(r"[\W_]+", "", FORMS.sub("", even))
    return core or re.sub(r"[\W_]+", "", even)


def pieces(name: str) -> set[str]:
    """The pairs of signs of a folded name."""
    core = folded(name)
    return {core[at : at + 2] for at in range(max(1, len(core) - 1))} - {""}


def alike(one: str, other: str) -> bool:
    """Whether two names may be one employer's."""
    a, b = folded(one), folded(other)
    if not a or not b:
        return False
    shorter, longer = sorted((a, b), key=len)
    within = len(shorter) >= 2 and shorter in longer
    return within or fuzz.ratio(a, b) >= ALIKE

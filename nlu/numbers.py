"""Lines that are a number and little else: no word for a model to read."""

from __future__ import annotations

import re

_ALONE = re.compile(r"\W*(?:\d{1,2}|1(?:10|19|20)|1\d{10})\W*")

_BESIDE = (
    r"(?:[我的那这个是为编号码单查询验证密看一下进度结果帮请麻烦申到哪了\W_]"
    r"|number|code|query|my|is|the|check|status|please|and)*"
)
# One way only to read each sign, so that no text takes long.
_OF_SOMETHING = re.compile(
    rf"{_BESIDE}[a-z]{{2}}[\W_]*(?:[a-z0-9][\W_]?){{6}}{_BESIDE}(?:\d{{6}})?{_BESIDE}"
)
LONGEST = 80
"""Signs of such a line."""


def is_alone(folded: str) -> bool:
    """Whether a text is a choice's number, an emergency line's or a phone's, and nothing else."""
    return _ALONE.fullmatch(folded) is not None


def is_of_something(folded: str) -> bool:
    """Whether a text is the number of something handed in, maybe with its code, and no wish."""
    return len(folded) <= LONGEST and _OF_SOMETHING.fullmatch(folded) is not None

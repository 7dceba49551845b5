"""The kinds of cases that a process knows: read from the content's file when it begins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from knowledge.content_cases import CaseKindEntry
from knowledge.content_schema import CASE_KINDS, read_list

CONTENT = Path(__file__).parent / "content"


class CaseKinds:
    """All kinds of cases, by code and by the wish that opens one."""

    def __init__(self, kinds: Sequence[CaseKindEntry]) -> None:
        self._kinds = {kind.code: kind for kind in kinds}
        self._routes = {kind.route: kind for kind in kinds if kind.route}

    def __iter__(self) -> Iterator[CaseKindEntry]:
        return iter(self._kinds.values())

    def get(self, code: str) -> CaseKindEntry:
        """A kind by its code.

        Raises:
            KeyError: there is none.
        """
        return self._kinds[code]

    def of_route(self, route: str) -> CaseKindEntry | None:
        """The kind that a wish opens."""
        return self._routes.get(route)


@lru_cache(maxsize=4)
def read_case_kinds(folder: Path = CONTENT) -> CaseKinds:
    """The kinds of a folder of content.

    Raises:
        ContentError: the file has mistakes.
    """
    return CaseKinds(read_list(folder, CASE_KINDS, CaseKindEntry))

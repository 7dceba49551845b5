"""The page's own words, a file a language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

TEXTS = Path(__file__).parent / "texts"

PageLanguage = Literal["zh", "en"]


@dataclass(frozen=True)
class PageWords:
    """The words of one language.

    Attributes:
        language: which.
        texts: by key, with places for values.
        group_names: what a set's groups are called; one that isn't there keeps its own name.
        route_names: the same for routes whose name in a menu would say too little here.
    """

    language: PageLanguage
    texts: Mapping[str, str]
    group_names: Mapping[str, str]
    route_names: Mapping[str, str]

    def __call__(self, key: str, /, **values: Any) -> str:
        """A text with its values put in. Raises KeyError: no such text or value."""
        return self.texts[key].format(**values)

    def lines(self, n: int) -> str:
        """So many lines."""
        return self("one_line") if n == 1 else self("lines", n=n)

    def group(self, name: str) -> str:
        """A group as people call it."""
        return self.group_names.get(name, name)


@cache
def page_words(language: PageLanguage) -> PageWords:
    """Read from `texts/<language>.yaml`."""
    texts = yaml.safe_load((TEXTS / f"{language}.yaml").read_text("utf-8"))
    groups, routes = texts.pop("group_names"), texts.pop("route_names")
    return PageWords(language, texts, groups, routes)

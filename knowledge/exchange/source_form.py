"""A source typed into a form. Sources have no table of their own, only the YAML form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from knowledge.content_checks import Placed
from knowledge.content_entries import SourceEntry
from knowledge.content_schema import reason_of
from knowledge.content_yaml import Loc, Problem
from knowledge.exchange.reasons import in_chinese


@dataclass(frozen=True)
class _Page:
    """The form: a problem's column is the field."""

    file: str = "form"

    def line(self, loc: Loc = ()) -> int:
        return 1

    def problem(self, loc: Loc, reason: str, chinese: str = "") -> Problem:
        way = [str(step) for step in loc]
        field = "_".join(way if way[-1:] == ["en"] else way[:1])
        return Problem(self.file, 1, reason, column=field, chinese=chinese)


def source_fields(entry: SourceEntry) -> dict[str, str]:
    """A source as the fields of its form."""
    return {
        "code": entry.code,
        "paper": entry.paper.zh,
        "paper_en": entry.paper.en,
        "title": entry.title.zh,
        "title_en": entry.title.en,
        "published": entry.published or "",
        "past": "yes" if entry.past else "no",
    }


def read_source(
    fields: Mapping[str, str], there: Mapping[str, SourceEntry], code: str | None
) -> Placed[SourceEntry] | list[Problem]:
    """The source that was typed, or everything that is wrong with it; without a code it is new."""
    said = {key: text.strip() for key, text in fields.items()}
    page = _Page()
    values = {
        "code": said.get("code", ""),
        "paper": {"zh": said.get("paper", ""), "en": said.get("paper_en") or said.get("paper", "")},
        "title": {"zh": said.get("title", ""), "en": said.get("title_en") or said.get("title", "")},
        "published": said.get("published") or None,
        "past": said.get("past") == "yes",
    }
    try:
        entry = SourceEntry.model_validate(values)
    except ValidationError as cause:
        return [
            page.problem(error["loc"], reason_of(error), in_chinese(error, None))
            for error in cause.errors()
        ]
    if code is None and entry.code in there:
        taken = f"the code '{entry.code}' is taken already; choose another"
        return [page.problem(("code",), taken, f"编号“{entry.code}”已经有了；请换一个")]
    return Placed(entry, page, ())

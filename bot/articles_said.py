"""How `gongyou articles` writes down what it shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import is_dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from bot.article_reader import Answer
    from bot.article_sheets import Shown
    from knowledge.article_list import Listed


def listed_lines(one: Listed) -> Iterator[str]:
    """An article in the list: two lines."""
    marks = [
        "out of date" if one.out_of_date else "",
        "older than the Chinese" if one.older else "",
        f"draft {one.draft} by {one.draft_by}" if one.draft else "",
        f"held: {one.held.en}" if one.held else "",
    ]
    state = f"{one.state} {one.version}" if one.version else one.state
    yield "  ".join(
        [f"{one.id}  {one.place}  {state}  used {one.used}  +{one.helpful} -{one.not_helpful}"]
        + [mark for mark in marks if mark]
    )
    yield f"    {one.question}"


def written(found: Shown, version: int | None) -> list[str]:
    """An article, or a version of it, with its fields as `draft` reads them."""
    lines = list(listed_lines(found.listed))[:1]
    chosen = next((v for v in found.versions if version is None or v.version == version), None)
    if chosen is not None:
        lines += [f"--- version {chosen.version} by {chosen.actor}", _yaml(chosen.writing.body())]
    elif version is not None:
        lines.append(f"there is no version {version}")
    if found.draft is not None and version is None:
        draft = found.draft
        lines.append(f"--- draft, revision {draft.revision}, {draft.state}, by {draft.saved_by}")
        lines.append(_yaml(draft.writing.body()))
    for one in found.versions:
        notes = [note for note in (one.urgent, one.confirmed) if note]
        reviewed = f"  reviewed by {one.reviewed_by}" if one.reviewed_by else ""
        told = f"  ({'; '.join(notes)})" if notes else ""
        lines.append(
            f"version {one.version}  {one.state}  {one.at:%Y-%m-%d}  {one.actor}{reviewed}{told}"
        )
    return lines


def answered(answer: Answer) -> Iterator[str]:
    """What the bot makes of a question."""
    choice = answer.choice
    back = f", asks back: {' or '.join(choice.ask_back)}" if choice.ask_back else ""
    yield f"  {choice.route} {choice.confidence:.2f}{back}"
    because = ", ".join(map(str, choice.reasons))
    yield f"  because: {because or 'it is known word for word'}"
    for name, pairs in (("nearest texts", answer.nearest), ("model", answer.model)):
        told = ", ".join(f"{label} {share:.2f}" for label, share in pairs)
        yield f"  {name}: {told or 'not asked'}"
    if answer.article is not None:
        article = answer.article
        yield f"  article {article.id} ({article.region}, {article.language}):"
        yield from (f"    {line}" for line in article.answer.split("\n"))


def plain(what: Any) -> Any:
    """For JSON."""
    if hasattr(what, "model_dump"):
        return what.model_dump(mode="json")
    if is_dataclass(what) and not isinstance(what, type):
        return {name: plain(getattr(what, name)) for name in what.__dataclass_fields__}
    if isinstance(what, dict):
        return {str(key): plain(value) for key, value in what.items()}
    if isinstance(what, list | tuple | set | frozenset):
        return [plain(one) for one in what]
    return what.isoformat() if isinstance(what, date) else what


def _yaml(body: dict[str, Any]) -> str:
    said = {key: value for key, value in body.items() if value not in (None, "", [])}
    told: str = yaml.safe_dump(said, allow_unicode=True, sort_keys=False, width=100)
    return told.rstrip()

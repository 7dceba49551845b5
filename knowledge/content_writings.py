"""Articles of the content and what the store keeps of each place: one made of the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from knowledge.article_writing import Writing, problems
from knowledge.articles import Place, State
from knowledge.clock import CHINA
from knowledge.content_articles import AnswerEntry, AnswerText, ArticleEntry

COMMON = (
    "source", "checked_on", "valid_from", "valid_until", "buttons", "owner", "related",
)  # fmt: skip
"""What two languages must share to be one answer."""


@dataclass(frozen=True)
class Told:
    """What is written at a place, and in which state."""

    place: Place
    state: State
    writing: Writing


def told(article: ArticleEntry) -> list[Told]:
    """An article's answers, one for each region and language."""
    return [
        Told(
            Place(article.topic, answer.region, language),
            answer.state,
            _writing(article, answer, language, said),
        )
        for answer in article.answers
        for language, said in answer.texts
    ]


def wrong(article: ArticleEntry) -> Iterator[tuple[str, tuple[int | str, ...]]]:
    """What keeps its answers from being shown, and where in the entry."""
    for number, answer in enumerate(article.answers):
        for language, said in answer.texts:
            for reason in problems(_writing(article, answer, language, said)):
                yield reason.en, ("answers", number, language)


def _writing(
    article: ArticleEntry, answer: AnswerEntry, language: str, said: AnswerText
) -> Writing:
    similar = getattr(article.similar, language)
    return Writing.model_validate(
        {
            "question": said.question,
            "similar": similar if said.similar is None else said.similar,
            "answer": said.answer,
            "buttons": answer.buttons,
            "related": article.related if answer.related is None else answer.related,
            "source": answer.source,
            "owner": answer.owner,
            "checked_on": answer.checked_on,
            "valid_from": answer.valid_from,
            "valid_until": answer.valid_until,
            "tests": said.tests,
        }
    )


def article_values(topic: str, all_told: Sequence[Told]) -> dict[str, Any]:
    """The entry of a topic, as its file has it. A region's languages follow each other."""
    similar: dict[str, list[str]] = {"zh": [], "en": []}
    for one in reversed(all_told):
        similar[one.place.language] = list(one.writing.similar)
    related = all_told[0].writing.related
    answers: list[dict[str, Any]] = []
    before: Told | None = None
    for one in all_told:
        said = _said(one.writing, similar[one.place.language])
        if before is not None and _alike(before, one):
            answers[-1][one.place.language] = said
        else:
            answers.append(_answer(one, related) | {one.place.language: said})
        before = one
    return {"topic": topic, "similar": similar, "answers": answers, "related": list(related)}


def _said(writing: Writing, similar: Sequence[str]) -> dict[str, Any]:
    said: dict[str, Any] = {"question": writing.question, "answer": writing.answer}
    if list(writing.similar) != list(similar):
        said["similar"] = list(writing.similar)
    if writing.tests:
        said["tests"] = list(writing.tests)
    return said


def _answer(one: Told, related: Sequence[str]) -> dict[str, Any]:
    writing = one.writing
    checked = writing.checked_on
    return {
        "region": one.place.region,
        "source": writing.source,
        "checked_on": checked and checked.isoformat(),
        "valid_from": writing.valid_from and moment(writing.valid_from),
        "valid_until": writing.valid_until and moment(writing.valid_until, last=True),
        "buttons": list(writing.buttons),
        "related": None if writing.related == related else list(writing.related),
        "owner": writing.owner,
        "state": one.state,
    }


def _alike(one: Told, other: Told) -> bool:
    here, there = (one.place.region, one.state), (other.place.region, other.state)
    same = (getattr(one.writing, name) == getattr(other.writing, name) for name in COMMON)
    return here == there and all(same)


def moment(at: datetime, *, last: bool = False) -> str:
    """A moment as the content writes it: a day where it is one's beginning, else with the minute.

    `last`: what holds until a day's beginning holds to the end of the day before.
    """
    there = at.astimezone(CHINA)
    if there.time() != time(0):
        return f"{there:%Y-%m-%d %H:%M}"
    return f"{there - timedelta(days=1) if last else there:%Y-%m-%d}"

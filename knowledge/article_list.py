"""The list of articles that those who write them see: searched, filtered, with what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased

from knowledge.article_rows import ArticleDraftRow, ArticleRow
from knowledge.article_writing import WritingError
from knowledge.articles import STATES, Place, State, place_of
from knowledge.content_entries import Words
from knowledge.drafts import kept_words

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

CHECKED_WITHIN = timedelta(days=365)
"""An article that nobody has compared with its source for so long is out of date."""

BADLY_JUDGED = 3
"""So often "not helpful", and more often than "helpful", is a bad judgement."""


@dataclass(frozen=True)
class Filter:
    """Which articles are wished; what is left out filters nothing.

    Attributes:
        number: this one.
        text: words that stand in a topic, a question or an answer, of the published version or
            of the draft.
        topics: these, in this order; the bot's own matching finds them.
        regions: these and what lies below them.
        language: `zh` or `en`.
        state: of what riders see.
        draft: of what is being written.
        out_of_date: its time is over, or nobody has checked it for a year.
        never_used: it is published and was never the answer.
        badly_judged: riders say that it doesn't help.
        older: it is English, and the Chinese one has been changed since.
    """

    number: int | None = None
    text: str = ""
    topics: tuple[str, ...] | None = None
    regions: tuple[str, ...] | None = None
    language: str | None = None
    state: str | None = None
    draft: str | None = None
    out_of_date: bool = False
    never_used: bool = False
    badly_judged: bool = False
    older: bool = False


@dataclass(frozen=True)
class Listed:
    """An article in the list.

    Attributes:
        draft: the state of its draft, if there is one; `held` is why that doesn't go out.
        older: the Chinese one has been changed since this English one was.
    """

    id: int
    place: Place
    state: State
    version: int
    question: str
    owner: str | None
    checked_on: date
    valid_from: datetime | None
    valid_until: datetime | None
    changed_at: datetime
    changed_by: str
    used: int
    helpful: int
    not_helpful: int
    draft: str | None
    draft_by: str | None
    publish_at: datetime | None
    held: Words | None
    older: bool
    out_of_date: bool


class ArticleList:
    """The list in one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def find(self, wished: Filter, *, limit: int = 50, offset: int = 0) -> list[Listed]:
        """A page of the list: by the order of `topics` if they are given, else by topic.

        Raises:
            WritingError: there is no such state or language.
        """
        query = self._query(wished, ArticleRow, ArticleDraftRow, _older(), self._out_of_date())
        order: list[Any] = [ArticleRow.topic, ArticleRow.region, ArticleRow.language.desc()]
        if wished.topics:
            places = {topic: place for place, topic in enumerate(wished.topics)}
            order.insert(0, case(places, value=ArticleRow.topic))
        rows = await self._unit.session.execute(query.order_by(*order).limit(limit).offset(offset))
        return [_listed(*row) for row in rows]

    async def count(self, wished: Filter) -> int:
        """How many there are.

        Raises:
            WritingError: there is no such state or language.
        """
        return int(await self._unit.session.scalar(self._query(wished, func.count())) or 0)

    def _query(self, wished: Filter, *what: Any) -> Any:
        draft = ArticleDraftRow.article_id == ArticleRow.id
        query = select(*what).select_from(ArticleRow).outerjoin(ArticleDraftRow, draft)
        return query.where(*self._conditions(wished))

    def _conditions(self, wished: Filter) -> list[ColumnElement[bool]]:
        _one_of(wished.state, STATES, "状态", "state")
        _one_of(wished.draft, ("writing", "in_review", "approved"), "草稿状态", "state of a draft")
        _one_of(wished.language, ("zh", "en"), "语言", "language")
        found: list[ColumnElement[bool]] = []
        if wished.number is not None:
            found.append(ArticleRow.id == wished.number)
        if wished.text.strip():
            found.append(_holds(wished.text.strip()))
        if wished.topics is not None:
            found.append(ArticleRow.topic.in_(wished.topics))
        if wished.regions is not None:
            within = self._unit.articles.within(wished.regions)
            found.append(ArticleRow.region.in_(sorted(within)))
        if wished.language is not None:
            found.append(ArticleRow.language == wished.language)
        if wished.state is not None:
            found.append(ArticleRow.state == wished.state)
        if wished.draft is not None:
            found.append(ArticleDraftRow.state == wished.draft)
        if wished.out_of_date:
            found.append(self._out_of_date())
        if wished.never_used:
            found.append(and_(ArticleRow.state == "published", ArticleRow.used == 0))
        if wished.badly_judged:
            found.append(
                and_(
                    ArticleRow.not_helpful >= BADLY_JUDGED,
                    ArticleRow.not_helpful > ArticleRow.helpful,
                )
            )
        if wished.older:
            found.append(_older())
        return found

    def _out_of_date(self) -> ColumnElement[bool]:
        now = self._unit.now
        return and_(
            ArticleRow.state == "published",
            or_(
                func.coalesce(ArticleRow.valid_until <= now, False),
                ArticleRow.checked_on < (now - CHECKED_WITHIN).date(),
            ),
        )


def _holds(words: str) -> ColumnElement[bool]:
    """Whether the words stand in what is published or being written, as they are."""
    return or_(
        *(
            column.icontains(words, autoescape=True)
            for column in (
                ArticleRow.topic,
                ArticleRow.question,
                ArticleRow.answer,
                func.array_to_string(ArticleRow.similar, "\n"),
                ArticleDraftRow.body["question"].astext,
                ArticleDraftRow.body["answer"].astext,
            )
        )
    )


def _older() -> ColumnElement[bool]:
    chinese = aliased(ArticleRow)
    return and_(
        ArticleRow.language == "en",
        ArticleRow.version > 0,
        exists(
            select(chinese.id).where(
                chinese.topic == ArticleRow.topic,
                chinese.region == ArticleRow.region,
                chinese.language == "zh",
                chinese.state == "published",
                chinese.changed_at > ArticleRow.changed_at,
            )
        ),
    )


def _one_of(said: str | None, names: Sequence[str], zh: str, en: str) -> None:
    if said is not None and said not in names:
        known = ", ".join(names)
        raise WritingError(
            zh=f"没有“{said}”这种{zh}，有 {known}",
            en=f"there is no {en} {said!r}; there are {known}",
        )


def _listed(row: ArticleRow, draft: ArticleDraftRow | None, older: bool, over: bool) -> Listed:
    return Listed(
        id=row.id,
        place=place_of(row),
        state=row.state,  # type: ignore[arg-type]  # a check constraint guards it
        version=row.version,
        question=row.question or (draft.body["question"] if draft else ""),
        owner=row.owner,
        checked_on=row.checked_on,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        changed_at=row.changed_at,
        changed_by=row.changed_by,
        used=row.used,
        helpful=row.helpful,
        not_helpful=row.not_helpful,
        draft=draft.state if draft else None,
        draft_by=draft.saved_by if draft else None,
        publish_at=draft.publish_at if draft else None,
        held=kept_words(draft.held) if draft and draft.held else None,
        older=older,
        out_of_date=over,
    )

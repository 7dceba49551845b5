"""The articles of the content (`articles/<topic>.yaml`): questions, and answers by region."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StrictStr, StringConstraints, model_validator

from knowledge.content_entries import Day, Entry, Moment, Prose, Slug, WordLists

ButtonRoute = Literal[
    "join_union", "membership_status", "update_membership", "claim_status", "submit_claim",
    "estimate_claim", "find_station", "find_course", "enroll_course", "my_courses",
    "find_activity", "order_program", "apply_hardship", "report_dispute", "book_counselling",
    "check_screening", "find_childcare", "find_job", "report_problem", "request_status",
    "talk_to_human", "my_data",
]  # fmt: skip
"""The services that a button under an answer can lead to."""

Link = Annotated[StrictStr, StringConstraints(pattern=r"^\[[^\[\]\n]+\]\([^()\s]+\)$")]
"""A button that opens a page: `[words](https://…)`."""


class AnswerText(Entry):
    """One answer in one language, under the question that it answers."""

    question: Prose
    answer: Prose
    similar: tuple[Prose, ...] | None = None
    """Where they differ from the topic's."""
    tests: tuple[Prose, ...] = ()
    """Questions that must go on leading here."""


class AnswerEntry(Entry):
    """The answer that holds in a region and below it, until a nearer one does."""

    region: Slug
    source: Prose
    """In words, as it is shown; not a code of `sources.yaml`."""
    checked_on: Day
    valid_from: Moment | None = None
    valid_until: Moment | None = None
    """The last day on which it holds, or the minute from which it doesn't."""
    zh: AnswerText | None = None
    en: AnswerText | None = None
    buttons: tuple[ButtonRoute | Link, ...] = ()
    related: tuple[Slug, ...] | None = None
    """Where they differ from the topic's."""
    owner: Prose | None = None
    state: Literal["draft", "published", "archived"] = "published"

    @model_validator(mode="after")
    def _said(self) -> Self:
        if self.zh is None and self.en is None:
            raise ValueError("an answer has 'zh' or 'en', or both")
        return self

    @property
    def texts(self) -> list[tuple[Literal["zh", "en"], AnswerText]]:
        """The languages that there are, each with its text."""
        both: tuple[tuple[Literal["zh", "en"], AnswerText | None], ...]
        both = (("zh", self.zh), ("en", self.en))
        return [(language, said) for language, said in both if said is not None]


class ArticleEntry(Entry):
    """An article: one topic, the ways in which it is asked, an answer for each region."""

    topic: Slug
    similar: WordLists
    answers: tuple[AnswerEntry, ...] = Field(min_length=1)
    related: tuple[Slug, ...] = ()

"""The articles of the content (`articles/<topic>.yaml`): questions, and answers by region."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from knowledge.content_entries import Day, Entry, Prose, Slug, WordLists

ButtonRoute = Literal[
    "join_union", "membership_status", "update_membership", "claim_status", "submit_claim",
    "estimate_claim", "find_station", "find_course", "enroll_course", "my_courses",
    "find_activity", "order_program", "apply_hardship", "report_dispute", "book_counselling",
    "check_screening", "find_childcare", "find_job", "report_problem", "request_status",
    "talk_to_human", "my_data",
]  # fmt: skip
"""The services that a button under an answer can lead to."""


class AnswerText(Entry):
    """One answer in one language, under the question that it answers."""

    question: Prose
    answer: Prose
    similar: tuple[Prose, ...] | None = None
    """Where they differ from the topic's."""


class AnswerEntry(Entry):
    """The answer that holds in a region and below it, until a nearer one does."""

    region: Slug
    source: Prose
    """In words, as it is shown; not a code of `sources.yaml`."""
    checked_on: Day
    valid_from: Day | None = None
    valid_until: Day | None = None
    """The last day on which it holds."""
    zh: AnswerText | None = None
    en: AnswerText | None = None
    buttons: tuple[ButtonRoute, ...] = ()
    related: tuple[Slug, ...] | None = None
    """Where they differ from the topic's."""
    owner: Prose | None = None
    state: Literal["draft", "published", "archived"] = "published"

    @model_validator(mode="after")
    def _dated(self) -> Self:
        if self.valid_from and self.valid_until and self.valid_from > self.valid_until:
            raise ValueError("'valid_until' is before 'valid_from'")
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

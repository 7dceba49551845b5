"""What is written of an article: its fields, what must be right before anybody sees it, and the
difference between two writings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from difflib import unified_diff
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict, ValidationError, ValidationInfo, field_validator

from knowledge import markup
from knowledge.clock import CHINA
from knowledge.content_articles import ButtonRoute
from knowledge.content_entries import Words

LONGEST_QUESTION = 120
"""Characters of a question: the model reads no more of it, and a button shows less."""

LONGEST_SOURCE = 300
LONGEST_ALT = 200
LONGEST_LABEL = 40
"""Characters of a link's words on a button."""

MOST_SIMILAR = 200
MOST_TESTS = 30
MOST_BUTTONS = 6
MOST_RELATED = 6

ROUTES: tuple[str, ...] = get_args(ButtonRoute)
"""The services that a button can start."""


DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
"""A moment that is given as a day only."""


class Writing(BaseModel):
    """All that is written of an article in one language for one region.

    A draft may lack anything; `problems` says what is missing for publishing.

    Attributes:
        question: what it answers, as it is shown on a button.
        similar: other ways of asking it.
        answer: in the small Markdown of `knowledge/markup.py`.
        buttons: routes of services, or links as `[words](https://…)`.
        related: topics that are offered under it.
        picture: the number of a picture (`knowledge/article_pictures.py`).
        picture_alt: what is to be seen on it, for who can't see it.
        source: where it is known from, as it is shown.
        owner: who keeps it true, a member of staff.
        checked_on: the day on which somebody compared it with its source.
        valid_from: the moment from which it holds, to the minute.
        valid_until: the first moment at which it no longer holds.
        tests: questions that must go on leading here.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: str = ""
    similar: tuple[str, ...] = ()
    answer: str = ""
    buttons: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    picture: int | None = None
    picture_alt: str = ""
    source: str = ""
    owner: str | None = None
    checked_on: date | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    tests: tuple[str, ...] = ()

    @field_validator("valid_from", "valid_until", mode="before")
    @classmethod
    def _moment(cls, value: object, info: ValidationInfo) -> object:
        """A day stands for its beginning, as an end for the last day; times are China's."""
        if isinstance(value, str) and DAY.fullmatch(value):
            value = date.fromisoformat(value)
        if isinstance(value, date) and not isinstance(value, datetime):
            return beginning(value, after=info.field_name == "valid_until")
        return value

    @field_validator("valid_from", "valid_until")
    @classmethod
    def _in_china(cls, value: datetime | None) -> datetime | None:
        return value.replace(tzinfo=CHINA) if value is not None and value.tzinfo is None else value

    @classmethod
    def kept(cls, body: dict[str, Any]) -> Writing:
        """A writing as a version or a draft keeps it, also one of an earlier release."""
        return cls.model_validate({k: v for k, v in body.items() if k in cls.model_fields})

    def body(self) -> dict[str, Any]:
        """As it is kept."""
        return self.model_dump(mode="json")

    def with_changes(self, changes: dict[str, Any]) -> Writing:
        """The same with some fields anew.

        Raises:
            WritingError: a field of that name doesn't exist, or can't hold that.
        """
        try:
            return Writing.model_validate({**self.model_dump(), **changes})
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(map(str, first["loc"]))
            if first["type"] == "extra_forbidden":
                fields = ", ".join(Writing.model_fields)
                raise WritingError(
                    zh=f"文章没有“{field}”这一项，有这些：{fields}",
                    en=f"an article has no field {field!r}; it has {fields}",
                ) from error
            raise Unreadable(field, first["msg"]) from error

    def questions(self) -> tuple[str, ...]:
        """All ways of asking for it."""
        return (self.question, *self.similar)


class WritingError(Exception):
    """Something can't be written so; `said` says why and what would help, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.said = Words(zh=zh, en=en)


class Unreadable(WritingError):
    """What was given for a field is no value of it."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(
            zh=f"“{field}”这一项看不懂，日期请写成 2026-11-24，时间写成 2026-11-24 18:00",
            en=f"the field {field!r} can't be read: {why}",
        )
        self.field = field


def problems(writing: Writing, routes: Sequence[str] = ROUTES) -> list[Words]:
    """What keeps an article from being published, a sentence each; empty if nothing does."""
    return [*_missing(writing), *_too_long(writing), *_wrong(writing, routes)]


def _missing(writing: Writing) -> Iterator[Words]:
    for field, zh, what in (
        ("question", "问题", "a question"), ("answer", "答案", "an answer"),
        ("source", "出处", "a source"),
    ):  # fmt: skip
        if not str(getattr(writing, field)).strip():
            yield Words(zh=f"还没有{zh}，请写上", en=f"it has no {field}; give it {what}")
    if writing.checked_on is None:
        yield Words(
            zh="还没有核对日期，请写上哪天核对的",
            en="it isn't said when it was checked; give the day as checked_on",
        )

    if writing.picture is not None and not writing.picture_alt.strip():
        yield Words(
            zh="图片还没有说明，请用一句话写上图上有什么",
            en="its picture has no description; say in a sentence what is to be seen",
        )


def _too_long(writing: Writing) -> Iterator[Words]:
    for text in (*writing.questions(), *writing.tests):
        if (count := len(text)) > LONGEST_QUESTION:
            yield Words(
                zh=f"问题“{text[:20]}…”有 {count} 个字，最多读 {LONGEST_QUESTION} 个，请写短些",
                en=f"the question {text[:20]!r}… has {count} characters, {LONGEST_QUESTION} at "
                "most are read",
            )
    if (count := len(writing.source)) > LONGEST_SOURCE:
        yield Words(
            zh=f"出处有 {count} 个字，最多显示 {LONGEST_SOURCE} 个，请写短些",
            en=f"the source has {count} characters, {LONGEST_SOURCE} at most are shown",
        )
    if (count := len(writing.picture_alt)) > LONGEST_ALT:
        yield Words(
            zh=f"图片说明有 {count} 个字，最多 {LONGEST_ALT} 个，请写短些",
            en=f"the picture's description has {count} characters, {LONGEST_ALT} at most",
        )
    for field, zh, most in (
        ("similar", "相似问法", MOST_SIMILAR), ("tests", "测试问题", MOST_TESTS),
        ("buttons", "按钮", MOST_BUTTONS), ("related", "相关主题", MOST_RELATED),
    ):  # fmt: skip
        if (count := len(getattr(writing, field))) > most:
            yield Words(
                zh=f"{zh}有 {count} 个，最多 {most} 个，请去掉几个",
                en=f"it has {count} {field}, {most} at most are possible",
            )


def _wrong(writing: Writing, routes: Sequence[str]) -> Iterator[Words]:
    yield from markup.problems(writing.answer)
    if any(not text.strip() for text in (*writing.similar, *writing.tests)):
        yield Words(zh="有一个问题是空的，请去掉", en="one of its questions is empty; take it out")
    for button in writing.buttons:
        yield from _wrong_button(button, routes)
    begins, ends = writing.valid_from, writing.valid_until
    if begins is not None and ends is not None and begins >= ends:
        yield Words(
            zh="失效时间早于生效时间，请改正这两个时间",
            en="it would end before it begins; put valid_from and valid_until right",
        )


def _wrong_button(button: str, routes: Sequence[str]) -> Iterator[Words]:
    link = markup.link_of(button)
    if link is None and button not in routes:
        names = ", ".join(routes)
        yield Words(
            zh=f"按钮“{button}”既不是服务也不是链接，链接写成 [文字](https://…)，服务有 {names}",
            en=f"the button {button!r} is neither a service nor a link; a link is written "
            f"[words](https://…), services are {names}",
        )
    elif link is not None and not markup.opens(link[1]):
        yield Words(
            zh=f"按钮的链接“{link[1]}”打不开，链接以 https:// 或 tel: 开头",
            en=f"the button's link {link[1]!r} can't be opened; it begins with https:// or tel:",
        )
    elif link is not None and len(link[0]) > LONGEST_LABEL:
        yield Words(
            zh=f"按钮“{link[0]}”超过 {LONGEST_LABEL} 个字，请写短些",
            en=f"the button {link[0]!r} has more than {LONGEST_LABEL} characters",
        )


@dataclass(frozen=True)
class Difference:
    """How a field differs, as lines: ` ` in both, `-` only before, `+` only after."""

    field: str
    lines: tuple[str, ...]


def differences(before: Writing, after: Writing) -> list[Difference]:
    """The fields that differ, in the order in which they are written."""
    found = []
    for field in Writing.model_fields:
        old, new = _lines(getattr(before, field)), _lines(getattr(after, field))
        if old != new:
            compared = list(unified_diff(old, new, lineterm="", n=1))[2:]
            lines = [line for line in compared if not line.startswith("@@")]
            found.append(Difference(field, tuple(lines)))
    return found


def _lines(value: object) -> list[str]:
    if value is None or value == "":
        return []
    if isinstance(value, tuple):
        return [str(one) for one in value]
    if isinstance(value, datetime):
        return [value.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")]
    return str(value).split("\n")


def beginning(day: date, *, after: bool = False) -> datetime:
    """When a day begins in China, or the one after it."""
    moment = datetime(day.year, day.month, day.day, tzinfo=CHINA)
    return moment + timedelta(days=1) if after else moment


def must_be_whole(writing: Writing) -> None:
    """Raise a WritingError that tells all that keeps it from being published."""
    if found := problems(writing):
        raise WritingError(
            zh=f"文章还不能发布：{'；'.join(one.zh for one in found)}",
            en=f"the article can't be published yet: {'; '.join(one.en for one in found)}",
        )

"""The form of conversations that are played: YAML, checked, each line known by its number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from bot.trouble import Trouble
from knowledge.clock import CHINA
from knowledge.content_yaml import Loc, Sheet
from knowledge.duty_roster import DAYS, Days

Channel = Literal["web", "telegram", "terminal"]
CHANNELS: tuple[Channel, ...] = ("web", "telegram", "terminal")

USUAL_NOW = datetime(2026, 11, 24, 10, 0, tzinfo=CHINA)
"""Where the clock starts if a conversation doesn't say: a Tuesday morning, so that opening hours
and the demonstration persons' dates read the same whenever it is played."""

ACTS = (
    "rider",
    "location",
    "contact",
    "photo",
    "button",
    "voice",
    "sticker",
    "wait",
    "staff",
    "office",
)
"""What can happen in a turn; one of them does."""

_SPAN = re.compile(r"(?:\d+(?:w|d|h|min|m|s)\s*)+")
_SHIFT = re.compile(rf"({'|'.join(DAYS)}) (\d\d?):(\d\d)-(\d\d?):(\d\d)")
_SPAN_PART = re.compile(r"(\d+)(w|d|h|min|m|s)")
_SECONDS = {"w": 604_800, "d": 86_400, "h": 3600, "min": 60, "m": 60, "s": 1}


class FormError(Trouble):
    """A file of conversations is not in the form; the text has `file:line: reason` a line."""


def span(text: object) -> object:
    """Read `1d`, `2h30m`, `0s`."""
    if not isinstance(text, str):
        return text
    if not _SPAN.fullmatch(text.strip()):
        raise ValueError("a time to wait is written like 1d, 2h or 1h30m")
    return timedelta(
        seconds=sum(int(count) * _SECONDS[unit] for count, unit in _SPAN_PART.findall(text))
    )


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


Words = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Say(_Strict):
    """A line by a member of staff."""

    say: str


class OnRoster(_Strict):
    """A weekly shift of the member of staff who is played: `workdays 9:00-17:30`."""

    shift: str

    @field_validator("shift")
    @classmethod
    def _form(cls, shift: str) -> str:
        if _SHIFT.fullmatch(shift) is None:
            raise ValueError("a shift is written like workdays 9:00-17:30")
        return shift

    @property
    def weekly(self) -> tuple[Days, int, int]:
        """Its days, and from and to in minutes of the day."""
        found = _SHIFT.fullmatch(self.shift)
        assert found is not None
        days: Days = found[1]  # type: ignore[assignment]  # the pattern has no other
        hours = [int(part) for part in found.groups()[1:]]
        return days, hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]


class Ended(_Strict):
    """A conversation is given back to the bot or closed, with a note."""

    act: Literal["return", "close"]
    note: str


class Decision(_Strict):
    """An office decides an application or a claim, by its number (`{number}`: the last seen)."""

    application: str | None = None
    claim: str | None = None
    decide: str
    amount: str | None = None
    reason: str | None = None

    @model_validator(mode="after")
    def _one_number(self) -> Decision:
        if (self.application is None) == (self.claim is None):
            raise ValueError("an office decides one application or one claim")
        return self


StaffTurn = Say | OnRoster | Ended
"""What staff do in more than a word."""


class Turn(_Strict):
    """What happens, and what the rider must and must not read then."""

    rider: str | None = None
    location: tuple[float, float] | None = None
    contact: str | None = None
    photo: str | None = None
    button: str | None = None
    voice: str | None = None
    sticker: str | None = None
    wait: Annotated[timedelta, BeforeValidator(span)] | None = None
    staff: Literal["take", "return", "close", "on", "off"] | StaffTurn | None = None
    office: Decision | None = None
    by: str | None = None
    route: str | None = None
    bot: Words = ()
    never: Words = Field(default=(), alias="not")

    @model_validator(mode="after")
    def _one_act(self) -> Turn:
        acts = [name for name in ACTS if getattr(self, name) is not None]
        if len(acts) != 1:
            raise ValueError(f"one of {', '.join(ACTS)} happens in a turn, here {len(acts)} do")
        return self

    @field_validator("bot", "never")
    @classmethod
    def _patterns(cls, words: tuple[str, ...]) -> tuple[str, ...]:
        for word in words:
            pattern = pattern_of(word)
            if not word.strip():
                raise ValueError("an empty word is in every answer")
            if pattern is not None:
                try:
                    re.compile(pattern)
                except re.error as error:
                    raise ValueError(f"{word} is no regular expression: {error}") from error
        return words

    @property
    def act(self) -> str:
        """Which of `ACTS` happens."""
        return next(name for name in ACTS if getattr(self, name) is not None)


class Conversation(_Strict):
    """One conversation."""

    conversation: str
    channel: Literal["any", "web", "telegram", "terminal"] = "any"
    now: datetime | None = None
    turns: tuple[Turn, ...]

    @field_validator("turns", mode="before")
    @classmethod
    def _not_empty(cls, turns: object) -> object:
        if turns == []:
            raise ValueError("a conversation has turns")
        return turns

    @field_validator("now")
    @classmethod
    def _zone(cls, now: datetime | None) -> datetime | None:
        if now is not None and now.tzinfo is None:
            raise ValueError("a time has its zone: 2026-11-23T16:55+08:00")
        return now

    @property
    def own_house(self) -> bool:
        """Whether it needs a house to itself: it moves the clock, or looks at everybody's queue."""
        return self.now is not None or any(
            turn.act in ("wait", "staff", "office") or turn.by is not None for turn in self.turns
        )

    @property
    def moves_clock(self) -> bool:
        return self.now is not None or any(turn.wait for turn in self.turns)

    @property
    def plays_staff(self) -> bool:
        return any(turn.act in ("staff", "office") for turn in self.turns)


@dataclass(frozen=True)
class Told:
    """A conversation and where it stands."""

    conversation: Conversation = field(repr=False)
    path: Path
    index: int
    sheet: Sheet = field(repr=False)

    def line(self, *loc: int | str) -> int:
        """The line of something in this conversation."""
        return self.sheet.line((self.index, *loc))

    def expectation_line(self, turn: int, kind: str, item: int) -> int:
        """The line of one word of a turn's `bot` or `not`."""
        return self.line("turns", turn, kind, item)

    @property
    def name(self) -> str:
        return self.conversation.conversation

    def on(self, channel: Channel) -> bool:
        """Whether it is meant for a channel."""
        return self.conversation.channel in ("any", channel)


def pattern_of(word: str) -> str | None:
    """What stands between slashes, if the word is a regular expression."""
    if len(word) > 2 and word.startswith("/") and word.endswith("/"):
        return word[1:-1]
    return None


def read_conversations(path: Path) -> list[Told]:
    """The conversations of a file.

    Raises:
        FormError: it can't be read, or something in it is not in the form; names each line.
    """
    sheet = _sheet(path)
    if not isinstance(sheet.value, list):
        raise FormError(f"{path}:1: a file holds a list of conversations")
    told: list[Told] = []
    problems: list[str] = []
    names: dict[str, int] = {}
    for index, raw in enumerate(sheet.value):
        try:
            conversation = Conversation.model_validate(raw)
        except ValidationError as error:
            problems += [
                f"{path}:{sheet.line(_place((index, *one['loc'])))}: {_reason(one)}"
                for one in error.errors(include_url=False)
            ]
            continue
        line = sheet.line((index,))
        if conversation.conversation in names:
            problems.append(
                f"{path}:{line}: “{conversation.conversation}” stands in line "
                f"{names[conversation.conversation]} already"
            )
        names[conversation.conversation] = line
        told.append(Told(conversation, path, index, sheet))
    if problems:
        raise FormError("\n".join(problems))
    return told


def _sheet(path: Path) -> Sheet:
    try:
        # The base loader reads every value as the text that stands there: 4940.00 stays 4940.00.
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)
    except (OSError, UnicodeDecodeError) as cause:
        raise FormError(f"{path}: can't be read: {cause}") from cause
    except yaml.MarkedYAMLError as cause:
        line = 1 if cause.problem_mark is None else cause.problem_mark.line + 1
        raise FormError(f"{path}:{line}: not YAML: {cause.problem}") from cause
    except yaml.YAMLError as cause:
        raise FormError(f"{path}:1: not YAML: {cause}") from cause
    if root is None:
        return Sheet(str(path), [], None)
    return Sheet(str(path), _plain(root, path), root)


def _plain(node: yaml.Node, path: Path) -> object:
    if isinstance(node, yaml.MappingNode):
        mapping: dict[str, object] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                raise FormError(f"{path}:{line}: a key is one word")
            if key.value in mapping:
                raise FormError(f"{path}:{line}: the key '{key.value}' stands here twice")
            mapping[key.value] = _plain(value, path)
        return mapping
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, path) for item in node.value]
    return str(node.value)


def _place(loc: Sequence[Any]) -> Loc:
    return [step for step in loc if isinstance(step, int | str)]


def _reason(error: Any) -> str:
    key = next((step for step in reversed(error["loc"]) if isinstance(step, str)), "")
    if error["type"] == "extra_forbidden":
        return f"'{key}' is no key of this form"
    if error["type"] == "missing":
        return f"'{key}' is missing"
    reason = str(error["msg"]).removeprefix("Value error, ")
    return f"{key}: {reason}" if key else reason

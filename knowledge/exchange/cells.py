"""What a cell says, and how a value is written into one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, Protocol

from knowledge.exchange.refused import Unread, unread
from knowledge.hours_clock import HoursUnread
from knowledge.hours_typed import read_hours


def folded(text: str) -> str:
    """A name as it is compared: half-width, without spaces and case."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()


@dataclass
class Names:
    """What can be named in a cell by its name instead of its code: regions and topics."""

    regions: dict[str, list[str]] = field(default_factory=dict)
    topics: dict[str, list[str]] = field(default_factory=dict)

    def add(self, names: dict[str, list[str]], code: str, *called: str) -> None:
        """That something is called so."""
        for name in (code, *called):
            if name and code not in names.setdefault(folded(name), []):
                names[folded(name)].append(code)


class Kind(Protocol):
    """A kind of cell."""

    def read(self, text: str, names: Names) -> Any:
        """The value of a cell that isn't empty.

        Raises:
            Unread: it can't be read.
        """
        ...

    def write(self, value: Any, language: str) -> str:
        """The cell of a value."""
        ...


class Text:
    """As it stands."""

    def read(self, text: str, names: Names) -> Any:
        return text.strip()

    def write(self, value: Any, language: str) -> str:
        return str(value)


class Whole:
    """A whole number."""

    def read(self, text: str, names: Names) -> Any:
        plain = unicodedata.normalize("NFKC", text).replace(",", "").strip()
        if not re.fullmatch(r"-?\d{1,12}", plain):
            raise unread(
                f"“{text}”不是整数",
                f"'{text}' is no whole number",
                "请只写数字",
                "write figures only",
            )
        return int(plain)

    def write(self, value: Any, language: str) -> str:
        return str(value)


class Figure:
    """A number with or without decimals, such as an amount in yuan or a latitude."""

    PLAIN = re.compile(r"-?\d{1,12}(\.\d{1,15})?", re.ASCII)

    def read(self, text: str, names: Names) -> Any:
        if self.PLAIN.fullmatch(text):
            return text
        plain = unicodedata.normalize("NFKC", text).replace(",", "")
        plain = re.sub(r"^[¥￥]|元$|yuan$|°$", "", plain.strip()).strip()
        if plain in ("免费", "free"):
            return "0"
        if not self.PLAIN.fullmatch(plain):
            raise unread(
                f"“{text}”不是数字",
                f"'{text}' is no number",
                "请写成1860.50这样",
                "write it like 1860.50",
            )
        return plain

    def write(self, value: Any, language: str) -> str:
        if isinstance(value, Decimal):
            return plain_decimal(value)
        return repr(float(value))


def plain_decimal(value: Decimal) -> str:
    """An amount without empty decimals."""
    return f"{value.normalize():f}"


class YesNo:
    """Yes or no."""

    YES = ("是", "有", "yes", "y", "true", "1", "√", "✓", "对")
    NO = ("否", "无", "没有", "no", "n", "false", "0", "×", "x", "不")

    def read(self, text: str, names: Names) -> Any:
        said = folded(text)
        if said in self.YES or said in self.NO:
            return said in self.YES
        raise unread(
            f"“{text}”不是是或否",
            f"'{text}' is neither yes nor no",
            "请写是或否",
            "write yes or no",
        )

    def write(self, value: Any, language: str) -> str:
        return ("是" if value else "否") if language == "zh" else ("yes" if value else "no")


DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})日?")


def read_day(text: str) -> date | None:
    """A day as offices write it: 2026-12-02, 2026/12/2, 2026年12月2日; None if it is none."""
    found = DAY.fullmatch(unicodedata.normalize("NFKC", text).strip())
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


class Day:
    """A day."""

    def read(self, text: str, names: Names) -> Any:
        day = read_day(text)
        if day is None:
            raise unread(
                f"“{text}”不是日期",
                f"'{text}' is no day",
                "请写成2026-12-02",
                "write it like 2026-12-02",
            )
        return day.isoformat()

    def write(self, value: Any, language: str) -> str:
        return str(value)


class DayOrMinute(Day):
    """A day, or with a clock time the minute of one."""

    MINUTE = re.compile(r"(.*\S)\s+(\d{1,2}):(\d{2})(:00)?", re.ASCII)

    def read(self, text: str, names: Names) -> Any:
        found = self.MINUTE.fullmatch(unicodedata.normalize("NFKC", text).strip())
        if found is None:
            return super().read(text, names)
        hour, minute = int(found[2]), int(found[3])
        if hour > 23 or minute > 59:
            raise unread(
                f"“{text}”不是钟点",
                f"'{text}' is no time of day",
                "请写成2026-12-02 09:30",
                "write it like 2026-12-02 09:30",
            )
        return f"{super().read(found[1], names)} {hour:02}:{minute:02}"

    def write(self, value: Any, language: str) -> str:
        return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value)


SPLITS = ("\n", ";；", "、,，")
"""Between the things of a list; only the first of these that stands in a cell counts."""


def split(text: str) -> list[str]:
    """The things of a list."""
    signs = next((signs for signs in SPLITS if any(sign in text for sign in signs)), "")
    for sign in signs[1:]:
        text = text.replace(sign, signs[0])
    parts = text.split(signs[0]) if signs else [text]
    return [stripped for part in parts if (stripped := part.strip())]


def joined(parts: Sequence[str]) -> str:
    """A list as a cell, so that `split` finds the same things."""
    if any(re.search(r"[;；、,，]", part) for part in parts):
        return "\n".join(parts) + ("\n" if len(parts) == 1 else "")
    return "；".join(parts)


class Many:
    """A list of texts."""

    def read(self, text: str, names: Names) -> Any:
        return split(text)

    def write(self, value: Any, language: str) -> str:
        return joined(value)


@dataclass(frozen=True)
class Choice:
    """One of some words; each may be written as its code, in Chinese or in English."""

    labels: Mapping[str, tuple[str, ...]]
    """By code: Chinese, English, and what else people write."""

    def read(self, text: str, names: Names) -> Any:
        code = self._codes.get(folded(text))
        if code is not None:
            return code
        zh, en = (self._all(language) for language in ("zh", "en"))
        raise unread(
            f"不认识“{text}”", f"'{text}' is not known", f"请从这些里选：{zh}", f"choose of: {en}"
        )

    def write(self, value: Any, language: str) -> str:
        return self.labels[value][0 if language == "zh" else 1]

    @cached_property
    def _codes(self) -> dict[str, str]:
        """The code of everything that people write."""
        pairs = [(name, code) for code, labels in self.labels.items() for name in (code, *labels)]
        return {folded(name): code for name, code in reversed(pairs)}

    def _all(self, language: str) -> str:
        mark = "、" if language == "zh" else ", "
        return mark.join(self.write(code, language) for code in self.labels)


@dataclass(frozen=True)
class Choices:
    """Several of some words."""

    one: Choice

    def read(self, text: str, names: Names) -> Any:
        parts = [part for some in split(text) for part in re.split(r"[、,，;；/]", some) if part]
        return list(dict.fromkeys(self.one.read(part.strip(), names) for part in parts))

    def write(self, value: Any, language: str) -> str:
        return joined([self.one.write(one, language) for one in value])


class Hours:
    """Opening hours, typed plainly or in the OpenStreetMap form."""

    def read(self, text: str, names: Names) -> Any:
        try:
            return read_hours(text)
        except HoursUnread as why:
            raise Unread(why.what, why.instead) from why

    def write(self, value: Any, language: str) -> str:
        return str(value)


@dataclass(frozen=True)
class Named:
    """A region or a topic, by its code or its name."""

    table: Callable[[Names], Mapping[str, Sequence[str]]]
    zh: str
    en: str
    strict: bool = True
    """Else a name that isn't known is taken as a code, to be checked later."""

    def read(self, text: str, names: Names) -> Any:
        found = self.table(names).get(folded(text), ())
        if len(found) == 1:
            return found[0]
        if text in found:
            return text
        if len(found) > 1:
            codes = ", ".join(found)
            raise unread(
                f"叫“{text}”的{self.zh}有好几个",
                f"several {self.en}s are called '{text}'",
                f"请写编号：{codes}",
                f"write the code: {codes}",
            )
        if not self.strict:
            return text
        raise unread(
            f"没有“{text}”这个{self.zh}",
            f"there is no {self.en} '{text}'",
            f"请写{self.zh}的编号或全名",
            f"write the {self.en}'s code or full name",
        )

    def write(self, value: Any, language: str) -> str:
        return str(value)

"""The texts that riders read: data in `texts/<language>/*.yaml`, the same keys in each language."""

from __future__ import annotations

import hashlib
import re
import string
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml
from opencc import OpenCC

from actions.content import Card, Reply
from knowledge.clock import CHINA
from nlu.reading import Reading

TEXTS = Path(__file__).parent / "texts"
WEEKDAYS = {"zh": "一二三四五六日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
ENGLISH_WORD = re.compile(r"\b[A-Za-z][a-z']+\b")
_LATIN_WORD = re.compile(r"(?<![\w-])[A-Za-z]{2,}(?![\w-])")
HAN = re.compile(r"[\u4e00-\u9fff]")


class TextError(Exception):
    """A text file is not as it should be: names the file and the key."""


class _Formatter(string.Formatter):
    """Puts in dates, times and amounts the way the language writes them.

    `{count:place|places}` is the word that goes with the number, the first for exactly one.
    """

    def __init__(self, language: str) -> None:
        self.language = language

    def format_field(self, value: Any, format_spec: str) -> str:
        one, bar, many = format_spec.partition("|")
        if bar:
            return one if value == 1 else many
        if format_spec:
            return str(super().format_field(value, format_spec))
        return spoken(value, self.language)


def spoken(value: Any, language: str) -> str:
    """A value in the language's own form: days with their weekday, amounts with two places."""
    zh = language != "en"
    if isinstance(value, datetime):
        local = value.astimezone(CHINA)
        return f"{spoken(local.date(), language)} {local:%H:%M}"
    if isinstance(value, date):
        if zh:
            return f"{value.month}月{value.day}日（周{WEEKDAYS['zh'][value.weekday()]}）"
        return f"{WEEKDAYS['en'][value.weekday()]} {value.day} {MONTHS[value.month - 1]}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, Decimal):
        return f"{value:,.2f}"
    if isinstance(value, (list, tuple)):
        return ("、" if zh else ", ").join(spoken(one, language) for one in value)
    return str(value)


class _Words:
    """The texts of one language, as `actions.words.Words` asks for them."""

    def __init__(self, texts: Mapping[str, str], language: str) -> None:
        self._texts, self.language = texts, language
        self._formatter = _Formatter(language)

    def __call__(self, key: str, /, **values: Any) -> str:
        return self._formatter.vformat(self._texts[key], (), values)

    def version(self, key: str) -> str:
        return hashlib.sha256(self._texts[key].encode()).hexdigest()[:8]

    def get(self, key: str, otherwise: str) -> str:
        return self(key) if self.has(key) else otherwise

    def has(self, key: str) -> bool:
        return key in self._texts


class Texts:
    """All languages. Traditional Chinese is made from the Simplified texts."""

    def __init__(self, folder: Path = TEXTS) -> None:
        self._languages = {one.name: _read(one) for one in sorted(folder.iterdir()) if one.is_dir()}
        self._words = {name: _Words(texts, name) for name, texts in self._languages.items()}

    @property
    def languages(self) -> Mapping[str, Mapping[str, str]]:
        """Every language's texts by key."""
        return self._languages

    def words(self, language: str | None) -> _Words:
        """The words of a language; Chinese for one that there is not."""
        return self._words.get(language or "zh", self._words["zh"])


@cache
def _read(folder: Path) -> Mapping[str, str]:
    """A language's texts: each part of a house asks for them, and they stay as they are."""
    texts: dict[str, str] = {}
    for file in sorted(folder.glob("*.yaml")):
        content = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        for key, text in _flat(content or {}):
            if key in texts:
                raise TextError(f"{file.name}: {key} stands twice")
            if not isinstance(text, str):
                raise TextError(f"{file.name}: {key} is not a text")
            texts[key] = text.rstrip("\n")
    return MappingProxyType(texts)


def _flat(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in tree.items():
        if not isinstance(key, str):
            raise TextError(f"{prefix}{key} is no key: quote a yes, a no or a number")
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            yield from _flat(value, f"{name}.")
        else:
            yield name, value


@lru_cache(maxsize=1)
def _to_traditional() -> OpenCC:
    return OpenCC("s2hk")


def in_both_scripts(text: str) -> bool:
    """Whether Simplified and Traditional write it the same."""
    return str(_to_traditional().convert(text)) == text


def traditional(reply: Reply) -> Reply:
    """The reply in Traditional characters; ids and addresses stay."""
    turn = _to_traditional().convert

    def card(one: Card) -> Card:
        return one.model_copy(
            update={
                "title": turn(one.title),
                "lines": tuple(turn(line) for line in one.lines),
                "links": tuple(
                    link.model_copy(update={"label": turn(link.label)}) for link in one.links
                ),
            }
        )

    return reply.model_copy(
        update={
            "text": turn(reply.text),
            "buttons": tuple(
                button.model_copy(update={"label": turn(button.label)}) for button in reply.buttons
            ),
            "cards": tuple(card(one) for one in reply.cards),
            "picture": reply.picture
            and reply.picture.model_copy(update={"alt": turn(reply.picture.alt)}),
        }
    )


def language_of_turn(kept: str | None, wished: str | None, reading: Reading | None) -> str:
    """What is spoken from this message on: as it is written, else as before, else as wished."""
    if reading is not None and reading.text.strip():
        if reading.language == "en":
            if not _LATIN_WORD.search(reading.text):
                return kept or wished or "zh"  # a number and a code say nothing of a language
            sure = kept in (None, "en") or len(ENGLISH_WORD.findall(reading.text)) >= 2
            return "en" if sure else str(kept)
        if reading.script == "hant":
            return "zh-hant"
        if kept == "zh-hant" and in_both_scripts(reading.text):
            return kept
        # Codes and digits alone say nothing about the language.
        return "zh" if HAN.search(reading.text) or kept in (None, "zh") else str(kept)
    return wished or kept or "zh"

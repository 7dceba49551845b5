"""Articles in words: what was typed into the editor, and what things are called on the pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from bot.article_preview import Preview, preview
from bot.article_reader import Answer, Asked
from bot.article_sheets import Sheet
from bot.console.visit import Visit
from bot.gate_stand import Stand
from knowledge.article_pictures import picture_address
from knowledge.article_writing import ROUTES, Writing, WritingError
from knowledge.clock import CHINA
from knowledge.shelf import Article
from nlu.article_gate import Report
from nlu.choose import Choice

TEXTS = ("question", "answer", "source")
LISTS = ("similar", "buttons", "related", "tests")
OR_NOTHING = ("owner", "checked_on", "valid_from", "valid_until")
FIELDS = (*TEXTS, *LISTS, *OR_NOTHING)
"""Fields of a writing that the editor's form has; its picture has a form of its own."""

LOCAL = "%Y-%m-%dT%H:%M"
"""How a browser's field for a day and a time writes them."""


def said(visit: Visit, why: WritingError) -> str:
    """What can't be done, in the visitor's language."""
    return why.said.en if visit.language == "en" else why.said.zh


def typed(visit: Visit, writing: Writing) -> dict[str, str]:
    """A writing as it stands in the editor's fields."""
    names = services(visit)
    lists = {name: list(getattr(writing, name)) for name in LISTS}
    lists["buttons"] = [names.get(button, button) for button in writing.buttons]
    return {
        **{name: getattr(writing, name) for name in TEXTS},
        **{name: "\n".join(lines) for name, lines in lists.items()},
        "owner": writing.owner or "",
        "checked_on": writing.checked_on.isoformat() if writing.checked_on else "",
        "valid_from": _local(writing.valid_from),
        "valid_until": _local(writing.valid_until),
    }


def changes(visit: Visit) -> dict[str, Any]:
    """What the editor's form says of each field that it has."""
    form = visit.form
    found: dict[str, Any] = {name: form[name].strip() for name in TEXTS if name in form}
    for name in LISTS:
        if name in form:
            lines = (line.strip() for line in form[name].split("\n"))
            found[name] = tuple(dict.fromkeys(line for line in lines if line))
    if "buttons" in found:
        found["buttons"] = tuple(_button(visit, line) for line in found["buttons"])
    return found | {name: form[name].strip() or None for name in OR_NOTHING if name in form}


def moment(text: str) -> datetime | None:
    """A time of China as a browser's field writes it; None for an empty field.

    Raises:
        WritingError: that is no time.
    """
    if not text.strip():
        return None
    try:
        return datetime.strptime(text.strip(), LOCAL).replace(tzinfo=CHINA)
    except ValueError as no_time:
        raise WritingError(
            zh="这个时间看不懂，请写成 2026-11-24T18:00 这样",
            en="that time can't be read; write it like 2026-11-24T18:00",
        ) from no_time


def previewed(visit: Visit, article: Article, titles: Mapping[str, str]) -> Preview:
    """How an article will look."""
    tree, texts = visit.parts.database.region_tree, visit.parts.rider_texts
    return preview(article, tree, texts, titles, address=picture_at(visit))


def picture_at(visit: Visit) -> Callable[[int], str]:
    """Tells where a picture is found."""
    return partial(picture_address, visit.parts.database.keyring)


def services(visit: Visit) -> dict[str, str]:
    """What the services that a button can start are called."""
    words = visit.parts.rider_texts.words(visit.language)
    return {route: words(f"menu.{route}") for route in ROUTES}


async def called(visit: Visit, routes: Iterable[str], sheet: Sheet) -> Mapping[str, str]:
    """What routes are called: a service's name, an article's question; a topic without one.

    The article of the sheet may not be published yet: its draft's question is taken.
    """
    routes = set(routes)
    words = visit.parts.rider_texts.words(visit.language)
    titles = await visit.parts.article_sheets.titles(visit.actor, routes, visit.language)
    names = {}
    for route in routes:
        head, _, topic = route.partition(":")
        name = words.get(f"menu.{head}", route)
        names[route] = titles.get(topic, topic) if topic else name
    written = sheet.draft.writing.question if sheet.draft else ""
    own = f"faq:{sheet.listed.place.topic}"
    if own in routes and own.partition(":")[2] not in titles and written:
        names[own] = written
    return names


def routes_of(*found: Asked | Report) -> set[str]:
    """All routes that are named in what was asked, or by the gate."""
    routes: set[str] = set()
    for one in found:
        if isinstance(one, Report):
            routes |= {turned.test.route for turned in one.turned}
            choices = [choice for turned in one.turned for choice in (turned.before, turned.after)]
        else:
            answers = [answer for answer in (one.now, one.then) if answer is not None]
            routes |= {label for answer in answers for label in _labels(answer)}
            choices = [answer.choice for answer in answers]
        for choice in choices:
            routes |= _chosen(choice)
    return routes


async def gate_stand(visit: Visit) -> dict[str, Any]:
    """How far the gate is, for pages that lead to it."""
    stand = await visit.parts.article_sheets.stand(visit.actor)
    return {"stand": stand, "stand_said": step_said(visit, stand)}


def step_said(visit: Visit, stand: Stand) -> str:
    """What is made ready or tried just now, in the visitor's language; empty for nothing."""
    if not stand.step:
        return ""
    step = visit.words(f"gate.step.{stand.step}")
    if not stand.of:
        return step
    return visit.words("gate.so_far", step=step, done=stand.done, of=stand.of)


def _labels(answer: Answer) -> set[str]:
    return {label for label, _ in (*answer.nearest, *answer.model)}


def _chosen(choice: Choice) -> set[str]:
    named = {reason.of for reason in choice.reasons if reason.why in ("likely", "then")}
    return {choice.route, *(choice.ask_back or ()), *named}


def _local(time: datetime | None) -> str:
    return "" if time is None else time.astimezone(CHINA).strftime(LOCAL)


def _button(visit: Visit, line: str) -> str:
    """A service by the name that riders read, in either language; else what was written."""
    for words in visit.parts.rider_texts.languages.values():
        for route in ROUTES:
            if line.casefold() == words[f"menu.{route}"].casefold():
                return route
    return line

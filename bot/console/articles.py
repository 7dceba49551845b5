"""The list of articles: searched, filtered, several at once; and a new one."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.article_sheets import MARKS, Found, Wish
from bot.console import choices
from bot.console.article_words import gate_stand, said
from bot.console.visit import Visit, whole_number
from knowledge.article_list import Listed
from knowledge.article_writing import WritingError
from knowledge.articles import Place

HOME = "/console/articles"

PICK = "pick."
"""The name of a row's box begins so, and ends with the article's number."""

FILTERS = ("topic", "region", "state", "draft")

WRITTEN = "written"
"""The field for an article's language: `language` in an address is the console's own."""


async def show_all(visit: Visit) -> web.Response:
    """A page of the list."""
    try:
        found = await visit.parts.article_sheets.find(visit.actor, _wish(visit), page=_page(visit))
    except WritingError as why:
        return await _list(visit, Found((), more=False), why=said(visit, why), status=422)
    return await _list(visit, found)


async def bulk(visit: Visit) -> web.Response:
    """Archive several, or say that they were checked today; it is asked first."""
    boxes = [name.removeprefix(PICK) for name in visit.form if name.startswith(PICK)]
    picked = [number for box in boxes if (number := whole_number(box)) is not None]
    chosen = await visit.parts.article_sheets.chosen(visit.actor, picked)
    published = [one for one in chosen if one.state == "published"]
    if not published:
        found = await visit.parts.article_sheets.find(visit.actor, Wish())
        return await _list(visit, found, why=visit.words("articles.pick_first"), status=422)
    numbers = [one.id for one in published]
    if not visit["sure"]:
        return _ask_first(visit, chosen, published)
    try:
        if visit["step"] == "archive":
            await visit.parts.articles.archive(visit.actor, numbers, visit["reason"])
        else:
            await visit.parts.articles.checked(visit.actor, numbers)
    except WritingError as why:
        return _ask_first(visit, chosen, published, said(visit, why))
    return visit.go(HOME, done="articles_archived" if visit["step"] == "archive" else "checked")


async def show_new(visit: Visit) -> web.Response:
    """Where the new article is to stand."""
    return await _new(visit)


async def create(visit: Visit) -> web.Response:
    """A draft of it, and on to the editor."""
    place = Place(visit["topic"].strip().lower(), visit["region"], visit[WRITTEN])
    try:
        draft = await visit.parts.articles.begin(visit.actor, place)
    except WritingError as why:
        return await _new(visit, why=said(visit, why), status=422)
    return visit.go(f"{HOME}/{draft.article}/edit")


async def _list(
    visit: Visit, found: Found, *, why: str | None = None, status: int = 200
) -> web.Response:
    wish = _wish(visit)
    asked = {
        "text": wish.text,
        "like": "on" if wish.like else "",
        WRITTEN: wish.language,
        **{name: getattr(wish, name) for name in FILTERS},
        **dict.fromkeys(wish.marks, "on"),
    }
    return visit.page(
        "articles.html",
        status=status,
        found=found,
        wish=wish,
        asked={name: value for name, value in asked.items() if value},
        page=_page(visit),
        marks=MARKS,
        places=choices.regions(visit),
        to_do=await visit.parts.article_sheets.to_do(visit.actor),
        **await gate_stand(visit),
        **({"why": why} if why else {}),
    )


def _ask_first(
    visit: Visit, chosen: list[Listed], published: list[Listed], why: str | None = None
) -> web.Response:
    return visit.page(
        "articles_bulk.html",
        status=422 if why else 200,
        why=why,
        step="archive" if visit["step"] == "archive" else "checked",
        published=published,
        left=[one for one in chosen if one.state != "published"],
    )


async def _new(visit: Visit, **values: Any) -> web.Response:
    offered = await visit.parts.article_sheets.offered(visit.actor)
    return visit.page("article_new.html", places=choices.regions(visit), offered=offered, **values)


def _wish(visit: Visit) -> Wish:
    return Wish(
        text=visit["text"].strip(),
        like=bool(visit["like"]),
        language=visit[WRITTEN].strip(),
        marks=tuple(mark for mark in MARKS if visit[mark]),
        **{name: visit[name].strip() for name in FILTERS},
    )


def _page(visit: Visit) -> int:
    return max(1, visit.given("page") or 1)

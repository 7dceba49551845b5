"""What riders asked and didn't get: groups of the same meaning, and what is made of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.console import choices
from bot.console.visit import Visit
from bot.question_steps import Done
from bot.questions import DAYS, Groups, Shown, Wish
from bot.refused import Refused
from knowledge.review import WHATS
from nlu.routes import FAQ, ROUTES, topic_of

HOME = "/console/questions"

LINE = "line-"
"""The beginning of a tick box's name; the line's number follows."""
WORDS = "words-"
"""Likewise of the field with its words."""


async def show_all(visit: Visit) -> web.Response:
    """The groups, the greatest first."""
    wish = Wish.of(visit["region"], visit["language_of"], visit["what"], visit["days"])
    try:
        groups = await visit.parts.questions.page(visit.actor, wish, number_of(visit["page"], 1))
    except Refused as why:
        nothing = Groups(None, [], 0, 0, 1)
        return visit.again("questions.html", why, **_listed(visit, wish, nothing))
    return visit.page("questions.html", **_listed(visit, wish, groups))


async def progress(visit: Visit) -> web.Response:
    """How far the first grouping is."""
    done, of, there = await visit.parts.questions.progress(visit.actor)
    said = visit.words("questions.grouping_so_far", done=done, of=of)
    return web.json_response({"done": done, "of": of, "over": there, "said": said})


async def show_one(visit: Visit) -> web.Response:
    """A group with its lines, and what can be made of them."""
    return visit.page("question.html", **_one(visit, await _group(visit), {}))


async def ignore(visit: Visit) -> web.Response:
    """There is nothing to learn from the chosen lines."""
    try:
        done = await visit.parts.question_steps.ignore(visit.actor, list(_chosen(visit)))
    except Refused as why:
        return await _again(visit, why)
    return await _after(visit, done, "questions_ignored")


async def teach(visit: Visit) -> web.Response:
    """The chosen lines are training sentences of a route."""
    try:
        done = await visit.parts.question_steps.teach(visit.actor, _chosen(visit), visit["route"])
    except Refused as why:
        return await _again(visit, why)
    return await _after(visit, done, "questions_taught")


async def add(visit: Visit) -> web.Response:
    """The chosen lines are similar questions in an article's draft."""
    try:
        chosen, article = _chosen(visit), number_of(visit["article"])
        if chosen and not article:
            visit.actor.ask("review.write")
            raise Refused("no_article")
        done = await visit.parts.question_steps.add(visit.actor, chosen, article)
    except Refused as why:
        return await _again(visit, why)
    return await _after(visit, done, "questions_added")


async def begin(visit: Visit) -> web.Response:
    """The chosen lines are the questions of a new article."""
    try:
        done = await visit.parts.question_steps.begin(
            visit.actor, _chosen(visit), visit["topic"], visit["region"], visit["language_of"]
        )
    except Refused as why:
        return await _again(visit, why)
    return await _after(visit, done, "questions_begun")


async def show_settled(visit: Visit) -> web.Response:
    """What was made of lines, to look at it again or to undo it."""
    before = number_of(visit["before"]) or None
    settled = await visit.parts.questions.settled(visit.actor, before)
    return visit.page("questions_settled.html", settled=settled, name_of=_namer(visit))


async def undo(visit: Visit) -> web.Response:
    """A line is open again."""
    try:
        await visit.parts.question_steps.undo(visit.actor, visit.number())
    except Refused as why:
        settled = await visit.parts.questions.settled(visit.actor)
        return visit.again("questions_settled.html", why, settled=settled, name_of=_namer(visit))
    return visit.go(f"{HOME}/settled", done="questions_undone")


def number_of(text: str, otherwise: int = 0) -> int:
    """A number that was typed or chosen."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else otherwise


def route_name(visit: Visit, route: str, titles: Mapping[str, str] | None = None) -> str:
    """A route as riders read it on a button; a topic with its name, or its article's title."""
    words = visit.parts.rider_texts.words(visit.language)
    topic = topic_of(route)
    if topic and titles and topic in titles:
        return titles[topic]
    name = words.get(f"menu.{FAQ if topic else route}", route)
    return f"{name}: {topic}" if topic else name


async def _group(visit: Visit, line: int | None = None) -> Shown:
    """The group of a line, of the path's if None."""
    return await visit.parts.questions.group(
        visit.actor, line or visit.number(), number_of(visit["page"], 1), visit["find"]
    )


async def _again(visit: Visit, why: Refused) -> web.Response:
    return visit.again("question.html", why, **_one(visit, await _group(visit), {}))


async def _after(visit: Visit, done: Done, said: str) -> web.Response:
    """On to the next group; or here again, with what is wrong with which line."""
    if done.refused:
        wrong = {
            number: visit.words(why.key, **_named(visit, why.values))
            for number, why in done.refused.items()
        }
        some = Refused("some_lines", refused=len(wrong), done=len(done.lines))
        shown = await _group(visit, next(iter(done.refused)))
        return visit.again("question.html", some, **_one(visit, shown, wrong))
    if done.article is not None:
        return visit.go(f"{HOME}/settled", done=said)
    return visit.go(HOME, done=said)


def _named(visit: Visit, values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: route_name(visit, value) if name == "route" else value
        for name, value in values.items()
    }


def _chosen(visit: Visit) -> dict[int, str]:
    """The ticked lines, each with its words."""
    numbers = (number_of(name.removeprefix(LINE)) for name in visit.form if name.startswith(LINE))
    return {number: visit.form.get(f"{WORDS}{number}", "") for number in numbers if number}


def _listed(visit: Visit, wish: Wish, groups: Groups) -> dict[str, Any]:
    words = visit.words
    return {
        "wish": wish,
        "groups": groups,
        "places": choices.any_region(visit),
        "languages": _languages(visit),
        "whats": [("", words("questions.any_what")), *((w, words(f"what.{w}")) for w in WHATS)],
        "spans": [(str(days), words("questions.days", days=days)) for days in DAYS],
        "query": {
            "region": wish.region, "language_of": wish.language, "what": wish.what,
            "days": wish.days,
        },
    }  # fmt: skip


def _one(visit: Visit, shown: Shown, wrong: dict[int, str]) -> dict[str, Any]:
    routes = sorted(((route, route_name(visit, route)) for route in ROUTES), key=lambda r: r[1])
    said = [line.right or line.route for line in shown.lines]
    likely = [route for route in said if route in ROUTES]
    return {
        "shown": shown,
        "wrong": wrong,
        "ticked": set(_chosen(visit)) | set(wrong),
        "may": visit.actor.may("review.write"),
        "routes": routes,
        "route": visit["route"] or (likely[0] if likely else ""),
        "places": choices.regions(visit),
        "languages": _languages(visit)[1:],
        "region": visit["region"] or (shown.group.regions[0][0] or visit.actor.region or ""),
        "language": visit["language_of"] or shown.group.languages[0][0],
        "name_of": _namer(visit),
    }


def _languages(visit: Visit) -> list[tuple[str, str]]:
    return [
        ("", visit.words("questions.any_language")),
        ("zh", visit.words("language.zh")),
        ("en", visit.words("language.en")),
    ]


def _namer(visit: Visit) -> Any:
    return lambda route: route_name(visit, route)

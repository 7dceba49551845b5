"""A conversation: what was said, what is known, and what staff say and do in it."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from typing import Any

import aiohttp_jinja2
from aiohttp import hdrs, web

from actions.cases import spoken_answer
from bot.console.cases import named_kinds
from bot.console.inbox import HOME
from bot.console.questions import route_name
from bot.console.streams import stream
from bot.console.visit import Visit
from bot.inbox_answers import Draft, forms
from bot.inbox_lines import Line
from bot.inbox_links import Links
from bot.inbox_steps import STEPS as ALL_STEPS
from bot.inbox_steps import AtNote, Step
from bot.inbox_talk import Talk
from bot.refused import Refused
from knowledge.content_cases import CaseKindEntry, said_in
from knowledge.inbox_list import Entry
from nlu.routes import ROUTES

IN_PATH: dict[str, Step] = {one.replace("_", "-"): one for one in ALL_STEPS}
STEPS = "|".join(IN_PATH)

STAYS: tuple[Step, ...] = ("take", "acknowledge", "rest", "reopen", "calm", "alarm")
"""Steps after which the visitor goes on with the conversation."""

LOOK_AGAIN = 2.0
"""Seconds between two looks at how far an answer has come that is still on its way."""

ARTICLES = 6
"""Articles that a search offers."""

LIVE = "live"
"""A field that the script adds: it shows itself what comes of it, so no page is wanted."""


async def show(visit: Visit) -> web.Response:
    """The conversation's page."""
    return visit.page("inbox_talk.html", **await shown(visit))


async def step(visit: Visit) -> web.Response:
    """Take it, give it back, close it, hand it on, up or down."""
    number, wished, to = visit.number(), IN_PATH[visit.request.match_info["step"]], visit["to"]
    steps = visit.parts.inbox_steps
    try:
        await steps.make(visit.actor, number, wished, note=visit["about"], to=to)
    except Refused as why:
        return await again(visit, why, tried=wished, at_note=isinstance(why, AtNote))
    stays = wished in STAYS or to == visit.actor.name
    return visit.go(f"{HOME}/{number}" if stays else HOME, done=f"inbox_{wished}")


async def say(visit: Visit) -> web.StreamResponse:
    """An answer to the rider."""
    number, file = visit.number(), visit.file
    live = bool(visit[LIVE])
    draft = Draft(
        once=visit["once"],
        text=visit["text"],
        file_name=file.name if file else "",
        file=file.body if file else b"",
        wish=visit["wish"],
    )
    try:
        await visit.parts.inbox_answers.say(visit.actor, number, draft, wait=not live)
    except Refused as why:
        if live:
            return web.json_response({"why": visit.words(why.key, **why.values)}, status=422)
        return await again(visit, why)
    if live:
        return web.Response(status=204)
    return visit.go(f"{HOME}/{number}#end")


async def note(visit: Visit) -> web.Response:
    """A note that no rider sees."""
    number = visit.number()
    try:
        called = await visit.parts.inbox_answers.note(visit.actor, number, visit["note"])
    except Refused as why:
        return await again(visit, why)
    done = "inbox_noted_called" if called else "inbox_noted"
    if "@" in visit["note"] and not called:
        done = "inbox_noted_nobody"
    return visit.go(f"{HOME}/{number}", done=done)


async def typing(visit: Visit) -> web.Response:
    """Somebody is writing to the rider."""
    await visit.parts.inbox_talk.sign(visit.actor, visit.number(), visit.parts.inbox_live)
    return web.Response(status=204)


async def misread(visit: Visit) -> web.Response:
    """The bot took a message wrongly."""
    number = visit.number()
    try:
        await visit.parts.inbox_talk.misread(visit.actor, number, visit["line"], visit["right"])
    except Refused as why:
        return await again(visit, why)
    return visit.go(f"{HOME}/{number}", done="inbox_misread")


async def reveal(visit: Visit) -> web.Response:
    """Something masked whole, on this page only."""
    number, what = visit.number(), visit["field"]
    try:
        whole = await visit.parts.inbox_talk.reveal(visit.actor, number, what, visit["reason"])
    except Refused as why:
        return await again(visit, why)
    return visit.page("inbox_talk.html", **await shown(visit) | {"revealed": {what: whole}})


async def file(visit: Visit) -> web.Response:
    """A picture or document of the conversation."""
    mime, body = await visit.parts.inbox_talk.file(
        visit.actor, visit.number(), visit.number("file")
    )
    headers = {hdrs.CACHE_CONTROL: "private, max-age=3600"}
    if not mime.startswith("image/"):
        headers[hdrs.CONTENT_DISPOSITION] = "attachment"
    return web.Response(body=body, content_type=mime, headers=headers)


async def events(visit: Visit) -> web.StreamResponse:
    """Lines as they come, how far answers have come, who has it, and that the rider is writing."""
    number = visit.number()
    after = visit.given("after") or 0
    talk = await visit.parts.inbox_talk.show(visit.actor, number)
    titles = await visit.parts.inbox_articles.titles(visit.actor, visit.language)
    # What the page shows, not what is so now: something may have changed since it was made.
    known: dict[str, Any] = {"after": after, "states": {}, "titles": titles}
    known |= {"stands": visit["stands"], "links": visit["links"]}
    live, own = visit.parts.inbox_live, talk.entry.conversation
    async with live.presence.reading(own, visit.actor.name):
        with live.talk(talk.conversations) as watch:
            watch.rung.set()

            async def news() -> bytes | None:
                # The sender rings no bell when it has sent.
                waits = "sending" in known["states"].values()
                with suppress(TimeoutError):
                    await asyncio.wait_for(watch.rung.wait(), LOOK_AGAIN if waits else None)
                watch.rung.clear()
                signs = _event("typing", {}) if watch.typing else b""
                watch.typing = False
                told = await _news(visit, number, known)
                # A line is shown first; who the rider is elsewhere is looked at right after it.
                if known["lines"]:
                    watch.rung.set()
                return signs + told

            return await stream(visit, news)


async def _news(visit: Visit, number: int, known: dict[str, Any]) -> bytes:
    """What has changed since the last look, as events; nothing is an empty text."""
    entry, lines, states = await visit.parts.inbox_talk.after(visit.actor, number, known["after"])
    told = b""
    for line in lines:
        known["after"] = line.id
        html = _html(visit, entry, line, known["titles"])
        told += _event("line", {"id": line.id, "once": line.once, "html": html})
    changed = {one: state for one, state in states.items() if known["states"].get(one) != state}
    if changed:
        known["states"] |= changed
        told += _event(
            "delivery",
            {str(one): [state, visit.words(f"delivery.{state}")] for one, state in changed.items()},
        )
    known["lines"] = bool(lines)
    if lines:
        return told
    now = _shows(entry, await visit.parts.inbox_links.show(visit.actor, number))
    if now["stands"] != known["stands"]:
        told += _event("state", {})
    elif now["links"] != known["links"]:
        told += _event("links", {"html": await _links_html(visit, number)})
    known |= now
    return told


async def _links_html(visit: Visit, number: int) -> str:
    """The panel of the same person elsewhere, as it is now."""
    context = await shown(visit) | {
        "visit": visit, "t": visit.words, "at": f"{HOME}/{number}",
    }  # fmt: skip
    return aiohttp_jinja2.render_string("inbox_links.html", visit.request, context)


def _shows(entry: Entry, links: Links) -> dict[str, str]:
    """Marks of what a page shows: another `stands` is another page, another `links` its panel."""
    # Somebody else's history belongs to it now, or no longer: that is another page, too.
    stands = (entry.state, entry.staff, entry.region, sorted(links.persons))
    asked = (links.proposal.id, links.proposal.answer) if links.proposal else None
    return {"stands": _mark(stands), "links": _mark((asked, links.may_ask, links.may_vouch))}


def _mark(shown: object) -> str:
    return sha256(repr(shown).encode()).hexdigest()[:16]


def _event(name: str, body: dict[str, Any]) -> bytes:
    plain = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return f"event: {name}\ndata: {plain}\n\n".encode()


def _html(visit: Visit, entry: Entry, line: Line, titles: Mapping[str, str]) -> str:
    context = {
        "visit": visit,
        "t": visit.words,
        "line": line,
        "entry": entry,
        "revealed": {},
        "routes": _routes(visit),
        "name_of": lambda route: _heard_as(visit, route, titles),
        "may": visit.actor.may("inbox.write"),
        "may_reveal": visit.actor.may("person.reveal"),
        "several": False,
    }
    return aiohttp_jinja2.render_string("inbox_line.html", visit.request, context)


async def again(visit: Visit, why: Refused, **more: Any) -> web.Response:
    """The conversation once more, with what was wrong."""
    return visit.again("inbox_talk.html", why, **await shown(visit) | more)


async def shown(visit: Visit) -> dict[str, Any]:
    """What the conversation's page is made of."""
    talk = await visit.parts.inbox_talk.show(visit.actor, visit.number(), visit.given("before"))
    actor, entry = visit.actor, talk.entry
    replies = await visit.parts.quick_replies.filled(actor, _places(visit, talk))
    articles = await _articles(visit)
    titles = await visit.parts.inbox_articles.titles(actor, visit.language)
    links = await visit.parts.inbox_links.show(actor, entry.id)
    after = talk.lines[-1].id if talk.lines else 0
    return {
        "talk": talk,
        "shows": {"after": after} | _shows(entry, links),
        "entry": entry,
        **named_kinds(visit),
        "cases": {one.number: one for one in talk.cases},
        "offered": await visit.parts.inbox_steps.offered(actor, entry.id),
        "tried": "",
        "at_note": False,
        "links": links,
        "same": None,
        "mine": entry.state == "held" and entry.staff == actor.name,
        "may": actor.may("inbox.write"),
        "may_reveal": actor.may("person.reveal"),
        "routes": _routes(visit),
        "name_of": lambda route: _heard_as(visit, route, titles),
        "asked_as": lambda route, name, value: _asked_as(visit, talk.kinds.get(route), name, value),
        "forms": [(f"form:{route}", route_name(visit, route)) for route in forms()],
        "replies": replies,
        "articles": articles,
        "draft": visit["text"] or _inserted(visit, replies, articles),
        "once": secrets.token_urlsafe(12),
        "revealed": {},
        "several": len({line.channel for line in talk.lines}) > 1,
        "now": visit.parts.database.clock.now(),
    }


def _asked_as(visit: Visit, kind: CaseKindEntry | None, name: str, value: Any) -> tuple[str, str]:
    """An answer's name and value as they are read: of a kind of case, by its questions."""
    code = name.removeprefix("q.")
    for question in kind.questions if kind and code != name else ():
        if kind is not None and question.code == code:
            label = said_in(question.label, visit.language)
            return label, spoken_answer(kind, code, value, visit.language)
    words, tree = visit.parts.texts.words(visit.language), visit.parts.database.region_tree
    if isinstance(value, Mapping):
        # A place: as it was said, else by the region that it was settled to.
        value = value.get("name") or value.get("words") or value.get("code") or ""
    said = str(value)
    region = tree.get(said)
    if name == "sector":
        said = words.get(f"sector.{said}", said)
    elif region is not None:
        said = region.name(visit.language)
    if name.startswith("region of "):
        name = "region"
    return words.get(f"field.{name}", name), said


def _heard_as(visit: Visit, route: str, titles: Mapping[str, str]) -> str:
    """What a rider's line was taken for: a service, a topic, or a step of the talk itself."""
    words = visit.parts.texts.words(visit.language)
    return words.get(f"heard_as.{route}", route_name(visit, route, titles))


def _routes(visit: Visit) -> list[tuple[str, str]]:
    return sorted(((route, route_name(visit, route)) for route in ROUTES), key=lambda one: one[1])


def _places(visit: Visit, talk: Talk) -> dict[str, str]:
    """What stands in the places of quick replies, in the rider's language."""
    language = talk.language.partition("-")[0]
    tree = visit.parts.database.region_tree
    region = tree.get(talk.entry.home)
    # Who works for all regions comes to the rider as from the rider's own.
    office = tree.get(visit.actor.region) or region
    the_union = visit.parts.rider_texts.words(language)("handoff.the_union")
    english = language == "en"
    return {
        "rider": talk.card.profile.get("name", ""),
        "staff": visit.actor.name,
        "office": (office.body_en if english else office.body_zh) if office else the_union,
        "region": region.name(language) if region else "",
        "number": talk.records[0].number if talk.records else "",
    }


async def _articles(visit: Visit) -> list[tuple[int, str, str]]:
    """Published articles that a search finds: (number, question, the answer as plain text)."""
    wished = visit["find"].strip()[:100]
    if not wished:
        return []
    return await visit.parts.inbox_articles.find(visit.actor, wished, ARTICLES)


def _inserted(visit: Visit, replies: list[Any], articles: list[tuple[int, str, str]]) -> str:
    """Without a script: the text that was chosen to be put into the answer."""
    reply, article = visit.given("reply"), visit.given("article")
    texts = [one.text for one in replies if one.id == reply]
    texts += [text for number, _, text in articles if number == article]
    return texts[0] if texts else ""

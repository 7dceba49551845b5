"""The editor: a draft's fields, how it will look, and what the bot would make of a question."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.article_reader import article_of
from bot.article_sheets import Sheet
from bot.console import choices
from bot.console.article_words import (
    FIELDS,
    called,
    changes,
    gate_stand,
    picture_at,
    previewed,
    routes_of,
    said,
    services,
    typed,
)
from bot.console.visit import Visit
from knowledge.article_errors import EditedMeanwhile
from knowledge.article_writing import WritingError, problems

HOME = "/console/articles"

TAKE = "take."
"""The name of a field's choice between two writers begins so."""


async def show(visit: Visit) -> web.Response:
    """The draft, to be written at."""
    sheet = await visit.parts.article_sheets.sheet(visit.actor, visit.number())
    if sheet.draft is None:
        return visit.go(f"{HOME}/{sheet.listed.id}")
    return await _editor(visit, sheet, typed(visit, sheet.draft.writing), sheet.draft.revision)


async def save(visit: Visit) -> web.Response:
    """Keep what was written; if somebody else has saved since, show both."""
    number = visit.number()
    try:
        await _save(visit)
    except EditedMeanwhile as why:
        sheet = await visit.parts.article_sheets.sheet(visit.actor, number)
        return await _editor(
            visit, sheet, _own(visit, sheet), why.revision, status=409, meanwhile=why
        )
    except WritingError as why:
        sheet = await visit.parts.article_sheets.sheet(visit.actor, number)
        if sheet.draft is None:
            return visit.page("trouble.html", status=404, what="404")
        own = _own(visit, sheet)
        return await _editor(
            visit, sheet, own, visit.given("revision") or 0, status=422, why=said(visit, why)
        )
    if visit["then"] == "look":
        return visit.go(f"{HOME}/{number}")
    return visit.go(f"{HOME}/{number}/edit", done="saved")


async def autosave(visit: Visit) -> web.Response:
    """The same, by itself: only what stands beside the fields comes back."""
    number = visit.number()
    try:
        await _save(visit)
    except WritingError as why:
        # Also for somebody else's save: the difference is shown when the writer saves.
        status = 409 if isinstance(why, EditedMeanwhile) else 422
        return visit.page("article_beside.html", status=status, why=said(visit, why), **_nothing())
    sheet = await visit.parts.article_sheets.sheet(visit.actor, number)
    return visit.page("article_beside.html", **_beside(visit, sheet))


async def put_picture(visit: Visit) -> web.Response:
    """Another picture, other words for it, or none any more."""
    number, file = visit.number(), visit.file
    raw = file.body if file is not None and file.body else None
    try:
        if visit["then"] == "remove":
            await visit.parts.articles.remove_picture(visit.actor, number)
        else:
            await visit.parts.articles.put_picture(visit.actor, number, raw, visit["picture_alt"])
    except WritingError as why:
        sheet = await visit.parts.article_sheets.sheet(visit.actor, number)
        if sheet.draft is None:
            return visit.page("trouble.html", status=404, what="404")
        own, at = typed(visit, sheet.draft.writing), sheet.draft.revision
        return await _editor(visit, sheet, own, at, status=422, why=said(visit, why))
    return visit.go(f"{HOME}/{number}/edit", done="saved")


async def ask(visit: Visit) -> web.Response:
    """What the bot answers to a question, now and with the draft."""
    number, text = visit.number(), visit["text"].strip()
    sheet = await visit.parts.article_sheets.sheet(visit.actor, number)
    asked = None
    if text:
        region = visit["region"] or None
        asked = await visit.parts.article_sheets.ask_at(visit.actor, number, text, region=region)
    return visit.page(
        "article_ask.html",
        sheet=sheet,
        asked=asked,
        places=choices.regions(visit),
        **await gate_stand(visit),
        names={} if asked is None else await called(visit, routes_of(asked), sheet),
    )


async def _save(visit: Visit) -> None:
    """Write the form's fields, without those that another writer's text was chosen for."""
    given = {
        name: value for name, value in changes(visit).items() if visit[f"{TAKE}{name}"] != "theirs"
    }
    await visit.parts.articles.change(
        visit.actor,
        visit.number(),
        given,
        revision=visit.given("revision") or 0,
        base_version=visit.given("base_version"),
    )


async def _editor(
    visit: Visit,
    sheet: Sheet,
    fields: dict[str, str],
    revision: int,
    *,
    status: int = 200,
    **values: Any,
) -> web.Response:
    context = {"meanwhile": None, "asked": None, "names": {}, **values}
    beside = {**_beside(visit, sheet), **{k: v for k, v in context.items() if k == "why"}}
    return visit.page(
        "article_edit.html",
        status=status,
        fields=fields,
        at=revision,
        picture_at=picture_at(visit),
        offered=await visit.parts.article_sheets.offered(visit.actor),
        services=services(visit),
        places=choices.regions(visit),
        **await gate_stand(visit),
        **{**context, **beside},
    )


def _beside(visit: Visit, sheet: Sheet) -> dict[str, Any]:
    draft = sheet.draft
    if draft is None:
        return {"sheet": sheet, **_nothing()}
    return {
        "sheet": sheet,
        "draft": draft,
        "problems": problems(draft.writing),
        "preview": previewed(visit, article_of(draft), sheet.titles),
    }


def _nothing() -> dict[str, Any]:
    """There is nothing new to show beside the fields."""
    return {"draft": None, "problems": [], "preview": None}


def _own(visit: Visit, sheet: Sheet) -> dict[str, str]:
    """What the visitor has typed; what is kept, of fields that the form didn't have."""
    assert sheet.draft is not None
    kept = typed(visit, sheet.draft.writing)
    return {name: visit.form.get(name, kept[name]) for name in FIELDS}

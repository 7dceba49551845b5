"""One article: what riders get, what is being written, its versions, and each step of its way."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

from aiohttp import web

from bot.article_publishing import GateRefused
from bot.article_reader import article_of, article_with
from bot.article_sheets import Sheet
from bot.console.article_words import (
    called,
    gate_stand,
    moment,
    picture_at,
    previewed,
    routes_of,
    said,
    step_said,
    typed,
)
from bot.console.visit import Visit
from knowledge.article_errors import EditedMeanwhile, NoSuchArticle, PublishedMeanwhile
from knowledge.article_writing import WritingError, problems
from knowledge.articles import Place

HOME = "/console/articles"

REVIEWS = {"on": True, "off": False, "auto": None}


async def show(visit: Visit) -> web.Response:
    """The article."""
    return await _sheet(visit)


async def show_version(visit: Visit) -> web.Response:
    """What a version says, and how it differs from another one."""
    number, version = visit.number(), visit.number("version")
    sheet = await visit.parts.article_sheets.sheet(visit.actor, number)
    found = next((one for one in sheet.shown.versions if one.version == version), None)
    if found is None:
        return visit.page("trouble.html", status=404, what="404")
    against = visit.given("against")
    other = version - 1 if against is None else against
    differences = []
    if other:
        try:
            differences = await visit.parts.article_sheets.compared(
                visit.actor, number, other, version
            )
        except NoSuchArticle as why:
            return await _sheet(visit, why=said(visit, why), status=422)
    return visit.page(
        "article_version.html",
        sheet=sheet,
        version=found,
        against=other,
        differences=differences,
        fields=typed(visit, found.writing),
        picture_at=picture_at(visit),
    )


async def begin(visit: Visit) -> web.Response:
    """A draft of what is published, or of the same in the other language."""
    language = visit["written"] or None
    try:
        draft = await visit.parts.articles.begin_again(visit.actor, visit.number(), language)
    except WritingError as why:
        return await _sheet(visit, why=said(visit, why), status=422)
    return visit.go(f"{HOME}/{draft.article}/edit")


async def discard(visit: Visit) -> web.Response:
    """The draft is thrown away."""
    number = visit.number()
    sheet = await visit.parts.article_sheets.sheet(visit.actor, number)
    try:
        await visit.parts.articles.discard(visit.actor, number)
    except WritingError as why:
        return await _sheet(visit, why=said(visit, why), status=422)
    where = f"{HOME}/{number}" if sheet.listed.version else HOME
    return visit.go(where, done="draft_discarded")


async def send(visit: Visit) -> web.Response:
    """A second person is asked to look at it."""
    step = visit.parts.articles.send(visit.actor, visit.number())
    return await _made(visit, step, "sent_for_review")


async def approve(visit: Visit) -> web.Response:
    """A second person has looked at it."""
    step = visit.parts.articles.approve(visit.actor, visit.number(), visit.given("revision") or 0)
    return await _made(visit, step, "approved")


async def send_back(visit: Visit) -> web.Response:
    """It isn't good yet."""
    step = visit.parts.articles.send_back(visit.actor, visit.number(), visit["reason"])
    return await _made(visit, step, "sent_back")


async def review_afterwards(visit: Visit) -> web.Response:
    """A second person has looked at what was published urgently."""
    version = visit.given("version") or 0
    step = visit.parts.articles.review_afterwards(visit.actor, visit.number(), version)
    return await _made(visit, step, "reviewed_afterwards")


async def publish(visit: Visit) -> web.Response:
    """Riders get it, now or at a time, unless the gate finds something."""
    number = visit.number()
    try:
        at = moment(visit["at"])
        out = await visit.parts.articles.publish(
            visit.actor,
            number,
            revision=visit.given("revision") or 0,
            at=at,
            urgent=visit["urgent"].strip() or None,
            confirmed=visit["confirmed"].strip() or None,
        )
    except GateRefused as why:
        sheet = await visit.parts.article_sheets.sheet(visit.actor, number)
        names = await called(visit, routes_of(why.report), sheet)
        return await _sheet(visit, status=422, report=why.report, names=names)
    except WritingError as why:
        return await _refused(visit, why)
    done = "scheduled" if at else "published"
    return visit.go(f"{HOME}/{number}", done=done if out.report.tried else f"{done}_untried")


async def gate(visit: Visit) -> web.Response:
    """What is tried or made ready for that just now, and how far it is."""
    stand = await visit.parts.article_sheets.stand(visit.actor, visit.given("article"))
    return web.json_response(
        {
            "done": stand.done,
            "of": stand.of,
            "over": stand.ready,
            "said": step_said(visit, stand),
        }
    )


async def unschedule(visit: Visit) -> web.Response:
    """Not at that time."""
    step = visit.parts.articles.unschedule(visit.actor, visit.number())
    return await _made(visit, step, "unscheduled")


async def archive(visit: Visit) -> web.Response:
    """Riders don't get it any more."""
    step = visit.parts.articles.archive(visit.actor, [visit.number()], visit["reason"])
    return await _made(visit, step, "archived")


async def checked(visit: Visit) -> web.Response:
    """It was compared with its source today."""
    step = visit.parts.articles.checked(visit.actor, [visit.number()])
    return await _made(visit, step, "checked")


async def back(visit: Visit) -> web.Response:
    """An earlier version is the published one again."""
    step = visit.parts.articles.back(visit.actor, visit.number(), visit.given("to") or 0)
    return await _made(visit, step, "went_back")


async def set_review(visit: Visit) -> web.Response:
    """Whether a second person looks at the region's articles first."""
    sheet = await visit.parts.article_sheets.sheet(visit.actor, visit.number())
    region, wanted = sheet.listed.place.region, REVIEWS.get(visit["review"])
    step = visit.parts.articles.set_review(visit.actor, region, wanted)
    return await _made(visit, step, "saved")


async def _made(visit: Visit, step: Awaitable[Any], done: str) -> web.Response:
    """Make a step, and show the article again."""
    try:
        await step
    except WritingError as why:
        return await _refused(visit, why)
    return visit.go(f"{HOME}/{visit.number()}", done=done)


async def _refused(visit: Visit, why: WritingError) -> web.Response:
    """The article, with why the step can't be made, and the difference where that is why."""
    meanwhile = why if isinstance(why, PublishedMeanwhile) else None
    status = 409 if isinstance(why, EditedMeanwhile | PublishedMeanwhile) else 422
    return await _sheet(visit, why=said(visit, why), status=status, meanwhile=meanwhile)


async def _sheet(
    visit: Visit, *, status: int = 200, why: str | None = None, **values: Any
) -> web.Response:
    sheet = await visit.parts.article_sheets.sheet(visit.actor, visit.number())
    context = {"report": None, "names": {}, "meanwhile": None, **values}
    if why:
        context["why"] = why
    draft = sheet.draft
    return visit.page(
        "article.html",
        status=status,
        sheet=sheet,
        preview=_preview(visit, sheet),
        problems=problems(draft.writing) if draft else [],
        own=draft is not None and visit.actor.audited_as in draft.writers,
        **await gate_stand(visit),
        **context,
    )


def _preview(visit: Visit, sheet: Sheet) -> Any:
    if sheet.draft is not None:
        return previewed(visit, article_of(sheet.draft), sheet.titles)
    place: Place = sheet.listed.place
    writing = sheet.shown.versions[0].writing
    article = article_with(sheet.listed.id, place, writing, sheet.listed.checked_on)
    return previewed(visit, article, sheet.titles)

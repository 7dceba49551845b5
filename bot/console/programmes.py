"""Programmes: schemes, regions with their union bodies, public lines, and the sources of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from bot.console import choices
from bot.console.scheme_form import rows_of_scheme, scheme_fields
from bot.console.typed import carried, typed
from bot.console.visit import Visit
from bot.programme_desk import Checked, Kind
from knowledge.content_entries import SourceEntry
from knowledge.exchange.labels import LEVELS, LINES, SCHEME_KINDS
from knowledge.exchange.source_form import source_fields

HOME = "/console/programmes"
ONE_OF: Mapping[Kind, str] = {"schemes": "scheme", "regions": "region", "lines": "line"}
"""What one of each is called in templates and texts."""

CHOICES = {"schemes": SCHEME_KINDS, "regions": LEVELS, "lines": LINES}
"""What is chosen of in each form: the kind, or a region's level."""


async def show_schemes(visit: Visit) -> web.Response:
    """The schemes of the visitor's regions."""
    return visit.page("schemes.html", schemes=await visit.parts.programmes.schemes(visit.actor))


async def show_regions(visit: Visit) -> web.Response:
    """The visitor's regions with their union bodies."""
    regions = await visit.parts.programmes.regions(visit.actor, visit["text"])
    return visit.page("regions.html", regions=regions)


async def show_lines(visit: Visit) -> web.Response:
    """The public lines of the visitor's regions."""
    return visit.page("lines.html", lines=await visit.parts.programmes.lines(visit.actor))


async def show_sources(visit: Visit) -> web.Response:
    """Where facts come from."""
    return visit.page("sources.html", sources=await visit.parts.programmes.sources(visit.actor))


async def show_new(visit: Visit) -> web.Response:
    """The form of a new entry."""
    return await _form(visit)


async def show_one(visit: Visit) -> web.Response:
    """One entry: who may change it finds a form, others read it there."""
    return await _form(visit)


async def save(visit: Visit) -> web.Response:
    """An entry, new or changed: first what changes is shown, then it is saved."""
    kind, code = _kind(visit), visit.request.match_info.get("id")

    async def work(fields: Mapping[str, str], mark: str, write: bool) -> Checked:
        return await visit.parts.programmes.save(visit.actor, kind, code, fields, mark, write=write)

    return await typed(
        visit,
        f"{ONE_OF[kind]}_form",
        work,
        _form,
        _checked(visit, kind),
        lambda done: visit.go(f"{HOME}/{kind}/{done.entry.code}", done="saved_live"),
        read=scheme_fields if kind == "schemes" else dict,
    )


async def show_source(visit: Visit) -> web.Response:
    """The form of a source."""
    return await _source_form(visit)


async def save_source(visit: Visit) -> web.Response:
    """A source, new or with another text."""
    code = visit.request.match_info.get("id")

    async def work(fields: Mapping[str, str], mark: str, write: bool) -> SourceEntry:
        return await visit.parts.programmes.save_source(visit.actor, code, fields)

    def done(_entry: SourceEntry) -> web.Response:
        return visit.go(f"{HOME}/sources", done="saved")

    return await typed(visit, "source_form", work, _source_form, done, done)


def _kind(visit: Visit) -> Kind:
    named = visit.request.path.removeprefix(f"{HOME}/").partition("/")[0]
    return next(kind for kind in ONE_OF if kind == named)


async def _form(
    visit: Visit,
    *,
    status: int = 200,
    fields: Mapping[str, str] | None = None,
    mark: str | None = None,
    **values: Any,
) -> web.Response:
    kind, code = _kind(visit), visit.request.match_info.get("id")
    form = await visit.parts.programmes.form(visit.actor, kind, code)
    typed_in = form.fields if fields is None else fields
    if kind == "schemes":
        more = visit["step"] == "more"
        values["rows"] = rows_of_scheme(typed_in, more=more)
    return visit.page(
        f"{ONE_OF[kind]}_form.html",
        status=status,
        code=code,
        form=form,
        fields=defaultdict(str, typed_in),
        mark=form.mark if mark is None else mark,
        options=_options(visit, kind),
        places=choices.regions(visit),
        may=visit.actor.may("programme.write"),
        **{"differing": (), **values},
    )


def _options(visit: Visit, kind: Kind) -> list[tuple[str, str]]:
    at = 1 if visit.language == "en" else 0
    return [(one, said[at]) for one, said in CHOICES[kind].labels.items()]


def _checked(visit: Visit, kind: Kind) -> Callable[[Checked], web.Response]:
    def show(checked: Checked) -> web.Response:
        return visit.page(
            "programme_check.html",
            checked=checked,
            kind=ONE_OF[kind],
            labels=f"{ONE_OF[kind]}_form",
            names={"kind": dict(_options(visit, kind)), "level": dict(_options(visit, kind))},
            **carried(visit),
        )

    return show


async def _source_form(
    visit: Visit,
    *,
    status: int = 200,
    fields: Mapping[str, str] | None = None,
    **values: Any,
) -> web.Response:
    code = visit.request.match_info.get("id")
    found = await visit.parts.programmes.source(visit.actor, code)
    there = {} if found is None else source_fields(found)
    return visit.page(
        "source_form.html",
        status=status,
        code=code,
        fields=defaultdict(str, there if fields is None else fields),
        why=values.get("why"),
    )

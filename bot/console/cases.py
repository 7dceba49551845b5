"""Cases: the list, the board by step, many at once, files out and in, who gets what by rule."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from aiohttp import hdrs, web

from bot.case_desk import Asked
from bot.case_office import SECTORS
from bot.case_sheets import Row, read_rows
from bot.console import choices
from bot.console.exports import TYPES
from bot.console.visit import Visit
from bot.refused import Refused
from knowledge.case_list import NOBODY
from knowledge.clock import CHINA
from knowledge.content_cases import said_in
from knowledge.exchange.refused import Refused as NoTable

HOME = "/console/cases"
PICK = "pick_"
"""How the box of a case is called in the list's form; its number follows."""


async def show_all(visit: Visit) -> web.Response:
    """The list."""
    return await _list(visit)


async def show_board(visit: Visit) -> web.Response:
    """The cases of one kind by step."""
    kinds = visit.parts.database.case_kinds
    asked = _asked(visit)
    if not asked.kind:
        asked = _asked(visit, kind=next(iter(kinds)).code)
    try:
        columns = await visit.parts.case_desk.board(visit.actor, asked)
    except Refused as why:
        return await _list(visit, why=why)
    kind = kinds.get(asked.kind)
    return visit.page(
        "cases_board.html",
        columns=columns,
        kind=kind,
        **_filters(visit, asked),
        **named_kinds(visit),
    )


async def bulk(visit: Visit) -> web.Response:
    """Move many: asked first, with what would be skipped and why."""
    numbers = sorted(
        name.removeprefix(PICK) for name in visit.form if name.startswith(PICK) and visit[name]
    )
    to, sure = visit["to"], visit["step"] == "save"
    office = visit.parts.case_office
    kind = _kind_with(visit, to)
    try:
        visit.actor.ask("case.bulk")
        if not numbers:
            raise Refused("case_none_chosen")
        if kind is None:
            raise Refused("case_step")
        done = await office.move_many(
            visit.actor, numbers, to, office.given(visit.form), write=sure
        )
    except Refused as why:
        return await _list(visit, why=why)
    return visit.page(
        "cases_bulk.html",
        found=done,
        sure=sure,
        to=to,
        step=said_in(kind.step(to).name, visit.language),
        reason=visit["reason"],
        kind=kind,
    )


async def export(visit: Visit) -> web.Response:
    """The list as a file."""
    form, asked = visit["form"], _asked(visit)
    try:
        raw = await visit.parts.case_sheets.export(visit.actor, asked, form, visit.language)
    except Refused as why:
        return await _list(visit, why=why)
    day = f"{visit.parts.database.clock.now().astimezone(CHINA):%Y-%m-%d}"
    name = f'attachment; filename="cases-{day}.{form}"'
    return web.Response(
        body=raw, content_type=TYPES[form], headers={hdrs.CONTENT_DISPOSITION: name}
    )


async def show_import(visit: Visit) -> web.Response:
    """The form for a table that comes back."""
    return visit.page("cases_import.html", found=None, rows="")


async def take(visit: Visit) -> web.Response:
    """A table: what it would do, each row's trouble; then, carried by the page, all is written."""
    write = visit.request.path.endswith("/write")
    try:
        if write:
            rows = _carried(visit["rows"])
        elif visit.file is None:
            raise Refused("case_no_file")
        else:
            rows = read_rows(visit.file.name, visit.file.body)
        done = await visit.parts.case_sheets.take(visit.actor, rows, write=write)
    except Refused as why:
        return visit.again("cases_import.html", why, found=None, rows="")
    except NoTable as why:
        said = said_in(why.said, visit.language)
        return visit.page("cases_import.html", status=422, why=said, found=None, rows="")
    written = write and not done.troubles
    return visit.page(
        "cases_import.html",
        found=done,
        written=written,
        rows=json.dumps([[row.line, dict(row.values)] for row in rows], ensure_ascii=False),
        status=200 if not done.troubles else 422,
    )


async def show_rules(visit: Visit) -> web.Response:
    """Who gets which cases by themselves."""
    return await _rules(visit)


async def add_rule(visit: Visit) -> web.Response:
    """One more rule."""
    try:
        await visit.parts.case_office.add_rule(
            visit.actor, visit["region"], visit["kind"], visit["sector"], visit["account"]
        )
    except Refused as why:
        return await _rules(visit, why)
    return visit.go(f"{HOME}/rules", done="case_rule")


async def drop_rule(visit: Visit) -> web.Response:
    """A rule less."""
    await visit.parts.case_office.drop_rule(visit.actor, visit.number())
    return visit.go(f"{HOME}/rules", done="case_rule_gone")


async def _list(visit: Visit, why: Refused | None = None) -> web.Response:
    asked = _asked(visit) if why is None else Asked()
    try:
        page = await visit.parts.case_desk.page(visit.actor, asked)
    except Refused as not_reached:
        why, asked = not_reached, Asked()
        page = await visit.parts.case_desk.page(visit.actor, asked)
    said = None if why is None else visit.words(why.key, **why.values)
    return visit.page(
        "cases.html",
        status=200 if why is None else 422,
        why=said,
        page=page,
        targets=_targets(visit, asked.kind),
        **_filters(visit, asked, await visit.parts.case_desk.owners(visit.actor)),
        **named_kinds(visit),
    )


async def _rules(visit: Visit, why: Refused | None = None) -> web.Response:
    owners = await visit.parts.case_desk.owners(visit.actor)
    values = {
        "rules": await visit.parts.case_office.rules(visit.actor),
        "regions": choices.regions(visit),
        "kinds": _kinds(visit),
        "sectors": [("", visit.words("case.any"))]
        + [(one, visit.words(f"sector.{one}")) for one in SECTORS],
        "accounts": [(one.name, one.name) for one in owners],
        **named_kinds(visit),
    }
    if why is not None:
        return visit.again("cases_rules.html", why, **values)
    return visit.page("cases_rules.html", **values)


def _asked(visit: Visit, kind: str = "") -> Asked:
    return Asked(
        region=visit["region"],
        kind=kind or visit["kind"],
        step=visit["at"],
        owner=visit["owner"],
        text=visit["text"],
        overdue=bool(visit["overdue"]),
        closed=bool(visit["closed"]),
        page=visit.given("page") or 1,
    )


def _filters(visit: Visit, asked: Asked, owners: Sequence[Any] = ()) -> dict[str, Any]:
    kinds = visit.parts.database.case_kinds
    steps: list[tuple[str, str]] = [("", visit.words("case.any"))]
    if asked.kind in [kind.code for kind in kinds]:
        steps += [
            (step.code, said_in(step.name, visit.language)) for step in kinds.get(asked.kind).steps
        ]
    query = {
        "region": asked.region,
        "kind": asked.kind,
        "at": asked.step,
        "owner": asked.owner,
        "text": asked.text,
        "overdue": "1" if asked.overdue else "",
        "closed": "1" if asked.closed else "",
    }
    return {
        "asked": asked,
        "query": {name: value for name, value in query.items() if value},
        "regions": [("", visit.words("case.any")), *choices.regions(visit)],
        "kinds": _kinds(visit),
        "steps": steps,
        "owners": [
            ("", visit.words("case.any")),
            (NOBODY, visit.words("case.nobody")),
            *((one.name, one.name) for one in owners),
        ],
        "today": visit.parts.database.clock.now().astimezone(CHINA).date(),
    }


def _kinds(visit: Visit) -> list[tuple[str, str]]:
    kinds = visit.parts.database.case_kinds
    named = [(kind.code, said_in(kind.name, visit.language)) for kind in kinds]
    return [("", visit.words("case.any")), *named]


def _targets(visit: Visit, kind: str) -> list[tuple[str, str]]:
    """Where many cases of a kind may be moved to at once: steps that want nothing but a reason."""
    kinds = visit.parts.database.case_kinds
    if kind not in [one.code for one in kinds] or not visit.actor.may("case.bulk"):
        return []
    reached = {move.to for move in kinds.get(kind).moves if visit.actor.role in move.who}
    return [
        (step.code, said_in(step.name, visit.language))
        for step in kinds.get(kind).steps
        if step.code in reached and step.amount != "needed" and not step.elsewhere
    ]


def _kind_with(visit: Visit, step: str) -> Any:
    kinds = visit.parts.database.case_kinds
    known = [kind.code for kind in kinds]
    if visit["kind"] not in known or step not in [
        code for code, _ in _targets(visit, visit["kind"])
    ]:
        return None
    return kinds.get(visit["kind"])


def named_kinds(visit: Visit) -> dict[str, Any]:
    """How kinds and steps are called."""
    kinds = visit.parts.database.case_kinds

    def kind(code: str) -> str:
        return said_in(kinds.get(code).name, visit.language)

    def step(code: str, at: str) -> str:
        return said_in(kinds.get(code).step(at).name, visit.language)

    return {"kind_name": kind, "step_name": step}


def _carried(text: str) -> list[Row]:
    try:
        return [
            Row(int(line), {str(key): str(value) for key, value in values.items()})
            for line, values in json.loads(text)
        ]
    except (ValueError, TypeError, AttributeError):
        raise Refused("case_no_rows") from None

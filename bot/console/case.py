"""One case: its history, what the rider wrote (masked), its documents, and what can be done."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

from aiohttp import hdrs, web

from actions.cases import spoken_answer
from bot.case_desk import ShownCase
from bot.case_doubts import Doubt
from bot.console.visit import Visit
from bot.refused import Refused
from knowledge.case_records import Why
from knowledge.content_cases import said_in
from knowledge.content_entries import Words

HOME = "/console/cases"


async def show(visit: Visit) -> web.Response:
    """The case."""
    return await _page(visit)


async def show_print(visit: Visit) -> web.Response:
    """The case on paper."""
    shown = await visit.parts.case_desk.get(visit.actor, _number(visit))
    return visit.page("case_print.html", **_values(visit, shown))


async def reveal(visit: Visit) -> web.Response:
    """One field whole, on this page only."""
    name = visit["field"]
    desk, number = visit.parts.case_desk, _number(visit)
    try:
        whole = await desk.reveal(visit.actor, number, name, visit["reason"])
    except Refused as why:
        return await _page(visit, why)
    return await _page(visit, revealed={name: whole})


async def move(visit: Visit) -> web.Response:
    """To a step: first what the rider will read, then it is done."""
    office, number, to = visit.parts.case_office, _number(visit), visit["to"]
    write = visit["step"] == "save"
    if visit["step"] == "back":
        return await _page(visit)
    try:
        given = office.given(visit.form)
        moved = await office.move(visit.actor, number, to, given, write=write, at=visit["at"])
    except Refused as why:
        return await _page(visit, why)
    if write:
        return visit.go(f"{HOME}/{number}", done="case_waits" if moved.waits else "case_moved")
    seen = await visit.parts.case_desk.preview(visit.actor, number, to, given)
    return visit.page(
        "case_ask.html",
        number=number,
        step=said_in(moved.step.name, visit.language),
        told=seen.told,
        doubts=[_doubt(visit, one) for one in seen.doubts],
        waits=moved.waits,
        carried={n: v for n, v in visit.form.items() if n not in ("_token", "step")},
    )


def _doubt(visit: Visit, doubt: Doubt) -> str:
    values = {
        name: said_in(value, visit.language) if isinstance(value, Words) else value
        for name, value in doubt.values.items()
    }
    return visit.words(f"case.doubt.{doubt.key}", **values)


async def drop_payment(visit: Visit) -> web.Response:
    """Take back a payment that waits for a second person."""
    office = visit.parts.case_office
    return await _then(visit, office.drop_payment(visit.actor, _number(visit)), "case_dropped")


async def set_elsewhere(visit: Visit) -> web.Response:
    """The other office and its number."""
    work = visit.parts.case_office.set_elsewhere(
        visit.actor, _number(visit), visit["office"], visit["there"]
    )
    return await _then(visit, work, "saved")


async def take(visit: Visit) -> web.Response:
    """The visitor takes it on."""
    work = visit.parts.case_office.assign(visit.actor, _number(visit), visit.actor.name)
    return await _then(visit, work, "case_assigned")


async def assign(visit: Visit) -> web.Response:
    """To a colleague, to nobody, or by the rules."""
    office, number = visit.parts.case_office, _number(visit)
    if visit["step"] == "rule":
        return await _then(visit, office.assign_by_rule(visit.actor, number), "case_assigned")
    work = office.assign(visit.actor, number, visit["account"])
    return await _then(visit, work, "case_assigned")


async def escalate(visit: Visit) -> web.Response:
    """To the level above."""
    work = visit.parts.case_office.escalate(visit.actor, _number(visit), visit["reason"])
    return await _then(visit, work, "case_escalated")


async def hand_down(visit: Visit) -> web.Response:
    """Back to the level that it came from."""
    work = visit.parts.case_office.hand_down(visit.actor, _number(visit), visit["reason"])
    return await _then(visit, work, "case_handed_down")


async def note(visit: Visit) -> web.Response:
    """A note that no rider sees."""
    work = visit.parts.case_words.note(visit.actor, _number(visit), visit["words"])
    return await _then(visit, work, "case_noted")


async def say(visit: Visit) -> web.Response:
    """A line to the rider."""
    work = visit.parts.case_words.say(visit.actor, _number(visit), visit["words"])
    return await _then(visit, work, "case_said")


async def reopen(visit: Visit) -> web.Response:
    """Once more, from the step before the end."""
    work = visit.parts.case_words.reopen(visit.actor, _number(visit), visit["reason"])
    return await _then(visit, work, "case_reopened")


async def add_document(visit: Visit) -> web.Response:
    """One more document."""
    if visit.file is None:
        return await _page(visit, Refused("case_no_file"))
    work = visit.parts.case_office.add_document(
        visit.actor, _number(visit), visit.file.name, visit.file.body
    )
    return await _then(visit, work, "case_document")


async def document(visit: Visit) -> web.Response:
    """A document as a file; never shown as a page of ours."""
    found, body = await visit.parts.case_desk.document(
        visit.actor, _number(visit), visit.number("document")
    )
    name = f"{_number(visit)}-{found.id}.{found.mime.rpartition('/')[2]}"
    return web.Response(
        body=body,
        content_type=found.mime,
        headers={
            hdrs.CONTENT_DISPOSITION: f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )


async def _then(visit: Visit, work: Awaitable[Any], done: str) -> web.Response:
    try:
        await work
    except Refused as why:
        return await _page(visit, why)
    return visit.go(f"{HOME}/{_number(visit)}", done=done)


async def _page(
    visit: Visit, why: Refused | None = None, revealed: dict[str, str] | None = None
) -> web.Response:
    shown = await visit.parts.case_desk.get(visit.actor, _number(visit))
    values = {**_values(visit, shown), "revealed": revealed or {}}
    if why is not None:
        return visit.again("case.html", why, **values)
    return visit.page("case.html", **values)


def _values(visit: Visit, shown: ShownCase) -> dict[str, Any]:
    language = visit.language

    def answer(code: str, value: Any) -> str:
        return spoken_answer(shown.kind, code, value, language)

    def label(code: str) -> str:
        for question in shown.kind.questions:
            if question.code == code:
                return said_in(question.label, language)
        return visit.parts.texts.words(language).get(f"field.{code}", code)

    def said_why(text: str | Why) -> str:
        if isinstance(text, Why):
            return visit.words(f"case_why.{text.key}", **text.values)
        return text

    def step_name(code: str) -> str:
        return said_in(shown.kind.step(code).name, language)

    return {
        "shown": shown,
        "case": shown.case,
        "path": f"{HOME}/{shown.case.number}",
        "kind_name": said_in(shown.kind.name, language),
        "step_name": step_name,
        "said_why": said_why,
        "label": label,
        "answer": answer,
        "targets": [(one.code, said_in(one.name, language)) for one in shown.following],
        "masked": [
            name
            for name in ("phone", "id_number")
            if name in shown.details or name in shown.profile
        ],
    }


def _number(visit: Visit) -> str:
    return visit.request.match_info["case"]

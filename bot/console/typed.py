"""Forms over typed entries: first what saving would do is shown, then it is saved.

A form is sent with `step`: nothing to check it, `save` to save what was checked, `back` to go on
editing, `more` for more empty lines. What was typed goes along in every step.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from bot.console.visit import FORM_TOKEN, Visit
from bot.entries import Meanwhile, Mistaken
from bot.refused import Refused
from knowledge.course_changes import CannotChange

NOT_FIELDS = (FORM_TOKEN, "mark", "step")

type Show = Callable[..., Awaitable[web.Response]]


def typed_fields(visit: Visit) -> dict[str, str]:
    """What was typed into the form."""
    return {name: text for name, text in visit.form.items() if name not in NOT_FIELDS}


def sentences(visit: Visit, why: Exception, form: str) -> list[str]:
    """What is wrong, a sentence for each; `form` is where the labels of its fields are."""
    if isinstance(why, Refused):
        return [visit.words(why.key, **why.values)]
    if isinstance(why, CannotChange):
        return [why.said.en if visit.language == "en" else why.said.zh]
    assert isinstance(why, Mistaken)
    said = []
    for one in why.problems:
        sentence = one.chinese if visit.language != "en" and one.chinese else one.reason
        label = label_of(visit, form, one.column)
        said.append(visit.words("typed.wrong", field=label, why=sentence) if label else sentence)
    return list(dict.fromkeys(said))


def label_of(visit: Visit, form: str, field: str) -> str:
    """What a field is called; nothing where it has no name."""
    return visit.parts.texts.words(visit.language).get(f"{form}.{field}", "")


async def typed[Done](
    visit: Visit,
    form: str,
    save: Callable[[Mapping[str, str], str, bool], Awaitable[Done]],
    show: Show,
    checked: Callable[[Done], web.Response],
    saved: Callable[[Done], web.Response],
    *,
    read: Callable[[Mapping[str, str]], dict[str, str]] = dict,
) -> web.Response:
    """One step of a form. `show` makes the form's page, `read` makes fields of its lines."""
    fields, step = typed_fields(visit), visit["step"]
    if step in ("back", "more"):
        return await show(visit, fields=fields, mark=visit["mark"])
    try:
        done = await save(read(fields), visit["mark"], step == "save")
    except Meanwhile as why:
        return await show(
            visit,
            status=422,
            fields=fields,
            mark=why.mark,
            differing=why.differing,
            why=[visit.words("typed.meanwhile")],
        )
    except (Mistaken, Refused, CannotChange) as why:
        return await show(
            visit,
            status=422,
            fields=fields,
            mark=visit["mark"],
            why=sentences(visit, why, form),
        )
    return saved(done) if step == "save" else checked(done)


def carried(visit: Visit) -> dict[str, Any]:
    """What a page between check and save takes along."""
    return {"carried": typed_fields(visit), "mark": visit["mark"], "action": visit.request.path}

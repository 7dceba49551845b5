"""my_data: what is kept about a rider; a copy of it; and having it erased.

What is shown is counted, not read out: who picks up the phone learns nothing. Contents need proof,
unless the rider has handed nothing in and so has nothing to prove with.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from actions.content import Button
from actions.course_reminders import drop_reminders, tell_who_moved_up
from actions.proving import ask_for_proof
from actions.registry import ERASE_DATA, action
from knowledge.content_cases import said_in
from knowledge.own_data import Kept, Whose
from knowledge.proofs import TooManyTries

if TYPE_CHECKING:
    from actions.turn import Turn

TAKE = "/#my-data"
"""Where the web chat fetches the file."""

MOST_CASES = 20
"""Matters that a reply in the chat tells of; the file has all."""

_ERASE = re.compile(
    r"删|刪|注销|註銷|抹掉|清空|清除|忘了我|忘掉我"
    r"|\b(?:delete|erase|remove|wipe|forget me|clear)\b",
    re.IGNORECASE,
)
_TAKE = re.compile(
    r"导出|導出|下载|下載|拷|复制|複製|发给我|發給我|给我一份|要一份|拿一份"
    r"|\b(?:export|download|cop(?:y|ies)|send me|give me)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"[吗嗎么麼?？]\s*$|会不会|會不會|能不能|多久|谁|誰|\b(?:how|who|when|will|do you|can you)\b",
    re.IGNORECASE,
)
"""A question about it is answered by what is kept, with the buttons beside it."""


@action("my_data")
async def my_data(turn: Turn) -> None:
    """Show what there is; by button or sentence a copy, a proof first, or the end of it."""
    if "arg" not in turn.slots:
        turn.slots["arg"] = _wish(turn.text)
    wish = turn.slots["arg"]
    if wish == "erase":
        turn.start = (ERASE_DATA, {})
        return
    if wish == "prove" and not await _proved(turn):
        return
    whose = await _whose(turn)
    if wish == "take":
        await _give(turn, whose)
        return
    kept = await turn.knowledge.own_data.kept(whose.persons)
    turn.say("my_data.kept", lines=_lines(turn, kept), buttons=_buttons(turn, whose, kept))


@action(ERASE_DATA, "form")
async def erase_data(turn: Turn) -> None:
    """Say plainly what goes and what stays, ask once more, and erase all that is linked."""
    whose = await _whose(turn)
    kept = await turn.knowledge.own_data.kept(whose.persons)
    person = turn.route_button("talk_to_human")
    if kept.with_person:
        turn.say("erase_data.with_person")
        return
    if kept.open_cases:
        # The union decides on these by law and statute: what it needs for that stays until then.
        turn.say("erase_data.open", matters=_open(turn, kept), buttons=[person])
        return
    # What is agreed to is what was shown: a record more, or a proof that has run out, asks anew.
    turn.form.answers["covers"] = [*map(str, whose.persons), *sorted(kept.numbers)]
    key = "erase_data.sure_records" if kept.numbers or kept.enrolments else "erase_data.sure"
    if not await turn.confirm(key, lines=_lines(turn, kept)):
        turn.say("erase_data.stays", buttons=[turn.route_button("my_data")])
        return
    for enrolment in kept.enrolments:
        moved_up = await turn.knowledge.enrolments.cancel(enrolment.course.code, enrolment.person)
        await drop_reminders(turn, enrolment)
        if moved_up is not None and moved_up.person not in whose.persons:
            await tell_who_moved_up(turn.knowledge, moved_up)
    for one in whose.persons:
        await turn.knowledge.people.erase(one, actor="rider")
    turn.quiet = True  # what was open here belonged to who is gone
    turn.say(f"erase_data.done_{'telegram' if turn.conversation.channel == 'telegram' else 'here'}")


def wants_erased(text: str) -> bool:
    """Whether a sentence about one's data plainly wants it gone."""
    return _wish(text) == "erase"


def _wish(text: str) -> str:
    """What a sentence wants: to see, unless it plainly wants one of the others."""
    if _ASKS.search(text):
        return "see"
    return "erase" if _ERASE.search(text) else "take" if _TAKE.search(text) else "see"


async def _whose(turn: Turn) -> Whose:
    return await turn.knowledge.own_data.whose(turn.conversation.id, turn.person)


async def _proved(turn: Turn) -> bool:
    """Whether everything of somebody is proved here now.

    Raises:
        actions.turn.Asked: a question was put.
    """
    try:
        proof = await ask_for_proof(turn)
    except TooManyTries:
        turn.say("proof.slow", buttons=[turn.route_button("talk_to_human")])
        return False
    if proof is not None and proof.level != "full":
        turn.say("my_data.need_code", buttons=[turn.route_button("talk_to_human")])
    return proof is not None and proof.level == "full"


def _lines(turn: Turn, kept: Kept) -> str:
    """What there is, a line each; nothing that isn't there."""
    words, counts = turn.words, dict[str, Any]()
    if kept.fields:
        counts["fields"] = [words(f"my_data.field.{name}") for name in kept.fields]
    lines = [words("my_data.of.fields", what=counts["fields"])] if counts else []
    if kept.since is not None:
        lines.append(words("my_data.of.lines", n=kept.lines, day=kept.since.date()))
    if kept.conversations > 1:
        lines.append(words("my_data.of.conversations", n=kept.conversations))
    many, under_way = Counter(c.kind for c in kept.cases), Counter(c.kind for c in kept.open_cases)
    for kind, n in many.items():
        name = said_in(turn.knowledge.case_kinds.get(kind).name, turn.language)
        key = "my_data.of.cases_open" if under_way[kind] else "my_data.of.cases"
        lines.append(words(key, kind=name, n=n, open=under_way[kind]))
    for key, n in (
        ("memberships", len(kept.memberships)), ("courses", len(kept.enrolments)),
        ("files", kept.files), ("handoffs", kept.handoffs), ("notes", kept.notes),
        ("reports", kept.reports),
    ):  # fmt: skip
        if n:
            lines.append(words(f"my_data.of.{key}", n=n))
    return "\n".join(f"· {line}" for line in lines) or f"· {words('my_data.of.nothing')}"


def _buttons(turn: Turn, whose: Whose, kept: Kept) -> list[Button]:
    wishes = ["take", "erase"]
    if set(whose.opened) != set(whose.persons) or not kept.numbers:
        wishes.insert(0, "prove")
    return [
        Button(id=f"r:my_data:{wish}", label=turn.words(f"my_data.button.{wish}"))
        for wish in wishes
    ]


def _open(turn: Turn, kept: Kept) -> list[str]:
    kinds = turn.knowledge.case_kinds
    return [
        turn.words("my_data.matter", kind=said_in(kinds.get(kind).name, turn.language), n=n)
        for kind, n in Counter(case.kind for case in kept.open_cases).items()
    ]


async def _give(turn: Turn, whose: Whose) -> None:
    """The file by the page where it may be read out; else what may be said, as text."""
    kept = await turn.knowledge.own_data.kept(whose.persons)
    if whose.opened and turn.conversation.channel == "web":
        fetch = Button(id="my-data", label=turn.words("my_data.button.fetch"), url=TAKE)
        part = set(whose.opened) != set(whose.persons)
        turn.say("my_data.file_part" if part else "my_data.file", buttons=[fetch])
        return
    lines = [_lines(turn, kept)]
    if whose.opened:
        lines += [await _profiles(turn, whose), *await _cases(turn, whose)]
        turn.say("my_data.text", text="\n".join(line for line in lines if line))
        return
    prove = Button(id="r:my_data:prove", label=turn.words("my_data.button.prove"))
    turn.say("my_data.text_closed", text="\n".join(lines), buttons=[prove])


async def _profiles(turn: Turn, whose: Whose) -> str:
    found = []
    for person in whose.opened:
        for name, value in (await turn.knowledge.people.profile(person)).items():
            label = turn.words(f"my_data.field.{name}")
            found.append(turn.words("my_data.value", label=label, value=value))
    return "\n".join(dict.fromkeys(found))


async def _cases(turn: Turn, whose: Whose) -> list[str]:
    """Each matter with its step, and what the rider wrote for it."""
    kept = await turn.knowledge.own_data.kept(whose.opened)
    found = []
    for case in kept.cases[:MOST_CASES]:
        kind = turn.knowledge.case_kinds.get(case.kind)
        step = said_in(kind.step(case.step).name, turn.language)
        name = said_in(kind.name, turn.language)
        day = case.created_at.date()
        values = {"kind": name, "number": case.number, "day": day, "step": step}
        found.append(turn.words("my_data.case", **values))
        told = (await turn.knowledge.cases.details(case)).values()
        if told:
            found.append(turn.words("my_data.told", what=[str(one) for one in told]))
    return found

"""supply: what a case still lacks, as a photo or in words, put with the case itself."""

from __future__ import annotations

import re
from typing import Any

from actions.content import Button, Photo
from actions.fields import FreeText, Given, Heard
from actions.proving import numbers
from actions.registry import SUPPLY, action
from actions.turn import Turn
from actions.words import Words
from actions.workplace import WISH
from knowledge.case_records import Case, NotAllowed
from knowledge.case_records import Given as Moving
from knowledge.content_cases import RIDERS_OWN, CaseStep

PHOTO = "photo:"
"""Before a photo's number, to tell it from words."""


ASKS = re.compile(
    r"[?？]|[吗呢么]\W*$|哪|怎么|咋|什么|啥|多少|几点"
    r"|^(?:what|where|how|when|which|who|why|can|could|is|are|do|does)\b",
    re.IGNORECASE,
)


class Supplied(FreeText):
    """A photo, or words that don't read like another wish."""

    def read(self, given: Given, turn: Turn) -> Heard:
        if isinstance(given.content, Photo):
            return Heard("sure", f"{PHOTO}{given.content.file_id}")
        heard = super().read(given, turn)
        asks = WISH.search(given.text) or ASKS.search(given.text)
        if heard.certainty == "possible" and not asks:
            return Heard("sure", heard.value)
        return heard


def supply_button(words: Words, number: str, key: str = "supply.button") -> Button:
    """Begins to hand in what a case still lacks."""
    return Button(id=f"r:{SUPPLY}:{number}", label=words(key))


def waits_for_rider(turn: Turn, case: Case) -> bool:
    """Whether a case is at a step that waits for its rider."""
    return turn.knowledge.case_kinds.get(case.kind).step(case.step).waits_for_rider


@action(SUPPLY, "form")
async def supply(turn: Turn) -> None:
    """Take one thing that was asked for; a case that waited for it goes on."""
    case = await _own(turn, str(turn.slots.get("arg") or ""))
    if case is None:
        turn.say("supply.not_open", buttons=[turn.route_button("talk_to_human")])
        return
    wanted = await turn.knowledge.cases.reason(case)
    key = "supply.what_why" if wanted and waits_for_rider(turn, case) else "supply.what"
    what = str(await turn.ask("what", Supplied(ask="photo"), key, number=case.number, why=wanted))
    case = await turn.knowledge.cases.locked(case.number)
    if what.startswith(PHOTO) and not await _keep(turn, case, int(what.removeprefix(PHOTO))):
        return
    said = turn.words("supply.by_photo") if what.startswith(PHOTO) else what
    onward = _onward(turn, case)
    if onward is not None:
        given = Moving(reason=turn.words("supply.given", said=said))
        await turn.knowledge.cases.move(case.number, onward.code, actor="rider", given=given)
    await put_with(turn, case, None if onward or what.startswith(PHOTO) else what)
    more = supply_button(turn.words, case.number, "supply.more")
    turn.say("supply.received", number=case.number, buttons=[more, status_button(turn, case)])


async def put_with(turn: Turn, case: Case, words: str | None) -> None:
    """Put a rider's words with a case (none where they stand there already), and tell staff."""
    if words is not None:
        await turn.knowledge.cases.note(case, "answered", "rider", text=words)
    await turn.knowledge.notices.put(
        "case_answered", region=case.office, subject=f"/console/cases/{case.number}", to=case.owner
    )


async def _own(turn: Turn, number: str) -> Case | None:
    """An open case of whoever writes here or has proved to be its rider."""
    for person in await turn.persons():
        if number and number in await numbers(turn, person):
            case = await turn.knowledge.cases.get(number)
            return case if case is not None and case.closed_at is None else None
    return None


def _onward(turn: Turn, case: Case) -> CaseStep | None:
    """Where a case goes that has what it waited for; None for one that waits for nothing."""
    if not waits_for_rider(turn, case):
        return None
    following = turn.knowledge.case_kinds.get(case.kind).following(case.step)
    return next((step for step in following if step.plain == "in_review" and not step.rests), None)


async def _keep(turn: Turn, case: Case, file: int) -> bool:
    """Put a photo with the case's documents; whether it could be kept."""
    _, body = await turn.knowledge.files.read(file, turn.conversation.id)
    try:
        await turn.knowledge.case_documents.keep(
            case, turn.words("supply.name"), body, actor="rider"
        )
    except NotAllowed:
        turn.say("supply.too_much", buttons=[turn.route_button("talk_to_human")])
        return False
    return True


def status_button(turn: Turn, case: Case) -> Button:
    """Asks where a case stands."""
    routes: dict[str, Any] = {"application": "membership_status", "claim": "claim_status"}
    return turn.route_button(routes[case.kind] if case.kind in RIDERS_OWN else "request_status")

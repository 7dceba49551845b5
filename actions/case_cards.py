"""Cases as cards, and the answer to "what became of it": after proof only."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from actions.content import Card, Reply
from actions.proving import said_number
from actions.status_parts import day, decider_of, reason_in
from actions.supplying import supply_button, waits_for_rider
from knowledge.case_records import Case, Event
from knowledge.content_cases import RIDERS_OWN, CaseKindEntry, said_in
from knowledge.workdays import is_provisional

if TYPE_CHECKING:
    from actions.turn import Turn

MOST = 5
"""Cards at once; the latest changes come first."""


async def cases_of(turn: Turn, person: UUID) -> list[Case]:
    """A person's cases that are no application and no claim: those have answers of their own."""
    return [one for one in await turn.knowledge.cases.of(person) if one.kind not in RIDERS_OWN]


async def show_cases(turn: Turn, person: UUID) -> None:
    """The cases of a person, the one that was asked about first."""
    asked = said_number(turn)
    cases = sorted(await cases_of(turn, person), key=lambda case: case.number != asked)
    if not cases:
        routes = ("report_dispute", "apply_hardship", "talk_to_human")
        turn.say("case.none", buttons=[turn.route_button(route) for route in routes])
        return
    cards = [await case_card(turn, case) for case in cases[:MOST]]
    key = "case.one" if len(cases) == 1 else "case.many"
    text = turn.words(key, n=len(cases))
    turn.show("case", [case.number for case in cases])
    buttons = [turn.route_button("talk_to_human")]
    for case in reversed(cases[:MOST]):
        if waits_for_rider(turn, case):
            buttons.insert(0, supply_button(turn.words, case.number, "menu.supply"))
    turn.reply(Reply(text=text, cards=tuple(cards), buttons=tuple(buttons)))


async def case_card(turn: Turn, case: Case) -> Card:
    """A case as a card: its way with its days, who has it, what is still to come."""
    kind = turn.knowledge.case_kinds.get(case.kind)
    way = _way(kind, await turn.knowledge.cases.events(case.number))
    lines = [_line(turn, kind, event, last=event is way[-1]) for event in way]
    body = decider_of(turn.knowledge.region_tree, case.office, turn.language)
    lines.append(turn.words("case.has_it", office=body))
    if kind.step(case.step).elsewhere:
        there = await turn.knowledge.cases.elsewhere(case)
        name = there.office or turn.words("case.another_office")
        lines.append(turn.words("case.is_elsewhere", office=name))
    reason = reason_in(turn, await turn.knowledge.cases.reason(case))
    if reason:
        lines.append(turn.words("case.why", reason=reason))
    lines += _due(turn, case)
    title = turn.words("case.title", kind=said_in(kind.name, turn.language), number=case.number)
    return Card(kind="case", title=title, lines=tuple(lines))


def _way(kind: CaseKindEntry, events: list[Event]) -> list[Event]:
    """The steps it has come to; one that it came to again counts from the last time.

    An end that was undone was none.
    """
    latest: dict[str, Event] = {}
    for event in events:
        if event.what == "reopened":
            latest = {code: one for code, one in latest.items() if not kind.step(code).final}
        if event.what in ("opened", "moved", "reopened"):
            latest[event.step] = event
    return sorted(latest.values(), key=lambda event: event.id)


def _line(turn: Turn, kind: CaseKindEntry, event: Event, *, last: bool) -> str:
    step = kind.step(event.step)
    under_way = last and not step.final and step.plain != "decided"
    key = "status.line.under_way" if under_way else "status.line.done"
    return turn.words(key, name=said_in(step.name, turn.language), day=day(turn, event.at))


def _due(turn: Turn, case: Case) -> list[str]:
    if case.due is None or case.closed_at is not None:
        return []
    if case.due < turn.today:
        return [turn.words("membership_status.overdue", due=day(turn, case.due))]
    provisional = is_provisional(case.due)
    key = "membership_status.due_provisional" if provisional else "membership_status.due"
    return [turn.words(key, due=day(turn, case.due))]

"""Where a claim or an application is, and whether somebody is a member: after proof only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, cast
from uuid import UUID

from actions.case_cards import cases_of, show_cases
from actions.claim_cards import show_claims
from actions.content import Button, Card, Reply
from actions.proving import FULL, numbers, prove, said_number
from actions.registry import action
from actions.status_parts import day as _day
from actions.status_parts import decider_of, reason_in
from actions.supplying import supply_button, waits_for_rider
from knowledge.content_cases import RIDERS_OWN
from knowledge.membership import OPEN_STATES, Application, Membership
from knowledge.proofs import Proof
from knowledge.workdays import is_provisional

if TYPE_CHECKING:
    from actions.turn import Turn


Kind = Literal["case", "application", "claim"]


@action("claim_status")
async def claim_status(turn: Turn) -> None:
    """The claims of who is proved, or the step of one."""
    await _status(turn, ("claim",), "claim_status.nothing_here")


@action("membership_status")
async def membership_status(turn: Turn) -> None:
    """The membership and the application of who is proved, or the step of one."""
    await _status(turn, ("application",), "membership_status.nothing_here")


@action("request_status")
async def request_status(turn: Turn) -> None:
    """What became of everything else that was handed in, or the step of one.

    Who has handed in nothing else is shown what there is: "啥时候能批" is asked of anything.
    """
    await _status(turn, ("case", "application", "claim"), "case.nothing_here")


async def _status(turn: Turn, kinds: Sequence[Kind], nothing: str) -> None:
    held: Kind | None = None

    async def holds(person: UUID) -> bool:
        nonlocal held
        held = await _held(turn, kinds, person)
        return held is not None

    proof = await prove(turn, holds, nothing)
    if proof is None:
        return
    if proof.level == "step":
        await _show_step(turn, proof)
        return
    show = {"claim": show_claims, "application": show_membership, "case": show_cases}
    kind = await _kind_of_number(turn, proof) or held or await _held(turn, kinds, proof.person)
    await show[kind or kinds[0]](turn, proof.person)


async def _held(turn: Turn, kinds: Sequence[Kind], person: UUID) -> Kind | None:
    """The first of these that the person has handed in."""
    for kind in kinds:
        if await _holds(turn, kind, person):
            return kind
    return None


async def _holds(turn: Turn, kind: Kind, person: UUID) -> bool:
    if kind == "claim":
        return bool(await turn.knowledge.claims.of(person))
    if kind == "case":
        return bool(await cases_of(turn, person))
    memberships = turn.knowledge.memberships
    return bool(await memberships.of(person) or await memberships.applications(person))


async def _kind_of_number(turn: Turn, proof: Proof) -> Kind | None:
    """What the number that was said is of: another kind may have been asked about."""
    number = said_number(turn)
    if number is None or number not in await numbers(turn, proof.person):
        return None
    case = await turn.knowledge.cases.get(number)
    kind = case.kind if case else "application"
    return cast("Kind", kind) if kind in RIDERS_OWN else "case"


# The step only


async def _show_step(turn: Turn, proof: Proof) -> None:
    number = str(proof.number)
    case = await turn.knowledge.cases.get(number)
    more = Button(id=f"r:{turn.form.action}:{FULL}", label=turn.words("status.with_code"))
    buttons = [more, turn.route_button("talk_to_human")]
    if case is None:
        turn.say("status.step.member", number=number, buttons=buttons)
        return
    plain = turn.knowledge.case_kinds.get(case.kind).step(case.step).plain
    changed = _day(turn, case.changed_at)
    turn.say(f"status.step.{plain}", number=number, day=changed, buttons=buttons)


# Membership


async def show_membership(turn: Turn, person: UUID) -> None:
    """The membership, and an application that is open or was refused."""
    membership = await turn.knowledge.memberships.of(person)
    applications = await turn.knowledge.memberships.applications(person)
    cards = [await membership_card(turn, membership)] if membership else []
    latest = applications[0] if applications else None
    if latest is not None and (latest.state in OPEN_STATES or membership is None):
        cards.append(await application_card(turn, latest))
    if not cards:
        turn.say("membership_status.none", buttons=[turn.route_button("join_union")])
        return
    buttons = [turn.route_button("talk_to_human")]
    key = "membership_status.member"
    if membership is None and latest is not None:
        key = f"membership_status.{'open' if latest.state in OPEN_STATES else latest.state}"
        if latest.state in ("refused", "withdrawn"):
            again = turn.route_button("join_union", "membership_status.apply_again")
            buttons.insert(0, again)
    elif membership is not None and not membership.active:
        key = "membership_status.inactive"
    case = await turn.knowledge.cases.get(latest.number) if latest is not None else None
    if case is not None and waits_for_rider(turn, case):
        buttons.insert(0, supply_button(turn.words, case.number, "menu.supply"))
    turn.show("application", [latest.number] if latest else [])
    turn.reply(Reply(text=turn.words(key), cards=tuple(cards), buttons=tuple(buttons)))


async def membership_card(turn: Turn, membership: Membership) -> Card:
    """A membership as a card."""
    words = turn.words
    region = turn.knowledge.region_tree.get(membership.region)
    union = await turn.knowledge.regions.sector_union(membership.region, membership.sector)
    body = union.name(turn.language) if union else region.body(turn.language) if region else ""
    state = "active" if membership.active else "inactive"
    return Card(
        kind="membership",
        title=words("membership_status.card", number=membership.number),
        lines=(
            words("membership_status.union", union=body),
            words("membership_status.since", day=_day(turn, membership.since)),
            words(f"membership_status.state.{state}"),
        ),
    )


async def application_card(turn: Turn, application: Application) -> Card:
    """An application as a card: its steps with their days, who decides, what comes next."""
    words = turn.words
    state, changed = application.state, _day(turn, application.changed_at)
    lines = [
        words("membership_status.trade", trade=words(f"join.trade.{application.sector}")),
        words("membership_status.decides", union=await decider(turn, application)),
        words(
            "status.line.done",
            name=words("membership_status.stage.received"),
            day=_day(turn, application.created_at),
        ),
    ]
    review = words("membership_status.stage.in_review")
    if state == "received":
        lines.append(words("status.line.to_come", name=review))
    elif state == "in_review":
        lines.append(words("status.line.under_way", name=review, day=changed))
    elif state == "approved":
        lines.append(words("status.line.done", name=review, day=changed))
    elif state == "refused":
        lines.append(words("status.line.refused", name=review, day=changed))
    lines += _outlook(turn, application)
    title = words("membership_status.application", number=application.number)
    return Card(kind="application", title=title, lines=tuple(lines))


def _outlook(turn: Turn, application: Application) -> list[str]:
    """Why it was refused, or when an answer is due."""
    reason = reason_in(turn, application.reason)
    if application.state == "refused" and reason:
        return [turn.words("membership_status.reason", reason=reason)]
    due = application.due
    if application.state not in OPEN_STATES or due is None:
        return []
    if due < turn.today:
        return [turn.words("membership_status.overdue", due=_day(turn, due))]
    key = "membership_status.due_provisional" if is_provisional(due) else "membership_status.due"
    return [turn.words(key, due=_day(turn, due))]


async def decider(turn: Turn, application: Application) -> str:
    """The sector union that decides, else the region's own union body."""
    union = await turn.knowledge.regions.sector_union(application.region, application.sector)
    if union is not None:
        return union.name(turn.language)
    return decider_of(turn.knowledge.region_tree, application.region, turn.language)

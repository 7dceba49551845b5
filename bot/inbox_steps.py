"""Steps of a conversation's handoff, for members of staff: by role, by region, by who has it."""

from __future__ import annotations

from collections.abc import Awaitable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from bot.inbox_answers import LONGEST_NOTE
from bot.inbox_board import concerns, found
from bot.refused import Refused
from bot.staff import MADE_WITHIN, Made, NoSuchHandoff, NoteMissing, Staff, StaffRefused, TakenBy
from knowledge.access import Actor, masked_record
from knowledge.database import Database
from knowledge.handoff_moves import OPEN
from knowledge.handoffs import Handoff, Happened
from knowledge.secrets import SecretsError
from knowledge.unit import Knowledge

Step = Literal[
    "take", "acknowledge", "rest", "hand_on", "escalate", "send_down", "return", "close", "reopen",
    "calm", "alarm",
]  # fmt: skip
STEPS: tuple[Step, ...] = get_args(Step)

TOLD = ("wrote", "answered")
"""Events that the conversation itself shows."""


class AtNote(Refused):
    """What is wrong stands at the note."""


@dataclass(frozen=True)
class Offered:
    """What an actor can do with a conversation now, and what happened to it, its notes masked.

    `above` and `below` are the regions that it can be escalated and sent down to.
    """

    steps: tuple[Step, ...] = ()
    colleagues: tuple[str, ...] = ()
    above: str | None = None
    below: str | None = None
    happened: tuple[Happened, ...] = ()


class InboxSteps:
    """Steps of handoffs. Every function asks the actor first; the turn that makes one audits it."""

    def __init__(self, database: Database, *, made_within: float = MADE_WITHIN) -> None:
        self._database = database
        self._staff = Staff(database, made_within=made_within)

    async def offered(self, actor: Actor, number: int) -> Offered:
        """What the actor can do with a conversation now.

        Raises:
            Denied: the role may not.
            NotThere: there is no such conversation, or it is another region's.
        """
        async with self._database.begin() as unit:
            await found(unit, actor, "inbox.read", number)
            handoff = await _handoff(unit, number)
            if handoff is None:
                return Offered()
            newest = await unit.handoffs.newest(handoff.conversation) == number
            above, below = _above(unit, handoff), _below(handoff)
            events = await unit.handoffs.happened(handoff)
            rests = _may_rest(handoff, events)
            steps = _steps(actor, handoff, above=above, below=below, newest=newest, rests=rests)
            return Offered(
                steps=tuple(steps) if actor.may("inbox.write") else (),
                colleagues=tuple(await _colleagues(unit, actor, handoff)),
                above=above,
                below=below,
                happened=_happened(events),
            )

    async def make(
        self, actor: Actor, number: int, step: Step, *, note: str = "", to: str = ""
    ) -> None:
        """Make a step. A lead may hand on, escalate and send down what somebody else has.

        Raises:
            Denied: the role may not.
            NotThere: there is no such conversation, or it is another region's.
            AtNote: the note that the step needs is missing, or it is too long.
            Refused: somebody else has it, it is over, there is no such colleague on duty, or the
                house isn't running.
        """
        async with self._database.begin() as unit:
            await found(unit, actor, "inbox.write", number)
            handoff = await _handoff(unit, number)
            if handoff is None:
                raise Refused("is_over")
            if step == "hand_on" and to not in await _colleagues(unit, actor, handoff):
                raise Refused("no_colleague_on_duty")
            if (
                step == "rest"
                and _own(actor, handoff)
                and not _may_rest(handoff, await unit.handoffs.happened(handoff))
            ):
                raise Refused("step_refused")
        if step == "take" and _own(actor, handoff):
            return
        if step == "acknowledge" and not handoff.crisis:
            raise Refused("step_refused")
        _noted(step, note.strip())
        over = _over(actor, handoff)
        try:
            made = await self._made(number, actor.name, step, note=note, to=to, over=over)
        except TakenBy as why:
            raise Refused("taken_by", staff=why.staff) from why
        except NoteMissing as why:
            raise AtNote("crisis_note") from why
        except NoSuchHandoff as why:
            raise Refused("asked_again" if step == "reopen" else "is_over") from why
        except StaffRefused as why:
            raise Refused("step_refused") from why
        if made == "waiting":
            raise Refused("step_waits")

    def _made(
        self, number: int, name: str, step: Step, *, note: str, to: str, over: bool
    ) -> Awaitable[Made]:
        match step:
            case "take":
                return self._staff.take(number, name)
            case "acknowledge":
                return self._staff.acknowledge(number, name)
            case "rest":
                return self._staff.rest(number, name)
            case "hand_on":
                return self._staff.hand_on(number, name, to, note, over=over)
            case "escalate":
                return self._staff.escalate(number, name, note, over=over)
            case "send_down":
                return self._staff.send_down(number, name, note, over=over)
            case "return":
                return self._staff.give_back(number, name, note)
            case "close":
                return self._staff.close(number, name, note)
            case "reopen":
                return self._staff.reopen(number, name, note)
            case "calm":
                return self._staff.calm(number, name, note)
            case "alarm":
                return self._staff.alarm(number, name, note)


def _noted(step: Step, note: str) -> None:
    """See that a step has the note that it needs.

    Raises:
        AtNote: it has none, or one that is too long.
    """
    if step in ("escalate", "send_down", "calm") and not note:
        raise AtNote(f"note_{step}")
    if len(note) > LONGEST_NOTE:
        raise AtNote("note_too_long", most=LONGEST_NOTE, have=len(note))


def _steps(
    actor: Actor,
    handoff: Handoff,
    *,
    above: str | None,
    below: str | None,
    newest: bool,
    rests: bool,
) -> Iterator[Step]:
    """The steps that are open to somebody who may make steps at all."""
    if handoff.state not in OPEN:
        if newest:
            yield "reopen"
        return
    own = _own(actor, handoff)
    if handoff.state == "waiting":
        yield "take"
    if handoff.crisis and handoff.acknowledged_at is None:
        yield "acknowledge"
    if own and rests:
        yield "rest"
    if own:
        yield "calm" if handoff.crisis else "alarm"
        yield "return"
        yield "close"
    if own or handoff.state == "waiting" or _over(actor, handoff):
        yield "hand_on"
        if above is not None:
            yield "escalate"
        if below is not None:
            yield "send_down"


def _may_rest(handoff: Handoff, events: Sequence[Happened]) -> bool:
    """Whether the rider may be waited for: they have had an answer, and wrote since."""
    owed = handoff.wrote_at is not None and not handoff.crisis
    told = [one.event for one in events if one.event in ("take", "hand_on", *TOLD)]
    return owed and told[-1:] == ["wrote"] and "answered" in told


def _own(actor: Actor, handoff: Handoff) -> bool:
    return handoff.state == "held" and handoff.staff == actor.name


def _over(actor: Actor, handoff: Handoff) -> bool:
    """Whether the actor, as a lead, may act in what somebody else has."""
    theirs = handoff.state == "held" and handoff.staff != actor.name
    return theirs and actor.may("leads.act") and concerns(actor, handoff.region)


def _above(unit: Knowledge, handoff: Handoff) -> str | None:
    region = unit.region_tree.get(handoff.region)
    return None if region is None else region.parent


def _below(handoff: Handoff) -> str | None:
    return handoff.below[-1] if handoff.below else None


async def _handoff(unit: Knowledge, number: int) -> Handoff | None:
    """The handoff; None if its person is erased."""
    try:
        return await unit.handoffs.get(number)
    except SecretsError:
        return None


def _happened(events: Sequence[Happened]) -> tuple[Happened, ...]:
    shown = [one for one in events if one.event not in TOLD]
    return tuple(replace(one, note=masked_record(one.note or "")) for one in shown)


async def _colleagues(unit: Knowledge, actor: Actor, handoff: Handoff) -> list[str]:
    """To whom a conversation can be handed on: who is on duty for it.

    A lead takes over by handing on to themselves.
    """
    names = []
    for name in await unit.duty.on_duty(handoff.lowest):
        account = await unit.accounts.named(name)
        if account is not None:
            theirs = account.actor(unit)
            if not (theirs.may("inbox.write") and concerns(theirs, *handoff.offices)):
                continue
        names.append(name)
    names = [name for name in names if name not in (actor.name, handoff.staff)]
    return [actor.name, *names] if _over(actor, handoff) else names

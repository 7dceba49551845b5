"""What comes up by itself while a person is wanted: staff who fall silent, a crisis nobody takes.

Also a rider whom nobody has answered in time. Each is a timer in the conversation's inbox: it
survives a kill, and fires once.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from actions.handoff_times import office_name, until_when
from actions.public_lines import URGENT, line_buttons
from actions.registry import timer
from actions.turn import Turn
from knowledge.handoffs import HOUSE, Handoff
from knowledge.unit import Knowledge
from knowledge.working_time import Never

BY_CLOCK = "clock"
"""The reason that stands with an escalation which nobody has asked for."""

TOP = "country"
"""A level that answers for no rider: what has come up to the province stays there."""


async def watch_answer(unit: Knowledge, handoff: Handoff) -> None:
    """The rider waits for the holder's answer from now on."""
    since = handoff.wrote_at
    if since is None:
        return
    office = await unit.duty.office(handoff.region)
    for what, minutes in (("warn", office.warn_minutes), ("silent", office.silent_minutes)):
        try:
            due = office.hours.after(since, timedelta(minutes=minutes))
        except Never:
            continue
        await _set(
            unit, handoff, f"{what}:{since.timestamp():.6f}", due,
            name=f"handoff_{what}", since=since.isoformat(),
        )  # fmt: skip


async def watch_crisis(unit: Knowledge, handoff: Handoff) -> None:
    """Tell who is to take a crisis, and look whether somebody has in a few minutes."""
    key = f"crisis:{handoff.id}:{handoff.step}"
    await unit.notices.put(
        "crisis", region=handoff.region, subject=handoff.page, level="urgent", key=key
    )
    if handoff.state == "held":
        await unit.notices.put(
            "crisis", region=handoff.region, subject=handoff.page, level="urgent",
            to=handoff.staff, key=f"{key}:held",
        )  # fmt: skip
    elif not await unit.duty.on_duty(handoff.region):
        await _tell_leads(unit, handoff, f"{key}:nobody")
    office = await unit.duty.office(handoff.region)
    due = unit.now + timedelta(minutes=office.crisis_minutes)
    await _set(unit, handoff, f"crisis:{handoff.step}", due, name="handoff_crisis")


@timer("handoff_warn")
async def warn(turn: Turn) -> None:
    """The holder hasn't answered for some time: they are reminded, the rider hears nothing."""
    handoff = await _still_silent(turn)
    if handoff is None:
        return
    await turn.knowledge.handoffs.note(handoff, "warned", HOUSE)
    await turn.knowledge.notices.put(
        "staff_silent", region=handoff.region, subject=handoff.page, level="warning",
        to=handoff.staff, key=f"silent:{handoff.id}:{turn.slots['since']}",
    )  # fmt: skip


@timer("handoff_silent")
async def fell_silent(turn: Turn) -> None:
    """The holder still hasn't answered: back to the queue, and the rider is told."""
    handoff = await _still_silent(turn)
    if handoff is None:
        return
    unit = turn.knowledge
    waits = await unit.handoffs.move(turn.conversation.id, "fall_silent", None)
    await unit.audit.write(turn.person, actor=HOUSE, action="handoff.fall_silent")
    await unit.notices.put(
        "handoff_returned", region=handoff.region, subject=handoff.page, level="warning",
        key=f"returned:{handoff.id}:{handoff.step}",
    )  # fmt: skip
    there = bool(await unit.duty.on_duty(handoff.lowest))
    turn.say(
        "handoff.fell_silent" if there else "handoff.fell_silent_nobody",
        staff=handoff.staff,
        buttons=[turn.route_button("handoff_back")],
    )

    clocks = await unit.clock_timers.of("handoff", str(handoff.id))
    if any(one.broken_at is not None for one in clocks):
        await overdue(unit, waits)


async def overdue(unit: Knowledge, handoff: Handoff) -> None:
    """A clock of a conversation is over: if nobody has it, it goes up in its own turn.

    A crisis has its own way up. Who has it owes the answer until they fall silent.
    """
    if handoff.state != "waiting" or handoff.crisis:
        return
    await _set_overdue(unit, handoff, unit.now)


@timer("handoff_overdue")
async def goes_up(turn: Turn) -> None:
    """Nobody has answered in time: the level above has it too, and the rider is told.

    It waits with that until somebody is there, below or above them: nothing goes where nobody
    looks. Those whom it came by may still take it.
    """
    unit = turn.knowledge
    handoff = await unit.handoffs.current(turn.conversation.id)
    if handoff is None or handoff.id != turn.slots.get("handoff") or handoff.crisis:
        return
    if handoff.state != "waiting" or str(handoff.step) != turn.slots.get("step"):
        return
    region = unit.region_tree.get(handoff.region)
    above = unit.region_tree.get(region.parent if region else None)
    if above is None or above.level == TOP:
        return  # whoever is in charge has a notice of the clock
    if not await unit.duty.on_duty(above.code):
        due = await unit.duty.next_on(above.code)
        if due is not None:
            await _set_overdue(unit, handoff, due)
        return
    moved = await unit.handoffs.move(turn.conversation.id, "escalate", None, note=BY_CLOCK)
    await unit.audit.write(
        turn.person,
        actor=HOUSE,
        action="handoff.escalate",
        before={"region": handoff.region},
        after={"region": moved.region, "why": BY_CLOCK},
    )
    await unit.notices.put(
        "handoff_waiting", region=moved.region, subject=moved.page, level="warning",
        key=f"escalate:{moved.id}:{moved.step}",
    )  # fmt: skip
    office = await office_name(unit, None, moved.region, turn.words)
    text = turn.words("handoff.escalate_clock", office=office or turn.words("handoff.the_union"))
    turn.say(
        "handoff.text",
        text=text + await until_when(turn, moved),
        buttons=[turn.route_button("handoff_back")],
    )


@timer("handoff_crisis")
async def unacknowledged(turn: Turn) -> None:
    """Nobody has said that they see to a crisis: the level above, again and again to the top."""
    unit = turn.knowledge
    handoff = await unit.handoffs.current(turn.conversation.id)
    if handoff is None or handoff.id != turn.slots.get("handoff") or not handoff.crisis:
        return
    if handoff.acknowledged_at is not None:
        return
    region = unit.region_tree.get(handoff.region)
    await _tell_leads(unit, handoff, f"unacknowledged:{handoff.id}:{handoff.step}")
    if region is None or region.parent is None:
        turn.say("crisis.nobody_yet", buttons=await line_buttons(turn, URGENT))
        return
    handoff = await unit.handoffs.move(turn.conversation.id, "escalate", None)
    await unit.audit.write(
        turn.person, actor=HOUSE, action="handoff.escalate", after={"region": handoff.region}
    )
    await watch_crisis(unit, handoff)
    if await unit.duty.on_duty(handoff.region):
        above = unit.region_tree.get(handoff.region)
        turn.say("crisis.escalated", office=above.body(turn.language) if above else "")


async def _set_overdue(unit: Knowledge, handoff: Handoff, due: datetime) -> None:
    await _set(
        unit, handoff, f"overdue:{handoff.step}:{due.timestamp():.0f}", due,
        name="handoff_overdue", step=str(handoff.step),
    )  # fmt: skip


async def _still_silent(turn: Turn) -> Handoff | None:
    """The handoff that a timer is about, if its holder still owes the same answer."""
    handoff = await turn.knowledge.handoffs.current(turn.conversation.id)
    if handoff is None or handoff.id != turn.slots.get("handoff") or handoff.state != "held":
        return None
    since = datetime.fromisoformat(str(turn.slots.get("since")))
    return handoff if handoff.wrote_at == since else None


async def _tell_leads(unit: Knowledge, handoff: Handoff, key: str) -> None:
    """Nobody sees to a crisis: the leads of its region and above are told at once."""
    await unit.notices.put(
        "crisis_unacknowledged", region=handoff.region, subject=handoff.page, level="urgent",
        key=key,
    )  # fmt: skip


async def _set(
    unit: Knowledge, handoff: Handoff, key: str, due: datetime, *, name: str, **values: str
) -> None:
    person: UUID = handoff.person
    await unit.conversations.arrive(
        handoff.conversation,
        person,
        external_id=f"timer:handoff:{handoff.id}:{key}",
        kind="timer",
        payload={"kind": "timer", "name": name, "values": {"handoff": handoff.id, **values}},
        received_at=unit.now,
        due_at=due,
    )

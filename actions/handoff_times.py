"""What a rider who waits for a person is told: their place, until when, or when somebody is there.

Reckoned in the working time of the region's office. Nothing is promised for a time at which nobody
is on duty.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from actions.public_lines import line_buttons
from actions.turn import Turn
from actions.words import Words
from knowledge.clock import CHINA
from knowledge.duty import Office
from knowledge.duty_roster import Roster
from knowledge.handoffs import Handoff
from knowledge.unit import Knowledge
from knowledge.workdays import holiday_of
from knowledge.working_time import Never

MEANWHILE = ("find_station", "claim_status", "join_union")
"""What can be done at once, by the bot."""


async def say_waiting(turn: Turn, handoff: Handoff, *, again: bool) -> None:
    """Say how it stands with the wait; `again`: the rider has asked before."""
    duty = turn.knowledge.duty
    roster, regions = await duty.roster(), duty.above(handoff.lowest)
    on = roster.on(turn.now, regions)
    place = await turn.knowledge.handoffs.place(handoff)
    back = turn.route_button("handoff_back")
    if not on:
        upcoming = roster.next_on(turn.now, regions)
        text = turn.words("handoff.already_nobody" if again else "handoff.nobody")
        if upcoming is not None:
            text += turn.words("handoff.next", **_when(turn.words, turn.now, upcoming))
        text += "\n" + turn.words("handoff.cant_wait")
        meanwhile = [turn.route_button(route) for route in MEANWHILE]
        turn.say("handoff.text", text=text, buttons=[*await line_buttons(turn), *meanwhile, back])
        return
    key = "handoff.already" if again else "handoff.waiting"
    text = turn.words(key if place > 1 else f"{key}_first", before=place - 1)
    text += await until_when(turn, handoff)
    turn.say("handoff.text", text=f"{text}\n{turn.words('handoff.meanwhile')}", buttons=[back])


async def until_when(turn: Turn, handoff: Handoff) -> str:
    """Until when who waits is answered, as it is said; empty if nothing can be promised."""
    unit = turn.knowledge
    roster, regions = await unit.duty.roster(), unit.duty.above(handoff.lowest)
    on = roster.on(turn.now, regions)
    if not on:
        return ""
    office = await unit.duty.office(handoff.region)
    place, since = await unit.handoffs.place(handoff), await unit.handoffs.queued_at(handoff)
    due = promised(roster, office, regions, place, len(on), since)
    return "" if due is None else turn.words("handoff.by", **_when(turn.words, turn.now, due))


def promised(
    roster: Roster,
    office: Office,
    regions: list[str] | None,
    place: int,
    on: int,
    since: datetime,
) -> datetime | None:
    """Until when this place in the queue is answered; None if nobody may be there then.

    Counted from `since`, when it came into the queue, so that asking again moves nothing; from now
    once that time is over.
    """
    rounds = -(-place // on)
    wait = timedelta(minutes=rounds * office.answer_minutes)
    try:
        due = office.hours.after(since, wait)
        if due <= roster.now:
            due = office.hours.after(roster.now, wait)
    except Never:
        return None
    return due if roster.on(due - timedelta(seconds=1), regions) else None


def _when(words: Words, now: datetime, at: datetime) -> dict[str, Any]:
    """A time as it is said, and the holiday that lies before it."""
    today, day = now.astimezone(CHINA).date(), at.astimezone(CHINA).date()
    when: Any = words("handoff.today", time=at.astimezone(CHINA).time()) if day == today else at
    name = _holiday_between(today, day)
    if name is None:
        return {"when": when, "holiday": ""}
    known = f"holiday.{name}"
    called = words.get(known, words("holiday.other"))
    return {"when": when, "holiday": words("handoff.holiday", name=called)}


def _holiday_between(today: date, day: date) -> str | None:
    days = (today + timedelta(days=offset) for offset in range((day - today).days))
    return next((name for one in days if (name := holiday_of(one))), None)


async def office_name(
    knowledge: Knowledge, staff: str | None, region: str | None, words: Words
) -> str | None:
    """The union body for which somebody answers: their account's, else the conversation's."""
    account = None if staff is None else await knowledge.accounts.named(staff)
    code = account.region if account is not None and account.region else region
    found = knowledge.region_tree.get(code)
    return None if found is None else found.body(words.language)

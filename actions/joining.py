"""Joining the union: what matters most first, consent before anything is filed, then a number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from actions.choices import Choice, YesNo
from actions.content import Reply
from actions.fields import LATER, Later
from actions.identity import IdNumber, Phone
from actions.joining_answers import Employer, OwnName, agreed, trade
from actions.registry import action
from actions.status import decider, show_membership
from actions.workplace import ask_workplace, spoken_place, take_place
from knowledge.membership import OPEN_STATES, Application
from knowledge.regions import Region
from knowledge.workdays import is_provisional

if TYPE_CHECKING:
    from actions.turn import Turn

CHANGEABLE = ("sector", "workplace", "phone", "name", "id_number", "employer")
"""What the summary has a button for."""

PROVE, OTHER_PHONE, PERSON = "prove", "other_phone", "person"
PHONE_TAKEN = (PROVE, OTHER_PHONE, PERSON)
ID_NUMBER_TAKEN = (PROVE, PERSON)
"""What can be done when somebody with this phone or ID number is on record."""


@action("join_union", kind="form")
async def join(turn: Turn) -> None:
    """Ask what is needed, show it, file it; nobody applies twice at once."""
    if await _has_record(turn, turn.person):
        await _already(turn, turn.person)
        return
    if int(turn.slots.get("people") or 1) > 1:
        turn.say("join.many", buttons=[turn.route_button("talk_to_human")])
    _take_from_sentence(turn)
    sector = str(await turn.ask("sector", trade(), "join.sector"))
    place, region = await ask_workplace(turn)
    phone = str(await turn.ask("phone", Phone(), "join.phone"))
    if await _known_already(turn, await turn.knowledge.people.with_phone(phone), PHONE_TAKEN):
        return
    name = str(await turn.ask("name", OwnName(), "join.name"))
    id_number = await _id_number(turn)
    if id_number != LATER and await _known_already(
        turn, await turn.knowledge.people.with_id_number(id_number), ID_NUMBER_TAKEN
    ):
        return
    employer = LATER
    if _wanted(turn, "employer", "platform"):
        employer = str(await turn.ask("employer", Later(Employer()), "join.employer"))
    telegram = turn.conversation.channel == "telegram"
    union = await turn.knowledge.regions.sector_union(region.code, sector)
    decides = union.name(turn.language) if union else region.body(turn.language)
    consent = await _consent(turn, decides)
    if not consent:
        turn.say("join.declined", body=region.body(turn.language))
        return
    summary = "join.summary_telegram" if telegram else "join.summary"
    later, workplace = turn.words("join.later"), spoken_place(turn, place, region)
    if not await turn.confirm(
        summary,
        change=CHANGEABLE,
        trade=turn.words(f"join.trade.{sector}"),
        place=workplace,
        phone=phone.removeprefix("+86"),
        name=name,
        id_number=later if id_number == LATER else f"{'*' * 14}{id_number[-4:]}",
        employer=later if employer == LATER else employer,
        decides=decides,
    ):
        turn.say("join.stopped", body=region.body(turn.language))
        return
    details = {"name": name, "phone": phone, "workplace": workplace}
    details |= {} if id_number == LATER else {"id_number": id_number}
    details |= {} if employer == LATER else {"employer": employer}
    if id_number != LATER:
        asked = "join.id_given" if "id_given" in turn.form.answers else "join.id_number"
        consent = f"{consent} {_version(turn, asked)}"
    if telegram:
        consent = f"{consent} {_version(turn, summary)}"
    application = await _file(turn, region, sector, details, consent)
    if application is None:
        await _already(turn, turn.person)
        return
    await _received(turn, application, region, incomplete=id_number == LATER)


# The questions


def _take_from_sentence(turn: Turn) -> None:
    """What the sentence says besides the slots: where, with all its words."""
    take_place(turn)


async def _id_number(turn: Turn) -> str:
    """The ID number, if the rider wants to give it now; each way with a consent of its own."""
    given = turn.slots.get("id_number")
    if given and "id_number" not in turn.form.refused:
        if not await turn.ask("id_given", YesNo(), "join.id_given"):
            return LATER
        return str(await turn.ask("id_number", IdNumber(), "join.id_number"))
    if not _wanted(turn, "id_number"):
        return LATER
    return str(await turn.ask("id_number", Later(IdNumber()), "join.id_number"))


def _wanted(turn: Turn, name: str, slot: str | None = None) -> bool:
    """Whether something optional was said, or asked for by its button in the summary."""
    said = slot is not None and bool(turn.slots.get(slot))
    return said or name in turn.form.answers or name in turn.form.refused


async def _consent(turn: Turn, decides: str) -> str:
    """The version of the text that was agreed to; empty if it was refused."""
    telegram = turn.conversation.channel == "telegram"
    key = "join.consent_telegram" if telegram else "join.consent"
    return await agreed(turn, key, _version(turn, key), decides=decides)


def _version(turn: Turn, key: str) -> str:
    return f"{key}@{turn.language}:{turn.words.version(key)}"


# Who is on record already


async def _has_record(turn: Turn, person: UUID) -> bool:
    """Whether the person is a member or has an open application."""
    membership = await turn.knowledge.memberships.of(person)
    if membership is not None and membership.active:
        return True
    applications = await turn.knowledge.memberships.applications(person)
    return any(one.state in OPEN_STATES for one in applications)


async def _known_already(turn: Turn, persons: Sequence[UUID], ways: Sequence[str]) -> bool:
    """Whether this ended because somebody with this phone or ID number is on record."""
    for person in persons:
        if person == turn.person or not await _has_record(turn, person):
            continue
        if await _proved(turn, person):
            await _already(turn, person)
            return True
        choice = Choice(
            [(way, f"join.taken.{way}") for way in ways],
            words={PERSON: ("人工", "person"), PROVE: ("证明", "是我", "me")},
        )
        what = await turn.ask("taken", choice, "join.taken.which")
        if what == OTHER_PHONE:
            turn.form.answers.pop("taken")
            turn.again("phone", "join.taken.again")
        route = "membership_status" if what == PROVE else "talk_to_human"
        turn.start = (route, {})
        return True
    return False


async def _proved(turn: Turn, person: UUID) -> bool:
    return any(p.person == person and p.level == "full" for p in await turn.proofs())


async def _already(turn: Turn, person: UUID) -> None:
    """Say that there is a record, to whom has proved to be its owner; else ask for the proof."""
    if await _proved(turn, person):
        turn.say("join.already")
        await show_membership(turn, person)
        return
    turn.say("join.maybe")
    turn.start = ("membership_status", {})


# Filing


async def _file(
    turn: Turn, region: Region, sector: str, details: dict[str, str], consent: str
) -> Application | None:
    """File it; None if this person has an open application already."""
    people, memberships = turn.knowledge.people, turn.knowledge.memberships
    try:
        async with turn.knowledge.session.begin_nested():
            await people.change(
                turn.person, details, actor="rider", region=region.code, sector=sector
            )
            application = await memberships.apply(
                turn.person,
                region=region.code,
                sector=sector,
                details=details,
                consent=consent,
                code=people.new_code(),
                conversation=turn.conversation.id,
            )
    except IntegrityError:
        return None
    await turn.knowledge.proofs.owner(turn.conversation.id, turn.person)
    return application


async def _received(
    turn: Turn, application: Application, region: Region, *, incomplete: bool
) -> None:
    words, due = turn.words, application.due
    decides, body = await decider(turn, application), region.body(turn.language)
    lines = [
        words(
            "join.received",
            number=application.number,
            code=turn.code_for(application.number),
        )
    ]
    if decides == body:
        lines.append(words("join.decides", decides=decides))
    else:
        lines.append(words("join.decides_after", decides=decides, body=body))
    if due is not None:
        key = "join.due_provisional" if is_provisional(due) else "join.due"
        lines.append(words(key, due=due, year=due.year))
    else:
        lines.append(words("join.due_none"))
    if incomplete:
        lines.append(words("join.incomplete"))
    button = turn.route_button("membership_status")
    turn.reply(Reply(text="\n".join(lines), buttons=(button,)))

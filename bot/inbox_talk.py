"""One conversation as staff see it: who it is, what was said and how it was read, what is known.

Phone and ID number are masked wherever they stand, in lines and answers as well; the whole of one
is shown for a reason, which is audited before it is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from actions.state import Form, SharedPlace, State, load_state
from bot.case_desk import Asked, wish_of
from bot.inbox_board import found
from bot.inbox_live import InboxLive
from bot.log import hide_codes
from bot.persons import Card, reason_of
from bot.refused import Refused
from bot.wishes import wording
from knowledge.access import MASKED, Actor, NotThere, masked_record
from knowledge.case_records import Case
from knowledge.database import Database
from knowledge.inbox_history import PAGE, Delivery, Said
from knowledge.inbox_list import Entry
from knowledge.inbox_notes import Note
from knowledge.review import Noted
from knowledge.secrets import SecretsError
from knowledge.unit import Knowledge
from nlu.language import language_of
from nlu.routes import ROUTES

TRIED = 8
"""So many of the last services that the bot has tried are named."""

NOT_TRIED = (
    "held", "staff", "news", "return", "late_button", "parked", "start", "smalltalk",
    "out_of_scope", "talk_to_human", "handoff_back", "crisis", "cancel",
)  # fmt: skip
"""Routes in which the bot did nothing for the rider's wish."""


@dataclass(frozen=True)
class Understood:
    """What the bot made of a rider's message."""

    route: str
    confidence: float
    runner_up: tuple[str, float] | None
    reasons: tuple[str, ...]
    read: bool
    """Whether it was a text that was read; a button needs no reading."""


@dataclass(frozen=True)
class Line:
    """A line of the history; its text is masked."""

    id: int
    at: datetime
    who: str
    channel: str
    conversation: int
    text: str
    kind: str
    file: dict[str, Any] | None
    buttons: tuple[str, ...]
    cards: tuple[tuple[str, tuple[str, ...]], ...]
    understood: Understood | None
    delivery: Delivery | None
    once: str
    """Under which id staff sent it."""


@dataclass(frozen=True)
class Record:
    """Something on record of the person: a membership, an application, a claim."""

    kind: str
    number: str
    state: str
    at: datetime
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Talk:
    """A conversation with all that is known."""

    entry: Entry
    card: Card
    language: str
    lines: list[Line]
    earlier: bool
    notes: list[Note]
    forms: list[Form]
    records: list[Record]
    cases: list[Case]
    """Those that are the actor's business."""
    tried: tuple[str, ...]
    place: SharedPlace | None
    conversations: tuple[int, ...]


class InboxTalk:
    """Conversations, one by one. Every function asks the actor first."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def show(self, actor: Actor, number: int, before: int | None = None) -> Talk:
        """All of a conversation, with the last lines (before one).

        Raises:
            Denied: the role may not.
            NotThere: there is none, or it is another region's.
        """
        async with self._database.begin() as unit:
            entry = await found(unit, actor, "inbox.read", number)
            persons = await _persons(unit, entry)
            conversations = await _conversations(unit, entry)
            said = await unit.history.before(conversations, before, PAGE + 1)
            lines = [line_of(one) for one in said[-PAGE:]]
            state = await _state(unit, entry)
            own = await unit.conversations.get(entry.conversation)
            return Talk(
                entry=entry,
                card=await _card(unit, persons),
                language=(own.language if own else None) or "zh",
                lines=lines,
                earlier=len(said) > PAGE,
                notes=await unit.inbox_notes.of(persons),
                forms=[
                    _masked(form) for form in (*state.forms, *([state.kept] if state.kept else []))
                ],
                records=[one for person in persons for one in await _records(unit, person)],
                cases=await unit.case_list.of(persons, wish_of(actor, Asked(closed=True))),
                tried=_tried(lines, entry.conversation),
                place=state.shared_place if entry.state == "held" else None,
                conversations=conversations,
            )

    async def after(
        self, actor: Actor, number: int, line: int
    ) -> tuple[Entry, list[Line], dict[int, Delivery]]:
        """What has come since a line, and how far the latest lines of staff have come.

        Raises:
            Denied, NotThere: as `show`.
        """
        async with self._database.statements() as unit:
            entry = await found(unit, actor, "inbox.read", number)
            conversations = await _conversations(unit, entry)
            later = await unit.history.after(conversations, line)
            last = await unit.history.before(conversations, None, PAGE)
        states = {one.id: one.delivery for one in last if one.who == "staff" and one.delivery}
        return entry, [line_of(one) for one in later], states

    async def reveal(self, actor: Actor, number: int, what: str, reason: str) -> str:
        """A masked field, or a line (`line:NUMBER`), whole; who asked and why is audited first.

        Raises:
            Denied, NotThere: as `show`.
            Refused: nothing of this name is masked, nothing is on record, or no reason.
        """
        async with self._database.begin() as unit:
            entry = await found(unit, actor, "person.reveal", number)
            reason = reason_of(reason)
            if what.startswith("line:"):
                said = await _line(unit, entry, what.removeprefix("line:"))
                person, whole = said.person, str((said.body or {}).get("text", ""))
            else:
                person, whole = await _field(unit, entry, what)
            await unit.audit.write(
                person,
                actor=actor.audited_as,
                action="person.reveal",
                after={"field": what, "reason": reason},
                region=entry.region,
            )
            return hide_codes(whole)

    async def misread(self, actor: Actor, number: int, line: str, right: str) -> None:
        """The bot took a message wrongly: on to the review list, with what it meant.

        Raises:
            Denied, NotThere: as `show`.
            Refused: no such service, no text that could be learnt from, or it was taught already.
        """
        async with self._database.begin() as unit:
            entry = await found(unit, actor, "inbox.write", number)
            if right not in ROUTES:
                raise Refused("no_route")
            said = await _line(unit, entry, line)
            understood = line_of(said).understood
            text = wording(str((said.body or {}).get("text", "")))
            if understood is None or text is None:
                raise Refused("nothing_to_learn")
            noted = Noted(
                what="misread",
                message=said.inbox_id,
                text=text,
                route=understood.route,
                confidence=understood.confidence,
                runner_up=understood.runner_up[0] if understood.runner_up else None,
                language=language_of(text),
                region=entry.region,
            )
            if not await unit.review.misread(said.person, noted, right):
                raise Refused("taught_already")
            await unit.audit.write(
                said.person,
                actor=actor.audited_as,
                action="inbox.misread",
                before={"route": understood.route},
                after={"route": right},
                region=entry.region,
            )

    async def sign(self, actor: Actor, number: int, live: InboxLive) -> None:
        """The actor is writing to the rider, if they have the conversation.

        Raises:
            Denied, NotThere: as `show`.
        """
        async with self._database.statements() as unit:
            entry = await found(unit, actor, "inbox.write", number)
        if entry.state == "held" and entry.staff == actor.name:
            await live.sign(entry.conversation)

    async def file(self, actor: Actor, number: int, file: int) -> tuple[str, bytes]:
        """A picture or document of the conversation: (mime, bytes).

        Raises:
            Denied, NotThere: as `show`, or there is no such file.
        """
        async with self._database.begin() as unit:
            entry = await found(unit, actor, "inbox.read", number)
            for conversation in await _conversations(unit, entry):
                try:
                    return await unit.files.read(file, conversation)
                except (LookupError, SecretsError):
                    continue
        raise NotThere


def line_of(said: Said) -> Line:
    """A line as it is shown."""
    body = said.body or {}
    own = said.who == "rider"
    file = body.get("file")
    if own and body.get("file_id") is not None:
        file = {"file_id": body["file_id"], "mime": "image/jpeg", "name": ""}
    return Line(
        id=said.id,
        at=said.at,
        who=said.who,
        channel=said.channel,
        conversation=said.conversation,
        text=str(masked_record(hide_codes(str(body.get("text", ""))))),
        kind=str(body.get("kind", "text")) if own else "text",
        file=file,
        buttons=tuple(str(one["label"]) for one in body.get("buttons", ())),
        cards=tuple((str(c["title"]), tuple(c.get("lines", ()))) for c in body.get("cards", ())),
        understood=_understood(said),
        delivery=said.delivery if said.who == "staff" else None,
        once=said.external_id.removeprefix("staff:") if said.who == "staff" else "",
    )


def _understood(said: Said) -> Understood | None:
    trace = said.trace
    if trace is None:
        return None
    second = trace.get("runner_up")
    return Understood(
        route=str(trace["route"]),
        confidence=float(trace["confidence"]),
        runner_up=(str(second[0]), float(second[1])) if second else None,
        reasons=tuple(str(masked_record(reason)) for reason in trace.get("reasons", ())),
        read=trace.get("source") is not None,
    )


def _tried(lines: Sequence[Line], conversation: int) -> tuple[str, ...]:
    """The services that the bot has tried last, each once."""
    routes = [
        line.understood.route
        for line in lines
        if line.understood is not None and line.conversation == conversation
    ]
    tried = [route for route in routes if route not in NOT_TRIED and ":" not in route[:6]]
    return tuple(dict.fromkeys(tried[-TRIED:]))


def _masked(form: Form) -> Form:
    return form.model_copy(update={"answers": masked_record(form.answers)})


async def _persons(unit: Knowledge, entry: Entry) -> list[UUID]:
    """Who writes here, and whose records they have proved to be theirs."""
    proofs = await unit.proofs.held(entry.conversation)
    proved = [proof.person for proof in proofs if proof.level == "full"]
    return list(dict.fromkeys([*proved, entry.person]))


async def _conversations(unit: Knowledge, entry: Entry) -> tuple[int, ...]:
    """The person's conversations on all channels."""
    return tuple(one.id for one in await unit.conversations.of_person(entry.person))


async def _card(unit: Knowledge, persons: Sequence[UUID]) -> Card:
    """The first of these persons of whom anything is on record."""
    for person in persons:
        sector, region = await unit.people.sector_and_region(person)
        try:
            profile = await unit.people.profile(person)
        except SecretsError:
            continue
        if profile:
            return Card(person, region, sector, masked_record(profile))
    return Card(persons[-1], None, None, {})


async def _state(unit: Knowledge, entry: Entry) -> State:
    conversation = await unit.conversations.get(entry.conversation)
    if conversation is None or conversation.state is None:
        return State()
    try:
        raw = await unit.people.unseal(entry.person, conversation.state, "state")
    except SecretsError:
        return State()
    return load_state(raw)[0]


async def _records(unit: Knowledge, person: UUID) -> list[Record]:
    """What is on record; its sealed parts masked."""
    try:
        membership = await unit.memberships.of(person)
        applications = await unit.memberships.applications(person)
        claims = await unit.claims.of(person)
    except SecretsError:
        return []
    records: list[Record] = []
    if membership is not None:
        state = "active" if membership.active else "ended"
        since = datetime.combine(membership.since, datetime.min.time(), tzinfo=unit.now.tzinfo)
        facts: dict[str, Any] = {"sector": membership.sector, "region": membership.region}
        records.append(Record("membership", membership.number, state, since, facts))
    for one in applications:
        facts = {"due": one.due, "reason": masked_record(one.reason or "")}
        records.append(Record("application", one.number, one.state, one.changed_at, facts))
    for claim in claims:
        facts = {
            "own_cost": claim.own_cost,
            "approved": claim.approved,
            "paid": claim.paid,
            "missing": "、".join(claim.missing),
            "reason": masked_record(claim.reason or ""),
        }
        records.append(Record("claim", claim.number, claim.step, claim.changed_at, facts))
    return records


async def _line(unit: Knowledge, entry: Entry, number: str) -> Said:
    """A rider's line of this conversation, by its number as it was sent."""
    if not (number.isascii() and number.isdigit() and len(number) < 16):
        raise NotThere
    said = await unit.history.line(await _conversations(unit, entry), int(number))
    if said is None or said.who != "rider":
        raise NotThere
    return said


async def _field(unit: Knowledge, entry: Entry, what: str) -> tuple[UUID, str]:
    if what not in MASKED:
        raise Refused("field")
    for person in await _persons(unit, entry):
        whole = (await unit.people.profile(person)).get(what)
        if whole:
            return person, whole
    raise Refused("nothing_there")

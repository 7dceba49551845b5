"""One conversation as staff see it: who it is, what was said and how it was read, what is known.

Phone and ID number are masked wherever they stand, in lines and answers as well; the whole of one
is shown for a reason, which is audited before it is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from actions.people import NEVER
from actions.state import Form, SharedPlace, State
from bot.case_desk import Asked, wish_of
from bot.inbox_board import found
from bot.inbox_known import (
    Linked,
    Record,
    card_of,
    conversations_of,
    linked_of,
    persons_of,
    records_of,
    state_of,
)
from bot.inbox_lines import Line, line_of, tried
from bot.inbox_live import InboxLive
from bot.persons import Card, reason_of
from bot.refused import Refused
from bot.typed_codes import hide_right, hide_typed
from bot.wishes import wording
from knowledge.access import MASKED, Actor, NotThere, masked_record
from knowledge.case_choices import to_be_read
from knowledge.case_records import Case
from knowledge.content_cases import CaseKindEntry
from knowledge.database import Database
from knowledge.handoff_told import Told
from knowledge.inbox_history import PAGE, Delivery, Said
from knowledge.inbox_list import Entry
from knowledge.inbox_notes import Note
from knowledge.review import Noted
from knowledge.secrets import SecretsError
from knowledge.unit import Knowledge
from nlu.language import language_of
from nlu.routes import ROUTES


@dataclass(frozen=True)
class Talk:
    """A conversation with all that is known."""

    entry: Entry
    """What the rider wants is masked in it."""
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
    linked: list[Linked]
    """As whom else the rider is on record."""
    kinds: Mapping[str, CaseKindEntry]
    """By route, the kinds of cases whose forms stand here, with all that can be chosen in them."""


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
            own_persons = await unit.linking.all_of(entry.person)
            persons = await persons_of(unit, entry, own_persons)
            conversations = await conversations_of(unit, own_persons)
            said = await unit.history.before(conversations, before, PAGE + 1)
            lines = [line_of(one) for one in said[-PAGE:]]
            state = await state_of(unit, entry)
            own = await unit.conversations.get(entry.conversation)
            routes = {form.action for form in state.unfinished}
            routes |= {entry.told.form} if entry.told and entry.told.form else set()
            return Talk(
                entry=replace(
                    entry,
                    summary=str(masked_record(hide_typed(entry.summary))),
                    told=_masked_told(entry.told),
                ),
                card=await card_of(unit, persons),
                language=(own.language if own else None) or "zh",
                lines=lines,
                earlier=len(said) > PAGE,
                notes=await unit.inbox_notes.of(persons),
                forms=[_masked(form) for form in state.unfinished],
                records=[one for person in persons for one in await records_of(unit, person)],
                cases=await unit.case_list.of(persons, wish_of(actor, Asked(closed=True))),
                tried=tried(lines, entry.conversation),
                place=_place(entry, state),
                conversations=conversations,
                linked=await linked_of(unit, own_persons),
                kinds={
                    kind.route: await to_be_read(unit, kind)
                    for kind in unit.case_kinds
                    if kind.route in routes and kind.route
                },
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
            own = await unit.linking.all_of(entry.person)
            return await hide_right(unit, await persons_of(unit, entry, own), whole)

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


def _place(entry: Entry, state: State) -> SharedPlace | None:
    """Where the rider is: for who has the conversation, and for all who may see to a cry."""
    return state.shared_place if entry.state == "held" or entry.kind == "crisis" else None


def _masked_told(told: Told | None) -> Told | None:
    if told is None:
        return None
    return replace(
        told,
        words=str(masked_record(hide_typed(told.words))),
        known=masked_record({k: v for k, v in told.known.items() if k not in NEVER}),
        agreed=str(masked_record(told.agreed)),
    )


def _masked(form: Form) -> Form:
    answers = {name: one for name, one in form.answers.items() if name not in NEVER}
    return form.model_copy(update={"answers": masked_record(answers)})


async def _conversations(unit: Knowledge, entry: Entry) -> tuple[int, ...]:
    return await conversations_of(unit, await unit.linking.all_of(entry.person))


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
    own = await unit.linking.all_of(entry.person)
    for person in await persons_of(unit, entry, own):
        whole = (await unit.people.profile(person)).get(what)
        if whole:
            return person, whole
    raise Refused("nothing_there")

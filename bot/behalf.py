"""On behalf of a rider who called or came: staff speak for them, by the same inbox and turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from actions.cases import form_routes
from actions.content import Button, Content, Press, Reply, Text
from actions.fields import parse_phone
from actions.proving import parse_number
from actions.state import load_state
from bot.inbox import Inbox
from bot.log import Log
from bot.messages import Inbound, RiderLine
from bot.persons import Card
from bot.refused import Refused
from knowledge.access import Actor, NotThere, masked_record
from knowledge.behalf import CHANNEL, HOWS, Call
from knowledge.case_kinds import read_case_kinds
from knowledge.database import Database
from knowledge.people import QueryCodeRow
from knowledge.secrets import SecretsError
from knowledge.unit import Knowledge

ANSWER_WAIT = 10.0
"""Seconds until the page is shown without an answer that takes long."""

CONSENT = "consent"
"""What the forms call a question whose text is to be agreed to word for word."""

LONGEST_SAID = 1000
LONGEST_NOTE = 500


@dataclass(frozen=True)
class Conversation:
    """A call as its page shows it."""

    call: Call
    lines: Sequence[Reply | RiderLine]
    buttons: Sequence[Button]
    """What can be pressed now."""
    consent: bool
    """Whether a text is open that must be read out."""
    services: Sequence[str]
    """Routes of the forms that can be filled."""


class OnBehalf:
    """Calls and visits. Every function asks the actor first, by function and by region."""

    def __init__(
        self, database: Database, inbox: Inbox, log: Log, *, wait: float = ANSWER_WAIT
    ) -> None:
        self._database, self._inbox, self._log = database, inbox, log
        self._wait = wait

    async def find(self, actor: Actor, wanted: str) -> list[Card]:
        """Riders on record of the actor's regions with just this phone or number, masked.

        Raises:
            Denied: the role may not.
            Refused: it is no mobile phone and no number.
        """
        actor.ask("behalf.write")
        phone, number = parse_phone(wanted), parse_number(wanted, self._database.region_tree)
        if phone is None and number is None:
            raise Refused("behalf_wanted")
        async with self._database.begin() as unit:
            persons = await unit.people.with_phone(phone) if phone else []
            row = await unit.session.get(QueryCodeRow, number) if number else None
            cards = [
                card
                for person in [*persons, *([row.person_id] if row else [])]
                if (card := await _card(unit, actor, person)) is not None
            ]
            for card in cards:
                await unit.audit.write(card.person, actor=actor.audited_as, action="behalf.find")
            if not cards:
                await unit.audit.write(
                    None,
                    actor=actor.audited_as,
                    action="behalf.find",
                    subject="behalf:nobody",
                    region=actor.region,
                )
        return cards

    async def begin(self, actor: Actor, person: UUID | None, how: str, note: str) -> int:
        """Log a call, a visit or a message elsewhere; without a person, of a new one.

        Raises:
            Denied: the role may not.
            NotThere: nobody of this number in the actor's regions.
            Refused: it isn't said how the rider came, or the note is too long.
        """
        actor.ask("behalf.write")
        known = next((one for one in HOWS if one == how), None)
        if known is None:
            raise Refused("behalf_how")
        note = note.strip()
        if len(note) > LONGEST_NOTE:
            raise Refused("behalf_note", longest=LONGEST_NOTE)
        async with self._database.begin() as unit:
            if person is None:
                person, _ = await unit.people.create()
                await unit.people.change(person, {}, actor=actor.audited_as, region=actor.region)
            elif await _card(unit, actor, person) is None:
                raise NotThere
            return await unit.behalf.begin(
                person, known, note, region=actor.region, actor=actor.audited_as
            )

    async def show(self, actor: Actor, number: int) -> Conversation:
        """What was said so far, and what can be answered.

        Raises:
            Denied: the role may not.
            NotThere: no such call in the actor's regions.
        """
        call, consent = await self._call(actor, number)
        lines = await self._log.before(number, None)
        buttons: list[Button] = []
        for line in reversed(lines):
            if isinstance(line, RiderLine):
                break
            buttons = [one for one in line.buttons if one.url is None] + buttons
        services = form_routes(read_case_kinds())
        return Conversation(call, lines, buttons, consent, services)

    async def say(
        self, actor: Actor, number: int, content: Content, once: str, *, read_out: bool
    ) -> None:
        """Say or press what the rider answers; the same `once` again has no effect.

        Raises:
            Denied: the role may not.
            NotThere: no such call in the actor's regions.
            Refused: nothing was said, or a text to be agreed to wasn't read out.
        """
        call, consent = await self._call(actor, number)
        if isinstance(content, Text) and not content.text.strip():
            raise Refused("behalf_empty")
        if isinstance(content, Text) and len(content.text) > LONGEST_SAID:
            raise Refused("behalf_long", longest=LONGEST_SAID)
        answers = isinstance(content, Text) or (
            isinstance(content, Press) and content.id.startswith("a:")
        )
        if consent and answers:
            if not read_out:
                raise Refused("behalf_read_out")
            await self._record(actor, call, content)
        receipt = await self._inbox.put(
            Inbound(
                channel=CHANNEL,
                conversation=call.key,
                external_id=once,
                content=content,
                at=self._database.clock.now(),
                staff=actor.audited_as,
            )
        )
        await self._inbox.wait(receipt, self._wait)

    async def _record(self, actor: Actor, call: Call, content: Content) -> None:
        """That the text was read out, and what the rider said to it."""
        said = content.text if isinstance(content, Text) else getattr(content, "label", None)
        async with self._database.begin() as unit:
            await unit.audit.write(
                call.person,
                actor=actor.audited_as,
                action="behalf.consent",
                after={"read_out": True, "said": said or ""},
            )

    async def _call(self, actor: Actor, number: int) -> tuple[Call, bool]:
        """The call, and whether its open question is one of consent."""
        actor.ask("behalf.write")
        async with self._database.begin() as unit:
            try:
                call = await unit.behalf.get(number)
            except SecretsError as erased:
                raise NotThere from erased
            if call is None:
                raise NotThere
            actor.ask_about("behalf.write", call.region)
            found = await unit.conversations.get(number)
            if found is None or found.state is None:
                return call, False
            raw = await unit.people.unseal(found.person, found.state, "state")
        state, _ = load_state(raw)
        question = state.top.question if state.top else None
        return call, question is not None and question.name == CONSENT


async def _card(unit: Knowledge, actor: Actor, person: UUID) -> Card | None:
    """A person's card, where the actor reaches them."""
    sector, region = await unit.people.sector_and_region(person)
    if not actor.reaches(region):
        return None
    try:
        profile = await unit.people.profile(person)
    except SecretsError:
        return None
    return Card(person, region, sector, masked_record(profile))

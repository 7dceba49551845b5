"""Handoffs: a conversation goes to a person and comes back, by legal steps only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from sqlalchemy import func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from knowledge.handoff_moves import OPEN, PRIORITIES, QUEUED, Event, State
from knowledge.handoff_offices import offices
from knowledge.handoff_rows import HandoffEventRow, HandoffRow
from knowledge.handoff_steps import step_changes
from knowledge.handoff_told import Told, kept, read

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

HOUSE, RIDER = "house", "rider"
"""Who makes a step besides staff."""


@dataclass(frozen=True)
class Handoff:
    """A conversation that waits for a person, or has one. `kind`: person, crisis, poison."""

    id: int
    conversation: int
    person: UUID
    state: State
    kind: str
    region: str | None
    staff: str | None
    opened_at: datetime
    taken_at: datetime | None
    summary: str
    step: int = 0
    below: tuple[str, ...] = ()
    came_by: tuple[str, ...] = ()
    wrote_at: datetime | None = None
    acknowledged_at: datetime | None = None

    @property
    def crisis(self) -> bool:
        return self.kind == "crisis"

    @property
    def offices(self) -> tuple[str | None, ...]:
        """The regions whose business it is, its own first, then from the lowest upwards."""
        return offices(self.kind, self.region, self.below, self.came_by)

    @property
    def lowest(self) -> str | None:
        """The lowest of them: who is on duty for it, or above it, may take the conversation."""
        return self.offices[1] if len(self.offices) > 1 else self.region

    @property
    def page(self) -> str:
        """Where staff see it."""
        return f"/console/inbox/{self.id}"


class _Current(NamedTuple):
    """A row as every line of a rider asks for it who waits for a person: without the ORM."""

    id: int
    conversation_id: int
    person_id: UUID
    state: str
    kind: str
    region: str | None
    staff: str | None
    opened_at: datetime
    taken_at: datetime | None
    summary: bytes
    step: int
    below: list[str]
    came_by: list[str]
    wrote_at: datetime | None
    acknowledged_at: datetime | None


_CURRENT = f"""
    select {", ".join(_Current._fields)} from handoffs
    where conversation_id = $1 and state in ('waiting', 'held')
"""  # noqa: S608  only the names above


_NOTE = """
    insert into handoff_events (handoff_id, event, at, actor, region, staff, note)
    values ($1, $2, $3, $4, $5, $6, $7) returning id
"""


@dataclass(frozen=True)
class Happened:
    """An event of a handoff, its note opened."""

    event: str
    at: datetime
    actor: str
    region: str | None
    staff: str | None
    note: str | None


class Handoffs:
    """Handoffs of one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def open(
        self,
        conversation: int,
        person: UUID,
        *,
        kind: str,
        region: str | None,
        summary: str,
        told: Told | None = None,
    ) -> Handoff:
        """Ask for a person. An open handoff is kept, and moved up if this kind is more urgent.

        `summary` is in the rider's language; `told` are its parts, for whoever reads another.
        """
        sealed = await self._unit.people.seal(person, kept(summary, told), "handoff")
        values = {"kind": kind, "priority": PRIORITIES[kind], "summary": sealed}
        number = await self._unit.session.scalar(
            insert(HandoffRow)
            .values(
                conversation_id=conversation,
                person_id=person,
                state="waiting",
                region=region,
                opened_at=self._unit.now,
                step=1,
                **values,
            )
            .on_conflict_do_nothing(
                index_elements=[HandoffRow.conversation_id],
                index_where=text("state in ('waiting', 'held')"),
            )
            .returning(HandoffRow.id)
        )
        if number is not None:
            made = Handoff(
                number, conversation, person, "waiting", kind, region, None, self._unit.now, None,
                summary, step=1,
            )  # fmt: skip
            await self.note(made, "ask", RIDER)
            return made
        moved_up = await self._unit.session.scalar(
            update(HandoffRow)
            .where(
                HandoffRow.conversation_id == conversation,
                HandoffRow.state.in_(OPEN),
                HandoffRow.priority > PRIORITIES[kind],
            )
            .values(step=HandoffRow.step + 1, acknowledged_at=None, **values)
            .returning(HandoffRow.id)
        )
        found = await self.current(conversation)
        if found is None:  # it has just ended
            return await self.open(
                conversation, person, kind=kind, region=region, summary=summary, told=told
            )
        if moved_up is not None:
            await self.note(found, "ask", RIDER)
        return found

    async def current(self, conversation: int) -> Handoff | None:
        """The conversation's open handoff."""
        rows = await self._unit.rows(_CURRENT, conversation)
        return await self._opened(_Current(*rows[0])) if rows else None

    async def newest(self, conversation: int) -> int | None:
        """The number of the conversation's newest handoff."""
        row = await self._newest(conversation)
        return None if row is None else row.id

    async def get(self, number: int) -> Handoff | None:
        """A handoff by its number, open or not."""
        row = await self._unit.session.get(HandoffRow, number, populate_existing=True)
        return None if row is None else await self._opened(row)

    async def place(self, handoff: Handoff) -> int:
        """How many of the same city are before it in the queue, plus one."""
        priority = PRIORITIES[handoff.kind]
        before = select(func.count()).where(
            HandoffRow.state == "waiting",
            (HandoffRow.priority < priority)
            | ((HandoffRow.priority == priority) & (HandoffRow.id < handoff.id)),
        )
        tree = self._unit.region_tree
        city = tree.at_level(handoff.region, "city")
        if city is not None:
            before = before.where(
                or_(HandoffRow.region.is_(None), HandoffRow.region.in_(tree.below(city.code)))
            )
        return (await self._unit.session.scalar(before) or 0) + 1

    async def queued_at(self, handoff: Handoff) -> datetime:
        """Since when it waits in the queue that it stands in now."""
        last = await self._unit.session.scalar(
            select(func.max(HandoffEventRow.at)).where(
                HandoffEventRow.handoff_id == handoff.id, HandoffEventRow.event.in_(QUEUED)
            )
        )
        return last or handoff.opened_at

    async def queue(self, *, ended: bool = False, limit: int = 100) -> list[Handoff]:
        """Open handoffs (or ended ones), the most urgent first."""
        states = ("returned", "closed") if ended else OPEN
        rows = await self._unit.session.scalars(
            select(HandoffRow)
            .where(HandoffRow.state.in_(states))
            .order_by(HandoffRow.priority, HandoffRow.opened_at, HandoffRow.id)
            .limit(limit)
            .execution_options(populate_existing=True)
        )
        return [await self._opened(row) for row in rows]

    async def move(
        self,
        conversation: int,
        event: Event,
        staff: str | None,
        *,
        to: str | None = None,
        note: str = "",
        over: bool = False,
    ) -> Handoff:
        """Make a step of the newest handoff; one atomic update, so that of two who take, one wins.

        `staff` None means that the rider made the step ("返回"), or the house. `to` is whom it is
        handed on to. `over`: a lead acts in what somebody else holds.

        Raises:
            IllegalStep: the state doesn't allow it, or another holds it.
            NoteNeeded: a crisis would end, or be called none, without a note.
        """
        while True:
            row = await self._newest(conversation)
            values = step_changes(
                row, event, staff, to=to, note=note, over=over,
                now=self._unit.now, tree=self._unit.region_tree,
            )  # fmt: skip
            assert row is not None
            number = await self._changed(row, values, again=event == "reopen")
            if number is not None:
                break  # else somebody was faster: is it still legal?
        found = await self.get(number)
        assert found is not None
        await self.note(found, event, staff or (RIDER if event == "leave" else HOUSE), note)
        return found

    async def _changed(
        self, row: HandoffRow, values: Mapping[str, Any], *, again: bool
    ) -> int | None:
        """The handoff's number; None if somebody was faster.

        `again`: it is opened again, while another of the conversation may just be asked for.
        """
        statement = (
            update(HandoffRow)
            .where(HandoffRow.id == row.id, HandoffRow.step == row.step)
            .values(step=row.step + 1, **values)
            .returning(HandoffRow.id)
        )
        if not again:
            return await self._unit.session.scalar(statement)
        point = await self._unit.savepoint()
        try:
            number = await self._unit.session.scalar(statement)
        except IntegrityError:
            await point.undo()
            return None
        await point.keep()
        return number

    async def note(self, handoff: Handoff, event: str, actor: str, note: str = "") -> None:
        """Write down that something happened."""
        sealed = await self._unit.people.seal(handoff.person, note, "note") if note else None
        staff = handoff.staff if handoff.state == "held" else None
        await self._unit.write(
            _NOTE, handoff.id, event, self._unit.now, actor, handoff.region, staff, sealed
        )
        await self._unit.clock_matters.keep_handoff(handoff)

    async def happened(self, handoff: Handoff) -> list[Happened]:
        """What happened to a handoff, in order."""
        rows = await self._unit.session.scalars(
            select(HandoffEventRow)
            .where(HandoffEventRow.handoff_id == handoff.id)
            .order_by(HandoffEventRow.id)
        )
        happened = []
        for row in rows:
            note = None
            if row.note is not None:
                note = str(await self._unit.people.unseal(handoff.person, row.note, "note"))
            happened.append(Happened(row.event, row.at, row.actor, row.region, row.staff, note))
        return happened

    async def wrote(self, handoff: Handoff) -> bool:
        """The rider has written to who holds it; whether they weren't waiting already."""
        return await self._waits(handoff, "wrote", RIDER, since=self._unit.now)

    async def answered(self, handoff: Handoff, staff: str) -> bool:
        """The holder has written; whether the rider had waited for that."""
        return await self._waits(handoff, "answered", staff, since=None)

    async def _waits(
        self, handoff: Handoff, event: str, actor: str, *, since: datetime | None
    ) -> bool:
        waiting = HandoffRow.wrote_at.is_not(None)
        number = await self._unit.session.scalar(
            update(HandoffRow)
            .where(HandoffRow.id == handoff.id, waiting if since is None else ~waiting)
            .values(wrote_at=since)
            .returning(HandoffRow.id)
        )
        if number is not None:
            await self.note(handoff, event, actor)
        return number is not None

    async def _newest(self, conversation: int) -> HandoffRow | None:
        return await self._unit.session.scalar(
            select(HandoffRow)
            .where(HandoffRow.conversation_id == conversation)
            .order_by(HandoffRow.id.desc())
            .limit(1)
            .execution_options(populate_existing=True)
        )

    async def _opened(self, row: HandoffRow | _Current) -> Handoff:
        state: State = row.state  # type: ignore[assignment]  # a check constraint guards it
        return Handoff(
            id=row.id,
            conversation=row.conversation_id,
            person=row.person_id,
            state=state,
            kind=row.kind,
            region=row.region,
            staff=row.staff,
            opened_at=row.opened_at,
            taken_at=row.taken_at,
            summary=read(await self._unit.people.unseal(row.person_id, row.summary, "handoff"))[0],
            step=row.step,
            below=tuple(row.below),
            came_by=tuple(row.came_by),
            wrote_at=row.wrote_at,
            acknowledged_at=row.acknowledged_at,
        )

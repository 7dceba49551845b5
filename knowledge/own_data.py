"""What is kept about somebody: counted, so that they see it, and read out, so that they have it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select

from knowledge.books import ConversationRow, MessageRow
from knowledge.case_records import Case, Why
from knowledge.enrolments import Enrolment
from knowledge.files import FileRow
from knowledge.handoff_rows import HandoffRatingRow, HandoffRow
from knowledge.membership import Membership

if TYPE_CHECKING:
    from knowledge.unit import Knowledge


CODE = re.compile(r"⟦code:[A-Z0-9-]+⟧")
"""Where a query code stands in a line of the log."""


_RECORDS = """
    select exists (select from cases where person_id = any($1))
        or exists (select from memberships where person_id = any($1))
"""

_COUNTED = """
    select said.lines, said.since,
        (select count(*) from conversations where person_id = any($1)),
        (select count(*) from files where person_id = any($1)),
        (select count(*) from handoffs where person_id = any($1)),
        (select count(*) from inbox_notes where person_id = any($1)),
        (select count(*) from station_reports where person_id = any($1)),
        (
            select count(*) from handoffs
            where person_id = any($1) and state in ('waiting', 'held')
        )
    from (
        select count(*) as lines, min(messages.at) as since
        from messages join conversations on conversations.id = messages.conversation_id
        where conversations.person_id = any($1)
    ) as said
"""


@dataclass(frozen=True)
class Whose:
    """Whose data a conversation is about: its own person, who is proved, and all linked.

    `opened` are those whose records may be read out here.
    """

    persons: tuple[UUID, ...]
    opened: tuple[UUID, ...]


@dataclass(frozen=True)
class Kept:
    """What the house has of some persons; `fields` are those of their profiles."""

    fields: tuple[str, ...]
    conversations: int
    lines: int
    since: datetime | None
    cases: tuple[Case, ...]
    memberships: tuple[Membership, ...]
    enrolments: tuple[Enrolment, ...]
    files: int
    handoffs: int
    notes: int
    reports: int
    with_person: bool
    """Whether one of them waits for staff or is spoken with."""

    @property
    def open_cases(self) -> tuple[Case, ...]:
        """What the union still has to decide or do."""
        return tuple(case for case in self.cases if case.closed_at is None)

    @property
    def numbers(self) -> tuple[str, ...]:
        """Everything that has a number and can be proved by it."""
        return (*(one.number for one in self.cases), *(one.number for one in self.memberships))


class OwnData:
    """What is kept, in one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def whose(self, conversation: int, person: UUID) -> Whose:
        """Whose data it is that the rider of a conversation may see, take and have erased.

        Who has handed nothing in has nothing to prove with: their own talk is theirs to read.
        """
        own = await self._unit.linking.all_of(person)
        held = await self._unit.proofs.held(conversation)
        proved = [one.person for one in held if one.level == "full"]
        own_is_open = any(one in proved for one in own) or not await self._has_records(own)
        opened = dict.fromkeys([*(own if own_is_open else ()), *proved])
        return Whose(tuple(dict.fromkeys([*own, *proved])), tuple(opened))

    async def _has_records(self, persons: Sequence[UUID]) -> bool:
        """Whether anything of theirs has a number that can be proved."""
        ((found,),) = await self._unit.rows(_RECORDS, list(persons))
        return bool(found)

    async def kept(self, persons: Sequence[UUID]) -> Kept:
        """What there is, counted."""
        unit = self._unit
        fields: dict[str, None] = {}
        cases: list[Case] = []
        memberships: list[Membership] = []
        enrolments: list[Enrolment] = []
        for person in persons:
            fields |= dict.fromkeys(await unit.people.profile(person))
            cases += await unit.cases.of(person)
            enrolments += await unit.enrolments.of(person)
            member = await unit.memberships.of(person)
            memberships += [member] if member else []
        (counted,) = await unit.rows(_COUNTED, list(persons))
        lines, since, conversations, files, handoffs, notes, reports, waits = counted
        return Kept(
            fields=tuple(fields),
            conversations=conversations,
            lines=lines,
            since=since,
            cases=tuple(cases),
            memberships=tuple(memberships),
            enrolments=tuple(enrolments),
            files=files,
            handoffs=handoffs,
            notes=notes,
            reports=reports,
            with_person=bool(waits),
        )

    async def everything(self, persons: Sequence[UUID]) -> dict[str, Any]:
        """All that may be read out, as plain JSON: profiles, records, talk.

        Notes that staff wrote for each other are counted only, pictures are named only.
        """
        kept = await self.kept(persons)
        unit = self._unit
        return {
            "made_at": unit.now.isoformat(),
            "profiles": [await self._profile(person) for person in persons],
            "cases": [await self._case(case) for case in kept.cases],
            "memberships": [
                {
                    "number": one.number, "region": one.region, "trade": one.sector,
                    "since": one.since.isoformat(), "active": one.active,
                }
                for one in kept.memberships
            ],
            "courses": [
                {"course": one.course.title_zh, "state": one.state, "place": one.place}
                for one in kept.enrolments
            ],
            "files": await self._files(persons),
            "conversations": await self._conversations(persons),
            "talks_with_staff": await self._handoffs(persons),
            "notes_of_staff": kept.notes,
            "reports_of_places": kept.reports,
        }  # fmt: skip

    async def _profile(self, person: UUID) -> dict[str, Any]:
        sector, region = await self._unit.people.sector_and_region(person)
        return {**await self._unit.people.profile(person), "trade": sector, "region": region}

    async def _case(self, case: Case) -> dict[str, Any]:
        unit = self._unit
        kind = unit.case_kinds.get(case.kind)
        claim = await unit.claims.claim(case.number)
        application = await unit.memberships.details(case.number)
        return {
            "number": case.number,
            "kind": kind.name.model_dump(),
            "step": kind.step(case.step).name.model_dump(),
            "region": case.region,
            "created_at": case.created_at.isoformat(),
            "changed_at": case.changed_at.isoformat(),
            "due": case.due.isoformat() if case.due else None,
            "closed_at": case.closed_at.isoformat() if case.closed_at else None,
            "amount": str(case.amount) if case.amount is not None else None,
            "told": await unit.cases.details(case) or application,
            "reason": _plain(await unit.cases.reason(case)),
            "claim": None
            if claim is None
            else {
                "scheme": claim.scheme,
                "own_cost": str(claim.own_cost) if claim.own_cost is not None else None,
                "approved": str(claim.approved) if claim.approved is not None else None,
                "paid": str(claim.paid) if claim.paid is not None else None,
                "missing": list(claim.missing),
            },
            "way": [
                {"at": one.at.isoformat(), "what": one.what, "step": one.step, "office": one.office}
                for one in await unit.cases.events(case.number)
            ],
        }

    async def _files(self, persons: Sequence[UUID]) -> list[dict[str, Any]]:
        rows = await self._unit.session.execute(
            select(FileRow.id, FileRow.mime, FileRow.size, FileRow.created_at)
            .where(FileRow.person_id.in_(persons))
            .order_by(FileRow.id)
        )
        return [
            {"number": number, "type": mime, "bytes": size, "at": at.isoformat()}
            for number, mime, size, at in rows.all()
        ]

    async def _conversations(self, persons: Sequence[UUID]) -> list[dict[str, Any]]:
        rows = await self._unit.session.scalars(
            select(ConversationRow)
            .where(ConversationRow.person_id.in_(persons))
            .order_by(ConversationRow.id)
        )
        found = []
        for row in list(rows):
            said = await self._unit.session.execute(
                select(MessageRow.at, MessageRow.who, MessageRow.body)
                .where(MessageRow.conversation_id == row.id)
                .order_by(MessageRow.id)
            )
            lines = []
            for at, who, body in said.all():
                opened = await self._unit.people.unseal(row.person_id, body, "message")
                lines.append({"at": at.isoformat(), "who": who, **_said(opened)})
            found.append(
                {"channel": row.channel, "since": row.created_at.isoformat(), "lines": lines}
            )
        return found

    async def _handoffs(self, persons: Sequence[UUID]) -> list[dict[str, Any]]:
        rows = await self._unit.session.execute(
            select(HandoffRow.opened_at, HandoffRow.ended_at, HandoffRatingRow.stars)
            .outerjoin(HandoffRatingRow, HandoffRatingRow.handoff_id == HandoffRow.id)
            .where(HandoffRow.person_id.in_(persons))
            .order_by(HandoffRow.id)
        )
        return [
            {
                "opened_at": opened.isoformat(),
                "ended_at": ended.isoformat() if ended else None,
                "stars": stars,
            }
            for opened, ended, stars in rows.all()
        ]


def _plain(reason: Any) -> Any:
    """A reason: of the house's own it is the key that is kept, with its values."""
    return reason.as_json() if isinstance(reason, Why) else reason


def _said(body: dict[str, Any]) -> dict[str, Any]:
    """A line's words; cards as their title and lines. Query codes are no data: they open it."""
    cards = [
        "\n".join([str(card["title"]), *map(str, card["lines"])]) for card in body.get("cards", ())
    ]
    text = CODE.sub("••••••", "\n".join([str(body.get("text") or ""), *cards]).strip())
    return {"text": text, **({"file": body["file_id"]} if body.get("file_id") else {})}

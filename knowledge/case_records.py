"""A case as it is read, what goes with a step, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from knowledge.case_rows import CaseRow
from knowledge.content_cases import CaseStep


class NotAllowed(Exception):
    """A step that doesn't follow, or lacks something; `key` is the console's text for it."""

    def __init__(self, said: str, key: str = "case_move", **values: Any) -> None:
        super().__init__(said)
        self.key, self.values = key, values


@dataclass(frozen=True)
class Case:
    """A case, without its sealed parts."""

    number: str
    kind: str
    person: UUID
    region: str
    office: str
    sector: str | None
    step: str
    owner: str | None
    urgent: bool
    created_at: datetime
    changed_at: datetime
    due: date | None
    closed_at: datetime | None
    amount: Decimal | None
    conversation: int | None

    @property
    def escalated(self) -> bool:
        """Whether another level than its own has it."""
        return self.office != self.region


@dataclass(frozen=True)
class Why:
    """A reason of the house's own: said in the reader's language, by its key and values."""

    key: str
    values: Mapping[str, int]

    def as_json(self) -> dict[str, Any]:
        """As it is sealed and audited."""
        return {"why": self.key, "values": dict(self.values)}

    @classmethod
    def of(cls, kept: Any) -> str | Why | None:
        """What somebody wrote as it is, or a reason of the house's."""
        if isinstance(kept, dict):
            return cls(kept["why"], kept["values"])
        return None if kept is None else str(kept)


@dataclass(frozen=True)
class Event:
    """What happened, opened. `clock` is what it did to the office's time."""

    id: int
    at: datetime
    actor: str
    what: str
    step: str
    office: str
    clock: str | None
    text: str | Why | None


@dataclass(frozen=True)
class Elsewhere:
    """The other office that has a case, and its number there."""

    office: str = ""
    number: str = ""


@dataclass(frozen=True)
class Given:
    """What is given along with a step."""

    reason: str | None = None
    amount: Decimal | None = None
    elsewhere: Elsewhere = Elsewhere()


@dataclass(frozen=True)
class Moved:
    """A case after a step. Without an event it waits for a second person."""

    case: Case
    event: int | None
    step: CaseStep
    given: Given

    @property
    def waits(self) -> bool:
        return self.event is None


@dataclass(frozen=True)
class Proposal:
    """A payment that waits for a second person."""

    step: str
    amount: Decimal
    actor: str
    at: datetime
    reason: str | None


def opened(row: CaseRow) -> Case:
    """A row as a case."""
    return Case(
        number=row.number,
        kind=row.kind,
        person=row.person_id,
        region=row.region,
        office=row.office,
        sector=row.sector,
        step=row.step,
        owner=row.owner,
        urgent=row.urgent,
        created_at=row.created_at,
        changed_at=row.changed_at,
        due=row.due,
        closed_at=row.closed_at,
        amount=row.amount,
        conversation=row.conversation_id,
    )

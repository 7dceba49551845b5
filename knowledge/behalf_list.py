"""Calls and visits that staff have logged: who, when, where, and what was filed in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from knowledge.secrets import SecretsError

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

PAGE = 50
"""Rows of a page."""

NOTHING = "nothing"
"""As a kind: calls in which nothing was filed."""

_WHERE = """
    from behalf b
    join conversations c on c.id = b.conversation_id
    join persons p on p.id = c.person_id
    where ($1::text[] is null or b.region = any($1))
        and ($2::text is null or b.how = $2)
        and ($3::text is null or b.staff = $3)
        and ($4::timestamptz is null or b.at >= $4)
        and ($5::timestamptz is null or b.at < $5)
        and (
            $6::text is null
            or ($6 = 'nothing') = not exists (
                select from cases f
                where f.conversation_id = c.id and ($6 = 'nothing' or f.kind = $6)
            )
        )
"""

_PAGE = f"""
    select b.conversation_id, c.person_id, b.region, b.how, b.staff, b.at, p.profile,
        array(
            select array[f.number, f.kind] from cases f
            where f.conversation_id = c.id order by f.created_at
        )
    {_WHERE}
    order by b.at desc, b.conversation_id desc
    limit {PAGE} offset $7
"""  # noqa: S608  only constants of this file

_COUNT = f"select count(*) {_WHERE}"

_STAFF = """
    select distinct staff from behalf where $1::text[] is null or region = any($1) order by staff
"""


@dataclass(frozen=True)
class Asked:
    """Which calls are wanted. `kind` is of what was filed, or `NOTHING`; `until` is exclusive."""

    regions: Sequence[str] | None = None
    how: str | None = None
    staff: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    kind: str | None = None


@dataclass(frozen=True)
class Logged:
    """A call in the list; `filed` are (number, kind). `name` is whole: who shows it masks it."""

    conversation: int
    person: UUID
    region: str | None
    how: str
    staff: str
    at: datetime
    name: str | None
    filed: tuple[tuple[str, str], ...]


class BehalfList:
    """The list in one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def page(self, asked: Asked, page: int = 1) -> tuple[list[Logged], int]:
        """A page, the newest first, and how many there are in all."""
        ((count,),) = await self._unit.rows(_COUNT, *_values(asked))
        rows = await self._unit.rows(_PAGE, *_values(asked), (page - 1) * PAGE)
        await self._unit.people.fetch_keys({row[1] for row in rows})
        return [await self._logged(row) for row in rows], int(count)

    async def staff(self, regions: Sequence[str] | None) -> list[str]:
        """Who has logged any, as the audit names them."""
        own = None if regions is None else list(regions)
        return [str(staff) for (staff,) in await self._unit.rows(_STAFF, own)]

    async def _logged(self, row: Any) -> Logged:
        conversation, person, region, how, staff, at, profile, filed = row
        try:
            known = await self._unit.people.unseal(person, profile, "profile") if profile else {}
        except SecretsError:
            known = {}
        numbers = tuple((number, kind) for number, kind in filed)
        return Logged(conversation, person, region, how, staff, at, known.get("name"), numbers)


def _values(asked: Asked) -> tuple[Any, ...]:
    regions = None if asked.regions is None else list(asked.regions)
    return regions, asked.how, asked.staff, asked.since, asked.until, asked.kind

"""The staff's list of conversations: who waits, who has whom, what is over.

One statement makes a page, whatever it is of, and the next page begins behind the last row of this
one: what comes first is a crisis, then what breaks first by its clock, then who has waited longest
where no clock runs, then those who wait for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, get_args
from uuid import UUID

from knowledge.handoff_offices import home, offices, own, reached
from knowledge.handoff_told import Told, read
from knowledge.secrets import SecretsError

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

View = Literal["waiting", "mine", "region", "all", "closed"]
VIEWS: tuple[View, ...] = get_args(View)

PAGE = 50
"""Rows of a page."""

SIGNS = re.compile("[01][012]")
"""Calm or not, and the rank, as they stand in an address."""

JUST_ENDED = timedelta(minutes=1)
"""So long a conversation that is over still concerns who looks at the list."""

OWN, REACHED = own("$2"), reached("$2")

# A statement must use each of its parameters; not every view needs both.
USED = "$1::text is not null and cardinality($2::text[]) is distinct from -1"

WHICH: dict[View, str] = {
    "waiting": f"h.state = 'waiting' and {REACHED}",
    "mine": "h.state = 'held' and h.staff = $1",
    "region": f"h.state in ('waiting', 'held') and ($2::text[] is null or {OWN})",
    "all": f"h.state in ('waiting', 'held') and {REACHED}",
    "closed": f"h.ended_at is not null and ({REACHED} or h.staff = $1)",
}
"""Of which handoffs a view consists: $1 is who looks, $2 their regions."""

_COLUMNS = """
    h.id, h.conversation_id, h.person_id, h.kind, h.state, h.region, h.staff, h.summary,
    h.opened_at, h.ended_at, c.channel, p.sector, p.profile, p.key_id, p.wrapped_key, h.below,
    h.came_by,
    case when h.state = 'waiting' and h.acknowledged_at is not null then (
        select actor from handoff_events
        where handoff_id = h.id and event in ('acknowledge', 'alarm') order by id desc limit 1
    ) end as seen_to
"""

_NO_CLOCK = "null::timestamptz as warns_at, null::timestamptz as breaks_at"

# A rider waits for the first answer since they asked for a person, for each further one since the
# first line that nobody of the union has answered. Of its clocks the one that breaks first counts.
_OPEN = f"""
    with open as (
        select {_COLUMNS},
            case
                when h.state = 'waiting' then h.opened_at
                when said.id is null or said.at < h.opened_at then h.opened_at
                else asked.at
            end as since,
            clock.warns_at, clock.breaks_at
        from handoffs h
        join conversations c on c.id = h.conversation_id
        join persons p on p.id = h.person_id
        left join lateral (
            select id, at from messages
            where conversation_id = h.conversation_id and who = 'staff' and h.state = 'held'
            order by id desc limit 1
        ) said on true
        left join lateral (
            select at from messages
            where conversation_id = h.conversation_id and who = 'rider' and id > said.id
            order by id limit 1
        ) asked on true
        left join lateral (
            select warns_at, breaks_at from clock_timers
            where source = 'handoff' and number = h.id::text and breaks_at is not null
            order by breaks_at limit 1
        ) clock on true
        where {{which}} and {USED}
    ),
    ranked as (
        select *, kind <> 'crisis' as calm,
            case when breaks_at is not null then 0 when since is not null then 1 else 2 end as rank,
            coalesce(breaks_at, since, opened_at) as at
        from open
    )
    select * from ranked
    where $3::bigint is null
        or (calm, rank, at, id) > ($4::boolean, $5::integer, $6::timestamptz, $3)
    order by calm, rank, at, id
    limit $7
"""  # noqa: S608  only constants of this file

_ENDED = f"""
    select {_COLUMNS}, null::timestamptz as since, {_NO_CLOCK},
        true as calm, 2 as rank, h.ended_at as at
    from handoffs h
    join conversations c on c.id = h.conversation_id
    join persons p on p.id = h.person_id
    where {{which}}
        and ($3::bigint is null or (h.ended_at, h.id) < ($4::timestamptz, $3))
        and {USED}
    order by h.ended_at desc, h.id desc
    limit $5
"""  # noqa: S608  only constants of this file

_ONE = f"""
    select {_COLUMNS}, null::timestamptz as since, {_NO_CLOCK}, h.kind <> 'crisis', 2, h.opened_at
    from handoffs h
    join conversations c on c.id = h.conversation_id
    join persons p on p.id = h.person_id
    where h.id = $1
"""  # noqa: S608  only constants of this file

_COUNTS = f"""
    select
        count(*) filter (where {WHICH["waiting"]}),
        count(*) filter (where {WHICH["mine"]}),
        count(*) filter (where {WHICH["region"]}),
        count(*) filter (where {WHICH["all"]})
    from handoffs h where h.state in ('waiting', 'held')
"""  # noqa: S608  only constants of this file

_CONCERNED = """
    select staff, kind, region, below, came_by from handoffs
    where conversation_id = any($1) and (state in ('waiting', 'held') or ended_at > $2)
"""


@dataclass(frozen=True)
class After:
    """The last row of a page: the next one begins behind it.

    `rank`: 0 where a clock runs, 1 for who waits without one, 2 for who waits for nothing.
    """

    id: int
    calm: bool
    rank: int
    at: datetime

    def __str__(self) -> str:
        return f"{self.id}.{self.calm:d}{self.rank}.{self.at.timestamp():.6f}"


@dataclass(frozen=True)
class Entry:
    """A conversation in the list, its summary and profile opened.

    `since` is since when the rider waits for a person's word; None for who waits for none.
    `warns_at` and `breaks_at` are of the clock that runs; None where none does.
    """

    id: int
    conversation: int
    person: UUID
    kind: str
    state: str
    region: str | None
    staff: str | None
    summary: str
    told: Told | None
    opened_at: datetime
    ended_at: datetime | None
    channel: str
    sector: str | None
    name: str | None
    since: datetime | None
    warns_at: datetime | None
    breaks_at: datetime | None
    after: After
    seen_to: str | None = None
    """Who said that they see to a cry for help that still waits."""
    offices: tuple[str | None, ...] = ()
    """The regions whose business it is."""
    home: str | None = None
    """Where it was asked for, however far it has gone up since."""


class InboxList:
    """The list in one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def page(
        self,
        view: View,
        *,
        me: str,
        regions: Sequence[str] | None,
        after: After | None = None,
        limit: int = PAGE,
    ) -> list[Entry]:
        """A page of a view, as somebody of these regions (None: all) sees it."""
        own = None if regions is None else list(regions)
        if view == "closed":
            behind: tuple[Any, ...] = (None, None) if after is None else (after.id, after.at)
            sql = _ENDED.format(which=WHICH[view])
        else:
            behind = (
                (None, None, None, None)
                if after is None
                else (after.id, after.calm, after.rank, after.at)
            )
            sql = _OPEN.format(which=WHICH[view])
        rows = await self._unit.rows(sql, me, own, *behind, limit)
        return [await self._entry(row) for row in rows]

    async def entry(self, number: int) -> Entry | None:
        """One conversation, open or over."""
        rows = await self._unit.rows(_ONE, number)
        return await self._entry(rows[0]) if rows else None

    async def counts(self, *, me: str, regions: Sequence[str] | None) -> dict[View, int]:
        """How many there are in each view of open conversations."""
        own = None if regions is None else list(regions)
        ((waiting, mine, region, every),) = await self._unit.rows(_COUNTS, me, own)
        return {"waiting": waiting, "mine": mine, "region": region, "all": every}

    async def concerned(
        self, conversations: Sequence[int]
    ) -> list[tuple[tuple[str | None, ...], str | None]]:
        """Whose business those of these conversations are that are in a list or just were.

        The regions, and the holder.
        """
        since = self._unit.now - JUST_ENDED
        rows = await self._unit.rows(_CONCERNED, list(conversations), since)
        return [(offices(*told), staff) for staff, *told in rows]

    async def _entry(self, row: Any) -> Entry:
        (
            number, conversation, person, kind, state, region, staff, summary, opened_at, ended_at,
            channel, sector, profile, key_id, wrapped, below, came_by, seen_to, since,
            warns_at, breaks_at, calm, rank, at,
        ) = row  # fmt: skip
        if key_id is not None and self._unit.known_key(person) is None:
            self._unit.remember_key(person, self._unit.keyring.unwrap(key_id, wrapped))
        try:
            text, told = read(await self._unit.people.unseal(person, summary, "handoff"))
            known = await self._unit.people.unseal(person, profile, "profile") if profile else {}
        except SecretsError:  # the person is erased
            text, told, known = "", None, {}
        return Entry(
            number, conversation, person, kind, state, region, staff, text, told, opened_at,
            ended_at, channel, sector, known.get("name"), since, warns_at, breaks_at,
            After(number, calm, rank, at), seen_to, offices(kind, region, below, came_by),
            home(region, below),
        )  # fmt: skip


def after_of(text: str) -> After | None:
    """What `str(After)` wrote into an address; None for anything else."""
    number, _, rest = text.partition(".")
    signs, _, at = rest.partition(".")
    if not (number.isdigit() and len(number) < 16 and SIGNS.fullmatch(signs)):
        return None
    try:
        moment = datetime.fromtimestamp(float(at), tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return After(int(number), signs[0] == "1", int(signs[1]), moment)

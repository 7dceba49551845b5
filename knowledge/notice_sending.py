"""Notices on their way: spread to whom they concern, sent by groups, never blindly twice.

A notice is spread in one transaction, with everything that goes out for it. What a way may send now
is taken together under a lease; whoever finds a lease run out knows that it may have arrived.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, any_, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from knowledge.accounts import AccountRow
from knowledge.notice_audience import audience
from knowledge.notice_hours import Hours
from knowledge.notice_rows import (
    Level,
    NoticeReaderRow,
    NoticeRow,
    NoticeSendingRow,
    NoticeWayRow,
    Way,
)
from knowledge.notices import BELL_SHOWN
from knowledge.secrets import SecretsError

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

AT_ONCE = 100
"""Notices that are spread in one transaction."""

LEASE = timedelta(seconds=90)
"""How long a message may be under way; longer than any client waits."""

URGENT_EVERY = timedelta(seconds=10)
"""Between two messages with urgent notices on one way: six a minute are below every platform's
limit (企业微信 and 钉钉 let a robot send 20 a minute)."""

MOST_ATTEMPTS = 8
"""Tries of a message that was surely not accepted; with the back-off, about two hours."""


@dataclass(frozen=True)
class Told:
    """One notice as a message tells it."""

    kind: str
    level: Level
    region: str | None
    subject: str


@dataclass(frozen=True)
class Bundle:
    """What goes out on one way in one message."""

    way_id: int
    way: Way
    language: str
    address: dict[str, str]
    notices: tuple[Told, ...]
    rows: tuple[int, ...]
    attempts: int
    sender: str

    @property
    def urgent(self) -> bool:
        return any(one.level == "urgent" for one in self.notices)


_WAITS = """
    select exists (select from notices where spread_at is null)
        or exists (select from notice_ways where leased_until <= $1)
        or exists (
            select from notice_sendings s join notice_ways w on w.id = s.way_id
            where s.state = 'ready' and s.next_at <= $1
                and w.leased_until is null and w.ended_at is null
        )
"""


class NoticeSending:
    """The way out of notices, of one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def waits(self) -> bool:
        """Whether there may be anything to spread or to send; asked after every bell."""
        rows = await self._unit.rows(_WAITS, self._unit.now)
        return bool(rows[0][0])

    async def spread(self) -> int:
        """Give the next notices to whom they concern; how many. Each is spread once."""
        rows = list(
            await self._unit.session.scalars(
                select(NoticeRow)
                .where(NoticeRow.spread_at.is_(None))
                .order_by(NoticeRow.id)
                .limit(AT_ONCE)
                .with_for_update(skip_locked=True)
            )
        )
        for notice in rows:
            await self._spread(notice)
            notice.spread_at = self._unit.now
        return len(rows)

    async def claim(self, sender: str, limit: int = 10) -> list[Bundle]:
        """What may go out now, marked as being sent. Must be committed before it goes."""
        await self._take_over()
        now = self._unit.now
        due = (
            select(literal(1))
            .select_from(NoticeSendingRow)
            .join(NoticeRow, NoticeRow.id == NoticeSendingRow.notice_id)
            .where(
                NoticeSendingRow.way_id == NoticeWayRow.id,
                NoticeSendingRow.state == "ready",
                NoticeSendingRow.next_at <= now,
                or_(
                    NoticeWayRow.last_sent_at.is_(None),
                    NoticeWayRow.last_sent_at <= now - func.make_interval(0, 0, 0, 0, 0,
                                                                          NoticeWayRow.every),
                    and_(
                        NoticeRow.level == "urgent",
                        NoticeWayRow.last_sent_at <= now - URGENT_EVERY,
                    ),
                ),
            )
            .exists()
        )  # fmt: skip
        ways = list(
            await self._unit.session.scalars(
                select(NoticeWayRow)
                .where(NoticeWayRow.leased_until.is_(None), NoticeWayRow.ended_at.is_(None), due)
                .order_by(NoticeWayRow.last_sent_at.asc().nulls_first())
                .limit(limit)
                .with_for_update(skip_locked=True)
            )
        )
        bundles = [await self._take(way, sender) for way in ways]
        return [bundle for bundle in bundles if bundle is not None]

    async def sent(self, bundle: Bundle) -> None:
        """It has arrived."""
        await self._settle(bundle, "sent", sent_at=self._unit.now, error=None)

    async def retry(self, bundle: Bundle, at: datetime, error: str) -> None:
        """It was surely not accepted: again at `at`, until it has been tried often enough."""
        if bundle.attempts >= MOST_ATTEMPTS:
            await self.failed(bundle, error)
        else:
            await self._settle(bundle, "ready", next_at=at, error=error, quiet=False)

    async def failed(self, bundle: Bundle, error: str) -> None:
        """It was refused for good."""
        await self._settle(bundle, "failed", error=error, quiet=False)

    async def unknown(self, bundle: Bundle, error: str) -> None:
        """Nobody knows whether it arrived. What is urgent is sent once more, no more."""
        if bundle.urgent and bundle.attempts == 1:
            await self._settle(bundle, "ready", next_at=self._unit.now, error=error)
        else:
            await self._settle(bundle, "unknown", error=error)

    async def counts(self) -> dict[str, int]:
        """How many rows there are by state."""
        rows = await self._unit.session.execute(
            select(NoticeSendingRow.state, func.count()).group_by(NoticeSendingRow.state)
        )
        return {str(state): int(number) for state, number in rows.all()}

    async def _spread(self, notice: NoticeRow) -> None:
        regions = [region.code for region in self._unit.region_tree.upwards(notice.region)]
        accounts = await audience(self._unit, notice, regions)
        if accounts:
            await self._unit.session.execute(
                insert(NoticeReaderRow).on_conflict_do_nothing(),
                [{"account_id": one, "notice_id": notice.id} for one in accounts],
            )
        for one in accounts:
            await self._unit.session.execute(select(func.pg_notify(BELL_SHOWN, str(one))))
        for way in await self._ways(notice, accounts, regions):
            hours = Hours(way.begins, way.ends, way.urgent_always)
            await self._unit.session.execute(
                insert(NoticeSendingRow)
                .values(
                    notice_id=notice.id,
                    way_id=way.id,
                    state="ready",
                    attempts=0,
                    next_at=hours.next(self._unit.now, notice.level),  # type: ignore[arg-type]
                )
                .on_conflict_do_nothing()
            )

    async def _ways(
        self, notice: NoticeRow, accounts: Iterable[int], regions: Sequence[str]
    ) -> list[NoticeWayRow]:
        """The ways out: those of the persons, and of their groups what isn't for one alone."""
        persons = NoticeWayRow.account_id.in_(list(accounts))
        groups = and_(
            NoticeWayRow.account_id.is_(None),
            or_(NoticeWayRow.region.is_(None), NoticeWayRow.region.in_(regions)),
        )
        whose = or_(persons, groups) if notice.addressee is None else persons
        rows = await self._unit.session.scalars(
            select(NoticeWayRow).where(
                whose,
                NoticeWayRow.way != "console",
                NoticeWayRow.address.is_not(None),
                NoticeWayRow.ended_at.is_(None),
                literal(notice.kind) == any_(NoticeWayRow.kinds),
            )
        )
        return list(rows)

    async def _take(self, way: NoticeWayRow, sender: str) -> Bundle | None:
        found = await self._unit.session.execute(
            select(NoticeSendingRow, NoticeRow)
            .join(NoticeRow, NoticeRow.id == NoticeSendingRow.notice_id)
            .where(
                NoticeSendingRow.way_id == way.id,
                NoticeSendingRow.state == "ready",
                NoticeSendingRow.next_at <= self._unit.now,
            )
            .order_by(NoticeSendingRow.id)
            .with_for_update(of=NoticeSendingRow)
        )
        pairs = found.all()
        try:
            address = await self._unit.people.unseal(
                way.person_id, way.address or b"", "notice_way"
            )
        except SecretsError:
            for row, _ in pairs:
                row.state, row.error = "failed", "the address doesn't open"
            return None
        for row, _ in pairs:
            row.state, row.attempts = "sending", row.attempts + 1
        way.leased_by, way.leased_until = sender, self._unit.now + LEASE
        return Bundle(
            way.id,
            way.way,  # type: ignore[arg-type]  # a check constraint guards it
            await self._language(way.account_id),
            address,
            tuple(_told(one) for _, one in pairs),
            tuple(row.id for row, _ in pairs),
            max((row.attempts for row, _ in pairs), default=0),
            sender,
        )

    async def _language(self, account: int | None) -> str:
        found = await self._unit.session.scalar(
            select(AccountRow.language).where(AccountRow.id == account)
        )
        return found or "zh"

    async def _take_over(self) -> None:
        """What a dead sender left half done is unknown; what is urgent is tried once more."""
        ways = list(
            await self._unit.session.scalars(
                select(NoticeWayRow)
                .where(NoticeWayRow.leased_until <= self._unit.now)
                .with_for_update(skip_locked=True)
            )
        )
        for way in ways:
            rows = await self._unit.session.execute(
                select(NoticeSendingRow, NoticeRow.level)
                .join(NoticeRow, NoticeRow.id == NoticeSendingRow.notice_id)
                .where(NoticeSendingRow.way_id == way.id, NoticeSendingRow.state == "sending")
            )
            for row, level in rows.all():
                again = level == "urgent" and row.attempts == 1
                row.state = "ready" if again else "unknown"
                row.error = "the sender died"
            way.leased_by = way.leased_until = None
        await self._unit.session.flush()

    async def _settle(
        self, bundle: Bundle, state: str, *, quiet: bool = True, **values: Any
    ) -> None:
        """Write down what became of it, unless the lease has run out meanwhile."""
        ended: dict[str, Any] = {"leased_by": None, "leased_until": None}
        if quiet:
            ended["last_sent_at"] = self._unit.now
        held = await self._unit.session.scalar(
            update(NoticeWayRow)
            .where(NoticeWayRow.id == bundle.way_id, NoticeWayRow.leased_by == bundle.sender)
            .values(ended)
            .returning(NoticeWayRow.id)
        )
        if held is not None:
            await self._unit.session.execute(
                update(NoticeSendingRow)
                .where(NoticeSendingRow.id.in_(bundle.rows), NoticeSendingRow.state == "sending")
                .values(state=state, **values)
            )


def _told(row: NoticeRow) -> Told:
    level: Level = row.level  # type: ignore[assignment]  # a check constraint guards it
    return Told(row.kind, level, row.region, row.subject)

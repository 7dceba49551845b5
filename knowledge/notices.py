"""Notices to staff: written in the transaction of what they are about, sent after its commit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal, get_args

from sqlalchemy import delete, func, select, update

from knowledge.notice_rows import LEVELS, Level, NoticeReaderRow, NoticeRow

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

BELL = "gongyou_notices"
"""Rung when there is a notice to be sent."""

BELL_SHOWN = "gongyou_notices_shown"
"""Rung with an account's number when its list has changed."""

Kind = Literal[
    "handoff_waiting",
    "handoff_returned",
    "crisis",
    "crisis_unacknowledged",
    "staff_silent",
    "clock_warning",
    "clock_broken",
    "case_assigned",
    "case_escalated",
    "case_answered",
    "mention",
    "message",
    "article_ending",
]
KINDS: tuple[Kind, ...] = get_args(Kind)

SUBJECT = re.compile(r"/console(?:/[A-Za-z0-9_-]+)*")
"""A path of the console, without a query: nothing that somebody has typed fits into it."""

PERSONAL = re.compile(r"\d{11,}")
"""As long as a phone number or an identity card's; no number of ours is."""


@dataclass(frozen=True)
class Notice:
    """A notice in somebody's list."""

    id: int
    kind: Kind
    level: Level
    region: str | None
    subject: str
    at: datetime
    seen_at: datetime | None


@dataclass(frozen=True)
class Unseen:
    """How many notices somebody hasn't seen, how many of them are urgent, and the newest one."""

    all: int = 0
    urgent: int = 0
    newest: int = 0


_PUT = """
    with put as (
        insert into notices (kind, level, region, subject, addressee, key, at)
        values ($1, $2, $3, $4, $5, $6, $7)
        on conflict (key) do nothing
        returning id
    )
    select pg_notify($8, '') from put
"""


class Notices:
    """Notices of one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def put(
        self,
        kind: Kind,
        *,
        region: str | None,
        subject: str,
        level: Level = "info",
        to: str | None = None,
        key: str | None = None,
    ) -> bool:
        """Tell staff of a region and those above it, or the one account `to`, by its name.

        `subject` is a path of the console, such as `/console/inbox/12`. A `key` is written once:
        False says that there is a notice of it already. Who is meant is worked out when it is sent:
        see `knowledge.notice_audience`.

        Raises:
            ValueError: an unknown kind or level, or a subject that isn't a path of the console.
        """
        if kind not in KINDS or level not in LEVELS:
            raise ValueError(f"there is no notice {kind!r} of level {level!r}")
        if not SUBJECT.fullmatch(subject) or PERSONAL.search(subject):
            raise ValueError("a notice's subject is a path of the console")
        values = (kind, level, region, subject, to, key, self._unit.now, BELL)
        return bool(await self._unit.write(_PUT, *values))

    async def of(
        self, account: int, *, before: int | None = None, after: int | None = None, limit: int = 50
    ) -> list[Notice]:
        """Somebody's list, the newest first; older than `before`, newer than `after`."""
        query = (
            select(NoticeRow, NoticeReaderRow.seen_at)
            .join(NoticeReaderRow, NoticeReaderRow.notice_id == NoticeRow.id)
            .where(NoticeReaderRow.account_id == account)
            .order_by(NoticeRow.id.desc())
            .limit(limit)
        )
        if before is not None:
            query = query.where(NoticeReaderRow.notice_id < before)
        if after is not None:
            query = query.where(NoticeReaderRow.notice_id > after)
        rows = await self._unit.session.execute(query)
        return [_notice(row, seen_at) for row, seen_at in rows.all()]

    async def unseen(self, account: int) -> Unseen:
        """How much of the list is new."""
        row = (
            await self._unit.session.execute(
                select(
                    func.count(),
                    func.count().filter(NoticeRow.level == "urgent"),
                    func.coalesce(func.max(NoticeRow.id), 0),
                )
                .select_from(NoticeReaderRow)
                .join(NoticeRow, NoticeRow.id == NoticeReaderRow.notice_id)
                .where(NoticeReaderRow.account_id == account, NoticeReaderRow.seen_at.is_(None))
            )
        ).one()
        return Unseen(*map(int, row))

    async def see(self, account: int, *, until: int | None = None, one: int | None = None) -> None:
        """Somebody has seen their notices up to a number, or one."""
        which = (
            NoticeReaderRow.notice_id == one
            if one is not None
            else NoticeReaderRow.notice_id <= (until or 0)
        )
        await self._unit.session.execute(
            update(NoticeReaderRow)
            .where(NoticeReaderRow.account_id == account, NoticeReaderRow.seen_at.is_(None), which)
            .values(seen_at=self._unit.now)
        )
        await self._unit.session.execute(select(func.pg_notify(BELL_SHOWN, str(account))))

    async def one_of(self, account: int, number: int) -> Notice | None:
        """One notice of somebody's list."""
        row = (
            await self._unit.session.execute(
                select(NoticeRow, NoticeReaderRow.seen_at)
                .join(NoticeReaderRow, NoticeReaderRow.notice_id == NoticeRow.id)
                .where(NoticeReaderRow.account_id == account, NoticeRow.id == number)
            )
        ).one_or_none()
        return None if row is None else _notice(row[0], row[1])

    async def forget_old(self, before: datetime) -> None:
        """Remove notices from before a time, with everything that went out for them."""
        await self._unit.session.execute(delete(NoticeRow).where(NoticeRow.at < before))


def _notice(row: NoticeRow, seen_at: datetime | None) -> Notice:
    return Notice(
        row.id,
        row.kind,  # type: ignore[arg-type]  # `put` lets nothing else in
        row.level,  # type: ignore[arg-type]  # a check constraint guards it
        row.region,
        row.subject,
        row.at,
        seen_at,
    )

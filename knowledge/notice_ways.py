"""Ways on which notices go out: each person's own, and the robots of a region's groups."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from knowledge.accounts import Account, token_hash
from knowledge.notice_hours import Hours
from knowledge.notice_rows import ROBOTS, NoticeCodeRow, NoticeSendingRow, NoticeWayRow, Way
from knowledge.notices import KINDS, Kind

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

CODE_HOLDS = timedelta(minutes=15)
"""How long a code links a Telegram, once."""

CODE_SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH = 12
"""60 bits: not to be guessed within its quarter of an hour."""

BOUND = "notice_way"


@dataclass(frozen=True)
class Wish:
    """How somebody wants to hear: of what, when, and at most how often (minutes)."""

    kinds: tuple[Kind, ...] = KINDS
    hours: Hours = field(default_factory=Hours)
    every: int = 10


@dataclass(frozen=True)
class OwnWay:
    """A way as its owner sees it. The address is shown only in part, and only to the owner."""

    id: int
    way: Way
    name: str
    region: str | None
    wish: Wish
    has_address: bool
    last_sent_at: datetime | None


DEFAULT = Wish()


class NoticeWays:
    """Ways of one transaction; who may see or change which is asked by the service."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def of(self, account: int) -> dict[Way, OwnWay]:
        """The ways of an account."""
        rows = await self._unit.session.scalars(
            select(NoticeWayRow).where(
                NoticeWayRow.account_id == account, NoticeWayRow.ended_at.is_(None)
            )
        )
        return {(way := _own(row)).way: way for row in rows}

    async def address(self, number: int) -> dict[str, str]:
        """A way's address, opened; empty where there is none."""
        row = await self._unit.session.get(NoticeWayRow, number)
        if row is None or row.address is None:
            return {}
        return dict(await self._unit.people.unseal(row.person_id, row.address, BOUND))

    async def put(
        self, account: Account, way: Way, wish: Wish, address: Mapping[str, str] | None = None
    ) -> None:
        """Set an account's way. Without an address the one from before stays."""
        values: dict[str, Any] = {**_values(wish), "ended_at": None}
        if address is not None:
            values["address"] = await self._unit.people.seal(account.person, dict(address), BOUND)
        await self._unit.session.execute(
            insert(NoticeWayRow)
            .values(
                account_id=account.id,
                person_id=account.person,
                way=way,
                name="",
                created_at=self._unit.now,
                **values,
            )
            .on_conflict_do_update(
                index_elements=[NoticeWayRow.account_id, NoticeWayRow.way], set_=values
            )
        )

    async def take_away(self, account: int, way: Way) -> None:
        """Nothing goes out on this way any more, and its address is forgotten."""
        await self._end(NoticeWayRow.account_id == account, NoticeWayRow.way == way)

    async def robots(self, regions: Sequence[str] | None) -> list[OwnWay]:
        """The robots of these regions; None is all."""
        query = select(NoticeWayRow).where(
            NoticeWayRow.account_id.is_(None), NoticeWayRow.ended_at.is_(None)
        )
        if regions is not None:
            query = query.where(NoticeWayRow.region.in_(regions))
        rows = await self._unit.session.scalars(query.order_by(NoticeWayRow.id))
        return [_own(row) for row in rows]

    async def robot(self, number: int) -> OwnWay | None:
        """One robot that is at work."""
        row = await self._unit.session.get(NoticeWayRow, number, populate_existing=True)
        if row is None or row.account_id is not None or row.ended_at is not None:
            return None
        return _own(row)

    async def add_robot(
        self, way: Way, name: str, region: str | None, wish: Wish, address: Mapping[str, str]
    ) -> int:
        """A new robot, with a key of its own for its address."""
        assert way in ROBOTS
        person, _ = await self._unit.people.create()
        number = await self._unit.session.scalar(
            insert(NoticeWayRow)
            .values(
                person_id=person,
                region=region,
                way=way,
                name=name,
                address=await self._unit.people.seal(person, dict(address), BOUND),
                created_at=self._unit.now,
                **_values(wish),
            )
            .returning(NoticeWayRow.id)
        )
        assert number is not None
        return int(number)

    async def change_robot(self, number: int, wish: Wish) -> None:
        """Other kinds, hours or pace."""
        await self._unit.session.execute(
            update(NoticeWayRow).where(NoticeWayRow.id == number).values(**_values(wish))
        )

    async def end_robot(self, number: int) -> None:
        """It hears nothing more, and its address is forgotten."""
        await self._end(NoticeWayRow.id == number)

    async def new_code(self, account: int) -> str:
        """A code that links a Telegram; codes from before are void."""
        code = "".join(secrets.choice(CODE_SIGNS) for _ in range(CODE_LENGTH))
        await self._unit.session.execute(
            delete(NoticeCodeRow).where(NoticeCodeRow.account_id == account)
        )
        await self._unit.session.execute(
            insert(NoticeCodeRow).values(
                code_hash=token_hash(code), account_id=account, until=self._unit.now + CODE_HOLDS
            )
        )
        return code

    async def take_code(self, code: str) -> Account | None:
        """Whose code it is, while it is good; it is used up."""
        number = await self._unit.session.scalar(
            delete(NoticeCodeRow)
            .where(
                NoticeCodeRow.code_hash == token_hash(code.strip().upper()),
                NoticeCodeRow.until > self._unit.now,
            )
            .returning(NoticeCodeRow.account_id)
        )
        if number is None:
            return None
        account = await self._unit.accounts.get(number)
        return None if account.disabled_at else account

    async def _end(self, *which: Any) -> None:
        ended = await self._unit.session.scalars(
            update(NoticeWayRow)
            .where(*which)
            .values(ended_at=self._unit.now, address=None)
            .returning(NoticeWayRow.id)
        )
        await self._unit.session.execute(
            update(NoticeSendingRow)
            .where(NoticeSendingRow.way_id.in_(list(ended)), NoticeSendingRow.state == "ready")
            .values(state="failed", error="the way was ended")
        )


def _values(wish: Wish) -> dict[str, Any]:
    return {
        "kinds": list(wish.kinds),
        "begins": wish.hours.begins,
        "ends": wish.hours.ends,
        "urgent_always": wish.hours.urgent_always,
        "every": wish.every,
    }


def _own(row: NoticeWayRow) -> OwnWay:
    kinds = tuple(kind for kind in KINDS if kind in row.kinds)
    return OwnWay(
        row.id,
        row.way,  # type: ignore[arg-type]  # a check constraint guards it
        row.name,
        row.region,
        Wish(kinds, Hours(row.begins, row.ends, row.urgent_always), row.every),
        row.address is not None,
        row.last_sent_at,
    )

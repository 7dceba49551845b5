"""Who is logged in: sessions with an idle and an absolute end, known by their token's hash."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.accounts import Account, new_token, token_hash
from knowledge.base import Base, serial

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

IDLE = timedelta(hours=1)
ABSOLUTE = timedelta(hours=12)
"""OWASP ASVS 5.0, 7.3.1 and 7.3.2 ask for both ends; the figures are within those of NIST
SP 800-63B-4, 2.2.3 (an hour of inactivity, 24 hours in all): a working day, a long lunch."""

HALF = timedelta(minutes=10)
"""How long the second factor may take after the password."""

SEEN_EVERY = timedelta(minutes=1)
"""How exactly it is noted when a session was used last."""


class SessionRow(Base):
    """A session. `device` and a secret that is being set up are sealed with the person's key."""

    __tablename__ = "console_sessions"

    id: Mapped[int] = serial()
    account_id: Mapped[int] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), index=True
    )
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    complete: Mapped[bool]
    device: Mapped[bytes]
    new_secret: Mapped[bytes | None]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]


@dataclass(frozen=True)
class Session:
    """A session that is good now. One that isn't complete waits for the second factor."""

    id: int
    account: Account
    complete: bool
    device: str
    created_at: datetime
    seen_at: datetime


class Sessions:
    """Sessions of one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def begin(self, account: Account, device: str, *, complete: bool) -> str:
        """A new session's token, which is kept nowhere."""
        token = new_token()
        await self._unit.session.execute(
            insert(SessionRow).values(
                account_id=account.id,
                token_hash=token_hash(token),
                complete=complete,
                device=await self._unit.people.seal(account.person, device, "device"),
                created_at=self._unit.now,
                seen_at=self._unit.now,
            )
        )
        return token

    async def find(self, token: str) -> Session | None:
        """The session of a token, if it is good, with the account as it stands now."""
        now = self._unit.now
        row = await self._unit.session.scalar(
            select(SessionRow).where(SessionRow.token_hash == token_hash(token))
        )
        if row is None or not _is_good(row, now):
            return None
        account = await self._unit.accounts.get(row.account_id)
        if account.disabled_at is not None:
            return None
        if now - row.seen_at > SEEN_EVERY:
            await self._unit.session.execute(
                update(SessionRow).where(SessionRow.id == row.id).values(seen_at=now)
            )
        return await self._open(row, account)

    async def of(self, account: Account) -> list[Session]:
        """The account's good sessions, the newest first."""
        rows = await self._unit.session.scalars(
            select(SessionRow)
            .where(SessionRow.account_id == account.id, SessionRow.complete)
            .order_by(SessionRow.id.desc())
        )
        return [await self._open(row, account) for row in rows if _is_good(row, self._unit.now)]

    async def end(self, account: int, number: int) -> bool:
        """End one of the account's sessions; False if it has no such one."""
        ended = await self._unit.session.scalar(
            delete(SessionRow)
            .where(SessionRow.account_id == account, SessionRow.id == number)
            .returning(SessionRow.id)
        )
        return ended is not None

    async def end_all(self, account: int) -> None:
        """End every session of the account."""
        await self._unit.session.execute(delete(SessionRow).where(SessionRow.account_id == account))

    async def new_secret(self, session: Session) -> str | None:
        """The second factor's secret that is being set up in this session."""
        sealed = await self._unit.session.scalar(
            select(SessionRow.new_secret).where(SessionRow.id == session.id)
        )
        if sealed is None:
            return None
        return str(await self._unit.people.unseal(session.account.person, sealed, "totp"))

    async def set_new_secret(self, session: Session, secret: str) -> None:
        """Keep a secret until it has been proved."""
        sealed = await self._unit.people.seal(session.account.person, secret, "totp")
        await self._unit.session.execute(
            update(SessionRow).where(SessionRow.id == session.id).values(new_secret=sealed)
        )

    async def tidy(self) -> None:
        """Remove sessions that are over."""
        now = self._unit.now
        await self._unit.session.execute(
            delete(SessionRow).where(
                or_(
                    SessionRow.seen_at < now - IDLE,
                    SessionRow.created_at < now - ABSOLUTE,
                    ~SessionRow.complete & (SessionRow.created_at < now - HALF),
                )
            )
        )

    async def _open(self, row: SessionRow, account: Account) -> Session:
        return Session(
            id=row.id,
            account=account,
            complete=row.complete,
            device=str(await self._unit.people.unseal(account.person, row.device, "device")),
            created_at=row.created_at,
            seen_at=row.seen_at,
        )


def _is_good(row: SessionRow, now: datetime) -> bool:
    longest = ABSOLUTE if row.complete else HALF
    return now - row.created_at < longest and now - row.seen_at < IDLE

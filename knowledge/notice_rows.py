"""The tables of notices: what happened, who is to see it, by which ways it goes out."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, get_args
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.base import Base, serial

Level = Literal["info", "warning", "urgent"]
LEVELS: tuple[Level, ...] = get_args(Level)

Way = Literal["console", "email", "telegram", "wecom", "dingtalk", "feishu"]
WAYS: tuple[Way, ...] = get_args(Way)
ROBOTS: tuple[Way, ...] = ("wecom", "dingtalk", "feishu")
"""A group's robots: 企业微信, 钉钉, 飞书. They belong to a region, the other ways to a person."""


class NoticeRow(Base):
    """Something that staff are to know: a path of the console, and never personal data.

    It is spread once: then its readers and what goes out for it are written down.
    """

    __tablename__ = "notices"

    id: Mapped[int] = serial()
    kind: Mapped[str]
    level: Mapped[str]
    region: Mapped[str | None] = mapped_column(ForeignKey("regions.code"))
    subject: Mapped[str]
    addressee: Mapped[str | None]
    key: Mapped[str | None] = mapped_column(unique=True)
    at: Mapped[datetime]
    spread_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(f"level in {LEVELS!r}", name="level"),
        Index("ix_notices_to_spread", "id", postgresql_where=text("spread_at is null")),
    )


class NoticeReaderRow(Base):
    """A notice in somebody's list in the console."""

    __tablename__ = "notice_readers"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True
    )
    notice_id: Mapped[int] = mapped_column(
        ForeignKey("notices.id", ondelete="CASCADE"), primary_key=True
    )
    seen_at: Mapped[datetime | None]
    __table_args__ = (
        Index("ix_notice_readers_unseen", "account_id", postgresql_where=text("seen_at is null")),
    )


class NoticeWayRow(Base):
    """A way to somebody, or to a region's group; the address is sealed with `person_id`'s key.

    For the console `kinds` are those that sound. Hours are minutes of the day in China; `every`
    is the least number of minutes between two messages.
    """

    __tablename__ = "notice_ways"

    id: Mapped[int] = serial()
    account_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("accounts.id", ondelete="CASCADE")
    )
    region: Mapped[str | None] = mapped_column(ForeignKey("regions.code"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    way: Mapped[str]
    name: Mapped[str]
    kinds: Mapped[list[str]]
    begins: Mapped[int]
    ends: Mapped[int]
    urgent_always: Mapped[bool]
    every: Mapped[int]
    address: Mapped[bytes | None]
    last_sent_at: Mapped[datetime | None]
    leased_by: Mapped[str | None]
    leased_until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint(f"way in {WAYS!r}", name="way"),
        CheckConstraint(f"(account_id is null) = (way in {ROBOTS!r})", name="whose"),
        UniqueConstraint("account_id", "way"),
    )


class NoticeSendingRow(Base):
    """One notice on one way out; several go in one message."""

    __tablename__ = "notice_sendings"

    id: Mapped[int] = serial()
    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id", ondelete="CASCADE"))
    way_id: Mapped[int] = mapped_column(ForeignKey("notice_ways.id", ondelete="CASCADE"))
    state: Mapped[str]
    attempts: Mapped[int]
    next_at: Mapped[datetime]
    error: Mapped[str | None]
    sent_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("state in ('ready', 'sending', 'sent', 'failed', 'unknown')", name="state"),
        UniqueConstraint("notice_id", "way_id"),
        Index(
            "ix_notice_sendings_open",
            "way_id",
            postgresql_where=text("state in ('ready', 'sending')"),
        ),
    )


class NoticeCodeRow(Base):
    """A code with which an account links its Telegram; only its hash is kept."""

    __tablename__ = "notice_codes"

    code_hash: Mapped[bytes] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    until: Mapped[datetime]

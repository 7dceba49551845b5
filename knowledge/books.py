"""The four books of a conversation as tables: itself, its inbox, its log, its outbox."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.base import Base, serial


class ConversationRow(Base):
    """A conversation of one person on one channel."""

    __tablename__ = "conversations"

    id: Mapped[int] = serial()
    bot: Mapped[str]
    channel: Mapped[str]
    key: Mapped[str]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), index=True)
    language: Mapped[str | None]
    state: Mapped[bytes | None]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    blocked_at: Mapped[datetime | None]
    __table_args__ = (Index("uq_conversations_key", "bot", "channel", "key", unique=True),)


class InboxRow(Base):
    """Something that makes the bot speak, once. `payload` is blanked when it is done."""

    __tablename__ = "inbox"

    id: Mapped[int] = serial()
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    external_id: Mapped[str]
    kind: Mapped[str]
    payload: Mapped[bytes | None]
    received_at: Mapped[datetime]
    due_at: Mapped[datetime]
    starts: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    failures: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    leased_by: Mapped[str | None]
    leased_until: Mapped[datetime | None]
    handled_at: Mapped[datetime | None]
    parked: Mapped[bool] = mapped_column(default=False, server_default="false")
    error: Mapped[str | None]
    held: Mapped[bool] = mapped_column(default=False, server_default="false")
    trace: Mapped[bytes | None]
    __table_args__ = (
        Index("uq_inbox_once", "conversation_id", "external_id", unique=True),
        Index("ix_inbox_waiting", "due_at", "id", postgresql_where=text("handled_at is null")),
        Index(
            "ix_inbox_next",
            "conversation_id",
            "id",
            postgresql_where=text("handled_at is null"),
        ),
    )


class MessageRow(Base):
    """The log: a rider's line (part 0) and the replies to it, sealed."""

    __tablename__ = "messages"

    id: Mapped[int] = serial()
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    inbox_id: Mapped[int] = mapped_column(ForeignKey("inbox.id", ondelete="CASCADE"))
    part: Mapped[int] = mapped_column(SmallInteger)
    who: Mapped[str]
    at: Mapped[datetime]
    body: Mapped[bytes]
    __table_args__ = (
        CheckConstraint("who in ('rider', 'bot', 'staff')", name="who"),
        Index("uq_messages_part", "inbox_id", "part", unique=True),
        Index("ix_messages_conversation", "conversation_id", "id"),
        Index("ix_messages_staff", "conversation_id", "id", postgresql_where=text("who = 'staff'")),
    )


class OutboxRow(Base):
    """One call to a platform that a reply needs. `body` is blanked once it is sent."""

    __tablename__ = "outbox"

    id: Mapped[int] = serial()
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"))
    part: Mapped[int] = mapped_column(SmallInteger)
    bot: Mapped[str]
    crisis: Mapped[bool]
    state: Mapped[str]
    body: Mapped[bytes | None]
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    next_at: Mapped[datetime]
    leased_by: Mapped[str | None]
    sent_at: Mapped[datetime | None]
    platform_id: Mapped[str | None]
    error: Mapped[str | None]
    __table_args__ = (
        CheckConstraint("state in ('ready', 'sending', 'sent', 'unknown', 'failed')", name="state"),
        Index("uq_outbox_part", "message_id", "part", unique=True),
        Index(
            "ix_outbox_waiting",
            "bot",
            "conversation_id",
            "id",
            postgresql_where=text("state in ('ready', 'sending')"),
        ),
    )


class FactRow(Base):
    """A small fact of the house: the day of the first loading, the platform's last update."""

    __tablename__ = "facts"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]

"""The tables of articles: as they are now, as they once were, and as somebody is writing them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.base import Base, serial


class ArticleRow(Base):
    """The answer to a topic for a region, in a language, as riders get it.

    Attributes:
        state: `draft` until it is published for the first time.
        version: of what is published; 0 before the first one.
        changed_by: whose version that is.
        change: the number of the change that this version came with; each process asks by it for
            what it hasn't seen.
        used: how often it was the answer.
    """

    __tablename__ = "articles"

    id: Mapped[int] = serial()
    topic: Mapped[str]
    region: Mapped[str] = mapped_column(ForeignKey("regions.code"))
    language: Mapped[str]
    state: Mapped[str]
    question: Mapped[str]
    similar: Mapped[list[str]]
    answer: Mapped[str]
    buttons: Mapped[list[str]]
    related: Mapped[list[str]]
    picture: Mapped[int | None] = mapped_column(BigInteger)
    picture_alt: Mapped[str] = mapped_column(server_default="")
    source: Mapped[str]
    owner: Mapped[str | None]
    checked_on: Mapped[date]
    valid_from: Mapped[datetime | None]
    valid_until: Mapped[datetime | None]
    tests: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))
    version: Mapped[int]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(server_default="house")
    change: Mapped[int] = mapped_column(BigInteger, server_default="0")
    used: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    helpful: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    not_helpful: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    __table_args__ = (
        CheckConstraint("state in ('draft', 'published', 'archived')", name="state"),
        Index("uq_articles_place", "topic", "region", "language", unique=True),
        Index("ix_articles_change", "change"),
    )


class ArticleVersionRow(Base):
    """An article as it once was.

    Attributes:
        reviewed_by: the second person.
        urgent: why nobody looked at it before it was published; somebody does afterwards.
        confirmed: why it was published though the gate refused it.
    """

    __tablename__ = "article_versions"

    id: Mapped[int] = serial()
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"))
    version: Mapped[int]
    body: Mapped[dict[str, Any]]
    actor: Mapped[str]
    at: Mapped[datetime]
    reviewed_by: Mapped[str | None]
    urgent: Mapped[str | None]
    confirmed: Mapped[str | None]
    __table_args__ = (
        Index("uq_article_versions_version", "article_id", "version", unique=True),
        Index(
            "ix_article_versions_unreviewed",
            "article_id",
            postgresql_where=text("urgent is not null and reviewed_by is null"),
        ),
    )


class ArticleDraftRow(Base):
    """What is being written of an article; at most one draft an article.

    Attributes:
        base_version: of the published version that it was begun from.
        revision: counts the times that it was saved; who saves says which one they saw.
        writers: everybody who wrote at it; none of them reviews it.
        publish_at: when it is to be published by itself.
        scheduled_by: who wished that, with `urgent` and `confirmed` as of a version.
        held: why that didn't happen at its time, or why it was sent back.
    """

    __tablename__ = "article_drafts"

    article_id: Mapped[int] = mapped_column(
        ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    base_version: Mapped[int]
    revision: Mapped[int]
    body: Mapped[dict[str, Any]]
    state: Mapped[str]
    writers: Mapped[list[str]]
    saved_by: Mapped[str]
    saved_at: Mapped[datetime]
    reviewed_by: Mapped[str | None]
    publish_at: Mapped[datetime | None]
    scheduled_by: Mapped[str | None]
    urgent: Mapped[str | None]
    confirmed: Mapped[str | None]
    held: Mapped[str | None]
    __table_args__ = (
        CheckConstraint("state in ('writing', 'in_review', 'approved')", name="state"),
        Index(
            "ix_article_drafts_due",
            "publish_at",
            postgresql_where=text("publish_at is not null"),
        ),
    )


class ArticleSettingRow(Base):
    """Whether a region wants a second person to look at each article before it is published."""

    __tablename__ = "article_settings"

    region: Mapped[str] = mapped_column(ForeignKey("regions.code"), primary_key=True)
    review: Mapped[bool]


class JudgementRow(Base):
    """An answer that was judged, by the message that it answered: no answer is judged twice."""

    __tablename__ = "judgements"

    inbox_id: Mapped[int] = mapped_column(
        ForeignKey("inbox.id", ondelete="CASCADE"), primary_key=True
    )
    helpful: Mapped[bool]
    at: Mapped[datetime]

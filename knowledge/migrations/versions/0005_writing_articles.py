"""Articles are written by people: drafts, reviews, versions, validity to the minute, tests."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MIDNIGHT = "(({day})::timestamp at time zone 'Asia/Shanghai')"
"""When a day begins where the union is."""


def upgrade() -> None:
    time = sa.DateTime(timezone=True)
    texts = postgresql.ARRAY(sa.Text())
    op.alter_column(
        "articles",
        "valid_from",
        type_=time,
        postgresql_using=MIDNIGHT.format(day="valid_from"),
    )
    # It was the last day on which it held; it is the first moment at which it doesn't.
    op.alter_column(
        "articles",
        "valid_until",
        type_=time,
        postgresql_using=MIDNIGHT.format(day="valid_until + 1"),
    )
    for column in (
        sa.Column("picture", sa.BigInteger(), nullable=True),
        sa.Column("tests", texts, server_default=sa.text("'{}'"), nullable=False),
        sa.Column("changed_by", sa.Text(), server_default="house", nullable=False),
        sa.Column("change", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("used", sa.BigInteger(), server_default="0", nullable=False),
    ):
        op.add_column("articles", column)
    op.create_index("ix_articles_change", "articles", ["change"])
    for name in ("reviewed_by", "urgent", "confirmed"):
        op.add_column("article_versions", sa.Column(name, sa.Text(), nullable=True))
    op.create_index(
        "ix_article_versions_unreviewed",
        "article_versions",
        ["article_id"],
        postgresql_where=sa.text("urgent is not null and reviewed_by is null"),
    )
    op.create_table(
        "article_drafts",
        sa.Column("article_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("writers", texts, nullable=False),
        sa.Column("saved_by", sa.Text(), nullable=False),
        sa.Column("saved_at", time, nullable=False),
        sa.Column("reviewed_by", sa.Text(), nullable=True),
        sa.Column("publish_at", time, nullable=True),
        sa.Column("scheduled_by", sa.Text(), nullable=True),
        sa.Column("urgent", sa.Text(), nullable=True),
        sa.Column("confirmed", sa.Text(), nullable=True),
        sa.Column("held", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state in ('writing', 'in_review', 'approved')", name=op.f("ck_article_drafts_state")
        ),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["articles.id"],
            name=op.f("fk_article_drafts_article_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_article_drafts")),
    )
    op.create_index(
        "ix_article_drafts_due",
        "article_drafts",
        ["publish_at"],
        postgresql_where=sa.text("publish_at is not null"),
    )
    op.create_table(
        "article_settings",
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("review", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["region"], ["regions.code"], name=op.f("fk_article_settings_region")
        ),
        sa.PrimaryKeyConstraint("region", name=op.f("pk_article_settings")),
    )


def downgrade() -> None:
    op.drop_table("article_settings")
    op.drop_table("article_drafts")
    op.drop_index("ix_article_versions_unreviewed", "article_versions")
    for name in ("confirmed", "urgent", "reviewed_by"):
        op.drop_column("article_versions", name)
    op.drop_index("ix_articles_change", "articles")
    for name in ("used", "change", "changed_by", "tests", "picture"):
        op.drop_column("articles", name)
    op.alter_column(
        "articles",
        "valid_until",
        type_=sa.Date(),
        postgresql_using="((valid_until at time zone 'Asia/Shanghai')::date - 1)",
    )
    op.alter_column(
        "articles",
        "valid_from",
        type_=sa.Date(),
        postgresql_using="(valid_from at time zone 'Asia/Shanghai')::date",
    )

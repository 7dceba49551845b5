"""Clocks with their limits and timers; notices to staff, their readers, ways and sendings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _notices()
    _ways()
    _clocks()


def _notices() -> None:
    op.create_table(
        "notices",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("addressee", sa.Text(), nullable=True),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("at", TIME, nullable=False),
        sa.Column("spread_at", TIME, nullable=True),
        sa.CheckConstraint("level in ('info', 'warning', 'urgent')", name=op.f("ck_notices_level")),
        sa.ForeignKeyConstraint(["region"], ["regions.code"], name=op.f("fk_notices_region")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("key", name=op.f("uq_notices_key")),
    )
    op.create_index(
        "ix_notices_to_spread",
        "notices",
        ["id"],
        postgresql_where=sa.text("spread_at is null"),
    )
    op.create_table(
        "notice_readers",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("notice_id", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_notice_readers_account_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"],
            ["notices.id"],
            name=op.f("fk_notice_readers_notice_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "notice_id", name=op.f("pk_notice_readers")),
    )
    op.create_index(
        "ix_notice_readers_unseen",
        "notice_readers",
        ["account_id"],
        postgresql_where=sa.text("seen_at is null"),
    )


def _ways() -> None:
    op.create_table(
        "notice_ways",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kinds", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("begins", sa.Integer(), nullable=False),
        sa.Column("ends", sa.Integer(), nullable=False),
        sa.Column("urgent_always", sa.Boolean(), nullable=False),
        sa.Column("every", sa.Integer(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=True),
        sa.Column("last_sent_at", TIME, nullable=True),
        sa.Column("leased_by", sa.Text(), nullable=True),
        sa.Column("leased_until", TIME, nullable=True),
        sa.Column("ended_at", TIME, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.CheckConstraint(
            "way in ('console', 'email', 'telegram', 'wecom', 'dingtalk', 'feishu')",
            name=op.f("ck_notice_ways_way"),
        ),
        sa.CheckConstraint(
            "(account_id is null) = (way in ('wecom', 'dingtalk', 'feishu'))",
            name=op.f("ck_notice_ways_whose"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_notice_ways_account_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_notice_ways_person_id")
        ),
        sa.ForeignKeyConstraint(["region"], ["regions.code"], name=op.f("fk_notice_ways_region")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_ways")),
        sa.UniqueConstraint("account_id", "way", name=op.f("uq_notice_ways_account_id_way")),
    )
    op.create_table(
        "notice_sendings",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("notice_id", sa.BigInteger(), nullable=False),
        sa.Column("way_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", TIME, nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("sent_at", TIME, nullable=True),
        sa.CheckConstraint(
            "state in ('ready', 'sending', 'sent', 'failed', 'unknown')",
            name=op.f("ck_notice_sendings_state"),
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"],
            ["notices.id"],
            name=op.f("fk_notice_sendings_notice_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["way_id"],
            ["notice_ways.id"],
            name=op.f("fk_notice_sendings_way_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_sendings")),
        sa.UniqueConstraint(
            "notice_id", "way_id", name=op.f("uq_notice_sendings_notice_id_way_id")
        ),
    )
    op.create_index(
        "ix_notice_sendings_open",
        "notice_sendings",
        ["way_id"],
        postgresql_where=sa.text("state in ('ready', 'sending')"),
    )
    op.create_table(
        "notice_codes",
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("until", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_notice_codes_account_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_notice_codes")),
    )


LIMITS = (
    ("first_answer", None, 30, False),
    ("first_answer", "crisis", 3, True),
    ("next_answer", None, 60, False),
    ("next_answer", "crisis", 5, True),
    ("decision", None, 5 * 7 * 60, False),
)
"""What holds where no region has set anything: measure, kind, minutes, at every hour."""


def _clocks() -> None:
    measures = "measure in ('first_answer', 'next_answer', 'decision')"
    limits = op.create_table(
        "clock_limits",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("always", sa.Boolean(), nullable=False),
        sa.CheckConstraint(measures, name=op.f("ck_clock_limits_measure")),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_clock_limits_minutes")),
        sa.ForeignKeyConstraint(["region"], ["regions.code"], name=op.f("fk_clock_limits_region")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_limits")),
        sa.UniqueConstraint(
            "measure",
            "region",
            "kind",
            name=op.f("uq_clock_limits_measure_region_kind"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.bulk_insert(
        limits,
        [
            {"measure": measure, "region": None, "kind": kind, "minutes": minutes, "always": always}
            for measure, kind, minutes, always in LIMITS
        ],
    )
    op.create_table(
        "clock_timers",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=True),
        sa.Column("since", TIME, nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("warns_at", TIME, nullable=True),
        sa.Column("breaks_at", TIME, nullable=True),
        sa.Column("warned_at", TIME, nullable=True),
        sa.Column("broken_at", TIME, nullable=True),
        sa.CheckConstraint("source in ('handoff', 'case')", name=op.f("ck_clock_timers_source")),
        sa.CheckConstraint(measures, name=op.f("ck_clock_timers_measure")),
        sa.ForeignKeyConstraint(["region"], ["regions.code"], name=op.f("fk_clock_timers_region")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_timers")),
        sa.UniqueConstraint(
            "source", "number", "measure", name=op.f("uq_clock_timers_source_number_measure")
        ),
    )
    for name, mark in (("warns_at", "warned_at"), ("breaks_at", "broken_at")):
        op.create_index(
            f"ix_clock_timers_{name}",
            "clock_timers",
            [name],
            postgresql_where=sa.text(f"{mark} is null"),
        )


def downgrade() -> None:
    for table in (
        "clock_timers",
        "clock_limits",
        "notice_codes",
        "notice_sendings",
        "notice_ways",
        "notice_readers",
        "notices",
    ):
        op.drop_table(table)

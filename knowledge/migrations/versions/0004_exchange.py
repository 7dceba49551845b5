"""What files say besides: sources, topics, names in English; and places that riders doubt."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

#: (table, column) of texts that are added.
TEXTS = (
    ("stations", "access_employer_en"),
    ("stations", "closed_reason_zh"),
    ("stations", "closed_reason_en"),
    ("stations", "source"),
    ("sector_unions", "source"),
    ("courses", "teacher_en"),
    ("courses", "source"),
)


def upgrade() -> None:
    for table, column in TEXTS:
        op.add_column(table, sa.Column(column, sa.Text(), nullable=True))
    op.execute("update stations set access_employer_en = access_employer")
    op.execute("update courses set teacher_en = teacher")
    op.add_column(
        "regions", sa.Column("demo", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    for table in ("sources", "topics"):
        op.create_table(
            table,
            sa.Column("code", sa.Text(), nullable=False),
            sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
            sa.PrimaryKeyConstraint("code", name=op.f(f"pk_{table}")),
        )
    op.create_table(
        "station_reports",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("station", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_by", sa.Text(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "what in ('closed', 'place', 'hours', 'offers', 'other')",
            name=op.f("ck_station_reports_what"),
        ),
        sa.ForeignKeyConstraint(
            ["station"],
            ["stations.code"],
            name=op.f("fk_station_reports_station"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_station_reports_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_station_reports")),
    )
    op.create_index(
        "uq_station_reports_once", "station_reports", ["station", "person_id", "day"], unique=True
    )
    op.create_index(op.f("ix_station_reports_person_id"), "station_reports", ["person_id"])


def downgrade() -> None:
    op.drop_table("station_reports")
    op.drop_table("topics")
    op.drop_table("sources")
    op.drop_column("regions", "demo")
    for table, column in TEXTS:
        op.drop_column(table, column)

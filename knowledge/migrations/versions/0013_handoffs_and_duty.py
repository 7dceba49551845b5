"""What happens to a handoff, how riders found it, the duty roster, regions' office hours."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
DAYS = "'workdays', 'daily', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'"


def upgrade() -> None:
    op.add_column("handoffs", sa.Column("step", sa.Integer(), server_default="0", nullable=False))
    op.add_column(
        "handoffs",
        sa.Column("below", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
    )
    op.add_column("handoffs", sa.Column("wrote_at", TIME, nullable=True))
    op.add_column("handoffs", sa.Column("acknowledged_at", TIME, nullable=True))
    op.create_index("ix_handoffs_conversation", "handoffs", ["conversation_id", "id"])
    op.create_table(
        "handoff_events",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("handoff_id", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("staff", sa.Text(), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["handoff_id"],
            ["handoffs.id"],
            name=op.f("fk_handoff_events_handoff_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handoff_events")),
    )
    op.create_index("ix_handoff_events_handoff_id", "handoff_events", ["handoff_id"])
    op.create_table(
        "handoff_ratings",
        sa.Column("handoff_id", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("stars", sa.SmallInteger(), nullable=True),
        sa.Column("rated_at", TIME, nullable=True),
        sa.Column("comment", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("stars between 1 and 5", name=op.f("ck_handoff_ratings_stars")),
        sa.ForeignKeyConstraint(
            ["handoff_id"],
            ["handoffs.id"],
            name=op.f("fk_handoff_ratings_handoff_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("handoff_id", name=op.f("pk_handoff_ratings")),
    )
    _duty()


def _duty() -> None:
    op.create_table(
        "duty_shifts",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("days", sa.Text(), nullable=True),
        sa.Column("from_minute", sa.Integer(), nullable=True),
        sa.Column("to_minute", sa.Integer(), nullable=True),
        sa.Column("begins", TIME, nullable=True),
        sa.Column("ends", TIME, nullable=True),
        sa.CheckConstraint(f"days in ({DAYS})", name=op.f("ck_duty_shifts_days")),
        sa.CheckConstraint(
            "case when days is null then begins < ends"
            " else from_minute is not null and to_minute is not null end",
            name=op.f("ck_duty_shifts_when"),
        ),
        sa.ForeignKeyConstraint(["region"], ["regions.code"], name=op.f("fk_duty_shifts_region")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_shifts")),
    )
    op.create_index("ix_duty_shifts_ends", "duty_shifts", ["ends"])
    op.create_table(
        "duty_absences",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("begins", TIME, nullable=False),
        sa.Column("ends", TIME, nullable=False),
        sa.CheckConstraint("begins < ends", name=op.f("ck_duty_absences_when")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_absences")),
    )
    op.create_index("ix_duty_absences_ends", "duty_absences", ["ends"])
    minutes = ("answer_minutes", "warn_minutes", "silent_minutes", "crisis_minutes")
    op.create_table(
        "offices",
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("stretches", postgresql.JSONB(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in minutes),
        sa.ForeignKeyConstraint(["region"], ["regions.code"], name=op.f("fk_offices_region")),
        sa.PrimaryKeyConstraint("region", name=op.f("pk_offices")),
    )


def downgrade() -> None:
    for table in ("offices", "duty_absences", "duty_shifts", "handoff_ratings", "handoff_events"):
        op.drop_table(table)
    op.drop_index("ix_handoffs_conversation", "handoffs")
    for column in ("acknowledged_at", "wrote_at", "below", "step"):
        op.drop_column("handoffs", column)

"""What a line to learn from went to, trainings begun in the console, numbers by week."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    time = sa.DateTime(timezone=True)
    op.add_column("review_lines", sa.Column("settled_as", sa.Text(), nullable=True))
    op.create_table(
        "trainings",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("begun_by", sa.Text(), nullable=False),
        sa.Column("begun_at", time, nullable=False),
        sa.Column("seen_at", time, nullable=False),
        sa.Column("ended_at", time, nullable=True),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("of", sa.Integer(), nullable=False),
        sa.Column("result", postgresql.JSONB(), nullable=True),
        sa.CheckConstraint("kind in ('train', 'back')", name=op.f("ck_trainings_kind")),
        sa.CheckConstraint(
            "state in ('running', 'let_in', 'refused', 'unchanged', 'failed')",
            name=op.f("ck_trainings_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trainings")),
    )
    op.create_index(
        "uq_trainings_running",
        "trainings",
        ["state"],
        unique=True,
        postgresql_where=sa.text("state = 'running'"),
    )
    op.create_table(
        "figures",
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "week", "region", "language", "about", "event", name=op.f("pk_figures")
        ),
    )


def downgrade() -> None:
    op.drop_table("figures")
    op.drop_table("trainings")
    op.drop_column("review_lines", "settled_as")

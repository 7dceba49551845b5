"""Changed limits are counted anew for what is open; the answer's minutes are one of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "clock_recounts",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.CheckConstraint("source in ('handoff', 'case')", name=op.f("ck_clock_recounts_source")),
        sa.ForeignKeyConstraint(
            ["region"], ["regions.code"], name=op.f("fk_clock_recounts_region")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_recounts")),
    )
    # What a region had set for its promise holds on, now for the clock as well. A limit of its own
    # for the clock was set later and knowingly: that one stays.
    op.execute(
        "insert into clock_limits (measure, region, kind, minutes, always) "
        "select 'first_answer', region, 'person', answer_minutes, false from offices "
        "on conflict do nothing"
    )
    op.drop_column("offices", "answer_minutes")


def downgrade() -> None:
    op.add_column(
        "offices",
        sa.Column("answer_minutes", sa.Integer(), nullable=False, server_default="30"),
    )
    op.alter_column("offices", "answer_minutes", server_default=None)
    op.drop_table("clock_recounts")

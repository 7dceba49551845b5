"""Lines to learn from, the sentences that were accepted of them, and answers judged once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    time = sa.DateTime(timezone=True)
    op.create_table(
        "review_lines",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("inbox_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("at", time, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("settled_by", sa.Text(), nullable=True),
        sa.Column("settled_at", time, nullable=True),
        sa.CheckConstraint(
            "what in ('asked_back', 'handed_over', 'not_helpful', 'out_of_scope')",
            name=op.f("ck_review_lines_what"),
        ),
        sa.CheckConstraint(
            "state in ('open', 'taught', 'ignored')", name=op.f("ck_review_lines_state")
        ),
        sa.ForeignKeyConstraint(
            ["inbox_id"], ["inbox.id"], name=op.f("fk_review_lines_inbox_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_review_lines_person_id")
        ),
        sa.ForeignKeyConstraint(["region"], ["regions.code"], name=op.f("fk_review_lines_region")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_lines")),
        sa.UniqueConstraint("inbox_id", name=op.f("uq_review_lines_inbox_id")),
    )
    op.create_index(op.f("ix_review_lines_person_id"), "review_lines", ["person_id"])
    op.create_index("ix_review_lines_state", "review_lines", ["state", "at"])
    op.create_table(
        "taught",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("taught_by", sa.Text(), nullable=False),
        sa.Column("taught_at", time, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_taught")),
        sa.UniqueConstraint("text", name=op.f("uq_taught_text")),
    )
    op.create_table(
        "judgements",
        sa.Column("inbox_id", sa.BigInteger(), nullable=False),
        sa.Column("helpful", sa.Boolean(), nullable=False),
        sa.Column("at", time, nullable=False),
        sa.ForeignKeyConstraint(
            ["inbox_id"], ["inbox.id"], name=op.f("fk_judgements_inbox_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("inbox_id", name=op.f("pk_judgements")),
    )


def downgrade() -> None:
    op.drop_table("judgements")
    op.drop_table("taught")
    op.drop_table("review_lines")

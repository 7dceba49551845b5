"""How far each process is with what drafts are tried with, for the pages of all processes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "gate_stands",
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("article", sa.BigInteger(), nullable=True),
        sa.Column("ready", sa.Boolean(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("of", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("process", name=op.f("pk_gate_stands")),
        prefixes=["UNLOGGED"],
    )


def downgrade() -> None:
    op.drop_table("gate_stands")

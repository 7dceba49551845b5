"""A wrong proof counts for the address it came from, too."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("attempts", sa.Column("address_index", sa.LargeBinary(), nullable=True))
    op.create_index(op.f("ix_attempts_address_index"), "attempts", ["address_index", "at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_attempts_address_index"), "attempts")
    op.drop_column("attempts", "address_index")

"""Which source says a region's days for a decision, and when they were compared with it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Days of old stay as they are, without either: the form asks when they are changed.
    op.add_column("regions", sa.Column("decision_source", sa.Text(), nullable=True))
    op.add_column("regions", sa.Column("decision_checked_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("regions", "decision_checked_on")
    op.drop_column("regions", "decision_source")

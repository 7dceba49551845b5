"""What is said about a case, and a case that is opened again, stand in its history."""

from __future__ import annotations

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

BEFORE = ("opened", "moved", "proposed", "dropped", "assigned", "escalated", "returned", "document",
          "office_number", "joint")  # fmt: skip
SINCE = (*BEFORE, "noted", "said", "answered", "reopened")


def upgrade() -> None:
    _allow(SINCE)


def downgrade() -> None:
    op.execute("delete from case_events where what in ('noted', 'said', 'answered', 'reopened')")
    _allow(BEFORE)


def _allow(events: tuple[str, ...]) -> None:
    op.drop_constraint(op.f("ck_case_events_what"), "case_events")
    op.create_check_constraint(op.f("ck_case_events_what"), "case_events", f"what in {events!r}")

"""What the staff's inbox keeps: private notes, quick replies, how far a rider's page has come."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

WHATS = "'asked_back', 'handed_over', 'not_helpful', 'out_of_scope'"


def upgrade() -> None:
    time = sa.DateTime(timezone=True)
    op.create_table(
        "inbox_notes",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", time, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_inbox_notes_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_inbox_notes_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox_notes")),
    )
    op.create_index(op.f("ix_inbox_notes_person_id"), "inbox_notes", ["person_id"])
    op.create_table(
        "quick_replies",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", time, nullable=False),
        sa.CheckConstraint("owner is null or region is null", name=op.f("ck_quick_replies_whose")),
        sa.ForeignKeyConstraint(["region"], ["regions.code"], name=op.f("fk_quick_replies_region")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quick_replies")),
    )
    op.create_table(
        "web_arrivals",
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_web_arrivals_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_web_arrivals")),
    )
    op.create_index(
        "ix_messages_staff",
        "messages",
        ["conversation_id", "id"],
        postgresql_where=sa.text("who = 'staff'"),
    )
    op.create_index(
        "ix_handoffs_ended",
        "handoffs",
        ["ended_at", "id"],
        postgresql_where=sa.text("ended_at is not null"),
    )
    op.create_index("ix_handoffs_person_id", "handoffs", ["person_id"])
    op.drop_constraint(op.f("ck_review_lines_what"), "review_lines", type_="check")
    op.create_check_constraint(
        op.f("ck_review_lines_what"), "review_lines", f"what in ({WHATS}, 'misread')"
    )


def downgrade() -> None:
    op.execute("delete from review_lines where what = 'misread'")
    op.drop_constraint(op.f("ck_review_lines_what"), "review_lines", type_="check")
    op.create_check_constraint(op.f("ck_review_lines_what"), "review_lines", f"what in ({WHATS})")
    op.drop_index("ix_handoffs_person_id", table_name="handoffs")
    op.drop_index("ix_handoffs_ended", table_name="handoffs")
    op.drop_index("ix_messages_staff", table_name="messages")
    op.drop_table("web_arrivals")
    op.drop_table("quick_replies")
    op.drop_table("inbox_notes")

"""Persons linked with one another, and conversations that staff hold for a rider who called."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "behalf",
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("staff", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("how in ('phone', 'visit', 'other')", name=op.f("ck_behalf_how")),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_behalf_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["region"], ["regions.code"], name=op.f("fk_behalf_region")),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_behalf")),
    )
    op.create_index(op.f("ix_behalf_at"), "behalf", ["at"])
    op.create_table(
        "person_links",
        sa.Column("one", sa.Uuid(), nullable=False),
        sa.Column("other", sa.Uuid(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("one < other", name=op.f("ck_person_links_order")),
        sa.ForeignKeyConstraint(
            ["one"], ["persons.id"], name=op.f("fk_person_links_one"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["other"], ["persons.id"], name=op.f("fk_person_links_other"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("one", "other", name=op.f("pk_person_links")),
    )
    op.create_index(op.f("ix_person_links_other"), "person_links", ["other"])


def downgrade() -> None:
    op.drop_table("person_links")
    op.drop_table("behalf")

"""Accounts of staff, how they prove it and from where; the audit's lines about no person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    time = sa.DateTime(timezone=True)
    op.create_table(
        "accounts",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("password_at", time, nullable=True),
        sa.Column("totp", sa.LargeBinary(), nullable=True),
        sa.Column("totp_step", sa.BigInteger(), nullable=True),
        sa.Column("disabled_at", time, nullable=True),
        sa.Column("created_at", time, nullable=False),
        sa.CheckConstraint(
            "role in ('staff', 'lead', 'administrator', 'auditor')", name=op.f("ck_accounts_role")
        ),
        sa.CheckConstraint("language in ('zh', 'en')", name=op.f("ck_accounts_language")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_accounts_person_id")),
        sa.ForeignKeyConstraint(["region"], ["regions.code"], name=op.f("fk_accounts_region")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("login", name=op.f("uq_accounts_login")),
        sa.UniqueConstraint("name", name=op.f("uq_accounts_name")),
        sa.UniqueConstraint("person_id", name=op.f("uq_accounts_person_id")),
    )
    _of_account(
        "invitations",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("until", time, nullable=False),
        sa.Column("used_at", time, nullable=True),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitations_token_hash")),
    )
    _of_account(
        "recovery_codes",
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", time, nullable=True),
    )
    _of_account(
        "console_sessions",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("device", sa.LargeBinary(), nullable=False),
        sa.Column("new_secret", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", time, nullable=False),
        sa.Column("seen_at", time, nullable=False),
        sa.UniqueConstraint("token_hash", name=op.f("uq_console_sessions_token_hash")),
    )
    op.create_table(
        "login_attempts",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("login_index", sa.LargeBinary(), nullable=False),
        sa.Column("address_index", sa.LargeBinary(), nullable=False),
        sa.Column("right", sa.Boolean(), nullable=False),
        sa.Column("at", time, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_attempts")),
    )
    for column in ("login_index", "address_index"):
        op.create_index(f"ix_login_attempts_{column}", "login_attempts", [column, "at"])
    op.create_table(
        "known_addresses",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("address_index", sa.LargeBinary(), nullable=False),
        sa.Column("at", time, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_known_addresses_account_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "address_index", name=op.f("pk_known_addresses")),
    )
    op.add_column("audit", sa.Column("subject", sa.Text(), nullable=True))
    op.add_column("audit", sa.Column("region", sa.Text(), nullable=True))
    op.create_foreign_key(op.f("fk_audit_region"), "audit", "regions", ["region"], ["code"])
    op.create_index("ix_audit_at", "audit", ["at"], postgresql_using="brin")


def _of_account(table: str, *columns: sa.schema.SchemaItem) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f(f"fk_{table}_account_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_account_id"), table, ["account_id"])


def downgrade() -> None:
    op.drop_index("ix_audit_at", "audit")
    op.drop_constraint(op.f("fk_audit_region"), "audit")
    op.drop_column("audit", "region")
    op.drop_column("audit", "subject")
    for table in (
        "known_addresses",
        "login_attempts",
        "console_sessions",
        "recovery_codes",
        "invitations",
        "accounts",
    ):
        op.drop_table(table)

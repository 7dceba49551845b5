"""One store of cases; applications and claims that are there get theirs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)

EVENTS = (
    "opened", "moved", "proposed", "dropped", "assigned", "escalated", "returned", "document",
    "office_number", "joint",
)  # fmt: skip

APPLICATIONS = """
insert into cases (number, kind, person_id, region, office, sector, step, urgent, created_at,
                   changed_at, due, closed_at, consent, conversation_id, reason)
select number, 'application', person_id, region, region, sector, state, false, created_at,
       changed_at, due, case when state in ('approved', 'refused', 'withdrawn') then changed_at end,
       consent, conversation_id, reason
from applications
"""

CLAIMS = """
insert into cases (number, kind, person_id, region, office, step, urgent, created_at, changed_at,
                   closed_at, amount, consent, conversation_id, reason)
select number, 'claim', person_id, region, region, step, false, created_at, changed_at,
       case when step in ('paid', 'refused') then changed_at end, coalesce(paid, approved),
       '', conversation_id, reason
from claims
"""

EVENT = """
insert into case_events (number, at, actor, what, step, office, clock)
select e.number, e.at, e.actor, case when e.{step} = '{first}' then 'opened' else 'moved' end,
       e.{step}, c.region,
       case when e.{step} = '{first}' then 'start' when e.{step} in ({last}) then 'stop' end
from {events} e join cases c using (number) order by e.id
"""


def upgrade() -> None:
    _cases()
    _events_and_documents()
    _rules()
    _joint()
    op.execute(APPLICATIONS)
    op.execute(CLAIMS)
    ended = "'approved', 'refused', 'withdrawn'"
    op.execute(
        EVENT.format(step="state", first="received", last=ended, events="application_events")
    )
    ended = "'paid', 'refused'"
    op.execute(EVENT.format(step="step", first="applied", last=ended, events="claim_steps"))


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("sector", sa.Text(), nullable=True),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("changed_at", TIME, nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("closed_at", TIME, nullable=True),
        sa.Column("amount", sa.Numeric(12, 2), nullable=True),
        sa.Column("consent", sa.Text(), nullable=False),
        sa.Column("details", sa.LargeBinary(), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("office_number", sa.LargeBinary(), nullable=True),
        sa.Column("conversation_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_cases_amount")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_cases_person_id")),
        sa.ForeignKeyConstraint(["region"], ["regions.code"], name=op.f("fk_cases_region")),
        sa.ForeignKeyConstraint(["office"], ["regions.code"], name=op.f("fk_cases_office")),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_cases_conversation_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_cases")),
    )
    still = sa.text("closed_at is null")
    op.create_index(op.f("ix_cases_person_id"), "cases", ["person_id"])
    op.create_index("ix_cases_open", "cases", ["region", "kind"], postgresql_where=still)
    op.create_index("ix_cases_created_at", "cases", ["created_at"])
    op.create_index("ix_cases_owner", "cases", ["owner"], postgresql_where=still)


def _events_and_documents() -> None:
    op.create_table(
        "case_events",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("clock", sa.Text(), nullable=True),
        sa.Column("text", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(f"what in {EVENTS!r}", name=op.f("ck_case_events_what")),
        sa.CheckConstraint(
            "clock in ('start', 'rest', 'run', 'stop')", name=op.f("ck_case_events_clock")
        ),
        sa.ForeignKeyConstraint(["number"], ["cases.number"], name=op.f("fk_case_events_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_events")),
    )
    op.create_index(op.f("ix_case_events_number"), "case_events", ["number"])
    op.create_table(
        "case_documents",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("mime", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["number"], ["cases.number"], name=op.f("fk_case_documents_number")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_documents")),
    )
    op.create_index(op.f("ix_case_documents_number"), "case_documents", ["number"])
    op.create_table(
        "case_proposals",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(12, 2), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["number"], ["cases.number"], name=op.f("fk_case_proposals_number")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_case_proposals")),
    )


def _rules() -> None:
    op.create_table(
        "case_rules",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("sector", sa.Text(), nullable=True),
        sa.Column("account", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["region"], ["regions.code"], name=op.f("fk_case_rules_region")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_rules")),
    )


def _joint() -> None:
    op.create_table(
        "case_employers",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["number"], ["cases.number"], name=op.f("fk_case_employers_number")
        ),
        sa.PrimaryKeyConstraint("number", "token", name=op.f("pk_case_employers")),
    )
    op.create_index("ix_case_employers_token", "case_employers", ["token"])
    op.create_table(
        "joint_cases",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["region"], ["regions.code"], name=op.f("fk_joint_cases_region")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_cases")),
    )
    op.create_table(
        "joint_members",
        sa.Column("joint", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("answered_at", TIME, nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["joint"], ["joint_cases.id"], name=op.f("fk_joint_members_joint")),
        sa.ForeignKeyConstraint(["number"], ["cases.number"], name=op.f("fk_joint_members_number")),
        sa.PrimaryKeyConstraint("joint", "number", name=op.f("pk_joint_members")),
    )
    op.create_index(
        "uq_joint_members_one",
        "joint_members",
        ["number"],
        unique=True,
        postgresql_where=sa.text("agreed is not false"),
    )
    op.create_table(
        "joint_access",
        sa.Column("joint", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["joint"], ["joint_cases.id"], name=op.f("fk_joint_access_joint")),
        sa.PrimaryKeyConstraint("joint", "account", name=op.f("pk_joint_access")),
    )


def downgrade() -> None:
    for table in (
        "joint_access", "joint_members", "joint_cases", "case_employers", "case_rules",
        "case_proposals", "case_documents", "case_events", "cases",
    ):  # fmt: skip
        op.drop_table(table)

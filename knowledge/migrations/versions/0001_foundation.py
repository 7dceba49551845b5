"""The foundation: people, records, places, courses, articles, and the conversations' four books."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from knowledge.stations import Cube

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("create extension if not exists cube")
    op.execute("create extension if not exists earthdistance")
    op.create_table(
        "audit_seals",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("last_line", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_seals")),
        sa.UniqueConstraint("last_line", name=op.f("uq_audit_seals_last_line")),
    )
    op.create_table(
        "facts",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_facts")),
    )
    op.create_table(
        "regions",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=True),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("aliases", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("body_zh", sa.Text(), nullable=False),
        sa.Column("body_en", sa.Text(), nullable=False),
        sa.Column("number_prefix", sa.Text(), nullable=True),
        sa.Column("decision_days", sa.Integer(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["parent"], ["regions.code"], name=op.f("fk_regions_parent")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_regions")),
    )
    op.create_table(
        "articles",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("similar", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("buttons", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("related", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("helpful", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("not_helpful", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "state in ('draft', 'published', 'archived')", name=op.f("ck_articles_state")
        ),
        sa.ForeignKeyConstraint(["region"], ["regions.code"], name=op.f("fk_articles_region")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_articles")),
    )
    op.create_index("uq_articles_place", "articles", ["topic", "region", "language"], unique=True)
    op.create_table(
        "courses",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title_zh", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("words", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("place_zh", sa.Text(), nullable=False),
        sa.Column("place_en", sa.Text(), nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("online", sa.Boolean(), nullable=False),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("price", sa.Numeric(precision=10, scale=2), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("certificate", sa.Boolean(), nullable=False),
        sa.Column("teacher", sa.Text(), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.CheckConstraint("taken >= 0 and taken <= seats", name=op.f("ck_courses_seats")),
        sa.ForeignKeyConstraint(["region"], ["regions.code"], name=op.f("fk_courses_region")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_courses")),
    )
    op.create_index(op.f("ix_courses_region"), "courses", ["region"], unique=False)
    op.create_index("ix_courses_topic", "courses", ["topic"], unique=False)
    op.create_table(
        "lines",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("for_crisis", sa.Boolean(), nullable=False),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["region"], ["regions.code"], name=op.f("fk_lines_region")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_lines")),
    )
    op.create_index(op.f("ix_lines_region"), "lines", ["region"], unique=False)
    op.create_table(
        "persons",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=True),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("sector", sa.Text(), nullable=True),
        sa.Column("profile", sa.LargeBinary(), nullable=True),
        sa.Column("phone_index", sa.LargeBinary(), nullable=True),
        sa.Column("id_number_index", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["region"], ["regions.code"], name=op.f("fk_persons_region")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_persons")),
    )
    op.create_index("ix_persons_id_number_index", "persons", ["id_number_index"], unique=False)
    op.create_index("ix_persons_phone_index", "persons", ["phone_index"], unique=False)
    op.create_table(
        "schemes",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["region"], ["regions.code"], name=op.f("fk_schemes_region")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_schemes")),
    )
    op.create_index(op.f("ix_schemes_region"), "schemes", ["region"], unique=False)
    op.create_table(
        "sector_unions",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("sector", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["region"], ["regions.code"], name=op.f("fk_sector_unions_region")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_sector_unions")),
    )
    op.create_table(
        "staff",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("on_duty", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["region"], ["regions.code"], name=op.f("fk_staff_region")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_staff")),
    )
    op.create_table(
        "stations",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("address_zh", sa.Text(), nullable=False),
        sa.Column("address_en", sa.Text(), nullable=False),
        sa.Column("street", sa.Text(), nullable=False),
        sa.Column("landmarks", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("position", Cube(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amenities", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("access", sa.Text(), nullable=False),
        sa.Column("access_employer", sa.Text(), nullable=True),
        sa.Column("access_trade", sa.Text(), nullable=True),
        sa.Column("hours", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("closed_until", sa.Date(), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "access in ('everyone', 'members', 'employer', 'trade')",
            name=op.f("ck_stations_access"),
        ),
        sa.CheckConstraint("(lat is null) = (position is null)", name=op.f("ck_stations_position")),
        sa.ForeignKeyConstraint(["region"], ["regions.code"], name=op.f("fk_stations_region")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_stations")),
    )
    op.create_index(
        "ix_stations_position", "stations", ["position"], unique=False, postgresql_using="gist"
    )
    op.create_index(op.f("ix_stations_region"), "stations", ["region"], unique=False)
    op.create_index("ix_stations_street", "stations", ["street"], unique=False)
    op.create_index(
        "ix_stations_position_always",
        "stations",
        ["position"],
        postgresql_using="gist",
        postgresql_where=sa.text("hours = '24/7'"),
    )
    op.create_index("ix_stations_landmarks", "stations", ["landmarks"], postgresql_using="gin")
    op.create_table(
        "article_versions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["articles.id"],
            name=op.f("fk_article_versions_article_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_versions")),
    )
    op.create_index(
        "uq_article_versions_version", "article_versions", ["article_id", "version"], unique=True
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("before", sa.LargeBinary(), nullable=True),
        sa.Column("after", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_audit_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_person_id"), "audit", ["person_id"], unique=False)
    op.create_table(
        "conversations",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("bot", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("state", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_conversations_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversations")),
    )
    op.create_index(
        op.f("ix_conversations_person_id"), "conversations", ["person_id"], unique=False
    )
    op.create_index("uq_conversations_key", "conversations", ["bot", "channel", "key"], unique=True)
    op.create_table(
        "course_sessions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course"], ["courses.code"], name=op.f("fk_course_sessions_course")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_sessions")),
    )
    op.create_index(op.f("ix_course_sessions_course"), "course_sessions", ["course"], unique=False)
    op.create_index(
        "uq_course_sessions_start", "course_sessions", ["course", "starts_at"], unique=True
    )
    op.create_table(
        "memberships",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("sector", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_memberships_person_id")
        ),
        sa.ForeignKeyConstraint(["region"], ["regions.code"], name=op.f("fk_memberships_region")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_memberships")),
        sa.UniqueConstraint("person_id", name=op.f("uq_memberships_person_id")),
    )
    op.create_table(
        "query_codes",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("shown", sa.LargeBinary(), nullable=True),
        sa.Column("shown_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_query_codes_person_id")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_query_codes")),
    )
    op.create_index(op.f("ix_query_codes_person_id"), "query_codes", ["person_id"], unique=False)
    op.create_table(
        "applications",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("sector", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("sector_union", sa.Text(), nullable=True),
        sa.Column("consent", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("details", sa.LargeBinary(), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("conversation_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "state in ('received', 'in_review', 'approved', 'refused', 'withdrawn')",
            name=op.f("ck_applications_state"),
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_applications_conversation_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_applications_person_id")
        ),
        sa.ForeignKeyConstraint(["region"], ["regions.code"], name=op.f("fk_applications_region")),
        sa.ForeignKeyConstraint(
            ["sector_union"], ["sector_unions.code"], name=op.f("fk_applications_sector_union")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_applications")),
    )
    op.create_index(op.f("ix_applications_person_id"), "applications", ["person_id"], unique=False)
    op.create_index(
        "uq_applications_one_open",
        "applications",
        ["person_id"],
        unique=True,
        postgresql_where=sa.text("state in ('received', 'in_review')"),
    )
    op.create_table(
        "attempts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("number_index", sa.LargeBinary(), nullable=False),
        sa.Column("right", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_attempts_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
    )
    op.create_index(
        op.f("ix_attempts_conversation_id"), "attempts", ["conversation_id"], unique=False
    )
    op.create_index(op.f("ix_attempts_number_index"), "attempts", ["number_index"], unique=False)
    op.create_table(
        "claims",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("own_cost", sa.Numeric(precision=12, scale=2), nullable=True),
        sa.Column("approved", sa.Numeric(precision=12, scale=2), nullable=True),
        sa.Column("paid", sa.Numeric(precision=12, scale=2), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("missing", sa.LargeBinary(), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("conversation_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "step in ('applied', 'in_review', 'approved', 'paid', 'refused')",
            name=op.f("ck_claims_step"),
        ),
        sa.CheckConstraint(
            "own_cost >= 0 and approved >= 0 and paid >= 0", name=op.f("ck_claims_amounts")
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_claims_conversation_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_claims_person_id")),
        sa.ForeignKeyConstraint(["region"], ["regions.code"], name=op.f("fk_claims_region")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_claims")),
    )
    op.create_index(op.f("ix_claims_person_id"), "claims", ["person_id"], unique=False)
    op.create_table(
        "enrolments",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "state in ('enrolled', 'waiting', 'cancelled')", name=op.f("ck_enrolments_state")
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_enrolments_conversation_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["course"], ["courses.code"], name=op.f("fk_enrolments_course")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_enrolments_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolments")),
    )
    op.create_index("ix_enrolments_person_id", "enrolments", ["person_id"], unique=False)
    op.create_index(
        "uq_enrolments_once",
        "enrolments",
        ["course", "person_id"],
        unique=True,
        postgresql_where=sa.text("state in ('enrolled', 'waiting')"),
    )
    op.create_table(
        "files",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("mime", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_files_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_files_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_files")),
    )
    op.create_index(op.f("ix_files_person_id"), "files", ["person_id"], unique=False)
    op.create_table(
        "handoffs",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("summary", sa.LargeBinary(), nullable=False),
        sa.Column("staff", sa.Text(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'held') <= (staff is not null)", name=op.f("ck_handoffs_held_by")
        ),
        sa.CheckConstraint(
            "state in ('waiting', 'held', 'returned', 'closed')", name=op.f("ck_handoffs_state")
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_handoffs_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_handoffs_person_id")),
        sa.ForeignKeyConstraint(["region"], ["regions.code"], name=op.f("fk_handoffs_region")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handoffs")),
    )
    op.create_index(
        "ix_handoffs_queue", "handoffs", ["state", "priority", "opened_at"], unique=False
    )
    op.create_index(
        "uq_handoffs_one_open",
        "handoffs",
        ["conversation_id"],
        unique=True,
        postgresql_where=sa.text("state in ('waiting', 'held')"),
    )
    op.create_table(
        "inbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("starts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("failures", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("leased_by", sa.Text(), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("parked", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("held", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("trace", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_inbox_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
    )
    op.create_index(
        "ix_inbox_next",
        "inbox",
        ["conversation_id", "id"],
        unique=False,
        postgresql_where=sa.text("handled_at is null"),
    )
    op.create_index(
        "ix_inbox_waiting",
        "inbox",
        ["due_at", "id"],
        unique=False,
        postgresql_where=sa.text("handled_at is null"),
    )
    op.create_index("uq_inbox_once", "inbox", ["conversation_id", "external_id"], unique=True)
    op.create_table(
        "proofs",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_proofs_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_proofs_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proofs")),
    )
    op.create_index(op.f("ix_proofs_conversation_id"), "proofs", ["conversation_id"], unique=False)
    op.create_table(
        "application_events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["number"], ["applications.number"], name=op.f("fk_application_events_number")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_events")),
    )
    op.create_index(
        op.f("ix_application_events_number"), "application_events", ["number"], unique=False
    )
    op.create_index(
        "uq_application_events_step", "application_events", ["number", "state"], unique=True
    )
    op.create_table(
        "claim_steps",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["claims.number"], name=op.f("fk_claim_steps_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_steps")),
    )
    op.create_index("uq_claim_steps_step", "claim_steps", ["number", "step"], unique=True)
    op.create_table(
        "messages",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("inbox_id", sa.BigInteger(), nullable=False),
        sa.Column("part", sa.SmallInteger(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("who in ('rider', 'bot', 'staff')", name=op.f("ck_messages_who")),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_messages_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["inbox_id"], ["inbox.id"], name=op.f("fk_messages_inbox_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
    )
    op.create_index("ix_messages_conversation", "messages", ["conversation_id", "id"], unique=False)
    op.create_index("uq_messages_part", "messages", ["inbox_id", "part"], unique=True)
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("part", sa.SmallInteger(), nullable=False),
        sa.Column("bot", sa.Text(), nullable=False),
        sa.Column("crisis", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_by", sa.Text(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("platform_id", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state in ('ready', 'sending', 'sent', 'unknown', 'failed')",
            name=op.f("ck_outbox_state"),
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_outbox_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_outbox_message_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["bot", "conversation_id", "id"],
        unique=False,
        postgresql_where=sa.text("state in ('ready', 'sending')"),
    )
    op.create_index("uq_outbox_part", "outbox", ["message_id", "part"], unique=True)


def downgrade() -> None:
    raise NotImplementedError("there is nothing before the foundation")

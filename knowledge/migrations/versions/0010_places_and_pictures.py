"""Childcare centres and offices among the places, and pictures of articles."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ADDED = ("about_zh", "about_en", "price_zh", "price_en")
PARTS = {"childcare": "kind = 'childcare'", "office": "kind = 'union_office'"}


def upgrade() -> None:
    for name in ADDED:
        op.add_column("stations", sa.Column(name, sa.Text(), nullable=True))
    for name in ("ages_from", "ages_to"):
        op.add_column("stations", sa.Column(name, sa.Integer(), nullable=True))
    op.add_column("stations", sa.Column("found_by", sa.Text(), server_default="", nullable=False))
    op.add_column("stations", sa.Column("named", sa.Text(), server_default="", nullable=False))
    op.execute(
        r"update stations set named = lower(regexp_replace(normalize(name_zh, NFKC), "
        r"'[\W_]+', '', 'g'))"
    )
    op.create_index(op.f("ix_stations_named"), "stations", ["named"], unique=False)
    op.execute(
        "update stations set found_by = lower(concat_ws(chr(10), name_zh, name_en, address_zh, "
        "address_en, street, code, array_to_string(landmarks, chr(10))))"
    )
    for name, part in PARTS.items():
        op.create_index(
            f"ix_stations_position_{name}",
            "stations",
            ["position"],
            postgresql_using="gist",
            postgresql_where=sa.text(part),
        )
    op.create_index(
        "ix_stations_listed",
        "stations",
        ["code", "region", "kind"],
        unique=False,
        postgresql_include=["lat", "lon"],
    )
    op.create_table(
        "article_pictures",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("mime", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["articles.id"],
            name=op.f("fk_article_pictures_article_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_pictures")),
    )
    op.create_index(
        op.f("ix_article_pictures_article_id"), "article_pictures", ["article_id"], unique=False
    )
    op.add_column(
        "articles", sa.Column("picture_alt", sa.Text(), server_default="", nullable=False)
    )


def downgrade() -> None:
    op.drop_column("articles", "picture_alt")
    op.drop_table("article_pictures")
    op.drop_index("ix_stations_listed", table_name="stations")
    for name in PARTS:
        op.drop_index(f"ix_stations_position_{name}", table_name="stations")
    op.drop_index(op.f("ix_stations_named"), table_name="stations")
    op.drop_column("stations", "named")
    op.drop_column("stations", "found_by")
    for name in ("ages_to", "ages_from", *reversed(ADDED)):
        op.drop_column("stations", name)

"""digests retention"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "addresses",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("address_key", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="unconfirmed", nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_addresses_community_id_communities"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_addresses")),
        sa.UniqueConstraint("community_id", "address_key", name=op.f("uq_addresses_community_id_address_key")),
        sa.UniqueConstraint("token", name=op.f("uq_addresses_token")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "digests",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("plain", sa.Text(), nullable=False),
        sa.Column("picture", sa.LargeBinary(), nullable=False),
        sa.Column("alt", sa.Text(), nullable=False),
        sa.Column("need", sa.Text(), server_default="", nullable=False),
        sa.Column("need_subject", KEY, nullable=True),
        sa.Column("need_met_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_digests_community_id_communities"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digests")),
        sa.UniqueConstraint("community_id", "kind", "day", name=op.f("uq_digests_community_id_kind_day")),
    )
    op.create_table(
        "map_places",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("turns", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["communities.id"],
            name=op.f("fk_map_places_community_id_communities"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("community_id", "month", name=op.f("pk_map_places")),
    )
    op.create_table(
        "quarters",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_quarters_community_id_communities"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("community_id", "period", name=op.f("pk_quarters")),
    )
    op.create_table(
        "firm_months",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("firm_id", KEY, nullable=False),
        sa.Column("other_firm_id", KEY, nullable=True),
        sa.Column("acts", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["communities.id"],
            name=op.f("fk_firm_months_community_id_communities"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["firm_id"], ["firms.id"], name=op.f("fk_firm_months_firm_id_firms"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["other_firm_id"], ["firms.id"], name=op.f("fk_firm_months_other_firm_id_firms"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_firm_months")),
    )
    with op.batch_alter_table("firm_months", schema=None) as batch_op:
        batch_op.create_index("ix_firm_months_community_id_month", ["community_id", "month"], unique=False)
        batch_op.create_index(batch_op.f("ix_firm_months_firm_id"), ["firm_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_firm_months_other_firm_id"), ["other_firm_id"], unique=False)

    op.create_table(
        "first_ties",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("firm_id", KEY, nullable=False),
        sa.Column("other_firm_id", KEY, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("firm_id < other_firm_id", name=op.f("ck_first_ties_lower_first")),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["communities.id"],
            name=op.f("fk_first_ties_community_id_communities"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["firm_id"], ["firms.id"], name=op.f("fk_first_ties_firm_id_firms"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["other_firm_id"], ["firms.id"], name=op.f("fk_first_ties_other_firm_id_firms"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("firm_id", "other_firm_id", name=op.f("pk_first_ties")),
    )
    with op.batch_alter_table("first_ties", schema=None) as batch_op:
        batch_op.create_index("ix_first_ties_community_id", ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_first_ties_other_firm_id"), ["other_firm_id"], unique=False)

    op.create_table(
        "quotes",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", KEY, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_quotes_community_id_communities"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_quotes_member_id_members"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quotes")),
        sa.UniqueConstraint("member_id", name=op.f("uq_quotes_member_id")),
    )
    with op.batch_alter_table("quotes", schema=None) as batch_op:
        batch_op.create_index("ix_quotes_community_id", ["community_id"], unique=False)

    with op.batch_alter_table("acts", schema=None) as batch_op:
        batch_op.create_index(
            "ix_acts_community_id_kind_at", ["community_id", "kind", "at", "firm_id", "other_firm_id"], unique=False
        )
        batch_op.create_index(
            "ix_acts_showing_id",
            ["showing_id"],
            unique=False,
            sqlite_where=sa.text("showing_id IS NOT NULL"),
            postgresql_where=sa.text("showing_id IS NOT NULL"),
        )

    with op.batch_alter_table("showings", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("communities", schema=None) as batch_op:
        batch_op.add_column(sa.Column("in_kind", sa.JSON(none_as_null=True), nullable=True))

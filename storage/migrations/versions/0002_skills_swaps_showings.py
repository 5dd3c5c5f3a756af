"""skills swaps showings"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations.append_only import append_only

revision = "0002"
down_revision = "0001"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:  # noqa: PLR0915 - a list of tables
    op.create_table(
        "recurring",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_recurring_community_id_communities"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("community_id", "what", name=op.f("pk_recurring")),
    )
    with op.batch_alter_table("recurring", schema=None) as batch_op:
        batch_op.create_index("ix_recurring_what_due_at", ["what", "due_at"], unique=False)

    op.create_table(
        "skills",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_skills_community_id_communities"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skills")),
        sa.UniqueConstraint("community_id", "name_key", name=op.f("uq_skills_community_id_name_key")),
    )
    op.create_table(
        "swaps",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), server_default="proposed", nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("instead_of_id", KEY, nullable=True),
        sa.Column("thread_id", sa.BigInteger(), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_swaps_community_id_communities"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["instead_of_id"], ["swaps.id"], name=op.f("fk_swaps_instead_of_id_swaps"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_swaps")),
        sa.UniqueConstraint("community_id", "number", name=op.f("uq_swaps_community_id_number")),
    )
    with op.batch_alter_table("swaps", schema=None) as batch_op:
        batch_op.create_index("ix_swaps_due_at", ["due_at"], unique=False)
        batch_op.create_index("ix_swaps_thread_id", ["thread_id"], unique=False)

    op.create_table(
        "followups",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", KEY, nullable=False),
        sa.Column("other_member_id", KEY, nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("led_on", sa.Boolean(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_followups_community_id_communities"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_followups_member_id_members"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["other_member_id"], ["members.id"], name=op.f("fk_followups_other_member_id_members"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_followups")),
        sa.UniqueConstraint("member_id", "other_member_id", name=op.f("uq_followups_member_id_other_member_id")),
    )
    with op.batch_alter_table("followups", schema=None) as batch_op:
        batch_op.create_index(
            "ix_followups_due_at",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("asked_at IS NULL"),
            postgresql_where=sa.text("asked_at IS NULL"),
        )

    op.create_table(
        "listings",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", KEY, nullable=False),
        sa.Column("skill_id", KEY, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("about", sa.Text(), server_default="", nullable=False),
        sa.Column("times", sa.Text(), server_default="", nullable=False),
        sa.Column("sought", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_listings_community_id_communities"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_listings_member_id_members"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["skill_id"], ["skills.id"], name=op.f("fk_listings_skill_id_skills"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listings")),
    )
    with op.batch_alter_table("listings", schema=None) as batch_op:
        batch_op.create_index(
            "ix_listings_community_id",
            ["community_id"],
            unique=False,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.create_index(
            "ix_listings_expires_at",
            ["expires_at"],
            unique=False,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.create_index(batch_op.f("ix_listings_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_listings_skill_id"), ["skill_id"], unique=False)
        batch_op.create_index(
            "ix_listings_unsought",
            ["community_id"],
            unique=False,
            sqlite_where=sa.text("state = 'open' AND NOT sought"),
            postgresql_where=sa.text("state = 'open' AND NOT sought"),
        )
        batch_op.create_index(
            "uq_listings_open",
            ["member_id", "kind", "skill_id"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "showings",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", KEY, nullable=False),
        sa.Column("state", sa.Text(), server_default="posting", nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), server_default="", nullable=False),
        sa.Column("ask", sa.Text(), server_default="", nullable=False),
        sa.Column("text", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("first", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("thread_id", sa.BigInteger(), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_showings_community_id_communities"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_showings_member_id_members"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_showings")),
        sa.UniqueConstraint("thread_id", name=op.f("uq_showings_thread_id")),
    )
    with op.batch_alter_table("showings", schema=None) as batch_op:
        batch_op.create_index("ix_showings_community_id_shown_at", ["community_id", "shown_at"], unique=False)
        batch_op.create_index(
            "ix_showings_due_at",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_showings_member_id"), ["member_id"], unique=False)
        batch_op.create_index(
            "uq_showings_first",
            ["member_id"],
            unique=True,
            sqlite_where=sa.text("first"),
            postgresql_where=sa.text("first"),
        )

    op.create_table(
        "swap_members",
        sa.Column("swap_id", KEY, nullable=False),
        sa.Column("member_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), server_default="none", nullable=False),
        sa.Column("proposed", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_swap_members_member_id_members"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["swap_id"], ["swaps.id"], name=op.f("fk_swap_members_swap_id_swaps"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("swap_id", "member_id", name=op.f("pk_swap_members")),
    )
    with op.batch_alter_table("swap_members", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_swap_members_member_id"), ["member_id"], unique=False)
        batch_op.create_index(
            "uq_swap_members_proposed",
            ["member_id"],
            unique=True,
            sqlite_where=sa.text("proposed"),
            postgresql_where=sa.text("proposed"),
        )

    op.create_table(
        "answers",
        sa.Column("showing_id", KEY, nullable=False),
        sa.Column("member_id", KEY, nullable=False),
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("helped_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_answers_community_id_communities"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_answers_member_id_members"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["showing_id"], ["showings.id"], name=op.f("fk_answers_showing_id_showings"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("showing_id", "member_id", name=op.f("pk_answers")),
    )
    with op.batch_alter_table("answers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answers_member_id"), ["member_id"], unique=False)

    op.create_table(
        "legs",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("swap_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("teacher_id", KEY, nullable=False),
        sa.Column("learner_id", KEY, nullable=False),
        sa.Column("skill_id", KEY, nullable=False),
        sa.Column("offer_id", KEY, nullable=False),
        sa.Column("want_id", KEY, nullable=False),
        sa.Column("state", sa.Text(), server_default="proposed", nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("place", sa.Text(), server_default="", nullable=False),
        sa.Column("time_by", KEY, nullable=True),
        sa.Column("time_agreed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("time_version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("other_minutes", sa.Integer(), nullable=True),
        sa.Column("settled", sa.Integer(), nullable=True),
        sa.Column("decided", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("question_id", sa.BigInteger(), nullable=True),
        sa.Column("words", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_word", KEY, nullable=True),
        sa.Column("ended_by", KEY, nullable=True),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("teacher_id <> learner_id", name=op.f("ck_legs_two_people")),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_legs_community_id_communities"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["ended_by"], ["members.id"], name=op.f("fk_legs_ended_by_members"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["last_word"], ["members.id"], name=op.f("fk_legs_last_word_members"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["members.id"], name=op.f("fk_legs_learner_id_members"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["listings.id"], name=op.f("fk_legs_offer_id_listings"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["skill_id"], ["skills.id"], name=op.f("fk_legs_skill_id_skills"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["swap_id"], ["swaps.id"], name=op.f("fk_legs_swap_id_swaps"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["teacher_id"], ["members.id"], name=op.f("fk_legs_teacher_id_members"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["time_by"], ["members.id"], name=op.f("fk_legs_time_by_members"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["want_id"], ["listings.id"], name=op.f("fk_legs_want_id_listings"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legs")),
        sa.UniqueConstraint("swap_id", "position", name=op.f("uq_legs_swap_id_position")),
    )
    with op.batch_alter_table("legs", schema=None) as batch_op:
        batch_op.create_index(
            "ix_legs_agreed",
            ["swap_id"],
            unique=False,
            sqlite_where=sa.text("state = 'agreed'"),
            postgresql_where=sa.text("state = 'agreed'"),
        )
        batch_op.create_index(batch_op.f("ix_legs_learner_id"), ["learner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_legs_offer_id"), ["offer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_legs_swap_id"), ["swap_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_legs_teacher_id"), ["teacher_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_legs_want_id"), ["want_id"], unique=False)

    op.create_table(
        "transfers",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("debit_firm_id", KEY, nullable=True),
        sa.Column("credit_firm_id", KEY, nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("member_id", KEY, nullable=True),
        sa.Column("leg_id", KEY, nullable=True),
        sa.Column("reverses_id", KEY, nullable=True),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_transfers_positive")),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_transfers_community_id_communities"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["credit_firm_id"], ["firms.id"], name=op.f("fk_transfers_credit_firm_id_firms"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["debit_firm_id"], ["firms.id"], name=op.f("fk_transfers_debit_firm_id_firms"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["leg_id"], ["legs.id"], name=op.f("fk_transfers_leg_id_legs"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_transfers_member_id_members"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["transfers.id"], name=op.f("fk_transfers_reverses_id_transfers"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfers")),
        sa.UniqueConstraint("key", name=op.f("uq_transfers_key")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_transfers_reverses_id")),
    )
    with op.batch_alter_table("transfers", schema=None) as batch_op:
        batch_op.create_index("ix_transfers_community_id", ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_transfers_credit_firm_id"), ["credit_firm_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_transfers_debit_firm_id"), ["debit_firm_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_transfers_leg_id"), ["leg_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_transfers_member_id"), ["member_id"], unique=False)

    with op.batch_alter_table("acts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("swap_id", KEY, nullable=True))
        batch_op.add_column(sa.Column("showing_id", KEY, nullable=True))
        batch_op.add_column(sa.Column("minutes", sa.Integer(), nullable=True))
        batch_op.create_index("ix_acts_kind_at", ["kind", "at"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_acts_showing_id_showings"), "showings", ["showing_id"], ["id"], ondelete="CASCADE"
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_acts_swap_id_swaps"), "swaps", ["swap_id"], ["id"], ondelete="CASCADE"
        )

    with op.batch_alter_table("asks", schema=None) as batch_op:
        batch_op.add_column(sa.Column("showing_id", KEY, nullable=True))
        batch_op.alter_column("round_id", existing_type=sa.INTEGER(), nullable=True)
        batch_op.create_unique_constraint(batch_op.f("uq_asks_showing_id_member_id"), ["showing_id", "member_id"])
        batch_op.create_check_constraint("one_cause", "(round_id IS NULL) <> (showing_id IS NULL)")
        batch_op.create_foreign_key(
            batch_op.f("fk_asks_showing_id_showings"), "showings", ["showing_id"], ["id"], ondelete="CASCADE"
        )

    with op.batch_alter_table("communities", schema=None) as batch_op:
        batch_op.add_column(sa.Column("board_message_id", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("session_events", sa.Boolean(), server_default=sa.false(), nullable=False))

    with op.batch_alter_table("files", schema=None) as batch_op:
        batch_op.add_column(sa.Column("showing_id", KEY, nullable=True))
        batch_op.alter_column("signup_id", existing_type=sa.INTEGER(), nullable=True)
        batch_op.create_unique_constraint(batch_op.f("uq_files_showing_id"), ["showing_id"])
        batch_op.create_check_constraint("one_owner", "(signup_id IS NULL) <> (showing_id IS NULL)")
        batch_op.create_foreign_key(
            batch_op.f("fk_files_showing_id_showings"), "showings", ["showing_id"], ["id"], ondelete="CASCADE"
        )

    append_only("acts")  # built anew above
    append_only("transfers")

"""Every table, once, for both databases. Migrations must lead to exactly this (a test compares them).

Uniqueness lives here, not in "check, then insert". Times are UTC. States are the values of the enums in `domain.model`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = sa.MetaData(naming_convention=NAMES)


class UTCTime(TypeDecorator[datetime]):
    """An aware time, stored in UTC; a naive one is a bug and refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive time {value!r}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return value if value is None or value.tzinfo else value.replace(tzinfo=UTC)


# SQLite numbers rows by itself only for INTEGER; PostgreSQL wants 64 bits.
Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Snowflake = sa.BigInteger()


def _id() -> sa.Column[int]:
    return sa.Column("id", Key, primary_key=True, autoincrement=True)


def _ref(name: str, target: str, *, nullable: bool = False, index: bool = False) -> sa.Column[int]:
    return sa.Column(name, Key, sa.ForeignKey(target, ondelete="CASCADE"), nullable=nullable, index=index)


def _community() -> sa.Column[int]:
    return sa.Column("community_id", Snowflake, sa.ForeignKey("communities.id", ondelete="CASCADE"), nullable=False)


def _flag(name: str, *, default: bool = False) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.true() if default else sa.false())


def _text(name: str, default: str | None = None, **more: Any) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, server_default=default, **more)


def _time(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, UTCTime(), nullable=nullable)


communities = sa.Table(
    "communities",
    metadata,
    sa.Column("id", Snowflake, primary_key=True, autoincrement=False),
    _text("state", "active"),
    _text("language", "en"),
    sa.Column("plan", sa.JSON(), nullable=False),
    sa.Column("sectors", sa.JSON(), nullable=False),
    sa.Column("themes", sa.JSON(), nullable=False),
    sa.Column("category_id", Snowflake),
    sa.Column("round_channel_id", Snowflake),
    sa.Column("showings_channel_id", Snowflake),
    sa.Column("skills_channel_id", Snowflake),
    sa.Column("managers_channel_id", Snowflake),
    sa.Column("board_message_id", Snowflake),  # in the skills channel
    sa.Column("manager_role_id", Snowflake),
    _flag("session_events"),  # a session with a time becomes an event of the server
    sa.Column("in_kind", sa.JSON(none_as_null=True)),  # what an hour is worth in reports, and who says so; NULL: off
    _time("set_up_at"),
    _time("left_at", nullable=True),
)

holidays = sa.Table(
    "holidays",
    metadata,
    _id(),
    _community(),
    sa.Column("first", sa.Date(), nullable=False),
    sa.Column("last", sa.Date(), nullable=False),
    _text("label", ""),
    sa.UniqueConstraint("community_id", "first", "last"),
)

firms = sa.Table(
    "firms",
    metadata,
    _id(),
    _community(),
    _text("name"),
    _text("name_key"),  # casefolded, spaces squeezed: "Studio  Noord" is "studio noord"
    _text("sector"),
    _time("created_at"),
    sa.UniqueConstraint("community_id", "name_key"),
)

members = sa.Table(
    "members",
    metadata,
    _id(),
    _community(),
    sa.Column("user_id", Snowflake),  # NULL once erased
    _ref("firm_id", "firms.id", index=True),
    _text("practice", ""),
    _text("state", "active"),
    _text("cadence", "weekly"),
    _time("paused_until", nullable=True),
    _flag("on_call"),
    _text("notices", "thread"),
    _text("language", "en"),
    sa.Column("notice_thread_id", Snowflake),
    sa.Column("misses", sa.Integer(), nullable=False, server_default="0"),
    sa.Column("consent", sa.Integer(), nullable=False),  # version of the consent text agreed to
    _time("consented_at"),
    _time("joined_at"),
    _time("left_at", nullable=True),
    sa.UniqueConstraint("community_id", "user_id"),
)

avoided = sa.Table(
    "avoided",
    metadata,
    _id(),
    _community(),
    _ref("member_id", "members.id"),
    _ref("other_member_id", "members.id", nullable=True),
    _ref("other_firm_id", "firms.id", nullable=True),
    sa.UniqueConstraint("member_id", "other_member_id"),
    sa.UniqueConstraint("member_id", "other_firm_id"),
    sa.CheckConstraint("(other_member_id IS NULL) <> (other_firm_id IS NULL)", name="one_other"),
)

rounds = sa.Table(
    "rounds",
    metadata,
    _id(),
    _community(),
    sa.Column("number", sa.Integer(), nullable=False),
    _text("theme", ""),
    _text("state", "scheduled"),
    _time("opens_at"),
    _time("pairs_at"),
    _time("nudges_at"),
    _time("closes_at"),
    _time("due_at", nullable=True),  # when the next step is due; NULL when it is over
    sa.Column("seed", sa.BigInteger(), nullable=False),
    sa.Column("present", sa.JSON(none_as_null=True)),  # who was drawn, as the draw saw them: it can be repeated
    _time("drawn_at", nullable=True),
    _text("skipped_because", ""),
    sa.Column("channel_id", Snowflake),
    sa.Column("message_id", Snowflake),
    sa.UniqueConstraint("community_id", "number"),
    sa.Index("ix_rounds_due_at", "due_at"),
)

signups = sa.Table(
    "signups",
    metadata,
    _id(),
    _community(),
    _ref("round_id", "rounds.id"),
    _ref("member_id", "members.id", index=True),
    _text("state", "in"),
    _flag("standing"),
    _flag("late"),
    _flag("freed"),  # had a partner who could not make it
    _text("place", "none"),
    _text("why_not", ""),
    _text("work", ""),  # the brief: blank until given, blanked when the round is over
    _text("audience", ""),
    _text("decision", ""),
    _text("settled", ""),
    _text("wish", "suggestions"),
    _time("updated_at"),
    sa.UniqueConstraint("round_id", "member_id"),
)

files = sa.Table(
    "files",
    metadata,
    _id(),
    _ref("signup_id", "signups.id", nullable=True),
    _ref("showing_id", "showings.id", nullable=True),
    _text("name"),
    _text("content_type"),
    sa.Column("data", sa.LargeBinary(), nullable=False),
    sa.UniqueConstraint("signup_id"),
    sa.UniqueConstraint("showing_id"),
    sa.CheckConstraint("(signup_id IS NULL) <> (showing_id IS NULL)", name="one_owner"),
)

pairings = sa.Table(
    "pairings",
    metadata,
    _id(),
    _community(),
    _ref("round_id", "rounds.id"),
    sa.Column("number", sa.Integer(), nullable=False),
    _text("kind"),
    _text("state", "open"),
    sa.Column("thread_id", Snowflake),
    sa.Column("message_id", Snowflake),
    sa.Column("times_met", sa.Integer(), nullable=False),
    sa.Column("new_firms", sa.Integer(), nullable=False),
    _time("created_at"),
    sa.UniqueConstraint("round_id", "number"),
    sa.Index("ix_pairings_community_id", "community_id"),
    sa.Index("ix_pairings_thread_id", "thread_id"),
)

pairing_members = sa.Table(
    "pairing_members",
    metadata,
    _ref("pairing_id", "pairings.id"),
    _ref("member_id", "members.id", index=True),
    sa.Column("position", sa.Integer(), nullable=False),  # 0 starts
    _text("seat", "in"),
    _flag("shows", default=True),
    _time("joined_at"),
    sa.PrimaryKeyConstraint("pairing_id", "member_id"),
)

reviews = sa.Table(
    "reviews",
    metadata,
    _id(),
    _community(),
    _ref("round_id", "rounds.id", index=True),
    _ref("pairing_id", "pairings.id"),
    _ref("reviewer_id", "members.id", index=True),
    _ref("maker_id", "members.id", index=True),
    _text("mode"),
    _text("state"),
    sa.Column("text", sa.JSON(none_as_null=True)),  # NULL once it stands in the thread
    _flag("specific"),
    _flag("kind"),
    _flag("will_use"),
    _ref("claimed_by", "members.id", nullable=True),
    _time("given_at"),
    _time("acknowledged_at", nullable=True),
    sa.UniqueConstraint("pairing_id", "reviewer_id", "maker_id"),
)

asks = sa.Table(
    "asks",
    metadata,
    _id(),
    _community(),
    _ref("member_id", "members.id"),
    _ref("round_id", "rounds.id", nullable=True),
    _ref("showing_id", "showings.id", nullable=True),
    _ref("for_member_id", "members.id"),
    _text("state", "open"),
    _time("asked_at"),
    _time("expires_at"),
    sa.UniqueConstraint("round_id", "for_member_id", "member_id"),
    sa.UniqueConstraint("showing_id", "member_id"),
    sa.CheckConstraint("(round_id IS NULL) <> (showing_id IS NULL)", name="one_cause"),
    sa.Index("ix_asks_member_id_asked_at", "member_id", "asked_at"),
    sa.Index(
        "ix_asks_expires_at",
        "expires_at",
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    ),
)

acts = sa.Table(
    "acts",
    metadata,
    _id(),
    _text("key", unique=True),
    _community(),
    _time("at"),
    _text("kind"),
    _ref("member_id", "members.id"),
    _ref("firm_id", "firms.id"),
    _ref("other_member_id", "members.id", nullable=True),
    _ref("other_firm_id", "firms.id", nullable=True),
    _ref("round_id", "rounds.id", nullable=True),
    _ref("swap_id", "swaps.id", nullable=True),
    _ref("showing_id", "showings.id", nullable=True),
    sa.Column("minutes", sa.Integer()),  # of a session
    sa.Index("ix_acts_community_id_at", "community_id", "at"),
    # What figures ask about firms stands in the index itself: whose acts lie between those of others costs nothing.
    sa.Index("ix_acts_community_id_kind_at", "community_id", "kind", "at", "firm_id", "other_firm_id"),
    sa.Index("ix_acts_kind_at", "kind", "at"),
    sa.Index("ix_acts_member_id", "member_id"),
    # Else every showing that goes would have the whole log searched for what refers to it.
    sa.Index(
        "ix_acts_showing_id",
        "showing_id",
        sqlite_where=sa.text("showing_id IS NOT NULL"),
        postgresql_where=sa.text("showing_id IS NOT NULL"),
    ),
    info={"append_only": True},  # a row is written once; the database refuses to change it
)

skills = sa.Table(
    "skills",
    metadata,
    _id(),
    _community(),
    _text("name"),
    _text("name_key"),  # see domain.skills.skill_key: two names with one key are one skill
    _time("created_at"),
    sa.UniqueConstraint("community_id", "name_key"),
)

OPEN = sa.text("state = 'open'")
UNSOUGHT = sa.text("state = 'open' AND NOT sought")

# Offers and wants.
listings = sa.Table(
    "listings",
    metadata,
    _id(),
    _community(),
    _ref("member_id", "members.id", index=True),
    _ref("skill_id", "skills.id", index=True),
    _text("kind"),
    _text("state", "open"),
    _text("about", ""),
    _text("times", ""),
    _flag("sought"),  # swaps with it have been looked for; unset again when a proposal with it came to nothing
    _time("created_at"),
    _time("expires_at"),
    _time("reminded_at", nullable=True),  # that it lapses soon
    _time("ended_at", nullable=True),
    # One of a kind a person and skill stands open.
    sa.Index(
        "uq_listings_open",
        "member_id",
        "kind",
        "skill_id",
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    ),
    sa.Index("ix_listings_community_id", "community_id", sqlite_where=OPEN, postgresql_where=OPEN),
    sa.Index("ix_listings_expires_at", "expires_at", sqlite_where=OPEN, postgresql_where=OPEN),
    sa.Index("ix_listings_unsought", "community_id", sqlite_where=UNSOUGHT, postgresql_where=UNSOUGHT),
)

swaps = sa.Table(
    "swaps",
    metadata,
    _id(),
    _community(),
    sa.Column("number", sa.Integer(), nullable=False),
    _text("state", "proposed"),
    _time("proposed_at"),
    _time("expires_at"),
    _time("due_at", nullable=True),  # when the next step is due; NULL when it is over
    _ref("instead_of_id", "swaps.id", nullable=True),
    sa.Column("thread_id", Snowflake),
    sa.Column("message_id", Snowflake),
    sa.UniqueConstraint("community_id", "number"),
    sa.Index("ix_swaps_due_at", "due_at"),
    sa.Index("ix_swaps_thread_id", "thread_id"),
)

swap_members = sa.Table(
    "swap_members",
    metadata,
    _ref("swap_id", "swaps.id"),
    _ref("member_id", "members.id", index=True),
    sa.Column("position", sa.Integer(), nullable=False),
    _text("answer", "none"),
    _flag("proposed", default=True),  # while the swap is only proposed
    _time("proposed_at"),
    _time("answered_at", nullable=True),
    sa.PrimaryKeyConstraint("swap_id", "member_id"),
    # At most one open proposal a person, whatever two processes do at once.
    sa.Index(
        "uq_swap_members_proposed",
        "member_id",
        unique=True,
        sqlite_where=sa.text("proposed"),
        postgresql_where=sa.text("proposed"),
    ),
)

legs = sa.Table(
    "legs",
    metadata,
    _id(),
    _community(),
    _ref("swap_id", "swaps.id", index=True),
    sa.Column("position", sa.Integer(), nullable=False),
    _ref("teacher_id", "members.id", index=True),
    _ref("learner_id", "members.id", index=True),
    _ref("skill_id", "skills.id"),
    _ref("offer_id", "listings.id", index=True),
    _ref("want_id", "listings.id", index=True),
    _text("state", "proposed"),
    _time("starts_at", nullable=True),
    _text("place", ""),
    _ref("time_by", "members.id", nullable=True),
    _flag("time_agreed"),
    sa.Column("time_version", sa.Integer(), nullable=False, server_default="0"),
    sa.Column("event_id", Snowflake),
    sa.Column("minutes", sa.Integer()),
    sa.Column("other_minutes", sa.Integer()),
    sa.Column("settled", sa.Integer()),  # the minutes both sides, or a manager, confirmed last; NULL: never
    _flag("decided"),  # it was a manager
    sa.Column("question_id", Snowflake),  # the message that asked the managers
    sa.Column("words", sa.Integer(), nullable=False, server_default="0"),  # how often a time was entered
    _ref("last_word", "members.id", nullable=True),
    _ref("ended_by", "members.id", nullable=True),
    _time("agreed_at", nullable=True),  # when the swap was
    _time("asked_at", nullable=True),  # since when it waits for what is next; NULL: nobody has been asked yet
    _time("reminded_at", nullable=True),  # of what is next; NULL again when a time is named or agreed
    _time("reported_at", nullable=True),  # when a time was entered last
    _time("ended_at", nullable=True),
    sa.UniqueConstraint("swap_id", "position"),
    sa.CheckConstraint("teacher_id <> learner_id", name="two_people"),
    # Sessions still to be held: few among all there ever were, and looked through at every tick.
    sa.Index(
        "ix_legs_agreed",
        "swap_id",
        sqlite_where=sa.text("state = 'agreed'"),
        postgresql_where=sa.text("state = 'agreed'"),
    ),
)

# Time credits. Both movements of a transfer are one row, so they sum to zero whatever happens in between.
transfers = sa.Table(
    "transfers",
    metadata,
    _id(),
    _text("key", unique=True),
    _community(),
    _time("at"),
    _text("kind"),
    _ref("debit_firm_id", "firms.id", nullable=True, index=True),  # NULL: the pool
    _ref("credit_firm_id", "firms.id", nullable=True, index=True),
    sa.Column("minutes", sa.Integer(), nullable=False),
    _ref("member_id", "members.id", nullable=True, index=True),
    _ref("leg_id", "legs.id", nullable=True, index=True),
    _ref("reverses_id", "transfers.id", nullable=True),
    sa.UniqueConstraint("reverses_id"),  # taken back once
    sa.CheckConstraint("minutes > 0", name="positive"),
    sa.Index("ix_transfers_community_id", "community_id"),
    info={"append_only": True},
)

showings = sa.Table(
    "showings",
    metadata,
    _id(),
    _community(),
    _ref("member_id", "members.id", index=True),
    _text("state", "posting"),
    _text("source"),
    _text("stage", ""),
    _text("ask", ""),
    sa.Column("text", sa.JSON(none_as_null=True)),  # NULL once it stands in the forum
    _flag("first"),
    _time("shown_at"),
    _time("answered_at", nullable=True),
    _time("ended_at", nullable=True),  # taken back, or gone
    # When we last looked in the post for answers we did not hear of; while it is posted: when somebody wrote in a post
    # that we did not know.
    _time("checked_at", nullable=True),
    _time("due_at", nullable=True),  # when somebody is to be asked, or asked next; NULL: nobody is
    sa.Column("thread_id", Snowflake, unique=True),
    sa.Column("message_id", Snowflake),
    sa.Index("ix_showings_community_id_shown_at", "community_id", "shown_at"),
    sa.Index(
        "ix_showings_due_at",
        "due_at",
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    ),
    # Nobody shows work for the first time twice.
    sa.Index(
        "uq_showings_first",
        "member_id",
        unique=True,
        sqlite_where=sa.text("first"),
        postgresql_where=sa.text("first"),
    ),
)

answers = sa.Table(
    "answers",
    metadata,
    _ref("showing_id", "showings.id"),
    _ref("member_id", "members.id", index=True),
    _community(),
    _time("at"),
    sa.Column("message_id", Snowflake, nullable=False),
    _time("helped_at", nullable=True),
    sa.PrimaryKeyConstraint("showing_id", "member_id"),
)

# "Did this lead to joint work?" Asked of each side once, ninety days after their first exchange; never again.
followups = sa.Table(
    "followups",
    metadata,
    _id(),
    _community(),
    _ref("member_id", "members.id"),
    _ref("other_member_id", "members.id"),
    _time("due_at"),
    _time("asked_at", nullable=True),
    sa.Column("led_on", sa.Boolean()),  # NULL: not answered
    _time("answered_at", nullable=True),
    sa.UniqueConstraint("member_id", "other_member_id"),
    sa.Index(
        "ix_followups_due_at",
        "due_at",
        sqlite_where=sa.text("asked_at IS NULL"),
        postgresql_where=sa.text("asked_at IS NULL"),
    ),
)

# What somebody wrote for the report about what an exchange led to, under the name they chose to have printed.
quotes = sa.Table(
    "quotes",
    metadata,
    _id(),
    _community(),
    _ref("member_id", "members.id"),
    _text("text"),
    _text("name", ""),
    _time("given_at"),
    sa.UniqueConstraint("member_id"),  # one a person: a new one takes its place
    sa.Index("ix_quotes_community_id", "community_id"),
)

# A digest is computed once. What it said is kept as it was, to be shown again byte for byte.
digests = sa.Table(
    "digests",
    metadata,
    _id(),
    _community(),
    _text("kind"),
    sa.Column("day", sa.Date(), nullable=False),  # by the community's clocks
    _time("since"),  # what Weft required of managers is counted from here
    _time("until"),  # the end of its 90 days
    _text("language"),
    sa.Column("figures", sa.JSON(), nullable=False),
    _text("text"),  # as it stands in chat
    _text("plain"),  # the same for mail
    sa.Column("picture", sa.LargeBinary(), nullable=False),
    _text("alt"),
    _text("need", ""),  # the one thing that needs a manager; blank: nothing
    sa.Column("need_subject", Key),  # which firm, want or session it is about
    _time("need_met_at", nullable=True),
    sa.Column("message_id", Snowflake),
    sa.UniqueConstraint("community_id", "kind", "day"),
)

# A firm's place on the map, so that the map of one month looks like that of the month before.
map_places = sa.Table(
    "map_places",
    metadata,
    _community(),
    sa.Column("month", sa.Date(), nullable=False),  # its first day
    sa.Column("turns", sa.JSON(), nullable=False),  # by firm
    sa.PrimaryKeyConstraint("community_id", "month"),
)

# A quarter that is over, as it was settled: its figures, and what may be told of it by sector and by size.
quarters = sa.Table(
    "quarters",
    metadata,
    _community(),
    _text("period"),
    _time("settled_at"),
    sa.Column("facts", sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint("community_id", "period"),
)

# Where digests go by mail. Nothing but a code is sent to one that its owner has not confirmed.
addresses = sa.Table(
    "addresses",
    metadata,
    _id(),
    _community(),
    _text("address"),
    _text("address_key"),  # casefolded
    _text("language"),
    _text("state", "unconfirmed"),
    _text("code_hash"),
    sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),  # codes typed that were wrong
    _text("token", unique=True),  # what unsubscribes it
    _time("added_at"),
    _time("confirmed_at", nullable=True),
    sa.UniqueConstraint("community_id", "address_key"),
    sqlite_autoincrement=True,  # mail that waits for one that is gone never goes to another
)

# What is left of acts older than a year: how many of a kind in a month, by firm.
firm_months = sa.Table(
    "firm_months",
    metadata,
    _id(),
    _community(),
    sa.Column("month", sa.Date(), nullable=False),  # its first day, in UTC
    _text("kind"),
    _ref("firm_id", "firms.id", index=True),
    _ref("other_firm_id", "firms.id", nullable=True, index=True),
    sa.Column("acts", sa.Integer(), nullable=False),
    sa.Column("minutes", sa.Integer(), nullable=False, server_default="0"),
    sa.Index("ix_firm_months_community_id_month", "community_id", "month"),
)

# When two firms first exchanged anything, of those whose first exchange is older than a year; the lower id first.
first_ties = sa.Table(
    "first_ties",
    metadata,
    _community(),
    _ref("firm_id", "firms.id"),
    _ref("other_firm_id", "firms.id", index=True),
    _time("at"),
    sa.PrimaryKeyConstraint("firm_id", "other_firm_id"),
    sa.CheckConstraint("firm_id < other_firm_id", name="lower_first"),
    sa.Index("ix_first_ties_community_id", "community_id"),
)

# What comes round again and again in a community: the sweep for swaps, the round-up of showings, the digest.
recurring = sa.Table(
    "recurring",
    metadata,
    _community(),
    _text("what"),
    _time("due_at"),
    sa.PrimaryKeyConstraint("community_id", "what"),
    sa.Index("ix_recurring_what_due_at", "what", "due_at"),
)

# Queries repeat these word for word: only then do the databases see that the small indices of the outbox will do.
UNFINISHED = sa.text("state IN ('pending', 'claimed', 'blocked')")
CLAIMABLE = sa.text("state IN ('pending', 'claimed')")

outbox = sa.Table(
    "outbox",
    metadata,
    _id(),
    _community(),
    _text("key", unique=True),
    _text("lane"),
    _text("kind"),
    sa.Column("args", sa.JSON(), nullable=False),
    _text("state", "pending"),
    sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
    _time("due_at"),
    _time("lease_until", nullable=True),
    _text("worker", ""),
    _time("first_tried_at", nullable=True),
    _time("again_at", nullable=True),  # asked for once more while it was being carried out
    _text("problem", ""),
    _time("created_at"),
    _time("done_at", nullable=True),
    # Both leave out what is over, so that a claim costs the same however much history is kept.
    sa.Index("ix_outbox_lane", "lane", "id", sqlite_where=UNFINISHED, postgresql_where=UNFINISHED),
    sa.Index("ix_outbox_due", "state", "due_at", "id", sqlite_where=CLAIMABLE, postgresql_where=CLAIMABLE),
    sqlite_autoincrement=True,  # an id that was somebody's is never given to another intention
)

problems = sa.Table(
    "problems",
    metadata,
    _id(),
    _community(),
    _text("kind"),
    _text("subject"),
    sa.Column("permissions", sa.JSON(), nullable=False),
    _time("since"),
    sa.UniqueConstraint("community_id", "kind", "subject"),
)

manager_actions = sa.Table(
    "manager_actions",
    metadata,
    _id(),
    _community(),
    _time("at"),
    _text("what"),
    _flag("required"),
    sa.Index("ix_manager_actions_community_id_at", "community_id", "at"),
)

# Small facts about this installation, such as the hash of the commands last synced.
facts = sa.Table(
    "facts",
    metadata,
    sa.Column("name", sa.Text(), primary_key=True),
    _text("value"),
)

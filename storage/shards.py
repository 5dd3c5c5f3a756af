"""Which communities a process looks after, where several share a database: those of its shards."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

# As a literal: PostgreSQL shifts by an integer only, and would be handed a number of 64 bits.
_SHARD_BITS = sa.literal_column("22", sa.Integer())


def ours(community: sa.ColumnElement[int], shards: Sequence[tuple[int, int]]) -> sa.ColumnElement[bool]:
    """Whether a community is of one of these (shard, of how many); of any if none are given.

    Discord's own rule: shard = (server id >> 22) % number of shards.
    """
    if not shards:
        return sa.true()
    return sa.or_(*(community.bitwise_rshift(_SHARD_BITS) % count == number for number, count in shards))

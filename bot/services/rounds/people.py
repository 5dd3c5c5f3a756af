"""Who may meet whom, as the pairing rule wants to know it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from bot.services.tools import Tools
from domain.model import Avoided, CommunityId, Member, MemberId, Round
from domain.pairing import History, Participant
from domain.retention import LOOK_BACK
from storage import members, pairings, signups
from storage.engine import Tx


def participants(people: Iterable[Member], avoided: Iterable[Avoided]) -> list[Participant]:
    """Members with those they do not want to meet, in order of their ids."""
    others: dict[int, set[int]] = {}
    firms: dict[int, set[int]] = {}
    for row in avoided:
        if row.other_member is not None:
            others.setdefault(row.member, set()).add(row.other_member)
        if row.other_firm is not None:
            firms.setdefault(row.member, set()).add(row.other_firm)
    return [
        Participant(
            id=one.id,
            firm=one.firm.id,
            sector=one.firm.sector,
            avoids=frozenset(others.get(one.id, ())),
            avoids_firms=frozenset(firms.get(one.id, ())),
        )
        for one in sorted(people, key=lambda one: one.id)
    ]


async def who(tx: Tx, community: CommunityId, people: Iterable[Member]) -> list[Participant]:
    return participants(people, await members.avoided(tx, community))


async def absent(tx: Tx, community: CommunityId, present: Collection[MemberId]) -> list[Participant]:
    """The other members, who are not in this time: the plan reckons with them."""
    others = (one for one in await members.active(tx, community) if one.id not in present)
    return participants(others, ())


async def history(tx: Tx, a_round: Round, now: datetime) -> History:
    """What has been between people lately, up to now, the meetings of this round included."""
    since = now - LOOK_BACK
    return History(
        meetings=await pairings.meetings(tx, a_round.community, now, since),
        left_out=tuple(await signups.left_out(tx, a_round.community, a_round.number, since)),
    )


def as_stored(present: Sequence[Participant], others: Sequence[Participant]) -> dict[str, list[list[Any]]]:
    """The people of a draw in the form kept with the round, so that the draw can be repeated."""
    return {"present": [_row(one) for one in present], "absent": [_row(one) for one in others]}


def _row(one: Participant) -> list[Any]:
    return [one.id, one.firm, one.sector, sorted(one.avoids), sorted(one.avoids_firms)]


def from_stored(rows: Iterable[Sequence[Any]]) -> tuple[Participant, ...]:
    return tuple(
        Participant(key, firm, sector, frozenset(avoids), frozenset(avoids_firms))
        for key, firm, sector, avoids, avoids_firms in rows
    )


async def still_here(tools: Tools, community: CommunityId, people: Sequence[Member]) -> tuple[Member, ...]:
    """Those of these members who have not left the server."""
    users = [one.user for one in people if one.user is not None]
    here = await tools.still_here(community, users) if users else set()
    return tuple(one for one in people if one.user in here)

"""Whom to ask for which showing of a community: gathered from the database, chosen off the loop, checked again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.services.showings.asking import needs_help
from domain import asking
from domain import showings as rule
from domain.asking import REMEMBERED, within_quota
from domain.model import (
    Ask,
    AskState,
    Avoided,
    CommunityId,
    FirmId,
    Member,
    MemberId,
    Showing,
    ShowingId,
)
from storage import answers, asks, members, showings
from storage.engine import Tx

Choice = dict[int, int]  # the helper's id by the showing's
Avoids = dict[MemberId, frozenset[int]]


@dataclass(frozen=True, slots=True)
class Pool:
    """Showings that somebody is to be asked for, and everybody on call who is there."""

    showings: tuple[Showing, ...]
    helpers: tuple[Member, ...]
    asked: dict[ShowingId, frozenset[int]]  # who was asked for it before
    asked_at: dict[MemberId, tuple[datetime, ...]]  # of everybody, by asks of any kind
    answered: dict[MemberId, frozenset[str]]  # the kinds of ask a helper has answered before
    avoids: Avoids  # members, those of avoided firms among them

    def anybody_free(self, now: datetime) -> bool:
        return any(within_quota(self.asked_at.get(one.id, ()), now) for one in self.helpers)

    def next_free(self, now: datetime) -> datetime | None:
        """When the first of those may be asked again who may not be now; None: there is nobody."""
        return asking.next_free((self.asked_at.get(one.id, ()) for one in self.helpers), now)

    def still_right(self, showing: Showing, helper_id: int, now: datetime) -> Member | None:
        """The helper, if they may be asked for this showing."""
        helper = next((one for one in self.helpers if one.id == helper_id), None)
        if helper is None or showing not in self.showings or helper.firm.id == showing.maker.firm.id:
            return None
        never = self.asked[showing.id] | self.avoids.get(showing.maker.id, frozenset())
        avoided = helper.id in never or showing.maker.id in self.avoids.get(helper.id, frozenset())
        return None if avoided or not within_quota(self.asked_at.get(helper.id, ()), now) else helper


async def gather(tx: Tx, community: CommunityId, now: datetime) -> Pool:
    """Everything the choice is made from, as it is now."""
    waiting = await showings.unanswered(tx, community, now - rule.RESCUED_FOR, now - rule.RESCUED_AFTER)
    asked = await asks.for_showings(tx, {one.id for one in waiting}) if waiting else []
    busy = {one.showing for one in asked if is_under_way(one, now)}
    waiting = [one for one in waiting if one.id not in busy and one.maker.present(now) and needs_help(one)]
    everybody = await members.active(tx, community)
    helpers = tuple(one for one in everybody if one.on_call and one.present(now))
    since = await asks.since(tx, community, now - REMEMBERED)
    answered = await answers.by_ask(tx, {one.id for one in helpers})
    return Pool(
        showings=tuple(waiting),
        helpers=helpers,
        asked={one.id: frozenset(ask.member for ask in asked if ask.showing == one.id) for one in waiting},
        asked_at={member: tuple(moments) for member, moments in since.items()},
        answered={member: frozenset(kinds) for member, kinds in answered.items()},
        avoids=_avoids(everybody, await members.avoided(tx, community)),
    )


def is_under_way(ask: Ask, now: datetime) -> bool:
    """Whether somebody still has time for this ask, or has not been passed over yet."""
    return ask.state is AskState.OPEN or (ask.state is AskState.TAKEN and ask.expires_at > now)


def _avoids(everybody: list[Member], avoided: list[Avoided]) -> Avoids:
    people_of: dict[FirmId, set[MemberId]] = {}
    for one in everybody:
        people_of.setdefault(one.firm.id, set()).add(one.id)
    found: dict[MemberId, set[MemberId]] = {}
    for row in avoided:
        mine = found.setdefault(row.member, set())
        if row.other_member is not None:
            mine.add(row.other_member)
        if row.other_firm is not None:
            mine |= people_of.get(row.other_firm, set())
    return {member: frozenset(others) for member, others in found.items()}


def choose(pool: Pool, now: datetime, seed: int) -> Choice:
    """Whom to ask for which showing; for those left out there is nobody now."""
    # The solver is large: it is loaded where this runs, in the worker, and not into the program that chats.
    from domain.responders import Helper, Unanswered, whom_to_ask  # noqa: PLC0415

    nobody: frozenset[int] = frozenset()
    unanswered = [
        Unanswered(
            id=one.id,
            maker=one.maker.id,
            firm=one.maker.firm.id,
            sector=one.maker.firm.sector,
            ask=one.ask or "",
            first=one.first,
            shown_at=one.shown_at,
            asked=pool.asked[one.id],
            avoids=pool.avoids.get(one.maker.id, nobody),
        )
        for one in pool.showings
    ]
    helpers = [
        Helper(
            id=one.id,
            firm=one.firm.id,
            sector=one.firm.sector,
            asked_at=pool.asked_at.get(one.id, ()),
            answered=pool.answered.get(one.id, frozenset()),
            avoids=pool.avoids.get(one.id, nobody),
        )
        for one in pool.helpers
    ]
    return whom_to_ask(unanswered, helpers, now, seed)

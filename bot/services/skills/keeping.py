"""What somebody offers and wants: seeing it, taking it off, keeping it, and bringing it back."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.services.skills import intentions
from bot.services.skills.listing import among, held, own, renewed, room
from bot.services.tools import Tools
from domain import listings as rule
from domain.errors import TooOld
from domain.model import Listing, ListingId, ListingKind, ListingState, Member, MemberId
from domain.skills import skill_key
from storage import listings, members, outbox


@dataclass(frozen=True, slots=True)
class Mine:
    """What one member offers and wants now, and what they could bring back; `soon`: of the open ones, what lapses."""

    offers: tuple[Listing, ...]
    wants: tuple[Listing, ...]
    lapsed: tuple[Listing, ...]
    soon: tuple[Listing, ...]

    @property
    def open(self) -> tuple[Listing, ...]:
        return (*self.offers, *self.wants)


async def mine(tools: Tools, member: Member) -> Mine:
    now = tools.clock.now()
    async with tools.db.read() as tx:
        stand = await listings.open_of(tx, member)
        ended = await listings.ended_of(tx, member, now - rule.KEPT)
    return Mine(
        offers=tuple(one for one in stand if one.kind is ListingKind.OFFER),
        wants=tuple(one for one in stand if one.kind is ListingKind.WANT),
        lapsed=rule.could_come_back(ended, stand),
        soon=tuple(one for one in stand if one.expires_at <= now + rule.TOGETHER),
    )


async def to_remind(tools: Tools, member_id: MemberId) -> tuple[Member, Mine] | None:
    """Somebody with what of theirs lapses soon; None if nothing does any more, or they are away."""
    async with tools.db.read() as tx:
        member = await members.by_id(tx, member_id)
    if member is None or member.user is None or not member.present(tools.clock.now()):
        return None
    own = await mine(tools, member)
    return (member, own) if own.soon else None


async def draft(tools: Tools, member: Member, kind: ListingKind, typed: str) -> Listing | None:
    """What a member has open already under this name: the form begins with it."""
    return next((one for one in await named(tools, member, typed) if one.kind is kind), None)


async def one_of_mine(tools: Tools, member: Member, listing_id: ListingId) -> Listing:
    """Raises NotYours, and TooOld for what is not open any more."""
    async with tools.db.read() as tx:
        found = await own(tx, member, listing_id)
    if found.state is not ListingState.OPEN:
        raise TooOld
    return found


async def named(tools: Tools, member: Member, typed: str) -> tuple[Listing, ...]:
    """What of a member's own goes by a typed name: an offer, a want, both or nothing."""
    key = skill_key(typed)
    async with tools.db.read() as tx:
        return tuple(one for one in await listings.open_of(tx, member) if skill_key(one.skill.name) == key)


async def remove(tools: Tools, member: Member, listing_id: ListingId) -> Listing:
    """Take an offer or want off the board; for a while it can be brought back. Raises NotYours, TooOld."""
    now = tools.clock.now()
    async with tools.db.write() as tx:
        listing = await own(tx, member, listing_id, await held(tx, member))
        if await listings.end(tx, listing.id, ListingState.REMOVED, now):
            listing = replace(listing, state=ListingState.REMOVED, ended_at=now)
            await outbox.rearm(tx, now, intentions.board(member.community), intentions.BOARD_GAP)
        elif not rule.can_come_back(listing, now):
            raise TooOld
    tools.wake()
    return listing


async def renew(tools: Tools, member: Member, listing_id: ListingId) -> Listing:
    """Have an offer or want stand for another while, also one that was taken off or lapsed not long ago.

    Where the same was listed anew since, that is what stands. Raises NotYours, TooOld, TooManyListings.
    """
    now = tools.clock.now()
    async with tools.db.write() as tx:
        stand = await held(tx, member)
        listing = await own(tx, member, listing_id, stand)
        if listing.state is not ListingState.OPEN:
            if not rule.can_come_back(listing, now):
                raise TooOld
            again = among(stand, listing.kind, listing.skill.id)
            if again is None:
                room(stand)
            listing = again or listing
        listing = await renewed(tx, listing, now)
        await outbox.rearm(tx, now, intentions.board(member.community), intentions.BOARD_GAP)
    tools.wake()
    return listing


async def renew_all(tools: Tools, member: Member, *, lapsed: bool = False) -> Mine:
    """Keep all that lapses soon; with `lapsed`, bring back what lapsed not long ago, too, if there is room for it."""
    now = tools.clock.now()
    async with tools.db.write() as tx:
        stand = await held(tx, member)
        soon = [one for one in stand if one.expires_at <= now + rule.TOGETHER]
        ended = await listings.ended_of(tx, member, now - rule.KEPT) if lapsed else []
        over = [one for one in rule.could_come_back(ended, stand) if one.state is ListingState.EXPIRED]
        back = over[: rule.MOST_OPEN - len(stand)]
        if soon or back:
            await listings.renew(tx, [one.id for one in (*soon, *back)], now + rule.LISTING_LASTS)
            await outbox.rearm(tx, now, intentions.board(member.community), intentions.BOARD_GAP)
    tools.wake()
    return await mine(tools, member)

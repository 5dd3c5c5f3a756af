"""Somebody offers to show a skill, or wants to be able to do something themself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.services.acts import act_of
from bot.services.skills import intentions, vocabulary
from bot.services.tools import Tools
from domain import listings as rule
from domain.errors import NotAMember, NotYours, TooManyListings, TooOld
from domain.model import (
    ActKind,
    Listing,
    ListingId,
    ListingKind,
    ListingState,
    Member,
    Skill,
    SkillId,
)
from domain.skills import skill_key, skill_name
from storage import acts, listings, outbox, skills
from storage.engine import Tx
from storage.listings import Words

_ACTS = {ListingKind.OFFER: ActKind.OFFERED, ListingKind.WANT: ActKind.WANTED}


@dataclass(frozen=True, slots=True)
class Wording:
    """What was filled in: a skill's name, what one would show or wants to be able to do, and when it would suit."""

    name: str
    about: str = ""
    times: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    listing: Listing
    new: bool  # False: it stood already, and got these words and another while
    typed: str = ""  # what they wrote, where it goes by another spelling here
    alike: tuple[Skill, ...] = ()  # only of a skill nobody else lists: those it may well be meant for


@dataclass(frozen=True, slots=True)
class _Entered:
    """The skill somebody named."""

    skill: Skill
    typed: str
    theirs_alone: bool  # nobody else offers or wants it


async def offer(tools: Tools, member: Member, wording: Wording) -> Listed:
    """Offer to show a skill. One offered already gets these words and stands for another while.

    Raises BlankSkill, SkillTooLong, SkillIsALink, TooManyListings, and NotAMember for who has left meanwhile.
    """
    return await _list(tools, member, ListingKind.OFFER, wording)


async def want(tools: Tools, member: Member, wording: Wording) -> Listed:
    """Want to be able to do something oneself. As `offer`."""
    return await _list(tools, member, ListingKind.WANT, wording)


async def _list(tools: Tools, member: Member, kind: ListingKind, wording: Wording) -> Listed:
    now, name, words = tools.clock.now(), skill_name(wording.name), _fitting(wording)
    async with tools.db.write() as tx:
        stand = await held(tx, member)
        entered = await _enter(tx, member, name, now)
        before = among(stand, kind, entered.skill.id)
        if before is None:
            room(stand)
            listing = await _add(tx, member, kind, entered.skill, words, now)
        else:
            listing = await renewed(tx, replace(before, skill=entered.skill), now, words)
        await outbox.rearm(tx, now, intentions.board(member.community), intentions.BOARD_GAP)
    tools.wake()
    alike = await _meant(tools, entered) if before is None else ()
    return Listed(listing, before is None, entered.typed, alike)


async def _add(tx: Tx, member: Member, kind: ListingKind, skill: Skill, words: Words, now: datetime) -> Listing:
    until = now + rule.LISTING_LASTS
    key = await listings.add(tx, member.id, skill, kind, words, now, until)
    await acts.record(tx, act_of(member, _ACTS[kind], now, str(key)))
    state = ListingState.OPEN
    return Listing(key, member.community, member, kind, skill, state, words.about, words.times, now, until)


async def edit(tools: Tools, member: Member, listing_id: ListingId, wording: Wording) -> Listed:
    """Give an offer or want of one's own other words, or another skill. As `offer`; raises NotYours and TooOld, too.

    What a swap was made of stays what it was: with another skill, it is taken off and the other one is listed.
    """
    now, name, words = tools.clock.now(), skill_name(wording.name), _fitting(wording)
    async with tools.db.write() as tx:
        stand = await held(tx, member)
        before = await own(tx, member, listing_id, stand)
        if before.state is not ListingState.OPEN:
            raise TooOld
        entered = await _enter(tx, member, name, now)
        moved = entered.skill.id != before.skill.id
        if not moved:
            listing = await renewed(tx, replace(before, skill=entered.skill), now, words)
        elif await listings.swapped(tx, before.id):
            listing = await _replace(tx, before, entered.skill, words, stand, now)
        else:
            listing = await _move(tx, await renewed(tx, before, now, words), entered.skill, stand, now)
        await outbox.rearm(tx, now, intentions.board(member.community), intentions.BOARD_GAP)
    tools.wake()
    alike = await _meant(tools, entered) if moved else ()
    return Listed(listing, new=False, typed=entered.typed, alike=alike)


async def same(tools: Tools, member: Member, listing_id: ListingId, skill_id: SkillId) -> Listing:
    """ "Yes, that is the same thing": what was listed under a name of its own goes by the community's.

    Where the member had listed that already, the newer words count. Raises NotYours, and TooOld for what is not
    there any more.
    """
    now = tools.clock.now()
    async with tools.db.write() as tx:
        stand = await held(tx, member)
        before = await own(tx, member, listing_id, stand)
        there = among(stand, before.kind, skill_id)
        if there is not None and (there == before or before.state is not ListingState.OPEN):
            return there  # the second of two clicks
        skill = await skills.get(tx, skill_id)
        if skill is None or skill.community != member.community or before.state is not ListingState.OPEN:
            raise TooOld
        listing = await _move(tx, before, skill, stand, now)
        await outbox.rearm(tx, now, intentions.board(member.community), intentions.BOARD_GAP)
    tools.wake()
    return listing


async def _move(tx: Tx, listing: Listing, skill: Skill, stand: Sequence[Listing], now: datetime) -> Listing:
    """It is of another skill from now on. Where that is listed already, its newer words go there."""
    if among(stand, listing.kind, skill.id) is None:
        await listings.move(tx, listing.id, skill.id)
        moved = replace(listing, skill=skill)
    else:
        moved = await _replace(tx, listing, skill, Words(listing.about, listing.times), stand, now)
    await skills.drop_if_empty(tx, listing.skill.id)
    return moved


async def _replace(
    tx: Tx, listing: Listing, skill: Skill, words: Words, stand: Sequence[Listing], now: datetime
) -> Listing:
    """It is taken off, and another skill listed instead; where that is listed already, it gets these words."""
    await listings.end(tx, listing.id, ListingState.REMOVED, now)
    there = among(stand, listing.kind, skill.id)
    if there is None:
        return await _add(tx, listing.member, listing.kind, skill, words, now)
    return await renewed(tx, there, now, Words(words.about or there.about, words.times or there.times))


# What these and their neighbours share


def _fitting(wording: Wording) -> Words:
    """Discord keeps what people write this short; whoever gets around it is cut off."""
    return Words(wording.about[: rule.ABOUT_LIMIT], wording.times[: rule.TIMES_LIMIT])


async def held(tx: Tx, member: Member) -> list[Listing]:
    """Take hold of all a member lists, and give it. Raises NotAMember for who has left meanwhile."""
    stand = await listings.hold(tx, member)
    if stand is None:
        raise NotAMember
    return stand


def among(stand: Iterable[Listing], kind: ListingKind, skill: SkillId) -> Listing | None:
    """The one of this kind and skill."""
    return next((one for one in stand if (one.kind, one.skill.id) == (kind, skill)), None)


async def own(tx: Tx, member: Member, listing_id: ListingId, stand: Iterable[Listing] = ()) -> Listing:
    """An offer or want of this member's own, in whatever state. Raises TooOld, NotYours."""
    found = next((one for one in stand if one.id == listing_id), None) or await listings.get(tx, listing_id)
    if found is None or found.community != member.community:
        raise TooOld
    if found.member.id != member.id:
        raise NotYours
    return found


def room(stand: Sequence[Listing]) -> None:
    """Raises TooManyListings if one more would be too many."""
    if len(stand) >= rule.MOST_OPEN:
        raise TooManyListings(limit=rule.MOST_OPEN)


async def renewed(tx: Tx, listing: Listing, now: datetime, words: Words | None = None) -> Listing:
    """It stands, for another while, maybe with other words."""
    until = now + rule.LISTING_LASTS
    await listings.renew(tx, [listing.id], until, words)
    again = replace(listing, state=ListingState.OPEN, expires_at=until, ended_at=None)
    return replace(again, about=words.about, times=words.times) if words else again


async def _enter(tx: Tx, member: Member, name: str, now: datetime) -> _Entered:
    """The skill of this name. A skill nobody else lists is spelled as whoever takes it up spells it."""
    skill, shared = await skills.enter(tx, member.community, name, skill_key(name), member.id, now)
    if not shared and skill.name != name:
        await skills.rename(tx, skill.id, name)
        skill = replace(skill, name=name)
    spelled_so = skill.name.casefold() == name.casefold()
    return _Entered(skill, "" if spelled_so else name, theirs_alone=not shared)


async def _meant(tools: Tools, entered: _Entered) -> tuple[Skill, ...]:
    """What a name that nobody else uses may be another word for."""
    return await vocabulary.meant(tools, entered.skill) if entered.theirs_alone else ()

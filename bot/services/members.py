"""Members: joining with consent, what a member decides about themselves, leaving."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.outcomes import Arrival, Refusal
from bot.services import rounds
from bot.services.acts import act_of
from bot.services.rounds.departure import depart, rest
from bot.services.tools import Tools
from domain import members as rule
from domain.calendar import MemberCadence
from domain.errors import NotAMember, UnknownSector
from domain.model import (
    ActKind,
    Community,
    CommunityId,
    Firm,
    Member,
    MemberId,
    MemberState,
    Notices,
    Round,
    UserId,
)
from storage import acts, members
from storage.engine import Tx

# Nothing here is delivered or done at a set time.
ARRIVALS: Mapping[str, Arrival] = {}
REFUSALS: Mapping[str, Refusal] = {}
DUE: tuple[Callable[[Tools], Awaitable[None]], ...] = ()
NEXT: tuple[Callable[[Tx], Awaitable[datetime | None]], ...] = ()


@dataclass(frozen=True, slots=True)
class Application:
    """What somebody typed about themselves, tidied; nothing of it is stored before they agree."""

    firm: str
    sector: str  # one of the community's, or empty: not said
    practice: str
    cadence: MemberCadence = MemberCadence.WEEKLY


@dataclass(frozen=True, slots=True)
class FirmFound:
    """What a typed firm comes down to."""

    name: str  # as the firm spells it, where it is there already
    sector: str  # empty: a new firm whose sector was not said
    sector_kept: bool  # another sector was said than the firm has, and the firm's stays
    similar: tuple[Firm, ...]  # of a new name: firms it may well be meant for


@dataclass(frozen=True, slots=True)
class Joined:
    member: Member
    new: bool  # False: they were in already, and nothing changed
    back: bool  # they had left and kept their history
    round: Round | None  # the open round that their cadence signed them up for


def application(firm: str, sector: str, practice: str) -> Application:
    """Read what was typed. Raises BlankFirm, FirmTooLong, BlankPractice, PracticeTooLong."""
    return Application(rule.firm_name(firm), sector, rule.practice(practice))


async def find_firm(tools: Tools, community: Community, wanted: Application, member: Member | None = None) -> FirmFound:
    """Which firm an application would lead to; `member` is whose, if they are in already."""
    async with tools.db.read() as tx:
        firm, settled = await _settled(tx, community, wanted, member)
        if firm is not None:
            kept = bool(wanted.sector) and settled != wanted.sector
            return FirmFound(firm.name, settled, kept, ())
        there = {one.name: one for one in await members.firms(tx, community.id)}
    alike = rule.similar(wanted.firm, there)
    return FirmFound(wanted.firm, settled, sector_kept=False, similar=tuple(there[name] for name in alike))


async def _settled(tx: Tx, community: Community, wanted: Application, member: Member | None) -> tuple[Firm | None, str]:
    """The firm of that name, if there is one, and the sector it has from now on.

    A firm's sector is its people's: whoever is alone in it may change it, a newcomer may not.
    """
    firm = await members.firm_by_key(tx, community.id, rule.name_key(wanted.firm))
    if firm is None:
        return None, wanted.sector
    if not wanted.sector or await members.colleagues(tx, firm.id, member.id if member else None):
        return firm, firm.sector
    return firm, wanted.sector


async def _enter_firm(tx: Tx, community: Community, wanted: Application, member: Member | None, now: datetime) -> Firm:
    """The firm an application is for, made if it is new. Raises UnknownSector."""
    firm, sector = await _settled(tx, community, wanted, member)
    if firm is not None and firm.sector == sector:
        return firm
    if sector not in community.sectors:
        raise UnknownSector(sector=sector, sectors=", ".join(community.sectors))
    key = rule.name_key(wanted.firm)
    if firm is None:
        await members.add_firm(tx, community.id, wanted.firm, key, sector, now)
    else:
        await members.set_sector(tx, firm.id, sector)
    entered = await members.firm_by_key(tx, community.id, key)
    assert entered is not None
    return entered


async def join(tools: Tools, community: Community, user: UserId, agreed: Application, language: str) -> Joined:
    """Somebody agreed to the consent screen: they are in, and in the open round if their cadence says so.

    Who had left comes back to their history; who is in already stays as they are. Raises UnknownSector.
    """
    now = tools.clock.now()
    async with tools.db.write() as tx:
        before = await members.get(tx, community.id, user)
        if before is not None and before.state is MemberState.ACTIVE:
            return Joined(before, new=False, back=False, round=None)
        firm = await _enter_firm(tx, community, agreed, before, now)
        entered = await _enter(tx, community, user, before, agreed, firm, language, now)
        member = await members.get(tx, community.id, user)
        assert member is not None
        if not entered:
            return Joined(member, new=False, back=False, round=None)
        await acts.record(tx, act_of(member, ActKind.JOINED, now, now.isoformat()))
    tools.wake()
    a_round = await rounds.newcomer(tools, member)
    return Joined(member, new=True, back=before is not None, round=a_round)


async def _enter(
    tx: Tx,
    community: Community,
    user: UserId,
    before: Member | None,
    agreed: Application,
    firm: Firm,
    language: str,
    now: datetime,
) -> bool:
    """Write them down, anew or again; False if another click of theirs came first."""
    told = members.Told(firm.id, agreed.practice, agreed.cadence, language)
    if before is None:
        return await members.add(tx, community.id, user, told, now)
    return await members.take_back(tx, before.id, told, now)


async def known(tools: Tools, community: CommunityId, user: UserId) -> Member | None:
    """Who this account is here, also when they have left."""
    async with tools.db.read() as tx:
        return await members.get(tx, community, user)


async def active(tools: Tools, community: CommunityId) -> list[Member]:
    async with tools.db.read() as tx:
        return await members.active(tx, community)


async def firms(tools: Tools, community: CommunityId) -> list[Firm]:
    """The firms with somebody in them, by name."""
    async with tools.db.read() as tx:
        return await members.firms(tx, community)


# What members decide about themselves. Each raises NotAMember when they have left meanwhile.


async def _decide(tools: Tools, member: Member, decision: Callable[[Tx], Awaitable[bool]]) -> Member:
    async with tools.db.write() as tx:
        if not await decision(tx):
            raise NotAMember
        changed = await members.by_id(tx, member.id)
    assert changed is not None
    return changed


async def edit(tools: Tools, community: Community, member: Member, wanted: Application) -> Member:
    """Another firm or practice from now on; what was done for the old firm stays the old firm's.

    Raises UnknownSector too.
    """
    now = tools.clock.now()

    async def decision(tx: Tx) -> bool:
        firm = await _enter_firm(tx, community, wanted, member, now)
        return await members.set_profile(tx, member.id, firm.id, wanted.practice)

    return await _decide(tools, member, decision)


async def choose_cadence(tools: Tools, member: Member, cadence: MemberCadence) -> Member:
    return await _decide(tools, member, lambda tx: members.set_cadence(tx, member.id, cadence))


async def pause(tools: Tools, community: Community, member: Member, weeks: int) -> Member:
    """Raises NotAMember; whoever is paired already says "I can't make it" by that."""
    return await _rest(tools, member, rule.pause_weeks(weeks, community.plan.time_zone, tools.clock.now()))


async def pause_until(tools: Tools, community: Community, member: Member, day: str) -> Member:
    """Pause until a typed day. Raises NotADay, DayPassed, DateTooFar too."""
    return await _rest(tools, member, rule.pause_until(day, community.plan.time_zone, tools.clock.now()))


async def _rest(tools: Tools, member: Member, until: datetime) -> Member:
    async def decision(tx: Tx) -> bool:
        await rest(tx, member, tools.clock.now())
        return await members.set_pause(tx, member.id, until)

    changed = await _decide(tools, member, decision)
    await rounds.help_waiting(tools, member.community)
    return changed


async def resume(tools: Tools, member: Member) -> tuple[Member, Round | None]:
    """End a pause; whoever takes part every week is in the round that is open."""
    changed = await _decide(tools, member, lambda tx: members.set_pause(tx, member.id, None))
    weekly = changed.cadence is MemberCadence.WEEKLY
    return changed, await rounds.newcomer(tools, changed) if weekly else None


async def be_on_call(tools: Tools, member: Member, on_call: bool) -> Member:
    return await _decide(tools, member, lambda tx: members.set_on_call(tx, member.id, on_call))


async def tell_by(tools: Tools, member: Member, notices: Notices) -> Member:
    return await _decide(tools, member, lambda tx: members.set_notices(tx, member.id, notices))


# What Weft notes by itself.


async def note_language(tools: Tools, member: MemberId, language: str) -> None:
    """Keep the language somebody reads in, for what Weft tells them unasked."""
    async with tools.db.write() as tx:
        await members.set_language(tx, member, language)


async def remember_notice_thread(tools: Tools, member: MemberId, thread: int | None) -> None:
    """Keep which private thread notices go to; None when it is gone."""
    async with tools.db.write() as tx:
        await members.set_notice_thread(tx, member, thread)


async def leave(tools: Tools, member: Member) -> None:
    """Somebody leaves and keeps their history; whoever waits for them gets another partner."""
    async with tools.db.write() as tx:
        await depart(tx, member, tools.clock.now())
    await rounds.help_waiting(tools, member.community)
    tools.wake()


async def gone(tools: Tools, community: CommunityId, user: UserId) -> None:
    """Somebody left the server: their history is kept, and they may come back."""
    member = await known(tools, community, user)
    if member is not None:
        await leave(tools, member)

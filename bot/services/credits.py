"""Time credits: what sessions move between firms, what people give to the pool, and who is told of a limit."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from bot.services.acts import act_of
from bot.services.tools import Tools
from domain import ledger as rule
from domain.errors import BalanceChanged
from domain.ledger import START, Limit
from domain.model import (
    ActKind,
    Community,
    CommunityId,
    Firm,
    FirmId,
    Leg,
    Member,
    MemberId,
    NewIntention,
    TransferId,
    TransferKind,
)
from storage import acts, communities, ledger, members, outbox
from storage.engine import Tx
from storage.ledger import Movement, NewTransfer

__all__ = ["Movement", "Statement", "Told", "balance", "balances", "give", "settle", "told"]

NEWEST = 8  # movements on a statement


@dataclass(frozen=True, slots=True)
class Statement:
    """A firm's account, for its own people. Minutes; `seen`: the number of the newest movement."""

    firm: Firm
    minutes: int
    pool: int
    movements: tuple[Movement, ...]
    people: dict[MemberId, Member]  # who acted
    limit: Limit | None
    seen: int


async def balance(tools: Tools, member: Member) -> Statement:
    """The account of the member's firm; opened if this is the first look at it."""
    async with tools.db.read() as tx:
        if await ledger.started(tx, member.firm.id):
            return await _statement(tx, member.firm)
    async with tools.db.write() as tx:
        await _open(tx, member.community, {member.firm.id}, tools.clock.now())
        return await _statement(tx, member.firm)


async def _statement(tx: Tx, firm: Firm) -> Statement:
    minutes = await ledger.balance(tx, firm.id)
    moved = await ledger.movements(tx, firm.id, NEWEST)
    return Statement(
        firm=firm,
        minutes=minutes,
        pool=await ledger.pool(tx, firm.community),
        movements=tuple(moved),
        people=await members.by_ids(tx, {one.member for one in moved if one.member is not None}),
        limit=rule.standing(minutes),
        seen=await ledger.last(tx, firm.id),
    )


async def balances(tx: Tx, community: CommunityId) -> dict[FirmId, int]:
    """What every firm of a community has, in minutes; one whose account is not open yet has what it begins with."""
    moved = await ledger.balances(tx, community)
    begun = await ledger.started_in(tx, community)
    return {firm: moved.get(firm, 0) + (0 if firm in begun else START) for firm in await ledger.firms_of(tx, community)}


async def give(tools: Tools, member: Member, minutes: int, seen: int) -> Statement:
    """Give some of the firm's time to the pool. `seen`: the newest movement the giver saw.

    Raises BalanceChanged if there is a newer one (the second of two clicks, or a colleague's doing), and what
    `domain.ledger.gift` raises.
    """
    now = tools.clock.now()
    firm = member.firm.id
    async with tools.db.write() as tx:
        await _open(tx, member.community, {firm}, now)
        rule.gift(minutes, balance=await ledger.balance(tx, firm))
        if await ledger.last(tx, firm) != seen:
            raise BalanceChanged
        gift = NewTransfer(
            f"gift:{firm}:{seen}", member.community, TransferKind.GIFT, firm, None, minutes, member=member.id
        )
        transfer = await ledger.add(tx, gift, now)
        await acts.record(tx, act_of(member, ActKind.CREDITS_GIVEN, now, str(transfer), minutes=minutes))
        return await _statement(tx, member.firm)


async def settle(tx: Tx, leg: Leg, minutes: int, now: datetime) -> None:
    """Bring the ledger in line with a session that took `minutes` as both sides, or a manager, now say (0: none).

    Within one firm nothing moves. What was written before is taken back, and written anew on the same accounts: who
    has changed firms since changes nothing in it. To be called with the leg held, in the transaction that changes it.
    """
    written = await ledger.of_session(tx, leg.id)
    sessions = [one for one in written if one.kind is TransferKind.SESSION]
    taken_back = {one.reverses for one in written}
    stands = next((one for one in sessions if one.id not in taken_back), None)
    if stands is not None and stands.minutes == minutes:
        return
    if stands is None and leg.settled:  # it was one firm's when it was confirmed
        return
    debit, credit = (stands.debit, stands.credit) if stands else (leg.learner.firm.id, leg.teacher.firm.id)
    if debit is None or credit is None or debit == credit:
        return
    await _open(tx, leg.skill.community, {debit, credit}, now)
    before = {firm: await ledger.balance(tx, firm) for firm in (debit, credit)}
    newest = await ledger.reverse(tx, stands, now) if stands else None
    if minutes:
        session = NewTransfer(
            f"session:{leg.id}:{len(sessions)}",
            leg.skill.community,
            TransferKind.SESSION,
            debit,
            credit,
            minutes,
            member=leg.learner.id,
            leg=leg.id,
        )
        newest = await ledger.add(tx, session, now)
    if newest is not None:
        await _tell(tx, leg.learner, debit, before[debit], newest, now)
        await _tell(tx, leg.teacher, credit, before[credit], newest, now)


async def _open(tx: Tx, community: CommunityId, accounts: Collection[FirmId], now: datetime) -> None:
    """Hold these accounts, and have each begin with what a new firm is given."""
    await ledger.hold(tx, accounts)
    for firm in sorted(accounts):
        start = NewTransfer(f"start:{firm}", community, TransferKind.START, None, firm, START)
        await ledger.add(tx, start, now)


async def _tell(tx: Tx, member: Member, firm: FirmId, before: int, transfer: TransferId, now: datetime) -> None:
    """Say it once when a limit is crossed: to whoever it was done by; and far below zero to the managers, too."""
    after = await ledger.balance(tx, firm)
    limit = rule.crossed(before, after)
    if limit is None:
        return
    args: dict[str, int | str] = {"firm": firm, "minutes": after}
    community, key = member.community, f"credits:{transfer}:{firm}"
    more = {"member": member.id, "limit": limit.value}
    await outbox.add(
        tx, now, NewIntention(community, f"{key}:{limit}", f"member:{member.id}", "credits.told", {**args, **more})
    )
    if limit is Limit.SHOWN:
        shown = NewIntention(community, f"{key}:managers", f"managers:{community}", "credits.shown", args)
        await outbox.add(tx, now, shown)


@dataclass(frozen=True, slots=True)
class Told:
    """Of a limit that was crossed: the firm, and who is told (None: the managers)."""

    community: Community
    firm: Firm
    member: Member | None


async def told(tools: Tools, community_id: CommunityId, firm_id: FirmId, member_id: MemberId | None) -> Told | None:
    """None for somebody who has left meanwhile, is on pause, or is of another firm now."""
    async with tools.db.read() as tx:
        community = await communities.get(tx, community_id)
        firm = (await members.firms_by_ids(tx, community_id, {firm_id})).get(firm_id)
        member = await members.by_id(tx, member_id) if member_id is not None else None
    if community is None or firm is None:
        return None
    if member_id is not None and (member is None or member.firm.id != firm_id or not member.present(tools.clock.now())):
        return None
    return Told(community, firm, member)

"""Whom a member would rather not be paired with. Nobody but that member ever sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.services.tools import Tools
from domain import members as rule
from domain.errors import AvoidOwnFirm, AvoidSelf, FirmNotQuite, NotJoined, TooOld, UnknownFirm
from domain.model import Avoided, Firm, FirmId, Member, MemberState, UserId
from storage import members
from storage.engine import Tx


@dataclass(frozen=True, slots=True)
class AvoidList:
    people: tuple[Member, ...]
    firms: tuple[Firm, ...]
    choices: tuple[Firm, ...]  # firms that could be added, by name


async def avoid_list(tools: Tools, member: Member) -> AvoidList:
    async with tools.db.read() as tx:
        return await _list(tx, member)


async def _list(tx: Tx, member: Member) -> AvoidList:
    entries = await members.avoided_by(tx, member.id)
    people = await members.by_ids(tx, {one.other_member for one in entries if one.other_member})
    avoided = {one.other_firm for one in entries if one.other_firm}
    firms = await members.firms_by_ids(tx, member.community, avoided)
    there = await members.firms(tx, member.community)
    choices = (one for one in there if one.id not in avoided and one.id != member.firm.id)
    return AvoidList(tuple(people.values()), tuple(firms.values()), tuple(choices))


async def avoid_person(tools: Tools, member: Member, user: UserId) -> AvoidList:
    """Raises AvoidSelf, NotJoined, AvoidOwnFirm."""
    if user == member.user:
        raise AvoidSelf
    async with tools.db.write() as tx:
        other = await members.get(tx, member.community, user)
        if other is None:
            raise NotJoined
        if other.firm.id == member.firm.id and other.state is MemberState.ACTIVE:
            raise AvoidOwnFirm(firm=member.firm.name)
        await members.avoid(tx, member.community, Avoided(member.id, other_member=other.id))
        return await _list(tx, member)


async def avoid_firm(tools: Tools, member: Member, firm: FirmId) -> AvoidList:
    """Raises AvoidOwnFirm, and TooOld for a firm that is not of this community."""
    if firm == member.firm.id:
        raise AvoidOwnFirm(firm=member.firm.name)
    async with tools.db.write() as tx:
        if firm not in await members.firms_by_ids(tx, member.community, {firm}):
            raise TooOld
        await members.avoid(tx, member.community, Avoided(member.id, other_firm=firm))
        return await _list(tx, member)


async def avoid_firm_named(tools: Tools, member: Member, name: str) -> AvoidList:
    """The same by name, for a server with more firms than fit into a menu.

    Raises AvoidOwnFirm, UnknownFirm, and FirmNotQuite where a name comes close.
    """
    async with tools.db.read() as tx:
        firm = await members.firm_by_key(tx, member.community, rule.name_key(name))
        if firm is None:
            there = [one.name for one in await members.firms(tx, member.community)]
            alike = rule.similar(name, there) or rule.matching(name, there, limit=3)
            if alike:
                raise FirmNotQuite(name=name, like=", ".join(alike))
            raise UnknownFirm(name=name)
    return await avoid_firm(tools, member, firm.id)


async def stop_avoiding(tools: Tools, member: Member, entries: Sequence[Avoided]) -> AvoidList:
    """Take entries off the member's own list; what is not on it is no mistake."""
    async with tools.db.write() as tx:
        for entry in entries:
            await members.stop_avoiding(tx, replace(entry, member=member.id))
        return await _list(tx, member)

"""What to try in the demo, and whether it has been done: read from the log of what people did."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.demo import sight
from bot.demo.world import World
from domain.model import Act, ActKind, AddressState, Member, MemberState, Round, RoundState, UserId
from storage import acts, addresses, communities, members, rounds


@dataclass(frozen=True, slots=True)
class Task:
    """`text` in the page's markup: `code` and *emphasis*."""

    text: str
    done: bool


async def tasks(world: World, user: UserId, since: datetime, read: Callable[[int], bool]) -> list[Task]:
    """The list for whoever one is. `read`: whether everything in a channel has been seen."""
    if user == world.manager:
        return await _for_manager(world, user, read)
    return await _for_tenant(world, user, since, read)


async def _for_tenant(world: World, user: UserId, since: datetime, read: Callable[[int], bool]) -> list[Task]:
    async with world.app.tools.db.read() as tx:
        community = await communities.get(tx, world.community)
        member = await members.get(tx, world.community, user)
        people = await members.active(tx, world.community)
        log = [act for one in people for act in await acts.of_member(tx, one.id)]
        closed = await rounds.latest(tx, world.community, RoundState.CLOSED)
    here = community.channels.round if community else None
    recent = [act for act in log if act.at >= since]
    joined = member is not None and member.state is MemberState.ACTIVE
    return [
        *(
            []
            if joined and _joined_before(log, member, since)
            else [Task(f"Type `/join` in #coffee-corner. Your firm is {world.cluster.newcomer.firm}.", joined)]
        ),
        Task("In #peer-review press *I'm in* and say what you are stuck on.", _did(recent, member, ActKind.ROUND_IN)),
        Task(
            "In #skills press *Offer a skill*: for mural painting or illustration somebody is waiting.",
            _did(recent, member, ActKind.OFFERED),
        ),
        Task("Say what you would like to learn, screen printing perhaps.", _did(recent, member, ActKind.WANTED)),
        Task(
            "Under *Work that is shown*, open what waits for an answer, and write what you think.",
            _did(recent, member, ActKind.ANSWERED),
        ),
        Task(
            "Open the thread in which a swap is proposed, and say *Yes*.", _did(recent, member, ActKind.SWAP_ACCEPTED)
        ),
        Task(
            "Press *Next step* until you have a partner, and open your thread with them.",
            _did(recent, member, ActKind.PAIRED),
        ),
        Task("Look at what they are stuck on, and *Give my review*.", _reviewed(recent, member)),
        Task("Go on until your partner has given theirs, and tap what fits.", _tapped(recent, member)),
        Task("Show something of yours: `/show`, in any channel.", _did(recent, member, ActKind.SHOWN)),
        Task("Go on until somebody answers, and press *This helped…*.", _got(recent, member, ActKind.HELPED)),
        Task(
            "Agree on a time for your session; when it has been, say or confirm how long it took.",
            _did(recent, member, ActKind.SESSION_EXCHANGED) or _got(recent, member, ActKind.SESSION_EXCHANGED),
        ),
        Task(
            "Go on until the round ends, and read in #peer-review what came of it.", _ended(closed, since, here, read)
        ),
        Task("See everything about you, and change it: `/me`.", (user, "me") in world.typed),
    ]


async def _for_manager(world: World, user: UserId, read: Callable[[int], bool]) -> list[Task]:
    room = sight.managers_room(world)
    async with world.app.tools.db.read() as tx:
        mailed = await addresses.of(tx, world.community)

    def typed(command: str) -> bool:
        return (user, command) in world.typed

    return [
        Task("Read the week's digest in #weft-managers.", room is not None and read(room.id)),
        Task("See who had an exchange with whom, `/digest map`, and *Open* its page.", typed("digest map")),
        Task("See what a funder gets: `/digest report`.", typed("digest report")),
        Task("Have the digest mailed: `/digest email add`, with any address.", typed("digest email add")),
        Task(
            "The code is in the *Inbox*, on the left. Come back, and *Enter the code*.",
            any(one.state is AddressState.CONFIRMED for one in mailed),
        ),
        Task(
            "Press *Next week*, and read the digest that arrives in the inbox.",
            any(mail.subject.startswith(world.cluster.name) for mail in world.inbox.mails),
        ),
        Task("Is everything all right? `/cluster check`.", typed("cluster check")),
        Task("See how it runs, and change it: `/cluster settings`.", typed("cluster settings")),
        Task("Take a week off: `/cluster holiday add`.", typed("cluster holiday add")),
        Task("Take the cluster's data with you: `/cluster export`.", typed("cluster export")),
    ]


def _joined_before(log: Sequence[Act], member: Member | None, since: datetime) -> bool:
    return any(act.kind is ActKind.JOINED and act.at < since for act in log if member and act.member == member.id)


def _did(log: Sequence[Act], member: Member | None, kind: ActKind) -> bool:
    return member is not None and any(act.kind is kind and act.member == member.id for act in log)


def _reviewed(log: Sequence[Act], member: Member | None) -> bool:
    """Given in writing, or live and confirmed."""
    return _did(log, member, ActKind.REVIEW_GIVEN) or _did(log, member, ActKind.REVIEW_EXCHANGED)


def _tapped(log: Sequence[Act], member: Member | None) -> bool:
    """A partner's review of this member's work was acknowledged, by a tap or by having met."""
    return _got(log, member, ActKind.REVIEW_EXCHANGED)


def _got(log: Sequence[Act], member: Member | None, kind: ActKind) -> bool:
    """Somebody else did this with them."""
    return member is not None and any(act.kind is kind and act.other_member == member.id for act in log)


def _ended(closed: Round | None, since: datetime, channel: int | None, read: Callable[[int], bool]) -> bool:
    return closed is not None and closed.closes_at > since and channel is not None and read(channel)

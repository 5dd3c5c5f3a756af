"""No showing stays unanswered: the post is read once more, then somebody on call is asked, and then the next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.services.acts import act_of
from bot.services.showings import intentions
from bot.services.showings.adopting import let_be
from bot.services.showings.asking import needs_help
from bot.services.showings.choosing import Choice, Pool, choose, gather, is_under_way
from bot.services.showings.posting import take_back
from bot.services.tools import Tools
from domain import showings as rule
from domain.asking import ASK_LASTS
from domain.model import (
    ActKind,
    Ask,
    CommunityId,
    Member,
    MemberId,
    MemberState,
    Showing,
    ShowingId,
    ShowingState,
)
from storage import acts, asks, due_showings, members, outbox, showings
from storage.engine import Tx


async def rescue(tools: Tools, community: CommunityId, due: Sequence[ShowingId]) -> None:
    """Do what is due about these showings of a community; whom to ask is decided over all that wait there."""
    now = tools.clock.now()
    async with tools.db.read() as tx:
        pool = await gather(tx, community, now)
    choice: Choice = {}
    if pool.showings and pool.anybody_free(now):
        choice = await tools.compute(choose, pool, now, community)
    async with tools.db.write() as tx:
        # Those that somebody can be asked for now, too: they may have been put off while there was nobody.
        held = await showings.hold_all(tx, {*due, *map(ShowingId, choice)})
        still_due = await due_showings.still_due(tx, due, now)
        await members.hold(tx, {MemberId(one) for one in choice.values()})
        step = _Step(tx, await gather(tx, community, now), choice, now)
        for showing in held:
            if showing.id in still_due or step.can_go_on(showing):
                await step.take(showing)
    tools.wake()


class _Step:
    """What is done about one due showing after the other, in one transaction that holds them."""

    def __init__(self, tx: Tx, pool: Pool, choice: Choice, now: datetime) -> None:
        self._tx = tx
        self._pool = pool  # as it was before the first of them
        self._choice = choice
        self._now = now

    def can_go_on(self, showing: Showing) -> bool:
        """Whether a showing that is not due yet waits for nothing but somebody to ask, and there is somebody."""
        return showing.id in self._choice and needs_help(showing) and not rule.being_read(showing, self._now)

    async def take(self, showing: Showing) -> None:
        if showing.state is ShowingState.POSTING or showing.maker.state is not MemberState.ACTIVE:
            await self._let_go(showing)
        elif not needs_help(showing):
            await showings.look_at(self._tx, [showing.id], None)
        elif (asked := await self._asked(showing)) is not None:
            await showings.look_at(self._tx, [showing.id], asked.expires_at)
        else:
            await self._help(showing)

    async def _let_go(self, showing: Showing) -> None:
        """Its maker has gone, or it never came to stand in the forum. What we wrote goes with somebody forgotten."""
        forgotten = showing.maker.state is MemberState.ERASED
        if showing.state is ShowingState.POSTING or (forgotten and showing.state is ShowingState.OPEN):
            await take_back(self._tx, showing, self._now)
        else:
            await let_be(self._tx, showing)

    async def _asked(self, showing: Showing) -> Ask | None:
        """The ask somebody still has time for."""
        found = await asks.for_showings(self._tx, [showing.id])
        return next((one for one in found if is_under_way(one, self._now)), None)

    async def _help(self, showing: Showing) -> None:
        chosen = self._choice.get(showing.id)
        match rule.next_step(showing, self._now):
            case rule.Step.END:
                await let_be(self._tx, showing)
            case rule.Step.LOOK if self._now < rule.rescued_from(showing):
                await self._look(showing, rule.rescued_from(showing))
            case _ if chosen is None:
                await self._wait(showing)
            case rule.Step.LOOK:
                await self._look(showing, self._now + rule.LOOK_PATIENCE)
            case rule.Step.ASK:
                helper = self._pool.still_right(showing, chosen, self._now)
                # Something has changed since the choice was made: it is made anew.
                if helper is not None:
                    await self._ask(showing, helper)

    async def _look(self, showing: Showing, next_at: datetime) -> None:
        """Have the post read; whether or not it can be, the next step comes."""
        await showings.checked(self._tx, [showing.id], self._now, next_at)
        await outbox.rearm(self._tx, self._now, intentions.check(showing), timedelta(0))

    async def _wait(self, showing: Showing) -> None:
        """There is nobody to ask now."""
        moments = [self._now + rule.LOOK_AGAIN, showing.shown_at + rule.RESCUED_FOR]
        free = self._pool.next_free(self._now)
        await showings.look_at(self._tx, [showing.id], min([*moments, free] if free else moments))

    async def _ask(self, showing: Showing, helper: Member) -> None:
        expires_at = self._now + ASK_LASTS
        new = await asks.add(
            self._tx,
            showing.community,
            showing=showing.id,
            member=helper.id,
            for_member=showing.maker.id,
            now=self._now,
            expires_at=expires_at,
        )
        ask = await asks.get(self._tx, new) if new is not None else None
        if ask is not None:
            await acts.record(self._tx, act_of(helper, ActKind.ASKED, self._now, str(ask.id), showing=showing.id))
            await outbox.add(self._tx, self._now, intentions.ask(ask))
            await showings.look_at(self._tx, [showing.id], expires_at)

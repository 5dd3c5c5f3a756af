"""A cluster with a forum of showings: the real services and the real delivery, into a forum that is a dictionary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import sqlalchemy as sa

from bot.delivery import Delivery
from bot.outcomes import Moot, Refused, Unknown
from bot.services import followups, showings
from bot.services.followups import looking as followups_looking
from bot.services.showings import Seen, looking
from domain.communities import ChannelKind
from domain.model import (
    Ask,
    AskId,
    FollowupId,
    Intention,
    Member,
    ProblemKind,
    Showing,
    ShowingAsk,
    ShowingId,
    ShowingSource,
    ShowingState,
    ShowingText,
    Stage,
    UserId,
)
from storage import asks as stored_asks
from storage import communities, outbox
from storage import showings as stored
from storage.engine import Database
from storage.tables import asks as asks_table
from tests.services.cluster import HOUR, Cluster

TEXT = ShowingText("A lamp", "To fold it from one sheet", "It tears", "Where would you start?")
FORUM = 13
START = 500_000  # ids of threads and messages


@dataclass
class Forum:
    """What stands on Discord. Carries what concerns showings; everything else is simply done."""

    cluster: Cluster
    posts: dict[int, list[Seen]] = field(default_factory=dict)  # who wrote in which thread
    locked: set[int] = field(default_factory=set)
    carried: list[str] = field(default_factory=list)  # kinds, in order
    down: bool = False  # nothing can be posted or read
    ids: Any = None

    def __post_init__(self) -> None:
        self.ids = count(self.cluster.id * START)  # no two threads of Discord have one id

    async def carry(self, intention: Intention) -> Mapping[str, int]:
        if self.down:
            raise Refused(ProblemKind.PERMISSION, "showings", ("view_channel",))
        ids = await self._do(intention)
        self.carried.append(intention.kind)
        return ids

    async def _do(self, intention: Intention) -> Mapping[str, int]:
        tools, args = self.cluster.tools, intention.args
        match intention.kind:
            case "showing.post":
                view = await looking.posting(tools, ShowingId(int(args["showing"])))
                if view is None:
                    raise Moot
                if view.community.channels.showings is None:
                    raise Refused(ProblemKind.CHANNEL_GONE, "showings")
                thread = next(self.ids)
                self.posts[thread] = []
                return {"thread": thread, "message": thread}
            case "showing.close":
                view = await looking.closing(tools, ShowingId(int(args["showing"])))
                if view is None:
                    raise Moot
                assert view.showing.thread is not None
                if view.showing.source is not ShowingSource.HAND and not self.posts[view.showing.thread]:
                    del self.posts[view.showing.thread]
                return {}
            case "showing.edit" | "showing.note" | "showing.tag" | "showing.check":
                return await self._in_post(intention)
            case "showing.ask":
                if await looking.ask_view(tools, AskId(int(args["ask"]))) is None:
                    raise Moot
            case "followup.ask":
                if await followups_looking.view(tools, FollowupId(int(args["batch"]))) is None:
                    raise Moot
            case _:
                pass
        return {}

    async def _in_post(self, intention: Intention) -> Mapping[str, int]:
        tools, showing = self.cluster.tools, ShowingId(int(intention.args["showing"]))
        view = await (looking.editing if intention.kind == "showing.edit" else looking.standing)(tools, showing)
        if view is None:
            raise Moot
        assert view.showing.thread is not None
        if view.showing.thread not in self.posts:
            raise Unknown("channel", "showings")
        if intention.kind == "showing.check":
            thread = view.showing.thread
            await showings.checked(tools, showing, self.posts[thread], is_locked=thread in self.locked)
        return {"message": next(self.ids)} if intention.kind == "showing.note" else {}


@dataclass
class Gallery:
    cluster: Cluster
    forum: Forum
    delivery: Delivery

    @classmethod
    async def open(cls, db: Database, *, key: int = 1) -> Gallery:
        cluster = await Cluster.start(db, key=key)
        async with db.write() as tx:
            await communities.set_channel(tx, cluster.id, ChannelKind.SHOWINGS, FORUM)
        forum = Forum(cluster)
        arrivals = {**showings.ARRIVALS, **followups.ARRIVALS}
        refusals = {**showings.REFUSALS, **followups.REFUSALS}
        return cls(cluster, forum, Delivery(cluster.tools, forum, arrivals, refusals))

    @property
    def now(self) -> datetime:
        return self.cluster.clock.at

    async def settle(self) -> None:
        """Do what is due, and see it delivered."""
        for _ in range(50):
            for capability in (showings, followups):
                for step in capability.DUE:
                    await step(self.cluster.tools)
            await self.delivery.drain()
            due = await self._next()
            if due is None or due > self.now:
                return
        raise AssertionError(f"due since {due}, and it does not move")

    async def mended(self) -> None:
        """Discord works again, and a manager has said so."""
        self.forum.down = False
        await self.mended_not()

    async def mended_not(self) -> None:
        """A manager says so; what was blocked is tried again."""
        async with self.cluster.db.write() as tx:
            await outbox.unblock(tx, self.cluster.id, self.now)
        await self.settle()

    async def _next(self) -> datetime | None:
        async with self.cluster.db.read() as tx:
            found = [await one(tx) for one in (*showings.NEXT, *followups.NEXT)]
        return min((one for one in found if one is not None), default=None)

    async def until(self, moment: datetime) -> None:
        """Let time pass; what falls due on the way is done exactly when it does."""
        await self.settle()
        while (due := await self._next()) is not None and due <= moment:
            self.cluster.clock.at = max(self.now, due)
            await self.settle()
        self.cluster.clock.at = max(self.now, moment)
        await self.settle()

    async def later(self, **more: float) -> None:
        await self.until(self.now + timedelta(**more))

    async def show(self, maker: Member, ask: ShowingAsk = ShowingAsk.HOW, **more: Any) -> Showing:
        """Show work, and it stands in the forum (unless that is down)."""
        shown = await showings.show(self.cluster.tools, maker, Stage.HALFWAY, ask, TEXT, **more)
        await self.settle()
        return await self.again(shown)

    async def again(self, showing: Showing) -> Showing:
        async with self.cluster.db.read() as tx:
            found = await stored.get(tx, showing.id)
        assert found
        return found

    async def write(
        self, showing: Showing, writer: Member, *, heard: bool = True, ago: timedelta = timedelta(0)
    ) -> bool:
        """Somebody writes in a post; `heard` False: while we were not there."""
        current = await self.again(showing)
        assert current.thread is not None
        assert current.state in {ShowingState.OPEN, ShowingState.WITHDRAWN}
        assert writer.user is not None
        message = Seen(writer.user, next(self.forum.ids), self.now - ago)
        self.forum.posts[current.thread].append(message)
        if not heard:
            return False
        return await showings.wrote(self.cluster.tools, self.cluster.id, current.thread, *message)

    async def asks(self) -> list[Ask]:
        """Every ask for a showing so far."""
        async with self.cluster.db.read() as tx:
            rows = (await tx.execute(sa.select(asks_table.c.id).order_by(asks_table.c.id))).scalars()
            found = [await stored_asks.get(tx, AskId(row)) for row in rows]
        return [one for one in found if one is not None and one.showing is not None]

    async def helpers(self, number: int, sector: str = "design") -> list[Member]:
        return [await self.cluster.join(f"Helper {at}", sector, on_call=True) for at in range(number)]


def user_of(member: Member) -> UserId:
    assert member.user is not None
    return member.user


__all__ = ["FORUM", "HOUR", "TEXT", "Forum", "Gallery", "user_of"]

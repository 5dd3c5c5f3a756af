"""Those who live in the world: what each is going to do, and time going by until they do it."""

from __future__ import annotations

import heapq
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Protocol

import simcord

from bot.demo.acting import Puzzled
from bot.demo.behaviour import TEMPERS, Temper, chance, moment
from bot.demo.notes import Note
from bot.demo.people import Person
from bot.demo.world import BEGINS, ZONE, World
from domain.model import UserId

A_FEW_DAYS = timedelta(days=5)

Deed = Callable[[], Awaitable[object]]


class Habit(Protocol):
    """One part of life: rounds, swaps, sessions, showings."""

    def begin(self) -> None:
        """Everybody has joined: what does each have in mind?"""
        ...

    def hear(self, note: Note) -> bool:
        """Something was posted. Whether it is this part's, so that no other needs to hear of it."""
        ...


@dataclass(frozen=True, slots=True, order=True)
class Plan:
    """What somebody is going to do. `words` say it: "writes a review"."""

    at: datetime
    number: int
    user: UserId = field(compare=False)
    words: str = field(compare=False)
    deed: Deed = field(compare=False)


class Crowd:
    """The people of a world. `hands`: those somebody else decides for at the moment; they do nothing by themselves."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.hands: set[UserId] = {world.newcomer}
        self.problems: list[str] = []
        self.lately = ""  # the last thing that happened, in words
        self.largest_burst = 0  # requests to Discord at one moment
        self.habits: tuple[Habit, ...] = ()
        self._plans: list[Plan] = []
        self._number = 0

    # Time

    def begin(self) -> None:
        """Everybody has joined."""
        for habit in self.habits:
            habit.begin()

    async def until(self, then: datetime, stop: Callable[[], bool] = lambda: False) -> bool:
        """Live until `then`, everything due up to it done. True if `stop` said to stop before."""
        stuck: datetime | None = None
        while True:
            self._hear()
            if stop():
                return True
            due = await self.world.app.next_due()
            if due is not None and due <= self.world.now and stuck == self.world.now:
                due = None  # it did not move a moment ago, and will not before time does
            coming = [one for one in (due, self._plans[0].at if self._plans else None) if one is not None]
            at = min(coming, default=then)
            if at > then or not coming:
                await self.world.advance_to(then)
                return False
            await self.world.advance_to(at)
            if due is not None and due <= self.world.now:
                await self._tick()
                stuck = self.world.now
            else:
                await self._do(heapq.heappop(self._plans))

    async def _tick(self) -> None:
        before = self.world.requests()
        await self.world.tick()
        self.largest_burst = max(self.largest_burst, self.world.requests() - before)

    async def _do(self, plan: Plan) -> None:
        if plan.user in self.hands:
            return
        self.lately = f"{self.world.name(plan.user)} {plan.words}"
        try:
            await plan.deed()
        except (Puzzled, simcord.SetupError, simcord.BackendError, TimeoutError) as error:
            self.problems.append(f"{self.world.now:%d %B %H:%M} {self.lately}: {error}")

    def plan(self, user: UserId, at: datetime, words: str, deed: Deed) -> None:
        """Have somebody do this then, or now if that has been."""
        self._number += 1
        heapq.heappush(self._plans, Plan(max(at, self.world.now), self._number, user, words, deed))

    def soon(self, hours: float, luck: Random, within: timedelta = A_FEW_DAYS) -> datetime:
        """When somebody gets to something: about so many hours from now, when people are up."""
        return moment(self.world.now, self.world.now + within, hours, ZONE, luck)

    def monday(self, week: int) -> datetime:
        """Nine o'clock on the Monday on which week `week` of the demo begins, the first round's being week 1."""
        return BEGINS.replace(hour=9, minute=0) + timedelta(days=7 * week - BEGINS.weekday())

    # What people hear of

    def _hear(self) -> None:
        while self.world.post:
            note = self.world.post.pop(0)
            for habit in self.habits:
                if habit.hear(note):
                    break

    # Who

    def here(self, channel: int) -> list[UserId]:
        """Those of them who are in a thread."""
        return self.ours(self.world.in_thread(channel))

    def ours(self, users: Iterable[UserId]) -> list[UserId]:
        return [user for user in users if user in self.world.people]

    def guests(self, users: Iterable[UserId]) -> set[UserId]:
        """Those of them who are somebody trying the demo."""
        return self.hands & set(users)

    def person(self, user: UserId) -> Person:
        return self.world.people[user]

    def temper(self, user: UserId, guests: set[UserId]) -> Temper:
        """How somebody behaves; with a guest, they take their time for them."""
        return TEMPERS[self.manner(user, guests)]

    def manner(self, user: UserId, guests: set[UserId]) -> str:
        """The name of it."""
        return "eager" if guests else self.world.people[user].temper

    def luck(self, user: UserId, *about: object) -> Random:
        """Somebody's chance in one question."""
        return chance(self.world.seed, self.world.people[user].name, *about)

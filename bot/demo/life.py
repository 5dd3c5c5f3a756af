"""Time going by, and people living in it: they hear of things, make up their minds, and do them when they get to it."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from random import Random

import simcord

from bot.demo import acting, behaviour
from bot.demo.acting import Puzzled
from bot.demo.behaviour import TEMPERS, Answer, Temper, Way, chance, moment
from bot.demo.notes import Note
from bot.demo.people import Person
from bot.demo.world import ZONE, World
from domain.model import UserId

MOST_SAID = 2  # by one person in one thread
CONFIRMS = 0.93  # share of those who are asked whether it happened
ASK_OPEN = timedelta(hours=11)  # somebody asked to step in answers within this, or lets it lapse

Deed = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True, order=True)
class Plan:
    """What somebody is going to do. `words` say it: "writes a review"."""

    at: datetime
    number: int
    user: UserId = field(compare=False)
    words: str = field(compare=False)
    deed: Deed = field(compare=False)


class Life:
    """The people of a world. `hands`: those somebody else decides for at the moment; they do nothing by themselves."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.hands: set[UserId] = {world.newcomer, world.manager}
        self.problems: list[str] = []
        self.lately = ""  # the last thing that happened, in words
        self.largest_burst = 0  # requests to Discord at one moment
        self._plans: list[Plan] = []
        self._number = 0
        self._ways: dict[tuple[UserId, int], Way] = {}  # by pairing
        self._brought: Counter[UserId] = Counter()
        self._said: Counter[tuple[UserId, int]] = Counter()
        self._rounds: set[int] = set()

    # Time

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
        person = self.world.people[plan.user]
        self.lately = f"{person.name} {plan.words}"
        try:
            await plan.deed()
        except (Puzzled, simcord.SetupError, simcord.BackendError, TimeoutError) as error:
            self.problems.append(f"{self.world.now:%d %B %H:%M} {self.lately}: {error}")

    def _plan(self, user: UserId, at: datetime, words: str, deed: Deed) -> None:
        self._number += 1
        heapq.heappush(self._plans, Plan(max(at, self.world.now), self._number, user, words, deed))

    # What people hear of

    def _hear(self) -> None:
        while self.world.post:
            note = self.world.post.pop(0)
            if note.author != self.world.bot:
                self._written(note)
            elif note.button("round.how"):
                self._round_opens(note)
            elif note.button("pairing.review"):
                self._in_thread(note)
            elif note.button("review.specific"):
                self._reviewed(note)
            elif note.button("live.yes"):
                self._asked_to_confirm(note)
            elif note.button("ask.take"):
                self._asked_to_step_in(note)

    def _round_opens(self, note: Note) -> None:
        button = note.button("round.in")
        if button is None or len(note.dates) < 2:
            self.problems.append("A round's opening does not say when partners are drawn and when it ends.")
            return
        number, pairs = button.address.ids[0], note.dates[0]
        if number in self._rounds:
            return
        self._rounds.add(number)
        for user, person in self.world.people.items():
            self._answer(user, person, note, number, pairs)

    def _answer(self, user: UserId, person: Person, note: Note, number: int, pairs: datetime) -> None:
        temper, luck, now = TEMPERS[person.temper], self._luck(person, "round", number), self.world.now
        match behaviour.answer(temper, luck):
            case Answer.OUT:
                at = moment(now, pairs, 10, ZONE, luck)
                self._plan(user, at, "sits this one out", partial(acting.sit_out, self.world, user, note))
            case Answer.IN:
                at = moment(now, pairs, min(temper.hours, 14), ZONE, luck)
                self._plan(user, at, "is in", partial(self._sign_up, user, note))
            case Answer.LATE:
                at = moment(pairs + timedelta(hours=1), pairs + timedelta(hours=40), 16, ZONE, luck)
                self._plan(user, at, "is in, a little late", partial(self._sign_up, user, note))

    async def _sign_up(self, user: UserId, note: Note) -> None:
        person = self.world.people[user]
        colleagues = [one for one in self.world.cluster.people if one.firm == person.firm]
        works = self.world.cluster.works[person.firm]
        first = colleagues.index(person)  # colleagues do not all bring the same
        luck = self._luck(person, "brief", self._brought[user])
        brief = behaviour.brief((*works[first:], *works[:first]), self._brought[user], luck)
        self._brought[user] += 1
        await acting.sign_up(self.world, user, note, brief)

    def _in_thread(self, note: Note) -> None:
        """A pairing's first message, somebody who joins it, or a reminder."""
        button = note.button("pairing.review")
        assert button is not None
        pairing, closes = button.address.ids[0], max(note.dates, default=self.world.now + timedelta(days=4))
        for user in self._here(note.channel):
            if (user, pairing) not in self._ways:
                self._meet(user, note, pairing, closes)
            elif user in note.debtors:
                self._reminded(user, note, pairing, closes)
            elif not note.debtors and self._ways[user, pairing] is Way.WRITE:  # a third joins, with a work of theirs
                person = self.world.people[user]
                luck = self._luck(person, "third", pairing)
                self._will_review(user, note, closes, luck, TEMPERS[person.temper].hours)

    def _meet(self, user: UserId, note: Note, pairing: int, closes: datetime) -> None:
        now, luck = self.world.now, self._luck(self.world.people[user], "pairing", pairing)
        guests = self._guests(self.world.in_thread(note.channel))
        temper, starter = self._temper(user, guests), note.mentioned[:1] == (user,)
        way = Way.WRITE if guests else behaviour.way(temper, luck, starter=starter)
        self._ways[user, pairing] = way
        if starter and way is not Way.NOTHING and luck.random() < 0.6:
            self._will_say(user, note.channel, "open", 2, luck)
        if way is Way.WRITE:
            self._will_review(user, note, closes, luck, temper.hours)
        elif way is Way.LIVE:
            at = moment(now, closes, temper.hours, ZONE, luck)
            deed = partial(acting.say_live, self.world, user, note)
            self._plan(user, at, "says they did it live", deed)
        elif way is Way.CANNOT:
            at = moment(now, closes, 20, ZONE, luck)
            self._plan(user, at, "can't make it", partial(acting.bow_out, self.world, user, note))

    def _will_review(self, user: UserId, note: Note, closes: datetime, luck: Random, hours: float) -> None:
        at = moment(self.world.now, closes, hours, ZONE, luck)
        self._plan(user, at, "writes a review", partial(acting.review, self.world, user, note))

    def _reminded(self, user: UserId, note: Note, pairing: int, closes: datetime) -> None:
        person = self.world.people[user]
        luck = self._luck(person, "reminded", pairing)
        if self._ways[user, pairing] is Way.NOTHING and luck.random() < TEMPERS[person.temper].heeds:
            self._ways[user, pairing] = Way.WRITE
            self._will_review(user, note, closes, luck, TEMPERS[person.temper].hours)

    def _reviewed(self, note: Note) -> None:
        """The maker, named first, may tap."""
        button = note.button("review.specific")
        assert button is not None
        guests = self._guests(note.mentioned[1:])
        for user in self._ours(note.mentioned[:1]):
            temper = self._temper(user, guests)
            luck = self._luck(self.world.people[user], "tap", button.address.ids[0])
            if luck.random() >= temper.taps and not guests:
                continue
            at = moment(self.world.now, self.world.now + timedelta(days=5), temper.hours / 3, ZONE, luck)
            deed = partial(acting.tap, self.world, user, note, behaviour.marks(luck))
            self._plan(user, at, "says what was useful in a review", deed)
            if luck.random() < 0.3:
                self._will_say(user, note.channel, "heard", temper.hours / 3, luck)

    def _asked_to_confirm(self, note: Note) -> None:
        """Everybody named but the one who said it happened."""
        button = note.button("live.yes")
        assert button is not None
        for user in self._ours(note.mentioned[1:]):
            luck = self._luck(self.world.people[user], "confirm", button.address.ids[0])
            if luck.random() < CONFIRMS or self._guests(note.mentioned[:1]):
                at = moment(self.world.now, self.world.now + timedelta(days=2), 5, ZONE, luck)
                deed = partial(acting.confirm_live, self.world, user, note)
                self._plan(user, at, "confirms that they did it live", deed)

    def _asked_to_step_in(self, note: Note) -> None:
        button = note.button("ask.take")
        assert button is not None
        for user in self._here(note.channel):
            person = self.world.people[user]
            luck = self._luck(person, "step in", button.address.ids[0])
            takes = luck.random() < TEMPERS[person.temper].takes
            at = moment(self.world.now, self.world.now + ASK_OPEN, 3, ZONE, luck)
            words = "steps in" if takes else "cannot step in"
            self._plan(user, at, words, partial(acting.step_in, self.world, user, note, takes=takes))

    def _written(self, note: Note) -> None:
        """Somebody wrote in a thread: the others may answer, and to a newcomer they do."""
        place = self.world.channel(note.channel)
        if place is None or not place.is_thread:
            return
        writer = UserId(note.author)
        for user in self._here(note.channel):
            luck = self._luck(self.world.people[user], "answer", self.world.now)
            if user == writer:
                continue
            if writer in self.hands:
                self._will_say(user, note.channel, "guest", 2, luck)
            elif luck.random() < 0.5:
                self._will_say(user, note.channel, "reply", 2, luck)

    def _will_say(self, user: UserId, channel: int, what: str, hours: float, luck: Random) -> None:
        if self._said[user, channel] >= MOST_SAID:
            return
        self._said[user, channel] += 1
        talk = self.world.cluster.talk
        lines = {"open": talk.open, "reply": talk.reply, "guest": talk.guest, "heard": talk.heard}[what]
        here = [self.world.people[one].language for one in self._here(channel)]
        text = luck.choice(lines["nl" if here and set(here) == {"nl"} else "en"])
        at = moment(self.world.now, self.world.now + timedelta(days=2), hours, ZONE, luck)
        self._plan(user, at, "writes in a thread", partial(acting.say, self.world, user, channel, text))

    # Who

    def _here(self, channel: int) -> list[UserId]:
        return self._ours(self.world.in_thread(channel))

    def _ours(self, users: tuple[UserId, ...]) -> list[UserId]:
        return [user for user in users if user in self.world.people]

    def _guests(self, users: Iterable[UserId]) -> set[UserId]:
        """Those of them who are somebody trying the demo."""
        return self.hands & set(users)

    def _temper(self, user: UserId, guests: set[UserId]) -> Temper:
        """How somebody behaves; with a guest, they take their time for them."""
        return TEMPERS["eager" if guests else self.world.people[user].temper]

    def _luck(self, person: Person, *about: object) -> Random:
        return chance(self.world.seed, person.name, *about)

"""Sessions, as people live them: a time, the session itself, how long it took, and what the two remember of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from random import Random

from bot.demo.acting import swaps as acting
from bot.demo.behaviour import chance, moment
from bot.demo.behaviour import swaps as behaviour
from bot.demo.behaviour.swaps import TRADERS, Fate, Trader, Turn
from bot.demo.life.crowd import Crowd, Deed
from bot.demo.notes import Note
from bot.demo.world import ZONE
from domain.model import UserId
from domain.sessions import LONGEST, QUARTER

A_SESSION = timedelta(minutes=55)  # until it is over
AFTERWARDS = 5.0  # hours until somebody says how long it took
BY_COMMAND = 0.3  # of those who say so: with /swap done
LEARNER_SAYS = 0.35  # how long it took, when the one who showed does not
TIMES_NAMED = 3  # then they take what there is
LOOKS_AT_BALANCE, GIFT = 0.06, 60  # of those who showed something; minutes


@dataclass(frozen=True, slots=True)
class Leg:
    """A session, as its two people know it."""

    number: int
    teacher: UserId
    learner: UserId

    def other(self, user: UserId) -> UserId:
        return self.learner if user == self.teacher else self.teacher


class Sessions:
    def __init__(self, life: Crowd) -> None:
        self._life = life
        self._world = life.world
        self._legs: dict[int, Leg] = {}
        self._skills: dict[int, str] = {}  # by leg, as its button calls it
        self._named: dict[int, int] = {}  # how often a time was named
        self._will_say: set[int] = set()  # of which somebody means to say how long it took
        self._settled: set[int] = set()
        self.on_learnt: Callable[[UserId, str], None] = lambda _user, _skill: None

    def begin(self) -> None:
        return

    def hear(self, note: Note) -> bool:
        if note.button("session.decide"):
            self._for_the_manager(note)
        elif note.button("session.escalate"):
            self._disputed(note)
        elif note.button("session.object"):
            self._entered(note)
        elif note.button("session.correct"):
            self._confirmed(note)
        elif note.button("session.agree_time"):
            self._time_named(note)
        elif note.button("session.not_there"):
            self._time_agreed(note) if note.dates else self._asked_how_long(note)
        elif note.button("session.name_time"):
            self._agreed(note) if note.couples else self._no_time_yet(note)
        elif note.button("credits.give"):
            self._plenty(note)
        else:
            return False
        return True

    # Finding a time

    def _agreed(self, note: Note) -> None:
        """Everybody is in: whose sessions these are stands in the list, in the order of the buttons."""
        for button, (teacher, learner) in zip(note.all("session.name_time"), note.couples, strict=False):
            leg = Leg(button.address.ids[0], teacher, learner)
            self._legs[leg.number] = leg
            self._skills[leg.number] = button.label.partition(": ")[2]
            luck = self._luck(leg, "time")
            first = leg.teacher if luck.random() < 0.6 else leg.learner
            if first in self._life.hands:  # a guest may want to do it: they are given a day
                first = leg.other(first)
            if first in self._world.people and (self._guests(leg) or luck.random() < self._trader(leg, first).names):
                self._will_name_time(leg, first, note, luck, 26 if self._guests(leg) else 14)

    def _no_time_yet(self, note: Note) -> None:
        """A reminder, a week later."""
        leg = self._leg(note, "session.name_time")
        luck = self._luck(leg, "reminded")
        for user in self._life.ours((leg.teacher, leg.learner)):
            if luck.random() < self._life.temper(user, set()).heeds:
                self._will_name_time(leg, user, note, luck, 8)
                return

    def _will_name_time(self, leg: Leg, user: UserId, note: Note, luck: Random, hours: float) -> None:
        deed = partial(self._name_time, leg, user, note, luck, times=self._named.get(leg.number, 0))
        self._life.plan(user, self._life.soon(hours, luck), "names a time for a session", deed)

    async def _name_time(self, leg: Leg, user: UserId, note: Note, luck: Random, times: int) -> None:
        """Unless one has been named since they had meant to: there were so many then."""
        if self._named.get(leg.number, 0) > times:
            return
        person = self._life.person(user)
        at = behaviour.session_at(self._world.now, ZONE, luck)
        when = behaviour.typed(at, self._world.now, person.language, luck)
        teacher = self._world.people.get(leg.teacher)
        where = teacher.firm if teacher is not None and luck.random() < 0.7 else ""
        both = luck.random() < behaviour.IN_ONE_GO
        await acting.name_time(self._world, user, note, leg.number, when, where, both=both)

    def _time_named(self, note: Note) -> None:
        """The other one, named last, is asked whether it works: for this session, maybe for the next one, too."""
        leg, button = self._leg(note, "session.agree_time"), note.button("session.agree_time")
        assert button is not None
        for number in button.address.ids[::2]:
            self._named[number] = self._named.get(number, 0) + 1
        times = self._named[leg.number]
        for user in self._life.ours(one for one in (note.named_last,) if one is not None):
            luck = self._luck(leg, "works", times)
            at = moment(self._world.now, max(note.dates, default=self._world.now), 6, ZONE, luck)
            if times < TIMES_NAMED and luck.random() < behaviour.ANOTHER_TIME and not self._guests(leg):
                deed = partial(self._name_time, leg, user, note, luck, times)
                self._life.plan(user, at, "names another time", deed)
            else:
                deed = partial(acting.agree_time, self._world, user, note)
                self._life.plan(user, at, "agrees to a time", deed)

    # The session

    def _time_agreed(self, note: Note) -> None:
        leg, starts_at = self._leg(note, "session.report"), note.dates[0]
        luck = self._luck(leg, "held", self._named.get(leg.number, 0))
        match Fate.HELD if self._guests(leg) else behaviour.fate(luck):
            case Fate.CALLED_OFF:
                user = luck.choice((leg.teacher, leg.learner))
                at = moment(self._world.now, starts_at, 30, ZONE, luck)
                deed = partial(acting.call_off, self._world, user, note, leg.number)
                self._life.plan(user, at, "calls a session off", deed)
            case Fate.NOT_THERE:
                user = luck.choice((leg.teacher, leg.learner))
                deed = partial(acting.waited, self._world, user, note, leg.number)
                self._life.plan(user, starts_at + timedelta(minutes=40), "waited for nothing", deed)
            case Fate.HELD:
                self._will_be_held(leg, note, starts_at, luck)

    def _will_be_held(self, leg: Leg, note: Note, starts_at: datetime, luck: Random) -> None:
        minutes = luck.choice(behaviour.MINUTES)
        if leg.teacher in self._world.people and luck.random() < self._trader(leg, leg.teacher).reports:
            self._will_report(leg, leg.teacher, note, starts_at + A_SESSION, minutes, luck)
        elif leg.learner in self._world.people and luck.random() < LEARNER_SAYS and not self._guests(leg):
            self._will_report(leg, leg.learner, note, starts_at + A_SESSION, minutes, luck)

    def _asked_how_long(self, note: Note) -> None:
        """A reminder, to the one who showed."""
        leg = self._leg(note, "session.report")
        luck = self._luck(leg, "asked")
        if leg.number in self._will_say:
            return
        if leg.teacher in self._world.people and luck.random() < self._life.temper(leg.teacher, set()).heeds:
            self._will_report(leg, leg.teacher, note, self._world.now, luck.choice(behaviour.MINUTES), luck)

    def _will_report(self, leg: Leg, user: UserId, note: Note, since: datetime, minutes: int, luck: Random) -> None:
        self._will_say.add(leg.number)
        at = moment(since, since + timedelta(days=6), AFTERWARDS, ZONE, luck)
        if luck.random() < BY_COMMAND:
            deed = partial(acting.report_by_command, self._world, user, self._skills.get(leg.number, ""), minutes)
        else:
            deed = partial(acting.report, self._world, user, note, leg.number, minutes)
        self._life.plan(user, at, "says how long a session took", deed)

    # What both say

    def _entered(self, note: Note) -> None:
        """The other one, named last, is asked whether that is right."""
        leg = self._leg(note, "session.confirm")
        user = note.named_last
        if user is None or user not in self._world.people:
            return
        luck = self._luck(leg, "confirms", self._world.now)
        at = self._life.soon(self._life.temper(user, self._guests(leg)).hours / 3, luck)
        if self._guests(leg) or luck.random() < self._trader(leg, user).confirms:
            if not self._guests(leg) and luck.random() < behaviour.REMEMBERS_OTHERWISE:
                deed = partial(acting.object_to, self._world, user, note, leg.number, self._other(note, luck))
                self._life.plan(user, at, "remembers a session differently", deed)
            else:
                deed = partial(acting.confirm, self._world, user, note)
                self._life.plan(user, at, "confirms how long a session took", deed)

    def _disputed(self, note: Note) -> None:
        leg, user = self._leg(note, "session.confirm"), note.named_last
        if user is None or user not in self._world.people:
            return
        luck = self._luck(leg, "disputed", self._world.now)
        at = self._life.soon(10, luck)
        match Turn.AGREE if self._guests(leg) else behaviour.turn(luck):
            case Turn.AGREE:
                deed = partial(acting.confirm, self._world, user, note)
                self._life.plan(user, at, "agrees to what the other one says", deed)
            case Turn.INSIST:
                deed = partial(acting.object_to, self._world, user, note, leg.number, self._other(note, luck))
                self._life.plan(user, at, "says another time", deed)
            case Turn.MANAGER:
                deed = partial(acting.escalate, self._world, user, note)
                self._life.plan(user, at, "asks a manager to decide", deed)

    def _for_the_manager(self, note: Note) -> None:
        manager = self._world.manager
        luck = chance(self._world.seed, "manager", note.id)
        deed = partial(acting.decide, self._world, manager, note)
        self._life.plan(manager, self._life.soon(20, luck), "decides how long a session took", deed)

    def _confirmed(self, note: Note) -> None:
        leg = self._leg(note, "session.correct")
        if leg.number not in self._settled:
            self._settled.add(leg.number)
            self.on_learnt(leg.learner, self._skills.get(leg.number, ""))
        luck = self._luck(leg, "corrects", self._world.now)
        if self._guests(leg):
            return
        if luck.random() < behaviour.CORRECTS:
            user = luck.choice((leg.teacher, leg.learner))
            deed = partial(acting.correct, self._world, user, note, leg.number, self._other(note, luck))
            self._life.plan(user, self._life.soon(20, luck), "says that the time was wrong", deed)
        elif luck.random() < LOOKS_AT_BALANCE:
            self._life.plan(leg.teacher, self._life.soon(30, luck), "looks at time credits", self._gift(leg.teacher))

    # Time

    def _plenty(self, note: Note) -> None:
        """Told that their firm has plenty of time."""
        for user in self._life.here(note.channel):
            luck = self._life.luck(user, "plenty", self._world.now)
            if luck.random() < behaviour.GIVES:
                self._life.plan(user, self._life.soon(12, luck), "gives time to the pool", self._gift(user))

    def _gift(self, user: UserId) -> Deed:
        async def deed() -> None:
            await acting.look_at_balance(self._world, user)
            await acting.give(self._world, user, GIFT)

        return deed

    # Who

    def _leg(self, note: Note, action: str) -> Leg:
        button = note.button(action)
        assert button is not None
        return self._legs[button.address.ids[0]]

    def _luck(self, leg: Leg, *about: object) -> Random:
        who = leg.teacher if leg.teacher in self._world.people else leg.learner
        return self._life.luck(who, "session", leg.number, *about)

    def _guests(self, leg: Leg) -> set[UserId]:
        return self._life.guests((leg.teacher, leg.learner))

    def _trader(self, leg: Leg, user: UserId) -> Trader:
        return TRADERS[self._life.manner(user, self._guests(leg))]

    @staticmethod
    def _other(note: Note, luck: Random) -> int:
        """A time that somebody may remember instead of the one that is said."""
        said = note.lasted or luck.choice(behaviour.MINUTES)
        return min(LONGEST, max(QUARTER, said + luck.choice((-2, -1, 1, 2)) * QUARTER))

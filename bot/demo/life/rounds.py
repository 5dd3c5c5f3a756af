"""Rounds, as people live them: they come in, look at each other's work, step in, forget, and are reminded."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from functools import partial
from random import Random

from bot.demo import behaviour
from bot.demo.acting import rounds as acting
from bot.demo.behaviour import TEMPERS, Answer, Way, moment
from bot.demo.life.crowd import Crowd
from bot.demo.life.talk import Talk
from bot.demo.notes import Note
from bot.demo.world import ZONE
from domain.model import UserId

CONFIRMS = 0.93  # share of those who are asked whether it happened
ASK_OPEN = timedelta(hours=11)  # somebody asked to step in answers within this, or lets it lapse


class Rounds:
    def __init__(self, life: Crowd, talk: Talk) -> None:
        self._life = life
        self._world = life.world
        self._talk = talk
        self._ways: dict[tuple[UserId, int], Way] = {}  # by pairing
        self._brought: Counter[UserId] = Counter()
        self._rounds: set[int] = set()

    def begin(self) -> None:
        return

    def hear(self, note: Note) -> bool:
        if note.button("round.how"):
            self._opens(note)
        elif note.button("pairing.review"):
            self._in_thread(note)
        elif note.button("review.specific"):
            self._reviewed(note)
        elif note.button("live.yes"):
            self._asked_to_confirm(note)
        elif note.button("ask.take"):
            self._asked_to_step_in(note)
        else:
            return False
        return True

    # It opens

    def _opens(self, note: Note) -> None:
        button = note.button("round.in")
        if button is None or len(note.dates) < 2:
            self._life.problems.append("A round's opening does not say when partners are drawn and when it ends.")
            return
        number, pairs = button.address.ids[0], note.dates[0]
        if number in self._rounds:
            return
        self._rounds.add(number)
        for user in self._world.people:
            self._answer(user, note, number, pairs)

    def _answer(self, user: UserId, note: Note, number: int, pairs: datetime) -> None:
        temper, luck = self._life.temper(user, set()), self._life.luck(user, "round", number)
        now = self._world.now
        match behaviour.answer(temper, luck):
            case Answer.OUT:
                at = moment(now, pairs, 10, ZONE, luck)
                self._life.plan(user, at, "sits this one out", partial(acting.sit_out, self._world, user, note))
            case Answer.IN:
                at = moment(now, pairs, min(temper.hours, 14), ZONE, luck)
                self._life.plan(user, at, "is in", partial(self._sign_up, user, note))
            case Answer.LATE:
                at = moment(pairs + timedelta(hours=1), pairs + timedelta(hours=40), 16, ZONE, luck)
                self._life.plan(user, at, "is in, a little late", partial(self._sign_up, user, note))

    async def _sign_up(self, user: UserId, note: Note) -> None:
        person, cluster = self._life.person(user), self._world.cluster
        colleagues = [one for one in cluster.people if one.firm == person.firm]
        works = cluster.works[person.firm]
        first = colleagues.index(person)  # colleagues do not all bring the same
        luck = self._life.luck(user, "brief", self._brought[user])
        brief = behaviour.brief((*works[first:], *works[:first]), self._brought[user], luck)
        self._brought[user] += 1
        await acting.sign_up(self._world, user, note, brief)

    # In a thread

    def _in_thread(self, note: Note) -> None:
        """A pairing's first message, somebody who joins it, or a reminder."""
        button = note.button("pairing.review")
        assert button is not None
        pairing, closes = button.address.ids[0], max(note.dates, default=self._world.now + timedelta(days=4))
        for user in self._life.here(note.channel):
            if (user, pairing) not in self._ways:
                self._meet(user, note, pairing, closes)
            elif user in note.debtors:
                self._reminded(user, note, pairing, closes)
            elif not note.debtors and self._ways[user, pairing] is Way.WRITE:  # a third joins, with a work of theirs
                luck = self._life.luck(user, "third", pairing)
                self._will_review(user, note, closes, luck, TEMPERS[self._life.person(user).temper].hours)

    def _meet(self, user: UserId, note: Note, pairing: int, closes: datetime) -> None:
        now, luck = self._world.now, self._life.luck(user, "pairing", pairing)
        guests = self._life.guests(self._world.in_thread(note.channel))
        temper, starter = self._life.temper(user, guests), note.mentioned[:1] == (user,)
        way = Way.WRITE if guests else behaviour.way(temper, luck, starter=starter)
        self._ways[user, pairing] = way
        if starter and way is not Way.NOTHING and luck.random() < 0.6:
            self._talk.will_say(user, note.channel, "open", 2, luck)
        if way is Way.WRITE:
            self._will_review(user, note, closes, luck, temper.hours)
        elif way is Way.LIVE:
            at = moment(now, closes, temper.hours, ZONE, luck)
            deed = partial(acting.say_live, self._world, user, note)
            self._life.plan(user, at, "says they did it live", deed)
        elif way is Way.CANNOT:
            at = moment(now, closes, 20, ZONE, luck)
            self._life.plan(user, at, "can't make it", partial(acting.bow_out, self._world, user, note))

    def _will_review(self, user: UserId, note: Note, closes: datetime, luck: Random, hours: float) -> None:
        at = moment(self._world.now, closes, hours, ZONE, luck)
        self._life.plan(user, at, "writes a review", partial(acting.review, self._world, user, note))

    def _reminded(self, user: UserId, note: Note, pairing: int, closes: datetime) -> None:
        luck, temper = self._life.luck(user, "reminded", pairing), self._life.temper(user, set())
        if self._ways[user, pairing] is Way.NOTHING and luck.random() < temper.heeds:
            self._ways[user, pairing] = Way.WRITE
            self._will_review(user, note, closes, luck, temper.hours)

    def _reviewed(self, note: Note) -> None:
        """The maker, named first, may tap."""
        button = note.button("review.specific")
        assert button is not None
        guests = self._life.guests(note.mentioned[1:])
        for user in self._life.ours(note.mentioned[:1]):
            temper = self._life.temper(user, guests)
            luck = self._life.luck(user, "tap", button.address.ids[0])
            if luck.random() >= temper.taps and not guests:
                continue
            deed = partial(acting.tap, self._world, user, note, behaviour.marks(luck))
            at = self._life.soon(temper.hours / 3, luck)
            self._life.plan(user, at, "says what was useful in a review", deed)
            if luck.random() < 0.3:
                self._talk.will_say(user, note.channel, "heard", temper.hours / 3, luck)

    def _asked_to_confirm(self, note: Note) -> None:
        """Everybody named but the one who said it happened."""
        button = note.button("live.yes")
        assert button is not None
        for user in self._life.ours(note.mentioned[1:]):
            luck = self._life.luck(user, "confirm", button.address.ids[0])
            if luck.random() < CONFIRMS or self._life.guests(note.mentioned[:1]):
                deed = partial(acting.confirm_live, self._world, user, note)
                at = self._life.soon(5, luck, timedelta(days=2))
                self._life.plan(user, at, "confirms that they did it live", deed)

    def _asked_to_step_in(self, note: Note) -> None:
        button = note.button("ask.take")
        assert button is not None
        for user in self._life.here(note.channel):
            luck = self._life.luck(user, "step in", button.address.ids[0])
            takes = luck.random() < self._life.temper(user, set()).takes
            words = "steps in" if takes else "cannot step in"
            deed = partial(acting.step_in, self._world, user, note, takes=takes)
            self._life.plan(user, self._life.soon(3, luck, ASK_OPEN), words, deed)

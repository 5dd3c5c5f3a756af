"""What people write to each other in their private threads, Weft aside."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from functools import partial
from random import Random

from bot.demo import acting
from bot.demo.life.crowd import Crowd
from bot.demo.notes import Note
from domain.model import UserId

MOST_SAID = 2  # by one person in one thread
A_WHILE = timedelta(days=2)


class Talk:
    def __init__(self, life: Crowd) -> None:
        self._life = life
        self._said: Counter[tuple[UserId, int]] = Counter()

    def begin(self) -> None:
        return

    def hear(self, note: Note) -> bool:
        """Somebody wrote in a thread: the others may answer, and to a newcomer they do."""
        world = self._life.world
        place = world.channel(note.channel)
        if note.author == world.bot or place is None or not place.is_thread or world.in_forum(note.channel):
            return False
        writer = UserId(note.author)
        for user in self._life.here(note.channel):
            if user == writer:
                continue
            luck = self._life.luck(user, "answer", world.now)
            if writer in self._life.hands:
                self.will_say(user, note.channel, "guest", 2, luck)
            elif luck.random() < 0.5:
                self.will_say(user, note.channel, "reply", 2, luck)
        return True

    def will_say(self, user: UserId, channel: int, what: str, hours: float, luck: Random) -> None:
        """Have somebody write one of the lines for this occasion."""
        if self._said[user, channel] >= MOST_SAID:
            return
        self._said[user, channel] += 1
        world = self._life.world
        talk = world.cluster.talk
        lines = {"open": talk.open, "reply": talk.reply, "guest": talk.guest, "heard": talk.heard}[what]
        here = [world.people[one].language for one in self._life.here(channel)]
        text = luck.choice(lines["nl" if here and set(here) == {"nl"} else "en"])
        deed = partial(acting.say, world, user, channel, text)
        self._life.plan(user, self._life.soon(hours, luck, A_WHILE), "writes in a thread", deed)

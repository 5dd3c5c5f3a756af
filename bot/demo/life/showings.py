"""Showings, as people live them: they show, come past what others show, answer, are asked to, and say what helped."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from bot.demo.acting import showings as acting
from bot.demo.behaviour import moment
from bot.demo.behaviour import showings as behaviour
from bot.demo.behaviour.showings import VIEWERS
from bot.demo.life.crowd import Crowd
from bot.demo.notes import Note
from bot.demo.people import Shown
from bot.demo.world import ZONE
from domain.model import UserId

LOOKS_WITHIN = timedelta(days=10)  # later nobody comes past any more
WELCOMES = 3  # times as likely to answer somebody who is new
REACTS_WITHIN = timedelta(hours=12)  # later somebody else has been asked


@dataclass
class Post:
    """A post in the forum, as everybody sees it."""

    thread: int
    title: str
    maker: UserId
    first: Note  # what has the button that says what helped, once there is one
    said: set[str] = field(default_factory=set)  # what others wrote
    wrote: set[UserId] = field(default_factory=set)  # who of them did, or is about to


class Showings:
    def __init__(self, life: Crowd) -> None:
        self._life = life
        self._world = life.world
        self._posts: dict[int, Post] = {}  # by thread
        self._asks_seen: Counter[UserId] = Counter()

    # Showing

    def begin(self) -> None:
        for user in self._world.people:
            self._will_show(user, 0)

    def _will_show(self, user: UserId, turn: int) -> None:
        """Plan what somebody shows next, and when: their first ones are in the script."""
        person, luck = self._life.person(user), self._life.luck(user, "shows", turn)
        work = behaviour.shown(self._world.cluster, person, turn, luck)
        viewer = VIEWERS[person.temper]
        if work is None or not viewer.shows_every:
            return
        self._life.plan(
            user, self._when(work, viewer.shows_every, user, turn), "shows work", partial(self._show, user, work, turn)
        )

    def _when(self, work: Shown, every: float, user: UserId, turn: int) -> datetime:
        luck, now = self._life.luck(user, "shows at", turn), self._world.now
        if work.at is not None and work.week is not None:
            return self._life.monday(work.week).replace(hour=work.at.hour, minute=work.at.minute)
        if work.week is not None:
            at = behaviour.shows_at(self._life.monday(work.week), ZONE, luck)
            return at if at > now else self._life.soon(20, luck)
        weeks = luck.expovariate(1 / every)
        at = behaviour.shows_at(now + timedelta(weeks=weeks, days=-now.weekday()), ZONE, luck)
        return at if at > now else at + timedelta(weeks=1)

    async def _show(self, user: UserId, work: Shown, turn: int) -> None:
        await acting.show(self._world, user, work)
        self._will_show(user, turn + 1)

    # What they hear of

    def hear(self, note: Note) -> bool:
        if note.button("showing.take"):
            self._asked(note)
        elif note.button("followup.none"):
            self._asked_what_came_of_it(note)
        elif not self._world.in_forum(note.channel):
            return False
        elif note.channel not in self._posts:
            self._posted(note)
        elif note.button("showing.helped"):
            self._posts[note.channel].first = note  # below a post made by hand
        elif note.author != self._world.bot:
            self._answered(note)
        return True

    def _posted(self, note: Note) -> None:
        """Something new in the forum: whoever comes past it may write."""
        maker = UserId(note.author) if note.author != self._world.bot else next(iter(note.mentioned), None)
        place = self._world.channel(note.channel)
        if maker is None or place is None:
            return
        post = self._posts[note.channel] = Post(note.channel, place.name or "", maker, note)
        firm = self._firm(maker)
        welcome = WELCOMES if maker in self._life.hands else 1
        for user, person in self._world.people.items():
            luck = self._life.luck(user, "comes past", note.channel)
            if person.firm == firm or luck.random() >= VIEWERS[person.temper].answers * welcome:
                continue
            at = moment(self._world.now, self._world.now + LOOKS_WITHIN, behaviour.LOOKS_AFTER, ZONE, luck)
            self._will_answer(user, post, at)

    def _firm(self, user: UserId) -> str:
        return self._world.people.get(user, self._world.cluster.newcomer).firm

    def _will_answer(self, user: UserId, post: Post, at: datetime) -> None:
        self._life.plan(user, at, "answers somebody who shows work", partial(self._answer, user, post))

    async def _answer(self, user: UserId, post: Post) -> None:
        """In their own words, once."""
        if user in post.wrote:
            return
        luck = self._life.luck(user, "answers", post.thread)
        text = behaviour.answer(self._world.cluster, post.title, post.said, luck)
        post.wrote.add(user)
        post.said.add(text)
        await acting.answer(self._world, user, post.thread, text)

    def _answered(self, note: Note) -> None:
        """The maker reads it, and may say that it helped."""
        post, writer = self._posts[note.channel], UserId(note.author)
        if post.maker not in self._world.people or writer == post.maker:
            return
        guest = bool(self._life.guests((writer,)))
        luck = self._life.luck(post.maker, "helped", note.id)
        viewer = VIEWERS[self._life.manner(post.maker, self._life.guests((writer,)))]
        if self._firm(writer) == self._firm(post.maker) or (luck.random() >= viewer.thanks and not guest):
            return
        at = self._life.soon(4 if guest else 9, luck)
        if luck.random() < behaviour.MENU:
            deed = partial(self._helped_by_menu, post, writer)
        else:
            deed = partial(acting.helped, self._world, post.maker, note)
        self._life.plan(post.maker, at, "says which answer helped", deed)
        if luck.random() < behaviour.SAYS_THANKS:
            heard = self._world.cluster.talk.heard[self._life.person(post.maker).language]
            said = partial(acting.answer, self._world, post.maker, post.thread, luck.choice(heard))
            self._life.plan(post.maker, at + timedelta(minutes=3), "says thanks", said)

    async def _helped_by_menu(self, post: Post, writer: UserId) -> None:
        whose = self._world.people.get(writer, self._world.cluster.newcomer)
        await acting.helped_by_menu(self._world, post.maker, post.first, whose)

    # When they are asked

    def _asked(self, note: Note) -> None:
        """Somebody on call is asked to answer: they take it, pass, or do not look in time."""
        button = note.button("showing.take")
        assert button is not None
        for user in self._life.here(note.channel):
            luck = self._life.luck(user, "takes", button.address.ids[0])
            at = behaviour.reached(self._world.now, behaviour.REACTS_AFTER, ZONE, luck)
            if at > self._world.now + REACTS_WITHIN:
                continue
            turn, self._asks_seen[user] = self._asks_seen[user], self._asks_seen[user] + 1
            leaning = self._life.luck(user, "takes asks")
            if behaviour.takes(self._world.cluster, self._life.person(user), turn, leaning):
                self._life.plan(user, at, "takes it to answer", partial(self._take, user, note))
            elif luck.random() < behaviour.PASSES:
                deed = partial(acting.pass_on, self._world, user, note)
                self._life.plan(user, at, "passes on an ask", deed)

    async def _take(self, user: UserId, ask: Note) -> None:
        luck = self._life.luck(user, "comes", ask.id)
        await acting.take(self._world, user, ask)
        post = next((self._posts[one] for one in ask.channels if one in self._posts), None)
        if post is not None and luck.random() < behaviour.COMES:
            at = behaviour.reached(self._world.now, behaviour.WRITES_AFTER, ZONE, luck)
            self._will_answer(user, post, at)

    def _asked_what_came_of_it(self, note: Note) -> None:
        for user in self._life.here(note.channel):
            luck = self._life.luck(user, "led on", note.id)
            if luck.random() < behaviour.REPLIES_FOLLOWUP:
                partners = partial(behaviour.led_on, luck=luck)
                deed = partial(acting.led_on, self._world, user, note, partners)
                self._life.plan(user, self._life.soon(20, luck), "says what came of it", deed)

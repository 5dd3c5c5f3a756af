"""What whoever tries the demo sees and does: who they are, where they look, what is new there, and the clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import simcord

from bot.demo import sight, story
from bot.demo.acting import COMMANDS
from bot.demo.inbox import Mail
from bot.demo.life import Life
from bot.demo.todo import Task, tasks
from bot.demo.world import LOCALES, ZONE, World, as_discord_shows
from domain.model import UserId

if TYPE_CHECKING:
    from simcord import Preview

PLAYED = 2  # rounds that are over when somebody comes in
A_MOMENT = timedelta(seconds=20)  # goes by with everything somebody does
THREADS_SHOWN, POSTS_SHOWN = 6, 6
WORDS = {
    "opens": "round {n} opens",
    "pairs": "partners are drawn",
    "nudges": "who owes something is reminded",
    "closes": "round {n} ends",
}


class NotThere(Exception):  # noqa: N818 - told to the page in a sentence
    """Nobody, or nothing, of that number that one may be or see."""


@dataclass(frozen=True, slots=True)
class Place:
    """A channel or thread in the left column."""

    id: str  # a string: a browser's numbers are too short for it
    name: str
    new: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class News:
    """What the last movement of the clock has brought, and where to read it (a channel's id) if anywhere."""

    text: str
    channel: str = ""


class Stage:
    """One demo. Whatever moves the world holds the lock: simcord does one thing at a time."""

    def __init__(self, life: Life, played: int = PLAYED) -> None:
        self.life = life
        self._played = played
        self.world: World = life.world
        self.lock = asyncio.Lock()
        self.ready = False
        self.share = 0.0  # of the getting ready
        self.busy = ""  # what is going on, in words
        self.news = News("")
        self.me = self.world.newcomer
        self.channel = 0
        self.views = 0  # how many times something else was shown
        self.preview: Preview | None = None
        self._mails_read: set[int] = set()
        self._seen: dict[tuple[UserId, int], int] = {}
        self._began = self.world.now
        self._next: story.Step | None = None
        self._tasks: list[Task] = []

    # Getting ready

    async def begin(self) -> None:
        """Play what happened before the newcomer came in, then show them the coffee corner."""
        as_discord_shows()
        async with self.lock:
            await self._show(self.world.guild.channels[COMMANDS].id)  # what it needs is missed now, not in a while
            await story.found(self.life, self._told(0.0, 0.2))
            await story.weeks_later(self.life, self._played, self._told(0.2, 0.95))
            for user in self.faces:
                for channel in self.world.channels():
                    self._seen[user, channel.id] = self.world.last(channel.id)
            await story.come_in(self.life, self._played)
            self._began = self.world.now
            self.busy, self.share, self.ready = "", 1.0, True
            await self._show(self.world.guild.channels[COMMANDS].id)
            await self._look()

    def _told(self, start: float, end: float) -> story.Told:
        def told(share: float, words: str) -> None:
            self.share, self.busy = start + share * (end - start), words

        return told

    @property
    def faces(self) -> dict[UserId, str]:
        """Whom one can be, the newcomer first, and what is said of each."""
        names = {person.name: user for user, person in self.world.people.items()}
        found = {self.world.newcomer: f"{self.world.cluster.newcomer.practice}; moved in today"}
        for name in self.world.cluster.guests:
            person = self.world.people[names[name]]
            found[names[name]] = person.practice + ("; has Discord in Dutch" if person.language == "nl" else "")
        found[self.world.manager] = "runs the building; set Weft up"
        return found

    # What somebody does

    async def become(self, user: UserId) -> None:
        """Be somebody else. Whom one was goes on by themselves. Raises NotThere."""
        if user not in self.faces:
            raise NotThere("You cannot be them.")
        async with self.lock:
            self.me, self.news = user, News("")
            self.life.hands = {user, self.world.newcomer}
            place = self.world.channel(self.channel)
            seen = place is not None and self.world.sees(user, place)
            await self._show(self.channel if seen else self.world.guild.channels[COMMANDS].id)
            await self._look()

    async def open(self, channel: int) -> None:
        """Show another channel. Raises NotThere."""
        place = self.world.channel(channel)
        if place is None or not sight.readable(self.world, self.me, place):
            raise NotThere("There is no such channel for you.")
        async with self.lock:
            await self._show(channel)
            await self._look()

    async def step(self) -> None:
        """On to the next thing on the clock, or until something comes for who one is, whichever is first."""
        async with self._moving():
            step = await story.next_step(self.world)
            if step is None:
                self.news = News("Nothing is planned.")
                return
            before = {one.id: self.world.last(one.id) for one in self.world.channels()}
            mails = len(self.world.inbox.mails)
            await self.life.until(step.at, lambda: sight.came(self.world, self.me, before) is not None)
            happened = [WORDS[step.what].format(n=step.round)] if self.world.now >= step.at else []
            place = sight.came(self.world, self.me, before)
            if place is not None:
                happened.append(sight.news(self.world, self.me, place, before.get(place.id, 0)))
            if len(self.world.inbox.mails) > mails:
                happened.append("there is mail in the inbox")
            text = f"{said(self.world.now)}: {', and '.join(happened)}."
            self.news = News(text, str(place.id) if place is not None else "")

    async def week(self) -> None:
        """On to the next round, a while after it has opened."""
        async with self._moving():
            opens = await story.next_opening(self.world)
            if opens is None:
                self.news = News("No round is planned.")
                return
            mails = len(self.world.inbox.mails)
            await self.life.until(opens + story.COMES_IN)
            mail = ", and there is mail in the inbox" if len(self.world.inbox.mails) > mails else ""
            self.news = News(f"{said(self.world.now)}: a week has gone by{mail}.")

    def read(self, number: int) -> Mail:
        """A mail, which is read with that. Raises NotThere."""
        mail = self.world.inbox.get(number)
        if mail is None:
            raise NotThere("There is no such mail.")
        self._mails_read.add(number)
        return mail

    def file(self, message: int, name: str) -> bytes:
        """What is attached to a message in the channel that is shown. Raises NotThere."""
        found = self.world.file(self.me, self.channel, message, name)
        if found is None:
            raise NotThere("There is no such file for you.")
        return found

    async def touched(self) -> None:
        """Somebody has done something on Discord: a moment goes by, and what they see is up to date."""
        await self.life.until(self.world.now + A_MOMENT)
        await self._refresh()

    @asynccontextmanager
    async def _moving(self) -> AsyncIterator[None]:
        async with self.lock:
            try:
                yield
            finally:
                await self._refresh()

    async def _refresh(self) -> None:
        if self.world.channel(self.channel) is None:  # what they looked at was deleted: Discord leads elsewhere, too
            await self._show(self.world.guild.channels[COMMANDS].id)
        elif self.preview is not None:
            await self.preview.refresh()
        await self._look()

    async def _look(self) -> None:
        """Read anew what the page shows from the database."""
        self._seen[self.me, self.channel] = self.world.last(self.channel)
        self._next = await story.next_step(self.world)
        self._tasks = await tasks(self.world, self.me, self._began, self._read)

    # What they see

    async def _show(self, channel: int) -> None:
        """Point the view at a channel: simcord shows one at a time, to one person."""
        await self.close()
        place = self.world.channel(channel)
        assert place is not None
        person = self.world.people.get(self.me)
        preview = self.world.env.preview(
            place,
            viewers=[self.world.actors[self.me]],
            layout="channel",
            locale=LOCALES[person.language if person else "en"],
            timezone=ZONE.key,
        )
        self.preview = await preview.__aenter__()
        self.channel = channel
        self.views += 1

    async def close(self) -> None:
        """Show nothing any more."""
        if self.preview is not None:
            preview, self.preview = self.preview, None
            await preview.close()

    def _read(self, channel: int) -> bool:
        """Whether one has seen everything in a channel."""
        return self._seen.get((self.me, channel), 0) >= self.world.last(channel)

    def _place(self, channel: simcord.ChannelHandle) -> Place:
        new = self.world.after(self.me, channel.id, self._seen.get((self.me, channel.id), 0))
        return Place(str(channel.id), channel.name or "", len(new))

    def _post(self, channel: simcord.ChannelHandle) -> Place:
        mine = sight.maker(self.world, channel.id) == self.me
        note = "yours" if mine else "waits for an answer" if sight.waits(self.world, channel.id) else ""
        return replace(self._place(channel), note=note)

    def _mail(self, mail: Mail) -> dict[str, Any]:
        new = mail.number not in self._mails_read
        return {"id": mail.number, "to": mail.to, "subject": mail.subject, "at": said(mail.at), "new": new}

    def state(self) -> dict[str, Any]:
        """Everything the page shows, as JSON."""
        common = {"cluster": self.world.cluster.name, "ready": self.ready, "share": self.share, "busy": self._doing()}
        if not self.ready:
            return common
        threads = [self._place(one) for one in sight.threads(self.world, self.me)]
        rooms = [self._place(one) for one in sight.rooms(self.world, self.me)]
        posts = [self._post(one) for one in sight.posts(self.world, self.me)]
        return common | {
            "now": said(self.world.now),
            "next": self._words(self._next),
            "news": asdict(self.news),
            "me": {"id": str(self.me), "name": self.world.name(self.me)},
            "faces": [
                {"id": str(user), "name": self.world.name(user), "about": about} for user, about in self.faces.items()
            ],
            "rooms": [asdict(one) for one in rooms],
            "threads": [asdict(one) for one in threads[:THREADS_SHOWN]],
            "older": [asdict(one) for one in threads[THREADS_SHOWN:]],
            "posts": [asdict(one) for one in posts[:POSTS_SHOWN]],
            "older_posts": [asdict(one) for one in posts[POSTS_SHOWN:]],
            "mails": [self._mail(one) for one in reversed(self.world.inbox.mails)],
            "tasks": [asdict(one) for one in self._tasks],
            "view": {"number": self.views, "channel": str(self.channel), "key": self.key},
        }

    def _doing(self) -> str:
        if self.ready and self.lock.locked():
            return f"{said(self.world.now)} · {self.life.lately}"
        return self.busy

    @property
    def key(self) -> str:
        """What lets a browser in to what is shown; empty while nothing is."""
        return self.preview.url.partition("#")[2] if self.preview is not None else ""

    @staticmethod
    def _words(step: story.Step | None) -> str:
        return f"{said(step.at)}: {WORDS[step.what].format(n=step.round)}" if step is not None else ""


def said(moment: datetime) -> str:
    """A moment as people in the cluster say it: "Tuesday 27 January, 16:00"."""
    local = moment.astimezone(ZONE)
    return f"{local:%A} {local.day} {local:%B}, {local:%H:%M}"

"""Skills and proposals, as people live them: what they offer, want, say to a proposal, keep or let lapse."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from bot.demo.acting import swaps as acting
from bot.demo.behaviour import moment
from bot.demo.behaviour import swaps as behaviour
from bot.demo.behaviour.swaps import TRADERS, Yes
from bot.demo.life.crowd import Crowd
from bot.demo.life.sessions import Sessions
from bot.demo.notes import Note
from bot.demo.people import Skill
from bot.demo.world import ZONE
from domain.model import ListingKind, UserId

BEGINS_AFTER = 3  # weeks, at least, before somebody comes up with what is not in the script
TO_ANSWER = timedelta(hours=72)
MOST_WANTS = 3  # at a time
TO_PASS_ON = (3, 9)  # weeks after they have learnt something


class Swaps:
    def __init__(self, life: Crowd, sessions: Sessions) -> None:
        self._life = life
        self._world = life.world
        self._board: Note | None = None
        self._wants: dict[UserId, list[str]] = {}  # what somebody would still like to learn
        self._knows: dict[UserId, set[str]] = {}  # what they can do, or have wanted at some time
        self._asked: set[tuple[UserId, int]] = set()  # by proposal
        sessions.on_learnt = self._has_learnt

    # Offering and wanting

    def begin(self) -> None:
        for user, person in self._world.people.items():
            for number, skill in enumerate(self._world.cluster.skills.get(person.name, ())):
                luck = self._life.luck(user, "skill", number)
                since = max(self._life.monday(skill.week), self._world.now)
                at = moment(since, self._life.monday(skill.week + 1), 22, ZONE, luck)
                self._will_put_up(user, skill, at)
            self._thinks_again(user, 0)

    def _will_put_up(self, user: UserId, skill: Skill, at: datetime) -> None:
        words = f"offers {skill.name}" if skill.kind is ListingKind.OFFER else f"wants to learn {skill.name}"
        self._life.plan(user, at, words, partial(self._put_up, user, skill))

    async def _put_up(self, user: UserId, skill: Skill) -> None:
        luck = self._life.luck(user, "put up", skill.kind, skill.name, self._world.now)
        self._knows.setdefault(user, set()).add(skill.name)
        if skill.kind is ListingKind.WANT:
            self._wants.setdefault(user, []).append(skill.name)
        board = self._board if luck.random() < behaviour.BY_THE_BOARD else None
        await acting.put_up(self._world, user, skill, board, luck)

    def _thinks_again(self, user: UserId, times: int) -> None:
        """Plan when somebody next comes to want something."""
        luck = self._life.luck(user, "wants", times)
        weeks = luck.expovariate(1 / TRADERS[self._life.person(user).temper].wants_every)
        since = self._life.monday(BEGINS_AFTER) if times == 0 else self._world.now
        at = moment(since + timedelta(weeks=weeks), since + timedelta(weeks=weeks + 1), 4, ZONE, luck)
        self._life.plan(user, at, "looks at the board", partial(self._think, user, times))

    async def _think(self, user: UserId, times: int) -> None:
        self._thinks_again(user, times + 1)
        luck, knows = self._life.luck(user, "next", times), self._knows.get(user, set())
        skill = behaviour.next_want(self._world.cluster, knows, luck)
        if skill is not None and len(self._wants.get(user, ())) < MOST_WANTS:
            await self._put_up(user, skill)

    def _has_learnt(self, user: UserId, skill: str) -> None:
        """A session was confirmed: the want is met, and some pass on what they learnt."""
        wants = self._wants.get(user, [])
        met = next((one for one in wants if self._world.cluster.same_skill(one, skill)), None)
        if met is None:
            return
        wants.remove(met)
        luck = self._life.luck(user, "passes on", met)
        if luck.random() < behaviour.PASSES_ON:
            weeks = timedelta(weeks=luck.uniform(*TO_PASS_ON))
            at = moment(self._world.now + weeks, self._world.now + weeks * 2, 4, ZONE, luck)
            self._will_put_up(user, behaviour.passed_on(skill, "after lunch"), at)

    # What they hear of

    def hear(self, note: Note) -> bool:
        if note.button("swap.accept"):
            self._proposed(note)
        elif note.button("skill.keep"):
            self._reminded(note)
        elif note.button("skill.board") and note.author == self._world.bot:
            self._board = note
        else:
            return False
        return True

    def _proposed(self, note: Note) -> None:
        button = note.button("swap.accept")
        assert button is not None
        swap, until = button.address.ids[0], max(note.dates, default=self._world.now + TO_ANSWER)
        guests = self._life.guests(note.mentioned)
        for user in self._life.ours(note.mentioned):
            if (user, swap) in self._asked:
                continue
            self._asked.add((user, swap))
            luck, temper = self._life.luck(user, "proposal", swap), self._life.temper(user, guests)
            at = moment(self._world.now, until, temper.hours, ZONE, luck)
            match Yes.IN if guests else behaviour.says(TRADERS[self._life.person(user).temper], luck):
                case Yes.IN:
                    deed = partial(acting.count_in, self._world, user, note)
                    self._life.plan(user, at, "is in for a swap", deed)
                case Yes.NO:
                    deed = partial(acting.turn_down, self._world, user, note)
                    self._life.plan(user, at, "says no to a swap", deed)

    def _reminded(self, note: Note) -> None:
        """Something of theirs lapses soon."""
        for user in self._life.here(note.channel):
            person = self._life.person(user)
            luck = self._life.luck(user, "keeps", self._world.now.date())
            at = self._life.soon(self._life.temper(user, set()).hours / 2, luck)
            if luck.random() < TRADERS[person.temper].keeps:
                deed = partial(acting.keep, self._world, user, note)
                self._life.plan(user, at, "keeps what they offer and want", deed)
            elif luck.random() < behaviour.TAKES_OFF:
                deed = partial(acting.take_off, self._world, user, note, luck)
                self._life.plan(user, at, "takes something off the board", deed)

"""Time going by, and people living in it: they hear of things, make up their minds, and do them when they get to it."""

from __future__ import annotations

from bot.demo.life.crowd import Crowd
from bot.demo.life.rounds import Rounds
from bot.demo.life.sessions import Sessions
from bot.demo.life.showings import Showings
from bot.demo.life.swaps import Swaps
from bot.demo.life.talk import Talk
from bot.demo.world import World


class Life(Crowd):
    """The people of a world, with everything they do in it."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        talk = Talk(self)
        sessions = Sessions(self)
        self.habits = (Rounds(self, talk), Swaps(self, sessions), sessions, Showings(self), talk)

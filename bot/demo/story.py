"""How the demo begins: the manager sets Weft up, everybody joins, and some weeks go by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.demo import acting
from bot.demo.life import Life
from bot.demo.world import BEGINS, ZONE, World
from domain.model import Round
from domain.rounds import due_at
from storage import rounds

COMES_IN = timedelta(hours=1, minutes=25)  # after a round has opened, the newcomer is shown around

Told = Callable[[float, str], None]  # how far (0 to 1), and what is going on


@dataclass(frozen=True, slots=True)
class Step:
    """The next thing on the clock of the cluster. `what` is a key of the page's words: opens, pairs, nudges, closes."""

    at: datetime
    what: str
    round: int


async def found(life: Life, told: Told = lambda _share, _words: None) -> None:
    """On the first day: the manager sets Weft up and says so, and everybody joins in the hours after."""
    world = life.world
    manager = world.actors[world.manager]
    told(0.0, f"{world.cluster.manager.name} sets Weft up")
    result = await manager.slash(
        world.guild.channels[acting.COMMANDS],
        "cluster setup",
        time_zone=ZONE.key,
        language="en",
        manager_role=world.guild.roles["Building"],
    )
    acting.answer_to(result)
    await world.tick()
    await chat(world, world.cluster.coffee[:1])
    for number, (user, person) in enumerate(world.people.items()):
        told(number / len(world.people), f"{person.name} joins")
        await world.advance_to(world.now + timedelta(minutes=11))
        await acting.join(world, user, person)
    await chat(world, world.cluster.coffee[1:])
    await world.tick()
    life.begin()


async def chat(world: World, lines: Sequence[tuple[str, str]]) -> None:
    """Some talk in the coffee corner, a few minutes apart."""
    by_name = {person.name: user for user, person in world.people.items()}
    by_name[world.cluster.manager.name] = world.manager
    for who, said in lines:
        await world.advance_to(world.now + timedelta(minutes=4))
        await world.actors[by_name[who]].send(world.guild.channels[acting.COMMANDS], said)


async def weeks_later(life: Life, weeks: int, told: Told = lambda _share, _words: None) -> None:
    """Let this many rounds go by from the first day, up to the moment the last one has closed."""
    begin = life.world.now
    end = _first_opening() + timedelta(weeks=weeks)

    def look() -> bool:
        gone = (life.world.now - begin) / (end - begin)
        told(min(1.0, gone), f"{life.world.now.astimezone(ZONE):%A %-d %B} · {life.lately}")
        return False

    await life.until(_at_wall(end, hour=8, minute=30), look)


async def come_in(life: Life, weeks: int) -> None:
    """To the Monday after `weeks` rounds, a while after the next has opened; people have begun to come in."""
    opened = _at_wall(_first_opening() + timedelta(weeks=weeks), hour=9, minute=0)
    await life.until(opened + COMES_IN - timedelta(minutes=10))
    await chat(life.world, life.world.cluster.welcome)
    await life.until(opened + COMES_IN)


def _first_opening() -> datetime:
    """The Monday after the first day, nine o'clock, as the plan has it that set-up makes."""
    monday = BEGINS + timedelta(days=7 - BEGINS.weekday())
    return monday.replace(hour=9, minute=0)


def _at_wall(day: datetime, *, hour: int, minute: int) -> datetime:
    return day.astimezone(ZONE).replace(hour=hour, minute=minute)


async def next_step(world: World) -> Step | None:
    """What the round under way, or the one that stands ready, does next; None if neither does anything."""
    async with world.app.tools.db.read() as tx:
        found = [await rounds.under_way(tx, world.community), await rounds.scheduled(tx, world.community)]
    steps = [_step(one) for one in found if one is not None]
    return min((one for one in steps if one is not None), key=lambda one: one.at, default=None)


async def next_opening(world: World) -> datetime | None:
    async with world.app.tools.db.read() as tx:
        ready = await rounds.scheduled(tx, world.community)
    return ready.opens_at if ready is not None else None


def _step(a_round: Round) -> Step | None:
    at = due_at(a_round)
    what = {"scheduled": "opens", "open": "pairs", "drawing": "pairs", "running": "nudges", "nudged": "closes"}
    return Step(at, what[a_round.state.value], a_round.number) if at is not None else None

"""A cluster of eight people in three firms: quick to play, and to sit down in front of."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from bot.demo.life import Life
from bot.demo.people import Cluster, load
from bot.demo.stage import Stage
from bot.demo.world import open_world

# What to try, by a word of each.
WORDS = (
    "join",
    "I'm in",
    "Offer a skill",
    "like to learn",
    "waits for an answer",
    "say *Yes*",
    "have a partner",
    "Give my review",
    "tap what fits",
    "/show",
    "This helped",
    "your session",
    "round ends",
    "/me",
)
FIRMS = ("Houtwerk Noord", "Nachtlicht Film", "Uitgeverij Zeeglas")


def small() -> Cluster:
    whole = load()
    people = tuple(one for one in whole.people if one.firm in FIRMS)
    names = {one.name for one in people} | {whole.manager.name}
    coffee, welcome = (tuple(one for one in lines if one[0] in names) for lines in (whole.coffee, whole.welcome))
    return replace(whole, people=people, coffee=coffee, welcome=welcome)


@asynccontextmanager
async def at_the_demo(data: Path) -> AsyncIterator[Stage]:
    """On the Monday of the first round, an hour after it opened. (simcord will not be taken down by a fixture.)"""
    async with open_world(small(), data, 1) as world:
        stage = Stage(Life(world), played=0)
        await stage.begin()
        try:
            yield stage
        finally:
            await stage.close()
        assert stage.life.problems == []
        assert world.env.errors == []


def done_of(stage: Stage) -> set[str]:
    """What has been done of what there is to try."""
    tasks = stage.state()["tasks"]
    assert all(word in task["text"] for word, task in zip(WORDS, tasks, strict=True))
    return {word for word, task in zip(WORDS, tasks, strict=True) if task["done"]}

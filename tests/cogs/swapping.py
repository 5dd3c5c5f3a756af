"""Swaps as people meet them: what they offer and want, and the threads in which they are asked."""

from __future__ import annotations

from simcord.builders import ChannelHandle

from bot.services import skills
from bot.services.skills import Wording
from domain.model import Community, Swap, SwapId
from storage import communities, swaps
from tests.world import Person, World


async def lists(person: Person, offers: str = "", wants: str = "") -> None:
    """What somebody offers and wants ("a b" is two skills), through the service: the chat way has tests of its own."""
    tools, member = person.world.app.tools, await person.me()
    for name in offers.split():
        await skills.offer(tools, member, Wording(name, f"I show {name} by hand", "Tuesday mornings"))
    for name in wants.split():
        await skills.want(tools, member, Wording(name, f"I want to do {name} myself", "any evening"))


async def swapper(
    w: World, name: str, offers: str = "", wants: str = "", *, sector: str = "crafts", language: str = "en"
) -> Person:
    """Somebody in a firm of their own who offers and wants this; looked for when time next goes on."""
    person = await w.person(name, f"Firm of {name}", sector, language=language)
    await lists(person, offers, wants)
    return person


async def ring(w: World, size: int = 3) -> list[Person]:
    """People of whom each wants what the one before offers."""
    sectors = ("crafts", "design", "publishing", "architecture")
    people = [
        await swapper(w, f"p{at}", f"skill{at}", f"skill{(at - 1) % size}", sector=sectors[at % 4])
        for at in range(size)
    ]
    await w.until(w.now)
    return people


async def community(w: World) -> Community:
    async with w.app.tools.db.read() as tx:
        found = await communities.get(tx, w.id)
    assert found is not None
    return found


async def skills_channel(w: World) -> ChannelHandle:
    place = (await community(w)).channels.skills
    assert place is not None
    return w.channel(place)


async def threads(w: World) -> list[ChannelHandle]:
    """The threads of swaps, by their numbers."""
    found = [one for one in (await skills_channel(w)).threads if (one.name or "").startswith("S")]
    return sorted(found, key=lambda one: one.id)


async def swap(w: World, key: int) -> Swap:
    async with w.app.tools.db.read() as tx:
        found = await swaps.get(tx, SwapId(key))
    assert found is not None
    return found

"""What a person does with skills, swaps, sessions and time credits."""

from __future__ import annotations

from random import Random

from bot.demo.acting import (
    COMMANDS,
    Puzzled,
    Shown,
    answer_to,
    fill_in,
    offers,
    on,
    press,
    press_on,
    slash,
)
from bot.demo.notes import Button, Note, buttons
from bot.demo.people import Skill
from bot.demo.world import World
from domain.model import UserId
from domain.sessions import clock

TYPED = 4  # letters of a skill after which somebody looks at what is suggested

# Offering and wanting


async def put_up(world: World, user: UserId, skill: Skill, board: Note | None, luck: Random) -> None:
    """Offer or want something, with the board's button or by command, and say whether it is what others call so."""
    form = await press(world, user, board, f"skill.{skill.kind}") if board is not None else None
    name = skill.name
    if form is None:
        if luck.random() < 0.5:
            name = await _suggested(world, user, skill)
        form = await slash(world, user, f"skill {skill.kind}", skill=name)
    shown = await fill_in(world, user, form, skill=name, about=skill.about, times=skill.times)
    if shown is None:
        raise Puzzled(f"No form to say what {skill.name!r} is.")
    if offers(shown, "skill.same"):
        await _say_whether_same(world, user, skill, shown)


async def _suggested(world: World, user: UserId, skill: Skill) -> str:
    """The name as it is suggested while one types, if it is the same skill."""
    channel = world.guild.channels[COMMANDS]
    typed = skill.name[:TYPED]
    found = await world.actors[user].autocomplete(channel, f"skill {skill.kind}", "skill", typed)
    same = (str(one["value"]) for one in found if world.cluster.same_skill(skill.name, str(one["value"])))
    return next(same, skill.name)


async def _say_whether_same(world: World, user: UserId, skill: Skill, shown: Shown) -> None:
    same = next((one for one in _labelled(shown, "skill.same") if _means(world, skill, one)), None)
    button = same or on(shown, "skill.other")
    await world.actors[user].click(shown, custom_id=button.custom_id)


def _means(world: World, skill: Skill, button: Button) -> bool:
    names = {name for group in world.cluster.alike if skill.name in group for name in group} | {skill.name}
    return any(name.casefold() in button.label.casefold() for name in names)


def _labelled(shown: Shown, action: str) -> list[Button]:
    return [one for one in buttons(shown.components) if one.address.action == action]


async def keep(world: World, user: UserId, note: Note) -> None:
    await press(world, user, note, "skill.keep")


async def take_off(world: World, user: UserId, note: Note, luck: Random) -> None:
    """Look at one's own list from a reminder, and take one thing off."""
    result = await press(world, user, note, "skill.mine")
    if result is None:
        return
    shown = answer_to(result)
    if offers(shown, "skill.pick_remove"):
        menu = on(shown, "skill.pick_remove")
        await world.actors[user].select(shown, [luck.choice(menu.choices).value], custom_id=menu.custom_id)


# A proposal


async def count_in(world: World, user: UserId, note: Note) -> None:
    await press(world, user, note, "swap.accept")


async def turn_down(world: World, user: UserId, note: Note) -> None:
    """ "Not this one", and yes, sure; unless it is too late for that by now."""
    await _surely(world, user, note, "swap.decline")


async def _surely(world: World, user: UserId, note: Note, action: str, first: int | None = None) -> None:
    result = await press(world, user, note, action, first)
    if result is None or result.modal is not None:
        return
    shown = answer_to(result)
    if offers(shown, f"{action}_sure"):
        await press_on(world, user, shown, f"{action}_sure")


# A session


async def name_time(
    world: World, user: UserId, note: Note, leg: int, when: str, where: str, *, both: bool = True
) -> None:
    """`both`: where the two change places in another session, that comes right after."""
    form = await press(world, user, note, "session.name_time", leg)
    shown = await fill_in(world, user, form, when=when, place=where, along="both" if both else "one")
    if shown is not None and offers(shown, "session.time_again"):
        raise Puzzled(f"{when!r} was not understood.")


async def agree_time(world: World, user: UserId, note: Note) -> None:
    await press(world, user, note, "session.agree_time")


async def report(world: World, user: UserId, note: Note, leg: int, minutes: int) -> None:
    """ "It happened", and how long it took."""
    await _enter(world, user, note, "session.report", leg, minutes)


async def report_by_command(world: World, user: UserId, skill: str, minutes: int) -> None:
    """The same, with `/swap done`, choosing from what is suggested."""
    channel = world.guild.channels[COMMANDS]
    found = await world.actors[user].autocomplete(channel, "swap done", "session", skill)
    if found:
        await slash(world, user, "swap done", session=str(found[0]["value"]), time=clock(minutes))


async def confirm(world: World, user: UserId, note: Note) -> None:
    await press(world, user, note, "session.confirm")


async def object_to(world: World, user: UserId, note: Note, leg: int, minutes: int) -> None:
    await _enter(world, user, note, "session.object", leg, minutes)


async def correct(world: World, user: UserId, note: Note, leg: int, minutes: int) -> None:
    await _enter(world, user, note, "session.correct", leg, minutes)


async def _enter(world: World, user: UserId, note: Note, action: str, leg: int, minutes: int) -> None:
    form = await press(world, user, note, action, leg)
    await fill_in(world, user, form, minutes=clock(minutes))


async def escalate(world: World, user: UserId, note: Note) -> None:
    await press(world, user, note, "session.escalate")


async def decide(world: World, user: UserId, note: Note) -> None:
    """A manager takes the first of the figures."""
    await press(world, user, note, "session.decide")


async def call_off(world: World, user: UserId, note: Note, leg: int) -> None:
    await _surely(world, user, note, "session.cancel", leg)


async def waited(world: World, user: UserId, note: Note, leg: int) -> None:
    """ "They did not turn up"."""
    await _surely(world, user, note, "session.not_there", leg)


# Time credits


async def look_at_balance(world: World, user: UserId) -> None:
    await slash(world, user, "swap balance")


async def give(world: World, user: UserId, minutes: int) -> None:
    """Give some of the firm's time to the pool, if it has that much."""
    shown = answer_to(await slash(world, user, "swap give", time=clock(minutes)))
    if offers(shown, "credits.give_sure"):
        await press_on(world, user, shown, "credits.give_sure")

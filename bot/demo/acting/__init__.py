"""What a person does on Discord: type commands, press buttons, fill in forms. Nothing a real person could not do."""

from __future__ import annotations

import simcord

from bot.demo.behaviour import TEMPERS
from bot.demo.notes import Button, Note, buttons
from bot.demo.people import Person
from bot.demo.world import World
from domain.calendar import MemberCadence
from domain.model import UserId

COMMANDS = "coffee-corner"  # where people type commands


class Puzzled(Exception):  # noqa: N818 - what a person would say
    """Weft did not show what a person expected to see; somebody at a real Discord would be stuck here."""


Shown = simcord.ResponseMessage


def answer_to(result: simcord.InteractionResult) -> Shown:
    """What Weft said to somebody, and to nobody else."""
    said = result.followups[-1] if result.followups else result.response
    if said is None:
        raise Puzzled("Weft said nothing.")
    return said


def on(shown: Shown, action: str) -> Button:
    found = next((one for one in buttons(shown.components) if one.address.action == action), None)
    if found is None:
        titles = ", ".join(embed.title or embed.description or "" for embed in shown.embeds)
        raise Puzzled(f"There is no {action!r} on {titles!r}.")
    return found


def offers(shown: Shown, action: str) -> bool:
    """Whether there is such a button."""
    return any(one.address.action == action for one in buttons(shown.components))


async def slash(world: World, user: UserId, command: str, **options: object) -> simcord.InteractionResult:
    """Type a command in the coffee corner."""
    return await world.actors[user].slash(world.guild.channels[COMMANDS], command, **options)


async def press(
    world: World, user: UserId, note: Note, action: str, first: int | None = None
) -> simcord.InteractionResult | None:
    """Press a button on a message that everybody in its channel sees; None if it is not there any more.

    `first`: the one that is about whatever has this id.
    """
    now = world.again(note)
    button = now.button(action, first) if now is not None else None
    message = world.message(note)
    if message is None or button is None:
        return None
    return await world.actors[user].click(message, custom_id=button.custom_id)


async def press_on(world: World, user: UserId, shown: Shown, action: str) -> Shown:
    """Press a button on what Weft showed to this person alone."""
    return answer_to(await world.actors[user].click(shown, custom_id=on(shown, action).custom_id))


async def fill_in(world: World, user: UserId, form: simcord.InteractionResult | None, **answers: str) -> Shown | None:
    """Fill in a form and send it; None if there is none: the answer said why."""
    if form is None or form.modal is None:
        return None
    asked = {label["component"]["custom_id"] for label in form.modal.get("components", ())}
    given = {name: text for name, text in answers.items() if name in asked}
    return answer_to(await world.actors[user].submit_modal(form, given))


async def join(world: World, user: UserId, person: Person) -> None:
    """Type `/join`, read what it says, choose how often, and agree."""
    actor = world.actors[user]
    shown = answer_to(
        await slash(world, user, "join", firm=person.firm, practice=person.practice, sector=person.sector)
    )
    cadence = TEMPERS[person.temper].cadence
    if cadence is not MemberCadence.WEEKLY:
        shown = answer_to(await actor.select(shown, [cadence.value], custom_id=on(shown, "join.cadence").custom_id))
    await press_on(world, user, shown, "join.yes")
    if person.on_call:
        shown = answer_to(await slash(world, user, "me"))
        await press_on(world, user, shown, "me.on_call")


async def say(world: World, user: UserId, channel: int, text: str) -> None:
    """Write something in a thread, if one may still."""
    place = world.channel(channel)
    if place is not None and world.sees(user, place):
        await world.actors[user].send(place, text)

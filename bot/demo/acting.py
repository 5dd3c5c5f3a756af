"""What a person does on Discord: type commands, press buttons, fill in forms. Nothing a real person could not do."""

from __future__ import annotations

import simcord

from bot.demo import behaviour
from bot.demo.behaviour import TEMPERS
from bot.demo.notes import Button, Note, buttons
from bot.demo.people import Person
from bot.demo.world import World
from domain.calendar import MemberCadence
from domain.model import Brief, UserId

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


async def press(world: World, user: UserId, note: Note, action: str) -> simcord.InteractionResult | None:
    """Press a button on a message that everybody in its channel sees; None if it is not there any more."""
    message = world.message(note)
    button = note.button(action)
    if message is None or button is None:
        return None
    return await world.actors[user].click(message, custom_id=button.custom_id)


async def press_on(world: World, user: UserId, shown: Shown, action: str) -> Shown:
    """Press a button on what Weft showed to this person alone."""
    return answer_to(await world.actors[user].click(shown, custom_id=on(shown, action).custom_id))


# Joining, and one's own settings


async def join(world: World, user: UserId, person: Person) -> None:
    """Type `/join`, read what it says, choose how often, and agree."""
    actor, channel = world.actors[user], world.guild.channels[COMMANDS]
    shown = answer_to(
        await actor.slash(channel, "join", firm=person.firm, practice=person.practice, sector=person.sector)
    )
    cadence = TEMPERS[person.temper].cadence
    if cadence is not MemberCadence.WEEKLY:
        shown = answer_to(await actor.select(shown, [cadence.value], custom_id=on(shown, "join.cadence").custom_id))
    await press_on(world, user, shown, "join.yes")
    if person.on_call:
        shown = answer_to(await actor.slash(channel, "me"))
        await press_on(world, user, shown, "me.on_call")


# A round


async def sign_up(world: World, user: UserId, note: Note, brief: Brief) -> None:
    """Press "I'm in" and fill in the form, unless it is too late by now: then read why."""
    result = await press(world, user, note, "round.in")
    if result is None or result.modal is None:
        return
    answers = {
        "work": brief.work,
        "audience": brief.audience,
        "decision": brief.decision,
        "settled": brief.settled,
        "wish": brief.wish.value,
    }
    await world.actors[user].submit_modal(result, answers)


async def sit_out(world: World, user: UserId, note: Note) -> None:
    await press(world, user, note, "round.out")


async def review(world: World, user: UserId, note: Note) -> int:
    """Give every review that is owed in a thread. How many were given."""
    result = await press(world, user, note, "pairing.review")
    if result is None:
        return 0
    if result.modal is not None:
        await _write(world, user, result)
        return 1
    given = 0
    shown = answer_to(result)
    for button in buttons(shown.components):  # of three: whose work first?
        if button.address.action == "pairing.review_of":
            opened = await world.actors[user].click(shown, custom_id=button.custom_id)
            if opened.modal is not None:
                await _write(world, user, opened)
                given += 1
    return given


async def _write(world: World, user: UserId, form: simcord.InteractionResult) -> None:
    fields = {label["component"]["custom_id"]: label for label in (form.modal or {}).get("components", ())}
    question = str(fields["answer"].get("description") or "")
    person = world.people[user]
    luck = behaviour.chance(world.seed, person.name, "review", question, world.now)
    work = world.cluster.work_in(question)
    said = behaviour.review(world.cluster, person, work, wants_suggestions="suggestion" in fields, luck=luck)
    answers = {
        "spot": said.spot,
        "why": said.why,
        "answer": said.answer,
        "ask": said.ask,
        "suggestion": said.suggestion,
    }
    await world.actors[user].submit_modal(form, {name: text for name, text in answers.items() if name in fields})


async def say_live(world: World, user: UserId, note: Note) -> None:
    await press(world, user, note, "pairing.live")


async def confirm_live(world: World, user: UserId, note: Note) -> None:
    await press(world, user, note, "live.yes")


async def bow_out(world: World, user: UserId, note: Note) -> None:
    """ "I can't make it", and yes, sure."""
    result = await press(world, user, note, "pairing.cannot")
    if result is None:
        return
    shown = answer_to(result)
    if any(one.address.action == "pairing.cannot_sure" for one in buttons(shown.components)):
        await press_on(world, user, shown, "pairing.cannot_sure")


async def tap(world: World, user: UserId, note: Note, marks: tuple[str, ...]) -> None:
    for mark in marks:
        await press(world, user, note, f"review.{mark}")


async def step_in(world: World, user: UserId, note: Note, *, takes: bool) -> None:
    await press(world, user, note, "ask.take" if takes else "ask.pass")


async def say(world: World, user: UserId, channel: int, text: str) -> None:
    """Write something in a thread, if one may still."""
    place = world.channel(channel)
    if place is not None and world.sees(user, place):
        await world.actors[user].send(place, text)

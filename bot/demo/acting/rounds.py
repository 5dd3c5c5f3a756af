"""What a person does in a round."""

from __future__ import annotations

import simcord

from bot.demo import behaviour
from bot.demo.acting import answer_to, offers, press, press_on
from bot.demo.notes import Note, buttons
from bot.demo.world import World
from domain.model import Brief, UserId


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
    if offers(shown, "pairing.cannot_sure"):
        await press_on(world, user, shown, "pairing.cannot_sure")


async def tap(world: World, user: UserId, note: Note, marks: tuple[str, ...]) -> None:
    for mark in marks:
        await press(world, user, note, f"review.{mark}")


async def step_in(world: World, user: UserId, note: Note, *, takes: bool) -> None:
    await press(world, user, note, "ask.take" if takes else "ask.pass")

"""What a person does to show work, to answer, and to say what helped or what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.demo.acting import Puzzled, answer_to, fill_in, offers, on, press, say, slash
from bot.demo.notes import Note
from bot.demo.people import Person, Shown
from bot.demo.world import World
from domain.model import UserId

THIS_HELPED = "This helped"  # the command on a message


async def show(world: World, user: UserId, work: Shown) -> None:
    """With `/show`, or by hand in the forum."""
    if work.hand:
        await world.post_by_hand(user, work.work)
        return
    form = await slash(world, user, "show", stage=work.stage.value, ask=work.ask.value)
    said = {"work": work.work, "tried": work.tried, "bites": work.bites, "question": work.question}
    if await fill_in(world, user, form, **{name: text for name, text in said.items() if text}) is None:
        raise Puzzled("No form to show something with.")


async def answer(world: World, user: UserId, thread: int, text: str) -> None:
    await say(world, user, thread, text)


async def take(world: World, user: UserId, ask: Note) -> bool:
    """ "I'll take it"; whether it was still there to be taken."""
    result = await press(world, user, ask, "showing.take")
    return result is not None and result.response is not None


async def pass_on(world: World, user: UserId, ask: Note) -> None:
    await press(world, user, ask, "showing.pass")


async def helped(world: World, user: UserId, answer: Note) -> None:
    """Say so on the answer itself."""
    place, message = world.channel(answer.channel), world.message(answer)
    if place is not None and message is not None:
        await world.actors[user].context_menu(place, THIS_HELPED, message)


async def helped_by_menu(world: World, user: UserId, post: Note, whose: Person) -> None:
    """Say so with the button on the post, and choose them: by their firm, and among colleagues by what they do."""
    result = await press(world, user, post, "showing.helped")
    if result is None:
        return
    shown = answer_to(result)
    if not offers(shown, "showing.helped"):
        return
    menu = on(shown, "showing.helped")
    of_firm = [one for one in menu.choices if one.label == whose.firm]
    them = [one for one in of_firm if one.about == whose.practice] or of_firm
    if not them:
        raise Puzzled(f"{whose.name} answered and is not among {[one.label for one in menu.choices]}.")
    await world.actors[user].select(shown, [them[0].value], custom_id=menu.custom_id)


async def led_on(world: World, user: UserId, note: Note, partners: Callable[[Sequence[str]], list[str]]) -> None:
    """Say with whom something has come of it, or with none of them."""
    now, message = world.again(note), world.message(note)
    some = now.button("followup.some") if now is not None else None
    if some is None or message is None:
        return
    chosen = partners([one.value for one in some.choices] or [some.custom_id])  # of one partner, a button
    if chosen and some.choices:
        await world.actors[user].select(message, chosen, custom_id=some.custom_id)
    elif chosen:
        await press(world, user, note, "followup.some")
    else:
        await press(world, user, note, "followup.none")

"""A newcomer at the demo offers a skill, is swapped with, answers somebody's work and shows their own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from bot.demo import acting, sight
from bot.demo.acting import showings, swaps
from bot.demo.behaviour import chance
from bot.demo.notes import Note
from bot.demo.people import Shown, Skill
from bot.demo.stage import Stage
from domain.model import ListingKind, ShowingAsk
from domain.model import Stage as How
from tests.demo.small import at_the_demo, done_of

SOUND = Skill(ListingKind.OFFER, "sound design", "A wall you can hear.", "mornings")
MURAL = Shown(
    "A wall of nine metres", "Chalk, then a line", "It leans", "Left or right?", How.IDEA, ShowingAsk.CHOICE, "en"
)
MANY = 40  # steps of the clock, at most, until something comes


async def _until(stage: Stage, news: str) -> Note:
    """Go on until there is this news; what it is about."""
    for _ in range(MANY):
        await stage.step()
        state = stage.state()["news"]
        if news in state["text"]:
            place = int(state["channel"])
            await stage.open(place)
            return stage.world.note(place, stage.world.last(place))
    raise AssertionError(f"no news of {news!r}")


async def _do(stage: Stage, deed: Awaitable[object]) -> None:
    async with stage.lock:
        await deed
        await stage.touched()


async def test_a_newcomer_offers_a_skill_and_shows_it_to_somebody(tmp_path: Path) -> None:
    async with at_the_demo(tmp_path) as stage:
        world, me = stage.world, stage.me
        await _do(stage, acting.join(world, me, world.cluster.newcomer))
        skills = world.guild.channels["skills"]
        board = world.note(skills.id, world.after(me, skills.id, 0)[0])
        assert board.button("skill.board")
        await _do(stage, swaps.put_up(world, me, SOUND, board, chance(1)))
        assert "Offer a skill" in done_of(stage)

        asked = _latest(stage, "swap.accept") or await _until(stage, "a swap is proposed")
        await _do(stage, swaps.count_in(world, me, asked))
        assert "say *Yes*" in done_of(stage)
        await _until(stage, "your swap is on")
        named = await _until(stage, "names a time for a session")
        await _do(stage, swaps.agree_time(world, me, named))
        leg = named.all("session.agree_time")[0].address.ids[0]
        how_long = await _until(stage, "you are asked how long a session took")
        await _do(stage, swaps.report(world, me, how_long, leg, 45))
        await _until(stage, "a session counts")
        assert "your session" in done_of(stage)


def _latest(stage: Stage, action: str) -> Note | None:
    """A message with this button that came at once."""
    world, me = stage.world, stage.me
    for thread in sight.threads(world, me):
        for message in reversed(world.after(me, thread.id, 0)):
            if world.note(thread.id, message).button(action):
                return world.note(thread.id, message)
    return None


async def test_a_newcomer_shows_work_and_answers_somebody_elses(tmp_path: Path) -> None:
    async with at_the_demo(tmp_path) as stage:
        world, me = stage.world, stage.me
        await _do(stage, acting.join(world, me, world.cluster.newcomer))
        await _do(stage, showings.show(world, me, MURAL))
        mine = next(one for one in stage.state()["posts"] if one["note"] == "yours")
        assert mine["name"] == MURAL.work
        assert "/show" in done_of(stage)

        def waiting() -> list[int]:
            return [
                one.id for one in sight.posts(world, me) if sight.waits(world, one.id) and str(one.id) != mine["id"]
            ]

        await _go_on(stage, lambda: bool(waiting()))
        post = waiting()[0]
        place = next(one for one in stage.state()["posts"] if one["id"] == str(post))
        assert place["note"] == "waits for an answer"
        await stage.open(post)
        await _do(stage, acting.say(world, me, post, "Too blue. Put something yellow on the table."))
        assert "waits for an answer" in done_of(stage)
        await _go_on(stage, lambda: not sight.waits(world, int(mine["id"])))
        writer = next(one for one in world.in_thread(int(mine["id"])) if one in world.people)
        first = world.note(int(mine["id"]), min(world.env.backend.messages[int(mine["id"])]))
        await _do(stage, showings.helped_by_menu(world, me, first, world.people[writer]))
        assert "This helped" in done_of(stage)


async def _go_on(stage: Stage, there: Callable[[], bool]) -> None:
    for _ in range(MANY):
        if there():
            return
        await stage.step()
    raise AssertionError("it never comes")

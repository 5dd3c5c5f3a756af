"""A past draw again: from what is stored it comes out the same, as long as all it was made from is kept."""

from __future__ import annotations

from dataclasses import dataclass

from bot.services.rounds import people
from bot.services.tools import Tools
from domain.errors import TooOld
from domain.model import CommunityId, RoundId
from domain.pairing import History, Participant, draw
from domain.retention import LOOK_BACK, cutoff
from storage import communities, rounds


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a past draw was made from: giving it to `domain.pairing.draw` gives the same draw."""

    present: tuple[Participant, ...]
    absent: tuple[Participant, ...]
    history: History
    round_number: int
    seed: int


async def draw_inputs(tools: Tools, community: CommunityId, round_id: RoundId) -> Inputs:
    """For audits. Raises TooOld for a round that was not drawn, or from something that is not kept any more."""
    async with tools.db.read() as tx:
        a_round = await rounds.get(tx, round_id)
        drawn = await rounds.drawn(tx, round_id)
        here = await communities.get(tx, community)
        if a_round is None or drawn is None or here is None or a_round.community != community:
            raise TooOld
        kept_since = cutoff(tools.clock.now(), here.plan.time_zone)
        if await rounds.any_closed(tx, community, drawn.at - LOOK_BACK, kept_since):
            raise TooOld
        history = await people.history(tx, a_round, drawn.at)
    return Inputs(
        people.from_stored(drawn.people["present"]),
        people.from_stored(drawn.people["absent"]),
        history,
        a_round.number,
        a_round.seed,
    )


async def repeat_draw(tools: Tools, community: CommunityId, round_id: RoundId) -> tuple[tuple[int, ...], ...]:
    """The groups of a past draw, drawn again from what is stored."""
    was = await draw_inputs(tools, community, round_id)
    drawn = await tools.compute(draw, was.present, was.history, was.round_number, was.seed, was.absent)
    return tuple(group.members for group in drawn.groups)

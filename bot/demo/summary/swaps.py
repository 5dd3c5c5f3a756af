"""What came of skill swaps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.demo.world import World
from domain.model import Act, ActKind, Answer, LegState, Swap, SwapId, SwapState
from storage import ledger, swaps
from storage.engine import Tx


@dataclass(frozen=True, slots=True)
class SwapSummary:
    """Counts; `minutes` and `pool` in minutes. A ring has three members or more."""

    offers: int
    wants: int
    proposals: Mapping[SwapState, int]
    answers: Mapping[Answer, int]  # of members to proposals that are decided
    agreed_by_size: Mapping[int, int]  # proposals that everybody accepted, by sessions: 1 on credit, 2 a swap, 3 a ring
    sessions: Mapping[LegState, int]  # of agreed swaps
    minutes: int  # that both sides confirmed, corrections included
    accounts: int  # with something on them, the pool's among them
    total: int  # of all accounts: nothing comes from nowhere
    pool: int
    given: int  # minutes given to the pool


async def of_swaps(tx: Tx, world: World, log: Sequence[Act]) -> SwapSummary:
    found = await _all(tx)
    agreed = [one for one in found if one.state in {SwapState.AGREED, SwapState.OVER}]
    decided = [seat.answer for one in found if one.state is not SwapState.PROPOSED for seat in one.members]
    accounts = await ledger.balances(tx, world.community)
    confirmed = {ActKind.SESSION_EXCHANGED, ActKind.SESSION_CORRECTED}
    return SwapSummary(
        offers=sum(act.kind is ActKind.OFFERED for act in log),
        wants=sum(act.kind is ActKind.WANTED for act in log),
        proposals=Counter(one.state for one in found),
        answers=Counter(decided),
        agreed_by_size=Counter(len(one.legs) for one in agreed),
        sessions=Counter(leg.state for one in agreed for leg in one.legs),
        minutes=sum(act.minutes or 0 for act in log if act.kind in confirmed),
        accounts=len(accounts),
        total=sum(accounts.values()),
        pool=accounts.get(None, 0),
        given=sum(act.minutes or 0 for act in log if act.kind is ActKind.CREDITS_GIVEN),
    )


async def _all(tx: Tx) -> list[Swap]:
    """Every proposal there ever was: the demo's database has one community, so that they count up from one."""
    found: list[Swap] = []
    while (one := await swaps.get(tx, SwapId(len(found) + 1))) is not None:
        found.append(one)
    return found

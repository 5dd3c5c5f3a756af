"""One-way legs: somebody in no swap teaches somebody in no swap, and the learner's firm pays in time credits.

In this order: as many learners as possible (those in `focus` first), as few legs within a firm as possible, as many
across sectors as possible, teachers whose firm has the lowest balance (they earn), who taught least lately, wants that
wait longest.
"""

import numpy as np
from numpy.typing import NDArray

from domain.budget import Budget
from domain.ledger import TOLD_AT, TYPICAL
from domain.market import Market, Places
from domain.packing import Numbers, Packing, choose
from domain.traders import Name


def credit_legs(
    market: Market, free: NDArray[np.bool_], focus: NDArray[np.bool_] | None, budget: Budget
) -> tuple[Places, bool]:
    """Legs (positions in the market) between the members who are free, each in one at the most; and whether no choice
    is better.

    With `focus` (of the market's members), each leg has one of them. A firm whose balance less `TYPICAL` minutes for
    each of its learners would be below `TOLD_AT` has no more learners.
    """
    legs = _possible(market, free, focus)
    found = choose(_packing(market, legs, focus), budget)
    return legs[found.columns], found.exact


def _possible(market: Market, free: NDArray[np.bool_], focus: NDArray[np.bool_] | None) -> Places:
    account = np.array([one.balance is not None for one in market.traders], dtype=bool)
    credit = _credit(market)
    solvent = np.array([credit.get(one.firm, 0) > 0 for one in market.traders], dtype=bool)
    learns = free & account & solvent
    fits = free[market.teacher] & learns[market.learner]
    fits[list(market.declined_alone)] = False
    if focus is not None:
        fits &= focus[market.teacher] | focus[market.learner]
    return np.flatnonzero(fits)


def _credit(market: Market) -> dict[Name, int]:
    """How many of a firm's people may learn on credit, by its lowest balance told."""
    balance: dict[Name, int] = {}
    for one in market.traders:
        if one.balance is not None:
            balance[one.firm] = min(one.balance, balance.get(one.firm, one.balance))
    return {firm: max(0, (minutes - TOLD_AT) // TYPICAL) for firm, minutes in balance.items()}


def _packing(market: Market, legs: Places, focus: NDArray[np.bool_] | None) -> Packing:
    """Legs take up their teacher, their learner, and credit of the learner's firm."""
    teacher, learner = market.teacher[legs], market.learner[legs]
    credit = _credit(market)
    firms = {firm: at for at, firm in enumerate(credit)}
    payer = np.array([firms.get(one.firm, -1) for one in market.traders], dtype=np.intp)
    balances = [one.balance for one in market.traders if one.balance is not None]
    lowest, none = min(balances, default=0), max(balances, default=0) + 1
    means = np.array([none if one.balance is None else one.balance for one in market.traders], dtype=np.int64) - lowest
    turns = np.array([one.turns for one in market.traders], dtype=np.int64)
    one_each = np.ones(len(legs), dtype=np.int64)
    goals: tuple[Numbers, ...] = (
        one_each,
        -market.same_firm[legs].astype(np.int64),
        market.across[legs].astype(np.int64),
        -means[teacher],
        -turns[teacher],
        market.waits[legs].astype(np.int64),
    )
    if focus is not None:
        goals = (focus[learner].astype(np.int64), *goals)
    people = len(market.traders)
    limits = np.concatenate([np.ones(people, dtype=np.int64), np.array(list(credit.values()), dtype=np.int64)])
    return Packing(np.column_stack([teacher, learner, people + payer[learner]]), limits, goals)

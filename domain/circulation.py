"""An upper bound on how many members swaps can serve, however long the swaps may be."""

from math import floor

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array

from domain.budget import Budget
from domain.market import Market, Places


def most_served(market: Market, members: Places, budget: Budget) -> int:
    """How many of the members could teach one and learn from one, if everybody fitted whom they share a skill with.

    The largest circulation through the graph member → skill → member (a network, so its linear program is integral;
    Ahuja, Magnanti and Orlin, "Network Flows", 1993). No set of disjoint cycles among them serves more.
    """
    legs = market.among(members)
    size, skills = len(market.traders), len(market.skills)
    teaching = np.unique(market.teacher[legs] * skills + market.skill[legs])
    learning = np.unique(market.learner[legs] * skills + market.skill[legs])
    seconds = budget.left()
    if not len(legs) or not seconds:
        return len(members) if len(legs) else 0
    arcs = np.arange(len(teaching) + len(learning))
    gives = np.concatenate([np.ones(len(teaching)), -np.ones(len(learning))])
    member, skill = np.divmod(np.concatenate([teaching, learning]), skills)
    balance = coo_array((np.tile(gives, 2), (np.concatenate([member, size + skill]), np.tile(arcs, 2)))).tocsr()
    once = coo_array((np.ones(len(teaching)), (member[: len(teaching)], arcs[: len(teaching)])), (size, len(arcs)))
    result = linprog(  # type: ignore[call-overload]  # the stubs know no sparse matrices
        -(gives > 0).astype(float),
        A_ub=once.tocsr(),
        b_ub=np.ones(size),
        A_eq=balance,
        b_eq=np.zeros(balance.shape[0]),
        method="highs",
        options={"time_limit": seconds},
    )
    return floor(-result.fun + 1e-6) if result.status == 0 else len(members)

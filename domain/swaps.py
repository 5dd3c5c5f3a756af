"""Which swaps serve most members.

Members who each teach the next in a circle of two, three or four; and where that cannot be, one who teaches one for
time credits. The rules, weightiest first:

1. nobody is in two swaps, nobody teaches anybody where one of the two avoids the other, and nobody is proposed again
   what they declined;
2. as many as possible are served in circles (those in `focus` first);
3. as few legs as possible stay within a firm, and then as many as possible cross sectors;
4. few people have to agree: the sum, over everybody served, of how many are in their swap is as small as possible;
5. the wants that wait longest come first: the places in the queue, counted from its end, add up to as much as possible;
6. as many as possible of those in no circle learn on credit (`domain/credit_legs.py`).

The circles are the best there are by these rules, except in a market too crowded to list them all.
"""

# The solver and what it needs are large. They come in where swaps are looked for, which is in the worker that ends
# afterwards: the process that talks with Discord never carries them.
# ruff: noqa: PLC0415
from collections.abc import Callable, Collection, Sequence

from domain.traders import Combination, Found, Leg, Name, Skill, Trader, Want

__all__ = ["Combination", "Found", "Leg", "Name", "Skill", "Trader", "Want", "find"]

#: With more possible circles than this among people of whom each can be reached from each, a market is crowded.
CROWDED = 250_000


def find(
    traders: Sequence[Trader],
    *,
    declined: Collection[Combination] = (),
    focus: Collection[Name] | None = None,
    max_cycle: int = 4,
    one_way: bool = True,
    in_one_room: bool = False,
    seconds: float = 20.0,
    clock: Callable[[], float] | None = None,
    crowded: int = CROWDED,
) -> Found:
    """The best swaps by the rules at the top of this file; the same whatever the order in which members are listed.

    `declined`: what each member declined, as their own legs of the proposal. With `focus`, only swaps with at least one
    of these. `max_cycle`: the most members in a circle. `in_one_room`: two of whom one avoids the other are not in one
    circle, even if neither teaches the other. After `seconds`, by `clock` if there is one (else by what each step of
    the solver is allowed), the best found so far is the answer. Raises `ValueError` if an id is there twice.
    """
    from domain import finding

    return finding.find(
        traders,
        declined=declined,
        focus=focus,
        max_cycle=max_cycle,
        one_way=one_way,
        in_one_room=in_one_room,
        seconds=seconds,
        clock=clock,
        crowded=crowded,
    )

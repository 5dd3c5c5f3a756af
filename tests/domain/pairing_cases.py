"""Clusters and histories for the tests of pairing, and the slow, obvious way to find the best groups."""

from collections.abc import Iterator
from itertools import combinations

from hypothesis import strategies as st

from domain.pairing import Draw, History, Meeting, Participant, allowed, draw

SECTORS = ("crafts", "design", "film", "games")


@st.composite
def clusters(draw_from: st.DrawFn, most: int = 12) -> list[Participant]:
    """Up to `most` people in firms of one to eight, some avoiding others or whole firms."""
    sizes = draw_from(st.lists(st.integers(1, 8), min_size=1, max_size=most))
    firms = [firm for firm, size in enumerate(sizes) for _ in range(size)][:most]
    sectors = draw_from(st.lists(st.sampled_from(SECTORS), min_size=len(sizes), max_size=len(sizes)))
    ids = draw_from(st.permutations(range(100, 100 + len(firms))))
    some_ids = st.frozensets(st.sampled_from(ids), max_size=2)
    some_firms = st.frozensets(st.integers(0, len(sizes) - 1), max_size=1)
    shy = draw_from(st.sets(st.integers(0, len(ids) - 1), max_size=4))
    return [
        Participant(
            id=one,
            firm=firm,
            sector=sectors[firm],
            avoids=draw_from(some_ids) - {one} if at in shy else frozenset(),
            avoids_firms=draw_from(some_firms) - {firm} if at in shy else frozenset(),
        )
        for at, (one, firm) in enumerate(zip(ids, firms, strict=True))
    ]


@st.composite
def histories(draw_from: st.DrawFn, people: list[Participant], rounds: int = 4) -> History:
    """Some rounds of arbitrary groups, in which not every meeting took place, and of people left out."""
    meetings: list[Meeting] = []
    left_out: list[tuple[int, int]] = []
    for number in range(1, 1 + draw_from(st.integers(0, rounds))):
        ids = list(draw_from(st.permutations([one.id for one in people])))
        trio = draw_from(st.booleans())
        while len(ids) > 1:
            group = tuple(ids.pop() for _ in range(3 if trio and len(ids) > 2 else 2))
            trio = False
            meetings.append(Meeting(number, group, completed=draw_from(st.booleans())))
        left_out += [(number, one) for one in ids]
    return History(tuple(meetings), tuple(left_out))


def after(history: History, drawn: Draw, number: int) -> History:
    """The history once everybody drawn in the round has met."""
    return History(
        history.meetings + tuple(Meeting(number, group.members, completed=True) for group in drawn.groups),
        history.left_out + tuple((number, one.id) for one in drawn.left_out),
    )


def played(people: list[Participant], rounds: int, seed: int = 1) -> tuple[list[Draw], History]:
    """Rounds in which everybody takes part and every meeting is completed."""
    history, draws = History(), []
    for number in range(1, rounds + 1):
        draws.append(draw(people, history, number, seed))
        history = after(history, draws[-1], number)
    return draws, history


def divisions(people: list[int]) -> Iterator[list[tuple[int, ...]]]:
    """Every way to put some of the people into groups of two and three, allowed or not."""
    if not people:
        yield []
        return
    first, *others = people
    yield from divisions(others)
    for more in (1, 2):
        for mates in combinations(others, more):
            for rest in divisions([one for one in others if one not in mates]):
                yield [(first, *mates), *rest]


def cluster(*sizes: int) -> list[Participant]:
    """Firms of the sizes given, each in a sector of its own."""
    firms = [firm for firm, size in enumerate(sizes) for _ in range(size)]
    return [Participant(one, firm, f"sector {firm}") for one, firm in enumerate(firms)]


def allowed_divisions(people: list[Participant]) -> Iterator[list[tuple[Participant, ...]]]:
    """Every division in which all who are together may meet."""
    of = {one.id: one for one in people}
    for division in divisions(list(of)):
        groups = [tuple(of[one] for one in group) for group in division]
        if all(allowed(a, b) for group in groups for a, b in combinations(group, 2)):
            yield groups

"""Small markets for the tests of swaps, and the slow, obvious way to find the best swaps in one."""

from collections.abc import Collection, Iterable, Sequence
from functools import cache
from itertools import combinations, permutations
from random import Random

from domain.ledger import TOLD_AT, TYPICAL
from domain.swaps import Combination, Leg, Trader, Want

Swap = tuple[Leg, ...]
Merit = tuple[int, ...]


def some_traders(random: Random, name: str, most: int = 6) -> list[Trader]:
    """A few members of a few firms with hardly more skills than people; ids and all begin with `name`."""
    size = random.randint(2, most)
    skills = [f"{name}{at}" for at in range(random.randint(2, 5))]
    ids = [f"{name}-{at}" for at in range(size)]
    firms = [f"{name}{at}" for at in range(random.randint(1, 4))]
    sector = {firm: random.choice("abc") for firm in firms}
    account = {firm: random.choice([None, 0, -150, -194, -195, -196, 60]) for firm in firms}
    traders = []
    for one in ids:
        firm = random.choice(firms)
        wanted = random.sample(skills, random.randint(0, min(3, len(skills))))
        traders.append(
            Trader(
                id=one,
                firm=firm,
                sector=sector[firm],
                offers=frozenset(random.sample(skills, random.randint(0, 2))),
                wants=tuple(Want(skill, random.randint(0, 4)) for skill in wanted),
                avoid=frozenset(random.sample(ids, 1)) if random.random() < 0.15 else frozenset(),
                balance=account[firm],
                teaches=random.random() < 0.9,
                turns=random.randint(0, 2),
            )
        )
    return traders


def legs_of(traders: Sequence[Trader]) -> list[Leg]:
    """Everything anybody could teach anybody."""
    return [
        Leg(teacher.id, learner.id, want.skill)
        for teacher, learner in permutations(traders, 2)
        for want in learner.wants
        if want.skill in teacher.offers and teacher.teaches and not apart(teacher, learner)
    ]


def apart(one: Trader, other: Trader) -> bool:
    return one.id in other.avoid or other.id in one.avoid


def refused(swap: Iterable[Leg], declined: Collection[Combination]) -> bool:
    """Whether somebody would be proposed exactly what they declined."""
    swap = list(swap)
    members = {leg.teacher for leg in swap} | {leg.learner for leg in swap}
    return any(
        (one, frozenset(leg for leg in swap if one in (leg.teacher, leg.learner))) in declined for one in members
    )


def places(everybody: Sequence[Trader]) -> dict[float, int]:
    """How many moments lie after one, of those at which somebody asked for what somebody offers."""
    offered = {skill for one in everybody for skill in one.offers}
    moments = sorted({want.since for one in everybody for want in one.wants if want.skill in offered}, reverse=True)
    return {since: at for at, since in enumerate(moments)}


class Judge:
    """What swaps are worth, by the rules; more is better."""

    def __init__(
        self, traders: Sequence[Trader], everybody: Sequence[Trader], focus: Collection[object] | None
    ) -> None:
        self.of = {one.id: one for one in traders}
        self.places = places(everybody)
        self.focus = focus

    def about(self, leg: Leg) -> tuple[int, int, int, int]:
        """In focus, within a firm, across sectors, the place of the want in the queue from its end."""
        teacher, learner = self.of[leg.teacher], self.of[leg.learner]
        since = min(want.since for want in learner.wants if want.skill == leg.skill)
        return (
            int(self.focus is not None and leg.learner in self.focus),
            int(teacher.firm == learner.firm),
            int(teacher.sector != learner.sector),
            self.places[since],
        )

    def circle(self, swap: Swap) -> Merit:
        focus, same, across, waits = map(sum, zip(*map(self.about, swap), strict=True))
        return focus, len(swap), -same, across, -(len(swap) ** 2), waits

    def one_way(self, leg: Leg) -> Merit:
        focus, same, across, waits = self.about(leg)
        teacher = self.of[leg.teacher]
        means = 61 if teacher.balance is None else teacher.balance  # above every balance there is
        return focus, 1, -same, across, -means, -teacher.turns, waits


def best_circles(
    traders: Sequence[Trader],
    judge: Judge,
    longest: int,
    declined: Collection[Combination] = (),
    in_one_room: bool = False,
) -> Merit:
    """The most that disjoint circles are worth: every set of them is tried."""
    number = {one.id: at for at, one in enumerate(traders)}
    ways: dict[tuple[int, int], list[Leg]] = {}
    for leg in legs_of(traders):
        ways.setdefault((number[leg.teacher], number[leg.learner]), []).append(leg)
    worth: dict[int, list[Merit]] = {}
    for length in range(2, longest + 1):
        for ring in permutations(range(len(traders)), length):
            if ring[0] != min(ring):
                continue
            if in_one_room and any(apart(traders[one], traders[other]) for one, other in combinations(ring, 2)):
                continue
            chains: list[Swap] = [()]
            for pair in zip(ring, ring[1:] + ring[:1], strict=True):
                chains = [(*chain, leg) for chain in chains for leg in ways.get(pair, [])]
            fine = [
                chain
                for chain in chains
                if not refused(chain, declined)
                and (judge.focus is None or any(traders[at].id in judge.focus for at in ring))
            ]
            worth.setdefault(sum(1 << at for at in ring), []).extend(map(judge.circle, fine))
    best_of = {members: max(merits) for members, merits in worth.items() if merits}

    @cache
    def best(left: int) -> Merit:
        if not left:
            return (0,) * 6
        first = left & -left
        options = [best(left - first)]
        options += [
            add(merit, best(left & ~members))
            for members, merit in best_of.items()
            if members & first and members | left == left
        ]
        return max(options)

    return best((1 << len(traders)) - 1)


def best_one_way(free: Sequence[Trader], judge: Judge, declined: Collection[Combination] = ()) -> Merit:
    """The most that one-way legs among those in no circle are worth: every set of them is tried."""
    legs = [
        leg
        for leg in legs_of(free)
        if judge.of[leg.learner].balance is not None
        and not refused([leg], declined)
        and (judge.focus is None or {leg.teacher, leg.learner} & set(judge.focus))
    ]

    def best(at: int, busy: frozenset[object], spent: dict[object, int]) -> Merit:
        if at == len(legs):
            return (0,) * 7
        leg, most = legs[at], best(at + 1, busy, spent)
        learner = judge.of[leg.learner]
        minutes = spent.get(learner.firm, 0) + TYPICAL
        assert learner.balance is not None
        if not busy & {leg.teacher, leg.learner} and learner.balance - minutes >= TOLD_AT:
            rest = best(at + 1, busy | {leg.teacher, leg.learner}, {**spent, learner.firm: minutes})
            most = max(most, add(judge.one_way(leg), rest))
        return most

    return best(0, frozenset(), {})


def add(*merits: Merit) -> Merit:
    return tuple(map(sum, zip(*merits, strict=True)))


def total(merits: Iterable[Merit], length: int) -> Merit:
    return add((0,) * length, *merits)

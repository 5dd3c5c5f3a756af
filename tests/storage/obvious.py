"""The figures' evidence worked out the slow way: every row read, one plain loop for each thing. To compare with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import sqlalchemy as sa

from domain.evidence import Tie
from domain.measures import TAKING_PART, Exchange, Newcomer, Node, Showing
from domain.model import EXCHANGES, ActKind
from domain.periods import Window
from storage.engine import Tx
from storage.tables import acts, answers, firms, followups, legs, members, reviews, rounds, showings

CORRECTED, DONE = ActKind.SESSION_CORRECTED, ActKind.SESSION_EXCHANGED
DAY = timedelta(days=1)


class Obvious:
    """All rows of one community."""

    def __init__(self, **rows: list[Any]) -> None:
        self.rows = rows
        self.acts = rows["acts"]

    @classmethod
    async def read(cls, tx: Tx, community: int) -> Obvious:
        tables = (acts, answers, firms, legs, members, reviews, rounds, showings)
        found = {
            table.name: [one for one in await tx.execute(sa.select(table)) if one.community_id == community]
            for table in tables
        }
        asked = [one for one in await tx.execute(sa.select(followups)) if one.community_id == community]
        return cls(**found, followups=asked)

    # Who took part

    def people(self, window: Window) -> set[int]:
        some = [one for one in self.acts if one.at in window and one.kind in TAKING_PART]
        return {one.member_id for one in some} | {one.other_member_id for one in some if one.kind in EXCHANGES}

    def active(self, window: Window) -> set[int]:
        some = [one for one in self.acts if one.at in window and one.kind in TAKING_PART]
        return {one.firm_id for one in some} | {one.other_firm_id for one in some if one.kind in EXCHANGES}

    def by_week(self, weeks: Sequence[datetime]) -> set[tuple[int, int]]:
        windows = enumerate(Window(start, end) for start, end in pairwise(weeks))
        return {(week, firm) for week, window in windows for firm in self.active(window)}

    def newcomers(self, end: datetime) -> list[Newcomer]:
        found = []
        for one in self.rows["members"]:
            if end - 300 * DAY <= one.joined_at + 90 * DAY < end:
                settling = Window(one.joined_at + 30 * DAY, one.joined_at + 90 * DAY)
                found.append(Newcomer(one.joined_at, one.id in self.people(settling)))
        return found

    # Firms

    def nodes(self, window: Window) -> list[Node]:
        found = []
        for firm in self.rows["firms"]:
            staff = [one for one in self.rows["members"] if one.firm_id == firm.id]
            here = [one.at for one in self.acts if firm.id in {one.firm_id, one.other_firm_id}]
            gone = None
            if not any(one.state == "active" for one in staff):
                moments = here + [one.left_at for one in staff]
                if not moments:
                    continue
                gone = max(moments)
            last = self._staff(staff, window.end, window.end) or self._staff(staff, window.start, window.end)
            found.append(Node(firm.id, firm.sector, max(1, last), firm.created_at, gone))
        return sorted(found, key=lambda one: one.firm)

    def _staff(self, staff: list[Any], stayed_until: datetime, before: datetime) -> int:
        return sum(one.joined_at < before and (one.left_at is None or one.left_at >= stayed_until) for one in staff)

    # Exchanges

    def stands(self, act: Any, end: datetime) -> bool:
        if act.kind != DONE:
            return act.kind in EXCHANGES
        same = [one for one in self.acts if (one.swap_id, one.member_id) == (act.swap_id, act.member_id)]
        return act.minutes + sum(one.minutes for one in same if one.kind == CORRECTED and one.at < end) > 0

    def exchanged(self, window: Window) -> list[Any]:
        return [one for one in self.acts if one.at in window and self.stands(one, window.end)]

    def exchanges(self, window: Window) -> list[Exchange]:
        return [
            Exchange(ActKind(one.kind), one.firm_id, one.other_firm_id, self._began(one), one.at)
            for one in self.exchanged(window)
        ]

    def _began(self, act: Any) -> datetime:
        if act.kind == ActKind.REVIEW_EXCHANGED:
            (began,) = (one.drawn_at for one in self.rows["rounds"] if one.id == act.round_id)
        elif act.kind == ActKind.HELPED:
            theirs = [one for one in self.rows["answers"] if one.showing_id == act.showing_id]
            (began,) = (one.at for one in theirs if one.member_id == act.member_id)
        else:
            leg = self.leg(act)
            planned = leg.time_agreed and leg.starts_at <= act.at
            began = leg.starts_at if planned else leg.agreed_at
        return min(began, act.at)

    def leg(self, act: Any) -> Any:
        (found,) = (one for one in self.rows["legs"] if (one.swap_id, one.teacher_id) == (act.swap_id, act.member_id))
        return found

    def ties(self, window: Window, known: datetime | None = None) -> Counter[Tie]:
        """As it was known at a moment; at the window's end if none is given."""
        some = [one for one in self.acts if one.at in window and self.stands(one, known or window.end)]
        pairs = [sorted((one.firm_id, one.other_firm_id)) for one in some]
        return Counter((a, b) for a, b in pairs if a != b)

    def first(self, window: Window) -> dict[Tie, datetime]:
        earliest: dict[Tie, datetime] = {}
        for one in self.acts:
            if one.at < window.end and self.stands(one, window.end):
                a, b = sorted((one.firm_id, one.other_firm_id))
                earliest[a, b] = min(one.at, earliest.get((a, b), one.at))
        return {pair: earliest[pair] for pair in self.ties(window)}

    # Totals

    def minutes(self, window: Window) -> Counter[int]:
        found: Counter[int] = Counter()
        for one in self.acts:
            if one.at in window and one.kind in {DONE, CORRECTED}:
                found[one.firm_id] += one.minutes
        return Counter({firm: max(0, given) for firm, given in found.items()})

    def unconfirmed(self, window: Window) -> int:
        total = 0
        for one in self.acts:
            if one.at in window and one.kind == ActKind.SESSION_REPORTED:
                leg = self.leg(one)
                total += one.minutes if leg.settled is None or leg.ended_at >= window.end else 0
        return total

    def showings(self, window: Window) -> list[Showing]:
        found = []
        for one in self.rows["showings"]:
            if one.shown_at in window and one.state != "posting":
                unseen = one.answered_at is None and one.state in {"withdrawn", "gone"}
                found.append(Showing(one.shown_at, one.answered_at, one.shown_at if unseen else None))
        return found

    def sessions(self, window: Window) -> tuple[int, int]:
        """How many sessions of all kinds, and how many people in them."""
        met: dict[int, set[int]] = {}
        for one in self.rows["reviews"]:
            done = [each for each in self.rows["reviews"] if each.pairing_id == one.pairing_id and each.acknowledged_at]
            if one in done and one.acknowledged_at in window and min(x.acknowledged_at for x in done) in window:
                met.setdefault(one.pairing_id, set()).update((one.reviewer_id, one.maker_id))
        skill = sum(one.kind == DONE for one in self.exchanged(window))
        return len(met) + skill, sum(map(len, met.values())) + 2 * skill

    def closed(self, window: Window) -> int:
        return sum(one.state == "closed" and one.closes_at in window for one in self.rows["rounds"])

    def led_on(self, window: Window) -> tuple[int, int, int]:
        asked = [one for one in self.rows["followups"] if one.asked_at and one.asked_at in window]
        asked = [one for one in asked if one.answered_at is None or one.led_on is not None]
        said = [one.led_on for one in asked if one.led_on is not None]
        return len(asked), len(said), sum(said)

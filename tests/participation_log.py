"""Rows of a made-up community that hang together: its people and firms, and their acts; for `tests.participation`."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any

import sqlalchemy as sa

from domain.calendar import Plan
from domain.model import ActKind, CommunityId
from storage.engine import Tx
from storage.tables import (
    acts,
    answers,
    communities,
    firms,
    followups,
    legs,
    listings,
    manager_actions,
    members,
    pairing_members,
    pairings,
    reviews,
    rounds,
    showings,
    skills,
    swap_members,
    swaps,
)

DAY, HOUR, WEEK = timedelta(days=1), timedelta(hours=1), timedelta(weeks=1)
SKILLS = 12
Row = dict[str, Any]

#: In the order in which the rows of a week are written: what is referred to comes first.
_TABLES = (
    communities,
    firms,
    members,
    skills,
    listings,
    rounds,
    pairings,
    pairing_members,
    reviews,
    swaps,
    swap_members,
    legs,
    showings,
    answers,
    acts,
    followups,
    manager_actions,
)


@dataclass(eq=False)
class Person:
    id: int
    firm: int
    joined: datetime
    left: datetime | None = None
    state: str = "active"


@dataclass
class Rows:
    """What is to be written, and the next number of each table."""

    until: datetime
    waiting: dict[sa.Table, list[Row]] = field(default_factory=lambda: {table: [] for table in _TABLES})
    numbers: dict[sa.Table, count[int]] = field(default_factory=lambda: {table: count(1) for table in _TABLES})

    def add(self, table: sa.Table, **values: Any) -> int:
        """Have a row written; its number."""
        number = next(self.numbers[table])
        self.waiting[table].append({"id": number, **values} if "id" in table.c and table is not communities else values)
        return number

    async def write(self, tx: Tx) -> None:
        self.waiting[acts].sort(key=lambda row: row["at"])
        for table, rows in self.waiting.items():
            if rows:
                await tx.execute(sa.insert(table), rows)
                rows.clear()


class Cast:
    """The people of one community, and the log of what they do."""

    def __init__(self, rows: Rows, random: Random, community: CommunityId, start: datetime) -> None:
        self.rows, self.random, self.id = rows, random, community
        self.people: list[Person] = []
        self.firms: list[int] = []
        self.asked: set[tuple[int, int]] = set()
        self.numbers = count(1)
        self.written = 0
        rows.add(communities, id=community, plan=asdict(Plan()), sectors=[], themes=[], set_up_at=start)
        self.skills = [
            rows.add(skills, community_id=community, name=f"Skill {at}", name_key=f"skill {at}", created_at=start)
            for at in range(SKILLS)
        ]

    # People

    def firm(self, at: datetime, sector: str = "crafts") -> int:
        name = f"Firm {len(self.firms)}"
        values = {"community_id": self.id, "name": name, "name_key": name.lower(), "sector": sector, "created_at": at}
        self.firms.append(self.rows.add(firms, **values))
        return self.firms[-1]

    def join(self, at: datetime, firm: int) -> Person:
        """Somebody joins; of an account nothing is said, so nobody is there twice."""
        values = {"community_id": self.id, "firm_id": firm, "consent": 1, "consented_at": at, "joined_at": at}
        self.people.append(Person(self.rows.add(members, **values, state="active"), firm, at))
        self.act(ActKind.JOINED, at, self.people[-1], at.isoformat())
        return self.people[-1]

    def there(self) -> list[Person]:
        return [one for one in self.people if one.left is None]

    async def finish(self, tx: Tx) -> None:
        """What became of people."""
        if not self.people:
            return
        changed = [{"number": one.id, "firm": one.firm, "gone": one.left, "became": one.state} for one in self.people]
        await tx.execute(
            sa.update(members)
            .where(members.c.id == sa.bindparam("number"))
            .values(firm_id=sa.bindparam("firm"), left_at=sa.bindparam("gone"), state=sa.bindparam("became")),
            changed,
        )

    # The log

    def act(
        self, kind: ActKind, at: datetime, who: Person, about: object, other: Person | None = None, **more: Any
    ) -> bool:
        """Have an act written unless it lies ahead; whether it is."""
        if at >= self.rows.until:
            return False
        values = {"round_id": None, "swap_id": None, "showing_id": None, "minutes": None, **more}
        self.rows.add(
            acts,
            key=f"{kind}:{who.id}:{about}",
            community_id=self.id,
            at=at,
            kind=kind,
            member_id=who.id,
            firm_id=who.firm,
            other_member_id=other and other.id,
            other_firm_id=other and other.firm,
            **values,
        )
        self.written += 1
        if kind in {ActKind.REVIEW_EXCHANGED, ActKind.SESSION_EXCHANGED, ActKind.HELPED} and other is not None:
            self._ask_later(at, who, other)
        return True

    def _ask_later(self, at: datetime, who: Person, other: Person) -> None:
        for one, two in ((who, other), (other, who)):
            if (one.id, two.id) not in self.asked and who.firm != other.firm:
                self.asked.add((one.id, two.id))
                asked = at + 90 * DAY
                asked_at = asked if asked < self.rows.until else None
                led_on = self.random.choice((True, False, False, None)) if asked_at else None
                let_be = led_on is None and self.random.random() < 0.3
                self.rows.add(
                    followups,
                    community_id=self.id,
                    member_id=one.id,
                    other_member_id=two.id,
                    due_at=asked,
                    asked_at=asked_at,
                    led_on=led_on,
                    answered_at=asked_at if asked_at and (let_be or led_on is not None) else None,
                )

    def later(self, at: datetime, most: timedelta) -> datetime:
        return at + self.random.random() ** 2 * most

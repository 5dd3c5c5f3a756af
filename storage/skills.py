"""Skills: the community's own words for what its members show each other."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.model import CommunityId, MemberId, MemberState, Skill, SkillId
from storage.engine import Tx, insert
from storage.tables import legs, listings, members, skills

# Word for word as in the partial indices of the listings: only then do the databases use them.
STANDS = sa.text("listings.state = 'open'")
NAMES_AT_MOST = 5000


def _skill(row: Any) -> Skill:
    return Skill(SkillId(row.id), CommunityId(row.community_id), row.name)


async def get(tx: Tx, skill: SkillId) -> Skill | None:
    row = (await tx.execute(sa.select(skills).where(skills.c.id == skill))).first()
    return _skill(row) if row else None


async def by_key(tx: Tx, community: CommunityId, key: str) -> Skill | None:
    """The skill of this name (its `domain.skills.skill_key`), whether anybody lists it now or not."""
    return next(iter(await by_keys(tx, community, [key])), None)


async def by_keys(tx: Tx, community: CommunityId, keys: Iterable[str]) -> list[Skill]:
    query = sa.select(skills).where(skills.c.community_id == community, skills.c.name_key.in_(list(keys)))
    return [_skill(row) for row in await tx.execute(query)]


def _listed_by(*more: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Whether somebody who takes part offers or wants this skill."""
    taking_part = sa.and_(members.c.id == listings.c.member_id, members.c.state == MemberState.ACTIVE)
    return sa.exists().where(listings.c.skill_id == skills.c.id, STANDS, taking_part, *more)


async def names_in_use(tx: Tx, community: CommunityId) -> list[str]:
    """The names of skills that somebody who takes part offers or wants; of very many those that came last."""
    found = sa.select(skills.c.name).where(skills.c.community_id == community, _listed_by())
    latest = found.order_by(skills.c.id.desc()).limit(NAMES_AT_MOST).subquery()
    # One row, however many there are: a name holds no line break.
    together = sa.select(sa.func.aggregate_strings(latest.c.name, "\n"))
    names: str | None = (await tx.execute(together)).scalar()
    return names.split("\n") if names else []


async def enter(
    tx: Tx, community: CommunityId, name: str, key: str, member: MemberId, now: datetime
) -> tuple[Skill, bool]:
    """The skill of this name, made if there is none, and whether anybody but this member offers or wants it.

    It stays until this transaction has ended.
    """
    here = sa.and_(skills.c.community_id == community, skills.c.name_key == key)
    others = _listed_by(listings.c.member_id != member).label("others")
    held = sa.select(skills, others).where(here).with_for_update(of=skills, read=True, key_share=True)
    new = insert(tx, skills).values(community_id=community, name=name, name_key=key, created_at=now)
    made = new.on_conflict_do_nothing(index_elements=[skills.c.community_id, skills.c.name_key]).returning(skills)
    while True:  # it may be made, or as an empty one taken away, between two looks
        if (row := (await tx.execute(held)).first()) is not None:
            return _skill(row), bool(row.others)
        if (row := (await tx.execute(made)).first()) is not None:
            return _skill(row), False


async def rename(tx: Tx, skill: SkillId, name: str) -> None:
    """Spell it differently; its key stays."""
    await tx.execute(sa.update(skills).where(skills.c.id == skill).values(name=name))


async def drop_if_empty(tx: Tx, skill: SkillId) -> None:
    """Forget a skill that no offer, want or session has ever had or has any more."""
    # Whoever is about to list it holds it: then it is not for us to take away. Once we do, we see what they wrote.
    held = sa.select(skills.c.id).where(skills.c.id == skill).with_for_update(skip_locked=True)
    if (await tx.execute(held)).first() is None:
        return
    used = sa.or_(
        sa.exists().where(listings.c.skill_id == skills.c.id),
        sa.exists().where(legs.c.skill_id == skills.c.id),
    )
    await tx.execute(sa.delete(skills).where(skills.c.id == skill, ~used))

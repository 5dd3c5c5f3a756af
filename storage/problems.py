"""What Discord refused and a manager may have to mend: one row per community, kind and subject, until it is mended."""

from __future__ import annotations

import sqlalchemy as sa

from domain.model import CommunityId, Problem, ProblemKind
from storage.engine import Tx, insert
from storage.tables import problems


async def report(tx: Tx, problem: Problem) -> None:
    """Write a problem down. One that is known already keeps its `since`, and takes on the permissions named now."""
    new = insert(tx, problems).values(
        community_id=problem.community,
        kind=problem.kind,
        subject=problem.subject,
        permissions=list(problem.permissions),
        since=problem.since,
    )
    await tx.execute(
        new.on_conflict_do_update(
            index_elements=["community_id", "kind", "subject"], set_={"permissions": new.excluded.permissions}
        )
    )


async def clear(tx: Tx, community: CommunityId, kind: ProblemKind | None = None, subject: str | None = None) -> None:
    """These are mended: all of a community, or only of a kind, or only about a subject."""
    gone = sa.delete(problems).where(problems.c.community_id == community)
    if kind is not None:
        gone = gone.where(problems.c.kind == kind)
    if subject is not None:
        gone = gone.where(problems.c.subject == subject)
    await tx.execute(gone)


async def of(tx: Tx, community: CommunityId) -> list[Problem]:
    """What is wrong in a community, the longest-standing first."""
    query = sa.select(problems).where(problems.c.community_id == community).order_by(problems.c.since, problems.c.id)
    return [
        Problem(
            community=CommunityId(row.community_id),
            kind=ProblemKind(row.kind),
            subject=row.subject,
            permissions=tuple(row.permissions),
            since=row.since,
        )
        for row in await tx.execute(query)
    ]

"""Saying that mail does not get through: in `/cluster check` at once, in the managers' channel once if it lasts."""

from __future__ import annotations

from datetime import timedelta

from bot.services.communities import tell_problem
from bot.services.tools import Tools
from domain.model import CommunityId, Problem, ProblemKind
from storage import problems

SUBJECT = "mail"
LASTS = timedelta(hours=1)  # a server that starts anew is no news


async def mail_fails(tools: Tools, community: CommunityId) -> None:
    """Write down that mail does not get through, and tell the managers once it has been so for `LASTS`."""
    now = tools.clock.now()
    problem = Problem(community, ProblemKind.MAIL, SUBJECT, (), now)
    async with tools.db.read() as tx:
        known = [one for one in await problems.of(tx, community) if one.kind is ProblemKind.MAIL]
    if known and now - known[0].since < LASTS:
        return
    async with tools.db.write() as tx:
        await problems.report(tx, problem)
        if known:
            await tell_problem(tx, problem, now)  # does so once for each `since`


async def mail_works(tools: Tools, community: CommunityId) -> None:
    """A mail got through: whatever was wrong is over."""
    async with tools.db.read() as tx:
        known = any(one.kind is ProblemKind.MAIL for one in await problems.of(tx, community))
    if known:
        async with tools.db.write() as tx:
            await problems.clear(tx, community, ProblemKind.MAIL)

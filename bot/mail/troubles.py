"""Saying that mail does not get through: in `/cluster check` at once, in the managers' channel once if it lasts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.services.communities import tell_problem
from bot.services.tools import Tools
from domain.model import CommunityId, Intention, Problem, ProblemKind
from storage import problems
from storage.engine import Tx

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


async def mail_works(tx: Tx, intention: Intention, _ids: Mapping[str, int], _now: datetime) -> None:
    """A mail got through: whatever was wrong is over. (With it being done: that it was sent is never in doubt.)"""
    await problems.clear(tx, intention.community, ProblemKind.MAIL)

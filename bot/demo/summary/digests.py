"""What managers were told."""

from __future__ import annotations

from dataclasses import dataclass

from bot.demo.world import World
from domain.model import Digest, DigestId
from storage import digests
from storage.engine import Tx


@dataclass(frozen=True, slots=True)
class DigestSummary:
    """`words`: of the longest; `asked`: those that asked something of the manager; `settled`: quarters."""

    made: int
    words: int
    asked: int
    settled: int
    mails: int


async def of_digests(tx: Tx, world: World) -> DigestSummary:
    found = await _all(tx)
    return DigestSummary(
        made=len(found),
        words=max((len(one.plain.split()) for one in found), default=0),
        asked=sum(one.need is not None for one in found),
        settled=len(await digests.settled_periods(tx, world.community)),
        mails=len(world.inbox.mails),
    )


async def _all(tx: Tx) -> list[Digest]:
    """Every digest there is: the demo's database has one community, so that they count up from one."""
    found: list[Digest] = []
    while (one := await digests.get(tx, DigestId(len(found) + 1))) is not None:
        found.append(one)
    return found

"""What somebody typed before they agreed to anything.

Nothing about a person is stored before they press *Join*, so what they typed into `/join` can be neither in the
database nor in the button (which holds only ids). It waits here, in memory: a few at a time, for an hour. A restart
forgets it, and the person is kindly asked to type it again. All interactions of one server reach the same process,
so the memory of one is enough.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.services.members import Application
from domain.errors import DraftGone
from domain.model import UserId

KEPT = timedelta(hours=1)
AT_MOST = 2000  # some 500 characters each: a megabyte


@dataclass(frozen=True, slots=True)
class Draft:
    """An application on its way. `number` is the interaction it came with: a restart never gives the same again."""

    number: int
    wanted: Application
    editing: bool  # by somebody who is in already
    surely_new: bool = False  # they said that the firm is none of the similar ones


class Drafts:
    def __init__(self) -> None:
        self._kept: dict[tuple[UserId, int], tuple[datetime, Draft]] = {}

    def keep(self, user: UserId, draft: Draft, now: datetime) -> None:
        """Keep a draft, or what has become of it; the oldest give way."""
        self._kept.pop((user, draft.number), None)
        self._kept[user, draft.number] = (now, draft)
        # Each is put at the end, so the oldest stand first.
        for key, (kept_at, _) in list(self._kept.items()):
            if len(self._kept) <= AT_MOST and now - kept_at <= KEPT:
                break
            del self._kept[key]

    def get(self, user: UserId, number: int, now: datetime) -> Draft:
        """Raises DraftGone for one that is too old, somebody else's, or from before a restart."""
        kept_at, draft = self._kept.get((user, number), (now, None))
        if draft is None or now - kept_at > KEPT:
            raise DraftGone
        return draft

    def forget(self, user: UserId, number: int) -> None:
        self._kept.pop((user, number), None)

"""A community: one Discord server."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.calendar import Plan
from domain.model.digests import InKind
from domain.model.ids import CommunityId

DEFAULT_SECTORS = (
    "advertising & marketing",
    "architecture",
    "crafts",
    "design",
    "film, TV, video & photography",
    "IT, software & games",
    "publishing",
    "museums, galleries & libraries",
    "music, performing & visual arts",
    "other",
)


class CommunityState(StrEnum):
    ACTIVE = "active"
    LEFT = "left"  # the bot was removed; everything is kept for the day it is added again


@dataclass(frozen=True, slots=True)
class Channels:
    """Ids of the channels of one community; None where there is none (yet, or any more)."""

    category: int | None = None
    round: int | None = None
    showings: int | None = None
    skills: int | None = None
    managers: int | None = None


@dataclass(frozen=True, slots=True)
class Community:
    id: CommunityId
    state: CommunityState
    language: str  # of what everybody reads: "en", "nl"
    plan: Plan
    channels: Channels
    manager_role: int | None
    sectors: tuple[str, ...]
    themes: tuple[str, ...]  # one per round, in turn; empty: rounds have no theme
    set_up_at: datetime
    board_message: int | None = None  # what stands in the skills channel, with the board's buttons
    session_events: bool = False  # a session with a time becomes an event of the server
    in_kind: InKind | None = None  # what reports say an hour is worth; None: nothing

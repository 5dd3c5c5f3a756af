"""Showings ("show your work" posts) and their answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.model.ids import CommunityId, ShowingId
from domain.model.members import Member


class Stage(StrEnum):
    """How far the work is."""

    IDEA = "idea"
    HALFWAY = "halfway"
    NEARLY = "nearly"
    DONE = "done"


class ShowingAsk(StrEnum):
    """What somebody who shows their work would like."""

    REACTION = "reaction"  # what does it do to you?
    CHOICE = "choice"  # this one or that one?
    HOW = "how"  # how would you make it?
    NEXT = "next"  # where could it go?


class ShowingSource(StrEnum):
    FORM = "form"  # /show
    MESSAGE = "message"  # "Show this work" on a message of one's own
    HAND = "hand"  # a post somebody made in the forum themself


class ShowingState(StrEnum):
    POSTING = "posting"  # not in the forum yet
    OPEN = "open"
    WITHDRAWN = "withdrawn"
    GONE = "gone"  # somebody deleted the post


@dataclass(frozen=True, slots=True)
class ShowingText:
    """What a maker says of the work, in their own words; kept only until the post stands in the forum."""

    work: str
    tried: str
    bites: str
    question: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Showing:
    id: ShowingId
    community: CommunityId
    maker: Member
    state: ShowingState
    source: ShowingSource
    stage: Stage | None  # None: a post made by hand
    ask: ShowingAsk | None
    text: ShowingText | None
    has_file: bool
    first: bool  # the maker's first
    shown_at: datetime
    answered_at: datetime | None  # the first answer by another firm
    thread: int | None  # the forum post
    message: int | None  # our message with the buttons: the post's first, or the one below a post made by hand
    checked_at: datetime | None  # when we last looked in the post for answers we did not hear of


@dataclass(frozen=True, slots=True)
class ShowingAnswer:
    """A person of another firm wrote in the post."""

    showing: ShowingId
    member: Member
    at: datetime  # the first time
    message: int  # the first of theirs
    helped_at: datetime | None  # the maker said: this helped

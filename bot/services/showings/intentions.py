"""What a showing wants done on Discord, each with its key and lane (see bot.services.rounds.intentions)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from domain.model import Ask, CommunityId, NewIntention, Showing


def _of(showing: Showing, what: str) -> NewIntention:
    return NewIntention(
        community=showing.community,
        key=f"showing:{showing.id}:{what}",
        lane=f"showing:{showing.id}",
        kind=f"showing.{what}",
        args={"showing": showing.id},
    )


def post(showing: Showing) -> NewIntention:
    return _of(showing, "post")


def edit(showing: Showing) -> NewIntention:
    """The post shows what the maker says now; rearmed."""
    return _of(showing, "edit")


def close(showing: Showing) -> NewIntention:
    """It was taken back."""
    return _of(showing, "close")


def note(showing: Showing) -> NewIntention:
    """A word of ours below a post made by hand, with the button that says what helped."""
    return _of(showing, "note")


def tag(showing: Showing) -> NewIntention:
    """The tags of a post made by hand."""
    return _of(showing, "tag")


def check(showing: Showing) -> NewIntention:
    """Read who wrote in the post; rearmed. In a lane of its own: it may have to wait for a permission."""
    return replace(_of(showing, "check"), lane=f"showing:{showing.id}:check")


def ask(an_ask: Ask) -> NewIntention:
    return NewIntention(
        community=an_ask.community,
        key=f"ask:{an_ask.id}",
        lane=f"member:{an_ask.member}",
        kind="showing.ask",
        args={"ask": an_ask.id},
    )


def round_up(community: CommunityId, since: datetime, until: datetime) -> NewIntention:
    """What was shown in between, told to everybody."""
    return NewIntention(
        community=community,
        key=f"round-up:{community}:{until:%Y-%m-%d}",
        lane=f"round-up:{community}",
        kind="showing.roundup",
        args={"since": int(since.timestamp()), "until": int(until.timestamp())},
    )

"""Digests, what they ask of a manager, and where they go by mail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from domain.model.ids import AddressId, CommunityId, DigestId, MemberId


class DigestKind(StrEnum):
    WEEKLY = "weekly"  # posted and mailed before a week's round opens
    ASKED = "asked"  # a manager asked how things are; one a day


class NeedKind(StrEnum):
    """What may need a manager, the most pressing first."""

    PROBLEM = "problem"  # Discord refuses something until somebody mends it
    DISPUTE = "dispute"  # two people leave it to a manager how long a session took
    WANT = "want"  # nobody offers what somebody wants to learn
    FIRM = "firm"  # a firm has no tie yet


@dataclass(frozen=True, slots=True)
class Need:
    """The one thing that needs a manager. `subject`: the id of the leg, the want's skill or the firm; None: a problem.

    `name` is how people call it: the channel's kind ("round"), or the skill's or the firm's name.
    """

    kind: NeedKind
    subject: int | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Digest:
    """A digest as it was made. `figures` are those of `domain.figures`, as they are stored.

    `text` is what chat shows, `plain` the same for mail; `alt` says the picture (PNG) in words.
    """

    id: DigestId
    community: CommunityId
    kind: DigestKind
    day: date
    since: datetime
    until: datetime
    language: str
    figures: Mapping[str, Any]
    text: str
    plain: str
    picture: bytes
    alt: str
    need: NeedKind | None
    need_subject: int | None
    need_met_at: datetime | None
    message: int | None


class AddressState(StrEnum):
    UNCONFIRMED = "unconfirmed"
    CONFIRMED = "confirmed"
    REFUSED = "refused"  # its server said that there is no such mailbox


@dataclass(frozen=True, slots=True)
class Address:
    """Where digests go by mail. `token` unsubscribes it, and is told to nobody but its owner."""

    id: AddressId
    community: CommunityId
    address: str
    language: str
    state: AddressState
    token: str
    added_at: datetime
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class InKind:
    """What a manager typed to give hours a value: so much an hour, in which currency (ISO 4217), and who says so."""

    rate: Decimal
    currency: str
    source: str


@dataclass(frozen=True, slots=True)
class Quote:
    """What somebody wrote and agreed to have printed, under the name they chose (blank: none)."""

    member: MemberId
    text: str
    name: str
    given_at: datetime

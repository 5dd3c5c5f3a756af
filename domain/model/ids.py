"""Typed ids."""

from __future__ import annotations

from typing import NewType

CommunityId = NewType("CommunityId", int)  # the Discord server's id
UserId = NewType("UserId", int)  # a Discord user's id
FirmId = NewType("FirmId", int)
MemberId = NewType("MemberId", int)
RoundId = NewType("RoundId", int)
SignupId = NewType("SignupId", int)
PairingId = NewType("PairingId", int)
ReviewId = NewType("ReviewId", int)
AskId = NewType("AskId", int)
SkillId = NewType("SkillId", int)
ListingId = NewType("ListingId", int)
SwapId = NewType("SwapId", int)
LegId = NewType("LegId", int)
TransferId = NewType("TransferId", int)
ShowingId = NewType("ShowingId", int)
FollowupId = NewType("FollowupId", int)
DigestId = NewType("DigestId", int)
AddressId = NewType("AddressId", int)

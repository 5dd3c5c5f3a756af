"""What `weft invite` asks for, and why: no permission more than the channels and threads of Weft need."""

from __future__ import annotations

from domain.communities import NEEDS, TO_BUILD

WHY = {
    "view_channel": "see the channels it works in",
    "send_messages": "post the weekly round, showings, and the managers' digest",
    "embed_links": "show cards rather than bare text",
    "attach_files": "hand out charts and exports, and put a maker's file before the reviewer",
    "read_message_history": "look, after a crash, whether a message is there before posting it again",
    "create_private_threads": "open a thread for two people who meet, closed to others",
    "send_messages_in_threads": "welcome and remind people in those threads",
    "manage_channels": "make the channels at `/cluster setup` (may be taken away afterwards)",
    "manage_roles": "say at setup who may do what in those channels (may be taken away afterwards)",
}


def permissions() -> list[str]:
    """Discord's names of everything Weft needs, to set itself up and to run."""
    needed = {one for names in NEEDS.values() for one in names} | set(TO_BUILD)
    return sorted(needed, key=list(WHY).index)

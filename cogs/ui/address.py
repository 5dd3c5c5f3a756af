"""What a button, a menu or a form remembers: the name of an action and some ids, in its custom_id.

"w1:round.in:42" is version 1, action "round.in", id 42. In a direct message, which belongs to no server, the server is
added: "w1:round.in:42@7". Nothing else travels through Discord: whoever presses may have changed it, so who they are,
what they may do and how things stand is looked up again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

VERSION = "w1"
LONGEST = 100  # characters, Discord's limit
LARGEST = 2**63 - 1  # the largest id a database holds

OURS = re.compile(r"w[0-9]{1,3}:.*", re.DOTALL)  # of any version: one we do not know gets a friendly answer, too
_ID = r"(?:0|[1-9][0-9]{0,18})"
_FORMAT = re.compile(
    rf"{VERSION}:(?P<action>[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*)(?P<ids>(?::{_ID})*)(?:@(?P<home>{_ID}))?"
)


@dataclass(frozen=True, slots=True)
class Address:
    action: str
    ids: tuple[int, ...] = ()
    home: int | None = None  # the server, for what stands outside it

    def __str__(self) -> str:
        """The custom_id. Raises ValueError for what could not be read back."""
        text = ":".join((VERSION, self.action, *map(str, self.ids)))
        if self.home is not None:
            text += f"@{self.home}"
        if read(text) != self:
            raise ValueError(f"not a custom_id: {text!r}")
        return text


def number(text: str) -> int | None:
    """An id as it comes back from a menu or a suggestion; None for anything else."""
    found = int(text) if re.fullmatch(_ID, text) else None
    return None if found is None or found > LARGEST else found


def read(custom_id: str) -> Address | None:
    """The address in a custom_id; None if it is not one of this version, whatever it is."""
    found = _FORMAT.fullmatch(custom_id) if len(custom_id) <= LONGEST else None
    if found is None:
        return None
    ids = tuple(int(one) for one in found["ids"].split(":")[1:])
    home = int(found["home"]) if found["home"] else None
    return Address(found["action"], ids, home) if max((*ids, home or 0)) <= LARGEST else None

"""E-mail addresses that digests go to: what is one, and how somebody shows that it is theirs."""

from __future__ import annotations

import re
import unicodedata
from datetime import timedelta

from domain.errors import NotAnAddress

#: Of a community.
AT_MOST = 10
#: A code is good for so long, and for so many wrong tries.
CODE_LASTS = timedelta(hours=24)
TRIES = 5
DIGITS = 6
#: Who asks for another code gets one after this time; a community at most so many in `CODE_LASTS`, for whoever asks may
#: be no friend of those who get them.
CODE_EVERY = timedelta(seconds=60)
CODES_AT_MOST = 20
#: A digest that could not be mailed for so long is not mailed any more: the next one is near.
MAILED_WITHIN = timedelta(days=3)

_LONGEST, _LONGEST_LOCAL, _LONGEST_LABEL = 254, 64, 63  # RFC 5321, 4.5.3.1 with erratum 1690; RFC 1035, 2.3.4
# What RFC 5322 calls a dot-atom: the local parts there are. (Quoted ones are legal, and nobody has one.)
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_MAILTO = re.compile(r"^mailto:", re.IGNORECASE)


def address_of(typed: str) -> str:
    """The address in what somebody typed, its domain in small letters of its own script ("ann@münchen.example").

    Raises NotAnAddress.
    """
    text = unicodedata.normalize("NFC", _MAILTO.sub("", typed.strip()).removeprefix("<").removesuffix(">").strip())
    local, at, domain = text.rpartition("@")
    domain = domain.casefold()
    wire = f"{local}@{_ascii(domain)}"
    if not at or not _LOCAL.fullmatch(local) or len(local) > _LONGEST_LOCAL or len(wire) > _LONGEST:
        raise NotAnAddress
    return f"{local}@{domain}"


def on_the_wire(address: str) -> str:
    """An address as mail servers write it: "ann@xn--mnchen-3ya.example"."""
    local, _, domain = address.rpartition("@")
    return f"{local}@{_ascii(domain)}"


def key_of(address: str) -> str:
    """The same for two spellings of one address."""
    return on_the_wire(address).casefold()


def _ascii(domain: str) -> str:
    """Raises NotAnAddress for what is not the name of a host on the internet."""
    try:
        labels = domain.encode("idna").decode("ascii").casefold().split(".")
    except UnicodeError:  # an empty label, one that is too long, or letters that no host may have
        raise NotAnAddress from None
    if len(labels) < 2 or labels[-1].isdigit():
        raise NotAnAddress
    if not all(len(one) <= _LONGEST_LABEL and _LABEL.fullmatch(one) for one in labels):
        raise NotAnAddress
    return ".".join(labels)


def digits_of(typed: str) -> str:
    """A code as somebody typed or pasted it, without what stands between its digits ("123 456")."""
    return "".join(str(unicodedata.digit(one)) for one in typed if one.isdigit())

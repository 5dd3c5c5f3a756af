"""What is an e-mail address, and what two people would call the same one."""

from __future__ import annotations

from email.headerregistry import Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.addresses import address_of, digits_of, key_of, on_the_wire
from domain.errors import NotAnAddress

WHOLE = ["ann", "münchen", "example", "org", "mailto:", "x" * 60]
PIECES = st.lists(st.sampled_from([*WHOLE, *'B é.@-+<>",1ß。\r\n\0\u202e']), max_size=8).map("".join)


@pytest.mark.parametrize(
    ("typed", "address", "wire"),
    [
        ("Ann@Example.ORG", "Ann@example.org", "Ann@example.org"),
        ("  <ann+weft@example.org> ", "ann+weft@example.org", "ann+weft@example.org"),
        ("mailto:ann@example.org", "ann@example.org", "ann@example.org"),
        ("ann@MÜNCHEN.example", "ann@münchen.example", "ann@xn--mnchen-3ya.example"),
        ("ann@mu\u0308nchen.example", "ann@münchen.example", "ann@xn--mnchen-3ya.example"),
        ("o'hara_1@a.b-c.museum", "o'hara_1@a.b-c.museum", "o'hara_1@a.b-c.museum"),
    ],
)
def test_an_address_however_it_is_typed(typed: str, address: str, wire: str) -> None:
    assert address_of(typed) == address
    assert on_the_wire(address) == wire


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ann",
        "ann@",
        "@example.org",
        "ann@example",
        "ann@@example.org",
        "a@b@example.org",
        "ann@10.0.0.1",
        "ann@[10.0.0.1]",
        "ann@exa mple.org",
        "ann @example.org",
        "ann@example..org",
        "ann@example.org.",
        "ann@-example.org",
        ".ann@example.org",
        "a..n@example.org",
        '"ann x"@example.org',
        "Ann <ann@example.org>",
        "ann@example.org, bob@example.org",
        "ann@example.org\r\nBcc: all@example.org",
        "ann@example.org\nx",
        "ann@exa_mple.org",
        "jürgen@example.org",
        "a" * 65 + "@example.org",
        "ann@" + "a" * 64 + ".org",
        "ann@" + "a.bcd." * 41 + "example.org",
    ],
)
def test_what_is_none(typed: str) -> None:
    with pytest.raises(NotAnAddress):
        address_of(typed)


@given(st.text(max_size=60) | PIECES)
def test_what_is_taken_for_an_address_is_one_for_everybody(typed: str) -> None:
    try:
        address = address_of(typed)
    except NotAnAddress:
        return
    assert address_of(address) == address
    wire = on_the_wire(address)
    assert wire.isascii()
    assert wire.isprintable()
    assert " " not in wire
    assert len(wire) <= 254
    assert Address(addr_spec=wire).addr_spec == wire
    assert key_of(address) == key_of(address.upper().replace("ß".upper(), "ss"))


@pytest.mark.parametrize("typed", ["012345", " 012 345 ", "012-345", "\uff10\uff11\uff12345", "Code: 012345."])
def test_a_code_however_it_is_pasted(typed: str) -> None:
    assert digits_of(typed) == "012345"

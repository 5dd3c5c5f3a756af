"""What people type stays text. The judge is a reader of Discord's markdown that is not ours."""

from __future__ import annotations

import unicodedata
from typing import Any
from urllib.parse import unquote

import pytest
import regex
from hypothesis import example, given
from hypothesis import strategies as st
from simcord.preview import _markdown

from bot.texts import Raw, clean, clip, escape, unescape

SMALL_PRINT = regex.compile(r"^\s*-#", regex.MULTILINE)

# What Discord would make something of, if it knew these ids.
KNOWN = {
    "users": {"1": "ada"},
    "roles": {"1": "wardens"},
    "channels": {"1": "lobby"},
    "emojis": {"1": {"name": "wave", "animated": False}},
    "commands": {"1": "me"},
    "everyone": True,
}
PIECES = [
    *"*_~`|>#-+()[]<@:!.\\/ \n",
    *(
        "**",
        "__",
        "~~",
        "||",
        "```",
        ">>> ",
        "> ",
        "# ",
        "### ",
        "-# ",
        "- ",
        "* ",
        "+ ",
        "1. ",
        "12) ",
        "\\\\",
        "\n\n",
    ),
    *("<@1>", "<@!1>", "<@&1>", "<#1>", "<:wave:1>", "<t:1:R>", "</me:1>", "<id:guide>", "@everyone", "@here"),
    *(
        "[a](https://evil.example)",
        "](https://evil.example)",
        "Noord",
        "a",
        "é",
        "7",
        "👩‍👩‍👧",
        "🇳🇱",
        "שלום",
        "¯\\_(ツ)_/¯",
    ),
]
TYPED = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)
ADDRESSES = st.sampled_from(
    ["https://example.org", "http://example.org/a_b_c", "https://example.org/x?y=1&z=~2#top", "https://example.org/a-b"]
)


# As for a message, but for small print ("-# "): that reader looks for it after taking the escapes out.
POLICY = _markdown._FIELD_POLICIES["message"] | {"subtext": False}
PARSER = _markdown._markdown_parser(POLICY, KNOWN)


def markdown_tokens(text: str) -> list[dict[str, Any]]:
    return _markdown._blocks(PARSER.parse(_markdown._discord_multiline_quotes(text), {}), POLICY)


def read(text: str) -> tuple[set[str], str]:
    """What kinds of things Discord sees in a message, and what a person reads in it."""
    kinds: set[str] = set()

    def walk(tokens: list[dict[str, Any]]) -> str:
        read_out = ""
        for token in tokens:
            kind = token["type"]
            if kind == "paragraph":
                read_out += ("\n\n" if read_out else "") + walk(token["children"])
            elif kind == "inline":
                read_out += walk(token["children"])
            elif kind in {"text", "break"}:
                read_out += token.get("content", "\n")
            else:
                kinds.add(kind)
                read_out += walk(token.get("children", [])) + token.get("content", "") + token.get("label", "")
        return read_out

    return kinds, walk(markdown_tokens(text))


def without_isolates(text: str) -> str:
    return text.replace("\u2068", "").replace("\u2069", "")


@given(TYPED)
@example("# not a heading\n- nor a list\n1. nor this\n> nor a quote\n-# nor this")
@example("\\*already escaped\\*")
@example("ends in a backslash\\")
def test_what_was_typed_reads_as_typed_and_does_nothing(typed: str) -> None:
    shown = without_isolates(escape(typed, lines=True))
    kinds, text = read(shown)
    if "https://" not in typed:
        assert kinds == set()
    assert kinds <= {"link_open", "link_close"}
    assert not SMALL_PRINT.search(shown)
    assert unquote(text) == clean(typed, lines=True)  # in addresses a few marks are encoded


@given(st.lists(st.one_of(TYPED, ADDRESSES), max_size=4).map("".join))
@example("(https://x.example/a_b), <https://y.example> \\<https://z.example>.")
def test_what_was_typed_is_read_back_and_then_reads_the_same_again(typed: str) -> None:
    shown = escape(typed, lines=True)
    back = unescape(shown)
    assert escape(back, lines=True) == shown
    assert unquote(back) == unquote(clean(typed, lines=True))  # in addresses a few marks are encoded


@given(TYPED)
def test_nor_inside_our_own_markup(typed: str) -> None:
    name = without_isolates(escape(typed))
    if not name or name.startswith(" ") or "https://" in typed:
        return
    kinds, text = read(f"Hello {name}, **bold** and {name}.")
    assert kinds == {"strong_open", "strong_close"}
    assert text == f"Hello {clean(typed)}, bold and {clean(typed)}."


@given(TYPED)
def test_nor_does_discords_server_see_a_mention_which_knows_no_escapes(typed: str) -> None:
    assert "<@" not in escape(typed, lines=True)


@given(TYPED, ADDRESSES, TYPED)
def test_addresses_stay_links_to_where_they_led(before: str, address: str, after: str) -> None:
    if before and not before[-1].isspace():
        before += " "
    if after and not after[0].isspace():
        after = " " + after
    shown = without_isolates(escape(f"{before}{address}{after}", lines=True))
    links = [token["href"] for token in flatten(markdown_tokens(shown)) if token["type"] == "link_open"]
    assert address in links


def flatten(tokens: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for token in tokens for one in (token, *flatten(token.get("children", [])))]


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("see https://example.org/a_b, please", "see https://example.org/a_b, please"),
        ("(https://example.org/a_b)", "(https://example.org/a_b)"),
        ("**https://example.org/a_b**", "\\*\\*<https://example.org/a_b>\\*\\*"),
        ("https://example.org/a*b|c~d~~e", "https://example.org/a%2Ab%7Cc~d%7E%7Ee"),
        ("https://example.org/?a[]=1", "https://example.org/?a%5B%5D=1"),
        ("https://example.org/A_(b)", "https://example.org/A_(b)"),
        ("[t](https://example.org)", "\\[t\\](https://example.org)"),
        ("[t](https://example.org)@everyone", "\\[t\\](<https://example.org>)\\@everyone"),
        ("https://example.org/@everyone", "https://example.org/%40everyone"),
        ("really https://example.org!", "really <https://example.org>!"),
        ("https://", "https://"),
        ("https://example.org - x", "https://example.org - x"),
        ("https://example.org\n- x", "https://example.org\n\\- x"),
        ("a well-known C# studio + friends", "a well-known C# studio + friends"),
        ("snake_case", "snake\\_case"),
        ("- a", "\\- a"),
        ("2024. the year", "2024\\. the year"),
    ],
)
def test_escaping(typed: str, shown: str) -> None:
    assert escape(typed, lines=True) == shown
    assert isinstance(escape(typed), Raw)


def test_right_to_left_text_is_kept_in_its_place_and_other_text_is_left_alone() -> None:
    assert escape("שלום 12") == "\u2068שלום 12\u2069"
    assert escape("مرحبا\nhello", lines=True) == "\u2068مرحبا\u2069\nhello"
    assert "\u2068" not in escape("Größe 👩‍👩‍👧 東京")


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("a\u200bb\u2060c\ufeffd\u00ade", "abcde"),
        ("ab\u202eba\u202c \u2066x\u2069", "abba x"),
        ("tab\tnul\x00bell\x07esc\x1b", "tab nulbellesc"),
        ("\ud800lone", "lone"),
        ("\u3164\u2800", ""),
        ("no\u200djoin", "nojoin"),
        ("  two   spaces\u00a0 ", "two spaces"),
        ("line\r\nbreak\u2028here", "line break here"),
        ("👩\u200d👩\u200d👧", "👩\u200d👩\u200d👧"),
        ("می\u200cخواهم", "می\u200cخواهم"),  # Persian needs this one
        ("क्\u200dष", "क्\u200dष"),
        (
            "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
            "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        ),
        ("tag\U000e0041", "tag"),
        ("\U0001fae8", "\U0001fae8"),  # an emoji newer than this Python
        ("ab\u200d", "ab"),
    ],
)
def test_cleaning(typed: str, cleaned: str) -> None:
    assert clean(typed) == cleaned


def test_line_breaks_stay_where_they_are_wanted_but_not_many() -> None:
    assert clean(" a \r\n\n \n\n  b  c\n", lines=True) == "a\n\nb c"


@given(st.text(max_size=60))
def test_what_is_cleaned_can_be_stored_and_is_clean(typed: str) -> None:
    for lines in (False, True):
        cleaned = clean(typed, lines=lines)
        assert clean(cleaned, lines=lines) == cleaned
        cleaned.encode()
        assert all(char == "\n" or unicodedata.category(char) != "Cc" for char in cleaned)
        assert lines or "\n" not in cleaned


GRAPHEMES = [
    "a",
    "é",
    "e\u0301",
    "👩‍👩‍👧",
    "👍🏽",
    "🇳🇱",
    "🇧🇪",
    "🏴\U000e0067\U000e0062\U000e007f",
    "❤️",
    "षि",
    "שׁ",
    "\n",
    " ",
]


@given(st.lists(st.sampled_from(GRAPHEMES), max_size=12).map("".join), st.integers(1, 30))
def test_clipping_keeps_the_limit_and_cuts_nothing_in_half(text: str, limit: int) -> None:
    short = clip(text, limit)
    assert len(short) <= limit
    if len(text) <= limit:
        assert short == text
        return
    kept = short.removesuffix("…")
    assert text.startswith(kept)
    whole = regex.findall(r"\X", text)
    assert any("".join(whole[:number]).rstrip() == kept for number in range(len(whole) + 1))


@given(TYPED, st.integers(1, 40))
def test_clipped_markup_is_still_markup_that_does_nothing(typed: str, limit: int) -> None:
    short = clip(escape(typed, lines=True), limit)
    assert len(short) <= limit
    assert short.count("\u2068") == short.count("\u2069")
    kinds, _ = read(without_isolates(short))
    assert kinds <= {"link_open", "link_close"}


@pytest.mark.parametrize(
    ("text", "limit", "clipped"),
    [
        ("abcdef", 6, "abcdef"),
        ("abcdef", 5, "abcd…"),
        ("abc def", 5, "abc…"),
        ("hello <@123456789>!", 12, "hello…"),
        ("1 < 2 and 3", 9, "1 < 2 an…"),
        ("a\\*b", 3, "a…"),
        ("a\\\\*b", 4, "a\\\\…"),
        ("\u2068שלום שלום\u2069", 6, "\u2068שלו…\u2069"),
        ("abc", 0, ""),
        ("abc", 1, "…"),
    ],
)
def test_clipping(text: str, limit: int, clipped: str) -> None:
    assert clip(text, limit) == clipped

"""What is mailed: read with the standard library, as a mail program would."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.mail.letters import Letter, code_letter, digest_letter
from bot.mail.messages import Envelope, list_headers, message_of
from bot.texts import LANGUAGES
from domain.model import CommunityId, Digest, DigestId, DigestKind
from tests.mail.reading import Read, read

AT = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
PICTURE = bytes(range(256)) * 4  # its bytes are what matters
ALT = "A chart: 26 weeks, from 3 to 17 firms."
PLAIN = "14 of 20 firms took part.\n3 new ties.\n\nNeeds you: nothing."
LINK = f"https://weft.example.org/a/rather/long/path/to/{'x' * 60}/unsubscribe/tokentokentokentoken22?language=en"
NAMES = st.one_of(
    st.text(max_size=100),
    st.text(alphabet="a\r\n\t\v\f\x1c\x85\u2028\u202e<>\"'@:;,.()=?_ é\U0001f9f5\0", max_size=60),
    st.sampled_from(["x\r\nBcc: all@example.org", "=?utf-8?q?hi?=", "<script>alert(1)</script>", "{{ 7*7 }}", " "]),
)


def digest(plain: str = PLAIN, language: str = "en", alt: str = ALT, message: int | None = 3) -> Digest:
    return Digest(
        id=DigestId(7),
        community=CommunityId(1),
        kind=DigestKind.WEEKLY,
        day=date(2026, 3, 2),
        since=AT,
        until=AT,
        language=language,
        figures={},
        text="",
        plain=plain,
        picture=PICTURE,
        alt=alt,
        need=None,
        need_subject=None,
        need_met_at=None,
        message=message,
    )


def sent(letter: Letter, name: str = "Weft", unsubscribe: str | None = LINK) -> Read:
    envelope = Envelope(name, "weft@münchen.example", "ann@bücher.example", "a mark", AT)
    return read(message_of(letter, envelope, list_headers("digest.1", "weft@münchen.example", unsubscribe)))


def same(letter: Read) -> bool:
    """Whether both looks of a letter say the same."""
    return " ".join(letter.plain.split()) == letter.said


def test_a_digest_in_full() -> None:
    found = sent(digest_letter(digest(), "Nijverheid", "https://discord.com/channels/1/2/3", LINK))
    message = found.message
    assert str(message["From"]) == "Weft <weft@xn--mnchen-3ya.example>"
    assert str(message["To"]) == "ann@xn--bcher-kva.example"
    assert message["Subject"] == "Nijverheid: digest of 2 March 2026"
    assert message["Date"].datetime == AT
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "en"
    assert message["List-Id"] == "<digest.1.xn--mnchen-3ya.example>"
    mail_back = "<mailto:weft@xn--mnchen-3ya.example?subject=unsubscribe>"
    assert message["List-Unsubscribe"] == f"<{LINK}>, {mail_back}"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert found.picture == PICTURE
    assert same(found)
    for words in ("14 of 20 firms took part.", ALT, LINK, "https://discord.com/channels/1/2/3"):
        assert words in found.plain
    assert found.root == {"lang": "en", "dir": "ltr"}
    assert {one.partition(":")[0] for one in found.asked} == {"cid", "https"}
    assert "<table" not in found.page


def test_an_address_is_never_cut_in_two_however_long() -> None:
    raw = message_of(
        digest_letter(digest(), "N", None, LINK),
        Envelope("Weft", "weft@example.org", "ann@example.org", "m", AT),
        list_headers("digest.1", "weft@example.org", LINK),
    )
    assert f"List-Unsubscribe: <{LINK}>, <mailto:".encode() in raw


def test_without_a_link_to_unsubscribe_it_says_whom_to_ask() -> None:
    found = sent(digest_letter(digest(), "Nijverheid", None, None), unsubscribe=None)
    assert "A manager can take this address off" in found.plain
    assert found.message["List-Unsubscribe"] == "<mailto:weft@xn--mnchen-3ya.example?subject=unsubscribe>"
    assert found.message["List-Unsubscribe-Post"] is None
    assert [one for one in found.asked if one.startswith("http")] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_code_says_who_asks_what_for_and_that_silence_is_a_no(language: str) -> None:
    found = sent(code_letter(language, "Nijverheid", "012345"))
    assert "012345" in found.message["Subject"]
    assert "012345" in found.plain
    assert "Nijverheid" in found.plain
    assert same(found)
    assert (found.picture, found.asked) == (None, [])
    assert found.root["lang"] == language


def test_a_name_of_a_server_makes_no_link_in_a_mail_nobody_asked_for() -> None:
    found = sent(code_letter("en", "Win at https://evil.example/now", "012345"))
    assert "evil.example" not in found.plain + found.page
    assert "://" not in found.plain


@settings(max_examples=60, deadline=None)
@given(community=NAMES, sender=NAMES, plain=NAMES, alt=NAMES, language=st.sampled_from(LANGUAGES))
def test_whatever_people_call_things_it_stays_in_its_place(
    community: str, sender: str, plain: str, alt: str, language: str
) -> None:
    """The reader checks that there is no header, part or element that is not ours."""
    fit = plain.encode("utf-8", "replace").decode()  # what is stored can be encoded
    for letter in (
        digest_letter(digest(fit, language, alt.encode("utf-8", "replace").decode()), community, None, LINK),
        code_letter(language, community, "012345"),
    ):
        found = sent(letter, sender)
        assert str(found.message["To"]) == "ann@xn--bcher-kva.example"
        assert found.message["From"].addresses[0].addr_spec == "weft@xn--mnchen-3ya.example"
        assert len(found.message["From"].addresses) == 1
        assert found.message["List-Unsubscribe"].startswith(f"<{LINK}>")
        assert found.picture in (PICTURE, None)

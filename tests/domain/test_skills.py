"""Which names of skills are one skill, which may well be, and what is offered to somebody who types."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import trade_words
from domain.errors import BlankSkill, SkillIsALink, SkillTooLong
from domain.skills import _entry, alike, skill_key, skill_name, suggest
from tests.domain.skill_names import skills, traps

SKILLS = skills()
NAMES = list(SKILLS)
TYPED = st.text(st.characters(codec="utf-8"), max_size=80)
THERE = st.lists(TYPED, max_size=6)
OURS = st.sampled_from([name for first, others in SKILLS.items() for name in (first, *others)])


def test_a_name_is_one_line_of_what_can_be_seen() -> None:
    assert skill_name("  Screen\n\tprinting ") == "Screen printing"
    assert skill_name("Zeef\u200bdruk\u200d \u202eand\u202c more\u3164") == "Zeefdruk and more"
    assert skill_name("**Lino** _cut_") == "**Lino** _cut_"
    assert skill_name("cafe\u0301 art") == "café art"


@pytest.mark.parametrize(
    "name", ["C++", "C#", "R", "🎨", "陶芸", "خط عربي", "नक़्क़ाशी", "Node.js", "ASP.NET/C#", "2.5D", "½ inch"]
)
def test_a_name_in_any_script_stays_as_it_is(name: str) -> None:
    assert skill_name(name) == name


def test_joiners_stay_where_a_script_or_an_emoji_needs_them() -> None:
    assert skill_name("👩\u200d🎨") == "👩\u200d🎨"
    assert skill_name("می\u200cنویسم") == "می\u200cنویسم"


@pytest.mark.parametrize("typed", ["", " \n", "\u200b\u200d", "\u3164", "---", "...?", "**", "\u0301"])
def test_nothing_to_see_is_no_name(typed: str) -> None:
    with pytest.raises(BlankSkill):
        skill_name(typed)


def test_a_long_name_is_told_how_long_it_is() -> None:
    assert skill_name("x" * 60 + " \u200b ") == "x" * 60
    with pytest.raises(SkillTooLong) as long:
        skill_name("x" * 10_000)
    assert long.value.details == {"limit": 60, "length": 10_000}


@pytest.mark.parametrize(
    "typed",
    [
        "https://example.test/lino",
        "[lino](http://x.y)",
        "www.lino.test",
        "lino.nl",
        "Lino (see Lino.COM)",
        "discord.gg/abc",
        "ask me@lino.nl",
        "<@123456789>",
        "<#1234>",
        "<:lino:1234>",
    ],
)
def test_an_address_is_no_name(typed: str) -> None:
    with pytest.raises(SkillIsALink):
        skill_name(typed)


@given(TYPED)
def test_a_name_is_settled_at_once(typed: str) -> None:
    try:
        name = skill_name(typed)
    except (BlankSkill, SkillIsALink, SkillTooLong):
        return
    assert skill_name(name) == name
    assert len(name) <= 60
    assert skill_key(name)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Screen-printing", "screenprinting"),
        ("Screen printing", "SCREEN   PRINTING"),
        ("ｓｃｒｅｅｎ printing", "screen\u00adprint\u200bing"),
        ("**Screen** __printing__", "Screen printing!"),
        ("Logos", "logo's"),
        ("Children's books", "childrens’ book"),
        ("Colour theory", "color theory"),
        ("Mould-making", "mold making"),
        ("Visualisation", "visualization"),
        ("Brushes", "brush"),
        ("Stories", "story"),
        ("Tekeningen", "tekening"),
        ("Animaties", "animatie"),
        ("Mozaïek", "mozaiek"),
        ("Cut & sew", "cut and sew"),
        ("Naaien en knippen", "naaien & knippen"),
        ("Photo + video", "photo and video"),
        ("Node.js", "NodeJS"),
        ("node js", "nodejs"),
        ("S.E.O.", "SEO"),
        ("3-D printing", "3D printing"),
        ("C ++", "c++"),
        ("C♯", "C#"),
        ("Photoshop™", "photoshop"),
        ("Straße", "strasse"),
        ("👩🏽\u200d🎨", "👩\u200d🎨"),
    ],
)
def test_spellings_of_one_skill(one: str, other: str) -> None:
    assert skill_key(one) == skill_key(other)


@pytest.mark.parametrize(("one", "other"), traps())
def test_skills_that_only_look_alike(one: str, other: str) -> None:
    assert skill_key(one) != skill_key(other)


def test_no_two_skills_of_the_list_share_a_key() -> None:
    owner: dict[str, str] = {}
    for first, others in SKILLS.items():
        for name in (first, *others):
            assert owner.setdefault(skill_key(name), first) == first, name


@given(OURS, st.data())
def test_case_spaces_hyphens_and_what_draws_nothing_make_no_difference(name: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(name)))
    hidden = data.draw(st.sampled_from(["\u200b", "\u200d", "\ufeff", "\u00ad"]))
    key = skill_key(name)
    assert skill_key(name.upper()) == key
    assert skill_key(f"  {name.replace(' ', '   ')} ") == key
    assert skill_key(name.replace(" ", "-")) == key
    assert skill_key(name[:at] + hidden + name[at:]) == key


def test_a_name_of_marks_only_is_a_key_of_its_own() -> None:
    assert skill_key("?!") == "?!"
    assert skill_key("?!") != skill_key("!?")


def found(typed: str, there: str, names: Iterable[str]) -> bool:
    """Whether somebody who typed this ends up at, or is asked about, the skill that is there."""
    return skill_key(typed) == skill_key(there) or there in alike(typed, names)


def test_nearly_every_way_to_write_a_skill_finds_it() -> None:
    tried = [(typed, first) for first, others in SKILLS.items() for typed in others]
    missed = [(typed, first) for typed, first in tried if not found(typed, first, NAMES)]
    assert len(SKILLS) >= 150
    assert len(tried) >= 800
    assert len(missed) <= 0.01 * len(tried), missed


def test_it_does_not_matter_which_way_of_writing_was_first() -> None:
    tried, missed = 0, []
    for first, others in SKILLS.items():
        rest = [name for name in NAMES if name != first]
        for there in others:
            names = [*rest, there]
            for typed in (first, *others):
                if typed != there:
                    tried += 1
                    if not found(typed, there, names):
                        missed.append((typed, there))
    # What remains is a name that was mistyped when it was new.
    assert len(missed) <= 0.03 * tried, missed


def test_different_skills_are_hardly_ever_offered_as_the_same() -> None:
    asked = [(one, other) for one in NAMES for other in alike(one, NAMES)]
    assert len(asked) <= 0.01 * len(NAMES), asked
    wrong = [
        (typed, other)
        for first, others in SKILLS.items()
        for typed in others
        for other in alike(typed, NAMES)
        if other != first
    ]
    assert len(wrong) <= 0.01 * sum(map(len, SKILLS.values())), wrong


def test_names_that_only_look_alike_are_seldom_offered() -> None:
    offered = [(one, other) for one, other in traps() if alike(one, [other]) or alike(other, [one])]
    assert len(offered) <= 0.1 * len(traps()), offered


def test_the_likeliest_comes_first_and_three_at_most() -> None:
    there = ["Zeefdruk", "Screen printing for beginners", "Screen prints", "Serigraphy", "Sewing", "Sreen printing"]
    offered = alike("screen printing", there)
    assert len(offered) == 3
    assert offered[0] == "Screen prints"
    assert "Sewing" not in offered


def test_the_skill_itself_needs_no_question() -> None:
    assert alike("Screen-printing", ["screenprinting"]) == ()


def test_a_note_in_brackets_does_not_hide_a_skill() -> None:
    assert alike("Glazing", ["Glazing (pottery)"]) == ("Glazing (pottery)",)
    assert alike("Kintsugi (with gold)", ["Kintsugi"]) == ("Kintsugi",)


def test_a_word_nobody_knows_may_be_a_slip_and_a_word_of_the_trade_is_none() -> None:
    assert alike("Kintsuggi", ["Kintsugi"]) == ("Kintsugi",)
    assert alike("Sewing by hand", ["Sawing by hand"]) == ()


def test_what_is_made_is_not_taken_for_how_it_is_made() -> None:
    assert alike("Furniture design", ["Furniture making"]) == ()
    assert alike("Furniture design", ["Furniture"]) == ("Furniture",)


def test_compounds_are_understood_by_their_parts() -> None:
    assert alike("portretfotografie", ["Portrait photography"]) == ("Portrait photography",)
    assert alike("zeefdrukken op textiel", ["Screen printing on fabric"]) == ("Screen printing on fabric",)


@settings(deadline=None)
@given(TYPED, THERE)
def test_only_what_is_there_is_ever_offered(typed: str, there: list[str]) -> None:
    offered = alike(typed, there)
    assert set(offered) <= set(there)
    assert len(offered) <= 3
    assert all(skill_key(typed) != skill_key(name) for name in offered)
    assert set(suggest(typed, there)) <= set(there)


def test_what_begins_so_comes_first_then_words_that_do_then_the_rest() -> None:
    there = ["Woodblock print", "Blueprinting", "Printing on silk", "Drukken", "Print finishing"]
    assert suggest("print", there) == [
        "Print finishing",
        "Printing on silk",
        "Woodblock print",
        "Blueprinting",
        "Drukken",
    ]


@pytest.mark.parametrize(
    ("typed", "there"),
    [
        ("zeefd", "Screen printing"),
        ("screen-pri", "Zeefdruk"),
        ("meubels stof", "Furniture upholstery"),
        ("portretf", "Portrait photography"),
        ("logo's", "Logo design"),
        ("LOGOS D", "Logo design"),
        ("mozaïe", "Mozaieken leggen"),
        ("colour gr", "Color grading"),
        ("sreen pr", "Screen printing"),
        ("afther effects", "After Effects"),
        ("陶", "陶芸"),
        ("🎸", "🎸 lessons"),
    ],
)
def test_typing_finds_a_skill_by_other_names_and_with_slips(typed: str, there: str) -> None:
    assert suggest(typed, ["Accounting", there, "Bread baking"]) == [there]


def test_nothing_typed_offers_the_first_by_name_and_never_more_than_25() -> None:
    assert suggest("", ["b", "A", "c"]) == ["A", "b", "c"]
    assert len(suggest(" ", [f"Skill {number}" for number in range(100)])) == 25
    assert suggest("skill", [f"Skill {number}" for number in range(100)], most=5) == suggest("skill", NAMES_100)[:5]


NAMES_100 = [f"Skill {number}" for number in range(100)]


def test_a_word_that_falls_apart_in_a_thousand_ways_is_no_trap() -> None:
    endless = "screenprint" * 10 + "qq"
    assert suggest(endless, ["Etching"]) == []
    assert alike(endless, ["Etching", "Screen printing"]) == ()


@pytest.mark.parametrize("typed", ["?", "***", "\u200b", "x" * 10_000, "zzzzzz", "q"])
def test_what_means_nothing_offers_nothing(typed: str) -> None:
    assert suggest(typed, ["Etching", "Sewing"]) == []
    assert alike(typed, ["Etching", "Sewing"]) == ()


def test_every_name_of_the_lexicon_means_one_thing() -> None:
    groups = [*trade_words.groups(trade_words.SKILLS), *trade_words.groups(trade_words.PARTS)]
    keys = Counter(key for group in groups for key in {skill_key(name) for name in group})
    assert [key for key, times in keys.items() if times > 1] == []


def test_every_name_of_the_lexicon_finds_its_group() -> None:
    lost = [
        (name, group[0])
        for group in trade_words.groups(trade_words.SKILLS)
        for name in group
        if not found(name, group[0], [group[0], "Ventriloquism"])
    ]
    assert lost == []


def test_one_name_more_is_one_name_to_understand() -> None:
    """What is known of the others is not worked out again, in whatever order they come."""
    there = [f"{first} {number}" for number, first in enumerate(NAMES)]
    suggest("etch", there)
    known = _entry.cache_info().misses
    suggest("etch", [*reversed(there), "Felting with bees"])
    alike("Felting with bees", there)
    assert _entry.cache_info().misses == known + 1

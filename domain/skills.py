"""Names of skills are the community's own words: which spellings are one skill, and which may well be."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import nsmallest
from operator import attrgetter

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from domain.errors import BlankSkill, SkillIsALink, SkillTooLong
from domain.meanings import NEAR, Meaning, begun, core, corrected, known, meanings, readings
from domain.spelling import folded, joined, singular, slip, words

SKILL_LIMIT = 60  # characters
MOST_SHOWN = 25  # as many as an autocompletion can show
LONGEST_READ = 2 * SKILL_LIMIT  # characters, of what is no name yet

_LINK = re.compile(
    r"\w://|\bwww\.|<[@#:/]|\w@\w+\.\w|\w\.(?:com|org|nl|be|eu)\b|\w\.(?:app|co|de|fr|gg|info|ly|me|tv|uk)/",
    re.IGNORECASE,
)
_JOINERS = "\u200c\u200d"  # draw nothing themselves; emoji and some scripts need them
_BLANKS = "\u115f\u1160\u3164\uffa0\u2800"  # count as letters or signs, and draw nothing
_NO_TEXT = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})


def skill_name(typed: str) -> str:
    """A skill's name on one line, without characters that draw nothing.

    Raises BlankSkill (also when nothing in it is a letter, a number or a sign), SkillTooLong, and SkillIsALink for an
    address on the web, an e-mail address or a mention.
    """
    name = " ".join("".join(_visible(unicodedata.normalize("NFC", typed))).split())
    if not any(unicodedata.category(char) == "So" or unicodedata.category(char)[0] in "LN" for char in name):
        raise BlankSkill
    if len(name) > SKILL_LIMIT:
        raise SkillTooLong(limit=SKILL_LIMIT, length=len(name))
    if _LINK.search(name):
        raise SkillIsALink
    return name


def skill_key(name: str) -> str:
    """What makes two spellings one skill without asking: case, accents, spaces, hyphens and plurals do not count.

    Two names with one key are the same skill. "Screen-printing" and "screenprinting" share theirs; "print" and
    "printing", "C" and "C++", "2.5D" and "25D" do not. A name of marks only is its own key.
    """
    return joined(words(name)) or " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def alike(name: str, existing: Iterable[str], most: int = 3) -> tuple[str, ...]:
    """Skills among `existing` that may well be meant by `name`, likeliest first: worth asking before a new one.

    Those that mean the same word for word, in English or Dutch; those that say so in more or fewer words ("Adobe
    Photoshop"); those that differ by a slip of the finger. Those with the same key are that skill, and left out.
    """
    there = _entries(existing)
    mine = _entry(name[:LONGEST_READ])
    in_use = _in_use(mine, there)
    mended = tuple(singular(word if word in in_use else corrected(word)) for word in mine.spelled)
    likely: dict[_Entry, int] = {}
    for at, meant in enumerate((mine.meanings, readings(mended))):
        for entry, farther in _meaning(there, meant):
            likely.setdefault(entry, 2 * at + farther)
    keys = [entry.key for entry in there]
    for _, _, at in process.extract(mine.key, keys, scorer=fuzz.ratio, score_cutoff=NEAR, limit=MOST_SHOWN):
        if _slipped(mine.spelled, there[at].spelled, in_use):
            likely.setdefault(there[at], 2)
    ranked = sorted(
        (likeness, OSA.normalized_distance(mine.key, entry.key), entry.name)
        for entry, likeness in likely.items()
        if entry.key != mine.key
    )
    return tuple(found for *_, found in ranked[:most])


def suggest(typed: str, existing: Iterable[str], most: int = MOST_SHOWN) -> list[str]:
    """Skills to offer while somebody types: those that begin so, then with a word that does, then the rest.

    The rest has it inside, or means it in English or Dutch ("zeefd" finds "Screen printing"); when nothing has it
    inside, names with a slip of the finger in them are offered, too. Nothing typed offers all, by name.
    """
    there = _entries(existing)
    asked = _entry(typed[:LONGEST_READ])
    if not asked.plain:
        return [] if typed.strip() else [entry.name for entry in nsmallest(most, there, key=_BY_NAME)]
    # Of one or two letters nearly everything begins with.
    meant = begun(asked.key) if len(asked.key) > 2 else frozenset()
    ranks = ((_rank(entry, asked, meant), entry) for entry in there)
    ranked = sorted((rank, *_BY_NAME(entry)) for rank, entry in ranks if rank is not None)
    found = dict.fromkeys(name for *_, name in ranked)
    if len(asked.plain) > 3 and not any(rank <= _INSIDE for rank, *_ in ranked):
        there.sort(key=_BY_NAME)
        plain = [entry.plain for entry in there]
        near = process.extract(asked.plain, plain, scorer=fuzz.partial_ratio, score_cutoff=NEAR, limit=most)
        found |= dict.fromkeys(there[at].name for _, _, at in near)
    return list(found)[:most]


def _visible(text: str) -> Iterator[str]:
    """The characters that show, with the joiners that letters and emoji need: those between two others than ASCII."""
    for at, char in enumerate(text):
        if char in _JOINERS:
            around = text[max(at - 1, 0) : at] + text[at + 1 : at + 2]
            if len(around) == 2 and not any(one.isascii() for one in around):
                yield char
        elif char.isspace() or not (unicodedata.category(char) in _NO_TEXT or char in _BLANKS):
            yield char


@dataclass(frozen=True, slots=True, eq=False)
class _Entry:
    """What is known of one name."""

    name: str
    spelled: tuple[str, ...]
    plain: str
    key: str
    words: frozenset[str]  # each in one spelling
    meanings: tuple[Meaning, ...]
    cores: frozenset[Meaning]
    parts: Meaning  # of all it may mean


_BY_NAME = attrgetter("plain", "name")


# Understanding a name takes a hundred times as long as looking at it. What is remembered is remembered by name, not by
# community: a name more costs that one name, and all communities share what they call the same.
@lru_cache(maxsize=8192)  # of some 3 KiB each
def _entry(name: str) -> _Entry:
    spelled, meant = folded(name), meanings(name)
    return _Entry(
        name,
        spelled,
        " ".join(spelled),
        skill_key(name),
        frozenset(map(singular, spelled)),
        meant,
        frozenset(map(core, meant)),
        frozenset().union(*meant),
    )


def _entries(existing: Iterable[str]) -> list[_Entry]:
    return [_entry(name) for name in dict.fromkeys(existing)]


_BEGINS, _HAS_WORD, _INSIDE, _BY_MEANING = range(4)


def _rank(entry: _Entry, asked: _Entry, meant: Meaning) -> int | None:
    """How much a name is what was asked for, 0 the most; None if nothing points to it."""
    if entry.plain.startswith(asked.plain) or entry.key.startswith(asked.key):
        return _BEGINS
    if asked.plain in entry.plain or asked.key in entry.key:
        return _HAS_WORD if f" {asked.plain}" in entry.plain else _INSIDE
    whole = asked.meanings[0]
    if not meant.isdisjoint(entry.parts) or (
        whole <= entry.parts and any(whole <= meaning for meaning in entry.meanings)
    ):
        return _BY_MEANING
    return None


def _meaning(there: Iterable[_Entry], meant: Sequence[Meaning]) -> Iterator[tuple[_Entry, bool]]:
    """The names that mean one of these, and whether they do so only but for words that say little.

    Such words are on one side only: "furniture" may be "furniture making", which is not "furniture design".
    """
    whole, cores = frozenset(meant), frozenset(map(core, meant))
    for entry in there:
        if not whole.isdisjoint(entry.meanings):
            yield entry, False
        elif not cores.isdisjoint(entry.cores) and any(
            core(mine) == core(theirs) and (mine <= theirs or theirs <= mine)
            for mine in meant
            for theirs in entry.meanings
        ):
            yield entry, True


def _in_use(mine: _Entry, there: Iterable[_Entry]) -> frozenset[str]:
    """Those words of a name that are written on purpose: words of the trade, or of this community."""
    here = frozenset(word for entry in there for word in entry.words if word in mine.words)
    return frozenset(word for word in mine.spelled if singular(word) in here or known(word))


def _slipped(mine: Sequence[str], theirs: Sequence[str], in_use: frozenset[str]) -> bool:
    """Whether two names differ by slips of the finger, in words that are not both in use ("sewing", "sawing")."""
    mine_left, theirs_left = _less(mine, theirs), _less(theirs, mine)
    if len(mine_left) == len(theirs_left):
        return all(
            slip(one, other) and not (one in in_use and known(other))
            for one, other in zip(mine_left, theirs_left, strict=True)
        )
    # One of them is written apart; its short words must be there as they are.
    apart, whole = (mine, theirs) if len(mine) > len(theirs) else (theirs, mine)
    return (
        all(word in "".join(whole) for word in apart if len(word) < 5)
        and slip(joined(apart), joined(whole))
        and not (in_use.issuperset(mine) and all(map(known, theirs)))
    )


def _less(spelled: Sequence[str], others: Sequence[str]) -> list[str]:
    """Those of the words that the others are without."""
    there = set(map(singular, others))
    return [word for word in spelled if singular(word) not in there]

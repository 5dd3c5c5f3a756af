"""Names of skills are the community's own words: which spellings are one skill, and which may well be."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

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
    there = _index(tuple(existing))
    mine = _entry(name[:LONGEST_READ])
    mended = tuple(singular(word if there.in_use(word) else corrected(word)) for word in mine.spelled)
    likely: dict[int, int] = {}
    for likeness, meant in enumerate((mine.meanings, readings(mended))):
        for at in there.meaning(meant):
            likely.setdefault(at, 2 * likeness)
        for at in there.in_other_words(meant):
            likely.setdefault(at, 2 * likeness + 1)
    for _, _, at in process.extract(mine.key, there.keys, scorer=fuzz.ratio, score_cutoff=NEAR, limit=MOST_SHOWN):
        if there.slip(mine.spelled, there.entries[at].spelled):
            likely.setdefault(at, 2)
    ranked = sorted(
        (likeness, OSA.normalized_distance(mine.key, there.keys[at]), there.entries[at].name)
        for at, likeness in likely.items()
        if there.keys[at] != mine.key
    )
    return tuple(found for *_, found in ranked[:most])


def suggest(typed: str, existing: Sequence[str], most: int = MOST_SHOWN) -> list[str]:
    """Skills to offer while somebody types: those that begin so, then with a word that does, then the rest.

    The rest has it inside, or means it in English or Dutch ("zeefd" finds "Screen printing"); when nothing has it
    inside, names with a slip of the finger in them are offered, too. Nothing typed offers all, by name.
    """
    entries = _entries(tuple(existing))
    asked = _entry(typed[:LONGEST_READ])
    if not asked.plain:
        return [] if typed.strip() else [entry.name for entry in entries[:most]]
    # Of one or two letters nearly everything begins with.
    meant = begun(asked.key) if len(asked.key) > 2 else frozenset()
    ranks = ((_rank(entry, asked, meant), at) for at, entry in enumerate(entries))
    ranked = sorted((rank, at) for rank, at in ranks if rank is not None)
    if len(asked.plain) > 3 and not any(rank <= _INSIDE for rank, _ in ranked):
        plain = [entry.plain for entry in entries]
        near = process.extract(asked.plain, plain, scorer=fuzz.partial_ratio, score_cutoff=NEAR, limit=most)
        ranked += [(_BY_MEANING + 1, at) for _, _, at in near]
    return [entries[at].name for at in dict.fromkeys(at for _, at in ranked)][:most]


def _visible(text: str) -> Iterator[str]:
    """The characters that show, with the joiners that letters and emoji need: those between two others than ASCII."""
    for at, char in enumerate(text):
        if char in _JOINERS:
            around = text[max(at - 1, 0) : at] + text[at + 1 : at + 2]
            if len(around) == 2 and not any(one.isascii() for one in around):
                yield char
        elif char.isspace() or not (unicodedata.category(char) in _NO_TEXT or char in _BLANKS):
            yield char


@dataclass(frozen=True, slots=True)
class _Entry:
    """What is known of one name."""

    name: str
    spelled: tuple[str, ...]
    plain: str
    key: str
    meanings: tuple[Meaning, ...]


@lru_cache(maxsize=16384)
def _entry(name: str) -> _Entry:
    spelled = folded(name)
    return _Entry(name, spelled, " ".join(spelled), skill_key(name), meanings(name))


# The names of a community change rarely, and are looked through with every letter somebody types.
@lru_cache(maxsize=64)
def _entries(existing: tuple[str, ...]) -> tuple[_Entry, ...]:
    """What is known of every name, in order of the names."""
    return tuple(sorted(map(_entry, dict.fromkeys(existing)), key=lambda entry: (entry.plain, entry.name)))


_BEGINS, _HAS_WORD, _INSIDE, _BY_MEANING = range(4)


def _rank(entry: _Entry, asked: _Entry, meant: Meaning) -> int | None:
    """How much a name is what was asked for, 0 the most; None if nothing points to it."""
    if entry.plain.startswith(asked.plain) or entry.key.startswith(asked.key):
        return _BEGINS
    if asked.plain in entry.plain or asked.key in entry.key:
        return _HAS_WORD if f" {asked.plain}" in entry.plain else _INSIDE
    if any(asked.meanings[0] <= meaning or not meant.isdisjoint(meaning) for meaning in entry.meanings):
        return _BY_MEANING
    return None


@dataclass(frozen=True, slots=True)
class _Index:
    """The skills of one community by what they mean; all by their place in `entries`."""

    entries: tuple[_Entry, ...]
    keys: tuple[str, ...]
    words: frozenset[str]
    by_meaning: Mapping[Meaning, Sequence[int]]
    by_core: Mapping[Meaning, Sequence[tuple[int, Meaning]]]

    def meaning(self, meant: Iterable[Meaning]) -> Iterator[int]:
        for meaning in meant:
            yield from self.by_meaning.get(meaning, ())

    def in_other_words(self, meant: Iterable[Meaning]) -> Iterator[int]:
        """Skills that mean the same but for words that say little, on one side only: not "making" for "design"."""
        for meaning in meant:
            for at, theirs in self.by_core.get(core(meaning), ()):
                if meaning <= theirs or theirs <= meaning:
                    yield at

    def in_use(self, word: str) -> bool:
        """Whether a word is written on purpose: one of the trade, or of this community."""
        return singular(word) in self.words or known(word)

    def slip(self, mine: Sequence[str], theirs: Sequence[str]) -> bool:
        """Whether two names differ by slips of the finger, in words that are not both in use ("sewing", "sawing")."""
        mine_left, theirs_left = _less(mine, theirs), _less(theirs, mine)
        if len(mine_left) == len(theirs_left):
            return all(
                slip(one, other) and not (self.in_use(one) and known(other))
                for one, other in zip(mine_left, theirs_left, strict=True)
            )
        # One of them is written apart; its short words must be there as they are.
        apart, whole = (mine, theirs) if len(mine) > len(theirs) else (theirs, mine)
        return (
            all(word in "".join(whole) for word in apart if len(word) < 5)
            and slip(joined(apart), joined(whole))
            and not (all(map(self.in_use, mine)) and all(map(known, theirs)))
        )


def _less(spelled: Sequence[str], others: Sequence[str]) -> list[str]:
    """Those of the words that the others are without."""
    there = set(map(singular, others))
    return [word for word in spelled if singular(word) not in there]


@lru_cache(maxsize=64)
def _index(existing: tuple[str, ...]) -> _Index:
    entries = _entries(existing)
    by_meaning: dict[Meaning, list[int]] = defaultdict(list)
    by_core: dict[Meaning, list[tuple[int, Meaning]]] = defaultdict(list)
    for at, entry in enumerate(entries):
        for meaning in entry.meanings:
            by_meaning[meaning].append(at)
            by_core[core(meaning)].append((at, meaning))
    in_use = frozenset(singular(word) for entry in entries for word in entry.spelled)
    return _Index(entries, tuple(entry.key for entry in entries), in_use, by_meaning, by_core)

"""What names of skills mean, as far as `domain.trade_words` knows: sets of parts, whatever the order and language."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from rapidfuzz import fuzz, process

from domain import trade_words
from domain.spelling import folded, joined, singular, slip, stem, words

Meaning = frozenset[str]

LONGEST_NAME = 5  # words of a name in the lexicon
LONGEST_COMPOUND = 40  # letters
SHORTEST_PART = 3  # letters of a word within a compound
TELLING_PART = 5  # letters of one that is a word, even if what stands before it is not known
NEAR = 78  # per cent of letters in common, below which nothing is even looked at as a slip of the finger

_ASIDE = re.compile(r"\([^()]*\)")


def meanings(name: str) -> tuple[Meaning, ...]:
    """What a name may mean, the surest first, also without what stands in brackets."""
    forms = (name, _ASIDE.sub(" ", name)) if "(" in name else (name,)
    return tuple(dict.fromkeys(meaning for form in forms for meaning in readings(words(form))))


@lru_cache(maxsize=8192)
def readings(said: tuple[str, ...]) -> tuple[Meaning, ...]:
    """What words mean together, and what they mean one by one."""
    if not said:
        return ()
    together, apart = _wholes()
    whole, parts = _meaning(said, LONGEST_NAME), _meaning(said, 1)
    return tuple(dict.fromkeys((whole, together.get(parts, whole), parts, apart.get(whole, whole))))


def core(meaning: Meaning) -> Meaning:
    """A meaning without the parts that names often go without, unless that is all there is."""
    return meaning - _meaning_of_each(trade_words.KINDS) or meaning


def begun(key: str) -> Meaning:
    """What names mean that begin with this key, or else the word that it begins with ("portretf")."""
    exact = _lexicon().exact
    if meant := frozenset(meant for name, meant in exact.items() if name.startswith(key)):
        return meant
    first = next((key[:cut] for cut in range(len(key) - 1, SHORTEST_PART, -1) if key[:cut] in exact), None)
    return frozenset({exact[first]}) if first else frozenset()


def known(word: str) -> bool:
    """Whether a word is one of the trade, alone or made of two."""
    one = singular(word)
    return one in _lexicon().words or bool(_compound(one, telling=len(one)))


@lru_cache(maxsize=1024)
def corrected(word: str) -> str:
    """The word of the trade that this one is a slip of the finger away from; itself if there is none."""
    near = process.extract(word, _lexicon().in_order, scorer=fuzz.ratio, score_cutoff=NEAR, limit=5)
    return next((other for other, *_ in near if slip(word, other)), word)


@dataclass(frozen=True, slots=True)
class _Lexicon:
    """What words mean: for every name of a group the group's first name, by key and by stem."""

    exact: Mapping[str, str]
    stems: Mapping[str, str]
    words: frozenset[str]
    in_order: tuple[str, ...]

    def meaning(self, said: Sequence[str]) -> str | None:
        key = joined(said)
        return self.exact.get(key) or self.stems.get(stem(key))


@cache
def _lexicon() -> _Lexicon:
    exact: dict[str, str] = {}
    stems: dict[str, str] = {}
    every: set[str] = set()
    tools = [(tool.casefold(),) for tool in trade_words.TOOLS.split()]
    for group in (*tools, *trade_words.groups(trade_words.SKILLS), *trade_words.groups(trade_words.PARTS)):
        for name in group:
            said = words(name)
            key = joined(said)
            exact.setdefault(key, group[0])
            stems.setdefault(stem(key), group[0])
            every.update(folded(name), said, (key,))
    return _Lexicon(exact, stems, frozenset(every), tuple(sorted(every)))


@cache
def _wholes() -> tuple[Mapping[Meaning, Meaning], Mapping[Meaning, Meaning]]:
    """What whole names mean word by word, and back: "designer, graphic" is graphic design."""
    groups = trade_words.groups(trade_words.SKILLS)
    parts = [(_meaning(words(name), 1), group[0]) for group in groups for name in group]
    together = {meaning: frozenset({whole}) for meaning, whole in parts if len(meaning) > 1}
    return together, {frozenset({group[0]}): _meaning(words(group[0]), 1) for group in groups}


@cache
def _meaning_of_each(said: frozenset[str]) -> Meaning:
    return frozenset(part for word in said for part in _parts((singular(word),), 1))


def _meaning(said: Sequence[str], longest: int) -> Meaning:
    """The words by what they mean, without those that say nothing if others do."""
    parts = _parts(said, longest)
    return parts - _meaning_of_each(trade_words.FILLERS) or parts


def _parts(said: Sequence[str], longest: int) -> Meaning:
    """The words by what they mean: names of up to `longest` words first, then the parts of compounds."""
    meant: set[str] = set()
    at = 0
    while at < len(said):
        for size in range(min(longest, len(said) - at), 0, -1):
            if (found := _lexicon().meaning(said[at : at + size])) is not None:
                meant.add(found)
                break
        else:
            size = 1
            meant |= _compound(said[at]) or {stem(said[at])}
        at += size
    return frozenset(meant)


# Remembered, and of short words only: "screenprintscreenprint…" falls apart in more ways than there is time for.
@lru_cache(maxsize=8192)
def _compound(word: str, telling: int = TELLING_PART) -> Meaning:
    """What the parts of a compound mean ("portretfotografie"), if all are known, or its end of `telling` letters."""
    if not word.isascii() or len(word) > LONGEST_COMPOUND:
        return frozenset()
    ends: Meaning = frozenset()
    for cut in range(len(word) - SHORTEST_PART, SHORTEST_PART - 1, -1):
        first, last = (_lexicon().meaning((singular(part),)) for part in (word[:cut], word[cut:]))
        if first and (parts := frozenset({last}) if last else _compound(word[cut:], telling)):
            return parts | {first}
        if last and len(word) - cut >= telling:
            ends = frozenset({stem(singular(word[:cut])), last})
    return ends

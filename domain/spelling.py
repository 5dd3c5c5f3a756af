"""Spellings of one word: case, accents, plurals, British and American, and slips of the finger; English and Dutch."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz.distance import OSA

# Latin letters that are no plain letter with an accent.
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "♯": "#"})
_MARKS = str.maketrans("", "", "™®©℠")  # width folding would spell them out
_APOSTROPHES = re.compile("['’‘ʼ`´′]")
_OF_SOMEBODY = re.compile(r"(?<=\w)['’‘ʼ`´′]s\b")  # "children's"; in Dutch a plural, "logo's"
_ACCENTS = re.compile("(?<=[a-z])[\u0300-\u036f]+")  # of Latin letters only: elsewhere a mark makes another letter
_SKIN = re.compile("[\U0001f3fb-\U0001f3ff\ufe00-\ufe0f]")  # how an emoji is to be drawn
_AND = re.compile(r"(?<=\w)\s*\+\s*(?=\w)|&")
_SIGN_APART = re.compile(r"(?<=\b[a-z])\s+(?=\+\+|#(?!\w))")  # "C ++"
_DOT_WITHIN = re.compile(r"(?<=[^\W\d])\.(?=\w)|(?<=\w)\.(?=[^\W\d])")  # "Node.js", "S.E.O.", not "2.5"
_NO_WORD = re.compile(r"(?<!\d)\.|\.(?!\d)|(?<![\w+])\++|(?<!\w)#|[^\w\s.+#\u0080-\U0010ffff]|_")

# Words that end as a plural does and mean something else without it.
_NO_PLURALS = frozenset(
    {"blues", "glasses", "jeans", "lens", "news", "notions", "numbers", "pages", "socials", "teams", "windows", "words"}
)
_IRREGULAR = {
    "canvases": "canvas",
    "childrens": "child",
    "children": "child",
    "cookies": "cookie",
    "hoodies": "hoodie",
    "knives": "knife",
    "leaves": "leaf",
    "lenses": "lens",
    "men": "man",
    "movies": "movie",
    "scarves": "scarf",
    "selfies": "selfie",
    "shelves": "shelf",
    "women": "woman",
}
_AMERICAN = {
    "aluminium": "aluminum",
    "analogue": "analog",
    "artefact": "artifact",
    "catalogue": "catalog",
    "centre": "center",
    "colour": "color",
    "dialogue": "dialog",
    "draught": "draft",
    "enamell": "enamel",
    "fibre": "fiber",
    "grey": "gray",
    "isation": "ization",
    "jewelery": "jewelry",
    "jewellery": "jewelry",
    "labell": "label",
    "modell": "model",
    "mould": "mold",
    "panell": "panel",
    "stencill": "stencil",
    "theatre": "theater",
}
_BRITISH = re.compile("|".join(_AMERICAN) + "|ising$")
_HISSING = ("shes", "ches", "sses", "xes", "zzes")
# In Dutch the name of a craft ends like a verb, in English like one too: "zeefdrukken", "screen printing".
_ENDINGS = (("ingen", 4), ("eren", 4), ("ating", 4), ("ation", 4), ("atie", 4), ("ate", 4), ("ing", 3), ("en", 3))
# How English and Dutch end the words they share: "botanical", "botanische".
_COUSINS = (
    *(("ische", "ic"), ("isch", "ic"), ("ical", "ic"), ("iek", "ic"), ("ique", "ic"), ("ief", "ive"), ("ieve", "ive")),
    *(("iteit", "ity"), ("isme", "ism"), ("ie", "y"), ("as", "a")),  # the last where `singular` is not sure: "personas"
)
_VOWEL = re.compile("[aeiouy]")
_LONG_VOWEL = re.compile("(?<=([aou]))\\1(?=[^aeiou]$)")  # "gitaar", "gitaren"


def folded(text: str) -> tuple[str, ...]:
    """The words of a text without case, accents, width and marks; emoji and "C++", "C#" stay what they are."""
    if text.isascii() and text.replace(" ", "").isalnum():  # nearly all are, and there are many
        return _one_and(text.lower())
    text = text.translate(_MARKS)
    if not text.isascii():
        text = _latin(text)
    text = _SIGN_APART.sub("", _OF_SOMEBODY.sub("", text.casefold()))
    text = _AND.sub(" and ", _APOSTROPHES.sub("", text))
    text = _DOT_WITHIN.sub("", re.sub(r"(?<!\w)\.net\b", "dotnet", text))
    text = _NO_WORD.sub(" ", text)
    if not text.isascii():
        text = "".join(" " if unicodedata.category(char)[0] in "PZC" else char for char in text)
    return _one_and(text)


def words(text: str) -> tuple[str, ...]:
    """The words of a text, each in one spelling."""
    return tuple(map(singular, folded(text)))


def joined(words: Sequence[str]) -> str:
    """Words as one: "screen printing" is "screenprinting"."""
    key = ""
    for word in words:
        # Two numbers stay two: "1 23" is not "12 3".
        key += f" {word}" if key[-1:].isdecimal() and word[0].isdecimal() else word
    return singular(key)


def _one_and(text: str) -> tuple[str, ...]:
    return tuple("and" if word == "en" else word for word in text.split())


@lru_cache(maxsize=16384)
def singular(word: str) -> str:
    """A folded word as one spelling of it: its singular where that is certain, in American English."""
    if len(word) < 4 or not (word.isascii() and word.isalpha()) or word in _NO_PLURALS:
        return _IRREGULAR.get(word, word)
    word = _IRREGULAR.get(word, word)
    if word.endswith(_HISSING) or (word.endswith("ingen") and len(word) > 8):  # "brushes", "tekeningen"
        word = word[:-2]
    elif word.endswith("ies") and len(word) > 4 and not word.endswith("aties"):  # Dutch: "animaties"
        word = word[:-3] + "y"
    elif word.endswith("s") and not word.endswith(("ss", "us", "is", "as")):
        word = word[:-1]
    return _BRITISH.sub(lambda found: _AMERICAN.get(found[0], "izing"), word)


@lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """What the forms of a word share, in English and Dutch: "print" of "printing", "illustr" of "illustratie"."""
    if len(word) < 4 or not word.isascii():
        return word
    for ending, least in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= least and _VOWEL.search(word[: -len(ending)]):
            word = word.removesuffix(ending)
            break
    for ending, shared in _COUSINS:
        if word.endswith(ending) and len(word) > len(ending) + 1:
            word = word.removesuffix(ending) + shared
            break
    word = _LONG_VOWEL.sub("", word).replace("ph", "f").replace("k", "c").replace("z", "s")
    if len(word) > 4:
        word = word.removesuffix("e")
    double = len(word) > 4 and word[-1] == word[-2] and word[-1] not in "aeiosl"  # "knitting", "zeefdrukken"
    return word[:-1] if double else word


def slip(one: str, other: str) -> bool:
    """Whether two words may be one with a slip of the finger: two in a long word, one in a shorter, none in a short.

    The first letter is right, and figures are. In a word of five letters one more, one less or two swapped may be a
    slip, another letter is not: "Rhine" is not "Rhino".
    """
    shorter = min(len(one), len(other))
    if shorter < 5 or one[0] != other[0] or _figures(one) != _figures(other):
        return False
    allowed = 1 if shorter < 9 else 2
    if shorter == 5 and len(one) == len(other) and sorted(one) != sorted(other):
        return False
    return OSA.distance(one, other, score_cutoff=allowed) <= allowed


def _figures(word: str) -> str:
    return "".join(char for char in word if not char.isalpha())


def _latin(text: str) -> str:
    """Without accents, width and what draws nothing; letters of other scripts are left whole."""
    wide = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    plain = unicodedata.normalize("NFKC", _ACCENTS.sub("", unicodedata.normalize("NFD", wide)).translate(_LETTERS))
    return "".join(char for char in _SKIN.sub("", plain) if unicodedata.category(char) != "Cf")

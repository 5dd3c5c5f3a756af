"""All wording: catalogues in two languages, and the one function that turns a key into text.

    t = catalogue("nl-NL")
    t("rounds.open.body", theme=theme)     # markdown; what people typed is escaped
    t.plain("rounds.in.label")             # labels, titles, names: no markdown there, nothing to escape

A placeholder that stands alone on its line keeps the line breaks of what is put there (after "> ", every line gets it);
anywhere else line breaks become spaces, so that a name can never add a line of its own.
"""

from bot.texts.markup import Raw, channel, clean, clip, escape, mention, moment, unescape
from bot.texts.translator import (
    LANGUAGES,
    Arg,
    MissingTextError,
    Translator,
    catalogue,
    language_of,
    strict,
)

__all__ = [
    "LANGUAGES",
    "Arg",
    "MissingTextError",
    "Raw",
    "Translator",
    "catalogue",
    "channel",
    "clean",
    "clip",
    "escape",
    "language_of",
    "mention",
    "moment",
    "strict",
    "unescape",
]

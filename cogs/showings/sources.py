"""Messages that people show: their pictures while the form is open, and that two forms of one make one post.

Kept by the process alone. After a restart the post has the link without the picture, and a form that was open before
it is not known to be the second.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import discord

from domain.errors import AlreadyShown
from domain.model import ShowingId

AT_MOST = 200  # messages that are remembered

Stands = Callable[[ShowingId], Awaitable[bool]]


@dataclass
class Source:
    """`showing`: what the message has become, if it has."""

    pictures: Sequence[discord.Attachment] = ()
    showing: ShowingId | None = None
    under_way: bool = False  # its form was sent, and it is being shown


class Sources:
    def __init__(self) -> None:
        self._known: OrderedDict[int, Source] = OrderedDict()

    async def opened(self, message: int, pictures: Sequence[discord.Attachment], stands: Stands) -> None:
        """Its form is about to open. Raises AlreadyShown if what it has become `stands`."""
        source = self._of(message)
        await _not_yet(source, stands)
        # Without the content intent nobody tells us of them twice.
        source.pictures = pictures

    @asynccontextmanager
    async def shown_once(self, message: int, stands: Stands) -> AsyncIterator[Source]:
        """Whoever is in here shows this message, and notes what it has become. Raises AlreadyShown for a second."""
        source = self._of(message)
        await _not_yet(source, stands)
        source.under_way = True
        try:
            yield source
        finally:
            source.under_way = False

    def _of(self, message: int) -> Source:
        source = self._known.setdefault(message, Source())
        self._known.move_to_end(message)
        while len(self._known) > AT_MOST:
            self._known.popitem(last=False)
        return source


async def _not_yet(source: Source, stands: Stands) -> None:
    stood = source.showing is not None and await stands(source.showing)
    if stood or source.under_way:
        raise AlreadyShown

"""`/show` and *Show this work*: a maker shows work."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from functools import partial

import discord
from discord import app_commands

from bot.services import showings
from bot.services.rounds.signing_up import LARGEST_FILE
from cogs.showings import cards, forms, words
from cogs.showings.sources import Sources
from cogs.ui.giving_back import give_back
from cogs.ui.items import Interaction
from cogs.ui.router import Host, WeftCog, submit
from cogs.ui.translator import described
from cogs.ui.visit import Needs, Visit
from domain.errors import AlreadyShown, FileTooLarge, NoPlaceToShow, NotYourWork, PersonError, TooOld
from domain.model import (
    Attachment,
    Showing,
    ShowingAsk,
    ShowingId,
    ShowingSource,
    ShowingState,
    ShowingText,
    Stage,
)


def _choices(kind: type[Stage | ShowingAsk], where: str) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=described(f"showings.{where}.{one}.label"), value=one.value) for one in kind]


class Showings(WeftCog):
    def __init__(self, bot: Host) -> None:
        super().__init__(bot)
        self._sources = Sources()

    @app_commands.command(name="show", description=described("commands.show.description"))
    @app_commands.guild_only()
    @app_commands.describe(
        stage=described("commands.show.stage.description"), ask=described("commands.show.ask.description")
    )
    @app_commands.choices(stage=_choices(Stage, "stage"), ask=_choices(ShowingAsk, "ask_for"))
    async def show(self, interaction: Interaction, stage: str = forms.STAGE, ask: str = forms.ASK) -> None:
        visit = await self.visit(interaction, Needs.MEMBER)
        _forum(visit)
        await visit.ask(forms.show(visit.t, Stage(stage), ShowingAsk(ask)))

    @submit("showing.show", needs=Needs.MEMBER)
    async def filled_in(self, visit: Visit, stage: int, ask: int) -> None:
        if stage >= len(forms.STAGES) or ask >= len(forms.ASKS):
            raise TooOld
        text, files = forms.read_words(visit), visit.uploads.get("file", ())
        await _answer(visit, text, _show(visit, forms.STAGES[stage], forms.ASKS[ask], text, files))

    async def show_this(self, interaction: Interaction, message: discord.Message) -> None:
        """The command on a message: of one's own, it becomes a showing."""
        visit = await self.visit(interaction, Needs.MEMBER)
        if message.author.id != visit.user:
            raise NotYourWork
        if _begins_a_post(message, _forum(visit)):
            raise AlreadyShown
        pictures = [one for one in message.attachments if one.size <= LARGEST_FILE]
        await self._sources.opened(message.id, pictures, partial(_stands, visit))
        await visit.ask(forms.from_message(visit.t, message.channel.id, message.id, words.typed(message)))

    @submit("showing.message", needs=Needs.MEMBER)
    async def filled_in_from_message(self, visit: Visit, channel: int, message: int) -> None:
        text = forms.read_words(visit, f"https://discord.com/channels/{visit.guild_id}/{channel}/{message}")
        await _answer(visit, text, self._show_once(visit, message, text))

    async def _show_once(self, visit: Visit, message: int, text: ShowingText) -> Showing:
        """Raises AlreadyShown if another form of the same message was sent before."""
        stage, ask = forms.read_stage(visit), forms.read_ask(visit)
        async with self._sources.shown_once(message, partial(_stands, visit)) as source:
            files = visit.uploads.get("file", ()) or source.pictures
            shown = await _show(visit, stage, ask, text, files, ShowingSource.MESSAGE)
            source.showing = shown.id
        return shown


async def _answer(visit: Visit, text: ShowingText, showing: Awaitable[Showing]) -> None:
    """What the form has become; or what was typed is given back."""
    await visit.defer()
    try:
        shown = await showing
    except PersonError as error:
        await give_back(visit, error, forms.answers(visit.t, text))
        return
    await visit.answer(cards.shown(visit.t, shown, visit.cluster.channels.showings))


async def _show(
    visit: Visit,
    stage: Stage,
    ask: ShowingAsk,
    text: ShowingText,
    files: Sequence[discord.Attachment],
    source: ShowingSource = ShowingSource.FORM,
) -> Showing:
    return await showings.show(visit.tools, visit.insider, stage, ask, text, await _read(files), source)


async def _stands(visit: Visit, showing: ShowingId) -> bool:
    """Whether a showing of one's own stands in the forum, or is about to."""
    found = await showings.mine(visit.tools, visit.insider, showing)
    return found.state in (ShowingState.POSTING, ShowingState.OPEN)


def _forum(visit: Visit) -> int:
    """Where work is shown. Raises NoPlaceToShow: better before somebody writes than after."""
    if visit.cluster.channels.showings is None:
        raise NoPlaceToShow
    return visit.cluster.channels.showings


def _begins_a_post(message: discord.Message, forum: int) -> bool:
    place = message.channel
    return isinstance(place, discord.Thread) and place.parent_id == forum and place.id == message.id


async def _read(files: Sequence[discord.Attachment]) -> Attachment | None:
    """The bytes, since links to Discord's store expire. Raises FileTooLarge."""
    if not files:
        return None
    if files[0].size > LARGEST_FILE:
        raise FileTooLarge
    try:
        data = await files[0].read()
    except discord.NotFound:  # deleted with its message while the form was open
        return None
    return Attachment(files[0].filename, files[0].content_type or "", data)

"""`/show` and *Show this work*: a maker shows work."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

import discord
from discord import app_commands

from bot.services import showings
from bot.services.rounds.signing_up import LARGEST_FILE
from cogs.showings import cards, forms, words
from cogs.ui.giving_back import give_back
from cogs.ui.items import Interaction
from cogs.ui.router import Host, WeftCog, submit
from cogs.ui.translator import described
from cogs.ui.visit import Needs, Visit
from domain.errors import AlreadyShown, FileTooLarge, NoPlaceToShow, NotYourWork, PersonError, TooOld
from domain.model import Attachment, ShowingAsk, ShowingSource, ShowingText, Stage

AT_MOST = 200  # messages whose pictures are remembered while their form is open


def _choices(kind: type[Stage | ShowingAsk], where: str) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=described(f"showings.{where}.{one}.label"), value=one.value) for one in kind]


class Showings(WeftCog):
    def __init__(self, bot: Host) -> None:
        super().__init__(bot)
        # The pictures of messages somebody is about to show. Without the content intent nobody tells us of them twice;
        # a restart forgets them, and the post then has the link alone.
        self._pictures: OrderedDict[int, Sequence[discord.Attachment]] = OrderedDict()

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
        text = forms.read_words(visit)
        await self._show(visit, forms.STAGES[stage], forms.ASKS[ask], text, visit.uploads.get("file", ()))

    async def show_this(self, interaction: Interaction, message: discord.Message) -> None:
        """The command on a message: of one's own, it becomes a showing."""
        visit = await self.visit(interaction, Needs.MEMBER)
        if message.author.id != visit.user:
            raise NotYourWork
        if _begins_a_post(message, _forum(visit)):
            raise AlreadyShown
        self._pictures[message.id] = [one for one in message.attachments if one.size <= LARGEST_FILE]
        while len(self._pictures) > AT_MOST:
            self._pictures.popitem(last=False)
        await visit.ask(forms.from_message(visit.t, message.channel.id, message.id, words.typed(message)))

    @submit("showing.message", needs=Needs.MEMBER)
    async def filled_in_from_message(self, visit: Visit, channel: int, message: int) -> None:
        text = forms.read_words(visit, f"https://discord.com/channels/{visit.guild_id}/{channel}/{message}")
        files = visit.uploads.get("file", ()) or self._pictures.pop(message, ())
        stage, ask = forms.read_stage(visit), forms.read_ask(visit)
        await self._show(visit, stage, ask, text, files, ShowingSource.MESSAGE)

    async def _show(
        self,
        visit: Visit,
        stage: Stage,
        ask: ShowingAsk,
        text: ShowingText,
        files: Sequence[discord.Attachment],
        source: ShowingSource = ShowingSource.FORM,
    ) -> None:
        await visit.defer()
        try:
            shown = await showings.show(visit.tools, visit.insider, stage, ask, text, await _read(files), source)
        except PersonError as error:
            await give_back(visit, error, forms.answers(visit.t, text))
            return
        await visit.answer(cards.shown(visit.t, shown, visit.cluster.channels.showings))


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

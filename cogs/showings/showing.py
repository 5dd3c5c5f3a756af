"""`/show` and *Show this work*: a maker shows work, gives it other words, takes it back."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.services import showings
from bot.services.rounds.signing_up import LARGEST_FILE
from bot.texts import catalogue
from cogs.rounds.signing_up import give_back
from cogs.showings import cards, forms, words
from cogs.ui.items import Interaction
from cogs.ui.presenter import present
from cogs.ui.router import WeftCog, press, submit
from cogs.ui.translator import described
from cogs.ui.visit import Needs, Visit
from domain.errors import ByHand, FileTooLarge, NotYours, PersonError, TooOld
from domain.model import Attachment, Showing, ShowingAsk, ShowingId, ShowingSource, ShowingText, Stage

if TYPE_CHECKING:
    from bot.client import WeftBot

AT_MOST = 200  # messages whose pictures are remembered while their form is open


def _choices(kind: type[Stage | ShowingAsk], where: str) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=described(f"showings.{where}.{one}.label"), value=one.value) for one in kind]


class Showings(WeftCog):
    def __init__(self, bot: WeftBot) -> None:
        super().__init__(bot)
        self._client = bot
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
        await visit.ask(forms.show(visit.t, Stage(stage), ShowingAsk(ask)))

    @submit("showing.show", needs=Needs.MEMBER)
    async def filled_in(self, visit: Visit, stage: int, ask: int) -> None:
        if not (0 <= stage < len(forms.STAGES) and 0 <= ask < len(forms.ASKS)):
            raise TooOld
        text = forms.read_words(visit)
        await self._show(visit, forms.STAGES[stage], forms.ASKS[ask], text, visit.uploads.get("file", ()))

    async def show_this(self, interaction: Interaction, message: discord.Message) -> None:
        """The command on a message: of one's own, it becomes a showing."""
        try:
            visit = await self.visit(interaction, Needs.MEMBER)
            if message.author.id != visit.user:
                raise NotYours
            self._pictures[message.id] = message.attachments
            while len(self._pictures) > AT_MOST:
                self._pictures.popitem(last=False)
            await visit.ask(forms.from_message(visit.t, message.channel.id, message.id, message.content))
        except PersonError as error:
            await present(interaction, error)

    @submit("showing.message", needs=Needs.MEMBER)
    async def filled_in_from_message(self, visit: Visit, channel: int, message: int) -> None:
        link = f"https://discord.com/channels/{visit.guild_id}/{channel}/{message}"
        text = forms.read_words(visit, link)
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
            await give_back(visit, error, _answers(visit, text))
            return
        await visit.answer(cards.shown(visit.t, shown, visit.cluster.channels.showings))

    # A showing of one's own

    async def _own(self, visit: Visit, showing: int) -> Showing:
        found = await showings.mine(visit.tools, visit.insider, ShowingId(showing))
        if found.source is ShowingSource.HAND:
            raise ByHand
        return found

    @press("showing.own", needs=Needs.MEMBER)
    async def own(self, visit: Visit, showing: int) -> None:
        await visit.answer(cards.own(visit.t, await self._own(visit, showing)))

    @press("showing.words", needs=Needs.MEMBER)
    async def other_words(self, visit: Visit, showing: int) -> None:
        found = await self._own(visit, showing)
        await visit.ask(forms.change(visit.t, found, found.text or await self._words_of(visit, found)))

    async def _words_of(self, visit: Visit, found: Showing) -> ShowingText:
        """As they stand in the post."""
        if found.thread is None:
            raise TooOld
        place = self._client.get_partial_messageable(found.thread, guild_id=visit.guild_id)
        try:
            first = await place.fetch_message(found.thread)
        except discord.NotFound:
            raise TooOld from None
        return words.read(first, catalogue(visit.cluster.language))

    @submit("showing.change", needs=Needs.MEMBER)
    async def changed(self, visit: Visit, showing: int) -> None:
        found = await self._own(visit, showing)
        await visit.defer()
        link = found.text.link if found.text else (await self._words_of(visit, found)).link
        text = forms.read_words(visit, link)
        stage = forms.read_stage(visit, found.stage or forms.STAGE)
        try:
            await showings.edit(visit.tools, visit.insider, found.id, stage, found.ask or forms.ASK, text)
        except PersonError as error:
            await give_back(visit, error, _answers(visit, text))
            return
        await visit.answer(cards.changed(visit.t))

    @press("showing.withdraw", needs=Needs.MEMBER)
    async def withdraw(self, visit: Visit, showing: int) -> None:
        await visit.answer(cards.surely(visit.t, await self._own(visit, showing)))

    @press("showing.withdraw_sure", needs=Needs.MEMBER)
    async def withdraw_surely(self, visit: Visit, showing: int) -> None:
        await showings.withdraw(visit.tools, visit.insider, ShowingId(showing))
        await visit.replace(cards.withdrawn(visit.t))


async def _read(files: Sequence[discord.Attachment]) -> Attachment | None:
    """The bytes, since links to Discord's store expire. Raises FileTooLarge."""
    if not files:
        return None
    if files[0].size > LARGEST_FILE:
        raise FileTooLarge
    return Attachment(files[0].filename, files[0].content_type or "", await files[0].read())


def _answers(visit: Visit, text: ShowingText) -> dict[str, str]:
    keys = ("work", "tried", "bites", "question")
    return {visit.t.plain(f"showings.show.{key}.field"): getattr(text, key) for key in keys}

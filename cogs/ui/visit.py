"""One press, command or form by one person, once they are through the gate.

The gate is the same for commands, buttons, menus and forms, and it is here in code: what Discord hides from somebody is
a courtesy, not a lock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, auto

import discord

from bot.services.gate import open_gate
from bot.services.members import note_language
from bot.services.tools import Tools
from bot.texts import Translator, catalogue
from cogs.ui.address import number
from cogs.ui.card import Card, changes, message
from cogs.ui.form import Form, Submission, Value, modal, submission
from cogs.ui.items import Interaction, data_of
from domain.errors import NotAManager, NotAMember, NotSetUp, OnlyInAServer, TooOld
from domain.model import Community, CommunityId, Member, UserId


class Needs(Enum):
    """What somebody must be for what they ask."""

    NOTHING = auto()
    COMMUNITY = auto()  # anybody, in a server where Weft is set up
    MEMBER = auto()
    MANAGER = auto()  # "Manage Server", or the role the community chose; also where Weft is not set up yet


@dataclass
class Visit:
    interaction: Interaction
    tools: Tools
    t: Translator
    guild_id: CommunityId
    user: UserId
    community: Community | None
    member: Member | None
    chosen: tuple[str, ...] = ()
    values: Mapping[str, Value] = field(default_factory=dict)
    uploads: Mapping[str, tuple[discord.Attachment, ...]] = field(default_factory=dict)

    def written(self, name: str) -> str:
        """What was written or chosen in field `name` of a form; "" if nothing was."""
        value = self.values.get(name, "")
        return value if isinstance(value, str) else next(iter(value), "")

    @property
    def chosen_id(self) -> int:
        """The one id chosen from a menu. Raises TooOld for anything else."""
        found = number(self.chosen[0]) if len(self.chosen) == 1 else None
        if found is None:
            raise TooOld
        return found

    @property
    def insider(self) -> Member:
        """The member, where the gate let only members in."""
        if self.member is None:
            raise NotAMember
        return self.member

    @property
    def cluster(self) -> Community:
        """The community, where the gate let people in only to one."""
        if self.community is None:
            raise NotSetUp
        return self.community

    @property
    def _home(self) -> int | None:
        """What is shown in a direct message must remember the server it is about."""
        return self.guild_id if self.interaction.guild_id is None else None

    async def answer(self, card: Card) -> None:
        """Show `card` to this person only, as the first answer or as another one."""
        response, shown = self.interaction.response, message(card, self._home)
        if response.is_done():
            await self.interaction.followup.send(ephemeral=True, wait=True, **shown)
        else:
            await response.send_message(ephemeral=True, **shown)

    async def replace(self, card: Card) -> None:
        """Turn the message that was pressed into `card`; after `defer`, or without one, answer with it."""
        interaction = self.interaction
        if interaction.response.is_done():
            await interaction.edit_original_response(**changes(card, self._home))
        elif interaction.message is None:
            await self.answer(card)
        else:
            await interaction.response.edit_message(**changes(card, self._home))

    async def ask(self, form: Form) -> None:
        """Open a form. Must be the first answer, and cannot be the answer to a form."""
        await self.interaction.response.send_modal(modal(form, self._home))

    async def defer(self) -> None:
        """Show this person that work is under way; the answer may then take up to 15 minutes."""
        if not self.interaction.response.is_done():
            await self.interaction.response.defer(ephemeral=True, thinking=True)


async def enter(tools: Tools, interaction: Interaction, needs: Needs, home: int | None = None) -> Visit:
    """Through the gate. Raises OnlyInAServer, NotSetUp, NotAMember or NotAManager.

    In a direct message `home` is the server it is about, and only its members come in.
    """
    place = interaction.guild_id or home
    if place is None:
        raise OnlyInAServer
    guild, user = CommunityId(place), UserId(interaction.user.id)
    gate = await open_gate(tools, guild, user)
    _check(needs, gate.community, gate.member, interaction)
    if interaction.guild_id is None and gate.member is None:
        raise NotAMember
    t, member = catalogue(interaction.locale.value), gate.member
    if member is not None and member.language != t.language:
        await note_language(tools, member.id, t.language)
        member = replace(member, language=t.language)
    sent = submission(interaction) if interaction.type is discord.InteractionType.modal_submit else Submission()
    return Visit(
        interaction,
        tools,
        t,
        guild,
        user,
        gate.community,
        member,
        chosen=_chosen(interaction),
        values=sent.values,
        uploads=sent.uploads,
    )


def _check(needs: Needs, community: Community | None, member: Member | None, interaction: Interaction) -> None:
    if needs is Needs.MANAGER and not _manages(interaction, community):
        raise NotAManager
    # Managers come in before there is a community: they are the ones who set it up.
    if needs in (Needs.COMMUNITY, Needs.MEMBER) and community is None:
        raise NotSetUp
    if needs is Needs.MEMBER and member is None:
        raise NotAMember


def _manages(interaction: Interaction, community: Community | None) -> bool:
    if interaction.permissions.manage_guild:
        return True
    role = community.manager_role if community else None
    person = interaction.user
    return role is not None and isinstance(person, discord.Member) and person.get_role(role) is not None


def _chosen(interaction: Interaction) -> tuple[str, ...]:
    if interaction.type is not discord.InteractionType.component:
        return ()
    values = data_of(interaction).get("values")
    return tuple(str(one) for one in values) if isinstance(values, list) else ()

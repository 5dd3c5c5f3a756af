"""My data, leaving and being forgotten. Open to whoever has left with their history kept, too."""

from __future__ import annotations

from bot.services import members, privacy
from cogs.members import cards
from cogs.members.profile import own
from cogs.ui.router import WeftCog, press
from cogs.ui.visit import Needs, Visit
from domain.errors import NotAMember
from domain.model import Member


class Privacy(WeftCog):
    @press("me.data", needs=Needs.COMMUNITY)
    async def _data(self, visit: Visit, user: int) -> None:
        own(visit, user)
        member = await _known(visit)
        await visit.defer()
        archive = await privacy.my_data(visit.tools, member, visit.t.plain("members.data.readme"))
        await visit.answer(cards.my_data(visit.t, archive))

    @press("me.leave", needs=Needs.MEMBER)
    async def _leave(self, visit: Visit, user: int) -> None:
        own(visit, user)
        await visit.replace(cards.leave(visit.t, visit.user))

    # Whoever presses these twice has left, or is forgotten, already: it is said once more, not refused.

    @press("me.leave_now", needs=Needs.COMMUNITY)
    async def _leave_now(self, visit: Visit, user: int) -> None:
        own(visit, user)
        await members.leave(visit.tools, await _known(visit))
        await visit.replace(cards.left(visit.t, visit.user))

    @press("me.erase", needs=Needs.COMMUNITY)
    async def _erase(self, visit: Visit, user: int) -> None:
        own(visit, user)
        await _known(visit)
        await visit.replace(cards.erase(visit.t, visit.user))

    @press("me.erase_now", needs=Needs.COMMUNITY)
    async def _erase_now(self, visit: Visit, user: int) -> None:
        own(visit, user)
        member = await members.known(visit.tools, visit.guild_id, visit.user)
        if member is not None:
            await privacy.erase(visit.tools, member)
        await visit.replace(cards.erased(visit.t))


async def _known(visit: Visit) -> Member:
    """Whoever is or was a member under this account. Raises NotAMember."""
    member = await members.known(visit.tools, visit.guild_id, visit.user)
    if member is None:
        raise NotAMember
    return member

"""`/me`: what somebody decides about themselves, in one private message that changes as they press."""

from __future__ import annotations

from discord import app_commands

from bot.services import members, showings
from bot.services.followups import quoting
from cogs.members import cards
from cogs.members.ahead import About, ahead
from cogs.ui.card import Card
from cogs.ui.form import Form, Line, Pick
from cogs.ui.items import Interaction
from cogs.ui.router import WeftCog, choose, press, submit
from cogs.ui.translator import described
from cogs.ui.visit import Needs, Visit
from domain.calendar import MemberCadence
from domain.errors import NotAMember, NotYours, TooOld
from domain.members import FIRM_LIMIT, PAUSE_WEEKS, PRACTICE_LIMIT
from domain.model import Member, MemberState, Notices


class Profile(WeftCog):
    @app_commands.command(name="me", description=described("commands.me.description"))
    @app_commands.guild_only()
    async def me(self, interaction: Interaction) -> None:
        visit = await self.visit(interaction, Needs.COMMUNITY)
        await visit.answer(await home(visit))

    @press("me.show", needs=Needs.COMMUNITY)
    async def _show(self, visit: Visit, user: int) -> None:
        own(visit, user)
        await visit.replace(await home(visit))

    @press("me.edit", needs=Needs.MEMBER)
    async def _edit(self, visit: Visit, user: int) -> None:
        own(visit, user)
        t, firm = visit.t, visit.insider.firm
        await visit.ask(
            Form(
                "me.profile",
                (user,),
                t.plain("members.edit.title"),
                (
                    Line(
                        "practice",
                        t.plain("members.edit.practice"),
                        t.plain("members.edit.practice.description"),
                        long=True,
                        limit=PRACTICE_LIMIT,
                        value=visit.insider.practice,
                    ),
                    Line(
                        "firm",
                        t.plain("members.edit.firm"),
                        t.plain("members.edit.firm.description"),
                        limit=FIRM_LIMIT,
                        value=firm.name,
                    ),
                    Pick(
                        "sector",
                        t.plain("members.edit.sector"),
                        cards.sectors(t, visit.cluster, firm.sector),
                        t.plain("members.edit.sector.description"),
                        least=0,
                    ),
                ),
            )
        )

    @choose("me.cadence", needs=Needs.MEMBER)
    async def _cadence(self, visit: Visit, user: int) -> None:
        own(visit, user)
        member = await members.choose_cadence(visit.tools, visit.insider, cadence_chosen(visit))
        await visit.replace(await profile(visit, member, visit.t(f"members.cadence.{member.cadence}.chosen")))

    @press("me.pause", needs=Needs.MEMBER)
    async def _pause(self, visit: Visit, user: int) -> None:
        own(visit, user)
        now = visit.tools.clock.now()
        await visit.replace(cards.pause(visit.t, visit.cluster, visit.insider, visit.user, now))

    @press("me.pause_for", needs=Needs.MEMBER)
    async def _pause_for(self, visit: Visit, user: int, weeks: int) -> None:
        own(visit, user)
        if weeks not in PAUSE_WEEKS:
            raise TooOld
        await self._paused(visit, await members.pause(visit.tools, visit.cluster, visit.insider, weeks))

    @press("me.pause_day", needs=Needs.MEMBER)
    async def _ask_day(self, visit: Visit, user: int) -> None:
        own(visit, user)
        t = visit.t
        line = Line(
            "day",
            t.plain("members.pause.day"),
            t.plain("members.pause.day.description"),
            limit=40,
            placeholder="2026-12-31",
        )
        await visit.ask(Form("me.paused", (user,), t.plain("members.pause.title"), (line,)))

    @submit("me.paused", needs=Needs.MEMBER)
    async def _pause_until(self, visit: Visit, user: int) -> None:
        own(visit, user)
        day = visit.written("day")
        await self._paused(visit, await members.pause_until(visit.tools, visit.cluster, visit.insider, day))

    async def _paused(self, visit: Visit, member: Member) -> None:
        assert member.paused_until is not None
        day = cards.day(visit.t, visit.cluster, member.paused_until)
        await visit.replace(await profile(visit, member, visit.t("members.pause.done", day=day)))

    @press("me.resume", needs=Needs.MEMBER)
    async def _resume(self, visit: Visit, user: int) -> None:
        own(visit, user)
        member, a_round = await members.resume(visit.tools, visit.insider)
        note = "members.resumed.signed_up" if a_round else "members.resumed"
        await visit.replace(await profile(visit, member, visit.t(note)))

    @press("me.on_call", needs=Needs.MEMBER)
    async def _on_call(self, visit: Visit, user: int, on_call: int) -> None:
        own(visit, user)
        member = await members.be_on_call(visit.tools, visit.insider, bool(on_call))
        await visit.replace(await profile(visit, member))

    @press("me.notices", needs=Needs.MEMBER)
    async def _notices(self, visit: Visit, user: int, by_dm: int) -> None:
        own(visit, user)
        notices = Notices.DM if by_dm else Notices.THREAD
        await visit.replace(await profile(visit, await members.tell_by(visit.tools, visit.insider, notices)))


def own(visit: Visit, user: int) -> None:
    """A panel is its owner's; only they see it, but what a button carries proves nothing. Raises NotYours."""
    if user != visit.user:
        raise NotYours


def cadence_chosen(visit: Visit) -> MemberCadence:
    try:
        return MemberCadence(visit.chosen[0])
    except (ValueError, IndexError):
        raise TooOld from None


async def profile(visit: Visit, member: Member, note: str = "") -> Card:
    tools, t, community = visit.tools, visit.t, visit.cluster
    coming = await ahead(About(tools, t, community, member))
    quote = await quoting.given(tools, member.id)
    own_eyes = cards.Own(visit.user, coming, await showings.weeks_shown(tools, member), quote)
    return cards.profile(t, community, member, own_eyes, tools.clock.now(), note)


async def home(visit: Visit, note: str = "") -> Card:
    """The profile; for somebody who has left, what they can still do. Raises NotAMember for a stranger."""
    if visit.member is not None:
        return await profile(visit, visit.member, note)
    member = await members.known(visit.tools, visit.guild_id, visit.user)
    if member is None or member.state is not MemberState.LEFT:
        raise NotAMember
    return cards.left(visit.t, visit.user, await quoting.given(visit.tools, member.id))

"""What joining and `/me` look like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.services.members import FirmFound, Joined
from bot.services.rounds import Upcoming
from bot.texts import Raw, Translator, channel, mention
from cogs.members.drafts import Draft
from cogs.ui.card import Button, Card, Choice, Menu, Style, Tone
from domain.calendar import MemberCadence
from domain.members import PAUSE_WEEKS
from domain.model import Community, Member, Notices, Quote, UserId

NEW_FIRM = 0  # stands for a firm in the button that says "none of these"


def back(t: Translator, user: UserId) -> Button:
    return Button(t.plain("members.back"), "me.show", (user,))


# Joining


def similar_firms(t: Translator, draft: Draft, found: FirmFound) -> Card:
    """A new firm is called much like one that is there: which is meant?"""
    known = tuple(
        Button(t.plain("members.similar.this", firm=firm.name), "join.firm", (draft.number, firm.id), Style.PRIMARY)
        for firm in found.similar
    )
    new = Button(t.plain("members.similar.new", firm=found.name), "join.firm", (draft.number, NEW_FIRM))
    return Card(
        t.plain("members.similar.title"),
        t("members.similar.text", firm=found.name),
        buttons=(*known, new),
    )


def choose_sector(t: Translator, draft: Draft, found: FirmFound, community: Community) -> Card:
    menu = Menu("join.sector", (draft.number,), t.plain("members.sector.placeholder"), sectors(t, community))
    return Card(
        t.plain("members.sector.title", firm=found.name),
        t("members.sector.text", firm=found.name),
        menus=(menu,),
    )


def sectors(t: Translator, community: Community, chosen: str = "") -> tuple[Choice, ...]:
    return tuple(Choice(name, t.sector(name), chosen=name == chosen) for name in community.sectors)


def consent(t: Translator, draft: Draft, found: FirmFound) -> Card:
    """What somebody agrees to, before anything about them is stored."""
    firm, sector = found.name, t.sector(found.sector)
    note = t("members.consent.sector_kept", firm=firm, sector=sector) if found.sector_kept else ""
    text = t("members.consent.text", firm=firm, sector=sector, practice=draft.wanted.practice)
    parts = ("kept", "not_kept", "seen", "long", "free")
    return Card(
        t.plain("members.consent.title"),
        paragraphs(text, note),
        fields=tuple((t.plain(f"members.consent.{part}.title"), t(f"members.consent.{part}.text")) for part in parts),
        footer=t.plain("members.consent.footer"),
        menus=(cadence_menu(t, "join.cadence", draft.number, draft.wanted.cadence),),
        buttons=(
            Button(t.plain("members.consent.join"), "join.yes", (draft.number,), Style.SUCCESS),
            Button(t.plain("members.consent.not_now"), "join.no", (draft.number,)),
        ),
    )


def cadence_menu(t: Translator, action: str, number: int, chosen: MemberCadence) -> Menu:
    choices = tuple(
        Choice(
            cadence,
            t.plain(f"members.cadence.{cadence}"),
            t.plain(f"members.cadence.{cadence}.description"),
            chosen=cadence is chosen,
        )
        for cadence in MemberCadence
    )
    return Menu(action, (number,), t.plain("members.cadence.placeholder"), choices)


def not_now(t: Translator) -> Card:
    return Card(t.plain("members.not_now.title"), t("members.not_now.text"))


def welcome(t: Translator, community: Community, joined: Joined, upcoming: Sequence[Upcoming], user: UserId) -> Card:
    member = joined.member
    what = "back" if joined.back else "new"
    what_next = t("members.welcome.signed_up") if joined.round else t(f"members.welcome.{member.cadence}")
    text = paragraphs(
        t(f"members.welcome.{what}.text", firm=member.firm.name, sector=t.sector(member.firm.sector)),
        what_next,
        coming(t, community, upcoming),
    )
    return Card(
        t.plain(f"members.welcome.{what}.title"),
        text,
        tone=Tone.GOOD,
        buttons=(Button(t.plain("members.welcome.me"), "me.show", (user,)),),
    )


# `/me`


@dataclass(frozen=True, slots=True)
class Own:
    """What is for somebody's own eyes: their account, the lines of what is coming up, the weeks they showed work in,
    and what they gave for the report."""

    user: UserId
    ahead: Raw
    weeks_shown: tuple[int, int]  # and of how many
    quote: Quote | None = None


def profile(
    t: Translator,
    community: Community,
    member: Member,
    own: Own,
    now: datetime,
    note: str = "",
) -> Card:
    """Everything about oneself at a glance, and a way to change each of it."""
    user = own.user
    rounds = t(f"members.cadence.{member.cadence}")
    if not member.present(now):
        assert member.paused_until is not None
        rounds = lines(rounds, t("members.me.paused", day=day(t, community, member.paused_until)))
    return Card(
        t.plain("members.me.title"),
        note,
        fields=(
            (
                t.plain("members.me.firm"),
                t("members.me.firm.text", firm=member.firm.name, sector=t.sector(member.firm.sector)),
            ),
            (t.plain("members.me.practice"), t("members.me.practice.text", practice=member.practice)),
            (t.plain("members.me.rounds"), rounds),
            (t.plain("members.me.on_call"), t("members.me.on_call.on" if member.on_call else "members.me.on_call.off")),
            (t.plain("members.me.notices"), t(f"members.me.notices.{member.notices}")),
            (t.plain("members.me.shown"), _shown(t, *own.weeks_shown)),
            *_quote_field(t, own.quote),
            (t.plain("members.me.coming"), own.ahead or t("members.coming.nothing")),
        ),
        menus=(cadence_menu(t, "me.cadence", user, member.cadence),),
        buttons=(
            *_profile_buttons(t, member, user, paused=not member.present(now)),
            *((taking_back(t, user),) if own.quote else ()),
        ),
    )


def _quote_field(t: Translator, quote: Quote | None) -> tuple[tuple[str, str], ...]:
    return ((t.plain("followups.quote.title"), quoted(t, quote)),) if quote else ()


def quoted(t: Translator, quote: Quote) -> Raw:
    """What somebody gave for the report, as it is printed."""
    if quote.name:
        return t("followups.quote.by", text=quote.text, name=quote.name)
    return t("followups.quote.nameless", text=quote.text)


def taking_back(t: Translator, user: UserId) -> Button:
    return Button(t.plain("followups.quote.take_back.label"), "quote.take_back", (user,))


def _shown(t: Translator, weeks: int, of: int) -> Raw:
    return t("members.me.shown.weeks", weeks=weeks, of=of) if weeks else t("members.me.shown.none")


def _profile_buttons(t: Translator, member: Member, user: UserId, *, paused: bool) -> tuple[Button, ...]:
    by_dm = member.notices is Notices.DM
    on_call = "members.me.button.off_call" if member.on_call else "members.me.button.on_call"
    resume = (Button(t.plain("members.me.button.resume"), "me.resume", (user,), Style.SUCCESS),) if paused else ()
    return (
        *resume,
        Button(t.plain("members.me.button.edit"), "me.edit", (user,)),
        Button(t.plain("members.me.button.pause"), "me.pause", (user,)),
        # A button says what it leads to, not "the other one": pressed twice, it does the same as once.
        Button(t.plain(on_call), "me.on_call", (user, int(not member.on_call))),
        Button(
            t.plain("members.me.button.by_thread" if by_dm else "members.me.button.by_dm"),
            "me.notices",
            (user, int(not by_dm)),
        ),
        Button(t.plain("members.me.button.avoid"), "me.avoid", (user,)),
        Button(t.plain("members.me.button.data"), "me.data", (user,)),
        Button(t.plain("members.me.button.leave"), "me.leave", (user,)),
    )


def day(t: Translator, community: Community, moment: datetime) -> str:
    """The day a moment falls on where the community lives."""
    return t.date(moment.astimezone(ZoneInfo(community.plan.time_zone)).date())


def coming(t: Translator, community: Community, upcoming: Sequence[Upcoming]) -> Raw:
    """What somebody can expect of rounds or owes there, a line each; empty if nothing."""
    return lines(*(coming_line(t, community, one) for one in upcoming))


def coming_line(t: Translator, community: Community, one: Upcoming) -> Raw:
    place = one.thread or community.channels.round
    return t(
        f"members.coming.{one.what}",
        n=one.round.number,
        when=t.when(one.at),
        soon=t.when(one.at, "R"),
        where=channel(place) if place else t("members.coming.round_channel"),
        partner=named(t, one.partner),
    )


def named(t: Translator, member: Member | None) -> str:
    return mention(member.user) if member and member.user else t("members.former")


def pause(t: Translator, community: Community, member: Member, user: UserId, now: datetime) -> Card:
    paused = not member.present(now)
    until = member.paused_until
    state = t("members.me.paused", day=day(t, community, until)) if paused and until else ""
    weeks = (Button(t.plain("members.pause.weeks", n=number), "me.pause_for", (user, number)) for number in PAUSE_WEEKS)
    resume = (Button(t.plain("members.me.button.resume"), "me.resume", (user,), Style.SUCCESS),) if paused else ()
    return Card(
        t.plain("members.pause.title"),
        paragraphs(state, t("members.pause.text")),
        buttons=(
            *weeks,
            Button(t.plain("members.pause.until"), "me.pause_day", (user,)),
            *resume,
            back(t, user),
        ),
    )


# Leaving


def leave(t: Translator, user: UserId) -> Card:
    return Card(
        t.plain("members.leave.title"),
        t("members.leave.text"),
        tone=Tone.CAREFUL,
        buttons=(
            Button(t.plain("members.leave.keep"), "me.leave_now", (user,)),
            Button(t.plain("members.leave.erase"), "me.erase", (user,), Style.DANGER),
            Button(t.plain("members.leave.stay"), "me.show", (user,), Style.PRIMARY),
        ),
    )


def erase(t: Translator, user: UserId) -> Card:
    """The last question: there is no way back from here."""
    return Card(
        t.plain("members.erase.title"),
        t("members.erase.text"),
        tone=Tone.CAREFUL,
        buttons=(
            Button(t.plain("members.erase.yes"), "me.erase_now", (user,), Style.DANGER),
            Button(t.plain("members.erase.no"), "me.show", (user,), Style.PRIMARY),
        ),
    )


def left(t: Translator, user: UserId, quote: Quote | None = None) -> Card:
    """For somebody who has left and kept their history: they can still see it and have it erased."""
    return Card(
        t.plain("members.left.title"),
        t("members.left.text"),
        fields=_quote_field(t, quote),
        buttons=(
            *((taking_back(t, user),) if quote else ()),
            Button(t.plain("members.me.button.data"), "me.data", (user,)),
            Button(t.plain("members.left.erase"), "me.erase", (user,), Style.DANGER),
        ),
    )


def erased(t: Translator) -> Card:
    return Card(t.plain("members.erased.title"), t("members.erased.text"))


def my_data(t: Translator, archive: bytes) -> Card:
    return Card(t.plain("members.data.title"), t("members.data.text"), files=(("weft-my-data.zip", archive),))


def paragraphs(*parts: str) -> Raw:
    return Raw("\n\n".join(part for part in parts if part))


def lines(*parts: str) -> Raw:
    return Raw("\n".join(part for part in parts if part))

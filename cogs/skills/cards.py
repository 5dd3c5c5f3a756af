"""What one's own offers and wants look like, to oneself."""

from __future__ import annotations

from collections.abc import Sequence

from bot.services.skills import Listed, Mine
from bot.texts import Translator
from cogs.members.cards import lines, paragraphs
from cogs.ui.card import CHOICES, Button, Card, Choice, Menu, Style, Tone
from domain.model import Listing, ListingKind, ListingState, UserId

LINES, LAPSED = 25, 10  # of a list of one's own, and of what has left it


# Buttons that stand in many places


def offer_button(t: Translator, style: Style = Style.SECONDARY) -> Button:
    return Button(t.plain("skills.offer.label"), "skill.offer", style=style)


def want_button(t: Translator, style: Style = Style.SECONDARY) -> Button:
    return Button(t.plain("skills.want.label"), "skill.want", style=style)


def board_button(t: Translator, sector: int = 0, page: int = 0) -> Button:
    """To a page of one sector, by its place in the community's list; 0: of all."""
    return Button(t.plain("skills.board.label"), "skill.board", (sector, page))


def mine_button(t: Translator, user: UserId) -> Button:
    return Button(t.plain("skills.mine.label"), "skill.mine", (user,))


def _remove_button(t: Translator, listing: Listing) -> Button:
    return Button(t.plain("skills.remove.label"), "skill.remove", (listing.id,))


# After the form


def listed(t: Translator, done: Listed, user: UserId, *, away: bool = False) -> Card:
    """What stands now, and whether a new name is another word for what is there; `away`: nobody sees it for now."""
    listing = done.listing
    kind, name = listing.kind, listing.skill.name
    body = t(f"skills.listed.{kind}.body", skill=name, until=t.when(listing.expires_at, "D"))
    title = f"skills.listed.{kind}.title" if done.new else "skills.listed.changed.title"
    return Card(
        t.plain(title, skill=name),
        paragraphs(
            body,
            t("skills.listed.spelled", skill=name, typed=done.typed) if done.typed else "",
            _question(t, done) if done.alike else t("skills.listed.away" if away else f"skills.listed.{kind}.next"),
        ),
        tone=Tone.GOOD,
        buttons=(*(_same_buttons(t, done) if done.alike else ()), *_listed_buttons(t, listing, user)),
    )


def _question(t: Translator, done: Listed) -> str:
    return t("skills.alike.body", skills=t.list([t("skills.alike.one", skill=one.name) for one in done.alike]))


def _same_buttons(t: Translator, done: Listed) -> tuple[Button, ...]:
    ids = (done.listing.id,)
    return (
        *(
            Button(t.plain("skills.alike.yes.label", skill=one.name), "skill.same", (*ids, one.id), Style.PRIMARY)
            for one in done.alike
        ),
        Button(t.plain("skills.alike.no.label"), "skill.other", ids),
    )


def _listed_buttons(t: Translator, listing: Listing, user: UserId) -> tuple[Button, ...]:
    other = want_button if listing.kind is ListingKind.OFFER else offer_button
    return (
        other(t),
        Button(t.plain("skills.change.label"), "skill.change", (listing.id,)),
        _remove_button(t, listing),
        mine_button(t, user),
    )


# One's own


def called(t: Translator, listing: Listing) -> str:
    """An offer or want in a few plain words, for a menu."""
    return t.plain(f"skills.called.{listing.kind}", skill=listing.skill.name)


def mine(t: Translator, own: Mine, user: UserId, note: str = "") -> Card:
    """All one offers and wants, and ways to change each of it."""
    nothing = "" if own.open or own.lapsed else t("skills.mine.nothing")
    text = paragraphs(
        note,
        nothing,
        _listing_lines(t, "skills.mine.offers", own.offers),
        _listing_lines(t, "skills.mine.wants", own.wants),
        _listing_lines(t, "skills.mine.lapsed", own.lapsed, LAPSED),
        t("skills.mine.soon", n=len(own.soon)) if own.soon else "",
    )
    keep = (Button(t.plain("skills.keep.label"), "skill.keep", (user,), Style.SUCCESS),) if own.soon else ()
    return Card(
        t.plain("skills.mine.title"),
        text,
        menus=(
            *_menu(t, "skill.pick_change", user, "skills.mine.change", own.open),
            *_menu(t, "skill.pick_remove", user, "skills.mine.remove", own.open),
            *_menu(t, "skill.pick_renew", user, "skills.mine.renew", own.lapsed),
        ),
        buttons=(*keep, offer_button(t), want_button(t), board_button(t)),
    )


def _listing_lines(t: Translator, heading: str, listed: Sequence[Listing], most: int = LINES) -> str:
    if not listed:
        return ""
    shown = [_line(t, one) for one in listed[:most]]
    more = len(listed) - len(shown)
    return lines(t(heading), *shown, t("skills.more", n=more) if more else "")


def _line(t: Translator, one: Listing) -> str:
    if one.state is ListingState.OPEN:
        return t("skills.mine.line", skill=one.skill.name, until=t.when(one.expires_at, "D"))
    return t(f"skills.mine.ended_{one.kind}", skill=one.skill.name)


def _menu(t: Translator, action: str, user: UserId, placeholder: str, listed: Sequence[Listing]) -> tuple[Menu, ...]:
    choices = tuple(Choice(str(one.id), called(t, one), one.about) for one in listed[:CHOICES])
    return (Menu(action, (user,), t.plain(placeholder), choices),) if choices else ()


def which(t: Translator, found: Sequence[Listing]) -> Card:
    """A name that is both offered and wanted: which of them is to be taken off?"""
    return Card(
        t.plain("skills.which.title", skill=found[0].skill.name),
        buttons=tuple(Button(called(t, one), "skill.remove", (one.id,)) for one in found),
    )


def removed(t: Translator, listing: Listing, user: UserId) -> Card:
    return Card(
        t.plain("skills.removed.title", skill=listing.skill.name),
        t(f"skills.removed.{listing.kind}.body"),
        buttons=(Button(t.plain("skills.undo.label"), "skill.renew", (listing.id,)), mine_button(t, user)),
    )


def renewed(t: Translator, listing: Listing, user: UserId) -> Card:
    until = t.when(listing.expires_at, "D")
    return Card(
        t.plain(f"skills.listed.{listing.kind}.title", skill=listing.skill.name),
        t(f"skills.listed.{listing.kind}.body", skill=listing.skill.name, until=until),
        tone=Tone.GOOD,
        buttons=(_remove_button(t, listing), mine_button(t, user)),
    )


# A reminder


def lapsing(t: Translator, own: Mine, user: UserId) -> Card:
    """Told in private, once for all that lapses soon."""
    first = min(one.expires_at for one in own.soon)
    shown = [t(f"skills.called.{one.kind}", skill=one.skill.name) for one in own.soon[:LINES]]
    return Card(
        t.plain("skills.lapsing.title"),
        paragraphs(t("skills.lapsing.body", first=t.when(first, "D")), lines(*shown)),
        tone=Tone.WARM,
        buttons=(
            Button(t.plain("skills.keep.label"), "skill.keep", (user,), Style.SUCCESS),
            Button(t.plain("skills.see_mine.label"), "skill.mine", (user,)),
        ),
    )


def kept(t: Translator, own: Mine, user: UserId) -> Card:
    """Instead of the reminder, once it was answered."""
    last = max((one.expires_at for one in own.open), default=None)
    text = t("skills.kept.body", until=t.when(last, "D")) if last else t("skills.kept.nothing")
    return Card(t.plain("skills.kept.title"), text, tone=Tone.GOOD, buttons=(mine_button(t, user),))

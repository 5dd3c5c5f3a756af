"""What the board looks like: the message in the skills channel, its pages, and a skill seen close to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.services.skills import Board, BoardNews, SkillPage
from bot.texts import Raw, Translator, clip, escape
from cogs.members.cards import lines, named, paragraphs
from cogs.skills.cards import board_button, offer_button, want_button
from cogs.ui.card import CHOICES, Button, Card, Choice, Menu, Style, Tone
from domain.listings import Row
from domain.model import Community, Listing, Skill

ALL_SECTORS = 0  # stands for no sector in a button; else their place in the community's list, from 1
# Characters: eight skills must fit into one message, whatever they and the firms are called.
ROOM, FIRM = 150, 50  # for the people of one line of the board, and of the name of a firm there
PEOPLE = 5  # on each side of a skill seen close to
WORDS, TIMES = 260, 100  # of what each of them says of it, and of when it would suit


@dataclass(frozen=True, slots=True)
class Place:
    """Where on the board somebody is: a sector, as a button remembers it, and a page from 0."""

    sector: int = ALL_SECTORS
    page: int = 0


FIRST = Place()


def sector_number(community: Community, sector: str) -> int:
    return community.sectors.index(sector) + 1 if sector in community.sectors else ALL_SECTORS


def sector_at(community: Community, number: int) -> str:
    """The sector of a button; "" for all, and for one that is on the list no more."""
    return community.sectors[number - 1] if 0 < number <= len(community.sectors) else ""


# In the skills channel, for everybody


def message(t: Translator, view: BoardNews) -> Card:
    """What stands in the skills channel. It names skills, never people."""
    totals = view.totals
    count = t("skills.channel.count", skills=totals.skills, offers=totals.offers, wants=totals.wants)
    news = [t(f"skills.channel.new_{one.kind}", skill=one.skill.name) for one in view.news]
    return Card(
        t.plain("skills.channel.title"),
        paragraphs(
            t("skills.channel.body"),
            count if totals.skills else t("skills.channel.empty"),
            lines(t("skills.channel.news"), *news, t("skills.channel.more") if view.more else "") if news else "",
        ),
        tone=Tone.WARM,
        buttons=(offer_button(t, Style.PRIMARY), want_button(t, Style.PRIMARY), board_button(t)),
    )


# Pages


def board(t: Translator, community: Community, found: Board, note: str = "") -> Card:
    """One page, by skill: who can show it, who wants it."""
    place = Place(sector_number(community, found.sector), found.page)
    totals = found.totals
    heading = t("skills.board.only", sector=t.sector(found.sector)) if found.sector else ""
    count = t("skills.channel.count", skills=totals.skills, offers=totals.offers, wants=totals.wants)
    return Card(
        t.plain("skills.board.title"),
        paragraphs(
            note,
            lines(heading, count if found.rows else t("skills.board.empty")),
            *(
                _row(t, row, "skills.board.nobody_there" if found.sector else "skills.board.nobody")
                for row in found.rows
            ),
        ),
        footer=t.plain("skills.board.page", page=found.page + 1, pages=found.pages) if found.pages > 1 else "",
        menus=(*_look_menu(t, found.rows, place), *_sector_menu(t, community, found)),
        buttons=(*_turn_buttons(t, found, place), offer_button(t, Style.PRIMARY), want_button(t, Style.PRIMARY)),
    )


def _row(t: Translator, row: Row, nobody: str) -> str:
    heading = t("skills.board.new" if row.new else "skills.board.skill", skill=row.skill.name)
    offers = t("skills.board.offers", people=_people(t, row.offers)) if row.offers else t(nobody)
    return lines(heading, offers, t("skills.board.wants", people=_people(t, row.wants)) if row.wants else "")


def _people(t: Translator, listed: Sequence[Listing]) -> Raw:
    """As many as there is room for, and how many more."""
    shown: list[str] = []
    room = ROOM
    for one in listed:
        person = t("skills.board.person", who=named(t, one.member), firm=_short(one.member.firm.name, FIRM))
        room -= len(person)
        if room < 0 and shown:
            break
        shown.append(person)
    if more := len(listed) - len(shown):
        shown.append(t("skills.more", n=more))
    return Raw(t.list(shown))


def _turn_buttons(t: Translator, found: Board, place: Place) -> tuple[Button, ...]:
    sector, back, on = place.sector, place.page - 1, place.page + 1
    return (
        *((Button(t.plain("skills.board.back.label"), "skill.board", (sector, back)),) if back >= 0 else ()),
        *((Button(t.plain("skills.board.on.label"), "skill.board", (sector, on)),) if on < found.pages else ()),
    )


def _look_menu(t: Translator, rows: Sequence[Row], place: Place) -> tuple[Menu, ...]:
    choices = tuple(
        Choice(
            str(row.skill.id),
            row.skill.name,
            t.plain("skills.board.numbers", offers=len(row.offers), wants=len(row.wants)),
        )
        for row in rows
    )
    ids = (place.sector, place.page)
    return (Menu("skill.look", ids, t.plain("skills.board.look"), choices),) if choices else ()


def _sector_menu(t: Translator, community: Community, found: Board) -> tuple[Menu, ...]:
    if len(found.sectors) < 2 and not found.sector:
        return ()
    listed = [(ALL_SECTORS, t.plain("skills.board.everybody"))]
    listed += [(sector_number(community, one), t.sector(one)) for one in found.sectors]
    now = sector_number(community, found.sector)
    choices = tuple(Choice(str(number), label, chosen=number == now) for number, label in listed[:CHOICES])
    return (Menu("skill.sector", (), t.plain("skills.board.sectors"), choices),)


# Close to


def skill(t: Translator, page: SkillPage, place: Place = FIRST) -> Card:
    """Everybody who offers or wants one skill, with what they say of it; and back to where one was on the board."""
    return Card(
        page.skill.name,
        paragraphs(
            "" if page.offers else t("skills.skill.nobody_offers"),
            "" if page.wants else t("skills.skill.nobody_wants"),
        ),
        fields=(*_side(t, "offers", page.offers), *_side(t, "wants", page.wants)),
        buttons=(
            Button(t.plain("skills.skill.offer.label"), "skill.offer", (page.skill.id,), Style.PRIMARY),
            Button(t.plain("skills.skill.want.label"), "skill.want", (page.skill.id,), Style.PRIMARY),
            board_button(t, place.sector, place.page),
        ),
    )


def _side(t: Translator, side: str, listed: Sequence[Listing]) -> tuple[tuple[str, str], ...]:
    shown = [(t.plain(f"skills.skill.{side}", firm=one.member.firm.name), _words(t, one)) for one in listed[:PEOPLE]]
    if more := len(listed) - len(shown):
        shown.append((t.plain(f"skills.skill.more_{side}"), t("skills.more", n=more)))
    return tuple(shown)


def _words(t: Translator, one: Listing) -> str:
    when = t("skills.skill.times", times=_short(one.times, TIMES)) if one.times else ""
    return lines(named(t, one.member), _short(one.about, WORDS), when)


def _short(text: str, limit: int) -> Raw:
    """What somebody typed, in so many characters, with the marks that keep it as it is."""
    return Raw(clip(escape(text), limit))


def no_such_skill(t: Translator, name: str, meant: Sequence[Skill]) -> Card:
    """Nobody lists a skill of this name."""
    return Card(
        t.plain("skills.not_found.title"),
        t("skills.not_found.meant" if meant else "skills.not_found.body", skill=name),
        buttons=(
            *(Button(one.name, "skill.show", (one.id,)) for one in meant),
            offer_button(t, Style.PRIMARY),
            want_button(t, Style.PRIMARY),
            board_button(t),
        ),
    )

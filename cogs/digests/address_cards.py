"""What managers are shown of the addresses that digests go to. Never shown to anybody else."""

from __future__ import annotations

from collections.abc import Sequence

from bot.texts import Raw, Translator
from cogs.ui.card import Button, Card, Choice, Menu, Style, Tone
from domain.model import Address, AddressState

CODE = "code"  # the field of the form


def code_sent(t: Translator, added: Address) -> Card:
    return Card(
        title=t.plain("digest_commands.code_sent.title"),
        text=t("digest_commands.code_sent.body", address=added.address),
        buttons=(_enter_code(t, added, Style.PRIMARY),),
        tone=Tone.GOOD,
    )


def confirmed(t: Translator, address: Address) -> Card:
    return Card(
        title=t.plain("digest_commands.confirmed.title"),
        text=t("digest_commands.confirmed.body", address=address.address),
        buttons=(_to_list(t),),
        tone=Tone.GOOD,
    )


def all_of(t: Translator, addresses: Sequence[Address]) -> Card:
    """Every address and how it stands; codes can be entered and addresses taken off here."""
    title = t.plain("digest_commands.addresses.title")
    if not addresses:
        return Card(title=title, text=t("digest_commands.addresses.none"))
    menu = Menu(
        "address.remove",
        placeholder=t.plain("digest_commands.addresses.hint"),
        choices=tuple(Choice(str(one.id), one.address) for one in addresses),
    )
    waiting = (one for one in addresses if one.state is AddressState.UNCONFIRMED)
    return Card(
        title=title,
        text=Raw("\n".join(_line(t, one) for one in addresses)),
        menus=(menu,),
        buttons=tuple(_enter_code(t, one, Style.SECONDARY) for one in waiting),
    )


def _line(t: Translator, one: Address) -> Raw:
    since = t.when(one.confirmed_at or one.added_at, "D")
    return t(f"digest_commands.addresses.{one.state}", address=one.address, since=since)


def surely(t: Translator, address: Address) -> Card:
    yes = Button(t.plain("digest_commands.remove.label"), "address.remove_sure", (address.id,), Style.DANGER)
    return Card(
        title=t.plain("digest_commands.remove.title"),
        text=t(f"digest_commands.remove.{address.state}", address=address.address),
        buttons=(yes, _to_list(t)),
        tone=Tone.CAREFUL,
    )


def removed(t: Translator, address: Address) -> Card:
    return Card(
        title=t.plain("digest_commands.removed.title"),
        text=t("digest_commands.removed.body", address=address.address),
        buttons=(_to_list(t),),
        tone=Tone.GOOD,
    )


def _enter_code(t: Translator, address: Address, style: Style) -> Button:
    return Button(
        t.plain("digest_commands.enter_code.label", address=address.address), "address.code", (address.id,), style
    )


def _to_list(t: Translator) -> Button:
    return Button(t.plain("digest_commands.addresses.label"), "address.list")

"""Where digests go by mail: addresses that managers type in, once somebody who reads mail there has given the code."""

from __future__ import annotations

from bot.services.digests import addresses
from bot.texts import clean
from cogs.digests import address_cards as cards
from cogs.digests.address_cards import CODE
from cogs.ui.form import Form, Line
from cogs.ui.router import WeftCog, choose, press, submit
from cogs.ui.visit import Needs, Visit
from domain.addresses import address_of, key_of
from domain.errors import NoSuchAddress
from domain.model import Address

LONGEST_CODE = 20  # characters: people paste it with spaces around and in it


async def add(visit: Visit, typed: str, language: str) -> None:
    """Note an address and have a code sent there, in this language; blank: the community's."""
    added = await addresses.add(visit.tools, visit.cluster.id, clean(typed), language or visit.cluster.language)
    await visit.answer(cards.code_sent(visit.t, added))


async def confirm(visit: Visit, typed: str, code: str) -> None:
    confirmed = await addresses.confirm(visit.tools, visit.cluster.id, clean(typed), clean(code))
    await visit.answer(cards.confirmed(visit.t, confirmed))


async def show(visit: Visit) -> None:
    await visit.replace(cards.all_of(visit.t, await addresses.of(visit.tools, visit.cluster.id)))


async def ask_to_remove(visit: Visit, typed: str) -> None:
    """The last question. Raises NotAnAddress and NoSuchAddress."""
    wanted = key_of(address_of(clean(typed)))
    for one in await addresses.of(visit.tools, visit.cluster.id):
        if key_of(one.address) == wanted:
            await visit.answer(cards.surely(visit.t, one))
            return
    raise NoSuchAddress


async def _known(visit: Visit, number: int) -> Address:
    """An address of this community. Raises NoSuchAddress: the number came back from Discord."""
    for one in await addresses.of(visit.tools, visit.cluster.id):
        if one.id == number:
            return one
    raise NoSuchAddress


class Emails(WeftCog):
    @press("address.list", needs=Needs.MANAGER)
    async def list(self, visit: Visit) -> None:
        await show(visit)

    @press("address.code", needs=Needs.MANAGER)
    async def enter_code(self, visit: Visit, number: int) -> None:
        t, known = visit.t, await _known(visit, number)
        code = Line(
            CODE,
            t.plain("digest_commands.code.field"),
            t.plain("digest_commands.code.hint", address=known.address),
            limit=LONGEST_CODE,
        )
        await visit.ask(Form("address.code", (known.id,), t.plain("digest_commands.code.form_title"), (code,)))

    @submit("address.code", needs=Needs.MANAGER)
    async def code_entered(self, visit: Visit, number: int) -> None:
        known = await _known(visit, number)
        confirmed = await addresses.confirm(visit.tools, visit.cluster.id, known.address, visit.written(CODE))
        await visit.replace(cards.confirmed(visit.t, confirmed))

    @choose("address.remove", needs=Needs.MANAGER)
    async def remove(self, visit: Visit) -> None:
        await visit.replace(cards.surely(visit.t, await _known(visit, visit.chosen_id)))

    @press("address.remove_sure", needs=Needs.MANAGER)
    async def remove_surely(self, visit: Visit, number: int) -> None:
        known = await _known(visit, number)
        await addresses.remove(visit.tools, visit.cluster.id, known.address)
        await visit.replace(cards.removed(visit.t, known))

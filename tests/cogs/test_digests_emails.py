"""`/digest email`: an address is typed in, its owner agrees with a code, and it can be taken off again."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from bot.mail import Mailer
from bot.services.digests import addresses
from bot.settings import Settings
from cogs.ui.card import Button, Card, message
from domain.addresses import AT_MOST
from domain.model import Address, AddressState
from storage.engine import Database
from tests.cogs.desk import actions, custom_id_of, labels, shown_in
from tests.cogs.office import Office, at_office
from tests.cogs.played import played
from tests.mail.post_office import post_office
from tests.mail.reading import read
from tests.world import World, custom_ids, said

ADDRESS = "anna_b@example.org"


async def on_the_list(office: Office) -> list[Address]:
    return await addresses.of(office.tools, office.s.id)


async def code_for(office: Office, address: str = ADDRESS) -> str:
    """What is mailed there."""
    known = next(one for one in await on_the_list(office) if one.address == address)
    code = await addresses.new_code(office.tools, known)
    assert code is not None
    return code


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


async def enter(office: Office, shown: Any, code: str) -> Any:
    form = await office.mo.click(shown_in(shown), custom_id=custom_id_of(shown, "address.code"))
    return await office.mo.submit_modal(form, {"code": code})


async def test_an_address_is_on_the_list_once_its_owner_told_the_code(sqlite_db: Database) -> None:
    async with at_office(sqlite_db) as office:
        shown = await office.digest("email add", address=f" <{ADDRESS}> ")
        assert shown_in(shown).ephemeral
        assert f"`{ADDRESS}`" in said(shown)
        assert labels(shown) == [f"Enter the code for {ADDRESS}"]
        assert "waits for its code" in said(await office.digest("email list"))
        code = await code_for(office)
        done = await enter(office, shown, f" {code[:3]} {code[3:]} ")
        assert f"`{ADDRESS}` gets the digest from now on" in said(done)
        (address,) = await on_the_list(office)
        assert (address.state, address.language) == (AddressState.CONFIRMED, "en")
        listed = await office.digest("email list")
        assert f"`{ADDRESS}`: gets it, since <t:" in said(listed)
        assert actions(listed) == {"address.remove"}
        assert "gets it" in said(await office.mo.click(shown_in(done), custom_id=custom_id_of(done, "address.list")))


async def test_the_code_that_arrives_in_the_mail_is_the_one_that_counts(sqlite_db: Database, sqlite_url: str) -> None:
    async with at_office(sqlite_db) as office, post_office() as post:
        shown = await office.digest("email add", address=ADDRESS)
        mailer = Mailer(Settings(database_url=sqlite_url, **post.settings), office.tools, lambda _: "Hangar 9")
        (address,) = await on_the_list(office)
        await mailer.carry(replace(office.s.intention(address=address.id), kind=addresses.CODE))
        (mail,) = map(read, post.raw)
        assert (mail.message["From"], mail.message["To"]) == ("Weft <weft@example.org>", ADDRESS)
        found = re.search(r"\b[0-9]{3} ?[0-9]{3}\b", mail.plain)
        assert found
        assert "gets the digest" in said(await enter(office, shown, found[0]))


async def test_a_code_can_be_typed_with_a_command_too(sqlite_db: Database) -> None:
    async with at_office(sqlite_db) as office:
        await office.digest("email add", address=ADDRESS, language="nl")
        assert await office.suggestions("email confirm", "address", "anna") == [(ADDRESS, ADDRESS)]
        shown = await office.digest("email confirm", address=ADDRESS.upper(), code=await code_for(office))
        assert "gets the digest" in said(shown)
        assert shown_in(shown).ephemeral
        assert [(one.state, one.language) for one in await on_the_list(office)] == [(AddressState.CONFIRMED, "nl")]


async def test_a_wrong_code_says_how_many_tries_are_left_and_the_form_can_be_opened_again(sqlite_db: Database) -> None:
    async with at_office(sqlite_db) as office:
        shown = await office.digest("email add", address=ADDRESS)
        code = await code_for(office)
        assert "4" in said(await enter(office, shown, other_than(code)))
        assert "3" in said(await office.digest("email confirm", address=ADDRESS, code="none"))
        assert "gets the digest" in said(await enter(office, shown, code))


async def test_an_address_is_taken_off_after_a_second_question(sqlite_db: Database) -> None:
    async with at_office(sqlite_db) as office:
        await office.digest("email add", address=ADDRESS)
        await office.digest("email add", address="bert@example.org")
        assert len(await office.suggestions("email remove", "address")) == 2
        asked = await office.digest("email remove", address=ADDRESS.upper())
        assert len(await on_the_list(office)) == 2
        done = await office.mo.click(shown_in(asked), custom_id=custom_id_of(asked, "address.remove_sure"))
        assert f"`{ADDRESS}` gets nothing from Weft any more" in said(done)
        listed = await office.digest("email list")
        (left,) = await on_the_list(office)
        asked = await office.mo.select(
            shown_in(listed), [str(left.id)], custom_id=custom_id_of(listed, "address.remove")
        )
        done = await office.mo.click(shown_in(asked), custom_id=custom_id_of(asked, "address.remove_sure"))
        assert await on_the_list(office) == []
        assert "Nobody." in said(await office.mo.click(shown_in(done), custom_id=custom_id_of(done, "address.list")))


async def test_what_is_not_on_the_list_cannot_be_taken_off(sqlite_db: Database) -> None:
    async with at_office(sqlite_db) as office:
        for typed in ("nobody@example.org", "no address", "@everyone"):
            shown = await office.digest("email remove", address=typed)
            assert actions(shown) == set(), typed
            assert shown_in(shown).ephemeral


async def test_a_button_of_an_address_that_is_gone_says_so(sqlite_db: Database) -> None:
    async with at_office(sqlite_db) as office:
        shown = await office.digest("email add", address=ADDRESS)
        asked = await office.digest("email remove", address=ADDRESS)
        sure = custom_id_of(asked, "address.remove_sure")
        await office.mo.click(shown_in(asked), custom_id=sure)
        gone = await office.mo.click(shown_in(shown), custom_id=custom_id_of(shown, "address.code"))
        assert gone.modal is None


async def test_two_managers_who_type_the_same_address_at_once_ask_its_owner_once(sqlite_db: Database) -> None:
    async with at_office(sqlite_db) as office:
        both = await office.at_once("email add", "address", ADDRESS)
        assert [custom_ids(one) for one in both] == [["w1:address.code:1"]] * 2
        assert len(await on_the_list(office)) == 1


async def test_a_list_as_long_as_it_may_be_fits(sqlite_db: Database) -> None:
    async with at_office(sqlite_db) as office:
        for at in range(AT_MOST):
            await office.digest("email add", address=f"{'a' * 60}{at}@{'b' * 60}.{'c' * 60}.example.org")
        listed = await office.digest("email list")
        assert len(labels(listed)) == AT_MOST
        assert said(listed).count("waits for its code") == AT_MOST
        assert actions(await office.digest("email add", address="one-more@example.org")) == set()


@pytest.mark.parametrize("action", ["address.list", "address.code:1", "address.remove_sure:1"])
async def test_a_button_somebody_forged_shows_no_address_to_who_is_no_manager(sqlite_db: Database, action: str) -> None:
    async with at_office(sqlite_db) as office:
        await office.digest("email add", address=ADDRESS)
        name, _, number = action.partition(":")
        button = Button("Press", name, (int(number),) if number else ())
        channel = office.s.bot.get_partial_messageable(office.s.lobby.id, guild_id=office.s.guild.id)
        sent = await channel.send(**message(Card(text="here", buttons=(button,))))
        shown = await office.s.ada.click(sent, label="Press")
        assert "people who manage this cluster" in said(shown)
        assert shown.modal is None
        assert len(await on_the_list(office)) == 1


@played(set_up=True)
async def test_without_a_mail_server_a_manager_is_told_whom_to_ask(w: World) -> None:
    shown = await w.manager.slash("digest email add", address=ADDRESS)
    assert "whoever runs it" in said(shown)
    assert actions(shown) == set()
    assert await addresses.of(w.app.tools, w.id) == []

"""Mail through a real server: what arrives, what happens when it cannot, and what managers are told of that."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.app import ARRIVALS
from bot.mail import ARRIVALS as MAIL_ARRIVALS
from bot.mail import AT_ONCE, Mailer
from bot.mail.sending import hand_over
from bot.services import communities, upkeep
from bot.services.digests import addresses
from bot.settings import Settings
from bot.texts import LANGUAGES, catalogue
from cogs.communities import cards
from domain.model import AddressState, CommunityState, IntentionState, Problem, ProblemKind
from storage.engine import Database, open_database
from storage.tables import addresses as table
from storage.tables import communities as communities_table
from storage.tables import outbox
from tests.mail.mailing import PICTURE, PUBLIC, Mailing, mailing
from tests.mail.post_office import SENDER, post_office
from tests.mail.reading import read
from tests.services.cluster import Cluster
from tests.storage.rows import HERE, NOW


@pytest.fixture
async def m(sqlite_db: Database) -> AsyncIterator[Mailing]:
    async with post_office() as office, mailing(sqlite_db, office) as made:
        yield made


async def unfinished(m: Mailing) -> int:
    async with m.tools.db.read() as tx:
        query = sa.select(sa.func.count()).where(
            outbox.c.kind.like("email.%"), outbox.c.state.not_in([IntentionState.DONE, IntentionState.DROPPED])
        )
        return int(await tx.scalar(query) or 0)


async def test_from_an_address_typed_to_a_digest_in_the_mailbox(m: Mailing) -> None:
    await m.add("Ann@example.org")
    await m.digest()  # made before anybody confirmed: not for them
    await m.post()
    assert [one["To"] for one in m.office.arrived] == ["Ann@example.org"]
    await addresses.confirm(m.tools, m.cluster.id, "ann@EXAMPLE.org", f" {m.code[:3]} {m.code[3:]} ")
    await m.digest(9)
    await m.post()
    code, digest = map(read, m.office.raw)
    assert "Nijverheid & Co" in digest.message["Subject"]
    assert digest.picture == PICTURE
    assert " ".join(digest.plain.split()) == digest.said
    assert " ".join(code.plain.split()) == code.said
    assert f"https://discord.com/channels/{m.cluster.id}/12" in digest.plain
    (known,) = await m.addresses()
    link = f"{PUBLIC}/unsubscribe/{known.token}?language=en"
    assert digest.message["List-Unsubscribe"] == f"<{link}>, <mailto:{SENDER}?subject=unsubscribe>"
    assert link in digest.plain
    assert known.token not in code.plain + str(code.message)
    assert m.office.envelopes[1] == (SENDER, ["Ann@example.org"])


async def test_nothing_but_a_code_goes_to_who_has_not_confirmed(m: Mailing) -> None:
    await m.confirmed("ann@example.org")
    await m.add("bob@example.org")
    await m.post()
    await m.digest()
    await m.post()
    assert [str(one["To"]) for one in m.office.arrived] == ["ann@example.org", "bob@example.org", "ann@example.org"]


@pytest.mark.parametrize("how", ["removed", "unsubscribed", "asked anew"])
async def test_who_is_gone_before_the_mail_goes_gets_none(m: Mailing, how: str) -> None:
    known = await m.confirmed()
    await m.digest()
    if how == "removed":
        await addresses.remove(m.tools, m.cluster.id, known.address)
    elif how == "unsubscribed":
        assert await addresses.unsubscribe(m.tools, known.token)
    else:
        async with m.tools.db.write() as tx:
            await addresses.stored.ask_again(tx, known.id, "en", m.cluster.clock.at)
    await m.post()
    assert len(m.office.arrived) == 1
    assert await unfinished(m) == 0


@pytest.mark.parametrize("what", ["a code", "a digest"])
async def test_where_weft_has_gone_no_mail_follows(m: Mailing, what: str) -> None:
    """Not even what was under way at that moment, and so was not held back with the rest."""
    known = await m.confirmed()
    await (m.digest() if what == "a digest" else m.add("bob@example.org"))
    async with m.tools.db.write() as tx:
        await tx.execute(sa.update(communities_table).values(state=CommunityState.LEFT))
    await m.post()
    assert [str(one["To"]) for one in m.office.arrived] == [known.address]
    assert await unfinished(m) == 0


async def test_an_address_that_got_the_number_of_one_that_is_gone_gets_nothing_of_anothers(m: Mailing) -> None:
    known = await m.confirmed()
    await m.digest()
    other = (await Cluster.start(m.cluster.db, key=2)).id
    async with m.tools.db.write() as tx:
        await tx.execute(sa.update(table).where(table.c.id == known.id).values(community_id=other))
    await m.post()
    assert len(m.office.arrived) == 1


async def test_a_server_that_is_down_and_up_again(m: Mailing) -> None:
    await m.confirmed()
    await m.office.close()
    await m.digest()
    await m.post()
    (problem,) = await m.problems()
    assert (problem.kind, problem.subject) == (ProblemKind.MAIL, "mail")
    await m.wait(minutes=50)
    assert m.told == []  # `/cluster check` says it; nobody is called for that
    await m.wait(timedelta(minutes=40), hours=8)
    assert [one.kind for one in m.told] == ["manager.problem"]
    assert await m.problems() == [problem]
    await m.office.open()
    await m.wait(minutes=12)
    assert len(m.office.arrived) == 2
    assert await m.problems() == []
    assert len(m.told) == 1


@pytest.mark.parametrize("step", ["RCPT", "DATA"])
async def test_one_mail_that_is_refused_holds_up_no_others(m: Mailing, step: str) -> None:
    await m.confirmed("ann@example.org")
    m.office.says[step] = "554 5.7.1 not this one"
    await m.digest()
    await m.post()
    (problem,) = await m.problems()
    m.office.says.clear()
    elsewhere = replace(m, cluster=await Cluster.start(m.cluster.db, key=2))
    await elsewhere.confirmed("bob@example.org")  # at the same moment
    assert await m.problems() == [problem]
    tried = m.office.connections
    await m.wait(minutes=54)
    assert m.office.connections == tried  # nor is a refusal asked for again and again
    await m.wait(minutes=12)
    assert [str(one["To"]) for one in m.office.arrived[-2:]] == ["bob@example.org", "ann@example.org"]
    assert await m.problems() == []


@pytest.mark.parametrize("how", ["removed", "unsubscribed", "never confirmed"])
async def test_where_nobody_is_to_get_mail_any_more_none_is_amiss(m: Mailing, how: str) -> None:
    known = await m.confirmed() if how != "never confirmed" else await m.add()
    await m.office.close()
    await m.digest()
    await m.post()
    assert len(await m.problems()) == 1
    if how == "removed":
        await addresses.remove(m.tools, m.cluster.id, known.address)
    elif how == "unsubscribed":
        assert await addresses.unsubscribe(m.tools, known.token)
    else:
        m.cluster.clock.at += timedelta(hours=25)
        await upkeep.forget_what_is_over(m.tools)
    assert await m.problems() == []


async def test_mail_that_was_taken_is_not_sent_again_because_the_database_went_away_then(
    m: Mailing, sqlite_url: str
) -> None:
    await m.confirmed()
    assert MAIL_ARRIVALS.items() <= ARRIVALS.items()
    its_own = await open_database(sqlite_url)

    async def taken(*talk: Any) -> None:
        await hand_over(*talk)
        await its_own.close()

    m.restart()
    m.mailer = Mailer(Settings(_env_file=None, **m.office.settings), replace(m.tools, db=its_own), lambda _: "", taken)
    await m.digest()
    await m.post()
    m.restart()
    await m.wait(minutes=12)
    assert len(m.office.arrived) == 2


async def test_a_restart_with_better_settings_sends_what_waited(m: Mailing) -> None:
    await m.confirmed()
    await m.digest()
    m.office.says["MAIL"] = "553 5.7.1 not yours"
    await m.wait(minutes=30)
    tried = m.office.connections
    assert tried <= 4  # a wrong setting is not tried again and again
    assert len(await m.problems()) == 1
    m.office.says.clear()
    m.restart()
    await m.wait(minutes=12)
    assert len(m.office.arrived) == 2
    assert await m.problems() == []


async def test_a_manager_who_looks_does_not_mend_mail_and_is_not_counted_as_mending_it(m: Mailing) -> None:
    await m.confirmed()
    await m.office.close()
    await m.digest()
    await m.post()
    health = await communities.checked(m.tools, m.cluster.id, ())
    assert [one.kind for one in health.problems] == [ProblemKind.MAIL]
    assert (health.mended, health.required) == ((), 0)


async def test_after_three_days_a_digest_is_given_up(m: Mailing) -> None:
    await m.confirmed()
    await m.office.close()
    await m.digest()
    await m.wait(timedelta(hours=6), days=2, hours=23)
    assert await unfinished(m) == 1
    await m.wait(timedelta(hours=1), hours=2)
    assert await unfinished(m) == 0
    await m.office.open()
    await m.wait(hours=1)
    assert len(m.office.arrived) == 1


async def test_a_server_that_turns_strangers_away_at_first_is_no_problem(m: Mailing) -> None:
    m.office.says["RCPT"] = "451 4.7.1 Greylisted"
    await m.add()
    await m.wait(minutes=20)
    assert (m.office.arrived, await m.problems()) == ([], [])
    m.office.says.clear()
    await m.wait(minutes=6)
    assert len(m.office.arrived) == 1


async def test_one_that_goes_on_doing_so_is(m: Mailing) -> None:
    m.office.says["RCPT"] = "451 4.7.1 Greylisted"
    await m.add()
    await m.wait(hours=2)
    assert [one.kind for one in await m.problems()] == [ProblemKind.MAIL]


async def test_a_mailbox_that_is_not_there_is_never_written_to_again(m: Mailing) -> None:
    await m.confirmed()
    m.office.says["RCPT"] = "550 5.1.1 <ann@example.org>: no such user"
    await m.digest()
    await m.post()
    (known,) = await m.addresses()
    assert known.state is AddressState.REFUSED
    assert await m.problems() == []
    m.office.says.clear()
    await m.digest(9)
    await m.post()
    assert len(m.office.arrived) == 1
    await m.wait(minutes=2)
    await m.confirmed()  # the mailbox is there after all
    assert (await m.addresses())[0].state is AddressState.CONFIRMED


async def test_what_was_taken_but_never_confirmed_comes_again_under_the_same_id(m: Mailing) -> None:
    await m.confirmed()
    m.office.breaks = "after"
    await m.digest()
    await m.post()
    m.office.breaks = ""
    m.restart()
    await m.wait(minutes=6)
    _, first, second = m.office.arrived
    assert first["Message-ID"] == second["Message-ID"]


async def test_a_connection_that_breaks_in_the_middle_has_it_sent_again(m: Mailing) -> None:
    await m.confirmed()
    m.office.breaks = "before"
    await m.digest()
    await m.post()
    assert len(m.office.arrived) == 1
    m.office.breaks = ""
    await m.wait(minutes=6)
    assert len(m.office.arrived) == 2


async def test_a_code_mailed_twice_is_two_codes_and_two_mails_and_the_newest_counts(m: Mailing) -> None:
    m.office.breaks = "after"
    await m.add()
    await m.post()
    first = m.code
    m.office.breaks = ""
    await m.wait(minutes=6)
    assert len({one["Message-ID"] for one in m.office.arrived}) == 2
    if first != m.code:
        with pytest.raises(addresses.WrongCode):
            await addresses.confirm(m.tools, m.cluster.id, "ann@example.org", first)
    assert (await addresses.confirm(m.tools, m.cluster.id, "ann@example.org", m.code)).state is AddressState.CONFIRMED


async def test_a_digest_in_dutch_is_dutch_all_through(m: Mailing) -> None:
    await m.confirmed(language="nl")
    assert "Je code voor Weft" in m.office.arrived[0]["Subject"]
    await m.digest(language="nl")
    await m.post()
    found = read(m.office.raw[-1])
    assert found.root == {"lang": "nl", "dir": "ltr"}
    assert "samenvatting van 2 maart 2026" in found.message["Subject"]
    assert "Afmelden" in found.plain


async def test_a_few_connections_at_once_and_everybody_gets_theirs(m: Mailing) -> None:
    for number in range(10):
        await m.confirmed(f"a{number}@example.org")
    await m.digest()
    await m.wait(minutes=30)
    assert len(m.office.arrived) == 20
    assert m.office.most_at_once <= AT_ONCE
    assert len({str(one["Message-ID"]) for one in m.office.arrived}) == 20


async def test_where_the_operator_took_the_mail_server_away_it_waits_and_is_said(m: Mailing) -> None:
    await m.confirmed()
    m.restart(smtp_host="")
    await m.digest()
    await m.wait(minutes=12)
    assert [one.kind for one in await m.problems()] == [ProblemKind.MAIL]
    m.restart()
    await m.wait(minutes=12)
    assert len(m.office.arrived) == 2


async def test_without_a_public_address_mail_names_no_link(m: Mailing) -> None:
    m.restart(public_url="")
    await m.confirmed()
    await m.digest()
    await m.post()
    found = read(m.office.raw[-1])
    assert found.message["List-Unsubscribe-Post"] is None
    assert "/unsubscribe/" not in found.plain + str(found.message)


@pytest.mark.parametrize("language", LANGUAGES)
def test_managers_are_told_that_there_is_nothing_for_them_to_do(language: str) -> None:
    t = catalogue(language)
    amiss = Problem(HERE, ProblemKind.MAIL, "mail", (), NOW)
    card = cards.problem(t, None, None, amiss)  # type: ignore[arg-type]  # no channel and no permission is at fault
    assert card.title == t.plain("communities.problem.mail.title")
    assert "`weft check`" in card.text
    assert t("communities.problem.waits") not in card.text
    assert [one.action for one in card.buttons] == ["cluster.check"]

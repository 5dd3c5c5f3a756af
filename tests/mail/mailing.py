"""A cluster whose digests go by mail: a real database, the delivery, and a real mail server."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from bot.delivery import Delivery
from bot.mail import ARRIVALS, Mailer
from bot.services import communities
from bot.services.digests import addresses
from bot.services.tools import Tools
from bot.settings import Settings
from domain.model import Address, AddressState, DigestId, DigestKind, Intention, NewIntention, Problem
from storage import addresses as stored
from storage import digests, outbox, problems
from storage.digests import NewDigest
from storage.engine import Database
from tests.mail.post_office import Office
from tests.services.cluster import Cluster

NAME = "Nijverheid & Co"
PICTURE = b"\x89PNG and so on \xff\x00"
PUBLIC = "https://weft.example.org"


@dataclass
class Mailing:
    cluster: Cluster
    office: Office
    tools: Tools
    mailer: Mailer
    delivery: Delivery
    told: list[Intention] = field(default_factory=list)  # in the managers' channel

    async def carry(self, intention: Intention) -> Mapping[str, int]:
        if intention.kind.startswith("email."):
            return await self.mailer.carry(intention)
        self.told.append(intention)
        return {}

    def restart(self, **more: Any) -> None:
        """As after a crash, or with other settings: nothing is remembered but what is in the database."""
        given = {"health": "127.0.0.1:8080", "public_url": PUBLIC, **self.office.settings, **more}
        self.mailer = Mailer(Settings(_env_file=None, **given), self.tools, lambda _: NAME)
        self.delivery = Delivery(self.tools, self, ARRIVALS, {}, tell=communities.tell_problem)

    async def add(self, address: str = "ann@example.org", language: str = "en") -> Address:
        return await addresses.add(self.tools, self.cluster.id, address, language)

    async def post(self) -> None:
        """Have what is due by now carried out."""
        await self.delivery.drain()

    async def wait(self, step: timedelta = timedelta(minutes=6), **span: float) -> None:
        """Let time pass, and every `step` carry out what is due."""
        end = self.cluster.clock.at + timedelta(**span)
        while self.cluster.clock.at < end:
            self.cluster.clock.at = min(end, self.cluster.clock.at + step)
            await self.post()

    @property
    def code(self) -> str:
        """The code in the last mail."""
        found = re.search(r"\d{6}", str(self.office.arrived[-1]["Subject"]))
        assert found
        return found[0]

    async def confirmed(self, address: str = "ann@example.org", language: str = "en") -> Address:
        await self.add(address, language)
        await self.post()
        return await addresses.confirm(self.tools, self.cluster.id, address, self.code)

    async def digest(self, day: int = 2, language: str = "en") -> DigestId:
        """A weekly digest is made, and is to be mailed."""
        now = self.cluster.clock.at
        new = NewDigest(
            community=self.cluster.id,
            kind=DigestKind.WEEKLY,
            day=date(2026, 3, day),
            since=now,
            until=now,
            language=language,
            figures={},
            text="",
            plain="14 of 20 firms took part.\n\nNeeds you: nothing.",
            picture=PICTURE,
            alt="A chart.",
            need=None,
        )
        async with self.tools.db.write() as tx:
            made = await digests.add(tx, new)
            assert made is not None
            for one in await stored.of(tx, self.cluster.id):
                if one.state is AddressState.CONFIRMED:
                    await outbox.add(tx, now, _to_mail(one, made))
        return made

    async def addresses(self) -> list[Address]:
        return await addresses.of(self.tools, self.cluster.id)

    async def problems(self) -> list[Problem]:
        async with self.tools.db.read() as tx:
            return await problems.of(tx, self.cluster.id)


def _to_mail(address: Address, digest: DigestId) -> NewIntention:
    """As `bot.services.digests` decides it."""
    args: dict[str, int | str] = {"address": address.id, "digest": digest}
    key, lane = f"email.digest:{digest}:{address.id}", f"email:{address.id}"
    return NewIntention(address.community, key, lane, "email.digest", args)


@asynccontextmanager
async def mailing(db: Database, office: Office) -> AsyncIterator[Mailing]:
    cluster = await Cluster.start(db)
    tools = replace(cluster.tools, mail=True)
    made = Mailing(cluster, office, tools, mailer=None, delivery=None)  # type: ignore[arg-type]  # the next line
    made.restart()
    yield made
    await made.delivery.close(1)

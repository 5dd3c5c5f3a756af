"""Mail: carries the intentions of kinds `email.…` out, as the messenger does those for Discord.

SMTP cannot be exactly once. A server that took a message just before a crash, or before the connection broke, gets it
again, under the same Message-ID, by which many servers and mail programs drop the second copy. A code is different each
time it is mailed, and so is its Message-ID: only the newest one counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.mail.letters import Letter, code_letter, digest_letter
from bot.mail.messages import Envelope, list_headers, message_of
from bot.mail.sending import HandOver, MailFailed, NoMailbox, Trouble, hand_over, server_of
from bot.mail.troubles import mail_fails, mail_works
from bot.outcomes import Arrival, Later, Moot, Refused
from bot.services.digests import addresses
from bot.services.tools import Tools
from bot.settings import Settings
from domain.addresses import CODE_LASTS, MAILED_WITHIN, on_the_wire
from domain.communities import ChannelKind, channel_of
from domain.model import (
    Address,
    AddressId,
    AddressState,
    Community,
    CommunityId,
    CommunityState,
    Digest,
    DigestId,
    Intention,
    ProblemKind,
)
from storage import addresses as stored
from storage import communities, digests

__all__ = ["ARRIVALS", "Mailer"]

log = structlog.get_logger(__name__)

ARRIVALS: Mapping[str, Arrival] = {addresses.CODE: mail_works, addresses.DIGEST: mail_works}

AT_ONCE = 4  # connections; a mail server allows a few, and Discord must not wait for them
#: Seconds until there may be room again, and that many more each time there was none, until the longest: all weekly
#: digests may be due at the same moment.
BUSY, BUSY_AT_MOST = 2.0, 60.0
#: How long nothing is tried after a failure: what passes by itself, and what the operator must mend. (A server that is
#: asked with a wrong password again and again may lock us out.)
REST, LONG_REST = timedelta(seconds=30), timedelta(minutes=15)
ALONE = 3600.0  # seconds until a mail that was refused for itself is tried again
LOOK_AGAIN = 300.0  # seconds at most until a mail that waits is looked at again: after a restart with better settings
GREYLISTED = timedelta(hours=1)  # many servers turn strangers away at first; after that it is a problem


@dataclass(frozen=True, slots=True)
class Mail:
    """What is to be sent. `mark`: what the message is known by."""

    address: Address
    letter: Letter
    mark: str
    headers: Mapping[str, str]


class Mailer:
    """One for each process. `name` says what a community's server is called; `hand_over` hands a message on."""

    def __init__(
        self, settings: Settings, tools: Tools, name: Callable[[CommunityId], str], hand_over: HandOver = hand_over
    ) -> None:
        self._hand_over = hand_over
        self._server = server_of(settings)
        self._from = settings.mail_from if self._server else ("", "")
        self._public_url = settings.public_url
        self._tools = tools
        self._name = name
        self._talking = 0
        self._rests_until: datetime | None = None

    async def carry(self, intention: Intention) -> Mapping[str, int]:
        """Send a mail. Raises Later or Moot (Refused for a kind of another version of this program)."""
        address, digest = await self._about(intention)
        await self._may_try(intention)
        self._talking += 1
        try:
            mail = await self._written(intention, address, digest)
            await self._send(intention, mail)
        finally:
            self._talking -= 1
        return {}

    # What is to be sent

    async def _about(self, intention: Intention) -> tuple[Address, tuple[Digest, Community] | None]:
        """To whom, and which digest; None: a code. Raises Moot where nothing may be sent (any more)."""
        now = self._tools.clock.now()
        async with self._tools.db.read() as tx:
            address = await stored.get(tx, AddressId(int(intention.args["address"])))
            # SQLite gives the number of a row that is gone to another, perhaps in another community.
            if address is None or address.community != intention.community:
                raise Moot
            community = await communities.get(tx, intention.community)
            if community is None or community.state is not CommunityState.ACTIVE:
                raise Moot
            if intention.kind == addresses.CODE:
                if address.state is not AddressState.UNCONFIRMED or now - address.added_at > CODE_LASTS:
                    raise Moot
                return address, None
            if intention.kind != addresses.DIGEST:
                raise Refused(ProblemKind.REFUSED, intention.kind)
            digest = await digests.get(tx, DigestId(int(intention.args["digest"])))
        if digest is None or address.state is not AddressState.CONFIRMED:
            raise Moot
        if now - digest.until > MAILED_WITHIN:
            log.warning("mail.given_up", community=intention.community, digest=digest.id)
            raise Moot
        return address, (digest, community)

    async def _written(self, intention: Intention, address: Address, about: tuple[Digest, Community] | None) -> Mail:
        """The mail itself; of a code, it is made here and takes the place of any other. Raises Moot."""
        name = self._name(intention.community)
        if about is None:
            code = await addresses.new_code(self._tools, address)
            if code is None:
                raise Moot
            mark = f"{intention.key}:{intention.attempts}:{address.token}"
            return Mail(address, code_letter(address.language, name, code), mark, {})
        digest, community = about
        link = f"{self._public_url}/unsubscribe/{address.token}" if self._public_url else None
        if link:
            link += f"?language={address.language}"
        letter = digest_letter(digest, name, _in_chat(community, digest), link)
        headers = list_headers(f"digest.{community.id}", self._from[1], link)
        # Beside another Weft that has the same address and begins to count at 1, too.
        return Mail(address, letter, f"{intention.key}:{address.token}", headers)

    # Sending it

    async def _may_try(self, intention: Intention) -> None:
        """Raises Later while it would be no use."""
        now = self._tools.clock.now()
        if self._server is None:  # there was one when the address was confirmed
            await mail_fails(self._tools, intention.community)
            raise Later(LOOK_AGAIN, untried=True)
        if self._rests_until is not None and now < self._rests_until:
            await mail_fails(self._tools, intention.community)
            raise Later(min(LOOK_AGAIN, (self._rests_until - now).total_seconds()), untried=True)
        if self._talking >= AT_ONCE:
            raise Later(min(BUSY * intention.attempts, BUSY_AT_MOST), untried=True)

    async def _send(self, intention: Intention, mail: Mail) -> None:
        assert self._server is not None
        now, (name, sender) = self._tools.clock.now(), self._from
        envelope = Envelope(name, sender, mail.address.address, mail.mark, now)
        message = message_of(mail.letter, envelope, mail.headers)
        try:
            await self._hand_over(self._server, on_the_wire(sender), on_the_wire(mail.address.address), message)
        except NoMailbox:
            log.info("mail.no_mailbox", community=intention.community, address=mail.address.id)
            async with self._tools.db.write() as tx:
                await stored.refuse(tx, mail.address.id, mail.address.state)
            raise Moot from None
        except MailFailed as failure:
            await self._failed(intention, failure)
            raise Later(ALONE if failure.trouble is Trouble.THIS_MAIL else None) from None
        self._rests_until = None

    async def _failed(self, intention: Intention, failure: MailFailed) -> None:
        now, trouble = self._tools.clock.now(), failure.trouble
        log.warning("mail.failed", community=intention.community, trouble=trouble.value, code=failure.code)
        if trouble is Trouble.BUSY:  # about this mail alone, as likely as not
            first = intention.first_tried_at
            if first is None or now - first < GREYLISTED:
                return
        elif trouble is not Trouble.THIS_MAIL:  # of which no other mail has to suffer
            self._rests_until = now + (REST if trouble.passes else LONG_REST)
        await mail_fails(self._tools, intention.community)


def _in_chat(community: Community, digest: Digest) -> str | None:
    """Where the digest stands in the managers' channel, or else the channel."""
    place = channel_of(community.channels, ChannelKind.MANAGERS)
    if place is None:
        return None
    return f"https://discord.com/channels/{community.id}/{place}" + (f"/{digest.message}" if digest.message else "")

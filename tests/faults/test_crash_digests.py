"""Killed before or after any request of a week's digest and started again: it ends as if nothing had been."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path
from typing import Any, ClassVar

import pytest
import simcord
from aiosmtpd.smtp import SMTP, Envelope, Session

from domain.calendar import MemberCadence
from domain.model import AddressState
from storage.tables import addresses, digests, manager_actions, outbox
from tests.faults.checkpoints import Columns, Deed, nothing_is_lost
from tests.mail.post_office import Office
from tests.world import World, custom_ids, text_of, world

SUNDAY = datetime(2026, 2, 1, 12, tzinfo=UTC)
MADE = datetime(2026, 2, 2, 8, tzinfo=UTC)  # the digest was due half an hour ago


@dataclass
class Letterbox(Office):
    """Keeps the mail with what the simulated Discord holds, so that it goes back in time with that."""

    env: simcord.Env | None = None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        assert self.env is not None
        mail = message_from_bytes(envelope.original_content or b"")
        mailbox(self.env).append(f"{envelope.rcpt_tos} {mail['Message-ID']} {mail['Subject']}")
        return await super().handle_DATA(server, session, envelope)


def mailbox(env: simcord.Env) -> list[str]:
    found: list[str] = vars(env.backend).setdefault("mailbox", [])
    return found


@dataclass
class Story:
    """A week's digest is posted and mailed; its button has the people of a firm invited."""

    w: World

    columns: ClassVar[Columns] = {
        "digests": (digests.c.kind, digests.c.day, digests.c.text, digests.c.picture, digests.c.need),
        "actions": (manager_actions.c.what, manager_actions.c.required),
        "outbox": (outbox.c.key, outbox.c.state),
    }

    def steps(self) -> Sequence[datetime | Deed]:
        # Killed before they saw the question, people press again.
        return (MADE, self.invite, self.invite)

    async def invite(self) -> None:
        w = self.w
        post = w.managers_channel.history()[-1]
        if custom_ids(post):
            question = await w.manager.press(post, "need.firm")
            await w.manager.press(question.response, "need.firm_sure")
        await w.until(w.now)

    async def shown(self) -> dict[str, Any]:
        w = self.w

        def said(place: Any) -> list[str]:
            return [f"{text_of(one)} {len(custom_ids(one))} {len(one.attachments)}" for one in place.history()]

        return {
            "managers": said(w.managers_channel),
            "own": sorted((one.name or "", said(one)) for one in w.threads()),
            # What a server took just before a crash it may get again, under the same id.
            "mail": sorted(set(mailbox(w.env))),
        }


@pytest.mark.timeout(300)
async def test_a_crash_at_any_request_changes_nothing(sqlite_url: str, tmp_path: Path) -> None:
    office = Letterbox()
    await office.open()
    async with world(sqlite_url, check_errors=False) as w:
        office.env = w.env
        await w.person("ada", "Studio Noord", "crafts", MemberCadence.ASK)
        await w.person("ben", "Studio Noord", "crafts", MemberCadence.ASK)
        await mailed_to(w, "ann@example.org")
        w.settings = w.settings.model_copy(update=dict(office.settings))
        w.env.backend.advance_clock((SUNDAY - w.now).total_seconds())
        await w.restart()
        await w.until(w.now)
        story = Story(w)
        await nothing_is_lost(story, tmp_path, slice(None), requests=8)
        told = await story.shown()
        assert "they were invited" in told["managers"][-1]
        assert (len(told["own"]), len(told["mail"])) == (2, 1)
    await office.close()


async def mailed_to(w: World, address: str) -> None:
    """Have digests mailed there."""
    async with w.app.tools.db.write() as tx:
        await tx.execute(
            addresses.insert().values(
                community_id=w.id, address=address, address_key=address, language="en",
                state=AddressState.CONFIRMED, code_hash="", token="t", added_at=w.now, confirmed_at=w.now,
            )
        )  # fmt: skip

"""What a member may always ask: a file with everything about them, and to be forgotten."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.reports.archive import archive, as_csv, as_json
from bot.services import rounds
from bot.services.acts import act_of
from bot.services.rounds.departure import depart
from bot.services.tools import Tools
from domain.model import ActKind, Member
from storage import acts, privacy, privacy_showings
from storage import rounds as stored_rounds
from storage import showings as stored_showings

# A file that comes with a message may be 10 MiB; the rest is room for everything else.
FILES_AT_MOST = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class MyData:
    """Everything about one member, by subject; `files`: (name, contents); `left_out`: the names of those too large."""

    subjects: dict[str, list[dict[str, Any]]]
    files: tuple[tuple[str, bytes], ...] = field(repr=False)
    left_out: tuple[str, ...]


async def my_data(tools: Tools, member: Member, readme: str) -> bytes:
    """One ZIP of everything about a member: JSON, a CSV file for each subject, their files, and `readme`."""
    async with tools.db.read() as tx:
        subjects = await privacy.everything(tx, member.id)
        files = [("round", *one) for one in await privacy.brief_files(tx, member.id)]
        files += [("showing", *one) for one in await privacy_showings.showing_files(tx, member.id)]
    kept, left_out = _fitting(files)
    return await tools.compute(packed, MyData(subjects, kept, left_out), readme)


def _fitting(
    files: Sequence[tuple[str, int, str, bytes]],
) -> tuple[tuple[tuple[str, bytes], ...], tuple[str, ...]]:
    kept, left_out, room = [], [], FILES_AT_MOST
    for what, number, name, data in files:
        path = f"files/{what}-{number}-{_safe(name)}"
        if len(data) > room:
            left_out.append(path)
            continue
        kept.append((path, data))
        room -= len(data)
    return tuple(kept), tuple(left_out)


def _safe(name: str) -> str:
    """A file's name without anything that leads elsewhere when the archive is unpacked."""
    return re.sub(r"[^\w. -]", "_", name).strip(". ")[-100:] or "file"


def packed(data: MyData, readme: str) -> bytes:
    """The ZIP of `my_data`. The same data gives the same bytes: entries carry no time."""
    content = {**data.subjects, "files": [path for path, _ in data.files], "files_left_out": data.left_out}
    return archive(
        {
            "README.txt": readme.encode(),
            "weft-my-data.json": as_json(content),
            **{f"{subject}.csv": as_csv(records) for subject, records in data.subjects.items()},
            **dict(data.files),
        }
    )


async def erase(tools: Tools, member: Member) -> None:
    """Forget who somebody is, at once and for good; the other side keeps its hours and reviews. Twice is once."""
    now = tools.clock.now()
    async with tools.db.write() as tx:
        await stored_showings.hold_of(tx, member.id)  # before the member: the order in which everybody takes hold
        await depart(tx, member, now)
        if await privacy.erase(tx, member.id, now):
            await stored_rounds.forget_whom_avoided(tx, member.community, member.id)
            await acts.record(tx, act_of(member, ActKind.ERASED, now, "for good"))
    await rounds.help_waiting(tools, member.community)
    tools.wake()

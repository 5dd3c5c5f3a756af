"""What a member may always ask: a file with everything about them, and to be forgotten."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.services import rounds
from bot.services.acts import act_of
from bot.services.rounds.departure import depart
from bot.services.tools import Tools
from domain.model import ActKind, Member
from storage import acts, privacy
from storage import rounds as stored_rounds

Record = Mapping[str, Any]

# A file that comes with a message may be 10 MiB; the rest is room for everything else.
FILES_AT_MOST = 8 * 1024 * 1024
LARGEST_EXACT = 2**53 - 1  # the largest whole number every reader of JSON keeps
# What a spreadsheet would take for the start of a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


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
        brief_files = await privacy.brief_files(tx, member.id)
    kept, left_out = _fitting(brief_files)
    return await tools.compute(archive, MyData(subjects, kept, left_out), readme)


def _fitting(
    brief_files: Sequence[tuple[int, str, bytes]],
) -> tuple[tuple[tuple[str, bytes], ...], tuple[str, ...]]:
    kept, left_out, room = [], [], FILES_AT_MOST
    for number, name, data in brief_files:
        path = f"files/round-{number}-{_safe(name)}"
        if len(data) > room:
            left_out.append(path)
            continue
        kept.append((path, data))
        room -= len(data)
    return tuple(kept), tuple(left_out)


def _safe(name: str) -> str:
    """A file's name without anything that leads elsewhere when the archive is unpacked."""
    return re.sub(r"[^\w. -]", "_", name).strip(". ")[-100:] or "file"


def archive(data: MyData, readme: str) -> bytes:
    """The ZIP of `my_data`. The same data gives the same bytes: entries carry no time."""
    subjects = {name: [_told(one) for one in records] for name, records in data.subjects.items()}
    content = {**subjects, "files": [path for path, _ in data.files], "files_left_out": data.left_out}
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as out:
        _add(out, "README.txt", readme)
        _add(out, "weft-my-data.json", json.dumps(content, ensure_ascii=False, indent=2))
        for subject, records in subjects.items():
            # The mark at the start tells spreadsheets that this is UTF-8.
            _add(out, f"{subject}.csv", "\ufeff" + table(records))
        for path, contents in data.files:
            _add(out, path, contents)
    return found.getvalue()


def _add(out: zipfile.ZipFile, name: str, contents: str | bytes) -> None:
    out.writestr(zipfile.ZipInfo(name), contents, zipfile.ZIP_DEFLATED)


def table(records: Sequence[Record]) -> str:
    """Records as CSV with a heading; empty where there are none."""
    if not records:
        return ""
    found = io.StringIO()
    writer = csv.DictWriter(found, fieldnames=list(records[0]))
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in record.items()} for record in records)
    return found.getvalue()


def _told(record: Record) -> dict[str, Any]:
    """A record in what JSON has. Discord's ids become text: programs that read numbers as fractions round them."""
    found: dict[str, Any] = dict(record)
    for name, value in record.items():
        if isinstance(value, datetime):
            found[name] = value.isoformat()
        elif isinstance(value, int) and value > LARGEST_EXACT:
            found[name] = str(value)
    return found


def _cell(value: object) -> object:
    """One cell of a table; no text in it may act as a formula."""
    if isinstance(value, Mapping):
        return "\n".join(f"{name}: {text}" for name, text in value.items() if text)
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


async def erase(tools: Tools, member: Member) -> None:
    """Forget who somebody is, at once and for good; the other side keeps its hours and reviews. Twice is once."""
    now = tools.clock.now()
    async with tools.db.write() as tx:
        await depart(tx, member, now)
        if await privacy.erase(tx, member.id, now):
            await stored_rounds.forget_whom_avoided(tx, member.community, member.id)
            await acts.record(tx, act_of(member, ActKind.ERASED, now, "for good"))
    await rounds.help_waiting(tools, member.community)
    tools.wake()

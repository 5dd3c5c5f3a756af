"""How long a person waits for an answer, against a bot of one command in the same simulated Discord.

Yardstick: a minimal discord.py bot whose `/ping` answers at once. Both run over the same simulated Discord, on a real
SQLite file with `synchronous=FULL`, one person after the other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import discord
import simcord
from discord import app_commands
from simcord.http import FakeWebhookAdapter

from tests.world import world

TIMES = 150


class Yardstick(discord.Client):
    def __init__(self) -> None:
        super().__init__(intents=discord.Intents.none())
        self.tree = app_commands.CommandTree(self)

        @self.tree.command(name="ping", description="the yardstick")
        async def ping(interaction: discord.Interaction) -> None:
            await interaction.response.send_message("pong", ephemeral=True)

    async def setup_hook(self) -> None:
        await self.tree.sync()


class Answers:
    """Notes when the simulated Discord receives an answer to a person."""

    def __init__(self) -> None:
        self.at = 0.0
        original = FakeWebhookAdapter.request

        async def request(adapter: FakeWebhookAdapter, *args: Any, **kwargs: Any) -> Any:
            done = await original(adapter, *args, **kwargs)
            self.at = perf_counter()
            return done

        FakeWebhookAdapter.request = request  # type: ignore[method-assign]


ANSWERS = Answers()


async def timed(deed: Callable[[], Awaitable[object]]) -> list[float]:
    """Seconds from the interaction sent until its (last) answer was received, for each of `TIMES`."""
    taken = []
    for _ in range(TIMES):
        start = perf_counter()
        await deed()
        taken.append(ANSWERS.at - start)
    return taken


async def yardstick() -> list[float]:
    async with simcord.run(Yardstick()) as env:
        guild = env.create_guild()
        channel = guild.create_text_channel("general")
        ada = guild.add_member(env.create_user("ada"))
        return await timed(lambda: ada.slash(channel, "ping"))


async def weft(file: Path) -> dict[str, list[float]]:
    async with world(f"sqlite+aiosqlite:///{file}") as w:
        ada, *_ = await w.people(20)
        await w.open_round()

        return {
            "/round status (reads)": await timed(lambda: ada.slash("round status")),
            "Not this week (reads and writes)": await timed(lambda: ada.press(w.opening, "round.out")),
        }


def main() -> None:
    base = asyncio.run(yardstick())
    unit, tail = median(base), quantiles(base, n=100)[98]
    print(f"yardstick: /ping of a minimal bot: median {unit * 1000:.2f} ms, p99 {tail * 1000:.2f} ms")
    with TemporaryDirectory() as folder:
        for name, taken in asyncio.run(weft(Path(folder) / "weft.sqlite3")).items():
            p99 = quantiles(taken, n=100)[98]
            print(f"{name:36} median {median(taken) / unit:5.1f} ×   p99 {p99 / tail:5.1f} ×")

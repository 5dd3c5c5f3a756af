"""The real process, started, asked, signalled: what an operator sees of it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.services.stand_in import Discord, discord

ROOT = Path(__file__).parents[2]
TOKEN = "MTE0NTg4NDg2MTkyMTA0NDQ4MA.GhYkLm.aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5zA"
SOON = 30  # seconds a step may take on a busy machine; none is waited for in vain


@dataclass
class Program:
    process: asyncio.subprocess.Process
    lines: list[str] = field(default_factory=list)

    async def says(self, words: str) -> str:
        """Read on until a line with these words."""
        assert self.process.stderr is not None
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SOON):
                while line := (await self.process.stderr.readline()).decode():
                    self.lines.append(line)
                    if words in line:
                        return line
        raise AssertionError(f"never said {words!r}:\n{self.log}")

    async def ends(self) -> int:
        async with asyncio.timeout(SOON):
            _, rest = await self.process.communicate()
        self.lines += rest.decode().splitlines(keepends=True)
        assert self.process.returncode is not None
        return self.process.returncode

    @property
    def log(self) -> str:
        return "".join(self.lines)


@asynccontextmanager
async def weft(home: Path, *arguments: str, **settings: str) -> AsyncIterator[Program]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("WEFT_")}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", *arguments),
        cwd=home,
        env={**plain, "PYTHONPATH": str(ROOT), "WEFT_DISCORD_TOKEN": TOKEN, **settings},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield Program(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def ask(home: Path, *arguments: str, **settings: str) -> tuple[int, str]:
    """Run a command to its end: exit code, and everything it printed."""
    async with weft(home, *arguments, **settings) as program, asyncio.timeout(SOON):
        out, err = await program.process.communicate()
        assert program.process.returncode is not None
        return program.process.returncode, (out + err).decode()


@pytest.fixture
def nowhere() -> str:
    """An address that refuses connections."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


async def test_without_a_connection_it_is_patient_and_ends_well_when_told(tmp_path: Path, nowhere: str) -> None:
    async with weft(tmp_path, "run", WEFT_DISCORD_API=nowhere) as program:
        await program.says("discord.unreachable")
        program.process.send_signal(signal.SIGTERM)
        assert await program.ends() == 0
    assert '"ended"' in program.lines[-1]
    assert "Traceback" not in program.log
    assert "task.unfinished" not in program.log
    assert TOKEN not in program.log


async def test_a_database_server_that_is_not_up_yet_is_waited_for(tmp_path: Path, nowhere: str) -> None:
    address = nowhere.replace("http://", "postgresql://weft:hunter2@") + "/weft"
    async with weft(tmp_path, "run", WEFT_DATABASE_URL=address) as program:
        await program.says("database.unreachable")
        program.process.send_signal(signal.SIGTERM)
        assert await program.ends() == 0
    assert "Traceback" not in program.log
    assert "hunter2" not in program.log


async def test_a_life_from_start_to_end(tmp_path: Path) -> None:
    async with discord(TOKEN) as there:
        async with weft(tmp_path, "run", WEFT_DISCORD_API=there.address) as program:
            await program.says("discord.ready")
            await _while_it_runs(tmp_path, there)
            program.process.send_signal(signal.SIGINT)
            assert await program.ends() == 0
        assert '"ended"' in program.lines[-1]
        for unwanted in ("Traceback", "unfinished", '"error"', TOKEN):
            assert unwanted not in program.log
    assert there.asked.count("gateway") == 1
    assert sum("/commands" in one for one in there.asked) == 1
    await _when_it_does_not_run(tmp_path)


async def _while_it_runs(home: Path, there: Discord) -> None:
    second, told = await ask(home, "run", WEFT_DISCORD_API=there.address)
    assert second == 1
    assert "weft: Weft already runs on data/weft.sqlite3" in told
    code, told = await ask(home, "check", WEFT_DISCORD_API=there.address)
    assert code == 0, told
    assert "in use by a running Weft" in told
    assert "answers and accepts the token" in told
    code, told = await ask(home, "backup", "copies/one")
    assert code == 0, told
    code, told = await ask(home, "restore", "copies/one", "--yes")
    assert code == 1
    assert "stop it first" in told


async def _when_it_does_not_run(home: Path) -> None:
    code, told = await ask(home, "restore", "copies/one", "--yes")
    assert code == 0, told
    assert "The database that was there is data/weft.sqlite3.before-" in told
    assert (home / "copies" / "one").stat().st_mode & 0o077 == 0


async def test_a_token_discord_does_not_accept_is_told_in_a_plain_sentence(tmp_path: Path) -> None:
    async with discord("another") as there:
        code, told = await ask(tmp_path, "run", WEFT_DISCORD_API=there.address)
    assert code == 2
    assert "weft: Discord does not accept the token." in told
    assert "Traceback" not in told
    assert TOKEN not in told


async def test_a_second_signal_ends_it_at_once(tmp_path: Path, nowhere: str) -> None:
    async with weft(tmp_path, "run", WEFT_DISCORD_API=nowhere) as program:
        await program.says("discord.unreachable")
        program.process.send_signal(signal.SIGTERM)
        program.process.send_signal(signal.SIGTERM)
        assert await program.ends() in {0, 128 + signal.SIGTERM}  # it may have ended well before the second

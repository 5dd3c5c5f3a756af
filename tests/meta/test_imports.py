"""Who may import whom: the contracts of pyproject.toml hold, and Discord is met in few places only."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "cogs", "domain", "storage")
MEETS_DISCORD = ("cogs/", "bot/client.py", "bot/connecting.py", "bot/app.py", "bot/demo/")
FILES = [file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py"))]


def imported(file: Path) -> set[str]:
    """The top-level names a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def test_the_contracts_hold() -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    ran = subprocess.run([*command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=100)
    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr


def test_what_only_the_worker_computes_with_is_not_loaded_by_the_program() -> None:
    """Together these take as much memory as the rest, and a second of the start."""
    looked = "import sys, bot.app; print(*sorted({'numpy', 'scipy', 'rustworkx', 'matplotlib'} & sys.modules.keys()))"
    command = [sys.executable, "-c", looked]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=100)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split() == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_discord_is_met_in_the_chat_surface_and_the_client_only(file: Path) -> None:
    if "discord" in imported(file):
        assert str(file.relative_to(ROOT)).startswith(MEETS_DISCORD)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_nothing_of_the_program_needs_what_only_its_tests_have(file: Path) -> None:
    for_tests = {"pytest", "hypothesis", "tests", "bench", "networkx"} | ({"simcord"} - _demo(file))
    assert not imported(file) & for_tests


def _demo(file: Path) -> set[str]:
    return {"simcord"} if file.is_relative_to(ROOT / "bot" / "demo") else set()

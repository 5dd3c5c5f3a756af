"""The demo without a browser: some weeks of the cluster, as fast as they go, and what came of them."""

from __future__ import annotations

import time
from contextlib import AsyncExitStack
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from bot.demo import story
from bot.demo.life import Life
from bot.demo.people import load
from bot.demo.summary import Summary, summarise
from bot.demo.world import open_world

A_SECOND = 50  # requests that Discord takes from one bot


async def play(weeks: int, seed: int, data: Path, told: story.Told = lambda _share, _words: None) -> Summary:
    """Play `weeks` rounds from nothing with the database in `data`, and sum them up."""
    async with AsyncExitStack() as stack:
        world = await stack.enter_async_context(open_world(load(), data, seed))
        life = Life(world)
        await story.found(world, lambda share, words: told(share / (weeks + 1), words))
        await story.weeks_later(life, weeks, lambda share, words: told((1 + share * weeks) / (weeks + 1), words))
        return await summarise(world, life)


async def show(weeks: int, seed: int, data: Path, console: Console) -> Summary:
    """Play with a progress bar, then print the summary."""
    began = time.perf_counter()
    columns = (TextColumn("{task.description:<72.72}"), BarColumn(bar_width=24), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("The first day", total=1.0)
        summary = await play(
            weeks, seed, data, lambda share, words: bar.update(task, completed=share, description=words)
        )
    console.print(_table(summary, weeks, seed, time.perf_counter() - began))
    return summary


def _table(found: Summary, weeks: int, seed: int, seconds: float) -> Table:
    table = Table(
        title=f"{weeks} weeks of {found.members} people in {found.firms} firms",
        caption=f"Seed {seed}. Read from the database after {seconds:.0f} seconds; the same seed plays the same.",
        show_header=False,
        title_justify="left",
        caption_justify="left",
    )
    for row in rows(found):
        table.add_row(*row)
    return table


def rows(found: Summary) -> list[tuple[str, str]]:
    """The summary as lines of (what, how much)."""
    last = found.spread[-1] if found.spread else None
    worst = min((one.reach / one.bound for one in found.spread), default=1.0)
    everywhere = next((str(one.round) for one in found.spread if one.reach >= 0.99), "none yet")
    return [
        ("Rounds held", f"{found.rounds}"),
        ("People who took part", f"{found.took_part} of {found.members}"),
        (
            "Places given",
            f"{found.places}; {found.left_out} could not be given, to nobody twice in a row"
            if not found.left_out_twice
            else f"{found.places}; left out twice in a row: {found.left_out_twice}",
        ),
        ("Met again", f"{found.met_again} of the pairs"),
        ("Reviews given", f"{found.reviews}"),
        ("Exchanges (given and acknowledged)", f"{found.exchanges}"),
        ("Ties between firms", f"{found.ties} of the {found.ties_possible} there can be; none at the start"),
        ("Ties across sectors", f"{found.across:.0%}; chance would give {found.across_by_chance:.0%}"),
        (
            "Knowledge has reached",
            f"{last.reach:.0%} of all pairs of people, 99 % after round {everywhere}" if last else "nobody yet",
        ),
        ("Against the most that is possible", f"{worst:.2f} in the worst round (1 is the gossip bound)"),
        (
            "Requests to Discord",
            f"{found.requests_a_week:.0f} a week; at most {found.largest_burst} at one moment,"
            f" {found.largest_burst / A_SECOND:.1f} s of the {A_SECOND} a second that Discord takes",
        ),
        ("Asked of the manager after set-up", f"{found.required}"),
        ("Problems", "\n".join(found.problems) or "none"),
    ]

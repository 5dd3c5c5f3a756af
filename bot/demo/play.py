"""The demo without a browser: some weeks of the cluster, as fast as they go, and what came of them."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from bot.demo import story
from bot.demo.life import Life
from bot.demo.people import Cluster, load
from bot.demo.summary import Spread, Summary, summarise
from bot.demo.world import open_world

A_SECOND = 50  # requests that Discord takes from one bot


async def play(
    cluster: Cluster, weeks: int, seed: int, data: Path, told: story.Told = lambda _share, _words: None
) -> Summary:
    """Play `weeks` rounds from nothing with the database in `data`, and sum them up."""
    async with open_world(cluster, data, seed) as world:
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
            load(), weeks, seed, data, lambda share, words: bar.update(task, completed=share, description=words)
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
    burst = found.largest_burst / A_SECOND
    nobody = "to nobody twice in a row" if not found.left_out_twice else f"{found.left_out_twice} people twice in a row"
    return [
        ("Rounds held", f"{found.rounds}"),
        ("People who took part", f"{found.took_part} of {found.members}"),
        ("Places given", f"{found.places}; not given: {found.left_out}, {nobody}"),
        ("Pairs drawn who had met before", f"{found.drawn_again}, and {found.helped_again} who helped out"),
        ("Reviews given", f"{found.reviews}"),
        ("Exchanges (given and acknowledged)", f"{found.exchanges}"),
        ("New ties between firms", f"{found.ties} of the {found.ties_possible} there can be"),
        ("Ties across sectors", f"{found.across:.0%} (chance would give {found.across_by_chance:.0%})"),
        *_reach(found.spread),
        ("Requests to Discord", f"{found.requests_a_week:.0f} a week, answers to clicks aside"),
        ("The most at one moment", f"{found.largest_burst}: {burst:.1f} s at the {A_SECOND} a second Discord takes"),
        ("Required of the manager since set-up", f"{found.required}"),
        ("Problems", "\n".join(found.problems) or "none"),
    ]


def _reach(spread: Sequence[Spread]) -> Iterator[tuple[str, str]]:
    if not spread:
        return
    nearly_all = next((f"99 % after round {one.round}" for one in spread if one.reach >= 0.99), "99 % not yet")
    worst = min(one.reach / one.bound for one in spread)
    yield "Reach", f"{spread[-1].reach:.0%} of all pairs of people, {nearly_all}"
    yield "Reach against the gossip bound", f"{worst:.2f} in the worst round (1.00 is the most one can expect)"

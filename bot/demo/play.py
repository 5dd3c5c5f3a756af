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
from bot.demo.summary.digests import DigestSummary
from bot.demo.summary.showings import ShowingSummary
from bot.demo.summary.swaps import SwapSummary
from bot.demo.world import open_world
from domain.model import Answer, LegState, SwapState

A_SECOND = 50  # requests that Discord takes from one bot


async def play(
    cluster: Cluster, weeks: int, seed: int, data: Path, told: story.Told = lambda _share, _words: None
) -> Summary:
    """Play `weeks` rounds from nothing with the database in `data`, and sum them up."""
    async with open_world(cluster, data, seed) as world:
        life = Life(world)
        await story.found(life, lambda share, words: told(share / (weeks + 1), words))
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
        ("Reviews exchanged (given and acknowledged)", f"{found.exchanges}"),
        ("New ties between firms", f"{found.ties} of the {found.ties_possible} there can be"),
        ("Ties across sectors", f"{found.across:.0%} (chance would give {found.across_by_chance:.0%})"),
        *_reach(found.spread),
        *_swaps(found.swaps),
        *_showings(found.showings),
        *_digests(found.digests),
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


def _swaps(found: SwapSummary) -> Iterator[tuple[str, str]]:
    proposals, answers, sessions = found.proposals, found.answers, found.sessions
    yield "Skills offered, and wanted", f"{found.offers}, {found.wants}"
    waiting = proposals.get(SwapState.PROPOSED, 0)
    agreed = proposals.get(SwapState.AGREED, 0) + proposals.get(SwapState.OVER, 0)
    yield (
        "Swaps proposed",
        f"{sum(proposals.values())}: {agreed} agreed, {proposals.get(SwapState.ENDED, 0)} not, {waiting} waiting",
    )
    said = f"{answers.get(Answer.ACCEPTED, 0)} yes, {answers.get(Answer.DECLINED, 0)} no"
    unheard = answers.get(Answer.NONE, 0) + answers.get(Answer.LEFT, 0)
    yield "What people said to that", f"{said}, {answers.get(Answer.SILENT, 0)} nothing, {unheard} not any more"
    sizes = found.agreed_by_size
    rings = ", ".join(f"{number} of {size}" for size, number in sorted(sizes.items()) if size > 2) or "none"
    yield "Agreed", f"{sizes.get(1, 0)} on credit, {sizes.get(2, 0)} swaps of two; rings: {rings}"
    confirmed, unconfirmed = sessions.get(LegState.CONFIRMED, 0), sessions.get(LegState.UNCONFIRMED, 0)
    off = sessions.get(LegState.CANCELLED, 0) + sessions.get(LegState.NO_SHOW, 0)
    to_come = sum(sessions.values()) - confirmed - unconfirmed - off
    yield (
        "Sessions confirmed by both",
        f"{confirmed}, {_hours(found.minutes)} h; unconfirmed {unconfirmed}, called off {off}, to come {to_come}",
    )
    pool = f"pool {_hours(found.pool)} h, given to it {_hours(found.given)} h"
    yield "Time credits", f"{found.accounts} accounts, {found.total} in all; {pool}"


def _showings(found: ShowingSummary) -> Iterator[tuple[str, str]]:
    yield "Works shown", f"{found.shown}, with {found.answers} answers; {found.helped} helped"
    taken = f"with {found.taken:.0%} of asks taken; {found.unasked_in_a_day:.0%} before anybody was asked"
    yield "Answered within 24 h", f"{found.in_a_day:.0%}, {taken}"
    yield "The same, shown Monday to Thursday", f"{found.in_a_day_early:.0%}"
    yield "Answered within 72 h", f"{found.in_three_days:.0%}"
    yield "Asked to answer", f"{found.asks} times: {found.taken:.0%} taken, {found.passed:.0%} passed on"
    unheard = 1 - found.taken - found.passed - found.overtaken if found.asks else 0
    yield "The other asks", f"{found.overtaken:.0%} too late, another had answered; {unheard:.0%} met with silence"
    yield "Asks per person on call", f"{found.least_asked} to {found.most_asked}, those in rounds included"
    yield "What came of it, after 90 days", f"{found.followups} answers, joint work in {found.led_on}"


def _digests(found: DigestSummary) -> Iterator[tuple[str, str]]:
    yield "Digests made", f"{found.made}, {found.asked} of them with a button; the longest has {found.words} words"
    yield "Quarters settled, and mails sent", f"{found.settled}, {found.mails}"


def _hours(minutes: int) -> str:
    return f"{minutes / 60:.1f}".removesuffix(".0").replace("-", "−")

"""The command `weft swaps`: options, and what was found."""

import json
from pathlib import Path
from time import monotonic
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.audits.market import Posted, read
from bot.audits.quiet import quiet
from bot.scenarios import BAD_SCENARIO, ScenarioError
from domain.swaps import Found, Leg, Trader, find


def swaps(
    scenario: Annotated[
        Path,
        typer.Option(
            help='Match this JSON file: {"members": [{"id", "firm", "sector", "offers": \\[skills], '
            '"wants": \\[skills], "avoid": \\[ids], "balance": minutes}], "max_cycle": 4}. Of two wants the first in '
            "the file waits longer; whoever has no balance does not learn on credit. It may say, too, what was "
            '"declined": \\[{"member", "legs": \\[{"teacher", "learner", "skill"}]}], and be matched for a "focus": '
            "\\[ids] only."
        ),
    ],
    seconds: Annotated[
        float, typer.Option(min=0, help="How long to look; then the best found is told, and that it is not proven.")
    ] = 20.0,
    as_data: Annotated[
        bool, typer.Option("--json", help="Print the swaps, how many are served, and whether that is proven, as JSON.")
    ] = False,
) -> None:
    """Match offers and wants as Weft would: swaps of two, rings of three and four, and one-way legs paid in credits."""
    try:
        posted = read(scenario)
    except ScenarioError as error:
        typer.echo(f"{scenario}: {error}", err=True)
        raise typer.Exit(BAD_SCENARIO) from error
    with quiet():
        found = find(
            posted.traders,
            declined=posted.declined,
            focus=posted.focus,
            max_cycle=posted.max_cycle,
            seconds=seconds,
            clock=monotonic,
        )
    if as_data:
        typer.echo(json.dumps(as_json(found), ensure_ascii=False))
    else:
        _print(posted, found)


def as_json(found: Found) -> dict[str, object]:
    """What was found, ids as they were given."""
    return {
        "swaps": [
            [{"teacher": leg.teacher, "learner": leg.learner, "skill": leg.skill} for leg in swap]
            for swap in found.swaps
        ],
        "served": found.served,
        "proven": found.proven,
        "in_cycles": found.in_circles,
        "on_credit": found.served - found.in_circles,
        "bound": found.bound,
        "exact": found.exact,
    }


def _print(posted: Posted, found: Found) -> None:
    console = Console()
    wanting = sum(bool(one.wants) for one in posted.traders)
    table = Table(title=f"{found.served} of {wanting} who want to learn something are served", title_justify="left")
    table.caption, table.caption_justify = _how_sure(found), "left"
    for heading in ("swap", "who shows what to whom", "across"):
        table.add_column(heading)
    of = {one.id: one for one in posted.traders}
    for swap in sorted(found.swaps, key=len, reverse=True):
        lines = [f"{leg.teacher} shows {leg.learner}: {leg.skill}" for leg in swap]
        across = [_across(of[leg.teacher], of[leg.learner]) for leg in swap]
        # Names are the file's own, and no markup.
        table.add_row(_kind(swap), Text("\n".join(lines)), Text("\n".join(across)))
    console.print(table)


def _kind(swap: tuple[Leg, ...]) -> str:
    return {1: "on credit", 2: "swap of two"}.get(len(swap), f"ring of {len(swap)}")


def _across(teacher: Trader, learner: Trader) -> str:
    if teacher.sector != learner.sector:
        return "sectors"
    return "firms" if teacher.firm != learner.firm else "one firm"


def _how_sure(found: Found) -> str:
    circles = f"{found.in_circles} in swaps and rings, {found.served - found.in_circles} on credit."
    if found.exact:
        return f"{circles} By the rules there is nothing better."
    if found.proven:
        return f"{circles} Swaps and rings can serve no more; some might cross more sectors, or be shorter."
    return f"{circles} Swaps and rings can serve {found.bound} at the very most."

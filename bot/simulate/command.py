"""The command `weft simulate`: options, progress, the table and the chart."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from bot.scenarios import BAD_SCENARIO, ScenarioError
from bot.simulate.chart import Line, draw_chart
from bot.simulate.run import NO_REPEAT, PAIRINGS, RANDOM, WEFT, Result, as_json, first_at, run, summary
from bot.simulate.scenario import Scenario, generated, read


def simulate(
    scenario: Annotated[
        Path | None,
        typer.Option(
            help='Play this JSON file: {"members": [{"id", "firm", "sector", "avoid": \\[ids], "attendance"}], '
            '"rounds", "seed"}; attendance is a chance (0 to 1), the rounds attended ([1, 3], the first is 1) or true '
            "and false "
            "per round. Without it, a cluster is made up."
        ),
    ] = None,
    members: Annotated[int | None, typer.Option(min=2, max=10_000, help="People in the made-up cluster. [30]")] = None,
    attendance: Annotated[
        float | None, typer.Option(min=0, max=1, help="The chance of each to take part in a round. [0.9]")
    ] = None,
    rounds: Annotated[int | None, typer.Option(min=1, max=1000, help="Rounds to play. [12]")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="The same seed plays the same rounds. [1]")] = None,
    chart: Annotated[Path | None, typer.Option(help="Also draw a chart into this file (.png, .svg or .pdf).")] = None,
    as_data: Annotated[
        bool, typer.Option("--json", help="Print Weft's rounds, the reach after each and the bound as JSON.")
    ] = False,
) -> None:
    """Play a cluster round by round, and see how far knowledge reaches: under Weft, by two other ways, and at best."""
    if scenario is None:
        chance = 0.9 if attendance is None else attendance
        cluster = generated(members or 30, rounds or 12, chance, 1 if seed is None else seed)
    elif members is not None or attendance is not None:
        raise typer.BadParameter("a scenario has its own: leave --members and --attendance out")
    else:
        try:
            cluster = read(scenario, rounds, seed)
        except ScenarioError as error:
            typer.echo(f"{scenario}: {error}", err=True)
            raise typer.Exit(BAD_SCENARIO) from error
    result = _played(cluster, [WEFT] if as_data and chart is None else list(PAIRINGS))
    if as_data:
        typer.echo(json.dumps(as_json(result), ensure_ascii=False))
    else:
        _print(result)
    if chart is not None:
        _draw(result, chart)


def _played(cluster: Scenario, pairings: list[str]) -> Result:
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("playing", total=len(cluster.attendance) * len(pairings))
        return run(cluster, pairings, on_round=lambda: progress.advance(task))


def _print(result: Result) -> None:
    console = Console()
    rounds = Table(title=_title(result), title_justify="left", caption_justify="left")
    rounds.caption = "Share of (a, b) where what a knew in some round has come to b, a = b included."
    for heading in ("round", "present", *result.played, "at best"):
        rounds.add_column(heading, justify="right")
    for at, most in enumerate(result.bound):
        reaches = [f"{played[at].reach:.1%}" for played in result.played.values()]
        rounds.add_row(str(at + 1), str(len(result.played[WEFT][at].present)), *reaches, f"{most:.1%}")
    console.print(rounds)
    figures = Table(title="In all", title_justify="left")
    figures.add_column("")
    for heading in ("rounds to 99 %", "worst reach / best", "across sectors", "met again", "left out"):
        figures.add_column(heading, justify="right")
    for name in result.played:
        told = summary(result, name)
        figures.add_row(
            name,
            _or_never(told.rounds_to_all),
            f"{told.worst:.2f}",
            f"{told.across:.1%}",
            str(told.repeats),
            str(told.left_out),
        )
    figures.add_row("at best", _or_never(first_at(result.bound, 0.99)), "1.00", "", "", "")
    console.print(figures)


def _or_never(rounds: int | None) -> str:
    return "not yet" if rounds is None else str(rounds)


def _title(result: Result) -> str:
    cluster = result.scenario
    firms = len({one.firm for one in cluster.members})
    sectors = len({one.sector for one in cluster.members})
    present = cluster.attendance.mean()
    return (
        f"{len(cluster.members)} members, {firms} firms, {sectors} sectors, {present:.0%} present, seed {cluster.seed}"
    )


def _draw(result: Result, path: Path) -> None:
    start = 1 / len(result.scenario.members)

    def line(name: str, label: str, colour: str, height: float, offset: int) -> Line:
        return Line(label, [start, *(played.reach for played in result.played[name])], colour, height, offset)

    # Okabe and Ito's colours, which people who confuse red and green tell apart.
    lines = [
        Line("at best", [start, *result.bound], "#333333", height=0.85, offset=-24, dashed=True),
        line(WEFT, "Weft", "#0072B2", 0.55, -24),
        line(NO_REPEAT, "no repeats", "#009E73", 0.3, 90),
        line(RANDOM, "by lot", "#D55E00", 0.6, 24),
    ]
    try:
        draw_chart(lines, f"How far knowledge reaches: {_title(result)}", path)
    except (OSError, ValueError) as error:
        typer.echo(f"{path}: the chart cannot be written ({error}): give a path ending in .png, .svg or .pdf", err=True)
        raise typer.Exit(BAD_SCENARIO) from error

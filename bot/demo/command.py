"""`weft demo`: the simulated cluster, in the browser or without one."""

from __future__ import annotations

import asyncio
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from simcord import SetupError

from bot import logs
from bot.demo import play
from bot.demo.life import Life
from bot.demo.people import load
from bot.demo.server import HOST, NoPort, serve
from bot.demo.stage import Stage
from bot.demo.world import open_world, settings_for

PORT = 8470
FILE = "weft.sqlite3"
PREVIEW = "simcord[preview]"  # named when what shows Discord in a browser is not installed
IN_MEMORY = Path("/dev/shm")  # noqa: S108 - where a throw-away database need not wait for a disk
TO_TRY = """
  Open  {address}

  1. You are Robin, new in the building. Type /join in the coffee corner.
  2. In #peer-review press "I'm in"; "Next step", and you get a partner to review. Review, and be reviewed.
  3. In #skills offer mural painting: somebody is waiting for it, and you are proposed a swap.
  4. Answer a work that waits for an answer, in the left column, and show one of yours: /show.
  5. Become Marieke, who runs the building: read the digest in #weft-managers, and type /digest map. Ctrl-C ends it all.
"""


def demo(
    headless: Annotated[bool, typer.Option("--headless", help="Without a browser: play, and sum up.")] = False,
    weeks: Annotated[int, typer.Option(help="Weeks to play when headless.", min=1, max=104)] = 12,
    seed: Annotated[int, typer.Option(help="Chance: the same seed plays the same.")] = 1,
    port: Annotated[
        int, typer.Option(help="Where the page is served; the next free one if taken.", min=1, max=65535)
    ] = PORT,
    data: Annotated[
        Path | None, typer.Option(help="Keep the database in this directory instead of throwing it away.")
    ] = None,
) -> None:
    """A simulated cluster of 30 people in 12 firms, with the real bot in it. Nothing leaves this machine."""
    console = Console(highlight=False)
    try:
        with _directory(data) as place:
            logs.configure(settings_for(place))
            if headless:
                summary = asyncio.run(play.show(weeks, seed, place, console))
                if summary.problems:
                    raise typer.Exit(1)
            else:
                asyncio.run(_browse(seed, port, place, console))
    except SetupError as error:
        if PREVIEW not in str(error):
            raise
        console.print(f'{error}\nThat comes with the demo: pip install "weft[demo]"', markup=False)
        raise typer.Exit(1) from None
    except NoPort as taken:
        console.print(str(taken))
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        console.print("\nThe demo has ended.")


@contextmanager
def _directory(data: Path | None) -> Iterator[Path]:
    """Where the database is; one made for it unless `data` is given."""
    if data is None:
        fast = IN_MEMORY if IN_MEMORY.is_dir() else None
        with tempfile.TemporaryDirectory(prefix="weft-demo-", dir=fast) as made:
            yield Path(made)
        return
    data.mkdir(parents=True, exist_ok=True)
    if (data / FILE).exists():
        raise typer.BadParameter(
            f"there is a database in {data} already. Each demo begins on a Discord of its own, so it needs a new one.",
            param_hint="--data",
        )
    yield data


async def _browse(seed: int, port: int, place: Path, console: Console) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows: Ctrl-C raises KeyboardInterrupt instead
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with open_world(load(), place, seed) as world:
        stage = Stage(Life(world))
        runner, free = await serve(stage, port)
        try:
            if free != port:
                console.print(f"Port {port} is taken, so it is {free} this time.")
            console.print(TO_TRY.format(address=f"http://{HOST}:{free}/"))
            await _until(stop, stage, console)
        finally:
            await stage.close()
            await runner.cleanup()
        for problem in (*stage.life.problems, *world.failures):
            console.print(f"  Something went wrong: {problem}")
    console.print("\nThe demo has ended.")


async def _until(stop: asyncio.Event, stage: Stage, console: Console) -> None:
    """Play what came before (the page shows how far it is), then wait to be told to end."""
    before = asyncio.create_task(stage.begin(), name="the weeks before")
    told = asyncio.create_task(stop.wait(), name="signals")
    with console.status("Two weeks go by before you come in …") as status:
        while not before.done() and not told.done():
            status.update(f"Two weeks go by before you come in: {stage.share:.0%}")
            await asyncio.wait({before, told}, timeout=0.25, return_when=asyncio.FIRST_COMPLETED)
    if told.done():
        before.cancel()
        await asyncio.gather(before, return_exceptions=True)
        return
    await before
    console.print("  It is ready.")
    await told

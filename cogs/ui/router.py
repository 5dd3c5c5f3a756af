"""Who answers a button, a menu or a form: a table from the action in its custom_id to a method of a cog.

Nothing is remembered about any message or form, so all of them work across restarts; and there is exactly one way in
for each kind: discord.py's dynamic items for buttons and menus, the `on_interaction` event for forms.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import discord
import structlog
from discord.ext import commands

from bot.services.tools import Tools
from cogs.ui.address import OURS, Address, read
from cogs.ui.items import Interaction, Routed, data_of
from cogs.ui.presenter import present
from cogs.ui.visit import Needs, Visit, enter
from domain.errors import TooOld

if TYPE_CHECKING:
    from cogs.messenger import Messenger

log = structlog.get_logger(__name__)

_ROUTES = "__weft_routes__"
_ROUTED = "weft.routed"


class Kind(Enum):
    PRESS = auto()
    CHOOSE = auto()
    SUBMIT = auto()


@dataclass(frozen=True, slots=True)
class Route:
    """One entry of the table. A handler takes from `least` to `most` ids (None: any number)."""

    kind: Kind
    action: str
    needs: Needs
    least: int
    most: int | None

    def takes(self, ids: tuple[int, ...]) -> bool:
        return len(ids) >= self.least and (self.most is None or len(ids) <= self.most)


Handler = Callable[..., Coroutine[Any, Any, None]]
H = TypeVar("H", bound=Handler)


def press(action: str, *, needs: Needs) -> Callable[[H], H]:
    """The method `(self, visit, *ids)` answers buttons with this action."""
    return _route(Kind.PRESS, action, needs)


def choose(action: str, *, needs: Needs) -> Callable[[H], H]:
    """The method `(self, visit, *ids)` answers menus with this action; see `visit.chosen`."""
    return _route(Kind.CHOOSE, action, needs)


def submit(action: str, *, needs: Needs) -> Callable[[H], H]:
    """The method `(self, visit, *ids)` answers forms with this action; see `visit.values` and `visit.uploads`."""
    return _route(Kind.SUBMIT, action, needs)


def _route(kind: Kind, action: str, needs: Needs) -> Callable[[H], H]:
    str(Address(action))  # an action that no custom_id can carry is found out at import

    def mark(method: H) -> H:
        _self, _visit, *ids = inspect.signature(method).parameters.values()
        plain = [one for one in ids if one.kind is not inspect.Parameter.VAR_POSITIONAL]
        route = Route(
            kind,
            action,
            needs,
            least=sum(one.default is inspect.Parameter.empty for one in plain),
            most=len(plain) if plain == ids else None,
        )
        setattr(method, _ROUTES, (*getattr(method, _ROUTES, ()), route))
        return method

    return mark


def routes(holder: object) -> Iterator[tuple[Route, Handler]]:
    """The routes of an object, with its bound methods."""
    for name, function in inspect.getmembers(type(holder), inspect.isfunction):
        for route in getattr(function, _ROUTES, ()):
            yield route, getattr(holder, name)


class Router:
    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._table: dict[tuple[Kind, str], tuple[Route, Handler]] = {}

    def attach(self, bot: commands.Bot | commands.AutoShardedBot) -> None:
        """From now on `bot` passes us every press and every form. Once for each bot, in `setup_hook`."""
        bot.add_dynamic_items(Routed)
        bot.add_listener(self.submitted, "on_interaction")

    def add(self, holder: object) -> None:
        """Take in the routes of a cog. Raises ValueError if two would answer the same."""
        for route, handler in routes(holder):
            if (route.kind, route.action) in self._table:
                raise ValueError(f"two handlers for {route.kind.name} {route.action}")
            self._table[route.kind, route.action] = (route, handler)

    def remove(self, holder: object) -> None:
        for route, _ in routes(holder):
            self._table.pop((route.kind, route.action), None)

    def knows(self, kind: Kind, action: str) -> bool:
        return (kind, action) in self._table

    async def pressed(self, interaction: Interaction) -> None:
        """A button or a menu of ours; called by `Routed`."""
        is_button = data_of(interaction).get("component_type") == discord.ComponentType.button.value
        await self._answer(Kind.PRESS if is_button else Kind.CHOOSE, interaction)

    async def submitted(self, interaction: Interaction) -> None:
        """Any interaction at all; those that are not forms of ours go other ways."""
        custom_id = data_of(interaction).get("custom_id")
        if interaction.type is discord.InteractionType.modal_submit and OURS.fullmatch(str(custom_id)):
            await self._answer(Kind.SUBMIT, interaction)

    async def _answer(self, kind: Kind, interaction: Interaction) -> None:
        if _ROUTED in interaction.extras:
            return
        interaction.extras[_ROUTED] = kind
        try:
            await self._find(kind, interaction)
        except Exception as error:  # noqa: BLE001 - the presenter tells whose fault it is
            await present(interaction, error)

    async def _find(self, kind: Kind, interaction: Interaction) -> None:
        address = read(str(data_of(interaction).get("custom_id")))
        found = self._table.get((kind, address.action)) if address else None
        if address is None or found is None or not found[0].takes(address.ids):
            raise TooOld
        route, handler = found
        await handler(await enter(self._tools, interaction, route.needs, address.home), *address.ids)
        if not interaction.response.is_done():
            log.error("left unanswered", action=address.action, how=kind.name)
            await interaction.response.defer()


class Host(Protocol):
    """What a cog needs of the bot it lives in."""

    @property
    def tools(self) -> Tools: ...

    @property
    def router(self) -> Router: ...

    @property
    def messenger(self) -> Messenger: ...


class WeftCog(commands.Cog):
    """A cog whose `press`, `choose` and `submit` methods answer as long as it is loaded."""

    def __init__(self, bot: Host) -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        self.bot.router.add(self)

    async def cog_unload(self) -> None:
        self.bot.router.remove(self)

    def visit(self, interaction: Interaction, needs: Needs) -> Awaitable[Visit]:
        """Through the gate, for a command: raises what the presenter puts into words."""
        return enter(self.bot.tools, interaction, needs)

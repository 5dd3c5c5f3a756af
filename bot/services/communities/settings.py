"""What a manager sets. Every change is compared with what the manager saw: two at once never undo each other unseen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from babel.numbers import is_currency

from bot.services.rounds import reschedule
from bot.services.tools import Tools
from domain.calendar import LOOK_AHEAD, Cadence, Moment, NoRoundInSight, Plan, check_plan, next_round
from domain.communities import ChannelKind, fingerprint, openings
from domain.digests import RECURS as DIGEST
from domain.errors import NoLines, NoRoundLeft, NoSource, NotACurrency, NotSetUp, SectorInUse, SettingsChanged
from domain.model import DEFAULT_SECTORS, Channels, Community, CommunityId, CommunityState, InKind
from storage import communities, recurring, rounds
from storage.engine import Tx

MAX_THEMES = 52  # a year of weeks
MAX_SECTORS = 25  # as many as a menu holds
NAME_LENGTH = 80  # characters of a theme or sector


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a manager said when setting up; None where they left it to Weft."""

    time_zone: str | None = None
    language: str | None = None
    manager_role: int | None = None


@dataclass(frozen=True, slots=True)
class SetUp:
    community: Community
    new: bool


@dataclass(frozen=True, slots=True)
class Moments:
    """The four moments of the week a manager can set."""

    opens: Moment
    pairs: Moment
    nudges: Moment
    closes: Moment


Themes = Mapping[str, tuple[str, ...]]
"""The themes Weft ships, by language."""


async def community(tools: Tools, community_id: CommunityId) -> Community:
    """The community as it is now. Raises NotSetUp."""
    async with tools.db.read() as tx:
        return _there(await communities.get(tx, community_id))


async def upcoming(tools: Tools, community: Community, at_most: int) -> list[datetime]:
    """When the next rounds open: the one that stands ready, and those after it by plan and holidays."""
    async with tools.db.read() as tx:
        ready = await rounds.scheduled(tx, community.id)
        days_off = await communities.holidays(tx, community.id)
        last = await rounds.last_opened_at(tx, community.id)
    now = tools.clock.now()
    first = [ready.opens_at] if ready else []
    after, previous = (ready.opens_at, ready.opens_at) if ready else (now, last)
    later = openings(community.plan, days_off, after, previous, now + LOOK_AHEAD)
    return [*first, *islice(later, at_most - len(first))]


async def set_up(tools: Tools, community_id: CommunityId, wishes: Wishes, guess: Wishes, themes: Themes) -> SetUp:
    """Write a new community down, with `guess` where the manager wished nothing; in one that is there, change what the
    manager wished and no more."""
    now = tools.clock.now()
    language = wishes.language or guess.language or tools.language
    zone = wishes.time_zone or guess.time_zone
    fresh = Community(
        id=community_id,
        state=CommunityState.ACTIVE,
        language=language,
        plan=Plan(time_zone=zone) if zone else Plan(),
        channels=Channels(),
        manager_role=wishes.manager_role,
        sectors=DEFAULT_SECTORS,
        themes=themes[language],
        set_up_at=now,
    )
    async with tools.db.write() as tx:
        new = await communities.put(tx, fresh)
        await noted(tx, community_id, now, "setup")
    if not new:
        if wishes.time_zone:
            await change_time_zone(tools, community_id, wishes.time_zone)
        if wishes.language:
            await change_language(tools, community_id, wishes.language, themes)
        if wishes.manager_role:
            await change_manager_role(tools, community_id, wishes.manager_role)
    return SetUp(await community(tools, community_id), new)


async def note_channel(tools: Tools, community_id: CommunityId, kind: ChannelKind, channel: int) -> None:
    """A channel was made or found: remembered at once, so that a crash right after leads to no second one."""
    async with tools.db.write() as tx:
        await communities.set_channel(tx, community_id, kind, channel)


async def choose_channel(tools: Tools, community_id: CommunityId, kind: ChannelKind, channel: int) -> Community:
    """A manager wants another channel used from now on. What is going on in the old one stays there."""
    async with tools.db.write() as tx:
        _there(await communities.locked(tx, community_id))
        await communities.set_channel(tx, community_id, kind, channel)
        await noted(tx, community_id, tools.clock.now(), f"channel.{kind}")
        return _there(await communities.get(tx, community_id))


async def change_cadence(tools: Tools, community_id: CommunityId, cadence: Cadence) -> Community:
    return await _change_plan(tools, community_id, None, lambda plan: replace(plan, cadence=cadence))


async def change_time_zone(tools: Tools, community_id: CommunityId, zone: str, seen: int | None = None) -> Community:
    """`seen`: the fingerprint of the plan the manager was shown. Raises SettingsChanged, UnknownTimeZone."""
    return await _change_plan(tools, community_id, seen, lambda plan: replace(plan, time_zone=zone))


async def change_moments(
    tools: Tools, community_id: CommunityId, moments: Moments, seen: int | None = None
) -> Community:
    """`seen`: the fingerprint of the plan the manager was shown. Raises SettingsChanged, PlanOutOfOrder."""

    def changed(plan: Plan) -> Plan:
        return replace(plan, opens=moments.opens, pairs=moments.pairs, nudges=moments.nudges, closes=moments.closes)

    return await _change_plan(tools, community_id, seen, changed)


async def change_language(tools: Tools, community_id: CommunityId, language: str, themes: Themes) -> Community:
    """The language of what everybody reads. Themes that are Weft's own follow; a manager's stay as they are."""
    async with tools.db.write() as tx:
        before = _there(await communities.locked(tx, community_id))
        await communities.set_language(tx, community_id, language)
        if before.themes == themes[before.language]:
            await communities.set_themes(tx, community_id, themes[language])
        await noted(tx, community_id, tools.clock.now(), "language")
        return _there(await communities.get(tx, community_id))


async def change_themes(
    tools: Tools, community_id: CommunityId, themes: tuple[str, ...], seen: int | None = None
) -> Community:
    """`seen`: the fingerprint of the themes the manager was shown. No themes is fine. Raises SettingsChanged."""
    async with tools.db.write() as tx:
        before = _there(await communities.locked(tx, community_id))
        _unchanged(seen, before.themes)
        await communities.set_themes(tx, community_id, themes)
        await noted(tx, community_id, tools.clock.now(), "themes")
    return replace(before, themes=themes)


async def firms_by_sector(tools: Tools, community_id: CommunityId) -> dict[str, int]:
    """How many firms that take part are in each sector that has any."""
    async with tools.db.read() as tx:
        return await communities.firms_by_sector(tx, community_id)


async def change_sectors(
    tools: Tools, community_id: CommunityId, sectors: tuple[str, ...], seen: int | None = None
) -> Community:
    """`seen`: the fingerprint of the sectors the manager was shown.

    Raises NoLines, SettingsChanged, and SectorInUse for a sector left out that firms are in.
    """
    if not sectors:
        raise NoLines
    async with tools.db.write() as tx:
        before = _there(await communities.locked(tx, community_id))
        _unchanged(seen, before.sectors)
        in_use = await communities.firms_by_sector(tx, community_id)
        for sector in before.sectors:
            if sector in in_use and sector not in sectors:
                raise SectorInUse(sector=sector, n=in_use[sector])
        await communities.set_sectors(tx, community_id, sectors)
        await noted(tx, community_id, tools.clock.now(), "sectors")
    return replace(before, sectors=sectors)


async def change_manager_role(tools: Tools, community_id: CommunityId, role: int | None) -> Community:
    """Who are managers beside those with Manage Server; None: nobody."""
    async with tools.db.write() as tx:
        before = _there(await communities.locked(tx, community_id))
        await communities.set_manager_role(tx, community_id, role)
        await noted(tx, community_id, tools.clock.now(), "manager_role")
    return replace(before, manager_role=role)


async def change_session_events(tools: Tools, community_id: CommunityId, on: bool) -> Community:
    """Whether a session of a swap becomes an event of the server once its time is agreed. Those there are stay."""
    async with tools.db.write() as tx:
        before = _there(await communities.locked(tx, community_id))
        await communities.set_session_events(tx, community_id, on)
        await noted(tx, community_id, tools.clock.now(), "session_events")
    return replace(before, session_events=on)


async def change_in_kind(
    tools: Tools, community_id: CommunityId, in_kind: InKind | None, seen: int | None = None
) -> Community:
    """What reports say an hour is worth; None: nothing. `seen`: the fingerprint of what the manager was shown.

    Raises SettingsChanged, NotACurrency and NoSource: whoever reads the report must be able to tell who says so.
    """
    if in_kind is not None and not is_currency(in_kind.currency):
        raise NotACurrency(typed=in_kind.currency)
    if in_kind is not None and not in_kind.source:
        raise NoSource
    async with tools.db.write() as tx:
        before = _there(await communities.locked(tx, community_id))
        _unchanged(seen, before.in_kind)
        await communities.set_in_kind(tx, community_id, in_kind)
        await noted(tx, community_id, tools.clock.now(), "in_kind")
    return replace(before, in_kind=in_kind)


async def noted(tx: Tx, community_id: CommunityId, now: datetime, what: str) -> None:
    """Log what a manager did of their own accord; what Weft required of them is logged as it is mended."""
    await communities.manager_action(tx, community_id, now, what, required=False)


async def room_for_rounds(tx: Tx, community: Community, plan: Plan, now: datetime) -> None:
    """Raises NoRoundLeft if the holidays swallow every round of this plan."""
    last = await rounds.last_opened_at(tx, community.id)
    try:
        next_round(plan, await communities.holidays(tx, community.id), now, last)
    except NoRoundInSight as nothing:
        raise NoRoundLeft(until=str(nothing.args_["until"])) from nothing


async def _change_plan(
    tools: Tools, community_id: CommunityId, seen: int | None, change: Callable[[Plan], Plan]
) -> Community:
    now = tools.clock.now()
    async with tools.db.write() as tx:
        before = _there(await communities.locked(tx, community_id))
        _unchanged(seen, before.plan)
        plan = change(before.plan)
        check_plan(plan)
        await room_for_rounds(tx, before, plan, now)
        await communities.set_plan(tx, community_id, plan)
        await recurring.drop(tx, community_id, DIGEST, now)  # it has a new moment at the next look
        await noted(tx, community_id, now, "plan")
        await reschedule(tx, tools, community_id)
    tools.wake()
    return replace(before, plan=plan)


def _unchanged(seen: int | None, setting: object) -> None:
    if seen is not None and seen != fingerprint(setting):
        raise SettingsChanged


def _there(found: Community | None) -> Community:
    if found is None:
        raise NotSetUp
    return found

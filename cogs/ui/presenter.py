"""One place where what went wrong becomes words: for commands, buttons, menus and forms alike, and in private.

A person's mistake gets its own message. Discord's bad days get plain words. Everything else is a bug of ours: it is
logged with a short reference, and the person is shown that reference.
"""

from __future__ import annotations

import math
from base64 import b32encode
from collections.abc import Mapping
from hashlib import blake2s

import aiohttp
import discord
import structlog
from discord import app_commands

from bot.services.gate import StorageUnavailable
from bot.texts import Arg, Translator, catalogue
from cogs.ui.address import read
from cogs.ui.card import Card, Tone, message
from cogs.ui.items import Interaction, data_of
from domain.errors import NotAManager, OnlyInAServer, PersonError

log = structlog.get_logger(__name__)

_PRESENTED = "weft.presented"
_REFERENCE = 6  # letters; 30 bits, enough to find one line in a log
UNKNOWN_INTERACTION, BAD_TOKEN, UNKNOWN_WEBHOOK, ALREADY_ANSWERED = 10062, 50027, 10015, 40060
BROKEN = 500
_GONE = (UNKNOWN_INTERACTION, BAD_TOKEN, UNKNOWN_WEBHOOK)

Wording = tuple[str, Mapping[str, Arg]]


async def present(interaction: Interaction, error: Exception) -> None:
    """Tell the person what went wrong and what to do about it. Never raises, and does nothing the second time.

    discord.py hands the same error to a command's own handler and then to the tree's.
    """
    error = _cause(error)
    if interaction.extras.get(_PRESENTED) is error:
        return
    interaction.extras[_PRESENTED] = error
    try:
        await _present(interaction, error)
    except Exception:
        log.exception("presenting failed")  # nobody is left to catch this one


async def _present(interaction: Interaction, error: Exception) -> None:
    wording = _wording(error)
    if wording is None and not _too_late(error):
        reference = reference_of(interaction, error)
        log.error("unexpected", reference=reference, **_whereabouts(interaction), exc_info=error)
        wording = ("errors.unexpected", {"reference": reference})
    if wording is None:
        log.warning("answer too late", **_whereabouts(interaction), problem=str(error))
        return
    if interaction.type is discord.InteractionType.autocomplete:
        log.warning("no suggestions", key=wording[0], **_whereabouts(interaction))
        await _suggest_nothing(interaction)
        return
    key, details = wording
    await _say(interaction, _card(catalogue(interaction.locale.value), key, details))


def _card(t: Translator, key: str, details: Mapping[str, Arg]) -> Card:
    return Card(text=t(key, **details), tone=Tone.CAREFUL)


def reference_of(interaction: Interaction, error: Exception) -> str:
    """Six letters that are the same for the same error of the same interaction."""
    digest = blake2s(f"{interaction.id}:{type(error).__qualname__}".encode(), digest_size=5).digest()
    return b32encode(digest).decode()[:_REFERENCE]


async def _say(interaction: Interaction, card: Card) -> None:
    try:
        if not interaction.response.is_done():
            try:
                await interaction.response.send_message(ephemeral=True, **message(card))
            except discord.HTTPException as refusal:
                if refusal.code != ALREADY_ANSWERED:
                    raise
            else:
                return
        await interaction.followup.send(ephemeral=True, wait=True, **message(card))
    except (discord.HTTPException, aiohttp.ClientError, OSError) as refusal:
        log.warning("nobody to tell", **_whereabouts(interaction), problem=str(refusal))


async def _suggest_nothing(interaction: Interaction) -> None:
    if not interaction.response.is_done():
        try:
            await interaction.response.autocomplete([])
        except (discord.HTTPException, aiohttp.ClientError, OSError) as refusal:
            log.warning("nobody to tell", **_whereabouts(interaction), problem=str(refusal))


def _whereabouts(interaction: Interaction) -> dict[str, object]:
    """What was asked, without anything a person typed and without who."""
    command = interaction.command
    address = read(str(data_of(interaction).get("custom_id")))  # its action only: the ids may be a person's
    return {
        "asked": command.qualified_name if command else address.action if address else "other",
        "how": interaction.type.name,
        "community": interaction.guild_id,
    }


def _cause(error: Exception) -> Exception:
    """What is inside discord.py's wrappers: of commands, and of arguments that could not be read."""
    if isinstance(error, app_commands.CommandInvokeError):
        return error.original
    if isinstance(error, app_commands.TransformerError) and isinstance(error.__cause__, PersonError):
        return error.__cause__
    return error


def _too_late(error: Exception) -> bool:
    """Whether Discord has closed the conversation: over 3 seconds without an answer, or over 15 minutes."""
    return isinstance(error, discord.HTTPException) and error.code in _GONE


def _wording(error: Exception) -> Wording | None:
    """The key and details of what to say; None for what nobody foresaw."""
    match error:
        case PersonError():
            return error.key, error.details
        case app_commands.CommandOnCooldown():
            return "errors.cooldown", {"n": max(1, math.ceil(error.retry_after))}
        case app_commands.TransformerError():
            # What was typed stays out of it: it may be long, and the person can still see it.
            return f"errors.not_understood.{_EXPECTED.get(error.type, 'other')}", {}
        case discord.HTTPException():
            key = _of_discord(error)
        case _:
            key = next((key for kinds, key in _KEYS if isinstance(error, kinds)), None)
    return (key, {}) if key else None


def _of_discord(error: discord.HTTPException) -> str | None:
    if _too_late(error):
        return None
    if error.status >= BROKEN:
        return "errors.discord_down"
    return {401: "errors.discord_down", 403: "errors.forbidden", 404: "errors.gone", 429: "errors.discord_busy"}.get(
        error.status
    )


_EXPECTED = {
    discord.AppCommandOptionType.integer: "number",
    discord.AppCommandOptionType.number: "number",
    discord.AppCommandOptionType.user: "person",
    discord.AppCommandOptionType.channel: "channel",
    discord.AppCommandOptionType.role: "role",
    discord.AppCommandOptionType.attachment: "file",
}
_KEYS: tuple[tuple[tuple[type[Exception], ...], str], ...] = (
    ((app_commands.NoPrivateMessage,), OnlyInAServer.key),
    ((app_commands.MissingPermissions, app_commands.MissingRole, app_commands.MissingAnyRole), NotAManager.key),
    ((app_commands.BotMissingPermissions,), "errors.forbidden"),
    ((app_commands.CommandNotFound, app_commands.CommandSignatureMismatch), "errors.commands_changed"),
    ((app_commands.CheckFailure,), "errors.not_allowed"),
    ((discord.RateLimited,), "errors.discord_busy"),
    ((aiohttp.ClientError, ConnectionError, TimeoutError), "errors.discord_down"),
    ((StorageUnavailable,), "errors.storage"),
)

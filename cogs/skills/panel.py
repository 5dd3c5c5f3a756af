"""Answering in the right place: what one sees alone changes as one presses, what others see stays as it is."""

from __future__ import annotations

from cogs.ui.card import Card
from cogs.ui.visit import Visit


def alone(visit: Visit) -> bool:
    """Whether nobody but this person sees the message that was pressed."""
    message = visit.interaction.message
    return message is not None and message.flags.ephemeral


async def show(visit: Visit, card: Card) -> None:
    """Turn a private panel into `card`; under a message that others see, too, answer with it."""
    await (visit.replace(card) if alone(visit) else visit.answer(card))

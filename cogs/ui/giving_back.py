"""Nothing somebody wrote is lost: what could not be taken goes back to them."""

from __future__ import annotations

from collections.abc import Mapping

from bot.texts import Raw
from cogs.ui.card import Card, Tone
from cogs.ui.visit import Visit
from domain.errors import PersonError


async def give_back(visit: Visit, error: PersonError, answers: Mapping[str, str]) -> None:
    """Say what is wrong with what somebody filled in, and give it back to them: each question with its answer."""
    t = visit.t
    told = Raw(t(error.key, **error.details))
    text = "\n\n".join(f"{question}\n{answer}" for question, answer in answers.items() if answer)
    files = ((t.plain("common.given_back.file"), text.encode()),) if text else ()
    await visit.answer(
        Card(text=t("common.given_back.body", error=told) if text else told, files=files, tone=Tone.SORRY)
    )

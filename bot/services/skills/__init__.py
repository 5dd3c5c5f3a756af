"""Skills: what members offer to show and want to be able to do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.outcomes import Arrival, Refusal
from bot.services.skills.due import board_stands, next_due, put_up_board, run_due
from bot.services.skills.keeping import Mine, draft, mine, named, one_of_mine, remove, renew, renew_all, to_remind
from bot.services.skills.listing import Listed, Wording, edit, offer, same, want
from bot.services.skills.looking import Board, BoardNews, SkillPage, board, board_news, skill_page
from bot.services.skills.vocabulary import find, suggest
from domain.model import Intention
from storage.engine import Tx

__all__ = [
    "ARRIVALS",
    "DUE",
    "NEXT",
    "REFUSALS",
    "Board",
    "BoardNews",
    "Listed",
    "Mine",
    "SkillPage",
    "Wording",
    "board",
    "board_news",
    "draft",
    "edit",
    "find",
    "mine",
    "named",
    "offer",
    "one_of_mine",
    "put_up_board",
    "remove",
    "renew",
    "renew_all",
    "same",
    "skill_page",
    "suggest",
    "to_remind",
    "want",
]


async def _board_stands(tx: Tx, intention: Intention, ids: Mapping[str, int], now: datetime) -> None:
    await board_stands(tx, intention.community, ids["message"], now)


ARRIVALS: dict[str, Arrival] = {"skills.board": _board_stands}
REFUSALS: dict[str, Refusal] = {}
DUE = (run_due,)
NEXT = (next_due,)

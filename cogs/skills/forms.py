"""The form of an offer or a want."""

from __future__ import annotations

from bot.services.skills import Wording
from bot.texts import Translator
from cogs.ui.form import Form, Line
from cogs.ui.visit import Visit
from domain.listings import ABOUT_LIMIT, TIMES_LIMIT
from domain.model import Listing, ListingKind
from domain.skills import SKILL_LIMIT

NEW = 0  # stands for a listing in the form of one that is not there yet
FIELDS = ("skill", "about", "times")


def form(
    t: Translator, kind: ListingKind, name: str = "", before: Listing | None = None, *, change: bool = False
) -> Form:
    """Three questions. It begins with what stands already; with `change` it becomes of that one what is written."""
    about, times = (before.about, before.times) if before else ("", "")
    return Form(
        f"skill.{kind}_written",
        (before.id if change and before else NEW,),
        t.plain(f"skills.{kind}.form_title"),
        (
            Line(
                "skill",
                t.plain("skills.skill.field"),
                t.plain("skills.skill.hint"),
                limit=SKILL_LIMIT,
                value=before.skill.name if before else name,
            ),
            Line(
                "about",
                t.plain(f"skills.{kind}.about.field"),
                t.plain(f"skills.{kind}.about.hint"),
                long=True,
                required=kind is ListingKind.WANT,
                limit=ABOUT_LIMIT,
                value=about,
            ),
            Line(
                "times",
                t.plain("skills.times.field"),
                t.plain("skills.times.hint"),
                required=False,
                limit=TIMES_LIMIT,
                value=times,
            ),
        ),
    )


def read(visit: Visit) -> Wording:
    return Wording(visit.written("skill"), visit.written("about"), visit.written("times"))


def answers(t: Translator, kind: ListingKind, wording: Wording) -> dict[str, str]:
    """What was asked, and what was filled in."""
    return {
        t.plain("skills.skill.field"): wording.name,
        t.plain(f"skills.{kind}.about.field"): wording.about,
        t.plain("skills.times.field"): wording.times,
    }

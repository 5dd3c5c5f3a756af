"""The forms of a round: the brief, its file, and the review."""

from __future__ import annotations

from bot.services.rounds.reviewing import ToReview
from bot.texts import Translator
from cogs.ui.card import Choice
from cogs.ui.form import Form, Line, Radio, Upload
from cogs.ui.visit import Visit
from domain.model import Brief, PairingId, ReviewText, RoundId, Wish

# Three briefs and the guide must fit into one message of Discord's (6000 characters of embeds together).
WORK, AUDIENCE, DECISION, SETTLED = 500, 300, 400, 250
ANSWER = 1000  # a field of an embed holds 1024


def brief(t: Translator, round_id: RoundId, before: Brief | None) -> Form:
    """The five questions, with what was answered before."""
    old = before or Brief("", "", "")
    return Form(
        "round.brief",
        (round_id,),
        t.plain("rounds.brief.form_title"),
        (
            Line(
                "work",
                t.plain("rounds.brief.work.field"),
                t.plain("rounds.brief.work.hint"),
                long=True,
                limit=WORK,
                value=old.work,
            ),
            Line("audience", t.plain("rounds.brief.audience.field"), long=True, limit=AUDIENCE, value=old.audience),
            Line(
                "decision",
                t.plain("rounds.brief.decision.field"),
                t.plain("rounds.brief.decision.hint"),
                long=True,
                limit=DECISION,
                value=old.decision,
            ),
            Line(
                "settled",
                t.plain("rounds.brief.settled.field"),
                long=True,
                required=False,
                limit=SETTLED,
                value=old.settled,
            ),
            Radio(
                "wish",
                t.plain("rounds.brief.wish.field"),
                tuple(
                    Choice(wish, t.plain(f"rounds.brief.wish.{wish}.label"), chosen=wish is old.wish) for wish in Wish
                ),
            ),
        ),
    )


def read_brief(visit: Visit) -> Brief:
    """What was filled in; an answer Discord did not offer counts as the default."""
    wish = visit.written("wish")
    return Brief(
        work=visit.written("work"),
        audience=visit.written("audience"),
        decision=visit.written("decision"),
        settled=visit.written("settled"),
        wish=Wish(wish) if wish in set(Wish) else Wish.SUGGESTIONS,
    )


def attachment(t: Translator, round_id: RoundId) -> Form:
    return Form(
        "round.attach",
        (round_id,),
        t.plain("rounds.attach.form_title"),
        (
            Upload(
                "file",
                t.plain("rounds.attach.file.field"),
                t.plain("rounds.attach.file.hint"),
                required=True,
            ),
        ),
    )


def review(t: Translator, pairing: PairingId, work: ToReview) -> Form:
    """The review form; the last question only if the maker wants suggestions."""
    wants = work.brief is None or work.brief.wish is Wish.SUGGESTIONS
    question = t.plain("rounds.review.answer.hint", question=work.brief.decision) if work.brief else ""
    optional = {"answer": work.brief is None, "ask": True, "suggestion": True}
    keys = ("spot", "why", "answer", "ask", *(("suggestion",) if wants else ()))
    return Form(
        "review.write",
        (pairing, work.maker.id),
        t.plain("rounds.review.form_title"),
        tuple(
            Line(
                key,
                t.plain(f"rounds.review.{key}.field"),
                question if key == "answer" else "",
                long=True,
                required=not optional.get(key, False),
                limit=ANSWER,
            )
            for key in keys
        ),
    )


def read_review(visit: Visit) -> ReviewText:
    return ReviewText(
        spot=visit.written("spot"),
        why=visit.written("why"),
        answer=visit.written("answer"),
        ask=visit.written("ask"),
        suggestion=visit.written("suggestion"),
    )

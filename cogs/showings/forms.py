"""The forms of a showing, and reading them back."""

from __future__ import annotations

from bot.texts import Translator
from cogs.ui.card import Choice
from cogs.ui.form import Field, Form, Line, Radio, Upload
from cogs.ui.visit import Visit
from domain.model import Showing, ShowingAsk, ShowingText, Stage

# They stand in one message of Discord's: fields of an embed hold 1024 characters.
WORK, LINE = 1500, 900
STAGE, ASK = Stage.HALFWAY, ShowingAsk.REACTION  # what nobody chose
STAGES, ASKS = list(Stage), list(ShowingAsk)


def show(t: Translator, stage: Stage, ask: ShowingAsk) -> Form:
    """What a maker says of the work, and a picture of it."""
    return Form(
        "showing.show",
        (STAGES.index(stage), ASKS.index(ask)),
        t.plain("showings.show.form_title"),
        (*_words(t, ShowingText("", "", "", "")), _upload(t)),
    )


def change(t: Translator, showing: Showing, before: ShowingText) -> Form:
    """Other words for a showing of one's own."""
    return Form(
        "showing.change",
        (showing.id,),
        t.plain("showings.change.form_title"),
        (*_words(t, before), _stage(t, showing.stage)),
    )


def from_message(t: Translator, channel: int, message: int, said: str) -> Form:
    """A message of one's own that is to be shown; `said` stands in the first field, to be changed."""
    return Form(
        "showing.message",
        (channel, message),
        t.plain("showings.show.form_title"),
        (_work(t, said), _question(t, ""), _stage(t, STAGE), _ask(t, ASK), _upload(t)),
    )


def _words(t: Translator, before: ShowingText) -> tuple[Field, ...]:
    return (
        _work(t, before.work),
        Line(
            "tried",
            t.plain("showings.show.tried.field"),
            long=True,
            required=False,
            limit=LINE,
            value=before.tried,
        ),
        Line(
            "bites",
            t.plain("showings.show.bites.field"),
            long=True,
            required=False,
            limit=LINE,
            value=before.bites,
        ),
        _question(t, before.question),
    )


def _work(t: Translator, value: str) -> Line:
    return Line(
        "work",
        t.plain("showings.show.work.field"),
        t.plain("showings.show.work.hint"),
        long=True,
        limit=WORK,
        value=value,
    )


def _question(t: Translator, value: str) -> Line:
    return Line(
        "question",
        t.plain("showings.show.question.field"),
        t.plain("showings.show.question.hint"),
        long=True,
        limit=LINE,
        value=value,
    )


def _upload(t: Translator) -> Upload:
    return Upload("file", t.plain("showings.show.file.field"), t.plain("showings.show.file.hint"))


def _stage(t: Translator, chosen: Stage | None) -> Radio:
    choices = tuple(Choice(one, t.plain(f"showings.stage.{one}.label"), chosen=one is chosen) for one in Stage)
    return Radio("stage", t.plain("showings.show.stage.field"), choices)


def _ask(t: Translator, chosen: ShowingAsk | None) -> Radio:
    choices = tuple(Choice(one, t.plain(f"showings.ask_for.{one}.label"), chosen=one is chosen) for one in ShowingAsk)
    return Radio("ask", t.plain("showings.show.ask.field"), choices)


def read_words(visit: Visit, link: str = "") -> ShowingText:
    work, tried, bites, question = (visit.written(name) for name in ("work", "tried", "bites", "question"))
    return ShowingText(work, tried, bites, question, link)


def read_stage(visit: Visit, otherwise: Stage = STAGE) -> Stage:
    """What was chosen; an answer Discord did not offer counts as none."""
    chosen = visit.written("stage")
    return Stage(chosen) if chosen in STAGES else otherwise


def read_ask(visit: Visit) -> ShowingAsk:
    chosen = visit.written("ask")
    return ShowingAsk(chosen) if chosen in ASKS else ASK

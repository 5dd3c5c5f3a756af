"""The forms of a showing, and reading them back."""

from __future__ import annotations

from bot.texts import Translator
from cogs.ui.card import Choice
from cogs.ui.form import Field, Form, Line, Radio, Upload
from cogs.ui.visit import Visit
from domain.model import Showing, ShowingAsk, ShowingText, Stage

# They stand in one message of Discord's, in which a field holds 1024 characters and some marks take two.
WORK, LINE = 1500, 800
STAGE, ASK = Stage.HALFWAY, ShowingAsk.REACTION  # what nobody chose
STAGES, ASKS = list(Stage), list(ShowingAsk)
EMPTY = ShowingText("", "", "", "")


def show(t: Translator, stage: Stage, ask: ShowingAsk) -> Form:
    """What a maker says of the work, and a picture of it."""
    ids = (STAGES.index(stage), ASKS.index(ask))
    return Form("showing.show", ids, t.plain("showings.show.form_title"), (*_words(t, EMPTY), _upload(t)))


def change(t: Translator, showing: Showing, before: ShowingText) -> Form:
    """Other words for a showing of one's own."""
    return Form("showing.words", (showing.id,), t.plain("showings.words.form_title"), _words(t, before))


def tags(t: Translator, showing: Showing) -> Form:
    """Other tags for it."""
    fields = (_stage(t, showing.stage or STAGE), _ask(t, showing.ask or ASK))
    return Form("showing.tags", (showing.id,), t.plain("showings.tags.form_title"), fields)


def from_message(t: Translator, channel: int, message: int, said: str) -> Form:
    """A message of one's own that is to be shown; `said` stands in the first field, to be changed."""
    fields = (_work(t, said), _question(t, ""), _stage(t, STAGE), _ask(t, ASK), _upload(t))
    return Form("showing.message", (channel, message), t.plain("showings.show.form_title"), fields)


def _words(t: Translator, before: ShowingText) -> tuple[Field, ...]:
    return (
        _work(t, before.work),
        Line("tried", t.plain("showings.show.tried.field"), long=True, required=False, limit=LINE, value=before.tried),
        Line("bites", t.plain("showings.show.bites.field"), long=True, required=False, limit=LINE, value=before.bites),
        _question(t, before.question),
    )


def _work(t: Translator, value: str) -> Line:
    hint = t.plain("showings.show.work.hint")
    return Line("work", t.plain("showings.show.work.field"), hint, long=True, limit=WORK, value=value)


def _question(t: Translator, value: str) -> Line:
    hint = t.plain("showings.show.question.hint")
    return Line("question", t.plain("showings.show.question.field"), hint, long=True, limit=LINE, value=value)


def _upload(t: Translator) -> Upload:
    return Upload("file", t.plain("showings.show.file.field"), t.plain("showings.show.file.hint"))


def _stage(t: Translator, chosen: Stage) -> Radio:
    choices = tuple(Choice(one, t.plain(f"showings.stage.{one}.label"), chosen=one is chosen) for one in Stage)
    return Radio("stage", t.plain("showings.show.stage.field"), choices)


def _ask(t: Translator, chosen: ShowingAsk) -> Radio:
    choices = tuple(Choice(one, t.plain(f"showings.ask_for.{one}.label"), chosen=one is chosen) for one in ShowingAsk)
    return Radio("ask", t.plain("showings.show.ask.field"), choices)


def read_words(visit: Visit, link: str = "") -> ShowingText:
    work, tried, bites, question = (visit.written(name) for name in ("work", "tried", "bites", "question"))
    return ShowingText(work, tried, bites, question, link)


def read_stage(visit: Visit) -> Stage:
    """What was chosen; an answer Discord did not offer counts as none."""
    chosen = visit.written("stage")
    return Stage(chosen) if chosen in STAGES else STAGE


def read_ask(visit: Visit) -> ShowingAsk:
    chosen = visit.written("ask")
    return ShowingAsk(chosen) if chosen in ASKS else ASK


def answers(t: Translator, text: ShowingText) -> dict[str, str]:
    """What was typed, by question: to be given back when it could not be used."""
    keys = ("work", "tried", "bites", "question")
    return {t.plain(f"showings.show.{key}.field"): getattr(text, key) for key in keys}

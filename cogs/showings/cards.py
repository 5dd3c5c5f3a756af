"""What people see of showings: facts in, cards out."""

from __future__ import annotations

from collections.abc import Sequence

from bot.services.showings import Helped
from bot.services.showings.looking import AskView, RoundUp, ShowingView
from bot.texts import Raw, Translator, channel, mention
from bot.texts.translator import sector_key
from cogs.forum import Look
from cogs.ui.card import Button, Card, Choice, Menu, Style, Tone
from domain.model import DEFAULT_SECTORS, Member, Showing, ShowingAnswer, ShowingText, Stage

LISTED = 20  # showings in a round-up: more would not be read


def name(t: Translator, member: Member) -> Raw:
    """A member as others see them; whoever has been erased is a former member."""
    return mention(member.user) if member.user is not None else t("members.former")


# The post


def look(t: Translator, view: ShowingView, text: ShowingText) -> Look:
    """A post of ours."""
    return Look(title(t, text), post(t, view, text), tags(t, view.showing))


def title(t: Translator, text: ShowingText) -> str:
    """What the post is called: the first line of what it is."""
    first = next((line.strip() for line in text.work.splitlines() if line.strip()), "")
    return first or t.plain("showings.post.title")


def tags(t: Translator, showing: Showing) -> tuple[str, ...]:
    """The names of a post's tags: stage, what is asked for, sector."""
    return (
        *((t.plain(f"showings.stage.{showing.stage}.tag"),) if showing.stage else ()),
        *((t.plain(f"showings.ask_for.{showing.ask}.tag"),) if showing.ask else ()),
        _sector_tag(t, showing.maker.firm.sector),
    )


def _sector_tag(t: Translator, sector: str) -> str:
    """A tag holds few letters, so the default sectors have short names for it."""
    if sector not in DEFAULT_SECTORS:
        return sector
    return t.plain(f"showings.sector.{sector_key(sector).rpartition('.')[2]}.tag")


def post(t: Translator, view: ShowingView, text: ShowingText) -> Card:
    """The first message of a post."""
    showing, maker = view.showing, view.showing.maker
    said = (("tried", text.tried), ("bites", text.bites), ("question", text.question), ("link", text.link))
    who, sector = name(t, maker), t.sector(maker.firm.sector)
    return Card(
        content=t(f"showings.post.by.{showing.stage or Stage.HALFWAY}", maker=who, firm=maker.firm.name, sector=sector),
        text=t("showings.post.said", said=text.work),
        fields=tuple(
            (t.plain(f"showings.post.{key}.field"), t("showings.post.said", said=words)) for key, words in said if words
        ),
        footer=t.plain("showings.post.footer"),
        tone=Tone.WARM,
        files=((view.file.name, view.file.data),) if view.file else (),
        buttons=(_helped_button(t, showing), Button(t.plain("showings.change.label"), "showing.own", (showing.id,))),
    )


def _helped_button(t: Translator, showing: Showing) -> Button:
    """For the maker. Not in a colour that calls for a press: everybody sees it."""
    return Button(t.plain("showings.helped.label"), "showing.helped", (showing.id,))


def taken_back(t: Translator) -> Look:
    """What is left of a post that was taken back where it cannot be deleted."""
    return Look(t.plain("showings.taken_back.title"), Card(text=t("showings.taken_back.body")))


def note(t: Translator, view: ShowingView) -> Card:
    """Below a post that somebody made by hand."""
    return Card(
        text=t("showings.note.body", maker=name(t, view.showing.maker)),
        buttons=(_helped_button(t, view.showing),),
    )


# To the maker


def shown(t: Translator, showing: Showing, forum: int | None) -> Card:
    body = t("showings.shown.body", forum=channel(forum) if forum else Raw("…"))
    return Card(
        title=t.plain("showings.shown.title"),
        text=Raw(f"{body}\n\n{_tagged(t, showing)}"),
        tone=Tone.GOOD,
        buttons=_own_buttons(t, showing),
    )


def _tagged(t: Translator, showing: Showing) -> Raw:
    stage = t.plain(f"showings.stage.{showing.stage or Stage.HALFWAY}.tag")
    ask = t.plain(f"showings.ask_for.{showing.ask}.tag")
    return t("showings.shown.tags", stage=stage, ask=ask)


def changed(t: Translator) -> Card:
    return Card(text=t("showings.changed.body"), tone=Tone.GOOD)


def withdrawn(t: Translator) -> Card:
    return Card(text=t("showings.withdrawn.body"))


def own(t: Translator, showing: Showing) -> Card:
    """What a maker can do with a showing of theirs."""
    return Card(title=t.plain("showings.own.title"), text=t("showings.own.body"), buttons=_own_buttons(t, showing))


def _own_buttons(t: Translator, showing: Showing) -> tuple[Button, ...]:
    what = (("words", "showing.words"), ("tags", "showing.tags"), ("withdraw", "showing.withdraw"))
    return tuple(Button(t.plain(f"showings.{key}.label"), action, (showing.id,)) for key, action in what)


def surely(t: Translator, showing: Showing) -> Card:
    """Taking back cannot be taken back."""
    return Card(
        title=t.plain("showings.withdraw.title"),
        text=t("showings.withdraw.body"),
        tone=Tone.CAREFUL,
        buttons=(Button(t.plain("showings.surely.label"), "showing.withdraw_sure", (showing.id,), Style.DANGER),),
    )


def who_helped(t: Translator, showing: Showing, answers: Sequence[ShowingAnswer]) -> Card:
    """Whose answer helped? A menu can show no mention, so it goes by firms, and the text says who is who."""
    if not answers:
        return Card(text=t("showings.helped.nobody.body"))
    people = [t("showings.helped.who", who=name(t, one.member), firm=one.member.firm.name) for one in answers]
    choices = tuple(
        Choice(
            str(one.member.id),
            one.member.firm.name,
            t.plain("showings.helped.already") if one.helped_at else one.member.practice,
        )
        for one in answers
    )
    menu = Menu("showing.helped", (showing.id,), t.plain("showings.helped.placeholder"), choices)
    text = t("showings.helped.body", people=t.list(people))
    return Card(title=t.plain("showings.helped.title"), text=text, menus=(menu,))


def thanked(t: Translator, done: Helped) -> Card:
    key = "showings.thanked.body" if done.new else "showings.thanked.before.body"
    return Card(text=t(key, who=name(t, done.answerer)), tone=Tone.GOOD)


# To somebody on call


def ask(t: Translator, view: AskView) -> Card:
    """Whose work it is does not matter for the answer; where it stands does."""
    showing = view.showing
    what = t(f"showings.ask.{showing.ask}") if showing.ask else t("showings.ask.open")
    first = t("showings.ask.first") if showing.first else ""
    body = t(
        "showings.ask.body",
        sector=t.sector(showing.maker.firm.sector),
        post=_link(showing),
        what=Raw(" ".join(part for part in (first, what) if part)),
        until=t.when(view.ask.expires_at),
    )
    return Card(
        title=t.plain("showings.ask.title"),
        text=body,
        tone=Tone.WARM,
        buttons=(
            Button(t.plain("showings.take.label"), "showing.take", (view.ask.id,), Style.PRIMARY),
            Button(t.plain("showings.pass.label"), "showing.pass", (view.ask.id,)),
        ),
    )


def taken(t: Translator, showing: Showing) -> Card:
    return Card(text=t("showings.taken.body", post=_link(showing)), tone=Tone.GOOD)


def passed(t: Translator) -> Card:
    return Card(text=t("showings.passed.body"))


def _link(showing: Showing) -> Raw:
    return channel(showing.thread) if showing.thread is not None else Raw("…")


# To everybody


def round_up(t: Translator, view: RoundUp) -> Card:
    """What was shown, linked; what has waited longest for an answer comes first. Nobody is named."""
    waiting = [_line(t, one) for one in reversed(view.shown) if one.answered_at is None]
    answered = [_line(t, one) for one in view.shown if one.answered_at is not None]
    listed = (waiting + answered)[:LISTED]
    parts = [t("showings.round_up.body", n=len(view.shown))]
    if waiting:
        parts += [t("showings.round_up.waiting", n=len(waiting)), Raw("\n".join(listed[: len(waiting)]))]
    if listed[len(waiting) :]:
        parts += [t("showings.round_up.answered"), Raw("\n".join(listed[len(waiting) :]))]
    if len(view.shown) > LISTED:
        parts.append(t("showings.round_up.more", n=len(view.shown) - LISTED))
    return Card(title=t.plain("showings.round_up.title"), text="\n\n".join(parts), tone=Tone.WARM)


def _line(t: Translator, showing: Showing) -> Raw:
    return t("showings.round_up.line", post=_link(showing), sector=t.sector(showing.maker.firm.sector))

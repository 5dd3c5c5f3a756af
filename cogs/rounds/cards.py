"""What people see of a round: facts in, cards out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.services.rounds.looking import OpenRound, PairingView, ReviewView, Seated
from bot.texts import Raw, Translator, catalogue, escape, mention
from cogs.ui.card import Button, Card, Style, Tone
from domain.model import (
    Brief,
    Member,
    Pairing,
    PairingKind,
    PairingState,
    Review,
    ReviewText,
    Round,
    Seat,
    Wish,
)
from domain.rounds import Owed

THREAD_NAME = 100  # Discord's limit


def name(t: Translator, member: Member) -> Raw:
    """A member as others see them; whoever has been erased is a former member."""
    return mention(member.user) if member.user is not None else t("members.former")


def names(t: Translator, people: Iterable[Member]) -> str:
    return t.list([name(t, one) for one in people])


def language_of(view: PairingView) -> Translator:
    """The language of a pairing's thread: the members' own if they share one, else the community's."""
    spoken = {one.member.language for one in view.seated}
    return catalogue(spoken.pop() if len(spoken) == 1 else view.community.language)


# The round's channel


def opening(t: Translator, view: OpenRound) -> Card:
    a_round = view.round
    count = t("rounds.open.count", n=view.count) if view.count else t("rounds.open.nobody")
    parts = [
        t("rounds.open.body"),
        t("rounds.open.theme", theme=a_round.theme) if a_round.theme else "",
        t("rounds.open.dates", pairs=t.when(a_round.pairs_at), closes=t.when(a_round.closes_at)),
        count,
    ]
    return Card(
        title=t.plain("rounds.open.title", number=a_round.number),
        text="\n\n".join(part for part in parts if part),
        buttons=(
            Button(t.plain("rounds.in.label"), "round.in", (a_round.id,), Style.PRIMARY),
            Button(t.plain("rounds.out.label"), "round.out", (a_round.id,)),
            Button(t.plain("rounds.how.label"), "round.how", (a_round.id,)),
        ),
    )


def how(t: Translator, a_round: Round) -> Card:
    return Card(title=t.plain("rounds.how.title"), text=t("rounds.how.body", pairs=t.when(a_round.pairs_at)))


def nobody_met(t: Translator, a_round: Round, why: str, upcoming: Round | None) -> Card:
    """Nobody could be paired so far: why, and what would help."""
    key = why if why in {"nobody", "alone", "one_firm"} else "taken"
    return Card(
        title=t.plain("rounds.alone.title", number=a_round.number),
        text=t(f"rounds.alone.{key}", nudges=t.when(a_round.nudges_at), opens=_opens(t, upcoming)),
    )


def closing(
    t: Translator, a_round: Round, *, took_part: int, reviews: int, new_ties: int, upcoming: Round | None
) -> Card:
    lines: list[str] = []
    if reviews:
        lines = [
            t("rounds.close.took_part", n=took_part),
            t("rounds.close.reviews", n=reviews),
            *([t("rounds.close.new_ties", n=new_ties)] if new_ties else []),
        ]
    text = "\n".join(f"- {line}" for line in lines) or t("rounds.close.quiet")
    if upcoming is not None:
        text += "\n\n" + t("rounds.close.next", opens=t.when(upcoming.opens_at))
    return Card(title=t.plain("rounds.close.title", number=a_round.number), text=text, tone=Tone.GOOD)


def skipped(t: Translator, a_round: Round, why: str, upcoming: Round | None) -> Card:
    key = why if why == "no_members" else "standstill"
    return Card(
        title=t.plain("rounds.skipped.title", number=a_round.number),
        text=t(f"rounds.skipped.{key}", opens=_opens(t, upcoming)),
        tone=Tone.CAREFUL,
    )


def _opens(t: Translator, upcoming: Round | None) -> str:
    return t.when(upcoming.opens_at) if upcoming else Raw("…")


# A pairing's thread


def thread_prefix(view: PairingView) -> str:
    """What the name of a pairing's thread begins with, whatever the language: by it the thread is found again."""
    return f"R{view.round.number}·{view.pairing.number} "


def thread_name(t: Translator, view: PairingView) -> str:
    firms = " × ".join(dict.fromkeys(one.member.firm.name for one in view.seated))
    return t.plain("rounds.thread.name", number=view.round.number, pairing=view.pairing.number, firms=firms)[
        :THREAD_NAME
    ]


def reasons(t: Translator, view: PairingView) -> str:
    """Why these people, in a line of facts."""
    return reasons_of(t, view.pairing, [one.member for one in view.seated])


def reasons_of(t: Translator, pairing: Pairing, people: Sequence[Member]) -> str:
    facts = [
        t("rounds.why.met", n=pairing.times_met) if pairing.times_met else t("rounds.why.never_met"),
    ]
    sectors = list(dict.fromkeys(t.sector(one.firm.sector) for one in people))
    if len(sectors) > 1:
        facts.append(t("rounds.why.sectors", sectors=" × ".join(sectors)))
    if pairing.new_firms > len({one.firm.id for one in people}):  # more than each other's
        facts.append(t("rounds.why.new_firms", n=pairing.new_firms))
    if pairing.kind is PairingKind.LATE:
        facts.append(t("rounds.why.late"))
    if pairing.kind is PairingKind.RESCUE:
        facts.append(t("rounds.why.rescue"))
    return Raw("; ".join(facts))


def welcome(t: Translator, view: PairingView) -> Card:
    """The first message of a thread: who, why, every brief, and the guide."""
    helpers = [one.member for one in view.seated if not one.shows]
    makers = [one.member for one in view.seated if one.shows]
    greeting = (
        t("rounds.welcome.help.body", helper=names(t, helpers), maker=names(t, makers))
        if helpers
        else t("rounds.welcome.body", people=names(t, makers))
    )
    briefs = [one.signup.brief for one in view.seated if one.shows and one.signup and one.signup.brief]
    content = "\n".join(
        (
            greeting,
            t("rounds.welcome.why", reasons=Raw(reasons(t, view))),
            t(
                "rounds.welcome.starter",
                starter=name(t, view.seated[0].member),
                closes=t.when(view.round.closes_at),
            ),
            t("rounds.welcome.private"),
        )
    )
    return Card(
        content=content,
        title=t.plain("rounds.guide.title"),
        text=t("rounds.guide.body"),
        more=tuple(brief_card(t, one) for one in view.seated if one.shows),
        buttons=_thread_buttons(t, view),
        files=(
            *((one.file.name, one.file.data) for one in view.seated if one.file),
            *in_full(t, [answer for brief in briefs for answer in brief_answers(t, brief)]),
        ),
    )


def _thread_buttons(t: Translator, view: PairingView) -> tuple[Button, ...]:
    ids = (view.pairing.id,)
    buttons = [
        Button(t.plain("rounds.review.label"), "pairing.review", ids, Style.PRIMARY),
        Button(t.plain("rounds.live.label"), "pairing.live", ids, Style.SUCCESS),
        Button(t.plain("rounds.cannot.label"), "pairing.cannot", ids),
    ]
    if any(one.shows and not (one.signup and one.signup.brief) for one in view.seated):
        add = Button(t.plain("rounds.add_brief.label"), "round.in", (view.round.id,))
        buttons.append(add)
    return tuple(buttons)


def brief_card(t: Translator, one: Seated) -> Card:
    brief = one.signup.brief if one.signup else None
    who = {"maker": name(t, one.member), "firm": one.member.firm.name}
    if brief is None:
        return Card(text=t("rounds.welcome.no_brief", **who), tone=Tone.WARM)
    return Card(text=t("rounds.welcome.brief", **who), fields=fields(brief_answers(t, brief)), tone=Tone.WARM)


Answers = Sequence[tuple[str, str]]  # (what was asked, what somebody wrote)

# A field holds 1024 characters, and a backslash before each mark of markdown counts.
ROOM, TOGETHER = 1024, 5600


def fields(answers: Answers) -> tuple[tuple[str, str], ...]:
    return tuple((asked, escape(text, lines=True)) for asked, text in answers)


def in_full(t: Translator, answers: Answers) -> tuple[tuple[str, bytes], ...]:
    """A file with everything, where answers do not fit their room: nothing anybody wrote is cut off for good."""
    shown = fields(answers)
    if all(len(text) <= ROOM for _, text in shown) and sum(len(asked) + len(text) for asked, text in shown) <= TOGETHER:
        return ()
    text = "\n\n".join(f"{asked}\n{text}" for asked, text in answers)
    return ((t.plain("rounds.in_full.file"), text.encode()),)


def brief_answers(t: Translator, brief: Brief) -> list[tuple[str, str]]:
    wish = "suggestions" if brief.wish is Wish.SUGGESTIONS else "reactions"
    answers = (
        ("work", brief.work),
        ("audience", brief.audience),
        ("decision", brief.decision),
        ("settled", brief.settled),
    )
    return [
        *((t.plain(f"rounds.brief.{key}.name"), text) for key, text in answers if text),
        (t.plain("rounds.brief.wish.name"), t.plain(f"rounds.brief.wish.{wish}.name")),
    ]


def joined(t: Translator, view: PairingView, newcomer: Seated) -> Card:
    card = Card(
        content=t("rounds.joined.body", newcomer=name(t, newcomer.member)),
        buttons=_thread_buttons(t, view),
        files=((newcomer.file.name, newcomer.file.data),) if newcomer.file else (),
    )
    return replace(card, more=(brief_card(t, newcomer),))


def late_brief(t: Translator, one: Seated) -> Card:
    return replace(brief_card(t, one), files=((one.file.name, one.file.data),) if one.file else ())


def stepped_out(t: Translator, view: PairingView, leaver: Member) -> Card:
    left = [one.member for one in view.seated if one.member.id != leaver.id]
    key = {0: "nobody", 1: "alone"}.get(len(left), "others")
    if view.pairing.state is not PairingState.DISSOLVED and key == "alone":
        key = "nobody"  # nothing is owed to whoever is left
    who = {"leaver": name(t, leaver), "left": names(t, left)}
    return Card(content=t(f"rounds.left.{key}.body", **who))


def nudge(t: Translator, view: PairingView, owed: Sequence[Owed]) -> Card:
    lines: list[str] = []
    for debt in owed:
        reviewer, maker = view.who(debt.reviewer), view.who(debt.maker)
        if reviewer and maker:
            lines.append("- " + t("rounds.nudge.line", reviewer=name(t, reviewer), maker=name(t, maker)))
    freed = [one.member for one in view.pairing.members if one.seat is Seat.FREED]
    lines = [
        t("rounds.nudge.body", closes=t.when(view.round.closes_at)),
        *lines,
        t("rounds.nudge.help"),
        *(t("rounds.nudge.freed", member=name(t, one)) for one in freed),
    ]
    return Card(
        content="\n".join(lines),
        buttons=_thread_buttons(t, view)[:3],
    )


# Reviews

_ANSWERS = ("spot", "why", "answer", "ask", "suggestion")


def review_answers(t: Translator, text: ReviewText) -> list[tuple[str, str]]:
    answers = (text.spot, text.why, text.answer, text.ask, text.suggestion)
    return [
        (t.plain(f"rounds.review.{key}.name"), answer) for key, answer in zip(_ANSWERS, answers, strict=True) if answer
    ]


def review(t: Translator, view: ReviewView, text: ReviewText) -> Card:
    """A review in its thread; only the maker can tap, and only the two see what was tapped."""
    who = {"reviewer": name(t, view.reviewer), "maker": name(t, view.maker)}
    return Card(
        content=t("rounds.review.tap", **who),
        text=t("rounds.review.posted", **who),
        fields=fields(review_answers(t, text)),
        files=in_full(t, review_answers(t, text)),
        tone=Tone.GOOD,
        buttons=tuple(
            Button(t.plain(f"rounds.mark.{mark}.label"), f"review.{mark}", (view.review.id,))
            for mark in ("specific", "kind", "will_use")
        ),
    )


def marks(t: Translator, one: Review) -> str:
    """What the maker said of a review; empty if nothing."""
    said = {"specific": one.specific, "kind": one.kind, "will_use": one.will_use}
    chosen = [t(f"rounds.mark.{mark}.label") for mark, on in said.items() if on]
    return t.list(chosen) if chosen else ""


def marked(t: Translator, one: Review) -> Card:
    said = marks(t, one)
    return Card(text=t("rounds.marked.body", marks=Raw(said)) if said else t("rounds.marked.none.body"))


def live_question(t: Translator, view: PairingView, claimant: Member) -> Card:
    others = [one.member for one in view.seated if one.member.id != claimant.id]
    ids = (view.pairing.id, claimant.id)
    return Card(
        content=t("rounds.live.ask.body", claimant=name(t, claimant), others=names(t, others)),
        buttons=(
            Button(t.plain("rounds.live.yes.label"), "live.yes", ids, Style.SUCCESS),
            Button(t.plain("rounds.live.no.label"), "live.no", ids),
        ),
    )

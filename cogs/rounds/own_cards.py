"""What a member sees alone: asks, notices, where they stand, and why this partner."""

from __future__ import annotations

from collections.abc import Sequence

from bot.services.rounds.looking import AskView, NoticeView, Status, Why
from bot.texts import Raw, Translator, channel
from cogs.rounds.cards import marks, name, names, reasons_of
from cogs.ui.card import Button, Card, Style, Tone
from domain.model import Member, Pairing, Place, ReviewState, Round, RoundState, SignupState
from domain.rounds import delivered


def ask(t: Translator, view: AskView) -> Card:
    """Whose work it is and what they are stuck on is for whoever says yes."""
    return Card(
        title=t.plain("rounds.ask.title"),
        text=t(
            "rounds.ask.body",
            sector=t.sector(view.waiting.firm.sector),
            number=view.round.number,
            closes=t.when(view.round.closes_at),
        ),
        tone=Tone.WARM,
        buttons=(
            Button(t.plain("rounds.ask.take.label"), "ask.take", (view.ask.id,), Style.PRIMARY),
            Button(t.plain("rounds.ask.pass.label"), "ask.pass", (view.ask.id,)),
        ),
    )


def notice(t: Translator, view: NoticeView, what: str, why: str) -> Card:
    if what == "ask_me":
        return Card(title=t.plain("rounds.notice.ask_me.title"), text=t("rounds.notice.ask_me.body"), tone=Tone.WARM)
    opens = t("rounds.notice.opens", opens=t.when(view.next_round.opens_at)) if view.next_round else Raw("")
    return Card(
        title=t.plain(f"rounds.notice.{what}.title"),
        text=t(f"rounds.notice.{what}.body", why=why_not(t, why), opens=opens),
        tone=Tone.WARM,
    )


def why_not(t: Translator, why: str) -> Raw:
    key = f"rounds.notice.why.{why}"
    return t(key if t.has(key) else "rounds.notice.why.taken")


def status(t: Translator, view: Status, member: Member, round_channel: int | None) -> Card:
    lines = [*_standing(t, view, member, round_channel)]
    if view.next_round is not None:
        lines.append(t("rounds.status.next", opens=t.when(view.next_round.opens_at)))
    return Card(title=t.plain("rounds.status.title"), text="\n\n".join(lines))


def _standing(t: Translator, view: Status, member: Member, round_channel: int | None) -> list[str]:
    a_round = view.round
    if a_round is None:
        return [t("rounds.status.none.body")]
    if view.pairings:
        return [line for one in view.pairings for line in _paired(t, view, one, member, a_round)]
    return _unpaired(t, view, a_round, round_channel)


def _unpaired(t: Translator, view: Status, a_round: Round, round_channel: int | None) -> list[str]:
    signup = view.signup
    dates: dict[str, int | str] = {
        "number": a_round.number,
        "pairs": t.when(a_round.pairs_at),
        "nudges": t.when(a_round.nudges_at),
        "closes": t.when(a_round.closes_at),
    }
    if signup is None or signup.state is SignupState.OUT:
        if a_round.state is RoundState.OPEN:
            where = channel(round_channel) if round_channel else Raw("…")
            return [t("rounds.status.out", channel=where, **dates)]
        return [t("rounds.status.not_in", **dates)]
    if signup.place is Place.LEFT_OUT:
        return [t("rounds.status.left_out", why=why_not(t, view.why_not), **dates)]
    if signup.place is Place.WAITING:
        return [t("rounds.status.waiting", **dates)]
    brief = [] if signup.brief else [t("rounds.status.no_brief")]
    return [t("rounds.status.in", **dates), *brief]


def _paired(t: Translator, view: Status, pairing: Pairing, member: Member, a_round: Round) -> list[str]:
    others = [one.member for one in pairing.members if one.id != member.id]
    thread = t("rounds.status.in_thread", thread=channel(pairing.thread)) if pairing.thread else Raw("")
    lines: list[str] = [
        t(
            "rounds.status.with",
            number=a_round.number,
            people=names(t, others),
            thread=thread,
            closes=t.when(a_round.closes_at),
        )
    ]
    mine = [maker for owed_in, maker in view.owes if owed_in.id == pairing.id]
    lines += [t("rounds.status.owes", maker=name(t, maker)) for maker in mine] or [t("rounds.status.all_given")]
    for one, maker in view.given:
        if one.pairing == pairing.id and delivered(one):
            said = marks(t, one) or (
                t("rounds.status.live") if one.mode == "live" else t("rounds.status.given.nothing")
            )
            lines.append(t("rounds.status.given", maker=name(t, maker), marks=Raw(said)))
    lines += [
        t("rounds.status.received", reviewer=name(t, reviewer))
        for one, reviewer in view.received
        if one.pairing == pairing.id and one.state is not ReviewState.CLAIMED
    ]
    return lines


def why(t: Translator, found: Sequence[Why], member: Member) -> Card:
    lines = [
        t(
            "rounds.why.body",
            number=one.round.number,
            people=names(t, one.partners),
            reasons=Raw(reasons_of(t, one.pairing, [member, *one.partners])),
        )
        for one in found
    ]
    return Card(title=t.plain("rounds.why.title"), text="\n\n".join([*lines, t("rounds.why.rules")]))

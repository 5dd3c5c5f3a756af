"""What people see of a proposal: facts in, cards out."""

from __future__ import annotations

from collections.abc import Sequence

from bot.services.swaps.looking import SwapView
from bot.texts import Raw, Translator, catalogue, clip
from cogs.rounds.cards import Answers, fields, in_full, name, names
from cogs.ui.card import Button, Card, Style, Tone
from domain.model import Leg, Member, Swap, SwapState, UserId

THREAD_NAME = 100  # Discord's limit
TWO = 2


def language_of(view: SwapView) -> Translator:
    """The language of a swap's thread: the members' own if they share one, else the community's."""
    spoken = {one.language for one in view.people}
    return catalogue(spoken.pop() if len(spoken) == 1 else view.community.language)


def thread_prefix(view: SwapView) -> str:
    """What the name of a swap's thread begins with, whatever the language: by it the thread is found again."""
    return f"S{view.swap.number} "


def thread_name(t: Translator, view: SwapView) -> str:
    skills = (" ⇄ " if len(view.swap.legs) == TWO else " → ").join(leg.skill.name for leg in view.swap.legs)
    return clip(t.plain("swaps.thread.name", number=view.swap.number, skills=skills), THREAD_NAME)


# Who shows what to whom


def shows(t: Translator, leg: Leg) -> Raw:
    return t(
        "swaps.shows",
        teacher=name(t, leg.teacher),
        teacher_firm=leg.teacher.firm.name,
        learner=name(t, leg.learner),
        learner_firm=leg.learner.firm.name,
        skill=leg.skill.name,
    )


def round_trip(t: Translator, swap: Swap) -> Raw:
    """A → B → C → A; of two, A ⇄ B."""
    people = [name(t, leg.teacher) for leg in swap.legs]
    if len(people) == TWO:
        return Raw(" ⇄ ".join(people))
    return Raw(" → ".join([*people, name(t, swap.legs[-1].learner)]))


def _kind(swap: Swap) -> str:
    if swap.on_credit:
        return "credit"
    return "two" if len(swap.legs) == TWO else "ring"


def _title(t: Translator, swap: Swap) -> str:
    kind = _kind(swap)
    if kind == "ring":
        return t.plain("swaps.proposal.ring.title", number=len(swap.legs))
    return t.plain("swaps.proposal.credit.title" if kind == "credit" else "swaps.proposal.two.title")


def _why(t: Translator, view: SwapView) -> list[Raw]:
    """Why these people, in a line of facts."""
    swap = view.swap
    facts = [
        t("swaps.why.ring", number=len(swap.legs)) if _kind(swap) == "ring" else t(f"swaps.why.{_kind(swap)}"),
    ]
    sectors = list(dict.fromkeys(t.sector(one.firm.sector) for one in view.people))
    if len(sectors) > 1:
        facts.append(t("swaps.why.sectors", sectors=" × ".join(sectors)))
    if view.instead_of is not None:
        facts.append(t("swaps.why.instead", number=view.instead_of))
    return facts


def _on_credit(t: Translator, swap: Swap) -> Raw:
    (leg,) = swap.legs
    if leg.teacher.firm.id == leg.learner.firm.id:
        return t("swaps.credit.one_firm")
    return t("swaps.credit", teacher_firm=leg.teacher.firm.name, learner_firm=leg.learner.firm.name)


# The proposal


def proposal(t: Translator, view: SwapView, *, asking: bool | None = None) -> Card:
    """The first message of a thread, as the swap stands now; `asking`: as it was while everybody was asked."""
    swap = view.swap
    asked = swap.state is SwapState.PROPOSED if asking is None else asking
    lines = [
        "\n".join(("### " + round_trip(t, swap), *("- " + shows(t, leg) for leg in swap.legs))),
        " ".join(_why(t, view)),
        _on_credit(t, swap) if swap.on_credit else "",
        *(_asking(t, view) if asked else _answered(t, swap)),
    ]
    words = _words(t, view)
    return Card(
        content=t("swaps.greeting", people=names(t, view.people)),
        title=_title(t, swap),
        text="\n\n".join(one for one in lines if one),
        fields=fields(words),
        buttons=answers(t, swap) if asked else (),
        files=in_full(t, words),
        tone=Tone.WARM if asked else Tone.PLAIN if swap.state is SwapState.ENDED else Tone.GOOD,
    )


def _asking(t: Translator, view: SwapView) -> Sequence[Raw]:
    of, said = len(view.people), view.said_yes
    return (
        t("swaps.how"),
        t("swaps.until", expires=t.when(view.swap.expires_at), left=t.when(view.swap.expires_at, "R")),
        Raw("\n".join(([t("swaps.count", n=said, of=of)] if said else []) + [t("swaps.private")])),
    )


def _answered(t: Translator, swap: Swap) -> Sequence[Raw]:
    return (t("swaps.not_this_one") if swap.state is SwapState.ENDED else t("swaps.all_said_yes"),)


def answers(t: Translator, swap: Swap) -> tuple[Button, ...]:
    return (
        Button(t.plain("swaps.accept.label"), "swap.accept", (swap.id,), Style.SUCCESS),
        Button(t.plain("swaps.decline.label"), "swap.decline", (swap.id,)),
    )


def _words(t: Translator, view: SwapView) -> Answers:
    """What everybody wrote about what they offer and want, for each session."""
    found: list[tuple[str, str]] = []
    for leg in view.swap.legs:
        for key, who, listing in (("wants", leg.learner, leg.want), ("offers", leg.teacher, leg.offer)):
            posted = view.listings.get(listing)
            if posted is None:
                continue
            when = t.plain("swaps.words.times", times=posted.times) if posted.times else ""
            text = "\n".join(one for one in (posted.about, when) if one)
            if text:
                asked = t.plain(f"swaps.words.{key}", firm=who.firm.name, skill=leg.skill.name)
                found.append((asked, text))
    return found


# What comes of it


def agreed(t: Translator, view: SwapView, buttons: Sequence[Button]) -> Card:
    """Everybody said yes: what happens next, and the sessions' buttons."""
    steps = [t("swaps.next.time"), t("swaps.next.place"), t("swaps.next.report")]
    lines = ["\n".join("- " + shows(t, leg) for leg in view.swap.legs), "\n".join(steps)]
    return Card(
        content=t("swaps.agreed", people=names(t, view.people)),
        title=t.plain("swaps.next.title"),
        text="\n\n".join(lines),
        buttons=tuple(buttons),
        tone=Tone.GOOD,
    )


def ended(t: Translator) -> Card:
    """Kindly, and nobody named."""
    return Card(title=t.plain("swaps.ended.title"), text=t("swaps.ended.body"))


# In private


def quiet(t: Translator, user: UserId) -> Card:
    """To somebody who was silent twice in a row: why nothing more will be asked, and the way back."""
    back = Button(t.plain("skills.undo.label"), "skill.keep", (user,), Style.SUCCESS)
    see = Button(t.plain("skills.see_mine.label"), "skill.mine", (user,))
    return Card(title=t.plain("swaps.quiet.title"), text=t("swaps.quiet.body"), buttons=(back, see), tone=Tone.WARM)


def accepted(t: Translator, swap: Swap) -> Card:
    if swap.state is SwapState.PROPOSED:
        return Card(text=t("swaps.accepted.body", expires=t.when(swap.expires_at)), tone=Tone.GOOD)
    return Card(text=t("swaps.accepted.all.body"), tone=Tone.GOOD)


def sure(t: Translator, swap: int) -> Card:
    """Asked first: the others lose it, too."""
    yes = Button(t.plain("swaps.decline.yes.label"), "swap.decline_sure", (swap,), Style.DANGER)
    return Card(title=t.plain("swaps.decline.title"), text=t("swaps.decline.body"), buttons=(yes,))


def declined(t: Translator) -> Card:
    return Card(text=t("swaps.declined.body"))


def status(t: Translator, view: SwapView, member: Member) -> Card:
    """An open proposal, for one of those who were asked."""
    seat = view.swap.seat_of(member.id)
    yes = seat is not None and seat.answer == "accepted"
    key = "swaps.status.said_yes" if yes else "swaps.status.asked"
    lines = ["\n".join("- " + shows(t, leg) for leg in view.swap.legs), t(key, expires=t.when(view.swap.expires_at))]
    if view.swap.thread is not None:
        lines.append(t("swaps.status.thread", thread=Raw(f"<#{view.swap.thread}>")))
    both = answers(t, view.swap)
    return Card(
        title=_title(t, view.swap),
        text="\n\n".join(lines),
        buttons=both[1:] if yes else both,
        tone=Tone.WARM,
    )

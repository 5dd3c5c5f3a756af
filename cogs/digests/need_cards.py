"""What a digest's one button leads to: what would be sent, what is sent, and what the digest says afterwards."""

from __future__ import annotations

from dataclasses import replace

from bot.services.digests.needing import Standing
from bot.services.digests.reaching import Invitation
from bot.services.swaps.session_looking import SessionView
from bot.texts import Raw, Translator, catalogue, channel
from cogs.digests import cards
from cogs.swaps import dispute_cards
from cogs.ui.card import Button, Card, Style, Tone
from domain.calendar import MemberCadence
from domain.model import Digest, SkillId


def seen_to(digest: Digest, *, by_itself: bool = False) -> Card:
    """A digest with what became of its need in place of the button. `by_itself`: nobody had to do anything."""
    t = catalogue(digest.language)
    done = t("needs.by_itself.body") if by_itself else t(f"needs.done.{digest.need}.body")
    return replace(cards.digest(replace(digest, need=None)), text=done, tone=Tone.GOOD)


def unneeded(t: Translator, before: Standing) -> Card:
    """Nothing is to be done: a manager has seen to it, or it has seen to itself."""
    what = "already" if before.need is not None else "unneeded"
    return Card(text=t(f"needs.{what}.{before.digest.need}.body"), tone=Tone.GOOD)


def not_now(t: Translator) -> Card:
    return Card(text=t("needs.not_now.body"))


# A dispute


def to_decide(t: Translator, before: Standing, view: SessionView) -> Card:
    """What stands in the managers' channel, its buttons knowing of the digest."""
    question = dispute_cards.to_manager(t, view)
    buttons = [replace(one, action="need.decide", ids=(before.digest.id, *one.ids)) for one in question.buttons]
    return replace(question, buttons=tuple(buttons))


# A want


def who_can_show(t: Translator, skill: SkillId, name: str) -> Card:
    """For everybody, in the skills channel."""
    return Card(
        title=t.plain("needs.want.post.title"),
        text=t("needs.want.post.body", skill=name),
        buttons=(Button(t.plain("skills.skill.offer.label"), "skill.offer", (skill,), Style.PRIMARY),),
        tone=Tone.WARM,
    )


def surely_ask(t: Translator, before: Standing, skill: SkillId, name: str) -> Card:
    """Before everybody is asked: where, and word for word what."""
    community = before.community
    post = who_can_show(catalogue(community.language), skill, name)
    place = channel(community.channels.skills) if community.channels.skills is not None else Raw("…")
    return Card(
        title=t.plain("needs.want.sure.title"),
        text=t("needs.want.sure.body", channel=place),
        fields=((post.title, post.text),),
        buttons=_sure(t, before),
    )


# A firm


def invitation(t: Translator, to: Invitation) -> Card:
    """For one person, in private."""
    key, times, button = _invited_to(t, to)
    return Card(
        title=t.plain("needs.invite.title"),
        text=Raw(f"{t(key, **times)} {t('needs.invite.what')}"),
        buttons=(button,),
        tone=Tone.WARM,
    )


def _invited_to(t: Translator, to: Invitation) -> tuple[str, dict[str, str], Button]:
    if to.open is not None:
        into = Button(t.plain("rounds.in.label"), "round.in", (to.open.id,), Style.PRIMARY)
        return "needs.invite.open", {"pairs": t.when(to.open.pairs_at)}, into
    weekly = Button(t.plain(f"members.cadence.{MemberCadence.WEEKLY}"), "need.weekly", (), Style.PRIMARY)
    if to.opens is not None:
        return "needs.invite.next", {"opens": t.when(to.opens)}, weekly
    return "needs.invite.some_day", {}, weekly


def surely_invite(t: Translator, before: Standing, name: str, people: int, to: Invitation) -> Card:
    """Before the people of a firm are told: how many, and word for word what."""
    told = invitation(t, to)
    return Card(
        title=t.plain("needs.firm.sure.title"),
        text=t("needs.firm.sure.body", n=people, firm=name),
        fields=((told.title, told.text),),
        buttons=_sure(t, before),
    )


def _sure(t: Translator, before: Standing) -> tuple[Button, ...]:
    kind, ids = before.digest.need, (before.digest.id,)
    return (
        Button(t.plain(f"needs.{kind}.sure.label"), f"need.{kind}_sure", ids, Style.PRIMARY),
        Button(t.plain("needs.not_now.label"), "need.not_now"),
    )


def sent(t: Translator, before: Standing) -> Card:
    return Card(text=t(f"needs.{before.digest.need}.sent.body"), tone=Tone.GOOD)

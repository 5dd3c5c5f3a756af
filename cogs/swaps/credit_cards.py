"""What people see of time credits: their own firm's account, and what is told when a limit is crossed."""

from __future__ import annotations

from bot.services.credits import Movement, Statement
from bot.texts import Raw, Translator
from cogs.rounds.cards import name
from cogs.swaps.amounts import signed
from cogs.ui.card import Button, Card, Style, Tone
from domain.ledger import START, Limit
from domain.model import Firm, TransferKind
from domain.sessions import clock


def balance(t: Translator, found: Statement, note: str = "") -> Card:
    """A firm's account, for its own people: where it stands, what moved, and what the limits mean."""
    standing = t(f"credits.limit.{found.limit}") if found.limit else t("credits.limit.none")
    text = "\n\n".join(part for part in (note, t("credits.balance.body"), standing) if part)
    moved = "\n".join(_movement(t, found, one) for one in found.movements)
    give = Button(t.plain("credits.give.label"), "credits.give", (), Style.SECONDARY)
    return Card(
        title=t.plain("credits.balance.title", firm=found.firm.name, balance=signed(found.minutes)),
        text=text,
        fields=(
            (t.plain("credits.movements"), moved),
            (t.plain("credits.limits"), t("credits.limits.text")),
            (t.plain("credits.pool"), t("credits.pool.text", pool=signed(found.pool), start=clock(START))),
        ),
        buttons=(give,) if found.minutes > 0 else (),
        tone=Tone.WARM if found.limit else Tone.PLAIN,
    )


def _movement(t: Translator, found: Statement, one: Movement) -> Raw:
    person = found.people.get(one.member) if one.member is not None else None
    who = Raw(f" · {name(t, person)}") if person is not None and person.firm.id == found.firm.id else Raw("")
    way = "in" if one.minutes > 0 else "out"
    key = f"credits.movement.{one.kind}"
    if one.kind in {TransferKind.SESSION, TransferKind.REVERSAL}:
        key = f"{key}.{way}"
    what = t(key, skill=one.skill, firm=one.other_firm)
    return t("credits.movement", at=t.when(one.at, "d"), minutes=signed(one.minutes), what=what, who=who)


def sure(t: Translator, found: Statement, minutes: int) -> Card:
    """Before something is given away."""
    label = t.plain("credits.give.yes.label", time=clock(minutes))
    give = Button(label, "credits.give_sure", (minutes, found.seen), Style.PRIMARY)
    after = signed(found.minutes - minutes)
    return Card(
        title=t.plain("credits.give.title"),
        text=t("credits.give.body", time=clock(minutes), firm=found.firm.name, after=after),
        buttons=(give,),
    )


def told(t: Translator, firm: Firm, minutes: int, limit: str) -> Card:
    """To whoever crossed a limit, in private."""
    buttons = (Button(t.plain("credits.give.label"), "credits.give"),) if limit == Limit.SPEND else ()
    return Card(
        title=t.plain(f"credits.told.{limit}.title"),
        text=t(f"credits.told.{limit}.body", firm=firm.name, balance=signed(minutes)),
        buttons=buttons,
        tone=Tone.WARM,
    )


def shown(t: Translator, firm: Firm, minutes: int) -> Card:
    """To the managers; nothing is asked of them."""
    text = t("credits.shown.body", firm=firm.name, balance=signed(minutes))
    return Card(title=t.plain("credits.shown.title"), text=text)

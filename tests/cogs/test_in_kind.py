"""What an hour is worth in reports: off until a manager types it, source and all."""

from __future__ import annotations

from decimal import Decimal

import pytest

from domain.model import InKind
from tests.cogs.played import community, played
from tests.cogs.stage import everybody_reads
from tests.cogs.test_settings_panel import open_, shown
from tests.world import World, said

TYPED = {"rate": "45,50", "currency": "eur", "source": "National volunteer rate 2026"}


@played(set_up=True)
async def test_it_is_off_until_a_manager_types_it_and_can_be_turned_off(w: World) -> None:
    panel = await open_(w, "in_kind")
    assert "At the moment: **off**" in said(panel)
    form = await w.manager.press(panel.response, "cluster.in_kind_form")
    assert shown(form) == {"rate": "", "currency": "", "source": ""}
    assert "says what the confirmed hours come to" in said(await w.manager.fill(form, **TYPED))
    assert (await community(w)).in_kind == InKind(Decimal("45.50"), "EUR", TYPED["source"])
    on, other = await open_(w, "in_kind"), await open_(w, "in_kind")
    assert "**€45.50** an hour, says National volunteer rate 2026" in said(on)
    assert shown(await w.manager.press(on.response, "cluster.in_kind_form"))["rate"] == "45.50"
    assert "Reports name hours only" in said(await w.manager.press(on.response, "cluster.in_kind_off"))
    assert (await community(w)).in_kind is None
    # What another manager had open is of before.
    assert "changed" in said(await w.manager.press(other.response, "cluster.in_kind_off"))


@played(set_up=True)
async def test_what_cannot_be_read_is_kept_and_can_be_corrected(w: World, monkeypatch: pytest.MonkeyPatch) -> None:
    again = await w.manager.press((await open_(w, "in_kind")).response, "cluster.in_kind_form")
    for wrong, why in (
        ({"rate": "1.250"}, "cannot read “1\\.250”"),
        ({"currency": "euros"}, "“EUROS” is no currency"),
        ({"source": " "}, "Say who says so"),
    ):
        answer = await w.manager.fill(again, **(TYPED | wrong))
        assert why in said(answer)
        again = await w.manager.press(answer.response, "cluster.in_kind_again")
        assert shown(again) == {name: text.strip() for name, text in (TYPED | wrong).items()}
    assert (await community(w)).in_kind is None
    everybody_reads("nl", monkeypatch)
    assert "Opgeslagen" in said(await w.manager.fill(again, **TYPED))

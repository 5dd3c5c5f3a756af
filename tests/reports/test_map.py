"""The map as a picture: everybody is on it, changes are marked, and names that cannot be drawn get a number."""

from __future__ import annotations

import io
import warnings
from dataclasses import replace
from math import pi

import pytest
from PIL import Image

from bot.reports.drawing import width
from bot.reports.map import LONGEST, Map, alt
from bot.reports.map_picture import NEW_TIE, OLD_TIE, _Canvas, _dot_size, _labels, draw_map
from bot.texts import LANGUAGES, catalogue
from domain.evidence import Network
from tests.reports.sample import cluster, map_of

EN = catalogue("en")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("firms", [0, 1, 12, 30])
def test_every_cluster_can_be_drawn_the_same_each_time(language: str, firms: int) -> None:
    t, shown = catalogue(language), map_of(cluster(firms))
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a letter the font lacks would warn
        picture = draw_map(t, shown)
    assert picture == draw_map(t, map_of(cluster(firms)))
    assert len(picture.png) < 1_000_000
    assert picture.alt == alt(t, shown)


@pytest.mark.parametrize("firms", [1, 12, 30, 120, 300])
def test_no_dot_and_no_name_touches_another_or_the_edge(firms: int) -> None:
    shown = map_of(cluster(firms))
    labels, _ = _labels(shown)
    canvas = _Canvas.of(shown, labels, EN)
    arc = 2 * pi * canvas.radius * shown.ring.spacing  # the least between two firms
    assert max(_dot_size(canvas.dot, node.size) for node in shown.now.nodes) < arc
    assert canvas.letters < arc * 1.01
    assert canvas.letters >= (20 if firms <= 30 else 12)
    # A name is cut to `LONGEST`, and shorter ones leave the ring more room.
    longest = max(min(width(one, canvas.letters, bold=True), LONGEST * canvas.letters) for one in labels.values())
    assert canvas.radius + canvas.dot * 0.6 + canvas.letters * 0.35 + longest <= canvas.wide / 2


def test_what_changed_since_last_month_is_marked() -> None:
    shown = map_of(cluster(30))
    assert shown.before is not None
    assert shown.new == shown.now.ties.keys() - shown.before.ties.keys() != set()
    assert shown.gone
    assert shown.joined == {7, 19}  # who joined nine days ago
    first = map_of(cluster(30), first=True)
    assert (first.new, first.gone, first.joined) == (set(), set(), set())
    assert "new since" in alt(EN, shown)
    assert "new since" not in alt(EN, first)


def test_firms_without_a_tie_are_there_and_told() -> None:
    shown = map_of(cluster(30))
    tied = {firm for tie in shown.now.ties for firm in tie}
    assert {*shown.alone} == {node.firm for node in shown.now.nodes} - tied != set()
    assert f"{len(shown.alone)} firms have no tie." in alt(EN, shown)
    assert shown.ring.firms.keys() == {node.firm for node in shown.now.nodes}
    everyone_alone = replace(shown, now=Network(shown.now.nodes, {}), before=None)
    assert draw_map(EN, everyone_alone).png != draw_map(EN, replace(shown, before=None)).png


def test_names_that_cannot_be_drawn_are_numbered_for_the_message() -> None:
    assert draw_map(EN, map_of(cluster(12))).numbered == {1: "工房", 2: "🧵🪡"}
    assert draw_map(EN, map_of(cluster(12, strange=False))).numbered == {}


def test_new_ties_are_darker_than_those_from_before() -> None:
    assert _lightness(NEW_TIE) < 0.35 < 0.55 < _lightness(OLD_TIE)
    shown = map_of(cluster(30))
    marked = _grey(shown)
    plain = _grey(replace(shown, before=None))
    dark = [sum(image.histogram()[:80]) for image in (marked, plain)]
    assert dark[0] > 1.2 * dark[1]


def _grey(shown: Map) -> Image.Image:
    return Image.open(io.BytesIO(draw_map(EN, shown).png)).convert("RGBA").convert("L")


def _lightness(colour: str) -> float:
    return sum(int(colour[at : at + 2], 16) for at in (1, 3, 5)) / 3 / 255

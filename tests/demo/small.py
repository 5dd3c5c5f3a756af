"""A cluster of eight people in three firms: quick to play."""

from __future__ import annotations

from dataclasses import replace

from bot.demo.people import Cluster, load

FIRMS = ("Houtwerk Noord", "Nachtlicht Film", "Uitgeverij Zeeglas")


def small() -> Cluster:
    whole = load()
    people = tuple(one for one in whole.people if one.firm in FIRMS)
    names = {one.name for one in people} | {whole.manager.name}
    coffee, welcome = (tuple(one for one in lines if one[0] in names) for lines in (whole.coffee, whole.welcome))
    return replace(whole, people=people, coffee=coffee, welcome=welcome)

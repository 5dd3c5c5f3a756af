"""Who works in the simulated cluster, what they bring, and what they say: read from `cluster.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from domain.model import Brief, ReviewText, Wish

FILE = Path(__file__).with_name("cluster.toml")
RECOGNISED = 70  # characters by which a question is known again: a form shows a hundred of it and its own words


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the cluster. `temper` names how they behave (see `behaviour.TEMPERS`)."""

    name: str
    firm: str
    sector: str
    practice: str
    temper: str = "steady"
    language: str = "en"
    on_call: bool = False


@dataclass(frozen=True, slots=True)
class Work:
    """Something a firm is stuck on, and what somebody who really looked would say of it."""

    brief: Brief
    language: str
    review: ReviewText


@dataclass(frozen=True, slots=True)
class Talk:
    """What people write to each other in a thread, by language."""

    open: Mapping[str, Sequence[str]]
    reply: Mapping[str, Sequence[str]]
    guest: Mapping[str, Sequence[str]]
    heard: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Cluster:
    name: str
    manager: Person
    newcomer: Person  # whoever tries the demo; not one of `people`
    guests: tuple[str, ...]  # names of people whom one can be for a while
    people: tuple[Person, ...]
    works: Mapping[str, tuple[Work, ...]]  # by firm
    reviews: Mapping[str, tuple[ReviewText, ...]]  # that fit any work, by language
    lens: Mapping[str, tuple[str, ...]]  # what people of a sector ask
    talk: Talk
    coffee: tuple[tuple[str, str], ...]  # (who, what they wrote) in the coffee corner at the start
    welcome: tuple[tuple[str, str], ...]  # the same, when the newcomer comes in

    def work_in(self, question: str) -> Work | None:
        """The work of ours that a question, maybe cut short, is about."""
        works = (work for works in self.works.values() for work in works)
        return next((work for work in works if work.brief.decision[:RECOGNISED] in question), None)


@cache
def load(file: Path = FILE) -> Cluster:
    """The cluster in `file`. Raises KeyError or ValueError for a file that is not as `cluster.toml` says."""
    with file.open("rb") as source:
        data = tomllib.load(source)
    talk = data["talk"]
    return Cluster(
        name=data["name"],
        manager=Person(**data["manager"], firm="", sector=""),
        newcomer=Person(**data["newcomer"]),
        guests=tuple(data["guests"]),
        people=tuple(
            Person(firm=firm["name"], sector=firm["sector"], **person)
            for firm in data["firm"]
            for person in firm["people"]
        ),
        works={firm["name"]: tuple(_work(one, _language(firm)) for one in firm["work"]) for firm in data["firm"]},
        reviews={
            language: tuple(_review(one) for one in data["review"] if one.get("language", "en") == language)
            for language in ("en", "nl")
        },
        lens={sector: tuple(asked) for sector, asked in data["lens"].items()},
        talk=Talk(
            **{what: {"en": talk[what], "nl": talk[f"{what}_nl"]} for what in ("open", "reply", "guest", "heard")}
        ),
        coffee=tuple((one["who"], one["says"]) for one in data["coffee"]),
        welcome=tuple((one["who"], one["says"]) for one in data["welcome"]),
    )


def _language(firm: Mapping[str, Any]) -> str:
    """A firm writes in the language its people share."""
    spoken = {person.get("language", "en") for person in firm["people"]}
    return spoken.pop() if len(spoken) == 1 else "en"


def _work(data: Mapping[str, Any], language: str) -> Work:
    brief = Brief(data["work"], data["audience"], data["decision"], data["settled"], Wish(data["wish"]))
    return Work(brief, language, _review(data["review"]))


def _review(data: Mapping[str, str]) -> ReviewText:
    return ReviewText(data["spot"], data["why"], data["answer"], data["ask"], data["suggestion"])

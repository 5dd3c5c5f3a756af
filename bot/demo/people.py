"""Who works in the simulated cluster, what they bring, offer, want and show, and what they say.

Read from `cluster.toml`, and from `skills.toml` and `showings.toml` beside it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from functools import cache
from pathlib import Path
from typing import Any

from domain.model import Brief, ListingKind, ReviewText, ShowingAsk, Stage, Wish

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
class Skill:
    """Something somebody offers to show or wants to be able to do, as they would type it, and in which week."""

    kind: ListingKind
    name: str
    about: str
    times: str = ""
    week: int = 0


@dataclass(frozen=True, slots=True)
class Shown:
    """A work somebody shows, and what somebody who looked says of it; None: nothing of its own.

    `hand`: posted in the forum without a form, and `work` is all of it. `week` as in `Skill`, and None for one that is
    shown when its maker feels like it; `at`: the hour, on the Monday of that week.
    """

    work: str
    tried: str
    bites: str
    question: str
    stage: Stage
    ask: ShowingAsk
    language: str
    answer: str | None = None
    hand: bool = False
    week: int | None = None
    at: time | None = None


@dataclass(frozen=True, slots=True)
class Again:
    """How people show a work once more, by language: `first` is what they call it then."""

    first: Mapping[str, Sequence[str]]
    tried: Mapping[str, Sequence[str]]
    bites: Mapping[str, Sequence[str]]
    question: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Cluster:
    name: str
    manager: Person
    newcomer: Person  # whoever tries the demo; not one of `people`
    guests: tuple[str, ...]  # names of people whom one can be for a while
    takes_asks: float  # the share of asks that people on call take, of those they see in time
    people: tuple[Person, ...]
    works: Mapping[str, tuple[Work, ...]]  # by firm
    reviews: Mapping[str, tuple[ReviewText, ...]]  # that fit any work, by language
    lens: Mapping[str, tuple[str, ...]]  # what people of a sector ask
    talk: Talk
    skills: Mapping[str, tuple[Skill, ...]]  # by name of a person, the earliest first
    later: tuple[Skill, ...]  # what anybody may come to want
    alike: tuple[frozenset[str], ...]  # names of skills that mean the same to these people
    showings: Mapping[str, tuple[Shown, ...]]  # by name of a person, the earliest first
    answers: Mapping[str, tuple[str, ...]]  # that fit any showing, by language
    again: Again
    coffee: tuple[tuple[str, str], ...]  # (who, what they wrote) in the coffee corner at the start
    welcome: tuple[tuple[str, str], ...]  # the same, when the newcomer comes in

    def work_in(self, question: str) -> Work | None:
        """The work of ours that a question, maybe cut short, is about."""
        works = (work for works in self.works.values() for work in works)
        return next((work for work in works if work.brief.decision[:RECOGNISED] in question), None)

    def same_skill(self, one: str, other: str) -> bool:
        """Whether two names mean the same skill to these people."""
        return one == other or any(one in group and other in group for group in self.alike)


@cache
def load(file: Path = FILE) -> Cluster:
    """The cluster in `file` and those beside it. Raises KeyError or ValueError for files that are not as they say."""
    data = _read(file)
    skills, showings = _read(file.with_name("skills.toml")), _read(file.with_name("showings.toml"))
    talk = data["talk"]
    languages = {person["name"]: person.get("language", "en") for firm in data["firm"] for person in firm["people"]}
    return Cluster(
        name=data["name"],
        manager=Person(**data["manager"], firm="", sector=""),
        newcomer=Person(**data["newcomer"]),
        guests=tuple(data["guests"]),
        takes_asks=data["takes_asks"],
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
        skills={one["name"]: _skills(one) for one in skills["person"]},
        later=tuple(Skill(ListingKind.WANT, one["skill"], one["about"]) for one in skills["later"]),
        alike=tuple(frozenset(group) for group in skills["alike"]),
        showings={name: _showings(name, language, showings["showing"]) for name, language in languages.items()},
        answers={
            language: tuple(one["says"] for one in showings["answer"] if one.get("language", "en") == language)
            for language in ("en", "nl")
        },
        again=Again(
            **{
                what: {"en": showings["again"][what], "nl": showings["again"][f"{what}_nl"]}
                for what in ("first", "tried", "bites", "question")
            }
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


def _read(file: Path) -> dict[str, Any]:
    with file.open("rb") as source:
        return tomllib.load(source)


def _skills(data: Mapping[str, Any]) -> tuple[Skill, ...]:
    listed = [
        Skill(kind, one["skill"], one["about"], one["times"], one["week"])
        for kind, name in ((ListingKind.OFFER, "offers"), (ListingKind.WANT, "wants"))
        for one in data[name]
    ]
    return tuple(sorted(listed, key=lambda one: one.week))


def _showings(maker: str, language: str, data: Sequence[Mapping[str, Any]]) -> tuple[Shown, ...]:
    shown = [_shown(one, language) for one in data if one["who"] == maker]
    return tuple(sorted(shown, key=lambda one: one.week or 0))


def _shown(data: Mapping[str, Any], language: str) -> Shown:
    return Shown(
        work=data["work"],
        tried=data.get("tried", ""),
        bites=data.get("bites", ""),
        question=data.get("question", ""),
        stage=Stage(data.get("stage", Stage.HALFWAY)),
        ask=ShowingAsk(data.get("ask", ShowingAsk.REACTION)),
        language=language,
        answer=data["answer"],
        hand=data.get("hand", False),
        week=data["week"],
        at=time.fromisoformat(data["at"]) if "at" in data else None,
    )

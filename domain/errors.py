"""What a person can do wrong, each a type with a message key.

The presenter turns one of these into a friendly, private, translated message; `details` fill its placeholders.
Anything else that is raised is a bug.
"""

from __future__ import annotations

from typing import ClassVar

Detail = str | int


class PersonError(Exception):
    """A person's mistake or bad luck, with the key of the message that says what to do about it."""

    key: ClassVar[str] = ""

    def __init__(self, **details: Detail) -> None:
        super().__init__(self.key)
        self.details = details


class NotSetUp(PersonError):
    key = "errors.not_set_up"


class NotAMember(PersonError):
    key = "errors.not_a_member"


class NotAManager(PersonError):
    key = "errors.not_a_manager"


class NotYours(PersonError):
    """Somebody else's button."""

    key = "errors.not_yours"


class TooOld(PersonError):
    """A button of something that is over or gone."""

    key = "errors.too_old"


class BlankFirm(PersonError):
    key = "members.errors.blank_firm"


class FirmTooLong(PersonError):
    key = "members.errors.firm_too_long"


class BlankPractice(PersonError):
    key = "members.errors.blank_practice"


class PracticeTooLong(PersonError):
    key = "members.errors.practice_too_long"


class UnknownSector(PersonError):
    """A sector that is not on the community's list."""

    key = "members.errors.unknown_sector"


class DraftGone(PersonError):
    """What was typed into /join was kept in memory only, and is gone."""

    key = "members.errors.draft_gone"


class DayPassed(PersonError):
    key = "members.errors.day_passed"


class DateTooFar(PersonError):
    key = "members.errors.date_too_far"


class AvoidSelf(PersonError):
    key = "members.errors.avoid_self"


class AvoidOwnFirm(PersonError):
    """Colleagues and the own firm are never paired anyway."""

    key = "members.errors.avoid_own_firm"


class NotJoined(PersonError):
    """Somebody else was chosen who is no member."""

    key = "members.errors.not_joined"


class UnknownFirm(PersonError):
    key = "members.errors.unknown_firm"


class FirmNotQuite(PersonError):
    """No firm of that name, but `like`."""

    key = "members.errors.firm_not_quite"


class RoundOver(PersonError):
    """The round has gone past the point where this was possible."""

    key = "errors.round_over"


class SignUpOver(PersonError):
    key = "errors.sign_up_over"


class OnPause(PersonError):
    key = "errors.on_pause"


class PairedAlready(PersonError):
    """Sitting out after having been paired is said in the pairing's thread, where the others see it."""

    key = "errors.paired_already"


class NotInThisPairing(PersonError):
    key = "errors.not_in_this_pairing"


class NothingToReview(PersonError):
    """Everything this person owes in the pairing has been given."""

    key = "errors.nothing_to_review"


class OwnWork(PersonError):
    """Only the maker says what a review was worth; only the other side confirms a live session."""

    key = "errors.own_work"


class AskAnswered(PersonError):
    """The person who needed help has found somebody, or the ask was answered or has lapsed."""

    key = "errors.ask_answered"


class NotSignedUp(PersonError):
    key = "errors.not_signed_up"


class FileTooLarge(PersonError):
    key = "errors.file_too_large"


class NoRoundYet(PersonError):
    key = "errors.no_round_yet"


# What a manager types or sets.


class NotAMoment(PersonError):
    key = "communities.errors.not_a_moment"


class NotADay(PersonError):
    key = "communities.errors.not_a_day"


class NotATimeZone(PersonError):
    """No such time zone; `like` names those that come closest."""

    key = "communities.errors.not_a_time_zone"


class NoTimeZoneLikeIt(PersonError):
    """No such time zone, nor any that comes close."""

    key = "communities.errors.no_such_time_zone"


class NoLines(PersonError):
    key = "communities.errors.no_lines"


class TooManyLines(PersonError):
    key = "communities.errors.too_many_lines"


class LineTooLong(PersonError):
    key = "communities.errors.line_too_long"


class SectorInUse(PersonError):
    key = "communities.errors.sector_in_use"


class SettingsChanged(PersonError):
    """Somebody else changed the same settings while this form was open."""

    key = "communities.errors.settings_changed"


class EndsBeforeItBegins(PersonError):
    key = "communities.errors.ends_before_it_begins"


class HolidayIsOver(PersonError):
    key = "communities.errors.holiday_is_over"


class HolidayIsThere(PersonError):
    key = "communities.errors.holiday_is_there"


class HolidayIsGone(PersonError):
    key = "communities.errors.holiday_is_gone"


class NoRoundLeft(PersonError):
    """With this, two years hold no round (`until`)."""

    key = "communities.errors.no_round_left"


class OnlyInAServer(PersonError):
    """Asked in a direct message; everything Weft does belongs to a server."""

    key = "errors.only_in_a_server"

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


# Skills, swaps and time credits.


class BlankSkill(PersonError):
    key = "skills.errors.blank_skill"


class SkillTooLong(PersonError):
    key = "skills.errors.skill_too_long"


class SkillIsALink(PersonError):
    """A web or e-mail address or a mention, where the name of a skill belongs."""

    key = "skills.errors.skill_is_a_link"


class TooManyListings(PersonError):
    """As many offers and wants as one person may have (`limit`) stand open already."""

    key = "skills.errors.too_many_listings"


# Proposals of swaps.


class ProposalOver(PersonError):
    """The proposal has come to its end, one way or the other, or its time is over."""

    key = "swaps.errors.proposal_over"


class AllSaidYes(PersonError):
    """Too late to decline: everybody accepted, and the sessions have begun."""

    key = "swaps.errors.all_said_yes"


# Sessions.


class SessionOver(PersonError):
    """The session has gone past the point where this was possible."""

    key = "sessions.errors.over"


class WithAManager(PersonError):
    """The two had a manager asked; until that one has decided, they can only agree to what the other one says."""

    key = "sessions.errors.with_a_manager"


class DecidedOnce(PersonError):
    """A manager has decided; what the two say otherwise since is between them."""

    key = "sessions.errors.decided_once"


class NothingToDecide(PersonError):
    """For a manager: another one has decided, or the two agreed meanwhile."""

    key = "sessions.errors.nothing_to_decide"


class NothingHeld(PersonError):
    """No time at all, for a session that nobody has said yet took place."""

    key = "sessions.errors.nothing_held"


class TimePassed(PersonError):
    """The moment that was named lies in the past."""

    key = "sessions.errors.time_passed"


class NamedAlready(PersonError):
    key = "sessions.errors.named_already"


class OlderTime(PersonError):
    """A button of a time in whose place another was named, or that was agreed to already."""

    key = "sessions.errors.older_time"


class OwnTime(PersonError):
    """Who named a time cannot agree to it."""

    key = "sessions.errors.own_time"


class NotATime(PersonError):
    """Not quarter hours between 0:15 and 8:00."""

    key = "sessions.errors.not_a_time"


class NotAQuarterHour(PersonError):
    """Minutes that are no whole quarters of an hour; `near` names the quarters below and above."""

    key = "sessions.errors.not_a_quarter_hour"


class SessionTooShort(PersonError):
    """Less than the first quarter of an hour (`limit`)."""

    key = "sessions.errors.too_short"


class SessionTooLong(PersonError):
    """More than one session can take (`limit`)."""

    key = "sessions.errors.too_long"


class NotADayAndTime(PersonError):
    """No moment that a session could begin at."""

    key = "sessions.errors.not_a_day_and_time"


class WrongWeekday(PersonError):
    """A weekday beside a date (`day`) that falls on another."""

    key = "sessions.errors.wrong_weekday"


class HourSkipped(PersonError):
    """A `time` that clocks go forward over on that `day`."""

    key = "sessions.errors.hour_skipped"


class TooFarAhead(PersonError):
    """A `day` after the `latest` that a session may be on."""

    key = "sessions.errors.too_far_ahead"


class SameTime(PersonError):
    key = "sessions.errors.same_time"


class NothingToAgreeTo(PersonError):
    """Nobody has entered a time, or there is no dispute."""

    key = "sessions.errors.nothing_to_agree_to"


class OlderWord(PersonError):
    """A button of a time that was entered, and another was entered since."""

    key = "sessions.errors.older_word"


class OwnWord(PersonError):
    """Who entered a time cannot confirm it."""

    key = "sessions.errors.own_word"


class CorrectionOver(PersonError):
    key = "sessions.errors.correction_over"


class OwnDispute(PersonError):
    """A manager who is one of the two does not decide."""

    key = "sessions.errors.own_dispute"


class NoTimeYet(PersonError):
    """They cannot have stayed away from what has no time."""

    key = "sessions.errors.no_time_yet"


class TooSoon(PersonError):
    key = "sessions.errors.too_soon"


class NoSession(PersonError):
    """There is no such session of theirs, or none at all."""

    key = "sessions.errors.none"


class PlaceTooLong(PersonError):
    key = "sessions.errors.place_too_long"


# Time credits.


class NothingToGive(PersonError):
    """The firm has less than a quarter of an hour."""

    key = "credits.errors.nothing_to_give"


class MoreThanYouHave(PersonError):
    """A gift larger than what the firm has (`most`)."""

    key = "credits.errors.more_than_you_have"


class BalanceChanged(PersonError):
    """Something moved on the firm's account since the giver saw it."""

    key = "credits.errors.changed"


# Showings.


class NoPlaceToShow(PersonError):
    """The community has no forum for showings."""

    key = "showings.errors.no_place"


class ByHand(PersonError):
    """A post somebody made in the forum themself is theirs to edit there."""

    key = "showings.errors.by_hand"


class NotYourWork(PersonError):
    """Somebody else's message is theirs to show."""

    key = "showings.errors.not_your_work"


class AlreadyShown(PersonError):
    """What stands in the forum is shown already."""

    key = "showings.errors.already_shown"


class NotAnAnswer(PersonError):
    """What the maker says helped was not written by a member of another firm."""

    key = "showings.errors.not_an_answer"


# Where digests go by mail.


class NoMail(PersonError):
    """Whoever runs Weft has set no mail server."""

    key = "mail.errors.no_mail"


class NotAnAddress(PersonError):
    """What was typed is no e-mail address."""

    key = "mail.errors.not_an_address"


class NoSuchAddress(PersonError):
    """The address is not on the community's list (any more)."""

    key = "mail.errors.no_such_address"


class AddressIsThere(PersonError):
    """Digests go to this address already."""

    key = "mail.errors.address_is_there"


class TooManyAddresses(PersonError):
    """As many addresses as a community may have (`limit`) are on its list."""

    key = "mail.errors.too_many_addresses"


class TooManyCodes(PersonError):
    """As many codes as a community may have sent in a day were asked for."""

    key = "mail.errors.too_many_codes"


class WrongCode(PersonError):
    """Not the code that was mailed; `n` tries are left."""

    key = "mail.errors.wrong_code"


class CodeIsOld(PersonError):
    """The code was mailed too long ago, or wrong ones were typed too often."""

    key = "mail.errors.code_is_old"


# Digests


class NoSuchPeriod(PersonError):
    """There is no report of that period: it lies before the cluster was set up, or has not begun."""

    key = "digests.errors.no_such_period"


# Quotes for the report, and what an hour is worth there.


class BlankQuote(PersonError):
    key = "followups.errors.blank_quote"


class NotARate(PersonError):
    """What was `typed` is no amount of money an hour can be worth; `most`: the largest that can be."""

    key = "communities.errors.not_a_rate"


class NotACurrency(PersonError):
    """What was `typed` is no currency's code of three letters."""

    key = "communities.errors.not_a_currency"


class NoSource(PersonError):
    """An hour's worth without saying who says so."""

    key = "communities.errors.no_source"

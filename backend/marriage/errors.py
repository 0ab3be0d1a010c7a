"""What can go wrong at the registry; ``backend/problem_tables/marriage.py`` has the words."""

from backend.core.errors import DomainError
from backend.core.states import WrongStateError


class NotPossibleError(DomainError):
    """The pre-check says no (facts: words, article, reasons as objects, right_office)."""

    code = "marriage.not_possible"


class CaseSettledError(WrongStateError):
    """Somebody else was faster, or the case is not where this step belongs."""

    code = "marriage.case_settled"


class CaseOpenError(DomainError):
    """These people have an open case of this matter already, here or at another office."""

    code = "marriage.case_open"


class BookedForOtherDayError(DomainError):
    """The booking is for another day (facts: day)."""

    code = "marriage.other_day"


class NotReadyError(DomainError):
    """Something must be noted before a registration: who is here, identity, statement (facts: missing)."""

    code = "marriage.not_ready"


class CheckStaleError(DomainError):
    """The check is of another day, or of other facts than those noted now."""

    code = "marriage.check_stale"


class CheckIncompleteError(DomainError):
    """A check was to be written down without an answer about one of the people."""

    code = "marriage.check_incomplete"


class NoLicenceError(DomainError):
    """The registrar holds no certificate that is valid today (R-099)."""

    code = "marriage.no_licence"


class NotAGroundError(DomainError):
    """A refusal needs a reason the check found, or one of the registrar's own list."""

    code = "marriage.not_a_ground"


class DivorceRunningError(DomainError):
    """The couple has an application that runs (found by the database when two are received at once)."""

    code = "marriage.divorce_running"


class DivorceSettledError(WrongStateError):
    """The application was withdrawn, registered or has lapsed meanwhile."""

    code = "marriage.divorce_settled"


class OutsideLegalPeriodError(DomainError):
    """The law does not allow this step today (facts: words)."""

    code = "marriage.outside_period"


class NotYetCertainError(DomainError):
    """The dates lie in a year whose holidays are not loaded, so nothing final may be done by them."""

    code = "marriage.not_yet_certain"


class ConsentNeededError(DomainError):
    """Counselling is voluntary: without consent there is none."""

    code = "marriage.consent_needed"


class ReportSettledError(WrongStateError):
    """The report was made or closed already, or cannot be closed before it was made."""

    code = "marriage.report_settled"


class ImportKnownError(DomainError):
    """The very same file was loaded before, or is being loaded."""

    code = "marriage.import_known"


class TwoPeopleError(DomainError):
    """Who asked for something cannot decide it."""

    code = "marriage.two_people"


class RecordSettledError(WrongStateError):
    """A correction or an entry of the register was decided meanwhile, or is not where this step belongs."""

    code = "marriage.record_settled"


class CorrectionAskedError(DomainError):
    """A correction of the same field waits for its decision."""

    code = "marriage.correction_asked"


class DishonestyKnownError(DomainError):
    """The person has a live entry of the same kind."""

    code = "marriage.dishonesty_known"


class AppealOverError(DomainError):
    """The days for an appeal are over (facts: until)."""

    code = "marriage.appeal_over"


class RepairEarlyError(DomainError):
    """An entry cannot be repaired yet (facts: begins)."""

    code = "marriage.repair_early"


class LicenceKnownError(DomainError):
    """A certificate with this number is there already."""

    code = "marriage.licence_known"


class LicenceEndedError(DomainError):
    """The certificate was revoked before."""

    code = "marriage.licence_ended"


class PageStaleError(DomainError):
    """A colleague changed the case after this page was drawn (facts: who)."""

    code = "marriage.page_stale"


class TalkSettledError(WrongStateError):
    """The talk was held or missed already."""

    code = "marriage.talk_settled"


class TalkTakenError(DomainError):
    """Another counsellor has this talk."""

    code = "marriage.talk_taken"


class NoLetterError(DomainError):
    """There is nothing to print for this case yet."""

    code = "marriage.no_letter"

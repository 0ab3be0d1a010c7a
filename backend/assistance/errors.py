"""What can go wrong in social assistance; the words stand in ``backend/problem_tables/assistance.py``."""

from backend.core.errors import DomainError

# -- benefits, payments, the float


class BenefitLiveError(DomainError):
    """The household or person receives this benefit already (partial unique index)."""

    code = "assistance.benefit_live"


class NotEligibleError(DomainError):
    """The verdict does not give anything, or something is still missing before it."""

    code = "assistance.not_eligible"


class HearingNeededError(DomainError):
    """Nothing is reduced or stopped before the person was heard (社会救助法 48, since 2026-07-01)."""

    code = "assistance.hearing_needed"


class CutReasonMissingError(DomainError):
    """A cut, a stop, a suspension needs its reason in words (低保审核确认办法 32)."""

    code = "assistance.reason_missing"


class NothingToPayError(DomainError):
    """Nobody has money due in this programme up to this month, or no account for it is known."""

    code = "assistance.nothing_to_pay"


class SecondPersonError(DomainError):
    """Who made a payment batch does not approve it."""

    code = "assistance.second_person"


class FileChangedError(DomainError):
    """The payment file is no longer what was made: an account or a household changed meanwhile."""

    code = "assistance.file_changed"


class ReturnFileError(DomainError):
    """The bank's return file does not fit the batch; ``why`` says in Chinese what is wrong and where."""

    code = "assistance.return_file"


class NoPriceRiseError(DomainError):
    """Prices have not risen to the line at which the subsidy begins."""

    code = "assistance.no_price_rise"


class FloatShortError(DomainError):
    """The township's float would fall below zero."""

    code = "assistance.float_short"


class VoucherUsedError(DomainError):
    """The voucher is in the township's ledger already."""

    code = "assistance.voucher_used"


class FineTooHighError(DomainError):
    """A fine above what the law of the day allows (社会救助法 73: twice; before 2026-07-01 three times)."""

    code = "assistance.fine_too_high"


class ReviewChangedError(DomainError):
    """A review that comes to another amount, or to nothing, needs a decision, not a tick."""

    code = "assistance.review_changed"


# -- households


class HouseholdEmptyError(DomainError):
    """A household has at least one member; who is the last one closes it."""

    code = "assistance.household_empty"


class InOtherHouseholdError(DomainError):
    """Somebody belongs to another household already (partial unique index)."""

    code = "assistance.in_other_household"


class DeadApplicantError(DomainError):
    """Somebody who has died is not entered as a member."""

    code = "assistance.dead_member"

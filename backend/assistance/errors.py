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


# -- from a case to a benefit


class FactsFaultError(DomainError):
    """What was declared cannot be so; ``why`` says in Chinese what to put right."""

    code = "assistance.facts"


class SheetChangedError(DomainError):
    """Somebody else corrected the sheet after the asker saw it (``version``)."""

    code = "assistance.sheet_changed"


class SheetFixedError(DomainError):
    """The facts are not corrected before the acceptance nor while they hang out in public."""

    code = "assistance.sheet_fixed"


class StandardMissingError(DomainError):
    """Nobody has entered a number of the law for this month: nothing is worked out, rather than nothing paid."""

    code = "assistance.standard_missing"


class VerdictNotReadyError(DomainError):
    """Something must be found out before this can be decided; ``needs`` lists it in Chinese."""

    code = "assistance.not_ready"


class RefusedByRuleError(DomainError):
    """The rules speak against what somebody wants to grant; ``why`` with the article."""

    code = "assistance.refused_by_rule"


class HeldTogetherError(DomainError):
    """What is received already excludes it; ``why`` with the source."""

    code = "assistance.held_together"


class ArticleMissingError(DomainError):
    """A refusal names the article it rests on (低保审核确认办法 21)."""

    code = "assistance.article_missing"


# -- leads, visits, the register of near relatives


class LeadChangedError(DomainError):
    """Somebody else has done something with the lead meanwhile."""

    code = "assistance.lead_changed"


class LeadReasonMissingError(DomainError):
    """A lead is referred somewhere, or closed, in words."""

    code = "assistance.lead_reason"


class NoVisitTaskError(DomainError):
    """The case has no open visit task, so there is nothing to visit for."""

    code = "assistance.no_visit_task"


class VisitIncompleteError(DomainError):
    """Something of the findings or a signature is missing; ``missing`` names it in Chinese."""

    code = "assistance.visit_incomplete"


class VisitChangedError(DomainError):
    """The other investigator has saved or signed meanwhile."""

    code = "assistance.visit_changed"


class VisitOverError(DomainError):
    """The visit is finished: what was signed stays."""

    code = "assistance.visit_over"


class SameInvestigatorError(DomainError):
    """The second investigator is never the first (低保审核确认办法 16)."""

    code = "assistance.same_investigator"


class CountyVisitError(DomainError):
    """A declared near relative or an objection: an officer of the county must take part (低保审核确认办法 11, 20)."""

    code = "assistance.county_visit"


class RelativeDeclaredError(DomainError):
    """The official has declared the relative already."""

    code = "assistance.relative_declared"


class WarningSettledError(DomainError):
    """Somebody has dealt with the warning."""

    code = "assistance.warning_settled"


# -- checks of means


class QueryUnrelatedError(DomainError):
    """Somebody who is not of the case's family, or has not allowed it, is never asked about (社会救助法 41, 70)."""

    code = "assistance.query_unrelated"


class AuthorisationMissingError(DomainError):
    """A grown-up of the family has taken the permission back, or never gave it."""

    code = "assistance.authorisation_missing"


class AuthoriseYourselfError(DomainError):
    """Nobody allows a check of somebody else's means on the phone: each grown-up does it, or signs on paper."""

    code = "assistance.authorise_yourself"


class MeansOpenError(DomainError):
    """Answers are still out; or there is nobody to ask."""

    code = "assistance.means_open"


class NoDifferenceError(DomainError):
    """There is nothing of this kind to explain."""

    code = "assistance.no_difference"


class NothingDecidedError(DomainError):
    """No case was decided in the period, so there is nothing to draw from."""

    code = "assistance.nothing_decided"


class DrawnAlreadyError(DomainError):
    """A draw has one seed: drawing until somebody likes the list would be no lot."""

    code = "assistance.drawn_already"


class SameEyesError(DomainError):
    """Who handled or decided a case does not look at it a second time, nor over another's finding."""

    code = "assistance.same_eyes"


# -- care of those in 特困


class AgreementLiveError(DomainError):
    """The person has a live care agreement (partial unique index)."""

    code = "assistance.agreement_live"


class NoSupportError(DomainError):
    """Nobody signs a care agreement for somebody who does not receive 特困."""

    code = "assistance.no_support"


class NoSelfCareTaskError(DomainError):
    """The case is not one in which self-care is assessed, or it is past it."""

    code = "assistance.no_self_care"

"""What can go wrong with a one-window case; the words stand in ``backend/problem_tables/cases.py``."""

from backend.core.errors import DomainError


class NoSuchMatterError(DomainError):
    """No such matter is handled here."""

    code = "cases.unknown_matter"


class NotForApplicantError(DomainError):
    """The matter does not let this kind of applicant (oneself, the head, a proxy, a clerk) begin it."""

    code = "cases.not_for_applicant"


class AlreadyApplyingError(DomainError):
    """The person has this matter open already (partial unique index)."""

    code = "cases.already_applying"


class FormFaultsError(DomainError):
    """Something in the form is missing or cannot be right; ``errors`` names each field with its reason."""

    code = "cases.form"


class PapersMissingError(DomainError):
    """A paper that the matter needs has not been added."""

    code = "cases.papers_missing"


class ChangedMeanwhileError(DomainError):
    """Somebody else changed the case after the asker saw it (``version``)."""

    code = "cases.changed_meanwhile"


class WrongCaseStateError(DomainError):
    """The action does not fit the present state of the case."""

    code = "cases.not_possible"


class ReturnedBeforeError(DomainError):
    """Everything missing is told once and at one time (行政许可法 32); a second return is against the law."""

    code = "cases.returned_before"


class NothingMissingError(DomainError):
    """A return names what is missing, from the matter's papers and fields."""

    code = "cases.nothing_missing"


class NeverAskedError(DomainError):
    """What a check of means can fetch is never asked of the applicant (社会救助法 62)."""

    code = "cases.never_asked"


class NotYourTaskError(DomainError):
    """The task belongs to somebody else, another role or another place."""

    code = "cases.not_your_task"


class TaskOverError(DomainError):
    """The task has been done or cancelled."""

    code = "cases.task_over"


class WrongOutcomeError(DomainError):
    """The step does not know this outcome."""

    code = "cases.wrong_outcome"


class SamePersonError(DomainError):
    """Who prepared a case does not decide it, and who decided does not decide the appeal."""

    code = "cases.same_person"


class ReasonNeededError(DomainError):
    """A refusal, a stop or a reduction needs its reason in words."""

    code = "cases.reason_needed"


class CannotTakeError(DomainError):
    """The colleague has not the role at this place."""

    code = "cases.cannot_take"


class ObjectionOpenError(DomainError):
    """What is objected to is looked into before anything is decided."""

    code = "cases.objection_open"


class AppealTooLateError(DomainError):
    """The sixty days are over (行政复议法 20)."""

    code = "cases.appeal_too_late"


class AppealOpenError(DomainError):
    """There is an open appeal against this decision."""

    code = "cases.appeal_open"


class PaperRefusedError(DomainError):
    """A file that is too large, of a type that is not taken, or one too many; ``why`` says which."""

    code = "cases.paper_refused"


class PaperUnsafeError(DomainError):
    """The scanner found something in the file, or has not looked yet."""

    code = "cases.paper_unsafe"

"""What can go wrong with an application for a hall; words in ``backend/problem_tables/hall_applications.py``."""

from backend.core.errors import DomainError


class MartyrAskedError(DomainError):
    """One of the dead is a martyr, by the list or by what the applicant says; the report is kept."""

    code = "memorial.martyr_asked"


class HallThereError(DomainError):
    """One of the dead has a hall; whose it is is nobody's business, so neither number nor name is said."""

    code = "memorial.hall_there"


class PapersAskedError(DomainError):
    """Papers are missing and nothing was said instead; ``papers`` names them."""

    code = "memorial.papers_asked"


class ApplicationMovedError(DomainError):
    """Somebody was faster, or it lies with the other side now; ``state_zh``."""

    code = "memorial.application_moved"

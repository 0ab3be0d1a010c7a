"""What can go wrong with places and people in care."""

from backend.core.errors import DomainError


class AlreadyKnownError(DomainError):
    """The same thing is registered: ``what`` says which, in Chinese."""

    code = "eldercare.already_known"


class BedTakenError(DomainError):
    """Somebody else sleeps there."""

    code = "eldercare.bed_taken"


class WrongSiteError(DomainError):
    """The bed belongs to another site than the one that answers for the elder."""

    code = "eldercare.wrong_site"

"""What a resident can be told at the front door; the words stand in ``backend/problem_tables/residents.py``."""

from backend.core.errors import DomainError


class NeedsPhoneError(DomainError):
    """A verified telephone number is the least that is needed."""

    code = "residents.needs_phone"


class NeedsRealNameError(DomainError):
    """Who is asking must be known for this."""

    code = "residents.needs_real_name"


class NeedsCounterError(DomainError):
    """Only a proof at a counter, with the document in hand, does for this."""

    code = "residents.needs_counter"


class NoProxyError(DomainError):
    """Nobody has allowed this; whether the other person exists is not said."""

    code = "residents.no_proxy"

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


class RefreshEndedError(DomainError):
    """The refresh token is unknown, too old, or its session has ended."""

    code = "residents.refresh_ended"


class RefreshReusedError(DomainError):
    """The refresh token was used before, so somebody else has it: the session is over on both sides."""

    code = "residents.refresh_reused"


class UnknownProviderError(DomainError):
    """No such way to prove one's name is offered here."""

    code = "residents.unknown_provider"


class KindNotServedError(DomainError):
    """The provider knows no such document; ``kind_zh`` names it."""

    code = "residents.kind_not_served"


class ProviderDownError(DomainError):
    """Whoever confirms identities does not answer."""

    code = "residents.provider_down"


class TooManyAttemptsError(DomainError):
    """Five attempts a day; the next day it goes on."""

    code = "residents.too_many_attempts"


class ChildNeedsGuardianError(DomainError):
    """Somebody under 14 is bound only with a guardian who was checked at a counter (个人信息保护法 31)."""

    code = "residents.child_needs_guardian"


class NameDiffersError(DomainError):
    """The number is known with another name; which one is not said."""

    code = "residents.name_differs"


class BoundToAnotherError(DomainError):
    """The WeChat account belongs to somebody else already."""

    code = "residents.bound_to_another"


class PersonDeadError(DomainError):
    """The person of this number is registered as dead."""

    code = "residents.person_dead"


class CounterCodeError(DomainError):
    """No open attempt has this code, or it is about another document."""

    code = "residents.counter_code"

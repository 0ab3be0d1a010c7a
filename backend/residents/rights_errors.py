"""What can be refused about proxies, consents and one's own data; words in ``backend/problem_tables/residents.py``."""

from backend.core.errors import DomainError


class ProxyOneselfError(DomainError):
    """Nobody needs a proxy for themself."""

    code = "residents.proxy_oneself"


class ProxyExistsError(DomainError):
    """The pair already has one that is asked for or in force, or was refused lately."""

    code = "residents.proxy_exists"


class ProxyLapsedError(DomainError):
    """The request was not answered in time, or the thing is over."""

    code = "residents.proxy_lapsed"


class WardNeedsCounterError(DomainError):
    """The principal is a minor: only a guardian, at a counter."""

    code = "residents.ward_needs_counter"


class NotAWardError(DomainError):
    """Guardianship by papers of a grown-up, but the papers named are those of a minor, or the other way round."""

    code = "residents.not_a_ward"


class AgentTooYoungError(DomainError):
    """An agent must be of age (民法典 17, 18)."""

    code = "residents.agent_too_young"


class TooManyAgentsError(DomainError):
    """The principal has as many live agents as are allowed."""

    code = "residents.too_many_agents"


class TooManyPrincipalsError(DomainError):
    """The agent already acts for as many people as are allowed."""

    code = "residents.too_many_principals"


class ConsentMissingError(DomainError):
    """``title``: the purpose that must be agreed to first."""

    code = "residents.consent_missing"


class ConsentOutdatedError(DomainError):
    """Agreed to a text that is no longer the one in force."""

    code = "residents.consent_outdated"


class CorrectionOpenError(DomainError):
    """The same field is already being looked at."""

    code = "residents.correction_open"


class ErasureBlockedError(DomainError):
    """``what``: the matters that must end first."""

    code = "residents.erasure_blocked"

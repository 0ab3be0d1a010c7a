"""What can go wrong when somebody changes a rule."""

from backend.core.errors import DomainError


class UnknownRuleError(DomainError):
    """There is no rule of this name: ``rule``."""

    code = "sensing.unknown_rule"


class BadOverrideError(DomainError):
    """The values do not fit the rule: ``rule``, ``field``, ``why`` (Chinese)."""

    code = "sensing.bad_override"


class EssentialRuleError(DomainError):
    """The rule protects life and can be neither switched off nor weakened: ``rule``."""

    code = "sensing.essential_rule"


class NoOverrideError(DomainError):
    """Nothing was changed for this rule and place, so nothing can be taken back: ``rule``."""

    code = "sensing.no_override"

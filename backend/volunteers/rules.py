"""Ages, reasons, and whether somebody may do a service. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from backend.core.errors import BadInputError, DomainError
from backend.residents.proxy_rules import birthday, is_minor
from backend.volunteers.errors import (
    GuardianNeededError,
    InsuranceNeededError,
    QualificationMissingError,
    TooYoungError,
)

REASON_LEAST, REASON_MOST = 2, 200


@dataclass(frozen=True, slots=True)
class Ability:
    """What is known of a volunteer on the day of a service. ``proofs``: checked and valid on that day."""

    born: date | None
    guardian_agreed: bool
    proofs: Collection[str]
    insured: bool


@dataclass(frozen=True, slots=True)
class Service:
    """What a service asks. ``needs``: proofs, code → words; ``risk_age``: the least age where there is risk."""

    needs: Mapping[str, str]
    min_age: int
    risk: bool
    risk_age: int


def old_enough(born: date | None, age: int, on: date) -> bool:
    """Whether somebody has reached an age on a day; whose birth date is not known is taken to be of age."""
    return born is None or on >= birthday(born, age)


def unfit(able: Ability, service: Service, on: date) -> DomainError | None:
    """The first thing that stands in the way, or None."""
    least = max(service.min_age, service.risk_age) if service.risk else service.min_age
    if not old_enough(able.born, least, on):
        return TooYoungError(age=least)
    if is_minor(able.born, on) and not able.guardian_agreed:
        return GuardianNeededError()
    if lacking := [words for code, words in service.needs.items() if code not in able.proofs]:
        return QualificationMissingError(what="、".join(lacking))
    return InsuranceNeededError() if service.risk and not able.insured else None


def reason(text: str) -> str:
    """A reason in words that its subject reads. Raises ``BadInputError``."""
    words = text.strip()
    if not REASON_LEAST <= len(words) <= REASON_MOST:
        raise BadInputError(field="原因", why=f"请用 {REASON_LEAST} 到 {REASON_MOST} 个字说明")
    return words

"""Whether a volunteer may do one service on one day: age, guardian, proofs, insurance (志愿服务条例 15–17)."""

from collections.abc import Collection
from datetime import date
from pathlib import Path
from uuid import UUID

from sqlalchemy import or_, select

from backend.core import params
from backend.core.db import Work
from backend.residents.models import Person
from backend.volunteers import rules
from backend.volunteers.models import Insurance, Qualification, Volunteer
from backend.volunteers.rules import Ability, Service
from backend.volunteers.vocabulary import DEMANDS, QUALIFICATIONS, titles

PARAMS = Path(__file__).parent / "params" / "volunteers.yaml"


def require_fit(
    work: Work, volunteer: Volunteer, *, needs: Collection[str], min_age: int, risk: bool, on: date,
    activity_id: UUID | None = None,
) -> None:  # fmt: skip
    """Refuse whoever may not. ``needs``: codes of ``QUALIFICATIONS``; ``risk``: bodily risk, so insurance is needed,
    the volunteer's own or the activity's.

    Raises ``TooYoungError``, ``GuardianNeededError``, ``QualificationMissingError``, ``InsuranceNeededError``.
    """
    risk_age = int(params.load(PARAMS).at("risk_age", on).value)
    able = Ability(
        work.session.get_one(Person, volunteer.person_id).birth_date, volunteer.guardian_at is not None,
        proofs(work, volunteer.id, on), risk and insured(work, volunteer.id, on, activity_id),
    )  # fmt: skip
    wanted = {code: QUALIFICATIONS.get(code, "资格证明") for code in needs}
    refusal = rules.unfit(able, Service(wanted, min_age, risk, risk_age), on)
    if refusal is not None:
        raise refusal


def proofs(work: Work, volunteer_id: UUID, on: date) -> frozenset[str]:
    """The kinds of qualification that staff have seen and that are valid on the day."""
    valid = select(Qualification.kind).where(
        Qualification.volunteer_id == volunteer_id, Qualification.checked_at.is_not(None),
        Qualification.obtained_on <= on, or_(Qualification.valid_until.is_(None), Qualification.valid_until >= on),
    )  # fmt: skip
    return frozenset(work.session.scalars(valid))


def lacking(services: Collection[str], held: Collection[str]) -> list[str]:
    """In words: which proofs the services somebody offers still ask for."""
    needed = {proof for code in services for proof in DEMANDS[code].needs}
    return titles(QUALIFICATIONS, needed - set(held))


def insured(work: Work, volunteer_id: UUID, on: date, activity_id: UUID | None = None) -> bool:
    """Whether somebody has insured this volunteer, or all of this activity, for the day."""
    whose = Insurance.volunteer_id == volunteer_id
    covers = or_(whose, Insurance.activity_id == activity_id) if activity_id is not None else whose
    found = select(Insurance.id).where(covers, Insurance.valid_from <= on, Insurance.valid_until >= on)
    return work.session.scalars(found.limit(1)).first() is not None

"""Somebody in 特困, and an agreement as it lies signed on the desk."""

from datetime import date
from typing import Any
from uuid import UUID

from backend.assistance import benefits
from backend.assistance.agreements import Signed
from backend.assistance.benefits import Award
from backend.assistance.care_terms import Terms
from backend.assistance.circumstances import FamilyFacts
from backend.assistance.facts import PersonFacts, SelfCare
from backend.assistance.models import Benefit
from backend.cases.models import Case, Decision
from backend.core.db import Work
from tests.support.payments import NOTHING_OWNED, PLACE, Caseload, decision, verdict_of
from tests.support.residents import person

BORN = date(1950, 1, 1)
ALONE = {"eating": True, "dressing": True, "bed": True, "toilet": True, "walking": True, "bathing": True}
SIGNED = date(2026, 11, 20)


def items(failed: int = 0) -> SelfCare:
    """The first ``failed`` of the six items cannot be done alone."""
    return SelfCare.model_validate(ALONE | dict.fromkeys(list(ALONE)[:failed], False))


def facts(who: UUID, failed: int = 1, **more: Any) -> FamilyFacts:
    me = PersonFacts(key=str(who), name="杨德福", birth_date=BORN, obligors=(), self_care=items(failed), **more)
    return FamilyFacts(members=(me,), applicant=me.key, urban=False, assets=NOTHING_OWNED)


def supported(work: Work, load: Caseload, failed: int = 1, serial: int = 11, **more: Any) -> Benefit:
    """杨德福 gets 特困 since today: by default one of the six items fails, and he lives at home."""
    who = person(work, "杨德福", BORN, serial=serial)
    known, made = facts(who, failed, **more), decision(work, load)
    work.session.get_one(Case, work.session.get_one(Decision, made).case_id).matter = "tekun"
    row = benefits.grant(work, Award(made, verdict_of(work, known, "tekun"), known, PLACE, person_id=who))
    work.session.flush()
    return row


def signed(kind: str = "scattered", until: date = date(2027, 11, 19), **more: Any) -> Signed:
    words = Terms(
        carer="赵小梅", relation="邻居", phone="13800138009", duties=("meals", "company"), signer="杨德福",
        carer_signer="赵小梅", township="王主任",
    )  # fmt: skip
    return Signed(kind, words, SIGNED, SIGNED, until, **more)

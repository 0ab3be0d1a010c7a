"""The form of 低保 as facts: who lives together, what each earns. Property is what the check of means finds. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from backend.assistance.circumstances import FamilyFacts
from backend.assistance.declaring import Applicant, day_in, yuan_in
from backend.assistance.facts import Disability, FactsError, Income, PersonFacts

RELATIONS = {"self": "applicant", "other": "other_dependant"}
DECLARED = "本人申报"


def read(form: Mapping[str, Any], applicant: Applicant, day: date) -> FamilyFacts:
    """Raises ``FactsError`` (``pydantic.ValidationError`` with one in it) for a family that cannot be."""
    rows = list(form.get("members", ()))
    head = next((place for place, row in enumerate(rows) if row.get("relation") == "self"), None)
    if head is None:
        raise FactsError("请把申请人也写进家人里，关系选“本人”。")
    if day_in(rows[head].get("birth_date")) != applicant.birth_date:
        raise FactsError("申请人的出生日期和登记的不一样，请核对。")
    return FamilyFacts(
        members=tuple(_member(place, row) for place, row in enumerate(rows)), applicant=f"m{head}", applied_on=day,
        urban=form.get("urban") == "urban", apply_as=form.get("apply_as") or "household",
    )  # fmt: skip


def _member(place: int, row: Mapping[str, Any]) -> PersonFacts:
    relation, income = row.get("relation", "other"), yuan_in(row.get("monthly_income"))
    kind = row.get("income_kind") or "other"
    together = row.get("lives_together")
    found: dict[str, Any] = {
        "key": f"m{place}", "name": row.get("name", ""), "birth_date": day_in(row.get("birth_date")),
        "relation": RELATIONS.get(relation, relation), "lives_together": True if together is None else together,
        "incomes": (Income(kind=kind, amount=income, source=DECLARED),) if income else (),
        "works": bool(income) and kind in ("wage", "business"), "student": row.get("study") or "none",
        "severe_illness": bool(row.get("severe_illness")), "disability": _disability(row),
    }  # fmt: skip
    return PersonFacts.model_validate(found)


def _disability(row: Mapping[str, Any]) -> Disability | None:
    kind, grade = row.get("disability_kind"), row.get("disability_grade")
    if not kind and not grade:
        return None
    if not kind or not grade:
        raise FactsError("残疾类别和等级要一起填，照残疾证上写的填。")
    return Disability(kind=kind, grade=grade)

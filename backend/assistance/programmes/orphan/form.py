"""The form of 孤儿: the child applies, through whoever cares for it; both parents are asked about. Pure."""

from datetime import date
from typing import Any

from backend.assistance.circumstances import FamilyFacts
from backend.assistance.declaring import Applicant
from backend.assistance.programmes import answers


def read(form: answers.Form, applicant: Applicant, day: date) -> FamilyFacts:
    child = answers.person(
        form, applicant, day, student=form.get("study", "none"), placement=form.get("placement", "scattered")
    )
    return answers.family(form, child, day, child=_child(form))


def _child(form: answers.Form) -> dict[str, Any]:
    """Of a lone adopter's child there is one parent: whichever of the two answers was given."""
    alone = form.get("lone_adopter", False)
    parents = [{"state": form[one]} for one in ("father", "mother") if form.get(one) is not None]
    return {
        "parents": parents[:1] if alone else parents, "lone_adopter": alone, "roaming": form.get("roaming", False),
    }  # fmt: skip

"""What the forms of the subsidies for poor old people ask alike: registration, standing, the assessed ability. Pure."""

from datetime import date
from typing import Any

from backend.assistance.circumstances import FamilyFacts
from backend.assistance.declaring import Applicant
from backend.assistance.programmes import answers


def read(form: answers.Form, applicant: Applicant, day: date) -> FamilyFacts:
    me = answers.person(form, applicant, day)
    return answers.family(form, me, day, elder=elder(form, applicant))


def elder(form: answers.Form, applicant: Applicant) -> dict[str, Any]:
    """A level counts only with the day of its assessment: without it, an assessor comes."""
    assessed = answers.after_birth(form.get("assessed_on"), applicant.birth_date)
    known = {"ability": form.get("ability"), "assessed_on": assessed} if assessed and form.get("ability") else {}
    return {"local": answers.registered_here(form)} | known

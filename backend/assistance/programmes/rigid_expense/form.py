"""The form of 刚性支出困难家庭: the household, and what it had to spend in the last twelve months. Pure."""

from datetime import date

from backend.assistance.circumstances import FamilyFacts
from backend.assistance.declaring import Applicant, yuan_in
from backend.assistance.facts import Cost, PersonFacts
from backend.assistance.programmes import answers

YEAR = 12


def read(form: answers.Form, applicant: Applicant, day: date) -> FamilyFacts:
    """The family's bills are written beside the applicant: the rules add up those of all members."""
    found = answers.household(form, applicant, day)
    members = [_with_bills(one, form) if one.key == found.applicant else one for one in found.members]
    return found.model_copy(update={"members": tuple(members)})


def _with_bills(person: PersonFacts, form: answers.Form) -> PersonFacts:
    """Yuan of a whole year, so that a sum of twelve months is not divided and multiplied again."""
    bills = [
        Cost(kind=row["kind"], amount=amount, months=YEAR, source=answers.DECLARED)
        for row in answers.rows(form, "spending", "kind", "year")
        if (amount := yuan_in(row["year"]))
    ]
    return person.model_copy(update={"costs": (*person.costs, *bills)})

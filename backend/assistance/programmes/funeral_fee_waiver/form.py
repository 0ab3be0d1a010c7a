"""The form of 惠民殡葬: a relative applies, the facts are about who has died. Pure."""

from datetime import date
from typing import Any

from backend.assistance.circumstances import FamilyFacts
from backend.assistance.declaring import Applicant, yuan_in
from backend.assistance.programmes import answers, funeral_answers

ASKED = ("preferential", "martyr", "rural", "paid", "cremated")


def read(form: answers.Form, _applicant: Applicant, day: date) -> FamilyFacts:
    said = {name: form[name] for name in ASKED if form.get(name) is not None}
    bills = [_bill(row) for row in answers.rows(form, "bills", "kind", "amount")]
    more = {"burial": form.get("burial", "none"), "bills": bills}
    return funeral_answers.about(form, funeral_answers.dead(form, day), day, said | more)


def _bill(row: answers.Form) -> dict[str, Any]:
    return {"kind": row["kind"], "amount": yuan_in(row["amount"]), "days": row.get("days") or 1}

"""The form of 惠民殡葬: a relative applies, the facts are about who has died. Pure."""

from datetime import date
from typing import Any

from backend.assistance.circumstances import FamilyFacts
from backend.assistance.declaring import Applicant, day_in, yuan_in
from backend.assistance.programmes import answers

ASKED = ("preferential", "martyr", "rural", "paid", "cremated")


def read(form: answers.Form, _applicant: Applicant, day: date) -> FamilyFacts:
    """Without a birth date (a draft) the day of death stands for it: no rule of a funeral asks for the age."""
    died = day_in(form.get("died_on"))
    born = day_in(form.get("birth_date")) or died or day
    dead = {"key": answers.ME, "name": form.get("name", ""), "birth_date": born}
    dead["died_on"] = answers.after_birth(died, born)
    return answers.family(form, dead, day, funeral=_funeral(form))


def _funeral(form: answers.Form) -> dict[str, Any]:
    said = {name: form[name] for name in ASKED if form.get(name) is not None}
    return said | {
        "local": answers.registered_here(form), "burial": form.get("burial", "none"),
        "bills": [_bill(row) for row in answers.rows(form, "bills", "kind", "amount")],
    }  # fmt: skip


def _bill(row: answers.Form) -> dict[str, Any]:
    return {"kind": row["kind"], "amount": yuan_in(row["amount"]), "days": row.get("days") or 1}

"""The form of 居家适老化改造: whose home, what is to be done, who agrees. Pure."""

from datetime import date
from typing import Any

from backend.assistance.circumstances import FamilyFacts
from backend.assistance.declaring import Applicant, day_in, yuan_in
from backend.assistance.programmes import answers
from backend.assistance.programmes.elder_answers import elder


def read(form: answers.Form, applicant: Applicant, day: date) -> FamilyFacts:
    me = answers.person(form, applicant, day)
    return answers.family(form, me, day, elder=elder(form, applicant), home=_home(form))


def _home(form: answers.Form) -> dict[str, Any]:
    """No works: the plan is made by somebody who comes to measure. Consents stay unknown until they are asked."""
    return {
        "works": [_work(row) for row in answers.rows(form, "works", "kind", "price")],
        "owner_agrees": form.get("owner_agrees"), "neighbours_agree": form.get("neighbours_agree"),
        "to_be_demolished": form.get("to_be_demolished", False), "adapted_on": day_in(form.get("adapted_on")),
    }  # fmt: skip


def _work(row: answers.Form) -> dict[str, Any]:
    return {"kind": row["kind"], "price": yuan_in(row["price"]), "shared": row.get("shared", False)}

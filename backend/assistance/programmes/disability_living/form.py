"""The form of 困难残疾人生活补贴: the certificate, the family's standing, where the person is registered. Pure."""

from datetime import date
from typing import Any

from backend.assistance.circumstances import FamilyFacts
from backend.assistance.declaring import Applicant, day_in
from backend.assistance.programmes import answers


def read(form: answers.Form, applicant: Applicant, day: date) -> FamilyFacts:
    """The others at home matter only where the county has widened the circle (一户多残、依老养残)."""
    me = answers.person(form, applicant, day, works=form.get("works", False))
    others = [_other(row, number, day) for number, row in enumerate(answers.rows(form, "family", "birth_date"), 1)]
    return answers.family(
        form, me, day, members=[me, *others], **answers.across_provinces(form)
    )  # fmt: skip


def _other(row: answers.Form, number: int, day: date) -> dict[str, Any]:
    born = day_in(row["birth_date"])
    return {
        "key": f"member_{number}", "name": row.get("name", ""), "birth_date": born, "relation": "other_dependant",
        "disability": answers.certificate(row, born or day, day),
    }  # fmt: skip

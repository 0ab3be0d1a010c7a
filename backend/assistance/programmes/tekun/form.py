"""The form of 特困: one person, what they live on, who could support them, what they can do alone. Pure."""

from datetime import date
from typing import Any

from backend.assistance.circumstances import FamilyFacts
from backend.assistance.declaring import Applicant, day_in, yuan_in
from backend.assistance.programmes import answers

ITEMS = ("eating", "dressing", "bed", "toilet", "walking", "bathing")


def read(form: answers.Form, applicant: Applicant, day: date) -> FamilyFacts:
    me = answers.person(
        form, applicant, day, **answers.means(form), student=form.get("study", "none"),
        placement=form.get("placement", "scattered"), chose_child_support=form.get("chose_child_support", False),
        self_care=_self_care(form), obligors=_obligors(form, day), holds=answers.standing(form),
    )  # fmt: skip
    return answers.family(form, me, day, assets=answers.assets(form), holds=())


def _self_care(form: answers.Form) -> dict[str, bool] | None:
    """All six items or none: one that was not answered leaves the tier to the assessment at home."""
    said = {item: form.get(item) for item in ITEMS}
    known = {item: answer for item, answer in said.items() if answer is not None}
    return known if len(known) == len(ITEMS) else None


def _obligors(form: answers.Form, day: date) -> list[dict[str, Any]] | None:
    """Empty only if the person says that there is nobody; a "yes" without a row is unknown."""
    if form.get("has_relatives") is False:
        return []
    found = [_obligor(row, day) for row in answers.rows(form, "relatives", "birth_date")]
    return found or None


def _obligor(row: answers.Form, day: date) -> dict[str, Any]:
    """Their property is never asked here: it is checked with their consent."""
    born = day_in(row["birth_date"])
    holds = answers.standing(row)
    return {
        "name": row.get("name", ""), "birth_date": born, "state": row.get("state", "present"), "holds": holds,
        "income": yuan_in(row.get("year_income")), "disability": answers.certificate(row, born or day, day),
    }  # fmt: skip

"""The form of 临时救助 as facts: an emergency, where no income is asked, or too much spending. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from backend.assistance.circumstances import FamilyFacts
from backend.assistance.declaring import Applicant, day_in, yuan_in
from backend.assistance.facts import Emergency
from backend.assistance.programmes import answers


def read(form: Mapping[str, Any], applicant: Applicant, day: date) -> FamilyFacts:
    """支出型: the family with its means, as 低保边缘 declares it. Raises ``FactsError`` as that form does."""
    if form.get("aid") == "expenditure":
        found = answers.household(form, applicant, day)
    else:
        found = answers.family(form, answers.person(form, applicant, day), day, holds=())
    return found.model_copy(update={"emergency": _emergency(form)})


def _emergency(form: Mapping[str, Any]) -> Emergency | None:
    """None where nobody has said yet when it happened."""
    happened: dict[str, Any] = {
        "kind": form.get("aid", "urgent"), "cause": form.get("kind", "other"), "asked": yuan_in(form.get("asked")),
        "necessary": yuan_in(form.get("necessary")),
    }  # fmt: skip
    on = day_in(form.get("happened_on"))
    return Emergency.model_validate(happened | {"happened_on": on}) if on else None

"""The form of an emergency as facts: what happened and how much is needed now. Nobody's income is asked. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from backend.assistance.circumstances import FamilyFacts
from backend.assistance.declaring import Applicant, day_in, yuan_in
from backend.assistance.facts import Emergency, PersonFacts


def read(form: Mapping[str, Any], applicant: Applicant, day: date) -> FamilyFacts:
    """Urgent help only; help with spending, and the other members, are put on the sheet by the clerk afterwards."""
    happened: dict[str, Any] = {
        "kind": "urgent", "cause": form.get("kind", "other"), "happened_on": day_in(form.get("happened_on")),
        "asked": yuan_in(form.get("asked")),
    }  # fmt: skip
    person = PersonFacts(key="m0", name=applicant.name, birth_date=applicant.birth_date)
    return FamilyFacts(
        members=(person,), applicant="m0", urban=form.get("urban") == "urban", applied_on=day,
        emergency=Emergency.model_validate(happened),
    )  # fmt: skip

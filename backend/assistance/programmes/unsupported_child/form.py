"""The form of 事实无人抚养儿童: the child applies; what has become of each parent. Pure."""

from datetime import date
from typing import Any

from backend.assistance.circumstances import FamilyFacts
from backend.assistance.declaring import Applicant, day_in
from backend.assistance.programmes import answers


def read(form: answers.Form, applicant: Applicant, day: date) -> FamilyFacts:
    child = answers.person(
        form, applicant, day, student=form.get("study", "none"), placement=form.get("placement", "scattered")
    )
    return answers.family(form, child, day, child=_child(form, applicant, day))


def _child(form: answers.Form, applicant: Applicant, day: date) -> dict[str, Any]:
    """A parent written twice counts once: otherwise one of the two would be taken for the other."""
    alone = form.get("lone_adopter", False)
    first = {row["who"]: row for row in reversed([*answers.rows(form, "parents", "who", "state")])}
    parents = [_parent(first[who], applicant, day) for who in ("father", "mother") if who in first]
    return {
        "parents": parents[:1] if alone else parents, "lone_adopter": alone, "roaming": form.get("roaming", False),
    }  # fmt: skip


def _parent(row: answers.Form, applicant: Applicant, day: date) -> dict[str, Any]:
    """The parent's birth is not asked; the child's is early enough for an ended certificate."""
    return {
        "state": row["state"], "since": day_in(row.get("since")), "term_months": row.get("term_months"),
        "disability": answers.certificate(row, applicant.birth_date, day),
        "severe_illness": row.get("severe_illness", False),
    }  # fmt: skip

"""The one table from an error's code to its HTTP status and its words (RFC 9457 problem details).

A message says what happened, why, and what to do next, in plain Chinese. ``{facts}`` come from the error.
"""

from datetime import datetime
from typing import Any

from backend.core.clock import local
from backend.input_faults import field_zh
from backend.problem_tables import (
    activities,
    assistance,
    booking,
    burials,
    care,
    cases,
    farewells,
    guides,
    hall_applications,
    help_orders,
    house,
    marriage,
    memorial_halls,
    residents,
    timebank,
    tributes,
    volunteers,
)
from backend.problem_tables.problem import Problem

PROBLEMS: dict[str, Problem] = (
    house.PROBLEMS
    | care.PROBLEMS
    | residents.PROBLEMS
    | booking.PROBLEMS
    | marriage.PROBLEMS
    | guides.PROBLEMS
    | cases.PROBLEMS
    | assistance.PROBLEMS
    | activities.PROBLEMS
    | volunteers.PROBLEMS
    | timebank.PROBLEMS
    | hall_applications.PROBLEMS
    | tributes.PROBLEMS
    | help_orders.PROBLEMS
    | memorial_halls.PROBLEMS
    | farewells.PROBLEMS
    | burials.PROBLEMS
)


def words(value: Any) -> Any:
    """A fact as a person reads it."""
    if isinstance(value, datetime):
        return local(value).strftime("%H:%M")
    return value


def problem_of(code: str, facts: dict[str, Any], request_id: str | None = None) -> tuple[int, dict[str, Any]]:
    """The status and the problem document of an error.

    ``next`` is the step that would help, for a program; ``errors`` says of each field of a form what is wrong;
    ``reasons`` are all reasons of a verdict, each with its article, and ``right_office`` what an office must be.
    """
    known = PROBLEMS[code]
    detail = known.detail.format_map({name: words(value) for name, value in _said(facts).items()})
    more = {"request_id": request_id, "next": known.next, "errors": _errors(code, facts)}
    more |= {name: facts.get(name) for name in ("reasons", "right_office")}
    return known.status, {
        "type": f"https://shouwang.example/problems/{code}",
        "title": known.title,
        "status": known.status,
        "detail": detail,
        "code": code,
    } | {name: value for name, value in more.items() if value is not None}


def _said(facts: dict[str, Any]) -> dict[str, Any]:
    """A field is named as people call it; a program still finds its own name in ``errors``."""
    return {**facts, "field": field_zh(str(facts["field"]))} if "field" in facts else facts


def _errors(code: str, facts: dict[str, Any]) -> dict[str, str] | None:
    if code not in ("bad_input", "cases.form"):
        return None
    return facts.get("errors") or {str(facts["field"]): str(facts["why"])}

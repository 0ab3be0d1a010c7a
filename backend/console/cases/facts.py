"""The family's sheet as a form: incomes, property, who works, who is ill. What the form does not show stays. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from backend.assistance.circumstances import FamilyFacts
from backend.assistance.errors import FactsFaultError
from backend.assistance.sheets import why_not
from backend.cases.errors import ReasonNeededError
from backend.cases.rules import good_reason

ROWS = 12
TICKS = ("works", "severe_illness", "lives_together")
ASSETS = ("financial", "houses", "vehicles", "companies")


def corrected(facts: FamilyFacts, posted: Mapping[str, str]) -> FamilyFacts:
    """The facts with what was typed. Raises ``FactsFaultError`` for what cannot be so, with the words for the clerk."""
    whole = facts.model_dump(mode="json", exclude_defaults=True)
    whole["urban"] = posted.get("urban") == "urban"
    whole["assets"] = {name: text for name in ASSETS if (text := posted.get(f"assets.{name}", "").strip())}
    whole["members"] = [_member(one, number, posted) for number, one in enumerate(whole["members"])]
    try:
        return FamilyFacts.model_validate(whole)
    except ValueError as error:
        raise FactsFaultError(why=why_not(error)) from error


def _member(one: dict[str, Any], number: int, posted: Mapping[str, str]) -> dict[str, Any]:
    ticks = {name: f"m{number}.{name}" in posted for name in TICKS}
    return one | ticks | {"incomes": list(_incomes(one.get("incomes", []), f"m{number}", posted))}


def _incomes(before: list[dict[str, Any]], prefix: str, posted: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Each row with an amount; one that is emptied is gone. Source and currency of a row that stays are kept."""
    for row in range(ROWS):
        amount = posted.get(f"{prefix}.amount{row}", "").strip()
        if amount:
            typed = {"kind": posted.get(f"{prefix}.kind{row}", ""), "amount": amount}
            months = posted.get(f"{prefix}.months{row}", "").strip()
            yield (before[row] if row < len(before) else {}) | typed | ({"months": months} if months else {})


def reason(words: str) -> str:
    """Why it is corrected. Raises ``ReasonNeededError``."""
    found = good_reason(words)
    if found is None:
        raise ReasonNeededError
    return found

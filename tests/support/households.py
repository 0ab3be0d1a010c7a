"""Families for the rules of assistance, in short."""

from datetime import date
from decimal import Decimal
from typing import Any

from backend.assistance.facts import HouseholdFacts
from backend.assistance.verdicts import Verdict

DAY = date(2026, 11, 2)
FINE = {"financial": 0, "houses": 1, "vehicles": 0, "companies": 0}
TIERS = {"dibao_method": "tiers"}
ABLE = {"eating": True, "dressing": True, "bed": True, "toilet": True, "walking": True, "bathing": True}


def house(members: list[dict[str, Any]], **more: Any) -> HouseholdFacts:
    numbered = [
        {"key": str(place), "relation": "applicant" if place == 0 else "child", **one}
        for place, one in enumerate(members)
    ]
    return HouseholdFacts.model_validate(
        {"members": numbered, "urban": True, "applicant": "0", "assets": FINE, **more}
    )  # fmt: skip


def paid(verdict: Verdict) -> Decimal:
    return verdict.monthly or verdict.once or Decimal(0)


def earning(amount: Decimal, over: int = 1) -> dict[str, Any]:
    return {"birth_date": date(1970, 1, 1), "incomes": [{"kind": "wage", "amount": amount, "months": over}]}

"""To which household a benefit's money goes: its own, or the one in which the person lives now."""

from typing import Any

from sqlalchemy import Select, func

from backend.assistance.models import Benefit, Household, HouseholdMember


def with_homes(statement: Select[Any], *, outer: bool = True) -> Select[Any]:
    """The benefits of ``statement`` joined with their ``Household``; with ``outer`` also those without one."""
    lives_in = (HouseholdMember.person_id == Benefit.person_id) & HouseholdMember.until.is_(None)
    home = Household.id == func.coalesce(Benefit.household_id, HouseholdMember.household_id)
    return statement.join(HouseholdMember, lives_in, isouter=True).join(Household, home, isouter=outer)

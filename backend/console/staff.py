"""Whom the console can offer as a colleague. Reads only."""

from typing import Any

from sqlalchemy import select

from backend.console import pulse
from backend.console.formats import zh
from backend.core.db import Work
from backend.duty import service as duty
from backend.people.models import Division, Staff, StaffRole
from backend.people.service import Viewer


def colleagues(work: Work, who: Viewer) -> list[dict[str, Any]]:
    """``{id, name, roles, on_duty}`` of the active staff in the viewer's part of the county, those on duty first."""
    rows = work.session.scalars(
        select(Staff)
        .join(StaffRole, StaffRole.staff_id == Staff.id)
        .join(Division, Division.code == StaffRole.division_code)
        .where(Staff.active, who.sees(Division.path, "alarm.assign"))
        .distinct()
    )
    present = _present(work, who)
    found = [_colleague(row, present) for row in rows]
    return sorted(found, key=lambda one: (not one["on_duty"], one["name"]))


def _present(work: Work, who: Viewer) -> set[str]:
    return {str(one.staff_id) for code, _ in pulse.sites(work, who) for one in duty.on_duty(work, code, "duty")}


def _colleague(row: Staff, present: set[str]) -> dict[str, Any]:
    roles = sorted({zh(role.role) for role in row.roles})
    return {"id": str(row.id), "name": row.name, "roles": roles, "on_duty": str(row.id) in present}

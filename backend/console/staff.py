"""Whom the console can offer as a colleague. Reads only."""

from typing import Any

from sqlalchemy import select

from backend.alarms.models import Alarm
from backend.console.formats import zh
from backend.core.db import Work
from backend.duty import service as duty
from backend.duty.models import DUTY_ROLES
from backend.people.models import Staff, StaffRole
from backend.people.service import ancestors


def colleagues(work: Work, alarm: Alarm) -> list[dict[str, Any]]:
    """``{id, name, roles, on_duty}`` of the active staff whose part of the county covers the alarm.

    Those on duty come first.
    """
    codes = ancestors(alarm.division_path)
    here = select(StaffRole.staff_id).where(StaffRole.division_code.in_(codes))
    rows = work.session.scalars(select(Staff).where(Staff.active, Staff.id.in_(here)))
    present = _present(work, codes)
    found = [_colleague(row, present) for row in rows]
    return sorted(found, key=lambda one: (not one["on_duty"], one["name"]))


def _present(work: Work, codes: list[str]) -> set[str]:
    return {str(one.staff_id) for code in codes for role in DUTY_ROLES for one in duty.on_duty(work, code, role)}


def _colleague(row: Staff, present: set[str]) -> dict[str, Any]:
    roles = sorted({zh(role.role) for role in row.roles})
    return {"id": str(row.id), "name": row.name, "roles": roles, "on_duty": str(row.id) in present}

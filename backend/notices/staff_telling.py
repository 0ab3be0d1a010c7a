"""Colleagues who are to be told: those of a role at the nearest place of the tree that has one."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select

from backend.core.db import Work
from backend.notices import service as notices
from backend.notices.service import Recipient
from backend.people.models import Staff, StaffRole
from backend.people.service import ancestors


def nearest(work: Work, role: str, path: str) -> Sequence[Staff]:
    """Everybody with the role at the nearest division above ``path`` (or at it) where somebody has it."""
    for code in ancestors(path):
        here = select(StaffRole.staff_id).where(StaffRole.role == role, StaffRole.division_code == code)
        found = work.session.scalars(select(Staff).where(Staff.active, Staff.id.in_(here)).order_by(Staff.id)).all()
        if found:
            return found
    return []


def tell_staff(
    work: Work, people: Iterable[Staff], template: str, subject: str, *, priority: int, deadline_s: float, **facts: Any
) -> None:
    """Tell each of them once about one ``subject``."""
    for one in {person.id: person for person in people}.values():
        addresses = {way.channel: way.address for way in one.addresses if way.enabled}
        notices.tell(
            work, Recipient("staff", str(one.id), one.name, tuple(addresses), addresses),
            key=f"{template}:{subject}:{one.id}", template=template, facts=facts, priority=priority,
            deadline_s=deadline_s,
        )  # fmt: skip

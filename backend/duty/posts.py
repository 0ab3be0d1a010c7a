"""What every change of a roster needs: the post, locked; the people, checked; the override, written."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select

from backend.core import audit
from backend.core.db import Work
from backend.core.errors import BadInputError, NotAllowedError, NotFoundError
from backend.duty import rules
from backend.duty.errors import NotQualifiedError
from backend.duty.models import DUTY_ROLES, RosterOverride, ShiftPattern
from backend.duty.rules import Interval
from backend.people.models import Division, Staff, StaffRole
from backend.people.service import Viewer


@dataclass(frozen=True, slots=True)
class Post:
    """Where and as what somebody is on duty."""

    division_code: str
    path: str
    role: str


@dataclass(frozen=True, slots=True)
class Person:
    staff_id: UUID
    name: str
    active: bool
    grants: tuple[tuple[str, str], ...]


def lock(work: Work, division_code: str, role: str) -> Post:
    """Find the post and let one change of a division's roster happen at a time.

    Two overlapping shifts are each fine alone, so no single-row constraint can refuse them; the lock can. It does
    not block rows that merely refer to the division (SQLite: the writing unit of work is alone anyway).
    """
    if role not in DUTY_ROLES:
        raise BadInputError(field="岗位", why="没有这个值班岗位")
    query = select(Division).where(Division.code == division_code).with_for_update(key_share=True)
    division = work.session.scalars(query).first()
    if division is None:
        raise NotFoundError(division=division_code)
    return Post(division.code, division.path, role)


def person(work: Work, staff_id: UUID) -> Person:
    row = work.session.execute(select(Staff.name, Staff.active).where(Staff.id == staff_id)).first()
    if row is None:
        raise NotFoundError(staff=staff_id)
    held = select(StaffRole.role, Division.path).join(StaffRole.division).where(StaffRole.staff_id == staff_id)
    grants = tuple((grant.role, grant.path) for grant in work.session.execute(held))
    return Person(staff_id, row.name, row.active, grants)


def qualified(work: Work, post: Post, staff_id: UUID) -> Person:
    """The person, if they may fill the post."""
    found = person(work, staff_id)
    if not found.active or not rules.qualifies(found.grants, post.role, post.path):
        raise NotQualifiedError(name=found.name)
    return found


def candidates(work: Work, place: Division, role: str) -> list[Person]:
    """Everybody who may fill the post here, by name."""
    held = select(StaffRole.staff_id, StaffRole.role, Division.path).join(StaffRole.division)
    fit = {row.staff_id for row in work.session.execute(held) if rules.qualifies([(row[1], row[2])], role, place.path)}
    query = select(Staff.id, Staff.name).where(Staff.id.in_(fit), Staff.active).order_by(Staff.name, Staff.id)
    return [Person(row.id, row.name, active=True, grants=()) for row in work.session.execute(query)]


def places(work: Work, who: Viewer) -> list[Division]:
    """The sites, and other divisions with shifts, whose roster the viewer may see."""
    rostered = select(ShiftPattern.division_code)
    query = select(Division).where(
        who.sees(Division.path, "roster.view"), or_(Division.level == "site", Division.code.in_(rostered))
    )
    return list(work.session.scalars(query.order_by(Division.path)))


def place(work: Work, who: Viewer, division_code: str, action: str) -> Division:
    """The division, if the viewer may see its roster (else ``NotFoundError``) and do this to it."""
    found = work.session.get(Division, division_code)
    if found is None or not who.may("roster.view", found.path):
        raise NotFoundError(division=division_code)
    who.require(action, found.path)
    return found


def me(work: Work) -> UUID:
    """The member of staff who acts; nobody else changes who is on duty for an hour."""
    if work.actor.kind != "staff":
        raise NotAllowedError(action="roster")
    return UUID(work.actor.id)


def write_override(
    work: Work,
    post: Post,
    kind: str,
    staff_id: UUID,
    window: Interval,
    reason: str,
    replaces_id: UUID | None = None,
) -> RosterOverride:
    """Write a checked override and its audit entry; the reason may be about somebody's health and stays in the row."""
    row = RosterOverride(
        division_code=post.division_code,
        role=post.role,
        kind=kind,
        staff_id=staff_id,
        replaces_id=replaces_id,
        starts_at=window.starts,
        ends_at=window.ends,
        reason=reason,
        created_by=me(work),
        created_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    facts: dict[str, UUID | str | None] = {"role": post.role, "kind": kind, "staff": staff_id, "replaces": replaces_id}
    note(work, "duty.override_added", post, override=row.id, starts=window.starts, ends=window.ends, **facts)
    return row


def note(work: Work, action: str, post: Post, **facts: UUID | datetime | str | list[str] | None) -> None:
    audit.record(work, action, f"division:{post.division_code}", **facts)

"""Who does it, and when: members of staff as viewers, and units of work as of earlier moments."""

from datetime import date, datetime, timedelta

from sqlalchemy import select

from backend.core import calendar_store
from backend.core.clock import CHINA, local
from backend.core.db import Actor, Work
from backend.core.ids import new_id
from backend.people.models import Staff
from backend.people.rules import Grant
from backend.people.service import Viewer


def viewer_of(work: Work, username: str) -> Viewer:
    """A demo account as if it had signed in."""
    staff = work.session.scalars(select(Staff).where(Staff.username == username)).one()
    grants = tuple(Grant(role.role, role.division.path) for role in staff.roles)
    return Viewer(staff.id, staff.name, staff.username, grants, new_id(), "")


def as_of(work: Work, day: date, hour: int = 8, minute: int = 30, actor: Actor | None = None) -> Work:
    """The same unit of work at an earlier moment; what would lie ahead of the clock happens now."""
    moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=CHINA)
    return Work(work.session, min(moment, work.now), actor or work.actor, work.hooks)


def days_ago(work: Work, days: int) -> date:
    return local(work.now).date() - timedelta(days=days)


def workday_before(work: Work, days: int) -> date:
    """The last working day that is at least so many days ago."""
    calendar, day = calendar_store.current(work), days_ago(work, days)
    while not calendar.is_workday(day):
        day -= timedelta(days=1)
    return day

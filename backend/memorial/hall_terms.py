"""Objections that nobody answers: the desk is told before the term is over, the officers after it, each once."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select

from backend.core import calendar_store
from backend.core.clock import local
from backend.core.db import Work
from backend.core.locks import claim
from backend.memorial import hall_params
from backend.memorial.hall_concerns import STANDING
from backend.memorial.models import Hall, HallConcern
from backend.notices.staff_telling import nearest, tell_staff
from backend.people.service import county

PORTION, DAY_S = 50, 86_400


def warn(work: Work) -> int:
    """Tell the desk of what is due in a few working days; how many."""
    calendar, today = calendar_store.current(work), local(work.now).date()
    soon = calendar.add_workdays(today, hall_params.number(work, "concern_warn_workdays"))
    rows = _standing(work, HallConcern.warned_at.is_(None), HallConcern.due_on <= soon)
    for row in rows:
        row.warned_at = work.now
        _tell(work, row, "memorial_concern_due", "clerk")
    return len(rows)


def escalate(work: Work) -> int:
    """Tell the officers of what is past its last day; how many."""
    rows = _standing(work, HallConcern.escalated_at.is_(None), HallConcern.due_on < local(work.now).date())
    for row in rows:
        row.escalated_at = work.now
        _tell(work, row, "memorial_concern_late", "officer")
    return len(rows)


def _standing(work: Work, *due: ColumnElement[bool]) -> Sequence[HallConcern]:
    mine = select(HallConcern).where(HallConcern.state.in_(STANDING), *due)
    return work.session.scalars(claim(work, mine.order_by(HallConcern.due_on, HallConcern.id).limit(PORTION))).all()


def _tell(work: Work, row: HallConcern, template: str, role: str) -> None:
    """At the hall's counter; what is about no hall yet is the county's."""
    tell_staff(
        work, nearest(work, role, _place(work, row)), template, f"{row.id}:{row.due_on}", priority=5, deadline_s=DAY_S,
        number=row.number, due=f"{row.due_on:%m月%d日}",
    )  # fmt: skip


def _place(work: Work, row: HallConcern) -> str:
    if row.hall_id is not None:
        return work.session.get_one(Hall, row.hall_id).territory
    return county(work).path

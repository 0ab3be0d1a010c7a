"""回访: every bad rating is a work order. Who complained is seen only by whoever is about to call."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Select, select

from backend.core import audit, calendar_store
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import BadInputError
from backend.core.locks import claim, for_update
from backend.notices import service as notices
from backend.notices.service import Recipient
from backend.people.models import Staff, StaffRole
from backend.people.service import Viewer, ancestors
from backend.ratings.due import due_day
from backend.ratings.errors import NoSuchTaskError
from backend.ratings.models import CallbackTask, Rating
from backend.ratings.rules import RESULTS
from backend.ratings.states import CALLBACK
from backend.residents.masking import mask_name
from backend.residents.models import Person

FOLLOW = "rating.follow"
LONGEST_NOTE = 500
LISTED = 100
AT_ONCE = 100
NOTICE_PRIORITY = 6
NOTICE_DEADLINE_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Complainant:
    """Whom to call."""

    name: str = field(repr=False)
    phone: str | None = field(repr=False)


def waiting(work: Work, who: Viewer) -> Sequence[CallbackTask]:
    """The call-backs not yet resolved in the viewer's part of the county, the next due first."""
    tasks = _seen(who).where(CallbackTask.state != "resolved").order_by(CallbackTask.due_on, CallbackTask.id)
    return work.session.scalars(tasks.limit(LISTED)).all()


def resolved(work: Work, who: Viewer, limit: int = 20) -> Sequence[CallbackTask]:
    tasks = _seen(who).where(CallbackTask.state == "resolved").order_by(CallbackTask.closed_at.desc())
    return work.session.scalars(tasks.limit(limit)).all()


def _seen(who: Viewer) -> Select[CallbackTask]:
    here = who.sees(Rating.division_path, FOLLOW)
    return select(CallbackTask).join(Rating, Rating.id == CallbackTask.rating_id).where(here)


def find(work: Work, who: Viewer, task_id: UUID) -> CallbackTask:
    """One task, locked. Raises ``NoSuchTaskError`` outside the viewer's part of the county."""
    row = work.session.scalars(for_update(work, _seen(who).where(CallbackTask.id == task_id))).first()
    if row is None:
        raise NoSuchTaskError
    return row


def masked_name(work: Work, task: CallbackTask) -> str:
    return mask_name(work.session.get_one(Person, task.rating.person_id).name)


def contact(work: Work, who: Viewer, task_id: UUID) -> Complainant:
    """Name and number for the call; the task becomes the viewer's, and the look is written down."""
    task = find(work, who, task_id)
    CALLBACK.next(task.state, "call" if task.state == "open" else "resolve")
    task.assigned_to = who.staff_id
    person = work.session.get_one(Person, task.rating.person_id)
    audit.record_read(work, person.id, why=f"callback:{task.id}")
    return Complainant(person.name, person.phone)


def attempt(work: Work, who: Viewer, task_id: UUID, note: str) -> CallbackTask:
    """Called, nobody answered: the task stays open."""
    task = _step(work, who, task_id, "attempt", note)
    return _logged(work, task, "attempt")


def called(work: Work, who: Viewer, task_id: UUID, note: str) -> CallbackTask:
    """Spoken with the person; ``note`` says what they said."""
    task = _step(work, who, task_id, "call", note)
    task.called_at = work.now
    return _logged(work, task, "call")


def resolve(work: Work, who: Viewer, task_id: UUID, result: str, note: str) -> CallbackTask:
    """Put right, explained or found wrong (``rules.RESULTS``); only after the call."""
    if result not in RESULTS:
        raise BadInputError(field="处理结果", why="请选一个处理结果")
    task = _step(work, who, task_id, "resolve", note)
    task.result, task.closed_at = result, work.now
    return _logged(work, task, "resolve")


def _step(work: Work, who: Viewer, task_id: UUID, action: str, note: str) -> CallbackTask:
    words = note.strip()
    if not words or len(words) > LONGEST_NOTE:
        raise BadInputError(field="记录", why=f"请写下经过，1 到 {LONGEST_NOTE} 个字")
    task = find(work, who, task_id)
    task.state = CALLBACK.next(task.state, action)
    task.assigned_to = who.staff_id
    line = f"{local(work.now):%Y-%m-%d %H:%M} {who.name}：{words}"
    task.note = f"{task.note}\n{line}" if task.note else line
    return task


def _logged(work: Work, task: CallbackTask, action: str) -> CallbackTask:
    """Last of all: it writes the row, which by now must be whole."""
    audit.record(work, f"callback.{action}", f"callback:{task.id}")
    return task


def escalate(work: Work) -> int:
    """Tell the officers of each call-back that is overdue and not yet told of; how many there were."""
    today = local(work.now).date()
    _settle_days(work)
    late = select(CallbackTask).where(
        CallbackTask.state != "resolved", CallbackTask.due_on < today, CallbackTask.escalated_at.is_(None)
    )
    tasks = work.session.scalars(claim(work, late.limit(AT_ONCE))).unique().all()
    for task in tasks:
        task.escalated_at = work.now
        for officer in _officers(work, task.rating.division_path):
            _tell(work, officer, task)
    return len(tasks)


def _settle_days(work: Work) -> None:
    """Count again what was counted before the year's calendar was known, once it is."""
    calendar = calendar_store.current(work)
    open_ones = CallbackTask.provisional, CallbackTask.state != "resolved"
    for task in work.session.scalars(for_update(work, select(CallbackTask).where(*open_ones))).all():
        task.due_on, task.provisional = due_day(calendar, local(task.opened_at).date())


def _officers(work: Work, path: str) -> Sequence[Staff]:
    """The officers of the nearest division that has one."""
    for code in ancestors(path):
        here = select(StaffRole.staff_id).where(StaffRole.role == "officer", StaffRole.division_code == code)
        if found := work.session.scalars(select(Staff).where(Staff.active, Staff.id.in_(here))).all():
            return found
    return []


def _tell(work: Work, officer: Staff, task: CallbackTask) -> None:
    addresses = {one.channel: one.address for one in officer.addresses if one.enabled}
    notices.tell(
        work, Recipient("staff", str(officer.id), officer.name, tuple(addresses), addresses),
        key=f"callback_overdue:{task.id}:{officer.id}", template="callback_overdue",
        facts={"title": task.rating.title, "due": f"{task.due_on.month}月{task.due_on.day}日"},
        priority=NOTICE_PRIORITY, deadline_s=NOTICE_DEADLINE_S,
    )  # fmt: skip

"""The record of service (志愿服务记录与证明出具办法 7–13, 19): nothing else writes ``service_record``.

A record never changes its times: it is voided, and corrected by a new one. Whoever counts on records (the time bank)
listens, in the transaction of the record. Who records several people at once does so in the order of their ids.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from backend.core import audit, calendar_store, params
from backend.core.calendar import ONE_DAY
from backend.core.clock import local, midnight
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.ids import new_id
from backend.core.locks import for_update
from backend.notices.staff_telling import nearest, tell_staff
from backend.people.service import Viewer
from backend.residents.telling import tell_resident
from backend.volunteers import record_rules
from backend.volunteers.activity_errors import (
    AlreadyRecordedError,
    NotVolunteeringError,
    RecordVoidError,
    SelfServiceError,
)
from backend.volunteers.activity_models import ServiceRecord
from backend.volunteers.models import Volunteer
from backend.volunteers.record_rules import LONGEST, Span
from backend.volunteers.vocabulary import SERVICES

HANDLE = "volunteer.handle"
PARAMS = Path(__file__).parent / "params" / "activities.yaml"
PAGE = "/pages/volunteers/records"
DAY_S = 86_400
SHORTEST_REASON, LONGEST_REASON = 2, 500
STARS = 5

Listener = Callable[[Work, ServiceRecord], None]
_RECORDED: list[Listener] = []
_VOID: list[Listener] = []


def on_recorded(listener: Listener) -> None:
    """Call ``listener`` in the transaction of every new record; again changes nothing."""
    if listener not in _RECORDED:
        _RECORDED.append(listener)


def on_void(listener: Listener) -> None:
    """Call ``listener`` in the transaction in which a record is voided or corrected; again changes nothing."""
    if listener not in _VOID:
        _VOID.append(listener)


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A service as it happened. ``minutes`` actually served; ``source``: activity, order, import or desk."""

    volunteer_id: UUID
    source: str
    source_id: str
    name: str
    kind: str
    content: str
    place: str
    started_at: datetime
    ended_at: datetime
    minutes: int
    organiser: str
    lead: str
    group_time: bool = False
    receiver_id: UUID | None = None


def param(name: str, moment: datetime) -> int:
    """A number of params/activities.yaml as it held on the local day of ``moment``."""
    return int(params.load(PARAMS).at(name, local(moment).date()).value)


def record(work: Work, served: Served) -> ServiceRecord:
    """Record a service; the same one again gives the record there is.

    Raises ``FinishFirstError``, ``TooLongError``, ``NotOverError``, ``TooManyMinutesError``, ``OverlapError``,
    ``DayFullError``, ``SelfServiceError``, ``NotVolunteeringError``, ``AlreadyRecordedError``, ``NotFoundError``.
    """
    volunteer = _locked(work, served.volunteer_id)
    earlier = _of_source(work, served)
    live = next((one for one in earlier if one.state == "recorded"), None)
    if live is not None:
        if not _same(live, served):
            raise AlreadyRecordedError
        return live
    return _write(work, volunteer, served, revision=len(earlier), corrects=None)


def due_at(work: Work, ended_at: datetime) -> datetime:
    """When the lawful period is over: midnight after its last working day; the day itself is not counted."""
    last = calendar_store.current(work).add_workdays(local(ended_at).date(), param("record_workdays", ended_at))
    return midnight(last + ONE_DAY)


def _locked(work: Work, volunteer_id: UUID) -> Volunteer:
    """Two sources that record the same person at once wait for each other here."""
    found = work.session.scalars(for_update(work, select(Volunteer).where(Volunteer.id == volunteer_id))).first()
    if found is None:
        raise NotFoundError(volunteer=str(volunteer_id))
    return found


def _of_source(work: Work, served: Served) -> Sequence[ServiceRecord]:
    same = select(ServiceRecord).where(
        ServiceRecord.source == served.source, ServiceRecord.source_id == served.source_id,
        ServiceRecord.volunteer_id == served.volunteer_id,
    )  # fmt: skip
    return work.session.scalars(same.execution_options(populate_existing=True)).all()


def _same(row: ServiceRecord, served: Served) -> bool:
    facts = ("started_at", "ended_at", "minutes", "kind")
    return all(getattr(row, name) == getattr(served, name) for name in facts)


def _write(
    work: Work, volunteer: Volunteer, served: Served, *, revision: int, corrects: ServiceRecord | None, why: str = ""
) -> ServiceRecord:
    _require(work, volunteer, served)
    row = ServiceRecord(
        id=new_id(), volunteer_id=volunteer.id, source=served.source, source_id=served.source_id, revision=revision,
        name=served.name, kind=served.kind, content=served.content, place=served.place,
        started_at=served.started_at, ended_at=served.ended_at, minutes=served.minutes, organiser=served.organiser,
        lead=served.lead, group_time=served.group_time, receiver_id=served.receiver_id,
        due_at=due_at(work, served.ended_at),
        recorded_at=work.now, state="recorded", corrects=corrects.id if corrects else None, why=why,
        division_path=volunteer.division_path,
    )  # fmt: skip
    work.session.add(row)
    work.session.flush()
    for listener in _RECORDED:
        listener(work, row)
    _tell(work, volunteer, row, "service_corrected" if corrects else "service_recorded")
    return row


def _require(work: Work, volunteer: Volunteer, served: Served) -> None:
    record_rules.require_possible(served.started_at, served.ended_at, served.minutes, work.now)
    if served.receiver_id is not None and served.receiver_id == volunteer.person_id:
        raise SelfServiceError
    if served.kind not in SERVICES:
        raise NotVolunteeringError(why="这类活动不在志愿服务的种类里")
    if volunteer.state == "applied":
        raise NotVolunteeringError(why="本人还不是注册志愿者")
    near = _near(work, volunteer.id, served.started_at, served.ended_at)
    record_rules.require_apart(served.started_at, served.ended_at, near)
    day = local(served.started_at).date()
    record_rules.require_day(day, served.minutes, near, param("day_most", served.started_at))


def _near(work: Work, volunteer_id: UUID, started_at: datetime, ended_at: datetime) -> list[Span]:
    """What is recorded of them around this time: wide enough for the local day and for what lasts a whole day."""
    columns = (ServiceRecord.name, ServiceRecord.started_at, ServiceRecord.ended_at, ServiceRecord.minutes)
    rows = work.session.execute(
        select(*columns).where(
            ServiceRecord.volunteer_id == volunteer_id, ServiceRecord.state == "recorded",
            ServiceRecord.started_at > started_at - LONGEST - timedelta(hours=1),
            ServiceRecord.started_at < ended_at + LONGEST,
        )
    )  # fmt: skip
    return [Span(row.name, local(row.started_at).date(), *row[1:]) for row in rows]


def _tell(work: Work, volunteer: Volunteer, row: ServiceRecord, template: str) -> None:
    tell_resident(
        work, volunteer.person_id, key=f"{template}:{row.id}", template=template, page=PAGE,
        facts={"name": row.name, "day": f"{local(row.started_at):%m月%d日}", "minutes": row.minutes},
    )  # fmt: skip


# -- afterwards


def find(work: Work, viewer: Viewer | None, record_id: UUID, action: str = HANDLE) -> ServiceRecord:
    """A record, for staff only if they may ``action`` where it belongs. Raises ``NotFoundError``."""
    row = work.session.get(ServiceRecord, record_id)
    if row is None or (viewer is not None and not viewer.may(action, row.division_path)):
        raise NotFoundError(record=str(record_id))
    return row


def _live(work: Work, viewer: Viewer | None, record_id: UUID) -> tuple[Volunteer, ServiceRecord]:
    """The record as it is now, its volunteer's row locked."""
    volunteer = _locked(work, find(work, viewer, record_id).volunteer_id)
    row = work.session.get_one(ServiceRecord, record_id, populate_existing=True)
    if row.state != "recorded":
        raise RecordVoidError
    return volunteer, row


def void(work: Work, viewer: Viewer | None, record_id: UUID, why: str) -> ServiceRecord:
    """Take a record back; it stays to be seen with its reason. Raises ``RecordVoidError``, ``NotFoundError``."""
    volunteer, row = _live(work, viewer, record_id)
    _end(work, row, reason(why))
    _tell(work, volunteer, row, "service_void")
    return row


def _end(work: Work, row: ServiceRecord, why: str) -> None:
    row.state, row.why, row.asked_at, row.asked_why = "void", why, None, ""
    work.session.flush()
    for listener in _VOID:
        listener(work, row)
    audit.record(work, "service_record.void", f"service_record:{row.id}", why=why)


def reason(why: str) -> str:
    """Raises ``BadInputError``."""
    text = why.strip()
    if not SHORTEST_REASON <= len(text) <= LONGEST_REASON:
        raise BadInputError(field="原因", why="请用一两句话写明原因")
    return text


def correct(
    work: Work,
    viewer: Viewer | None,
    record_id: UUID,
    *,
    started_at: datetime,
    ended_at: datetime,
    minutes: int,
    why: str,
) -> ServiceRecord:
    """The old record is voided and a new one stands for it (记录办法 13). Raises what ``record`` and ``void`` raise."""
    volunteer, old = _live(work, viewer, record_id)
    _end(work, old, reason(why))
    names = ("volunteer_id", "source", "source_id", "name", "kind", "content", "place", "organiser", "lead",
             "group_time", "receiver_id")  # fmt: skip
    facts: dict[str, Any] = {name: getattr(old, name) for name in names}
    served = Served(**facts, started_at=started_at, ended_at=ended_at, minutes=minutes)
    row = _write(work, volunteer, served, revision=old.revision + 1, corrects=old, why=reason(why))
    row.quality, row.evaluation, row.evaluated_at = old.quality, old.evaluation, old.evaluated_at
    return row


def evaluate(work: Work, viewer: Viewer | None, record_id: UUID, quality: int, words: str = "") -> ServiceRecord:
    """How well it was done, 1 to 5, with the day (记录办法 7). Raises ``BadInputError``, ``RecordVoidError``."""
    if type(quality) is not int or not 1 <= quality <= STARS:
        raise BadInputError(field="评价", why="请选 1 到 5 星")
    _volunteer, row = _live(work, viewer, record_id)
    row.quality, row.evaluation, row.evaluated_at = quality, words.strip()[:LONGEST_REASON], work.now
    work.session.flush()
    return row


# -- a volunteer asks for a correction (记录办法 13)


def ask(work: Work, volunteer_id: UUID, record_id: UUID, why: str) -> ServiceRecord:
    """The volunteer says what is wrong; staff at their place look at it. Again changes the words only.

    Raises ``NotFoundError`` for somebody else's, ``RecordVoidError``, ``BadInputError``.
    """
    if find(work, None, record_id).volunteer_id != volunteer_id:
        raise NotFoundError(record=str(record_id))
    _volunteer, row = _live(work, None, record_id)
    if row.asked_at is None:
        tell_staff(
            work, nearest(work, "clerk", row.division_path), "service_asked", str(row.id), priority=5, deadline_s=DAY_S,
            title=row.name, due=f"{local(row.started_at):%m月%d日}",
        )  # fmt: skip
    row.asked_at, row.asked_why = row.asked_at or work.now, reason(why)
    work.session.flush()
    return row


def keep(work: Work, viewer: Viewer, record_id: UUID, answer: str) -> ServiceRecord:
    """After the check the record is right as it is; the volunteer is told why."""
    volunteer, row = _live(work, viewer, record_id)
    words = reason(answer)
    tell_resident(
        work, volunteer.person_id, key=f"service_kept:{row.id}:{work.now:%Y%m%d%H%M%S}", template="service_kept",
        facts={"name": row.name, "answer": words}, page=PAGE,
    )  # fmt: skip
    row.asked_at, row.asked_why = None, ""
    audit.record(work, "service_record.keep", f"service_record:{row.id}", answer=words)
    return row


def asked(work: Work, viewer: Viewer, limit: int = 100) -> Sequence[ServiceRecord]:
    """What volunteers want corrected where the viewer may handle it, the oldest first."""
    waiting = select(ServiceRecord).where(
        ServiceRecord.asked_at.is_not(None), viewer.sees(ServiceRecord.division_path, HANDLE)
    )
    return work.session.scalars(waiting.order_by(ServiceRecord.asked_at, ServiceRecord.id).limit(limit)).all()


def of_volunteer(work: Work, volunteer_id: UUID, *, limit: int = 200) -> Sequence[ServiceRecord]:
    """What counts of somebody's service, the newest first."""
    mine = select(ServiceRecord).where(
        ServiceRecord.volunteer_id == volunteer_id, ServiceRecord.state == "recorded"
    )  # fmt: skip
    return work.session.scalars(mine.order_by(ServiceRecord.started_at.desc(), ServiceRecord.id).limit(limit)).all()


def minutes_of(work: Work, volunteer_id: UUID) -> int:
    """All minutes somebody has served."""
    statement = select(func.coalesce(func.sum(ServiceRecord.minutes), 0)).where(
        ServiceRecord.volunteer_id == volunteer_id, ServiceRecord.state == "recorded"
    )
    return int(work.session.scalar(statement) or 0)

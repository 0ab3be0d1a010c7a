"""After an activity: the organiser confirms who served how long, within ten working days (记录办法 11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from backend.core import calendar_store
from backend.core.calendar import ONE_DAY
from backend.core.clock import local
from backend.core.db import Work
from backend.core.locks import claim, for_update
from backend.volunteers import activities, places, records
from backend.volunteers.activities import Organiser
from backend.volunteers.activity_errors import NotEndedError, NothingToConfirmError, TooManyMinutesError
from backend.volunteers.activity_models import Activity, ActivityPlace, ServiceRecord
from backend.volunteers.activity_rules import counted
from backend.volunteers.activity_states import PLACE
from backend.volunteers.activity_telling import tell_bureau, tell_leader
from backend.volunteers.models import Volunteer
from backend.volunteers.records import Served, param
from backend.volunteers.service import name_of

PORTION = 50


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the organiser says of one of those who came: ``minutes`` served, None: was not there after all."""

    place_id: UUID
    minutes: int | None
    quality: int | None = None
    words: str = ""


def confirm(work: Work, who: Organiser, activity_id: UUID, verdicts: Sequence[Verdict]) -> list[ServiceRecord]:
    """Record the service of those named; others can follow. Raises ``NotEndedError``, ``NothingToConfirmError``,
    ``OwnTimeError``, ``TooManyMinutesError``, and what ``records.record`` raises; then nothing of it is recorded.
    """
    activity = activities.locked(work, activity_id, who)
    if activity.state != "ended":
        raise NotEndedError
    mine = select(ActivityPlace).where(ActivityPlace.activity_id == activity.id)
    known = {one.id: one for one in work.session.scalars(mine.execution_options(populate_existing=True))}
    if any(one.place_id not in known for one in verdicts):
        raise NothingToConfirmError(who="有人")
    in_order = sorted(verdicts, key=lambda one: known[one.place_id].volunteer_id)
    _lock_all(work, [known[one.place_id].volunteer_id for one in in_order])
    done = [_confirm_one(work, who, activity, known[one.place_id], one) for one in in_order]
    work.session.flush()
    if not places.to_settle(work, activity.id):
        activity.confirmed_at = work.now
    return [row for row in done if row is not None]


def _lock_all(work: Work, volunteers: Sequence[UUID]) -> None:
    """Before the first record: a record earns time, and who holds the time bank waits for no volunteer (0039)."""
    rows = select(Volunteer.id).where(Volunteer.id.in_(volunteers)).order_by(Volunteer.id)
    work.session.execute(for_update(work, rows))


def _confirm_one(
    work: Work, who: Organiser, activity: Activity, place: ActivityPlace, verdict: Verdict
) -> ServiceRecord | None:
    activities.require_other(who, place.volunteer_id)
    if place.state != "left":
        volunteer = work.session.get_one(Volunteer, place.volunteer_id)
        raise NothingToConfirmError(who=name_of(work, volunteer))
    if verdict.minutes is None:
        place.state = PLACE.next(place.state, "miss")
        return None
    stay = counted(place.came_at, place.left_at, activity.starts_at, activity.ends_at)
    if stay is None or not 1 <= verdict.minutes <= stay[2]:
        raise TooManyMinutesError(most=stay[2] if stay else 0)
    place.state, place.minutes = PLACE.next(place.state, "confirm"), verdict.minutes
    row = records.record(work, _served(who, activity, place, stay[0], stay[1], verdict.minutes))
    if verdict.quality is not None:
        records.evaluate(work, None, row.id, verdict.quality, verdict.words)
    return row


def _served(
    who: Organiser, activity: Activity, place: ActivityPlace, since: datetime, until: datetime, minutes: int
) -> Served:
    lead = who.viewer.name if who.viewer else activity.contact
    return Served(
        volunteer_id=place.volunteer_id, source="activity", source_id=str(activity.id), name=activity.title,
        kind=activity.kind, content=activity.content, place=activity.place, started_at=since, ended_at=until,
        minutes=minutes, organiser=activity.organiser, lead=lead, group_time=activity.group_time,
    )  # fmt: skip


# -- the ten working days


def due_at(work: Work, activity: Activity) -> datetime:
    """When the records must be there: the first moment that is too late."""
    return records.due_at(work, activity.ends_at)


def warn(work: Work) -> int:
    """Tell the organisers of what is due in three working days or less, once; how many."""
    calendar, today = calendar_store.current(work), local(work.now).date()
    done = 0
    for activity in _unconfirmed(work, warned=False):
        due = due_at(work, activity)
        left = calendar.workdays_between(today, local(due).date())
        if left <= param("record_warn_workdays", work.now):
            activity.warned_at = work.now
            tell_leader(work, activity, "activity_records_due", due=_last_day(due))
            tell_bureau(work, activity, "activity_records_soon", "clerk", due=_last_day(due))
            done += 1
    return done


def escalate(work: Work) -> int:
    """The ten working days are over and somebody's service is not recorded: the bureau is told, once; how many."""
    late = [one for one in _unconfirmed(work, escalated=False) if due_at(work, one) <= work.now]
    for activity in late:
        activity.escalated_at = work.now
        tell_bureau(work, activity, "activity_records_late", "officer", due=_last_day(due_at(work, activity)))
    return len(late)


def _unconfirmed(work: Work, *, warned: bool = True, escalated: bool = True) -> Sequence[Activity]:
    open_ = select(Activity).where(Activity.state == "ended", Activity.confirmed_at.is_(None))
    if not warned:
        open_ = open_.where(Activity.warned_at.is_(None))
    if not escalated:
        open_ = open_.where(Activity.escalated_at.is_(None))
    return work.session.scalars(claim(work, open_.order_by(Activity.ends_at, Activity.id).limit(PORTION))).all()


def _last_day(due: datetime) -> str:
    return f"{local(due) - ONE_DAY:%m月%d日}"

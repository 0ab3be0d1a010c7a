"""Coming and going: by the code on the spot, by position, or by the organiser's word with a reason; and the end of it.

Everything can be done twice: who is in stays in since the first time, from whichever phone.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from backend.core import audit
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.locks import claim, for_update
from backend.volunteers import activities, activity_rules, activity_words, places, records
from backend.volunteers.activities import Organiser
from backend.volunteers.activity_errors import (
    EarlyError,
    JustCameError,
    LateError,
    NoFenceError,
    NotCheckedInError,
    NotInActivityError,
    StillWaitingError,
)
from backend.volunteers.activity_models import Activity, ActivityPlace
from backend.volunteers.activity_rules import code_at
from backend.volunteers.activity_states import ACTIVITY, PLACE
from backend.volunteers.models import Volunteer
from backend.volunteers.record_rules import MINUTE
from backend.volunteers.records import param


@dataclass(frozen=True, slots=True)
class Seen:
    """How a phone shows that it is there: the scanned ``code``, or where it is, to ``accuracy_m`` metres."""

    code: str | None = None
    longitude: float | None = None
    latitude: float | None = None
    accuracy_m: float = 0


def check_in(work: Work, volunteer: Volunteer, activity_id: UUID, seen: Seen) -> ActivityPlace:
    """Raises ``NotInActivityError``, ``StillWaitingError``, ``EarlyError``, ``LateError`` and the errors of codes and
    positions.
    """
    activity, place = _mine(work, volunteer, activity_id)
    if place.state == "waiting":
        raise StillWaitingError
    if place.came_at is not None:
        return place
    opens_at = activity.starts_at - timedelta(minutes=param("check_in_opens", activity.starts_at))
    if work.now < opens_at:
        raise EarlyError(opens_at=opens_at)
    if work.now >= activity.ends_at or activity.state != "published":
        raise LateError
    place.in_by = _require_there(work, activity, seen)
    place.state, place.came_at = PLACE.next(place.state, "come"), work.now
    work.session.flush()
    return place


def check_out(work: Work, volunteer: Volunteer, activity_id: UUID, seen: Seen) -> ActivityPlace:
    """Raises ``NotCheckedInError``, ``JustCameError``, ``LateError`` and what ``check_in`` raises."""
    activity, place = _mine(work, volunteer, activity_id)
    if place.came_at is None:
        raise NotCheckedInError
    if place.left_at is not None:
        return place
    if work.now > closes_at(activity) or activity.state != "published":
        raise LateError
    place.out_by = _require_there(work, activity, seen)
    if work.now - place.came_at < MINUTE:
        raise JustCameError
    place.state, place.left_at = PLACE.next(place.state, "leave"), work.now
    work.session.flush()
    return place


def _mine(work: Work, volunteer: Volunteer, activity_id: UUID) -> tuple[Activity, ActivityPlace]:
    activity = activities.find(work, activity_id)
    place = places.place_of(work, activity.id, volunteer.id, lock=True)
    if place is None:
        raise NotInActivityError
    return activity, place


def _require_there(work: Work, activity: Activity, seen: Seen) -> str:
    """By what it was seen."""
    if seen.code is not None:
        activity_rules.require_code(seen.code, activity.id, activity.checkin_secret, work.now)
        return "code"
    if activity.fence_m is None or activity.longitude is None or activity.latitude is None:
        raise NoFenceError
    if seen.longitude is None or seen.latitude is None:
        raise BadInputError(field="位置", why="没有收到手机的位置，请打开定位，或扫现场的码")
    here, there = (seen.longitude, seen.latitude), (activity.longitude, activity.latitude)
    activity_rules.require_near(here, seen.accuracy_m, there, activity.fence_m)
    return "fence"


def closes_at(activity: Activity) -> datetime:
    """Until when people can check out; then the job ends the activity."""
    return activity.ends_at + timedelta(minutes=param("check_out_grace", activity.ends_at))


def code_of(work: Work, activity: Activity) -> str:
    """What the screen on the spot shows now."""
    return code_at(activity.id, activity.checkin_secret, work.now)


def put_right(
    work: Work, who: Organiser, place_id: UUID, *, came_at: datetime, left_at: datetime | None, why: str
) -> ActivityPlace:
    """The organiser's word about when somebody came and left, with the reason; never after it was recorded.

    Raises ``BadInputError``, ``NotFoundError``, ``OwnTimeError``, ``WrongStateError``.
    """
    place = work.session.get(ActivityPlace, place_id)
    if place is None:
        raise NotFoundError(place=str(place_id))
    activity = activities.locked(work, place.activity_id, who)
    activities.require_other(who, place.volunteer_id)
    mine = for_update(work, select(ActivityPlace).where(ActivityPlace.id == place.id))
    place = work.session.scalars(mine.execution_options(populate_existing=True)).one()
    _require_fits(work, activity, came_at, left_at)
    if place.state in ("signed", "absent"):
        place.state = PLACE.next(place.state, "come")
    place.state = PLACE.next(place.state, "leave") if left_at or place.state == "left" else place.state
    place.came_at, place.left_at, place.in_by = came_at, left_at or place.left_at, "staff"
    place.out_by, place.to_confirm = ("staff" if left_at else place.out_by), False
    place.why = records.reason(why)
    work.session.flush()
    audit.record(work, "attendance.put_right", f"activity:{activity.id}", place=str(place.id), why=place.why)
    return place


def _require_fits(work: Work, activity: Activity, came_at: datetime, left_at: datetime | None) -> None:
    opens_at = activity.starts_at - timedelta(minutes=param("check_in_opens", activity.starts_at))
    if not opens_at <= came_at < activity.ends_at or came_at > work.now:
        raise BadInputError(field="到场时间", why="要在活动时间里，也不能晚于现在")
    if left_at is None and work.now > closes_at(activity):
        raise BadInputError(field="离开时间", why="活动已经结束，请写上离开时间")
    if left_at is not None and not came_at < left_at <= min(work.now, closes_at(activity)):
        raise BadInputError(field="离开时间", why="要晚于到场时间，也不能晚于现在")


# -- the end


def end_over(work: Work, limit: int = 20) -> int:
    """End what is over and past the time for checking out; how many.

    Who forgot to check out is taken to have stayed to the end, which the organiser looks at; who never came is absent.
    """
    due = select(Activity).where(Activity.state == "published", Activity.ends_at <= work.now)
    due = due.order_by(Activity.ends_at, Activity.id).limit(limit)
    rows = [one for one in work.session.scalars(claim(work, due)) if closes_at(one) < work.now]
    for activity in rows:
        _end(work, activity)
    return len(rows)


def _end(work: Work, activity: Activity) -> None:
    activity.state, activity.ended_at = ACTIVITY.next(activity.state, "end"), work.now
    open_ = select(ActivityPlace).where(
        ActivityPlace.activity_id == activity.id, ActivityPlace.state.in_(("signed", "waiting", "present"))
    )
    rows = for_update(work, open_.order_by(ActivityPlace.id)).execution_options(populate_existing=True)
    for place in work.session.scalars(rows).all():
        if place.state == "present":
            place.state, place.left_at, place.to_confirm = PLACE.next(place.state, "leave"), activity.ends_at, True
        else:
            place.state = PLACE.next(place.state, "miss" if place.state == "signed" else "cancel")
    work.session.flush()
    activity_words.forget(work, activity.id)
    if not places.to_settle(work, activity.id):
        activity.confirmed_at = work.now  # nobody came: nothing is left to decide

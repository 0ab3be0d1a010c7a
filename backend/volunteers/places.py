"""Places in activities: taken by compare-and-swap, never more than there are, and given to who waits longest.

Order of locks: the activity, then volunteers. Whoever is promoted is taken only if nobody else holds their row at this
moment (they may be signing up elsewhere); the job that sweeps the waiting lists comes by again.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, exists, func, or_, select, update

from backend.core.clock import local, midnight
from backend.core.db import Work
from backend.core.errors import NotFoundError
from backend.core.ids import new_id
from backend.core.locks import claim, for_update
from backend.residents.models import Person
from backend.volunteers.activity_errors import (
    ActivityClosedError,
    ActivityFullError,
    CancelLateError,
    ClashError,
    NotInActivityError,
)
from backend.volunteers.activity_models import Activity, ActivityPlace
from backend.volunteers.activity_states import LIVE, PLACE
from backend.volunteers.activity_telling import tell_bureau, tell_volunteer
from backend.volunteers.fitness import require_fit
from backend.volunteers.models import Volunteer
from backend.volunteers.records import param

REMIND_AT = timedelta(hours=18)  # of the evening before
PROMOTED_AT_ONCE = 50
GONE = "志愿者暂停或退出了"
OCCUPIED = ("signed", "present", "left", "confirmed")


def sign_up(work: Work, volunteer: Volunteer, activity_id: UUID, *, wait: bool = True) -> ActivityPlace:
    """A place, or with ``wait`` one on the waiting list if there is none; a second tap gets the same one.

    Raises ``NotFoundError``, ``ActivityClosedError``, ``ActivityFullError``, ``ClashError`` and what ``require_fit``
    raises.
    """
    activity = _held(work, activity_id)
    mine = place_of(work, activity.id, volunteer.id)
    if mine is not None:
        return mine
    if activity.state != "published" or work.now >= activity.closes_at:
        raise ActivityClosedError
    require_fit(
        work, volunteer, needs=activity.needs, min_age=activity.min_age, risk=activity.risk,
        on=local(activity.starts_at).date(), activity_id=activity.id,
    )  # fmt: skip
    work.session.execute(for_update(work, select(Volunteer.id).where(Volunteer.id == volunteer.id))).all()
    _require_free(work, volunteer.id, activity)
    if _take(work, activity):
        return _sit(work, activity, volunteer.id)
    if not wait:
        raise ActivityFullError
    return _queue(work, activity, volunteer.id)


def _held(work: Work, activity_id: UUID) -> Activity:
    statement = for_update(work, select(Activity).where(Activity.id == activity_id))
    found = work.session.scalars(statement.execution_options(populate_existing=True)).first()
    if found is None or found.state == "draft":
        raise NotFoundError(activity=str(activity_id))
    return found


def place_of(work: Work, activity_id: UUID, volunteer_id: UUID, *, lock: bool = False) -> ActivityPlace | None:
    """The live place of a volunteer in an activity."""
    statement = select(ActivityPlace).where(
        ActivityPlace.activity_id == activity_id, ActivityPlace.volunteer_id == volunteer_id,
        ActivityPlace.state.in_(LIVE),
    )  # fmt: skip
    statement = for_update(work, statement) if lock else statement
    return work.session.scalars(statement.execution_options(populate_existing=True)).first()


def _require_free(work: Work, volunteer_id: UUID, activity: Activity) -> None:
    title = work.session.scalar(_clashes(volunteer_id, activity))
    if title is not None:
        raise ClashError(title=title)


def _clashes(volunteer_id: UUID, activity: Activity) -> Select[str]:
    """What else they have a place in at this time."""
    return (
        select(Activity.title)
        .join(ActivityPlace, ActivityPlace.activity_id == Activity.id)
        .where(
            ActivityPlace.volunteer_id == volunteer_id, ActivityPlace.state.in_(OCCUPIED), Activity.id != activity.id,
            Activity.starts_at < activity.ends_at, Activity.ends_at > activity.starts_at,
        )
        .limit(1)
    )  # fmt: skip


def _take(work: Work, activity: Activity) -> bool:
    """Compare and swap; whether there was a place."""
    statement = update(Activity).where(
        Activity.id == activity.id, Activity.state == "published", Activity.taken < Activity.capacity
    )
    one_more = statement.values(taken=Activity.taken + 1).execution_options(synchronize_session=False)
    done = work.execute_dml(one_more) == 1
    work.session.refresh(activity)
    return done


def _sit(work: Work, activity: Activity, volunteer_id: UUID) -> ActivityPlace:
    evening = work.now >= reminder_of(activity)  # who signs up now knows when it is
    place = ActivityPlace(
        id=new_id(), activity_id=activity.id, volunteer_id=volunteer_id, state="signed", signed_at=work.now,
        reminded_at=work.now if evening else None,
    )  # fmt: skip
    work.session.add(place)
    work.session.flush()
    tell_volunteer(work, activity, volunteer_id, "activity_signed", str(place.id))
    return place


def _queue(work: Work, activity: Activity, volunteer_id: UUID) -> ActivityPlace:
    last = select(func.max(ActivityPlace.position)).where(ActivityPlace.activity_id == activity.id)
    place = ActivityPlace(
        id=new_id(), activity_id=activity.id, volunteer_id=volunteer_id, state="waiting", signed_at=work.now,
        position=(work.session.scalar(last) or 0) + 1,
    )  # fmt: skip
    work.session.add(place)
    work.session.flush()
    tell_volunteer(work, activity, volunteer_id, "activity_waiting", str(place.id))
    return place


def ahead_of(work: Work, place: ActivityPlace) -> int:
    """How many wait before somebody who waits."""
    statement = select(func.count()).where(
        ActivityPlace.activity_id == place.activity_id, ActivityPlace.state == "waiting",
        ActivityPlace.position < place.position,
    )  # fmt: skip
    return work.session.scalar(statement) or 0


def cancel(work: Work, volunteer: Volunteer, activity_id: UUID) -> ActivityPlace:
    """Give the place back; it goes to the next who waits, in the same transaction.

    Raises ``NotInActivityError``, ``CancelLateError`` (条例 22: tell in time), ``WrongStateError`` once there.
    """
    activity = _held(work, activity_id)
    place = place_of(work, activity.id, volunteer.id, lock=True)
    if place is None:
        raise NotInActivityError
    target, had_place = PLACE.next(place.state, "cancel"), place.state == "signed"
    limit = timedelta(minutes=param("cancel_until", activity.starts_at))
    if had_place and work.now > activity.starts_at - limit:
        raise CancelLateError(phone=activity.contact_phone)
    place.state = target
    if had_place:
        activity.taken -= 1
    work.session.flush()
    promote(work, activity)
    return place


# -- the waiting list


def promote(work: Work, activity: Activity) -> int:
    """Give free places to those who wait, the longest first; who cannot come then keeps waiting. How many."""
    if activity.state != "published" or work.now >= activity.starts_at or activity.taken >= activity.capacity:
        return 0
    waiting = (
        select(ActivityPlace)
        .where(ActivityPlace.activity_id == activity.id, ActivityPlace.state == "waiting")
        .order_by(ActivityPlace.position)
        .limit(PROMOTED_AT_ONCE)
    )
    rows = work.session.scalars(waiting.execution_options(populate_existing=True)).all()
    return sum(_promote_one(work, activity, place) for place in rows)


def _promote_one(work: Work, activity: Activity, place: ActivityPlace) -> bool:
    held = work.session.scalars(claim(work, select(Volunteer).where(Volunteer.id == place.volunteer_id))).first()
    if held is None or held.state != "active" or work.session.scalar(_clashes(held.id, activity)) is not None:
        return False
    if not _take(work, activity):
        return False
    place.state, place.position = PLACE.next(place.state, "promote"), None
    work.session.flush()
    tell_volunteer(work, activity, held.id, "activity_promoted", str(place.id), sms=True)
    return True


def sweep(work: Work, limit: int = 50) -> int:
    """Promote where places are free and somebody waits; how many were."""
    somebody = exists().where(ActivityPlace.activity_id == Activity.id, ActivityPlace.state == "waiting")
    due = select(Activity).where(
        Activity.state == "published", Activity.starts_at > work.now, ~Activity.full_up, somebody
    )
    rows = work.session.scalars(claim(work, due.order_by(Activity.starts_at, Activity.id).limit(limit))).all()
    return sum(promote(work, activity) for activity in rows)


def reminder_of(activity: Activity) -> datetime:
    """When people are reminded: the evening before."""
    return midnight(local(activity.starts_at).date()) - timedelta(days=1) + REMIND_AT


def to_settle(work: Work, activity_id: UUID) -> int:
    """How many came and are not decided on yet."""
    open_ = select(func.count()).where(
        ActivityPlace.activity_id == activity_id, ActivityPlace.state.in_(("present", "left"))
    )
    return work.session.scalar(open_) or 0


def empty_the_gone(work: Work, limit: int = 50) -> int:
    """Volunteers who were paused, have left or have died give their places to those who wait; how many. For the job:
    the activity is always locked before the volunteer, so not by whoever pauses them.
    """
    gone = (
        select(ActivityPlace.id, ActivityPlace.activity_id)
        .join(Activity, Activity.id == ActivityPlace.activity_id)
        .join(Volunteer, Volunteer.id == ActivityPlace.volunteer_id)
        .join(Person, Person.id == Volunteer.person_id)
        .where(
            ActivityPlace.state.in_(("signed", "waiting")), Activity.state == "published",
            Activity.starts_at > work.now, or_(Volunteer.state != "active", Person.died_on.is_not(None)),
        )
    )  # fmt: skip
    rows = work.session.execute(gone.order_by(ActivityPlace.activity_id, ActivityPlace.id).limit(limit)).all()
    for row in rows:
        _empty(work, _held(work, row.activity_id), row.id)
    return len(rows)


def _empty(work: Work, activity: Activity, place_id: UUID) -> None:
    mine = for_update(work, select(ActivityPlace).where(ActivityPlace.id == place_id))
    place = work.session.scalars(mine.execution_options(populate_existing=True)).one()
    if place.state not in ("signed", "waiting"):
        return
    activity.taken -= place.state == "signed"
    place.state, place.why = PLACE.next(place.state, "cancel"), GONE
    work.session.flush()
    tell_volunteer(work, activity, place.volunteer_id, "activity_place_lost", str(place.id))
    tell_bureau(work, activity, "activity_place_given_up", "clerk")
    promote(work, activity)

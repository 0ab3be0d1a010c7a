"""The reminder on the evening before an activity."""

from sqlalchemy import select

from backend.core.calendar import ONE_DAY
from backend.core.clock import local, midnight
from backend.core.db import Work
from backend.core.locks import claim
from backend.volunteers.activity_models import Activity, ActivityPlace
from backend.volunteers.activity_telling import tell_volunteer
from backend.volunteers.places import reminder_of

PORTION = 100


def remind(work: Work) -> int:
    """Remind those whose activity begins tomorrow, or today and nobody told them yet; how many."""
    until = midnight(local(work.now).date() + 2 * ONE_DAY)
    due = (
        select(ActivityPlace)
        .join(Activity, Activity.id == ActivityPlace.activity_id)
        .where(
            Activity.state == "published", Activity.starts_at > work.now, Activity.starts_at < until,
            ActivityPlace.state == "signed", ActivityPlace.reminded_at.is_(None),
        )
        .order_by(Activity.starts_at, ActivityPlace.id)
    )  # fmt: skip
    rows = work.session.scalars(claim(work, due.limit(PORTION))).all()
    known = [(place, work.session.get_one(Activity, place.activity_id)) for place in rows]
    now = [(place, activity) for place, activity in known if reminder_of(activity) <= work.now]
    for place, activity in now:
        place.reminded_at = work.now
        tell_volunteer(work, activity, place.volunteer_id, "activity_reminder", str(place.id), sms=True)
    return len(now)

"""Who is told what about an activity: those in it, its leader, and the bureau's people at the place."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend.core.db import Work
from backend.notices.staff_telling import nearest, tell_staff
from backend.residents.telling import tell_resident
from backend.volunteers.activity_models import Activity, ActivityPlace
from backend.volunteers.activity_states import LIVE
from backend.volunteers.models import Volunteer, VolunteerTeam

DAY_S = 86_400


def tell_volunteer(
    work: Work, activity: Activity, volunteer_id: UUID, template: str, key: str, *, sms: bool = False, **facts: Any
) -> None:
    """Tell one of them once for each ``key``."""
    person_id = work.session.get_one(Volunteer, volunteer_id).person_id
    tell_resident(
        work, person_id, key=f"{template}:{key}", template=template, facts=facts_of(activity) | facts,
        page=f"/pages/activities/detail?id={activity.id}", deadline_s=DAY_S, sms=sms,
    )  # fmt: skip


def tell_everybody(work: Work, activity: Activity, template: str, **facts: Any) -> None:
    """Tell all who have a place or wait for one, once for each version of the activity; by SMS too."""
    there = (
        select(ActivityPlace.volunteer_id)
        .where(ActivityPlace.activity_id == activity.id, ActivityPlace.state.in_(LIVE))
        .order_by(ActivityPlace.volunteer_id)
    )
    for volunteer_id in work.session.scalars(there).all():
        key = f"{activity.id}:{activity.version}"
        tell_volunteer(work, activity, volunteer_id, template, key, sms=True, **facts)


def tell_leader(work: Work, activity: Activity, template: str, **facts: Any) -> None:
    """Tell the leader of the team, if a team does it."""
    team = work.session.get(VolunteerTeam, activity.team_id) if activity.team_id else None
    if team is not None and team.leader_id is not None:
        tell_volunteer(work, activity, team.leader_id, template, f"{activity.id}:{activity.version}", **facts)


def tell_bureau(work: Work, activity: Activity, template: str, role: str, **facts: Any) -> None:
    """Tell the nearest colleagues with a role."""
    tell_staff(
        work, nearest(work, role, activity.division_path), template, str(activity.id), priority=5, deadline_s=DAY_S,
        title=activity.title, number=activity.number, **facts,
    )  # fmt: skip


def facts_of(activity: Activity) -> dict[str, Any]:
    """What every text about an activity may say."""
    return {
        "title": activity.title, "at": activity.starts_at, "place": activity.place,
        "phone": activity.contact_phone,
    }  # fmt: skip

"""Activities, places and records as ``activity_schemas`` shows them."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend.core import audit
from backend.core.calendar import ONE_DAY
from backend.core.clock import local
from backend.core.db import Work
from backend.people.models import Division
from backend.volunteers import activity_search, confirming, places
from backend.volunteers.activities import questions
from backend.volunteers.activity_models import Activity, ActivityPlace, ServiceRecord
from backend.volunteers.activity_rules import counted
from backend.volunteers.activity_schemas import ActivityOut, OwnPlaceOut, PeopleThereOut, ServiceRecordOut
from backend.volunteers.activity_states import ACTIVITY_ZH, PLACE_ZH
from backend.volunteers.models import Volunteer
from backend.volunteers.service import name_of
from backend.volunteers.vocabulary import QUALIFICATIONS, SERVICES, titles


def line(activity: Activity) -> dict[str, Any]:
    plain = ("id", "number", "title", "kind", "place", "state")
    return {name: getattr(activity, name) for name in plain} | {
        "starts_at": local(activity.starts_at), "ends_at": local(activity.ends_at),
        "kind_zh": SERVICES.get(activity.kind, "其他服务"), "free": activity.capacity - activity.taken,
        "state_zh": ACTIVITY_ZH[activity.state],
    }  # fmt: skip


def page(rows: Iterable[Activity], following: str | None) -> dict[str, Any]:
    return {"items": [line(one) for one in rows], "next": following}


def whole(activity: Activity) -> dict[str, Any]:
    plain = (
        "content", "organiser", "contact", "contact_phone", "capacity", "taken", "min_age", "risk", "risks",
        "longitude", "latitude", "group_time", "why", "version",
    )  # fmt: skip
    return line(activity) | {name: getattr(activity, name) for name in plain} | {
        "closes_at": local(activity.closes_at), "needs": titles(QUALIFICATIONS, activity.needs),
        "by_position": activity.fence_m is not None,
    }  # fmt: skip


def whole_json(activity: Activity) -> dict[str, Any]:
    return ActivityOut.model_validate(whole(activity)).model_dump(mode="json")


def own(work: Work, activity_id: UUID, place: ActivityPlace | None) -> dict[str, Any]:
    """Somebody's own place, or that there is none."""
    if place is None:
        return {"activity_id": activity_id, "state": "none", "state_zh": "没有报名", "ahead": 0, "came_at": None,
                "left_at": None, "minutes": None}  # fmt: skip
    return {
        "activity_id": activity_id, "state": place.state, "state_zh": PLACE_ZH[place.state],
        "ahead": places.ahead_of(work, place) if place.state == "waiting" else 0, "came_at": place.came_at,
        "left_at": place.left_at, "minutes": place.minutes,
    }  # fmt: skip


def own_json(work: Work, place: ActivityPlace) -> dict[str, Any]:
    return OwnPlaceOut.model_validate(own(work, place.activity_id, place)).model_dump(mode="json")


def people(work: Work, activity: Activity) -> dict[str, Any]:
    """The organiser's list, with the minutes each would be given: those of the stay that lie in the activity."""
    last = local(confirming.due_at(work, activity)).date() - ONE_DAY
    rows = [person(work, activity, one) for one in activity_search.people_of(work, activity)]
    return {"activity": whole(activity), "due_on": last, "items": rows}


def opened(work: Work, activity: Activity) -> dict[str, Any]:
    """The same for whoever looks at it: that they did is written down."""
    shown = people(work, activity)
    audit.record(work, "activity.people_read", f"activity:{activity.id}", people=len(shown["items"]))
    return shown


def people_json(work: Work, activity: Activity) -> dict[str, Any]:
    work.session.flush()
    return PeopleThereOut.model_validate(people(work, activity)).model_dump(mode="json")


def person(work: Work, activity: Activity, place: ActivityPlace) -> dict[str, Any]:
    """Somebody in the list, with the most minutes that their stay allows."""
    volunteer = work.session.get_one(Volunteer, place.volunteer_id)
    stay = counted(place.came_at, place.left_at, activity.starts_at, activity.ends_at)
    return {
        "id": place.id, "volunteer_id": volunteer.id, "volunteer": volunteer.number,
        "name": name_of(work, volunteer), "state": place.state, "state_zh": PLACE_ZH[place.state],
        "came_at": place.came_at, "left_at": place.left_at,
        "minutes": place.minutes or (stay[2] if stay else None), "to_confirm": place.to_confirm, "why": place.why,
    }  # fmt: skip


def choices(work: Work) -> dict[str, Any]:
    """What can be chosen in the search and in the form."""
    rows = work.session.execute(
        select(Division.code, Division.name).where(Division.level != "site").order_by(Division.path)
    )
    return {
        "kinds": _choices(SERVICES), "needs": _choices(QUALIFICATIONS),
        "divisions": [{"code": code, "name": name} for code, name in rows],
        "questions": _choices({one.code: one.text for one in questions()}),
    }  # fmt: skip


def _choices(known: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"code": code, "name": name} for code, name in known.items()]


def record(row: ServiceRecord) -> dict[str, Any]:
    plain = ("id", "name", "place", "started_at", "ended_at", "minutes", "organiser", "state", "quality", "evaluation",
             "asked_at", "asked_why", "why")  # fmt: skip
    return {name: getattr(row, name) for name in plain} | {"kind_zh": SERVICES.get(row.kind, "其他服务")}


def record_json(row: ServiceRecord) -> dict[str, Any]:
    return ServiceRecordOut.model_validate(record(row)).model_dump(mode="json")

"""Activities: planned, published with true information (条例 12, 重庆 16), changed and cancelled; everybody is told.

Staff and the leaders of teams plan; only staff publish what a leader has planned. What is not volunteering is refused.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from backend.content_check import by_own_words
from backend.core import audit, phone, strict_yaml
from backend.core.crypto import new_token
from backend.core.db import Work
from backend.core.errors import BadInputError, NotAllowedError, NotFoundError
from backend.core.ids import new_id
from backend.core.inserting import insert_numbered
from backend.core.locks import for_update
from backend.people.models import Division
from backend.people.service import Viewer
from backend.volunteers import activity_rules, activity_words, places, records, teams
from backend.volunteers.activity_errors import ActivityChangedError, OwnTimeError, PromisedError, TextRefusedError
from backend.volunteers.activity_models import Activity, ActivityPlace
from backend.volunteers.activity_rules import Plan, Question, searchable
from backend.volunteers.activity_states import ACTIVITY, LIVE
from backend.volunteers.activity_telling import tell_bureau, tell_everybody, tell_leader
from backend.volunteers.models import Volunteer, VolunteerTeam
from backend.volunteers.vocabulary import DEMANDS, QUALIFICATIONS, SERVICES

HANDLE, VIEW = "volunteer.handle", "volunteer.view"
PREFIX = "HD"
CHECKLIST = Path(__file__).with_name("activity_checklist.yaml")
PLAIN = (
    "title", "kind", "content", "organiser", "contact", "division_code", "place", "starts_at", "ends_at", "capacity",
    "longitude", "latitude", "fence_m", "risk", "risks", "group_time", "team_id",
)  # fmt: skip

# What staff looked at before they published a leader's plan: whom it may harm, and what its minutes are worth.
LOOKED_AT = {
    "kind": "种类", "risk": "风险", "risks": "风险", "min_age": "年龄要求", "needs": "资格要求",
    "group_time": "时间归属", "division_code": "地区", "team_id": "队伍",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Organiser:
    """Who plans and runs an activity: a member of staff, or the leader of the team that does it."""

    viewer: Viewer | None = None
    leader: Volunteer | None = None


@cache
def questions() -> tuple[Question, ...]:
    """What every organiser answers."""
    return activity_rules.question_list(strict_yaml.load(CHECKLIST)["questions"])


@cache
def _words() -> Mapping[str, Sequence[str]]:
    return dict(strict_yaml.load(CHECKLIST)["words"])


def find(work: Work, activity_id: UUID, who: Organiser | None = None, *, action: str = HANDLE) -> Activity:
    """An activity; for an organiser only one of theirs. Raises ``NotFoundError``."""
    found = work.session.get(Activity, activity_id)
    if found is None or (who is not None and not _is_for(work, who, found, action)):
        raise NotFoundError(activity=str(activity_id))
    return found


def locked(work: Work, activity_id: UUID, who: Organiser | None = None) -> Activity:
    """The same with its row held until the commit, as it is now: always before volunteers' rows."""
    statement = for_update(work, select(Activity).where(Activity.id == activity_id))
    work.session.scalars(statement.execution_options(populate_existing=True)).first()
    return find(work, activity_id, who)


def _is_for(work: Work, who: Organiser, activity: Activity, action: str) -> bool:
    if who.viewer is not None:
        return who.viewer.may(action, activity.division_path)
    return who.leader is not None and activity.team_id is not None and leads(work, who.leader, activity.team_id)


def leads(work: Work, volunteer: Volunteer, team_id: UUID) -> bool:
    """Whether the team goes on and is theirs."""
    try:
        return teams.require_leader(work, volunteer, team_id).state == "active"
    except NotFoundError:
        return False


def require_other(who: Organiser, volunteer_id: UUID) -> None:
    """Nobody writes down what they earn: a leader's own time is the township's to confirm. Raises ``OwnTimeError``."""
    if who.leader is not None and who.leader.id == volunteer_id:
        raise OwnTimeError


def draft(work: Work, who: Organiser, plan: Plan) -> Activity:
    """Plan an activity; a leader's goes to staff, who publish it.

    Raises ``BadInputError``, ``NotAnActivityError``, ``TextRefusedError``, ``NotAllowedError``.
    """
    path = _checked(work, plan)
    _require_may_plan(work, who, plan, path)
    row = {
        "id": new_id(), "checkin_secret": new_token(), "state": "draft", "taken": 0, "created_at": work.now,
        "created_by": who.viewer.staff_id if who.viewer else None, **_columns(plan, path),
    }  # fmt: skip
    activity = work.session.get_one(Activity, insert_numbered(work, Activity, row, PREFIX))
    activity_words.write(work, activity)
    if who.leader is not None:
        tell_bureau(work, activity, "activity_to_publish", "clerk")
    return activity


def _require_may_plan(work: Work, who: Organiser, plan: Plan, path: str) -> None:
    if who.viewer is not None:
        who.viewer.require(HANDLE, path)
    elif who.leader is None or plan.team_id is None or not leads(work, who.leader, plan.team_id):
        raise NotAllowedError(action=HANDLE)


def _checked(work: Work, plan: Plan) -> str:
    """The path of the division, if everything in the plan can be."""
    activity_rules.require_plan(plan, SERVICES, QUALIFICATIONS, work.now)
    text = f"{plan.title} {plan.content} {plan.risks}"
    activity_rules.require_volunteering(plan.checklist, text, questions(), _words())
    if by_own_words(f"{text} {plan.place} {plan.organiser}") == "risky":
        raise TextRefusedError
    division = work.session.get(Division, plan.division_code)
    if division is None:
        raise BadInputError(field="division_code", why="请从列表里选镇街或村社区")
    team = work.session.get(VolunteerTeam, plan.team_id) if plan.team_id else None
    if plan.team_id is not None and team is None:
        raise BadInputError(field="team_id", why="没有这个队伍，请重新选择")
    return division.path


def _columns(plan: Plan, path: str) -> dict[str, Any]:
    demand = DEMANDS[plan.kind]
    return {name: getattr(plan, name) for name in PLAIN} | {
        "contact_phone": _phone(plan.contact_phone), "division_path": path,
        "closes_at": plan.closes_at or plan.starts_at, "min_age": max(plan.min_age, demand.min_age),
        "needs": sorted({*plan.needs, *demand.needs}), "checklist": dict(plan.checklist),
        "search_text": searchable(plan.title, plan.place, plan.organiser, SERVICES[plan.kind]),
    }  # fmt: skip


def _phone(text: str) -> str:
    try:
        return phone.normalise(text)
    except ValueError as error:
        raise BadInputError(field="contact_phone", why=str(error)) from None


def publish(work: Work, viewer: Viewer, activity_id: UUID) -> Activity:
    """Show it to everybody and open the sign-up. Raises ``NotFoundError``, ``WrongStateError``, ``BadInputError``."""
    activity = locked(work, activity_id, Organiser(viewer=viewer))
    target = ACTIVITY.next(activity.state, "publish")
    if activity.starts_at <= work.now:
        raise BadInputError(field="starts_at", why="开始时间已经过了，请先改时间")
    activity.state, activity.published_at, activity.version = target, work.now, activity.version + 1
    work.session.flush()
    tell_leader(work, activity, "activity_published")
    audit.record(work, "activity.publish", f"activity:{activity.id}")
    return activity


def change(work: Work, who: Organiser, activity_id: UUID, plan: Plan, version: int) -> Activity:
    """Change what is planned or published; another time or place is told to everybody in it.

    Raises ``ActivityChangedError`` if it is no longer ``version``, ``PromisedError`` if a leader changes what staff
    looked at before they published it, and what ``draft`` raises.
    """
    activity = locked(work, activity_id, who)
    target, before = ACTIVITY.next(activity.state, "change"), (activity.starts_at, activity.ends_at, activity.place)
    path = _checked(work, plan)
    _require_may_plan(work, who, plan, path)
    if plan.capacity < activity.taken:
        raise BadInputError(field="capacity", why=f"已有 {activity.taken} 人报名，名额不能比这少")
    columns = _columns(plan, path)
    if who.viewer is None and activity.state == "published":
        _require_as_looked_at(activity, columns)
    statement = update(Activity).where(Activity.id == activity.id, Activity.version == version)
    values = {"state": target, "version": version + 1} | columns
    if not work.execute_dml(statement.values(values).execution_options(synchronize_session=False)):
        raise ActivityChangedError
    work.session.refresh(activity)
    activity_words.write(work, activity)
    if activity.state == "published":
        _after_change(work, activity, before)
    return activity


def _require_as_looked_at(activity: Activity, columns: Mapping[str, Any]) -> None:
    for name, title in LOOKED_AT.items():
        if columns[name] != getattr(activity, name):
            raise PromisedError(what=title)


def _after_change(work: Work, activity: Activity, before: tuple[Any, ...]) -> None:
    if before != (activity.starts_at, activity.ends_at, activity.place):
        tell_everybody(work, activity, "activity_moved")
    places.promote(work, activity)


def cancel(work: Work, who: Organiser, activity_id: UUID, why: str) -> Activity:
    """It will not take place: everybody with a place or waiting is told. Raises ``WrongStateError``."""
    activity = locked(work, activity_id, who)
    target = ACTIVITY.next(activity.state, "cancel")
    was_draft, activity.why = activity.state == "draft", records.reason(why)
    activity.state, activity.version = target, activity.version + 1
    work.session.flush()
    if was_draft and who.viewer is not None:
        tell_leader(work, activity, "activity_refused", why=activity.why)
    tell_everybody(work, activity, "activity_cancelled", why=activity.why)
    live = update(ActivityPlace).where(ActivityPlace.activity_id == activity.id, ActivityPlace.state.in_(LIVE))
    work.execute_dml(live.values(state="cancelled", why=activity.why).execution_options(synchronize_session=False))
    activity.taken = 0
    work.session.flush()
    activity_words.forget(work, activity.id)
    audit.record(work, "activity.cancel", f"activity:{activity.id}")
    return activity

"""Volunteers in the demonstration: who helps, what they did together, and calls for help at every step.

Everything goes through the verbs of the desk and of the phone, each as of its own day.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from backend.core import strict_yaml
from backend.core.clock import CHINA
from backend.core.db import Work
from backend.demo import civil_people
from backend.demo.civil_data import civil, id_number
from backend.demo.civil_moments import as_of, days_ago, viewer_of
from backend.demo.data import HERE
from backend.people.models import Division
from backend.people.service import Viewer
from backend.timebank import order_ending, orders
from backend.timebank.order_records import Who, helpers_of, locked
from backend.volunteers import activities, activity_search, attendance, confirming, places, registering, teams
from backend.volunteers.activities import Organiser
from backend.volunteers.activity_rules import Plan
from backend.volunteers.confirming import Verdict
from backend.volunteers.guardians import By
from backend.volunteers.profiles import Profile
from backend.volunteers.registering import Wish
from backend.volunteers.teams import Founding

Known = Mapping[str, Any]  # the volunteers by name
CLERKS = {"500999101": "clerk", "500999102": "clerk2"}
REGISTERED, ASKED_BEFORE = 90, timedelta(days=1)
CONTACT = "17000009301"
WEEK = tuple((day, 480, 1200) for day in range(7))
TOWN_LETTERS = 9  # of a division's code: the township a village belongs to


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class VolunteerRow(_Strict):
    village: str
    services: list[str]
    skills: list[str]
    place: tuple[float, float]
    emergency: bool = False
    user: str | None = None
    name: str | None = None
    born: date | None = None
    serial: int | None = None


class TeamRow(_Strict):
    name: str
    village: str
    leader: str
    phone: str
    about: str


class ActivityRow(_Strict):
    """``days`` ago, or ahead if below zero; ``starts``: hour of the day."""

    title: str
    kind: str
    town: str
    place: str
    days: int
    starts: int
    hours: int
    capacity: int
    people: list[str]
    state: Literal["recorded", "to_confirm", "open"]
    content: str


class OrderRow(_Strict):
    elder: str
    born: date
    serial: int
    village: str
    address: str
    kind: str
    words: str
    days: int
    hour: int
    minutes: int
    place: tuple[float, float]
    state: Literal["open", "taken", "finished", "confirmed"]
    who: str | None = None
    stars: int | None = None
    said: str = ""


class Help(_Strict):
    volunteers: list[VolunteerRow]
    team: TeamRow
    activities: list[ActivityRow]
    orders: list[OrderRow]


@cache
def _help() -> Help:
    return Help.model_validate(strict_yaml.load(HERE / "civil_volunteers.yaml"))


def seed(work: Work, residents: Mapping[str, UUID]) -> None:
    """Write it all; the county, its staff and its residents are there."""
    known = {_name(row): _register(work, row, residents) for row in _help().volunteers}
    _team(work, known)
    for row in _help().activities:
        _activity(work, row, known)
    for order in _help().orders:
        _order(work, order, known)


def _clerk(work: Work, village: str) -> Viewer:
    return viewer_of(work, CLERKS[village[:TOWN_LETTERS]])


def _name(row: VolunteerRow) -> str:
    mine = next((one for one in civil().residents if one.user == row.user), None)
    return mine.name if mine is not None else str(row.name)


def _register(work: Work, row: VolunteerRow, residents: Mapping[str, UUID]) -> Any:
    clerk = _clerk(work, row.village)
    then = as_of(work, days_ago(work, REGISTERED), 10, actor=clerk.actor)
    person = residents.get(row.user or "")
    if person is None:
        if row.born is None or row.serial is None:
            raise LookupError(_name(row))
        person = civil_people.person(then, _name(row), id_number(row.born, row.serial))
    profile = Profile(
        services=row.services, skills=row.skills, languages=("mandarin", "local"), areas=(row.village,), hours=WEEK,
        place=row.place, emergency_calls=row.emergency,
    )  # fmt: skip
    return registering.register(then, person, Wish(row.village, profile), By(staff=clerk))


def _team(work: Work, known: Known) -> None:
    row = _help().team
    clerk = _clerk(work, row.village)
    then = as_of(work, days_ago(work, REGISTERED - 5), 10, actor=clerk.actor)
    leader = known[row.leader]
    team = teams.found(
        then, clerk,
        Founding(row.name, "mutual_help", row.village, leader_id=leader.id, phone=row.phone, about=row.about),
    )  # fmt: skip
    for name in ("王芳", "谢明亮"):
        member = teams.apply(then, known[name], team.id)
        teams.decide(then, team, member.id, admit=True)


# -- activities


def _moment(work: Work, days: int, hour: int) -> datetime:
    day = days_ago(work, days)
    return datetime(day.year, day.month, day.day, hour, tzinfo=CHINA)


def _activity(work: Work, row: ActivityRow, known: Known) -> None:
    clerk, starts = _clerk(work, row.town), _moment(work, row.days, row.starts)
    planned = as_of(work, days_ago(work, max(row.days, 0) + 10), 9, actor=clerk.actor)
    who = Organiser(clerk)
    made = activities.publish(planned, clerk, activities.draft(planned, who, _plan(work, row, starts)).id)
    asked = as_of(work, days_ago(work, max(row.days, 0) + 2), 12)
    for name in row.people:
        places.sign_up(asked, known[name], made.id)
    if row.state != "open":
        _came(work, who, made, starts + timedelta(hours=row.hours), recorded=row.state == "recorded")


def _plan(work: Work, row: ActivityRow, starts: datetime) -> Plan:
    return Plan(
        title=row.title, kind=row.kind, content=row.content, organiser=work.session.get_one(Division, row.town).name,
        contact=_clerk(work, row.town).name, contact_phone=CONTACT, division_code=row.town, place=row.place,
        starts_at=starts, ends_at=starts + timedelta(hours=row.hours), capacity=row.capacity, min_age=16,
        checklist={one.code: True for one in activities.questions()},
    )  # fmt: skip


def _came(work: Work, who: Organiser, activity: Any, ended: datetime, *, recorded: bool) -> None:
    """Everybody came and stayed; the organiser wrote it down, and confirmed it or not yet."""
    after = _at(work, ended + timedelta(hours=3))
    rows = [one for one in activity_search.people_of(after, activity) if one.state == "signed"]
    for one in rows:
        attendance.put_right(after, who, one.id, came_at=activity.starts_at, left_at=activity.ends_at, why="纸质签到表")
    attendance.end_over(after)
    if recorded:
        minutes = int((activity.ends_at - activity.starts_at).total_seconds()) // 60
        confirming.confirm(after, who, activity.id, [Verdict(one.id, minutes, 5) for one in rows])


# -- calls for help


def _order(work: Work, row: OrderRow, known: Known) -> None:
    clerk, starts = _clerk(work, row.village), _moment(work, row.days, row.hour)
    then = Work(work.session, min(starts - ASKED_BEFORE, work.now), clerk.actor, work.hooks)
    elder = civil_people.person(then, row.elder, id_number(row.born, row.serial))
    wanted = orders.Wanted(
        receiver_id=elder, kind=row.kind, words=row.words, starts=starts, ends=starts + timedelta(hours=2),
        minutes=row.minutes, division=row.village, address=row.address, phone="17000009400", place=row.place,
        helpers=1, payer="none", channel="phone",
    )  # fmt: skip
    order = orders.ask(then, Who(staff=clerk), wanted)
    if row.who is not None:
        _helped(work, row, order, known[row.who], starts)


def _at(work: Work, moment: datetime) -> Work:
    return Work(work.session, min(moment, work.now), work.actor, work.hooks)


def _helped(work: Work, row: OrderRow, order: Any, helper: Any, starts: datetime) -> None:
    """As far as the order has come: taken, finished, or confirmed and rated."""
    orders.accept(_at(work, starts - timedelta(hours=20)), helper, order.id)
    if row.state == "taken":
        return
    orders.start(_at(work, starts), helper, order.id)
    ended = _at(work, starts + timedelta(minutes=row.minutes))
    orders.finish(ended, helper, order.id)
    if row.state == "confirmed":
        _thanked(_at(work, ended.now + timedelta(hours=1)), row, order)


def _thanked(work: Work, row: OrderRow, order: Any) -> None:
    clerk = Who(staff=_clerk(work, row.village))
    for helper in helpers_of(work, locked(work, order.id), ("finished",)):
        order_ending.confirm(work, clerk, order.id, helper.id)
    if row.stars is not None:
        order_ending.rate(work, clerk, order.id, row.stars, row.said)

"""Coming and going, by the code, the place or the organiser's word, and the whole way by real requests."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from backend.core.clock import ManualClock
from backend.core.db import Work
from backend.core.errors import BadInputError, DomainError
from backend.people.models import Staff
from backend.people.service import Viewer, _open_session
from backend.residents.models import InboxItem
from backend.volunteers import activities, attendance, confirming, places, records
from backend.volunteers.activities import Organiser
from backend.volunteers.activity_errors import (
    EarlyError,
    JustCameError,
    LateError,
    NoFenceError,
    NotCheckedInError,
    NotEndedError,
    NothingToConfirmError,
    NotInActivityError,
    OwnTimeError,
    PromisedError,
    StillWaitingError,
    TooManyMinutesError,
)
from backend.volunteers.attendance import Seen
from backend.volunteers.confirming import Verdict
from backend.volunteers.models import Volunteer
from scheduler import activity_jobs
from tests.conftest import WorkFactory
from tests.support import world
from tests.support.front_desk import sign_in
from tests.support.volunteers import SATURDAY, plan, published, served, team_of, volunteer

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
MINUTE = timedelta(minutes=1)
HERE = Seen(longitude=106.05, latitude=29.84, accuracy_m=20)


@pytest.fixture
def officer(work: WorkFactory) -> Viewer:
    with work() as w:
        return world.build(w).viewer("officer", "officer", f"{world.COUNTY}/")


@pytest.fixture
def crew(officer: Viewer, work: WorkFactory) -> list[UUID]:
    assert officer.may(activities.HANDLE)
    with work() as w:
        return [volunteer(w, serial) for serial in range(1, 4)]


@pytest.fixture
def lunch(officer: Viewer, crew: list[UUID], work: WorkFactory) -> UUID:
    """Saturday from nine to eleven; the first volunteer has the only place, the second waits."""
    with work(officer.actor) as w:
        found = published(w, officer, capacity=1).id
        for one in crew[:2]:
            places.sign_up(w, w.session.get_one(Volunteer, one), found)
        return found


def at(clock: ManualClock, moment: datetime) -> None:
    clock.advance((moment - clock.now()).total_seconds())


def who(w: Work, volunteer_id: UUID) -> Volunteer:
    return w.session.get_one(Volunteer, volunteer_id)


def code(w: Work, activity_id: UUID) -> Seen:
    return Seen(code=attendance.code_of(w, activities.find(w, activity_id)))


def test_in_and_out_at_the_right_time_and_again_from_another_phone_changes_nothing(
    crew: list[UUID], lunch: UUID, work: WorkFactory, clock: ManualClock
) -> None:
    def refused(moment: datetime, error: type[DomainError], one: UUID, verb: Any = attendance.check_in) -> None:
        at(clock, moment)
        with pytest.raises(error), work() as w:
            verb(w, who(w, one), lunch, code(w, lunch))

    refused(SATURDAY - 61 * MINUTE, EarlyError, crew[0])
    refused(SATURDAY, StillWaitingError, crew[1])
    refused(SATURDAY, NotInActivityError, crew[2])
    refused(SATURDAY, NotCheckedInError, crew[0], attendance.check_out)
    with work() as w:
        came = attendance.check_in(w, who(w, crew[0]), lunch, HERE).came_at
        with pytest.raises(JustCameError):
            attendance.check_out(w, who(w, crew[0]), lunch, HERE)
    at(clock, SATURDAY + 90 * MINUTE)
    with work() as w:
        assert attendance.check_in(w, who(w, crew[0]), lunch, Seen(code="whatever")).came_at == came
        left = attendance.check_out(w, who(w, crew[0]), lunch, code(w, lunch))
        assert (left.in_by, left.out_by, left.left_at) == ("fence", "code", w.now)
    at(clock, SATURDAY + 121 * MINUTE)
    with work() as w:
        assert attendance.check_out(w, who(w, crew[0]), lunch, HERE).left_at == SATURDAY + 90 * MINUTE


def test_who_comes_after_the_end_leaves_after_the_grace_or_has_no_fence_is_told_so(
    officer: Viewer, crew: list[UUID], lunch: UUID, work: WorkFactory, clock: ManualClock
) -> None:
    with work(officer.actor) as w:
        reading = published(w, officer, title="下午读报活动", fence_m=None, starts_at=SATURDAY + 240 * MINUTE,
                            ends_at=SATURDAY + 300 * MINUTE).id  # fmt: skip
        places.sign_up(w, who(w, crew[2]), reading)
    at(clock, SATURDAY + 120 * MINUTE)
    with pytest.raises(LateError), work() as w:
        attendance.check_in(w, who(w, crew[0]), lunch, HERE)
    at(clock, SATURDAY + 250 * MINUTE)
    with work() as w:
        with pytest.raises(NoFenceError):
            attendance.check_in(w, who(w, crew[2]), reading, HERE)
        attendance.check_in(w, who(w, crew[2]), reading, code(w, reading))
    at(clock, SATURDAY + 361 * MINUTE)
    with pytest.raises(LateError), work() as w:
        attendance.check_out(w, who(w, crew[2]), reading, code(w, reading))


def test_who_is_paused_gives_the_place_to_who_waits(crew: list[UUID], lunch: UUID, work: WorkFactory) -> None:
    with work() as w:
        who(w, crew[0]).state = "suspended"
    activity_jobs.sweep_waiting()
    activity_jobs.sweep_waiting()
    with work() as w:
        assert places.place_of(w, lunch, crew[0]) is None
        next_one = places.place_of(w, lunch, crew[1])
        assert (next_one.state if next_one else None, activities.find(w, lunch).taken) == ("signed", 1)
        lost = select(func.count()).where(InboxItem.template == "activity_place_lost")
        assert w.session.scalar(lost) == 1


def test_what_staff_looked_at_a_leader_does_not_change_after_they_published_it(
    officer: Viewer, crew: list[UUID], work: WorkFactory
) -> None:
    with work(officer.actor) as w:
        leader, team = Organiser(leader=who(w, crew[0])), team_of(w, crew[0])
        found = published(w, officer, team_id=team)
        risky = {"risk": True, "risks": "要登高，有人扶梯子"}
        for looked_at in ({"kind": "cleaning"}, risky, {"min_age": 10}, {"group_time": True}):
            with pytest.raises(PromisedError):
                activities.change(w, leader, found.id, plan(team_id=team, **looked_at), found.version)
        activities.change(w, leader, found.id, plan(team_id=team, place="社区南门"), found.version)
        assert found.place == "社区南门"
        activities.change(w, Organiser(viewer=officer), found.id, plan(team_id=team, kind="cleaning"), found.version)
        assert found.kind == "cleaning"


def test_a_leader_does_not_write_down_or_confirm_their_own_time(
    officer: Viewer, crew: list[UUID], work: WorkFactory, clock: ManualClock
) -> None:
    with work(officer.actor) as w:
        activity = published(w, officer, team_id=team_of(w, crew[0])).id
        own = places.sign_up(w, w.session.get_one(Volunteer, crew[0]), activity).id
        other = places.sign_up(w, w.session.get_one(Volunteer, crew[1]), activity).id
    at(clock, SATURDAY + 90 * MINUTE)
    times: dict[str, Any] = {"came_at": SATURDAY, "left_at": SATURDAY + 60 * MINUTE, "why": "手机没电了"}
    with work() as w:
        leader = Organiser(leader=w.session.get_one(Volunteer, crew[0]))
        with pytest.raises(OwnTimeError):
            attendance.put_right(w, leader, own, **times)
        attendance.put_right(w, leader, other, **times)
        attendance.put_right(w, Organiser(viewer=officer), own, **times)
    at(clock, SATURDAY + 181 * MINUTE)
    activity_jobs.end_over()
    with work() as w:
        leader = Organiser(leader=w.session.get_one(Volunteer, crew[0]))
        with pytest.raises(OwnTimeError):
            confirming.confirm(w, leader, activity, [Verdict(own, 60)])
        assert len(confirming.confirm(w, leader, activity, [Verdict(other, 60)])) == 1
        assert len(confirming.confirm(w, Organiser(viewer=officer), activity, [Verdict(own, 60)])) == 1


def test_the_organiser_puts_right_with_a_reason_and_confirms_never_more_than_there_was(
    officer: Viewer, crew: list[UUID], lunch: UUID, work: WorkFactory, clock: ManualClock
) -> None:
    staff = Organiser(viewer=officer)
    at(clock, SATURDAY + 110 * MINUTE)
    with work(officer.actor) as w:
        place = places.place_of(w, lunch, crew[0])
        assert place is not None
        early, late = SATURDAY - 30 * MINUTE, SATURDAY + 90 * MINUTE + timedelta(seconds=59)
        for came, left, why in ((early, SATURDAY + 111 * MINUTE, "在以后"), (late, early, "倒过来"), (early, late, "")):
            with pytest.raises(BadInputError):
                attendance.put_right(w, staff, place.id, came_at=came, left_at=left, why=why)
        attendance.put_right(w, staff, place.id, came_at=early, left_at=late, why="手机没电，签到表为证")
        with pytest.raises(NotEndedError):
            confirming.confirm(w, staff, lunch, [Verdict(place.id, 60)])
    at(clock, SATURDAY + 181 * MINUTE)
    assert activity_jobs.end_over() == 1
    for minutes in (91, 0):
        with pytest.raises(TooManyMinutesError), work(officer.actor) as w:
            confirming.confirm(w, staff, lunch, [Verdict(place.id, minutes)])
    with work(officer.actor) as w:
        [row] = confirming.confirm(w, staff, lunch, [Verdict(place.id, 90)])
        assert (row.started_at, row.ended_at, row.minutes) == (SATURDAY, late, 90)
        with pytest.raises(NothingToConfirmError):
            confirming.confirm(w, staff, lunch, [Verdict(place.id, 90)])
        with pytest.raises(NothingToConfirmError):
            confirming.confirm(w, staff, lunch, [Verdict(uuid4(), 90)])


class Asks:
    """Requests by the officer, the leader, a volunteer or nobody."""

    def __init__(self, app: APIFlask, tokens: dict[str, str]) -> None:
        self.app, self.tokens = app, tokens

    def __call__(self, by: str, method: str, path: str, json: Any = None, **headers: str) -> TestResponse:
        sent = headers | ({"Authorization": f"Bearer {self.tokens[by]}"} if by in self.tokens else {})
        return self.app.test_client().open(f"/api/v1{path}", method=method, json=json, headers=sent)


@pytest.fixture
def ask(app: APIFlask, officer: Viewer, crew: list[UUID], work: WorkFactory) -> Asks:
    with work() as w:
        tokens = {"officer": _open_session(w, w.session.get_one(Staff, officer.staff_id))}
        for name, one in zip(("leader", "helper"), crew, strict=False):
            tokens[name] = sign_in(w, who(w, one).person_id)
    return Asks(app, tokens)


def body(team: UUID | None = None, **more: Any) -> dict[str, Any]:
    made = plan(**more)
    times = {name: getattr(made, name).isoformat() for name in ("starts_at", "ends_at")}
    names = ("title", "kind", "content", "organiser", "contact", "contact_phone", "division_code", "place", "capacity",
             "min_age", "longitude", "latitude", "fence_m")  # fmt: skip
    return {name: getattr(made, name) for name in names} | times | {
        "team_id": str(team) if team else None, "checklist": dict(made.checklist),
    }  # fmt: skip


def test_from_a_leaders_plan_to_the_record_on_the_volunteers_phone(
    ask: Asks, crew: list[UUID], work: WorkFactory, clock: ManualClock
) -> None:
    mini, desk = "/mini/activities", "/staff/activities"
    with work() as w:
        team = team_of(w, crew[0])
    assert ask("helper", "POST", mini, body(team)).status_code == 403
    made = ask("leader", "POST", mini, body(team)).get_json()
    assert ask("nobody", "GET", f"{mini}/{made['id']}").status_code == 404
    drafts = ask("officer", "GET", f"{desk}?state=draft").get_json()["items"]
    assert [one["number"] for one in drafts] == [made["number"]]
    assert ask("officer", "POST", f"{desk}/{made['id']}/publish").get_json()["state_zh"] == "招募中"
    [found] = ask("nobody", "GET", f"{mini}?kind=meals&free=true").get_json()["items"]
    path = f"{mini}/{found['id']}"
    key = {"Idempotency-Key": "sign-up-once-1"}
    taps = [ask("helper", "POST", f"{path}/sign-up", {}, **key).get_json()["state_zh"] for _ in range(2)]
    assert taps == ["已报名", "已报名"]
    at(clock, SATURDAY)
    for token in ("leader", "helper"):  # an access token lives a quarter of an hour, theirs ninety days
        assert ask(token, "GET", f"{path}/mine").status_code == 200
    assert ask("helper", "GET", f"{path}/code").status_code == 404
    shown = ask("leader", "GET", f"{path}/code").get_json()["code"]
    assert ask("helper", "POST", f"{path}/check-in", {"code": "hd:1:1:1"}).get_json()["code"] == "attendance.code_wrong"
    assert ask("helper", "POST", f"{path}/check-in", {"code": shown}).get_json()["state"] == "present"
    at(clock, SATURDAY + 100 * MINUTE)
    there = {"longitude": 106.05, "latitude": 29.84, "accuracy_m": 30}
    assert ask("helper", "POST", f"{path}/check-out", there).get_json()["state"] == "left"
    at(clock, SATURDAY + 181 * MINUTE)
    activity_jobs.end_over()
    listed = ask("leader", "GET", f"{path}/people").get_json()
    assert (listed["due_on"], [one["minutes"] for one in listed["items"]]) == ("2026-12-11", [100])
    people = [{"place_id": listed["items"][0]["id"], "minutes": 95, "quality": 5, "words": "很耐心"}]
    twice = ask("leader", "POST", f"{path}/confirm", {"people": people * 2})
    assert (twice.status_code, twice.get_json()["code"]) == (422, "bad_input")
    assert ask("leader", "POST", f"{path}/confirm", {"people": people}).get_json()["items"][0]["state_zh"] == "已记录"
    mine = ask("helper", "GET", f"{mini}/records").get_json()
    assert (mine["minutes"], mine["items"][0]["kind_zh"], mine["items"][0]["quality"]) == (95, "助餐", 5)
    record = mine["items"][0]["id"]
    assert ask("helper", "POST", f"{mini}/records/{record}/ask", {"why": "我做了一百分钟"}).status_code == 200


def test_the_desk_answers_what_a_volunteer_asks_and_calls_off(
    ask: Asks, crew: list[UUID], work: WorkFactory, clock: ManualClock
) -> None:
    desk = "/staff/activities"
    made = ask("officer", "POST", desk, body()).get_json()
    assert ask("officer", "POST", desk, body() | {"capacity": True}).status_code == 422
    assert ask("officer", "POST", desk, body() | {"checklist": {}}).get_json()["code"] == "activities.not_volunteering"
    changed = ask("officer", "PUT", f"{desk}/{made['id']}", body(place="社区南门口") | {"version": made["version"]})
    assert changed.get_json()["place"] == "社区南门口"
    assert ask("officer", "POST", f"{desk}/{made['id']}/cancel", {"why": "下大雨"}).get_json()["state"] == "cancelled"
    assert ask("officer", "GET", f"{desk}/{made['id']}/people").status_code == 200
    assert ask("helper", "GET", f"{desk}/{made['id']}/people").status_code == 401
    assert ask("officer", "GET", f"{desk}/records/asked").get_json()["items"] == []
    with work() as w:
        row = records.record(w, served(crew[1], w.now - 120 * MINUTE, 60))
        records.ask(w, crew[1], row.id, "时间写少了")
    [asked] = ask("officer", "GET", f"{desk}/records/asked").get_json()["items"]
    assert asked["asked_why"] == "时间写少了"
    times = {
        "started_at": (clock.now() - 120 * MINUTE).isoformat(),
        "ended_at": (clock.now() - 40 * MINUTE).isoformat(),
    }
    right = ask("officer", "POST", f"{desk}/records/{row.id}/correct", times | {"minutes": 80, "why": "签到表为证"})
    assert right.get_json()["minutes"] == 80
    again = ask("officer", "POST", f"{desk}/records/{row.id}/keep", {"why": "再看一遍"})
    assert (again.status_code, again.get_json()["code"]) == (409, "records.void")
    new = right.get_json()["id"]
    assert ask("officer", "POST", f"{desk}/records/{new}/evaluate", {"quality": 4}).get_json()["quality"] == 4
    assert ask("officer", "POST", f"{desk}/records/{new}/void", {"why": "重复了"}).get_json()["state"] == "void"

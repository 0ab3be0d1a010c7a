"""Activities: what may be published, who gets a place, who is told, and the days in which service is recorded."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select

from backend.core.clock import CHINA, ManualClock
from backend.core.db import Work, reading, unit_of_work
from backend.core.errors import BadInputError, NotAllowedError, NotFoundError
from backend.notices.models import Notice
from backend.people.service import Viewer
from backend.residents.models import InboxItem
from backend.volunteers import activities, activity_holdings, activity_search, attendance, confirming, places, records
from backend.volunteers.activities import Organiser
from backend.volunteers.activity_errors import (
    ActivityChangedError,
    ActivityClosedError,
    CancelLateError,
    ClashError,
    NotAnActivityError,
    TextRefusedError,
)
from backend.volunteers.activity_models import Activity, ActivityPlace, ServiceRecord
from backend.volunteers.activity_search import Wanted
from backend.volunteers.confirming import Verdict
from backend.volunteers.errors import TooYoungError
from backend.volunteers.models import Volunteer
from scheduler import activity_jobs
from tests.conftest import WorkFactory
from tests.support import world
from tests.support.at_once import at_once
from tests.support.volunteers import CHECKED, SATURDAY, plan, published, team_of, volunteer

one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
DAY_S = 86_400


@pytest.fixture
def officer(work: WorkFactory) -> Viewer:
    with work() as w:
        return world.build(w).viewer("officer", "officer", f"{world.COUNTY}/")


@pytest.fixture
def crew(officer: Viewer, work: WorkFactory) -> list[UUID]:
    assert officer.may(activities.HANDLE)
    with work() as w:
        return [volunteer(w, serial) for serial in range(1, 5)]


@pytest.fixture
def lunch(officer: Viewer, work: WorkFactory) -> UUID:
    """The activity of Saturday, with two places."""
    with work(officer.actor) as w:
        return published(w, officer).id


def who(w: Work, volunteer_id: UUID) -> Volunteer:
    return w.session.get_one(Volunteer, volunteer_id)


def states(w: Work, activity_id: UUID) -> Counter[str]:
    rows = select(ActivityPlace.state).where(ActivityPlace.activity_id == activity_id)
    return Counter(w.session.scalars(rows))


def told(w: Work, template: str) -> int:
    return int(w.session.scalar(select(func.count()).where(InboxItem.template == template)) or 0)


def at(clock: ManualClock, moment: datetime) -> None:
    clock.advance((moment - clock.now()).total_seconds())


# -- what is published


@one_database
@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"checklist": CHECKED | {"unpaid": False}}, NotAnActivityError),
        ({"checklist": {}}, NotAnActivityError),
        ({"title": "超市促销帮忙"}, NotAnActivityError),
        ({"content": "帮忙看着赌博的牌桌，人人都可以来玩"}, TextRefusedError),
        ({"ends_at": SATURDAY}, BadInputError),
        ({"ends_at": SATURDAY + timedelta(hours=24, minutes=1)}, BadInputError),
        ({"starts_at": datetime(2026, 11, 22, 9, 0, tzinfo=CHINA)}, BadInputError),
        ({"closes_at": SATURDAY + timedelta(minutes=1)}, BadInputError),
        ({"capacity": 0}, BadInputError),
        ({"risk": True, "risks": ""}, BadInputError),
        ({"fence_m": 19}, BadInputError),
        ({"longitude": None}, BadInputError),
        ({"contact_phone": "12"}, BadInputError),
        ({"division_code": "999999"}, BadInputError),
        ({"kind": "paid_work"}, BadInputError),
    ],
)
def test_what_is_no_volunteering_or_not_told_truly_is_not_planned(
    officer: Viewer, work: WorkFactory, change: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error), work() as w:
        activities.draft(w, Organiser(viewer=officer), plan(**change))


@one_database
def test_a_leader_plans_for_the_own_team_and_staff_publish(
    officer: Viewer, crew: list[UUID], work: WorkFactory
) -> None:
    with work() as w:
        mine, other = Organiser(leader=who(w, crew[0])), Organiser(leader=who(w, crew[1]))
        team = team_of(w, crew[0])
        with pytest.raises(NotAllowedError):
            activities.draft(w, other, plan(team_id=team))
        found = activities.draft(w, mine, plan(team_id=team))
        assert activity_search.search(w, Wanted())[0] == []
        with pytest.raises(NotFoundError):
            places.sign_up(w, who(w, crew[2]), found.id)
        with pytest.raises(NotFoundError):
            activities.cancel(w, other, found.id, "不是我的活动")
        activities.publish(w, officer, found.id)
        assert [one.id for one in activity_search.search(w, Wanted())[0]] == [found.id]
        assert told(w, "activity_published") == 1


@one_database
def test_another_place_or_the_end_of_it_is_told_to_everybody_once(
    officer: Viewer, crew: list[UUID], lunch: UUID, work: WorkFactory
) -> None:
    staff = Organiser(viewer=officer)
    with work(officer.actor) as w:
        for one in crew[:3]:
            places.sign_up(w, who(w, one), lunch)
        version = activities.find(w, lunch).version
        activities.change(w, staff, lunch, plan(content="给桃园社区的老人送餐，再陪他们说说话。"), version)
        assert told(w, "activity_moved") == 0
        with pytest.raises(ActivityChangedError):
            activities.change(w, staff, lunch, plan(place="社区南门"), version)
        with pytest.raises(BadInputError, match="名额不能比这少"):
            activities.change(w, staff, lunch, plan(capacity=1), version + 1)
        activities.change(w, staff, lunch, plan(place="社区南门", capacity=3), version + 1)
        assert (told(w, "activity_moved"), told(w, "activity_promoted")) == (3, 1)
        activities.cancel(w, staff, lunch, "食堂停电")
        assert told(w, "activity_cancelled") == 3
        assert states(w, lunch) == {"cancelled": 3}
        with pytest.raises(ActivityClosedError):
            places.sign_up(w, who(w, crew[3]), lunch)


# -- places


@one_database
def test_a_place_is_taken_once_the_third_waits_and_moves_up_when_one_cancels(
    crew: list[UUID], lunch: UUID, work: WorkFactory, clock: ManualClock
) -> None:
    with work() as w:
        first = places.sign_up(w, who(w, crew[0]), lunch)
        assert places.sign_up(w, who(w, crew[0]), lunch).id == first.id
        places.sign_up(w, who(w, crew[1]), lunch)
        assert places.sign_up(w, who(w, crew[2]), lunch).state == "waiting"
        places.cancel(w, who(w, crew[0]), lunch)
        assert states(w, lunch) == {"signed": 2, "cancelled": 1}
        assert (told(w, "activity_waiting"), told(w, "activity_promoted")) == (1, 1)
    at(clock, SATURDAY - timedelta(hours=2))
    with work() as w:
        places.cancel(w, who(w, crew[1]), lunch)  # two hours before, to the second: in time
        places.sign_up(w, who(w, crew[1]), lunch)
    clock.advance(1)
    with pytest.raises(CancelLateError), work() as w:
        places.cancel(w, who(w, crew[1]), lunch)


@one_database
def test_nobody_is_in_two_places_at_once_nor_too_young_nor_late(
    officer: Viewer, crew: list[UUID], lunch: UUID, work: WorkFactory, clock: ManualClock
) -> None:
    with work(officer.actor) as w:
        other = published(w, officer, title="社区大扫除活动", starts_at=SATURDAY + timedelta(minutes=119))
        after = published(w, officer, title="下午读报活动", starts_at=SATURDAY + timedelta(hours=2),
                          ends_at=SATURDAY + timedelta(hours=3), kind="reading")  # fmt: skip
        places.sign_up(w, who(w, crew[0]), lunch)
        places.sign_up(w, who(w, crew[0]), after.id)
        with pytest.raises(ClashError, match="为独居老人送餐"):
            places.sign_up(w, who(w, crew[0]), other.id)
        child = volunteer(w, 9, born=date(2011, 1, 1), guardian_at=w.now)
        with pytest.raises(TooYoungError):
            places.sign_up(w, who(w, child), lunch)
    at(clock, SATURDAY)
    with pytest.raises(ActivityClosedError), work() as w:
        places.sign_up(w, who(w, crew[1]), lunch)


@pytest.mark.both_databases
def test_of_many_thumbs_as_many_as_there_are_places_get_one_and_who_cancels_makes_room(
    app: APIFlask, officer: Viewer, work: WorkFactory
) -> None:
    with work(officer.actor) as w:
        activity_id = published(w, officer, capacity=5).id
        people = [volunteer(w, serial) for serial in range(1, 21)]

    def sign(number: int) -> str:
        with unit_of_work() as w:
            return places.sign_up(w, who(w, people[number % 20]), activity_id).state

    answers = Counter(at_once(app, 40, sign))  # everybody with two phones
    assert answers == {"signed": 10, "waiting": 30}

    def change(number: int) -> str:
        with unit_of_work() as w:
            return places.cancel(w, who(w, people[number]), activity_id).state

    assert Counter(at_once(app, 10, change)) == {"cancelled": 10}
    activity_jobs.sweep_waiting()
    with reading() as w:
        assert states(w, activity_id) == {"signed": 5, "waiting": 5, "cancelled": 10}
        assert w.session.get_one(Activity, activity_id).taken == 5


# -- jobs


@one_database
def test_people_are_reminded_the_evening_before_once_also_after_a_night_without_jobs(
    crew: list[UUID], lunch: UUID, work: WorkFactory, clock: ManualClock
) -> None:
    with work() as w:
        places.sign_up(w, who(w, crew[0]), lunch)
    at(clock, SATURDAY - timedelta(hours=15, seconds=1))
    assert activity_jobs.remind() == 0
    at(clock, SATURDAY - timedelta(hours=1))
    with work() as w:
        places.sign_up(w, who(w, crew[1]), lunch)  # who signs up now needs no reminder
    assert (activity_jobs.remind(), activity_jobs.remind()) == (1, 0)
    with reading() as w:
        assert told(w, "activity_reminder") == 1


@one_database
def test_the_end_closes_forgotten_stays_and_the_ten_working_days_are_watched(
    officer: Viewer, crew: list[UUID], lunch: UUID, work: WorkFactory, clock: ManualClock
) -> None:
    with work() as w:
        stayed = places.sign_up(w, who(w, crew[0]), lunch)
        places.sign_up(w, who(w, crew[1]), lunch)
        places.sign_up(w, who(w, crew[2]), lunch)
    at(clock, SATURDAY + timedelta(minutes=30))
    with work() as w:
        code = attendance.code_of(w, activities.find(w, lunch))
        attendance.check_in(w, who(w, crew[0]), lunch, attendance.Seen(code=code))
    at(clock, SATURDAY + timedelta(hours=3))
    assert activity_jobs.end_over() == 0
    clock.advance(2 * DAY_S)  # nothing ran for two days
    assert (activity_jobs.end_over(), activity_jobs.end_over()) == (1, 0)
    with reading() as w:
        assert states(w, lunch) == {"left": 1, "absent": 1, "cancelled": 1}
        assert w.session.get_one(ActivityPlace, stayed.id).to_confirm
    assert activity_jobs.records_due() == 0
    at(clock, datetime(2026, 12, 11, 10, 0, tzinfo=CHINA))  # the last day is Friday 11 December
    assert (activity_jobs.records_due(), activity_jobs.records_due()) == (1, 0)
    at(clock, datetime(2026, 12, 12, 0, 0, tzinfo=CHINA))
    assert (activity_jobs.records_due(), activity_jobs.records_due()) == (1, 0)
    with reading() as w:
        templates = Counter(w.session.scalars(select(Notice.template).where(Notice.recipient_kind == "staff")))
        assert templates["activity_records_late"] == 1
    with work(officer.actor) as w:
        [row] = confirming.confirm(w, Organiser(viewer=officer), lunch, [Verdict(stayed.id, 90, 5, "很细心")])
        assert (row.minutes, row.quality, row.source) == (90, 5, "activity")
        assert activities.find(w, lunch).confirmed_at == w.now


@one_database
def test_a_volunteer_asks_for_a_correction_and_staff_answer(
    officer: Viewer, crew: list[UUID], lunch: UUID, work: WorkFactory, clock: ManualClock
) -> None:
    with work() as w:
        places.sign_up(w, who(w, crew[0]), lunch)
    at(clock, SATURDAY + timedelta(minutes=60))
    staff = Organiser(viewer=officer)
    with work(officer.actor) as w:
        place = places.place_of(w, lunch, crew[0])
        assert place is not None
        attendance.put_right(
            w, staff, place.id, came_at=SATURDAY, left_at=SATURDAY + timedelta(minutes=40), why="手机没电"
        )
    clock.advance(3 * 3600)
    activity_jobs.end_over()
    with work(officer.actor) as w:
        [row] = confirming.confirm(w, staff, lunch, [Verdict(place.id, 40)])
        with pytest.raises(NotFoundError):
            records.ask(w, crew[1], row.id, "这不是我的")
        records.ask(w, crew[0], row.id, "我做满了一小时")
        assert [one.id for one in records.asked(w, officer)] == [row.id]
        records.keep(w, officer, row.id, "签到表上是四十分钟")
        assert (records.asked(w, officer), told(w, "service_kept")) == ([], 1)
        assert w.session.scalar(select(func.sum(ServiceRecord.minutes))) == 40


@one_database
def test_sign_ups_stand_in_ones_own_data_and_what_led_to_nothing_goes_with_an_erasure(
    crew: list[UUID], lunch: UUID, work: WorkFactory
) -> None:
    [held], [erasable] = activity_holdings.HOLDINGS, activity_holdings.ERASABLES
    with work() as w:
        person_id = who(w, crew[0]).person_id
        places.sign_up(w, who(w, crew[0]), lunch)
        places.cancel(w, who(w, crew[0]), lunch)
        places.sign_up(w, who(w, crew[0]), lunch)
        assert [line["状态"] for line in held.collect(w, person_id)] == ["已取消", "已报名"]
        erasable.erase(w, person_id)
        assert [line["状态"] for line in held.collect(w, person_id)] == ["已报名"]

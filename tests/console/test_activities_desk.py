"""The desk of activities: planned and published, the counter, the end of it, minutes confirmed, records corrected."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import expect
from sqlalchemy import select
from werkzeug.test import Client, TestResponse

from backend.core.audit import AuditEntry
from backend.core.clock import ManualClock
from backend.core.db import Work
from backend.people.service import Viewer
from backend.volunteers import activities, attendance, places, records
from backend.volunteers.activities import Organiser
from backend.volunteers.activity_models import Activity, ActivityPlace, ServiceRecord
from backend.volunteers.models import Insurance, Volunteer
from tests.conftest import WorkFactory
from tests.console.conftest import OpenPage, Shoot, Site
from tests.support import world
from tests.support.volunteers import CHECKED, SATURDAY, plan, published, served, team_of, volunteer
from tests.support.world import VILLAGE, World

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
DESK = "/console/activities/"
SEE_OTHER, FORBIDDEN, NOT_FOUND, CLASH, WRONG = 303, 403, 404, 409, 422
FITS = "document.documentElement.scrollWidth <= innerWidth"
TWO_HOURS = timedelta(hours=2)
SignIn = Callable[[str], Client]


@pytest.fixture
def county(work: WorkFactory) -> World:
    with work() as w:
        return world.build(w)


def officer_of(county: World) -> Viewer:
    return county.viewer("officer", "officer", f"{world.COUNTY}/")


def typed(**more: str) -> dict[str, Any]:
    """The form of a new activity as somebody fills it in."""
    return {
        "title": "为独居老人送餐", "kind": "meals", "content": "给桃园社区十二位独居老人送午餐，陪他们说说话。",
        "organiser": "桃园社区居委会", "contact": "陈静", "contact_phone": "023-42341234", "division_code": VILLAGE,
        "place": "桃园社区食堂门口", "starts_at": "2026-11-28T09:00", "ends_at": "2026-11-28T11:00", "capacity": "2",
        "min_age": "16", "checklist": list(CHECKED),
    } | more  # fmt: skip


def post(client: Client, path: str, said: dict[str, Any], key: str = "") -> TestResponse:
    page = client.get(DESK).get_data(as_text=True)
    token = page.split('name="csrf-token" content="')[1].split('"')[0]
    return client.post(DESK + path, data={"csrf_token": token, "key": f"{key or path[-30:]:-<36}"} | said)


def over(w: Work, county: World, clock: ManualClock, people: int = 2) -> UUID:
    """Saturday's activity is over: all came at its start, the first left at its end, nobody saw the others leave."""
    activity = published(w, officer_of(county), capacity=people)
    for serial in range(people):
        one = w.session.get_one(Volunteer, volunteer(w, serial + 1))
        places.sign_up(w, one, activity.id)
    w.session.flush()
    rows = w.session.scalars(select(ActivityPlace).order_by(ActivityPlace.id)).all()
    for row in rows:
        row.state, row.came_at, row.in_by = "present", SATURDAY, "code"
    rows[0].state, rows[0].left_at, rows[0].out_by = "left", SATURDAY + TWO_HOURS, "code"
    clock.advance((SATURDAY + timedelta(days=1) - clock.now()).total_seconds())
    return activity.id


def test_a_plan_is_written_with_all_its_faults_named_once_and_published(
    county: World, work: WorkFactory, staff: SignIn
) -> None:
    client = staff("officer")
    wrong = post(client, "new", typed(title="送餐", ends_at="2026-11-28T08:00", capacity="0"))
    page = wrong.get_data(as_text=True)
    assert wrong.status_code == WRONG
    assert "有 3 处要改" in page
    for words in (
        "名称要 4 到 60 个字",
        "结束要晚于开始",
        "人数要在 1 到 10000 之间",
        "给桃园社区十二位独居老人送午餐",
    ):
        assert words in page
    assert "“开始时间”不对" in post(client, "new", typed(starts_at="周六"), "day").get_data(as_text=True)
    paid = post(client, "new", typed(checklist="told"), "paid")
    assert (paid.status_code, "有报酬的活动" in paid.get_data(as_text=True)) == (WRONG, True)
    first, again = post(client, "new", typed(), "tapped"), post(client, "new", typed(), "tapped")
    assert first.location == again.location
    with work() as w:
        row = w.session.scalars(select(Activity)).one()
        assert (row.state, row.created_by is not None) == ("draft", True)
    moved = typed(version="0", place="桃园社区广场")
    assert post(client, f"{row.id}/edit", moved).status_code == SEE_OTHER
    assert "刚刚改过" in post(client, f"{row.id}/edit", moved, "late").get_data(as_text=True)
    assert post(client, f"{row.id}/publish", {}).status_code == SEE_OTHER
    assert "桃园社区广场" in client.get("/activities/").get_data(as_text=True)
    assert post(client, f"{row.id}/insure", {"insurer": "人保", "policy_number": "P1", "valid_from": "2026-11-22",
                                             "valid_until": "2026-11-28"}).status_code == SEE_OTHER  # fmt: skip
    assert post(client, f"{row.id}/explode", {}).status_code == NOT_FOUND
    with work() as w:
        assert w.session.scalars(select(Insurance.activity_id)).one() == row.id


def test_what_a_leader_planned_waits_for_approval_and_may_be_refused(
    county: World, work: WorkFactory, staff: SignIn
) -> None:
    with work() as w:
        leader = w.session.get_one(Volunteer, volunteer(w))
        mine = activities.draft(w, Organiser(leader=leader), plan(team_id=team_of(w, leader.id))).id
    client = staff("officer")
    assert "队长提交，等您审核" in client.get(DESK).get_data(as_text=True)
    unsure = post(client, f"{mine}/cancel", {"why": "没有写清楚风险"})
    assert (unsure.status_code, "没有写清楚风险" in unsure.get_data(as_text=True)) == (WRONG, True)
    assert post(client, f"{mine}/cancel", {"why": "没有写清楚风险", "sure": "yes"}, "sure").status_code == SEE_OTHER
    assert "已取消：没有写清楚风险" in client.get(f"{DESK}{mine}").get_data(as_text=True)


def test_somebody_is_signed_up_at_the_counter_and_who_looks_at_the_list_is_written_down(
    county: World, work: WorkFactory, staff: SignIn
) -> None:
    with work() as w:
        activity = published(w, officer_of(county), capacity=1).id
        numbers = [w.session.get_one(Volunteer, volunteer(w, serial)).number for serial in (1, 2)]
    client = staff("officer")
    assert "没有这个编号" in post(client, f"{activity}/enlist", {"volunteer": "V1"}).get_data(as_text=True)
    for number in numbers:
        assert post(client, f"{activity}/enlist", {"volunteer": number}, number).status_code == SEE_OTHER
    page = client.get(f"{DESK}{activity}").get_data(as_text=True)
    assert "候补" in page
    assert post(client, f"{activity}/release", {"volunteer": numbers[0]}).status_code == SEE_OTHER
    with work() as w:
        states = {one.volunteer_id: one.state for one in w.session.scalars(select(ActivityPlace))}
        assert sorted(states.values()) == ["cancelled", "signed"]
        seen = select(AuditEntry.subject).where(AuditEntry.action == "activity.people_read")
        assert set(w.session.scalars(seen)) == {f"activity:{activity}"}
    assert staff("duty").get(f"{DESK}{activity}").status_code == NOT_FOUND
    assert staff("duty").get(DESK).status_code == FORBIDDEN


def test_minutes_are_confirmed_in_one_list_or_nothing_of_it_is_recorded(
    county: World, work: WorkFactory, staff: SignIn, clock: ManualClock
) -> None:
    with work() as w:
        activity = over(w, county, clock, people=3)
    with work() as w:
        attendance.end_over(w)
        ids = [str(one) for one in w.session.scalars(select(ActivityPlace.id).order_by(ActivityPlace.id))]
    client = staff("officer")
    page = client.get(f"{DESK}{activity}/confirm").get_data(as_text=True)
    assert (page.count('value="120"'), page.count("没有签退")) == (3, 2)
    said: dict[str, Any] = {
        "place": ids, f"minutes-{ids[0]}": "120", f"quality-{ids[0]}": "5", f"words-{ids[0]}": "很细心",
        f"minutes-{ids[1]}": "121", f"absent-{ids[2]}": "yes",
    }  # fmt: skip
    refused = post(client, f"{activity}/confirm", said)
    assert (refused.status_code, "很细心" in refused.get_data(as_text=True)) == (WRONG, True)
    came = {"came_at": "2026-11-28T09:00", "left_at": "2026-11-28T10:00", "why": "现场看到她十点走的"}
    assert post(client, f"{activity}/people/{ids[1]}", came | {"why": ""}).status_code == WRONG
    assert post(client, f"{activity}/people/{ids[1]}", came, "times").status_code == SEE_OTHER
    assert post(client, f"{activity}/confirm", said | {f"minutes-{ids[1]}": "60"}, "good").status_code == SEE_OTHER
    with work() as w:
        rows = w.session.scalars(select(ServiceRecord).order_by(ServiceRecord.minutes)).all()
        assert [(one.minutes, one.quality, one.evaluation) for one in rows] == [(60, None, ""), (120, 5, "很细心")]
        assert w.session.get_one(Activity, activity).confirmed_at is not None
    assert "时长都已确认并记录" in client.get(f"{DESK}{activity}").get_data(as_text=True)


def test_the_last_lawful_day_is_not_late_and_the_day_after_is(
    county: World, work: WorkFactory, staff: SignIn, clock: ManualClock
) -> None:
    with work() as w:
        over(w, county, clock)
    with work() as w:
        attendance.end_over(w)
    # Saturday 28 November; the ten working days are over when Friday 11 December is.
    clock.advance((SATURDAY.replace(month=12, day=11, hour=23) - clock.now()).total_seconds())
    page = staff("officer").get(f"{DESK}?words=送餐").get_data(as_text=True)
    assert ("12月11日</b> 前确认" in page, "已过法定期限" in page) == (True, False)
    clock.advance(3600)
    assert "已过法定期限（12月11日）" in staff("officer").get(DESK).get_data(as_text=True)
    assert "没有找到“洗车”" in staff("officer").get(f"{DESK}?words=洗车").get_data(as_text=True)


def test_sign_up_closes_to_the_second_and_a_number_finds_the_activity(
    county: World, work: WorkFactory, staff: SignIn, clock: ManualClock
) -> None:
    with work() as w:
        closes = SATURDAY - timedelta(days=1)
        found = published(w, officer_of(county), closes_at=closes)
        published(w, officer_of(county), title="河边捡垃圾活动", kind="environment", starts_at=closes + TWO_HOURS)
    clock.advance((closes - clock.now()).total_seconds() - 1)
    client = staff("officer")
    for words, lists in (("还有 2 个名额", 2), ("报名已截止", 1)):
        assert client.get("/activities/").get_data(as_text=True).count(words) == lists
        assert words in client.get(f"/activities/{found.id}").get_data(as_text=True)
        clock.advance(1)
    page = client.get(f"{DESK}?words={found.number.lower()}&division={world.TOWN}").get_data(as_text=True)
    assert ("为独居老人送餐" in page, "河边捡垃圾" in page) == (True, False)


def test_a_record_asked_about_is_corrected_or_kept_and_reading_it_is_written_down(
    county: World, work: WorkFactory, staff: SignIn, clock: ManualClock
) -> None:
    with work() as w:
        helper = volunteer(w)
        person = w.session.get_one(Volunteer, helper).person_id
        rows = [records.record(w, served(helper, clock.now() - timedelta(hours=hours))).id for hours in (5, 3)]
        for row in rows:
            records.ask(w, helper, row, "我做了半小时，不是一小时")
    client = staff("officer")
    assert client.get(f"{DESK}records").get_data(as_text=True).count("我做了半小时") == len(rows)
    page = client.get(f"{DESK}records").get_data(as_text=True)
    since = page.split('name="started_at" required value="')[1][:16]
    fixed = {"started_at": since, "ended_at": since[:11] + "23:59", "minutes": "30", "why": "看了现场登记表"}
    future = post(client, f"records/{rows[0]}/correct", fixed)
    assert (future.status_code, "看了现场登记表" in future.get_data(as_text=True)) == (CLASH, True)
    assert post(client, f"records/{rows[1]}/keep", {"why": "签到签退都是一小时"}).status_code == SEE_OTHER
    assert post(client, f"records/{rows[0]}/void", {"why": "没有这次服务"}).status_code == SEE_OTHER
    assert "没有等待更正的记录" in client.get(f"{DESK}records").get_data(as_text=True)
    with work() as w:
        assert [w.session.get_one(ServiceRecord, one).state for one in rows] == ["void", "recorded"]
        assert w.session.scalars(select(AuditEntry).where(AuditEntry.subject == f"person:{person}")).first()


def test_the_desk_is_worked_on_a_screen_and_on_a_phone(
    site: Site, work: WorkFactory, clock: ManualClock, open_page: OpenPage, shoot: Shoot
) -> None:
    with work() as w:
        leader = w.session.get_one(Volunteer, volunteer(w, 9))
        later = SATURDAY + timedelta(days=9)
        team = team_of(w, leader.id)
        reading = plan(title="陪老人读报说话", team_id=team, starts_at=later, ends_at=later + TWO_HOURS)
        activities.draft(w, Organiser(leader=leader), reading)
        activity = over(w, site.world, clock, people=3)
    with work() as w:
        attendance.end_over(w)
    page = open_page(f"{DESK}?tab=confirm", "officer")
    shoot(page, "activities-desk")
    page.get_by_role("link", name="为独居老人送餐").click()
    shoot(page, "activity")
    page.get_by_role("link", name="确认时长").click()
    page.get_by_label("没有来").nth(2).check()
    shoot(page, "activity-confirm")
    page.get_by_role("button", name="全部确认").click()
    expect(page.get_by_text("时长都已确认并记录")).to_be_visible()
    phone = open_page(DESK, "officer", width=390, height=844)
    for name, path in {
        "desk": "", "one": str(activity), "plan": "new", "records": "records", "confirm": f"{activity}/confirm",
    }.items():  # fmt: skip
        phone.goto(site.url + DESK + path)
        assert phone.evaluate(FITS), path
        shoot(phone, f"activity-phone-{name}")
    phone.get_by_role("button", name="大字").click()
    for path in ("", str(activity), "new"):
        phone.goto(site.url + DESK + path)
        assert phone.evaluate(FITS), path

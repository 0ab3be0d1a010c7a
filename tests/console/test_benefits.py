"""A benefit's page: found, looked at, heard, stopped, corrected by two people; a second tap changes nothing."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from apiflask import APIFlask
from playwright.sync_api import expect
from sqlalchemy import select
from werkzeug.test import Client

from backend.assistance.models import Benefit, Correction, Entitlement, HouseholdMember
from backend.core.audit import AuditEntry
from backend.core.clock import ManualClock
from backend.residents.models import Person
from scheduler.assistance_jobs import compute_month
from tests.conftest import WorkFactory
from tests.console.conftest import OpenPage, Shoot, Site, send, serving
from tests.support import payments
from tests.support.payments import granted

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PHONE = {"width": 390, "height": 844, "has_touch": True, "is_mobile": True}


@pytest.fixture
def county(app: APIFlask, work: WorkFactory, clock: ManualClock) -> str:
    """One family with money for December; the id of its benefit."""
    with work() as w:
        benefit = str(granted(w, payments.build(w)).id)
    clock._now = datetime(2026, 12, 15, tzinfo=UTC)
    compute_month()
    return benefit


@pytest.fixture
def site(county: str, app: APIFlask, work: WorkFactory, clock: ManualClock) -> Iterator[Site]:
    with serving(app, work, clock) as running:
        yield running


def only(work: WorkFactory, model: Any) -> Any:
    with work() as w:
        return w.session.scalars(select(model)).one()


def test_an_officer_finds_a_family_hears_it_and_stops_its_money(
    county: str, site: Site, open_page: OpenPage, shoot: Shoot
) -> None:
    page = open_page("/console/benefits/", "officer")
    expect(page.get_by_role("row", name="HH00001")).to_contain_text("最低生活保障")
    page.get_by_label("家庭编号").fill("HH00001")
    page.get_by_role("button", name="查找").click()
    expect(page.get_by_text("示例值，请本县核对")).to_be_visible()
    expect(page.get_by_text("家庭月收入：500.00元")).to_be_visible()
    shoot(page, "benefit")
    page.locator("#do-stop summary").click()
    stop = page.locator("#do-stop")
    stop.get_by_label("理由").fill("收入超过标准")
    stop.get_by_label("发到这个月为止").check()
    stop.get_by_role("button", name="停发").click()
    expect(page.get_by_role("alert")).to_contain_text("听取本人意见")
    expect(page.locator("#do-stop").get_by_label("理由")).to_have_value("收入超过标准")
    page.locator("#do-hear summary").click()
    page.get_by_label("本人怎么说").fill("知道了，没有意见")
    page.get_by_role("button", name="记下来").click()
    expect(page.get_by_role("status")).to_contain_text("本人意见已记下")
    page.locator("#do-stop summary").click()
    page.locator("#do-stop").get_by_label("理由").fill("收入超过标准")
    page.locator("#do-stop").get_by_label("发到这个月为止").check()
    page.locator("#do-stop").get_by_role("button", name="停发").click()
    expect(page.get_by_role("status")).to_contain_text("已停发")
    expect(page.get_by_text("已结束").first).to_be_visible()
    assert only(site.work, Benefit).state == "ended"


@pytest.mark.parametrize("path", ["benefits/", "benefits/{0}", "assistance/reviews", "payments/", "payments/prices"])
def test_a_phone_never_scrolls_sideways(path: str, county: str, site: Site, open_page: OpenPage, shoot: Shoot) -> None:
    page = open_page(f"/console/{path.format(county)}", "officer", **PHONE)
    expect(page.locator("h1")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    shoot(page, f"phone-{path.format('one').strip('/').replace('/', '-')}")


def test_every_search_and_every_look_is_written_down(
    county: str, work: WorkFactory, staff: Callable[[str], Client]
) -> None:
    clerk = staff("clerk")
    assert send(clerk, "/console/benefits/find", q="王秀英").status_code in (200, 303)
    assert clerk.get(f"/console/benefits/{county}").status_code == 200
    assert send(clerk, "/console/benefits/find", q="HH99999").status_code == 200
    with work() as w:
        seen = list(w.session.scalars(select(AuditEntry.action)))
        [who] = w.session.scalars(select(HouseholdMember.person_id))
        looked = w.session.scalars(select(AuditEntry).where(AuditEntry.action == "person.read")).one()
    assert seen.count("person.searched") == 2
    assert looked.subject == f"person:{who}"
    assert staff("duty").get(f"/console/benefits/{county}").status_code in (403, 404)


def test_two_officers_pay_arrears_and_a_second_tap_pays_nothing_more(
    county: str, work: WorkFactory, staff: Callable[[str], Client]
) -> None:
    path, first, second = f"/console/benefits/{county}", staff("officer"), staff("officer2")
    asked = {"amount": "120.00", "reason": "上月少算", "sure": "yes", "do": "top-up"}
    answers = [send(first, f"{path}/top-up", "tap-tap-tap", **asked) for _ in range(2)]
    assert [one.status_code for one in answers] == [303, 303]
    row = only(work, Correction)
    assert send(first, f"{path}/approve", correction=str(row.id)).status_code == 403
    for _ in range(2):
        assert send(second, f"{path}/approve", "tap-twice", correction=str(row.id)).status_code == 303
    with work() as w:
        kinds = select(Entitlement.amount).where(Entitlement.kind == "top_up")
        assert [str(one) for one in w.session.scalars(kinds)] == ["120.00"]
    assert send(first, f"{path}/top-up", "another-key", **asked | {"sure": ""}).status_code == 422
    assert send(staff("clerk"), f"{path}/top-up", "clerks-key", **asked).status_code in (403, 404)


def test_a_clerk_visits_notes_refusals_and_a_death(
    county: str, work: WorkFactory, staff: Callable[[str], Client]
) -> None:
    path, clerk = f"/console/benefits/{county}", staff("clerk")
    visited = {"visited_on": "2026-12-14", "sure": "yes"}
    assert send(clerk, f"{path}/unchanged", "visit-key", **visited).location.endswith("done=reviewed")
    assert send(clerk, f"{path}/unchanged", "visit-ahead", **visited | {"visited_on": "2026-12-16"}).status_code == 422
    member = only(work, HouseholdMember)
    for number in range(3):
        assert send(clerk, f"{path}/refused-work", f"refusal-{number}", member=str(member.id)).status_code == 303
    assert str(only(work, Benefit).review_on) == "2026-12-15"
    died = {"person": str(member.person_id), "died_on": "2026-12-10", "sure": "yes"}
    assert send(clerk, f"{path}/death", "death-key", **died).location.endswith("done=death")
    with work() as w:
        assert w.session.get_one(Person, member.person_id).died_on is not None
    assert clerk.get(f"{path}?done=death").status_code == 200
    assert send(clerk, f"{path}/suspend", "suspend-key", reason="x", sure="yes").status_code in (403, 404)


def test_a_review_that_finds_more_income_is_looked_at_heard_and_decided(
    county: str, work: WorkFactory, staff: Callable[[str], Client]
) -> None:
    path, officer = f"/console/benefits/{county}", staff("officer")
    now = {"income-0-0": "700.00", "source": "看过工资单"}
    looked = send(officer, f"{path}/change/preview", "look-key-1", **now).get_data(as_text=True)
    assert "840.00" in looked
    assert "减发、停发之前要先听取本人意见" in looked
    decide = now | {"why": "changed", "reason": "工资涨了", "sure": "yes"}
    assert send(officer, f"{path}/change", "decide-early", **decide).status_code == 409
    heard = {"held_on": "2026-12-14", "heard_by": "何小燕", "said": "知道了"}
    offered = [send(staff("clerk"), f"{path}/offer-hearing", "offer-key", sure="yes") for _ in range(2)]
    assert [one.location.endswith("done=offered") for one in offered] == [True, True]
    assert "2026-12-22前可以说明意见" in staff("clerk").get(path).get_data(as_text=True)
    assert send(staff("clerk"), f"{path}/hear", "hear-key-1", **heard).location.endswith("done=heard")
    decided = send(officer, f"{path}/change", "decide-key", **decide)
    assert decided.location.endswith("done=changed")
    assert send(officer, f"{path}/change", "decide-key", **decide).location == decided.location
    assert "已作出新的决定" in officer.get(decided.location).get_data(as_text=True)
    with work() as w:
        found = w.session.execute(select(Benefit.state, Benefit.monthly).order_by(Benefit.first_month, Benefit.id))
        assert [(state, str(monthly)) for state, monthly in found] == [("ended", "1040.00"), ("active", "840.00")]


def test_what_is_due_is_counted_by_programme_with_its_buttons(
    county: str, clock: ManualClock, staff: Callable[[str], Client]
) -> None:
    clock._now = datetime(2027, 11, 1, tzinfo=UTC)
    clerk = staff("clerk")
    assert "HH00001" not in clerk.get("/console/assistance/reviews").get_data(as_text=True)
    page = clerk.get("/console/assistance/reviews?ahead=month&programme=dibao").get_data(as_text=True)
    assert f"/console/benefits/{county}?do=unchanged#do-unchanged" in page
    assert "HH00001" not in clerk.get("/console/assistance/reviews?ahead=month&programme=tekun").get_data(as_text=True)

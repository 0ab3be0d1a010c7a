"""The public page of activities on a phone, and the check-in screen on the spot."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from backend.volunteers import attendance, places
from backend.volunteers.activities import Organiser, cancel, find
from backend.volunteers.models import Volunteer
from tests.console.conftest import OpenPage, Shoot, Site
from tests.support import legibility, world
from tests.support.volunteers import SATURDAY, published, volunteer

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PHONE = {"width": 390, "height": 844}


def test_somebody_of_eighty_finds_an_activity_on_a_phone(site: Site, open_page: OpenPage, shoot: Shoot) -> None:
    officer = site.world.viewer("officer", "officer", f"{world.COUNTY}/")
    with site.work(officer.actor) as w:
        lunch = published(w, officer, capacity=1)
        gone = published(w, officer, title="河边捡垃圾活动", kind="environment", place="涪江边码头",
                         starts_at=SATURDAY + timedelta(days=1), ends_at=SATURDAY + timedelta(hours=27))  # fmt: skip
        for number in range(21):
            day = SATURDAY + timedelta(days=2 + number)
            published(
                w,
                officer,
                title=f"第{number + 1}次读报会",
                kind="reading",
                starts_at=day,
                ends_at=day + timedelta(hours=1),
            )
        places.sign_up(w, w.session.get_one(Volunteer, volunteer(w)), lunch.id)
    page = open_page("/activities/", **PHONE)
    expect(page.get_by_role("heading", level=1)).to_have_text("身边的志愿活动")
    expect(page.locator(".deed")).to_have_count(20)
    expect(page.locator(".deed").first).to_contain_text("已满，可候补")
    assert legibility.broken(page, elder=False) == {}
    shoot(page, "activities_phone")
    page.get_by_role("link", name="看后面的活动").click()
    expect(page.locator(".deed")).to_have_count(3)
    page.get_by_role("link", name="回到开头").click()
    page.get_by_label("找什么").fill("码头")
    page.get_by_role("button", name="查找").click()
    expect(page.locator(".deed")).to_have_count(1)
    page.get_by_role("button", name="大字").click()
    assert legibility.broken(page, elder=False) == {}
    page.locator(".deed").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("河边捡垃圾活动")
    expect(page.get_by_text("没有特别的人身风险")).to_be_visible()
    shoot(page, "activities_one_phone")
    assert page.get_by_role("link", name="打电话问陈静").get_attribute("href") == "tel:02342341234"
    assert legibility.broken(page, elder=False) == {}
    shoot(page, "activities_one_phone")
    with site.work(officer.actor) as w:
        cancel(w, Organiser(viewer=officer), gone.id, "河水上涨")
    page.reload()
    expect(page.get_by_role("status")).to_contain_text("取消了：河水上涨")
    page.goto(f"{site.url}/activities/?day=31-02")
    expect(page.get_by_text("请从日历里选一天")).to_be_visible()


def test_the_check_in_screen_shows_a_code_that_is_taken_and_who_is_there(
    site: Site, open_page: OpenPage, shoot: Shoot
) -> None:
    officer = site.world.viewer("officer", "officer", f"{world.COUNTY}/")
    with site.work(officer.actor) as w:
        lunch = published(w, officer).id
        helper = volunteer(w)
        places.sign_up(w, w.session.get_one(Volunteer, helper), lunch)
    site.clock.advance((SATURDAY - site.clock.now()).total_seconds() - 600)
    page = open_page(f"/console/activities/{lunch}/screen", "officer")
    expect(page.locator(".checkin-code svg")).to_be_visible()
    expect(page.locator("#came")).to_have_text("0")
    shoot(page, "checkin_screen")
    with site.work() as w:
        seen = attendance.Seen(code=attendance.code_of(w, find(w, lunch)))
        attendance.check_in(w, w.session.get_one(Volunteer, helper), lunch, seen)
    expect(page.locator("#came")).to_have_text("1")

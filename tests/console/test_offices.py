"""The pages of appointments in a browser: planning, the desk, the screen in the hall; by keyboard, phone and wall."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
import requests
from playwright.sync_api import Page, expect
from sqlalchemy import select

from backend.booking import desk, queue
from backend.booking.models import Booking, DayException, Office, OfficeMatter, QueueTicket, Slot, WeeklyPlan, Window
from backend.core.audit import AuditEntry
from scheduler import desk_jobs
from tests.console.conftest import OpenPage, Shoot, Site
from tests.console.contrast import ratio
from tests.console.test_looks import NAMELESS, PHONE, TEXTS
from tests.support.offices import CODE, MATTER, POOL, OfficeWorld, booked, build_office, somebody
from tests.support.residents import id_number
from tests.support.world import COUNTY, _staff

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
MONDAY_NINE = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
DESK, PLAN, SCREEN = (
    f"/console/appointments/?office={CODE}",
    f"/console/offices/{CODE}",
    f"/console/queue-screen/{CODE}",
)


@dataclass
class Hall:
    """An office on Monday morning at nine, with three appointments."""

    site: Site
    place: OfficeWorld
    bookings: list[UUID]


@pytest.fixture
def hall(site: Site) -> Hall:
    with site.work() as w:
        site.world.staff["clerk"] = _staff(w, "clerk", "clerk", COUNTY)
        place = build_office(w, windows=3)
        people = [somebody(serial, phone=f"1380000000{serial}") for serial in (1, 2, 3)]
        made = [booked(w, MONDAY_NINE + timedelta(minutes=30 * n), one).id for n, one in enumerate(people)]
    site.clock.advance((MONDAY_NINE - site.clock.now()).total_seconds())
    return Hall(site, place, made)


def numbers(hall: Hall, count: int) -> None:
    with hall.site.work() as w:
        office = w.session.get_one(Office, hall.place.office)
        for _ in range(count):
            desk.take_number(w, office, MATTER, holder="欧阳秀英")


def faint(page: Page) -> list[str]:
    found = page.evaluate(TEXTS)
    return [f"{one['text']}: {one['ink']} on {one['ground']}" for one in found
            if not one["disabled"] and ratio(one["ink"], one["ground"]) < 4.5]  # fmt: skip


# -- the desk


def test_a_clerk_checks_in_calls_and_finishes(hall: Hall, open_page: OpenPage, shoot: Shoot) -> None:
    page = open_page(DESK, "clerk")
    shoot(page, "desk")
    first = page.locator(".visit").first
    first.get_by_label("优先").select_option("disabled")
    first.get_by_role("button", name="签到").click()
    expect(page.get_by_role("status")).to_contain_text("A001")
    page.get_by_role("button", name="叫下一位").first.click()
    expect(page.locator(".counter-called")).to_contain_text("A001")
    expect(page.locator(".counter-called")).to_contain_text("残疾人")
    page.get_by_role("button", name="再叫").click()
    expect(page.locator(".counter-called")).to_contain_text("已叫 2 次")
    page.get_by_role("button", name="开始办").click()
    page.get_by_role("button", name="办完").click()
    expect(page.locator(".visit").first).to_contain_text("已办完")
    shoot(page, "desk-done")


def test_people_without_a_phone_take_a_number_or_a_kept_place(hall: Hall, open_page: OpenPage, shoot: Shoot) -> None:
    page = open_page(DESK, "clerk")
    page.get_by_label("怎么称呼").fill("赵婆婆")
    page.get_by_role("button", name="取号", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("A001")
    page.get_by_text("用现场名额登记").click()
    page.get_by_label("姓名", exact=True).first.fill("赵老五")
    page.get_by_label("身份证号").first.fill("500118194001010019")
    page.get_by_role("button", name="登记并取号").click()
    expect(page.get_by_role("alert")).to_contain_text("校验位不对")
    shoot(page, "desk-refused")
    page.get_by_label("身份证号").first.fill(id_number(date(1940, 1, 1), 11))
    page.get_by_role("button", name="登记并取号").click()
    expect(page.get_by_role("status")).to_contain_text("A002")
    with hall.site.work() as w:
        assert w.session.scalars(select(Booking).where(Booking.on_site)).one().state == "checked_in"


def test_cancelling_for_somebody_needs_a_reason_and_finding_takes_one_word(hall: Hall, open_page: OpenPage) -> None:
    page = open_page(DESK, "clerk")
    page.get_by_placeholder("预约号、姓名或证件号后四位").fill("王小2")
    page.get_by_role("button", name="查找").click()
    expect(page.locator(".visit")).to_have_count(1)
    page.get_by_text("取消预约", exact=True).click()
    page.get_by_label("原因").fill("来电说不来了")
    page.get_by_role("button", name="确定取消预约").click()
    expect(page.get_by_role("status")).to_contain_text("已取消")
    with hall.site.work() as w:
        assert w.session.get_one(Booking, hall.bookings[1]).cancel_reason == "来电说不来了"


def test_an_absence_is_undone_with_its_reason(hall: Hall, open_page: OpenPage) -> None:
    hall.site.clock.advance(5 * 3600)
    desk_jobs.end_missed()
    page = open_page(DESK, "clerk")
    row = page.locator(".visit").first
    expect(row).to_contain_text("未到")
    row.get_by_text("撤销未到", exact=True).click()
    row.get_by_label("原因").fill("监控显示九点已到")
    row.get_by_role("button", name="确定撤销未到").click()
    expect(page.locator(".visit").first).to_contain_text("已签到")


def test_the_windows_follow_what_a_colleague_does(hall: Hall, open_page: OpenPage) -> None:
    page = open_page(DESK, "clerk")
    expect(page.locator(".counter-line")).to_contain_text("0")
    numbers(hall, 2)
    expect(page.locator(".counter-line")).to_contain_text("A001 A002")


def test_the_figures_are_drawn_with_words_beside_them(hall: Hall, open_page: OpenPage, shoot: Shoot) -> None:
    numbers(hall, 2)
    with hall.site.work() as w:
        office = w.session.get_one(Office, hall.place.office)
        one = queue.call_next(w, queue.window(w, office, hall.place.windows[0]))
        queue.start(w, one)
    page = open_page(f"/console/appointments/{CODE}/figures", "clerk")
    expect(page.locator("table")).to_contain_text("11月23日")
    expect(page.locator("#visits-words")).to_contain_text("11月23日 预约 3，未到 0，现场 2")
    shoot(page, "desk-figures")


# -- planning


def test_an_officer_changes_the_week_and_sees_at_once_what_residents_will_see(
    hall: Hall, open_page: OpenPage, shoot: Shoot
) -> None:
    page = open_page(PLAN, "officer")
    shoot(page, "office")
    week = page.locator("section", has=page.get_by_role("heading", name="每周安排：社会救助咨询"))
    expect(week).to_contain_text("11月24日 周二群众会看到")
    week.get_by_text("修改每周安排").click()
    week.get_by_label("周二上午从").fill("10:00")
    week.get_by_label("周二上午到").fill("09:00")
    week.get_by_role("button", name="保存并放号").click()
    expect(page.get_by_role("alert")).to_contain_text("周二")
    week.get_by_label("周二上午到").fill("11:00")
    week.get_by_label("周二下午从").fill("14:00")
    week.get_by_label("周二下午到").fill("15:00")
    week.get_by_role("button", name="保存并放号").click()
    expect(page.get_by_role("status")).to_contain_text("已保存")
    expect(week.locator(".slots-shown li")).to_have_count(4)
    with hall.site.work() as w:
        starts = w.session.scalars(select(WeeklyPlan.starts).where(WeeklyPlan.pool == POOL, WeeklyPlan.weekday == 1))
        assert sorted(starts) == [600, 840]
        tuesday = w.session.scalars(select(Slot).where(Slot.day == date(2026, 11, 24), Slot.pool == POOL, ~Slot.closed))
        assert len(tuesday.all()) == 4
        assert w.session.scalar(select(AuditEntry.action).where(AuditEntry.action == "office.plan_changed"))


def test_closing_a_day_tells_everybody_and_says_how_many_still_have_to_choose(
    hall: Hall, open_page: OpenPage, shoot: Shoot
) -> None:
    page = open_page(PLAN, "officer")
    closing = page.get_by_role("region", name="停办和加开")
    closing.get_by_label("哪一天").fill("2026-11-23")
    closing.get_by_label("原因").fill("突发停电")
    closing.get_by_role("button", name="确定").click()
    expect(page.get_by_role("status")).to_contain_text("已停办")
    expect(closing).to_contain_text("还有 3 个预约没有改时间")
    shoot(page, "office-closed")
    closing.get_by_role("button", name="恢复办公").click()
    expect(page.get_by_role("status")).to_contain_text("已恢复办公")
    with hall.site.work() as w:
        assert {w.session.get_one(Booking, one).state for one in hall.bookings} == {"booked"}
        assert w.session.scalars(select(DayException)).all() == []


def test_opening_on_a_day_of_rest_publishes_it(hall: Hall, open_page: OpenPage) -> None:
    page = open_page(PLAN, "officer")
    closing = page.get_by_role("region", name="停办和加开")
    closing.get_by_label("做什么").select_option("open")
    closing.get_by_label("哪一天").fill("2026-11-28")
    closing.get_by_label("原因").fill("周末集中办理")
    closing.get_by_role("button", name="确定").click()
    expect(closing).to_contain_text("加开")
    with hall.site.work() as w:
        saturday = w.session.scalars(select(Slot).where(Slot.day == date(2026, 11, 28), Slot.pool == POOL))
        assert len(saturday.all()) == 6


def test_the_rules_of_a_matter_are_a_choice_and_say_in_words_what_they_mean(hall: Hall, open_page: OpenPage) -> None:
    page = open_page(PLAN, "officer")
    rules = page.get_by_role("region", name="预约规则")
    rules.get_by_text("社会救助咨询", exact=True).click()
    shown = rules.locator("details[open]")
    shown.get_by_label("提前几天放号").fill("15")
    shown.get_by_label("放号时间").fill("08:30")
    shown.get_by_label("没来怎么办").select_option("guangdong")
    shown.get_by_role("button", name="保存并放号").click()
    expect(rules).to_contain_text("提前15天 08:30 放号")
    with hall.site.work() as w:
        row = w.session.scalars(select(OfficeMatter).where(OfficeMatter.matter == MATTER)).one()
        assert (row.opens_days, row.penalty, row.waiting_list) == (15, "guangdong", True)


def test_windows_and_data_are_kept_and_the_poster_prints(hall: Hall, open_page: OpenPage, shoot: Shoot) -> None:
    page = open_page(PLAN, "officer")
    page.get_by_label("新窗口的名称").fill("9号窗口")
    page.get_by_role("button", name="添加窗口").click()
    page.get_by_role("button", name="停用9号窗口").click()
    expect(page.get_by_role("button", name="启用9号窗口")).to_be_visible()
    page.get_by_label("电话").fill("02399999999")
    page.get_by_role("button", name="保存资料").click()
    expect(page.get_by_role("status")).to_contain_text("已保存")
    page.get_by_role("link", name="打印签到码").click()
    expect(page.get_by_role("heading", name="扫码签到取号")).to_be_visible()
    shoot(page, "office-poster")
    with hall.site.work() as w:
        assert w.session.get_one(Office, hall.place.office).phone == "02399999999"
        assert w.session.scalars(select(Window.active).where(Window.label == "9号窗口")).one() is False


def test_a_clerk_does_not_plan_and_a_planner_sees_the_list_of_offices(hall: Hall, open_page: OpenPage) -> None:
    page = open_page(PLAN, "clerk")
    expect(page.locator("body")).to_contain_text("没有权限")
    page = open_page("/console/offices/", "officer")
    expect(page.get_by_role("link", name="示范县婚姻登记处")).to_be_visible()


def test_an_office_is_founded_with_every_fault_beside_its_field_and_takes_a_matter_on(
    hall: Hall, open_page: OpenPage, shoot: Shoot
) -> None:
    page = open_page("/console/offices/", "officer")
    page.get_by_text("设立办事点", exact=True).click()
    form = page.get_by_role("region", name="设立办事点")
    form.get_by_label("编号").fill(CODE)
    form.get_by_label("名称").fill("青山镇民政窗口")
    form.get_by_label("电话").fill("没有")
    form.get_by_role("button", name="设立").click()
    expect(form.get_by_role("alert")).to_contain_text("还有 4 处要改")
    expect(form.get_by_label("电话")).to_have_attribute("aria-invalid", "true")
    expect(form.get_by_text("请填电话号码，只用数字和短横线")).to_be_visible()
    expect(form.get_by_label("名称")).to_have_value("青山镇民政窗口")
    shoot(page, "office-founding")
    form.get_by_label("哪一种").select_option("civil_affairs_desk")
    form.get_by_label("在哪里").select_option(COUNTY)
    form.get_by_label("地址").fill("桃园路18号")
    form.get_by_label("电话").fill("023-12345678")
    form.get_by_role("button", name="设立").click()
    expect(form.get_by_text("这个编号已经有了，请换一个")).to_be_visible()
    form.get_by_label("编号").fill("QS-02")
    form.get_by_role("button", name="设立").click()
    expect(page.get_by_role("status")).to_contain_text("办事点已设立")
    page.get_by_label("再办一件事").select_option("社会救助咨询")
    page.get_by_role("button", name="加上").click()
    expect(page.get_by_role("region", name="预约规则")).to_contain_text("提前30天 08:30 放号")
    with hall.site.work() as w:
        made = w.session.scalars(select(Office).where(Office.code == "QS-02")).one()
        assert (made.kind, made.division_code, made.active) == ("civil_affairs_desk", COUNTY, True)


# -- the screen in the hall


def test_the_screen_is_read_from_afar_and_shows_a_call_within_seconds(
    hall: Hall, open_page: OpenPage, shoot: Shoot
) -> None:
    numbers(hall, 14)
    page = open_page(SCREEN, "duty", width=1920, height=1080)
    expect(page.locator("#queue")).to_contain_text("还没有叫号")
    with hall.site.work() as w:
        office = w.session.get_one(Office, hall.place.office)
        for window in hall.place.windows:
            queue.call_next(w, queue.window(w, office, window))
            hall.site.clock.advance(1)
        first = w.session.scalars(select(QueueTicket).where(QueueTicket.number == 1)).one()
        queue.start(w, first)
    call = page.locator(".call", has_text="A002")
    expect(call).to_contain_text("2号窗口")
    expect(call).to_contain_text("欧阳**")
    heights = page.eval_on_selector_all(".call-label", "all => all.map(e => parseFloat(getComputedStyle(e).fontSize))")
    assert min(heights) >= 0.1 * 1080
    assert page.evaluate("document.documentElement.scrollHeight") <= 1080
    expect(page.get_by_role("button", name="语音叫号：关")).to_be_visible()
    page.emulate_media(reduced_motion="reduce")
    assert faint(page) == []
    shoot(page, "queue-screen")


def test_the_screen_says_when_it_has_not_heard_anything_for_a_while(hall: Hall, open_page: OpenPage) -> None:
    page = open_page(SCREEN, "duty")
    expect(page.locator("#queue")).to_contain_text("还没有叫号")
    page.evaluate("Date.now = (then => () => then() + 60000)(Date.now)")
    hall.site.server.cut()
    expect(page.locator("#lost")).to_be_visible()


def test_nobody_needs_to_sign_in_to_read_the_screen(hall: Hall) -> None:
    answer = requests.get(f"{hall.site.url}{SCREEN}/live", timeout=30)
    assert answer.status_code == 200
    assert "下面几位" in answer.text


# -- looks


@pytest.mark.parametrize(
    ("path", "username"),
    [(DESK, "clerk"), (PLAN, "officer"), ("/console/offices/", "officer"), (f"{PLAN}/poster", "officer"),
     (f"/console/appointments/{CODE}/figures", "clerk")],
)  # fmt: skip
def test_every_page_is_legible_named_and_fits_a_phone(
    path: str, username: str, hall: Hall, open_page: OpenPage, shoot: Shoot
) -> None:
    numbers(hall, 3)
    page = open_page(path, username, **PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate(NAMELESS) == []
    assert faint(page) == []
    name = path.split("?", maxsplit=1)[0].strip("/").replace("/", "-")
    shoot(page, f"phone-{name}")

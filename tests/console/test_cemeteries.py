"""The cemetery's desk in a real browser: a day for thousands, a storm, a plot, the register and the figures."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from backend.memorial import cemeteries, cemetery_fees, deceased, grave_visits
from backend.memorial.burial_models import Plot
from backend.memorial.cemeteries import Holding
from backend.memorial.deceased import Dead
from tests.console.conftest import OpenPage, Shoot, Site
from tests.support.cemetery import CODE, TUESDAY, ZONE, Ground, build_ground, slot_of
from tests.support.residents import id_number, person

HERE = f"/console/cemeteries/{CODE}"
BORN = date(1940, 1, 1)
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def ground(site: Site) -> Ground:
    with site.work() as w:
        made = build_ground(w, kept=4)
        plot = w.session.get_one(Plot, made.plots[0])
        cemeteries.hold(w, made.clerk, plot, Holding(person(w, "李大山", serial=1), "墓证1", date(2020, 1, 1), 20))
        dead = deceased.register(
            w, made.clerk, Dead("李老太", date(2026, 10, 1), id_number=id_number(BORN, 71), proof="火化证")
        )
        cemeteries.inter(w, made.clerk, plot.id, dead.id, date(2026, 10, 3))
        cemetery_fees.enter(w, made.clerk, CODE, cemetery_fees.Fee("paid_in", Decimal(800), "李家", "收1"))
        grave_visits.book(w, person(w, "李小山", serial=2), plot.id, slot_of(w, TUESDAY), 3)
    return made


def looked_at(page: Page, shoot: Shoot, name: str) -> None:
    """Nothing hangs over the edge on a computer and on a phone, and there is a picture of both."""
    for width, suffix in ((1366, ""), (390, "_phone")):
        page.set_viewport_size({"width": width, "height": 900})
        shoot(page, f"{name}{suffix}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    page.set_viewport_size({"width": 1366, "height": 900})


def test_the_cemeterys_desk_opens_a_day_closes_it_for_a_storm_and_keeps_its_plots(
    ground: Ground, open_page: OpenPage, shoot: Shoot
) -> None:
    assert ground.plots
    page = open_page(f"{HERE}/days", username="officer")
    page.wait_for_load_state("load")
    page.get_by_text("加开祭扫日").click()
    form = page.locator("form").filter(has_text="每个时段可约几人")
    form.get_by_label("第一天", exact=True).fill(str(TUESDAY + timedelta(days=4)))
    form.get_by_role("button", name="加开").click()
    expect(page.get_by_role("status")).to_contain_text("已加开")
    expect(page.get_by_role("row").filter(has_text="11月28日")).to_contain_text("12600")
    page.get_by_text("因天气等停办").click()
    storm = page.locator("form").filter(has_text="停办并通知约好的人")
    storm.get_by_label("第一天", exact=True).fill(str(TUESDAY))
    storm.get_by_label("原因（群众会看到）").fill("大雨")
    storm.get_by_role("button", name="停办并通知约好的人").click()
    expect(page.get_by_role("status")).to_contain_text("已停办")
    expect(page.get_by_text("1 份预约要改时间")).to_be_visible()
    looked_at(page, shoot, "cemetery_days")

    page.goto(page.url.split("/days")[0] + f"/plot?zone={ZONE}&number=1排1号")
    page.wait_for_load_state("load")
    page.get_by_text("续期、交维护费").click()
    pay = page.locator("form").filter(has_text="只交几年维护费")
    for label, said in (("只交几年维护费", "5"), ("金额（元）", "400"), ("收据号", "收2")):
        pay.get_by_label(label).fill(said)
    pay.get_by_role("button", name="记下维护费").click()
    expect(page.get_by_text("交到 2024-12-31")).to_be_visible()
    page.get_by_label("情况说明").fill("坡面塌了，已拉警戒线")
    page.get_by_role("button", name="停用").click()
    expect(page.get_by_text("起停用：有险情，暂时不能前往")).to_be_visible()
    page.get_by_text("续期、交维护费").click()
    page.get_by_text("变更给近亲属").click()
    looked_at(page, shoot, "cemetery_plot")

    page.goto(page.url.split(f"/{CODE}/")[0] + "/register/")
    page.get_by_label("姓名（写全）").fill("李老太")
    page.get_by_role("button", name="查找").click()
    expect(page.get_by_role("row").filter(has_text="李**")).to_have_count(1)
    looked_at(page, shoot, "burial_register")

    page.goto(page.url.split("/register")[0] + "/figures/")
    expect(page.locator("svg[role=img]")).to_have_count(1)
    expect(page.get_by_text("这段时间还没有。")).to_have_count(3)
    looked_at(page, shoot, "burial_figures")
    page.goto(page.url.split("/figures")[0] + "/")
    looked_at(page, shoot, "cemeteries")
    page.goto(page.url + CODE)
    looked_at(page, shoot, "cemetery")

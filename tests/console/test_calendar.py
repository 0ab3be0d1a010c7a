"""The calendar page in a browser: a year at a glance, a file with its faults, what it changes, and who may."""

from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from backend.core import calendar_store
from backend.core.calendar import statutory_days
from backend.core.db import reading
from tests.console.conftest import OpenPage, Shoot, Site
from tests.support.world import TOWN, _staff

SOURCE = "国办发明电〔2026〕9号"
LINES_2027 = ["日期,类型,名称", *(f"{d},放假,{name}" for d, name in statutory_days(2027).items())]
MOVED = [*LINES_2027, "2027-02-20,调休上班,春节", "2027-02-09,放假,春节"]


def _choose(page: Page, folder: Path, lines: list[str], source: str = SOURCE) -> None:
    file = folder / "calendar.csv"
    file.write_bytes("\r\n".join(lines).encode("gbk"))
    page.get_by_label("通知文号").fill(source)
    page.get_by_label("CSV 文件").set_input_files(file)
    page.get_by_role("button", name="先看看有什么变化").click()


def test_a_year_is_seen_at_a_glance(site: Site, open_page: OpenPage, shoot: Shoot) -> None:
    page = open_page("/console/calendar/", "officer")
    expect(page.get_by_role("heading", level=1)).to_have_text("2026 年放假安排")
    expect(page.locator(".month")).to_have_count(12)
    october = page.locator(".month").nth(9)
    expect(october.locator(".holiday")).to_have_count(7)
    expect(october.locator(".make_up")).to_have_text("10班")
    expect(page.get_by_role("row", name="国庆节")).to_contain_text("9月20日（周日）、10月10日（周六）")
    shoot(page, "calendar")
    page.get_by_role("link", name="2027 年").click()
    expect(page.locator(".notice-warn")).to_contain_text("暂定")


def test_an_officer_loads_a_year_after_seeing_what_changes(
    site: Site, open_page: OpenPage, shoot: Shoot, tmp_path: Path
) -> None:
    page = open_page("/console/calendar/?year=2027", "officer")
    _choose(page, tmp_path, MOVED)
    expect(page.get_by_role("heading", level=1)).to_have_text("2027 年：2 天有变化")
    expect(page.get_by_role("row", name="2027-02-20（周六）")).to_contain_text("调休上班")
    with reading() as w:
        assert calendar_store.current(w).provisional(date(2027, 1, 1)), "a preview writes nothing"
    shoot(page, "calendar-preview")
    page.get_by_role("button", name="确认载入").click()
    expect(page.get_by_role("status")).to_have_text("2027 年的放假安排已经生效。")
    expect(page.get_by_text(f"依据：{SOURCE}")).to_be_visible()
    with reading() as w:
        year = w.session.get_one(calendar_store.CalendarYear, 2027)
        assert year.loaded_by == f"staff:{site.world.staff['officer']}"
        assert calendar_store.current(w).is_workday(date(2027, 2, 20))


@pytest.mark.parametrize(
    ("line", "why"),
    [("2027-02-22,调休上班,春节", "本来就是工作日"), ("2027-02-30,放假,春节", "日期“2027-02-30”不存在")],
)
def test_a_file_with_a_fault_is_refused_with_its_line(
    site: Site, open_page: OpenPage, tmp_path: Path, line: str, why: str
) -> None:
    page = open_page("/console/calendar/?year=2027", "admin")
    _choose(page, tmp_path, [*LINES_2027, line])
    expect(page.get_by_role("alert")).to_contain_text("第 15 行")
    expect(page.get_by_role("alert")).to_contain_text(why)
    expect(page.get_by_label("通知文号")).to_have_value(SOURCE)


def test_days_that_are_over_need_a_deliberate_tick(site: Site, open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page("/console/calendar/", "officer")
    with page.expect_download() as download:
        page.get_by_role("link", name="2026 年的表格").click()
    lines = Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()
    _choose(page, tmp_path, [*lines, "2026-11-21,调休上班,补班"])
    expect(page.locator(".notice-warn")).to_contain_text("其中 1 天已经过去")
    page.locator("[name=replace]").evaluate("box => box.remove()")
    page.get_by_role("button", name="确认载入").click()
    expect(page.get_by_role("alert")).to_contain_text("有 1 天（最早 2026-11-21）已经过去")
    _choose(page, tmp_path, [*lines, "2026-11-21,调休上班,补班"])
    page.get_by_label("允许改动过去的日子").check()
    page.get_by_role("button", name="确认载入").click()
    expect(page.get_by_role("status")).to_be_visible()


def test_the_page_is_for_those_who_answer_for_the_whole_county(site: Site, open_page: OpenPage) -> None:
    with site.work() as w:
        _staff(w, "town", "officer", TOWN)
    for username in ("duty", "lead", "town"):
        page = open_page("/console/calendar/", username)
        expect(page.locator("body")).to_contain_text("没有权限")
    expect(open_page("/console/board", "duty").get_by_role("link", name="日历")).to_have_count(0)
    page = open_page("/console/board", "officer")
    page.get_by_role("link", name="系统").click()
    expect(page.get_by_role("link", name="日历")).to_have_attribute("aria-current", "page")


def test_the_page_fits_a_telephone(site: Site, open_page: OpenPage) -> None:
    page = open_page("/console/calendar/", "officer", width=390, height=844)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

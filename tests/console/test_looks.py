"""Legible from afar, by thumb, by keyboard and by ear: what a machine can check of the looks."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from backend.alarms import service
from tests.console.conftest import OpenPage, Shoot, Site
from tests.console.contrast import ratio

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PHONE = {"width": 390, "height": 844, "has_touch": True, "is_mobile": True}
PAGES = ["/console/board", "/console/history", "/console/figures", "/console/roster/"]

# The colour of each visible text and of the nearest painted ground behind it.
TEXTS = """() => [...document.querySelectorAll("body *")].filter((e) => e.checkVisibility()
    && [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim())).map((e) => {
  let ground = e; let colour;
  do { colour = getComputedStyle(ground).backgroundColor; ground = ground.parentElement; }
  while (ground && /^rgba\\(.*, 0\\)$/.test(colour));
  return {text: e.textContent.trim().slice(0, 20), ink: getComputedStyle(e).color, ground: colour,
    size: parseFloat(getComputedStyle(e).fontSize), disabled: e.closest("[disabled]") !== null};
})"""
NAMELESS = """() => [...document.querySelectorAll("button, a, input:not([type=hidden]), select, textarea")]
  .filter((e) => !(e.getAttribute("aria-label") || e.textContent.trim() || e.labels?.length)).map((e) => e.outerHTML)"""
SMALL = """() => [...document.querySelectorAll(".alarm .act:not([hidden]), #thumb-bar .act")]
  .filter((e) => e.checkVisibility()).map((e) => e.getBoundingClientRect())
  .filter((r) => r.width < 56 || r.height < 56).length"""


FAMILY_BED = "青山镇 桃园社区 家庭床位(地址见档案)"


@pytest.fixture
def busy(site: Site) -> Site:
    """A morning on which much happens at once."""
    _raise(site, "battery_low", "门磁 12", FAMILY_BED, "")
    site.clock.advance(400)
    fall = _raise(site, "fall_suspected", "陈国强", "安康养老院 1楼 105房 卫生间", "雷达发现有人倒地 40 秒未起")
    with site.work() as w:
        service.on_my_way(w, site.world.viewer("duty2"), fall)
    site.clock.advance(90)
    site.raise_alarm(occurred_at=site.clock.now() - timedelta(minutes=20), delayed=True)
    site.clock.advance(30)
    site.raise_alarm()
    _raise(site, "bed_exit", "李桂兰", FAMILY_BED, "23:10 离床，已 14 分钟未返回")
    return site


def _raise(site: Site, kind: str, name: str, place: str, text: str) -> UUID:
    key = f"elder:{name}"
    return site.raise_alarm(kind, subject_key=key, elder_id=None, subject_name=name, place=place, detail={"text": text})


def _faint(page: Page) -> list[str]:
    found: list[dict[str, Any]] = page.evaluate(TEXTS)
    return [
        f"{one['text']}: {one['ink']} on {one['ground']}"
        for one in found
        if not one["disabled"] and ratio(one["ink"], one["ground"]) < 4.5
    ]


def _opened(open_page: OpenPage, path: str, **more: Any) -> Page:
    page = open_page(path, **more)
    if path.startswith("/console/board"):
        expect(page.locator(".alarm").first).to_be_visible()
        page.emulate_media(reduced_motion="reduce")
    return page


@pytest.mark.parametrize("path", [*PAGES, "/console/board?wall=1"])
def test_every_text_stands_out_from_its_ground_and_every_control_has_a_name(
    busy: Site, open_page: OpenPage, path: str
) -> None:
    page = _opened(open_page, path)
    assert _faint(page) == []
    assert page.evaluate(NAMELESS) == []


@pytest.mark.parametrize("path", PAGES)
def test_a_phone_never_scrolls_sideways(busy: Site, open_page: OpenPage, shoot: Shoot, path: str) -> None:
    page = _opened(open_page, path, **PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    shoot(page, "phone-" + path.strip("/").replace("/", "-"))


def test_an_alarms_page_fits_a_phone_too(busy: Site, open_page: OpenPage, shoot: Shoot) -> None:
    page = _opened(open_page, f"/console/alarms/{busy.raise_alarm()}", **PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    shoot(page, "phone-alarm")


def test_one_thumb_finds_the_next_step_and_buttons_are_large(busy: Site, open_page: OpenPage) -> None:
    page = _opened(open_page, "/console/board", **PHONE)
    bar = page.locator("#thumb-bar")
    expect(bar).to_contain_text("紧急呼叫")
    box = bar.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] == pytest.approx(844, abs=1)
    assert page.evaluate(SMALL) == 0
    bar.get_by_role("button", name="接警").tap()
    expect(page.locator(".alarm").first.locator(".alarm-state")).not_to_contain_text("等待接警")


def test_the_wall_is_readable_from_five_metres(busy: Site, open_page: OpenPage, shoot: Shoot) -> None:
    page = _opened(open_page, "/console/board?wall=1", width=1920, height=1080)
    heights = page.eval_on_selector_all(".alarm-place", "all => all.map(e => parseFloat(getComputedStyle(e).fontSize))")
    assert min(heights) >= 0.06 * 1080
    expect(page.locator(".topbar")).to_be_hidden()
    expect(page.locator("#on-duty")).to_contain_text("姓名duty")
    shoot(page, "wall")


def test_a_calm_wall_says_so(site: Site, open_page: OpenPage, shoot: Shoot) -> None:
    page = open_page("/console/board?wall=1", width=1920, height=1080)
    expect(page.get_by_role("heading", name="目前没有报警")).to_be_visible()
    expect(page.locator("#calm-devices")).not_to_be_empty()
    shoot(page, "wall-calm")


def test_large_type_stays_from_page_to_page(busy: Site, open_page: OpenPage, shoot: Shoot) -> None:
    page = _opened(open_page, "/console/board")
    before = page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    page.get_by_role("button", name="大字").click()
    page.goto(page.url.replace("board", "history"))
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") > before * 1.2
    expect(page.get_by_role("button", name="大字")).to_have_attribute("aria-pressed", "true")
    page.goto(page.url.replace("history", "board"))
    expect(page.locator(".alarm").first).to_be_visible()
    shoot(page, "board-large")


@pytest.mark.parametrize("path", PAGES)
def test_pictures_for_people_to_look_at(busy: Site, open_page: OpenPage, shoot: Shoot, path: str) -> None:
    page = _opened(open_page, path)
    shoot(page, "desktop-" + path.strip("/").replace("/", "-"))
    assert page.title().endswith("守望")


def test_the_sign_in_page_is_legible(site: Site, open_page: OpenPage, shoot: Shoot) -> None:
    page = open_page("/console/login")
    assert _faint(page) == []
    assert page.evaluate(NAMELESS) == []
    shoot(page, "login")


def test_the_tab_and_its_icon_change_while_something_rings(busy: Site, open_page: OpenPage) -> None:
    page = _opened(open_page, "/console/board")
    expect(page).to_have_title(re.compile(r"^\(\d+\) 紧急呼叫 安康养老院"))
    assert "favicon-alarm" in (page.locator("#favicon").get_attribute("href") or "")

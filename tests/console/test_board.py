"""The duty board in a real browser: seen, accepted, on the way, arrived, closed."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from apiflask import APIFlask
from playwright.sync_api import expect

from backend.alarms import service
from backend.alarms.models import Alarm
from backend.alarms.policies import frozen_plan
from tests.console.conftest import OpenPage, Shoot, Site
from tests.support.world import HOME, HOME_PATH

# What happens in the browser does not depend on the database: these run once.
one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
COUNT_TONES = """() => { window.tones = 0; const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...when) { window.tones += 1; return start.apply(this, when); }; }"""


def test_an_alarm_appears_by_itself_and_is_followed_to_its_end_by_mouse(
    site: Site, open_page: OpenPage, shoot: Shoot
) -> None:
    page = open_page("/console/board")
    expect(page.get_by_role("heading", name="目前没有报警")).to_be_visible()
    shoot(page, "board-calm")
    site.raise_alarm()
    card = page.locator(".alarm")
    expect(card).to_contain_text("203房 1床")  # Redis is away here: the server looks once a second
    expect(card).to_contain_text("紧急呼叫")
    shoot(page, "board-ringing")
    card.get_by_role("button", name="接警").click()
    expect(card).to_contain_text("已接警 · 姓名duty")
    card.get_by_role("button", name="我去").click()
    expect(card).to_contain_text("正在赶往")
    card.get_by_role("button", name="已到场").click()
    expect(card.locator(".alarm-state")).to_contain_text("已到场")
    card.get_by_role("button", name="结案").click()
    dialog = page.get_by_role("dialog", name="结案")
    dialog.get_by_label("真实险情").check()
    dialog.get_by_label("处理经过").fill("已扶起")
    shoot(page, "board-close")
    dialog.get_by_role("button", name="结案").click()
    expect(page.get_by_role("heading", name="目前没有报警")).to_be_visible()


@one_database
def test_the_whole_way_works_by_keyboard_alone(site: Site, open_page: OpenPage) -> None:
    alarm_id = site.raise_alarm()
    page = open_page("/console/board")
    card = page.locator(".alarm")
    expect(card).to_be_visible()
    for key, state in (("a", "已接警"), ("w", "正在赶往"), ("r", "已到场")):
        page.keyboard.press(key)
        expect(card.locator(".alarm-state")).to_contain_text(state)
    page.keyboard.press("c")
    expect(page.get_by_role("dialog", name="结案")).to_be_visible()
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="目前没有报警")).to_be_visible()
    assert _alarm(site, alarm_id).disposition == "false_alarm"


@one_database
def test_a_button_that_goes_away_leaves_the_focus_on_its_card(site: Site, open_page: OpenPage) -> None:
    site.raise_alarm()
    page = open_page("/console/board")
    card = page.locator(".alarm")
    card.get_by_role("button", name="接警").focus()
    page.keyboard.press("Enter")
    expect(card.locator(".alarm-state")).to_contain_text("已接警")
    expect(card).to_be_focused()


@one_database
def test_the_bell_rings_until_somebody_accepts(site: Site, open_page: OpenPage) -> None:
    page = open_page("/console/board")
    page.evaluate(COUNT_TONES)
    page.locator("#sound").click()
    expect(page.locator("#sound")).to_contain_text("铃声已开启")
    begun = page.evaluate("window.tones")
    site.raise_alarm()
    page.wait_for_function("begun => window.tones >= begun + 10", arg=begun)  # two rounds of five tones
    expect(page.locator(".alarm.rings")).to_be_visible()
    page.keyboard.press("a")
    expect(page.locator(".alarm.rings")).to_have_count(0)


@one_database
def test_j_and_k_choose_a_card_and_a_change_elsewhere_keeps_the_focus(site: Site, open_page: OpenPage) -> None:
    site.raise_alarm("bed_exit")
    chosen = site.raise_alarm()
    page = open_page("/console/board")
    expect(page.locator(".alarm")).to_have_count(2)
    page.keyboard.press("j")
    expect(page.locator(f"#alarm-{chosen}")).to_be_focused()
    site.raise_alarm("smoke", place="安康养老院 1楼 厨房", subject_name="厨房")
    expect(page.locator(".alarm")).to_have_count(3)
    expect(page.locator(f"#alarm-{chosen}")).to_be_focused()


@one_database
def test_the_most_urgent_stands_first_and_a_second_press_is_counted(site: Site, open_page: OpenPage) -> None:
    site.raise_alarm("battery_low", subject_key="device:b1", subject_name="门磁")
    page = open_page("/console/board")
    expect(page.locator(".alarm")).to_have_count(1)
    site.raise_alarm()
    expect(page.locator(".alarm").first).to_contain_text("紧急呼叫")
    site.clock.advance(5)
    site.raise_alarm()
    expect(page.locator(".alarm").first).to_contain_text("已按 2 次")
    expect(page.locator("#spoken")).to_contain_text("紧急呼叫")


@one_database
def test_late_news_and_a_bad_clock_are_said_on_the_card(site: Site, open_page: OpenPage) -> None:
    site.raise_alarm(delayed=True, clock_bad=True, occurred_at=site.clock.now() - timedelta(minutes=50))
    page = open_page("/console/board")
    expect(page.locator(".alarm-flags")).to_contain_text("延迟到达（发生于 08:10:00）")
    expect(page.locator(".alarm-flags")).to_contain_text("设备时钟不准")


@one_database
def test_a_close_that_needs_an_arrival_first_says_so_kindly(site: Site, open_page: OpenPage) -> None:
    site.raise_alarm()
    page = open_page("/console/board")
    page.locator(".alarm").get_by_role("button", name="结案").click()
    dialog = page.get_by_role("dialog", name="结案")
    dialog.get_by_label("误报").check()
    dialog.get_by_role("button", name="结案").click()
    expect(dialog.get_by_role("alert")).to_contain_text("到场")
    dialog.get_by_role("button", name="取消").click()
    expect(page.locator(".alarm")).to_be_visible()


@one_database
def test_a_button_of_an_old_picture_does_nothing_and_says_why(site: Site, open_page: OpenPage) -> None:
    alarm_id = site.raise_alarm()
    page = open_page("/console/board")
    expect(page.locator(".alarm")).to_be_visible()
    for path in ("**/console/pulse", "**/console/events"):
        page.route(path, lambda route: route.abort())
    with site.work() as w:
        service.escalate(w, site.world.viewer("duty2"), alarm_id)
    page.locator(".alarm").get_by_role("button", name="接警").click()
    expect(page.locator("#toasts")).to_contain_text("情况有变化")
    assert _alarm(site, alarm_id).acknowledged_at is None
    page.locator(".alarm").get_by_role("button", name="接警").click()
    expect(page.locator(".alarm")).to_contain_text("已接警")


@one_database
def test_a_lost_connection_is_shown_and_its_return_too(
    site: Site, app: APIFlask, open_page: OpenPage, shoot: Shoot
) -> None:
    site.raise_alarm()
    page = open_page("/console/board")
    expect(page.locator(".alarm")).to_be_visible()
    site.server.cut()
    expect(page.locator("#lost")).to_be_visible()
    expect(page.locator("#lost")).to_contain_text(re.compile(r"与系统的连接已中断 · 画面可能不是最新 （已 \d+ 秒）"))
    shoot(page, "board-lost")
    site.raise_alarm("fall", subject_name="赵大爷", subject_key="elder:other", elder_id=None)
    site.restart(app)
    expect(page.locator("#lost")).to_be_hidden()
    expect(page.locator(".alarm")).to_have_count(2)


@one_database
def test_an_ended_session_sends_the_board_to_the_sign_in_page(site: Site, open_page: OpenPage) -> None:
    page = open_page("/console/board")
    expect(page.get_by_role("heading", name="目前没有报警")).to_be_visible()
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_label("账号")).to_be_visible()
    page.goto(site.url + "/console/board")
    expect(page.get_by_label("账号")).to_be_visible()


@one_database
def test_the_bell_is_switched_by_hand_and_says_whether_it_is_on(site: Site, open_page: OpenPage) -> None:
    page = open_page("/console/board")
    bell = page.locator("#sound")
    expect(bell).to_contain_text("铃声未开启")
    bell.click()
    expect(bell).to_contain_text("铃声已开启")
    expect(bell).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("m")
    expect(bell).to_contain_text("铃声未开启")


@one_database
def test_a_thousand_open_alarms_show_the_hundred_most_urgent(site: Site, open_page: OpenPage, shoot: Shoot) -> None:
    _many(site, 999)
    site.raise_alarm()
    page = open_page("/console/board")
    expect(page.locator(".alarm")).to_have_count(100)
    expect(page.locator(".alarm").first).to_contain_text("紧急呼叫")
    expect(page.locator("#rest")).to_contain_text("另有 900 条")
    page.locator(".alarm").first.get_by_role("button", name="接警").click()
    expect(page.locator(".alarm").first.locator(".alarm-state")).to_contain_text("已接警")
    shoot(page, "board-thousand")


def _alarm(site: Site, alarm_id: UUID) -> Alarm:
    with site.work() as w:
        return w.session.get_one(Alarm, alarm_id)


def _many(site: Site, count: int) -> None:
    with site.work() as w:
        for number in range(count):
            w.session.add(
                Alarm(
                    kind="device_offline",
                    severity=2,
                    subject_key=f"device:{number}",
                    subject_name=f"按钮 {number}",
                    place=f"安康养老院 2楼 {number}房",
                    site_code=HOME,
                    division_path=HOME_PATH,
                    raised_at=w.now,
                    occurred_at=w.now,
                    last_press_at=w.now,
                    plan=frozen_plan("attention", arrival_s=300),
                    plan_started_at=w.now,
                    next_step_at=w.now + timedelta(minutes=10),
                )
            )

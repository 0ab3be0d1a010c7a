"""The duty board in a real browser: seen, accepted, on the way, arrived, closed."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.console.conftest import OpenPage, Site

Shoot = Callable[[Page, str], None]


def test_an_alarm_appears_by_itself_and_is_followed_to_its_end_by_mouse(
    site: Site, open_page: OpenPage, shoot: Shoot
) -> None:
    page = open_page("/console/board")
    expect(page.get_by_role("heading", name="目前没有报警")).to_be_visible()
    shoot(page, "board-calm")
    site.raise_alarm()
    card = page.locator(".alarm")
    expect(card).to_contain_text("203房 1床", timeout=2_000)
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

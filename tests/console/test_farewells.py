"""A farewell in two real browser windows: the family invites, the guest far away comes, watches and writes."""

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from apiflask import APIFlask
from playwright.sync_api import Browser, BrowserContext, expect
from sqlalchemy import select
from werkzeug.test import Client

from backend.core.clock import CHINA, ManualClock
from backend.memorial import moderation
from backend.memorial.tribute_models import ModerationItem
from scheduler import farewell_jobs
from tests.conftest import WorkFactory
from tests.console.conftest import SCREENSHOTS, send, serving
from tests.support import halls as made
from tests.support.farewells import funeral_home, room
from tests.support.front_desk import sign_in
from tests.support.halls import Family
from tests.support.legibility import broken
from tests.support.residents import id_number

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "locale": "zh-CN"}
BEGINS = datetime(2026, 11, 25, 9, tzinfo=CHINA)
STREAM = "https://live.example.cn/room/secret-8842"
DESK = "/console/memorial/farewells/"

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def window(browser: Browser, faults: list[str], token: str) -> BrowserContext:
    """A browser that is signed in as the phone's page leaves it."""
    context = browser.new_context(**PHONE)
    kept = json.dumps({"access_token": token, "refresh_token": "none"})
    keep = f"if (location.protocol === 'http:') localStorage.setItem('shouwang.session', {json.dumps(kept)})"
    context.add_init_script(keep if token else "")
    context.set_default_timeout(10_000)
    context.on("weberror", lambda error: faults.append(str(error.error)))
    return context


def planned_at_the_desk(desk: Client, family: Family) -> str:
    """A clerk of the funeral home plans it for the son and connects the stream; the address of its page."""
    assert str(family.mother) in desk.get(f"{DESK}?name={made.MOTHER.name}").get_data(as_text=True)
    times = {"starts_at": "2026-11-25T09:00", "ends_at": "2026-11-25T10:00"}
    card = id_number(date(1970, 1, 1), 301)
    planned = send(desk, DESK, deceased=str(family.mother), place="县殡仪馆安宁厅", host=card, **times)
    assert planned.status_code == 303, planned.get_data(as_text=True)
    page = planned.headers["Location"].split("?")[0]
    assert send(desk, f"{page}/stream", address="http://live.example.cn/").status_code == 422
    assert send(desk, f"{page}/stream", key="again", address=STREAM).status_code == 303
    assert STREAM not in desk.get(page).get_data(as_text=True), "not even the desk is shown it again"
    return page


def test_a_family_invites_and_a_guest_far_away_comes_watches_and_writes(
    app: APIFlask, work: WorkFactory, clock: ManualClock, browser: Browser, staff: Callable[[str], Client]
) -> None:
    with work() as w:
        family = made.build(w)
        tokens = {name: sign_in(w, family.people[name]) for name in ("son", "guest", "stranger")}
    desk, faults = staff("clerk"), list[str]()
    page = planned_at_the_desk(desk, family)

    with serving(app, work, clock) as site:
        contexts = {name: window(browser, faults, tokens.get(name, "")) for name in (*tokens, "nobody")}
        kin, guest, stranger, nobody = (contexts[name].new_page() for name in ("son", "guest", "stranger", "nobody"))
        kin.goto(f"{site.url}/farewell/")
        kin.get_by_role("button", name="打开", exact=True).click()
        kin.get_by_label("您怎么称呼这位亲友？比如：王阿姨").fill("陈老师")
        kin.get_by_role("button", name="请这位亲友").click()
        link = kin.locator(".link").inner_text()

        nobody.goto(link)
        expect(nobody.get_by_role("heading", name="请先登录")).to_be_visible()
        guest.goto(link)
        expect(guest.get_by_role("heading", name="送别王𬱖兰")).to_be_visible()
        expect(guest.get_by_text("11月25日星期三 8:30以后，打开这一页就能看。")).to_be_visible()
        assert broken(guest, elder=True) == {}
        stranger.goto(link)
        expect(stranger.get_by_role("alert")).to_contain_text("这份邀请已经用过或收回了")

        clock.advance((BEGINS - timedelta(minutes=30) - clock.now()).total_seconds())
        farewell_jobs.turn_farewells()
        guest.reload()
        assert STREAM not in guest.content()
        guest.get_by_role("button", name="看告别仪式").click()
        expect(guest.get_by_role("link", name="打开画面")).to_have_attribute("href", STREAM)
        guest.get_by_label("给家属写几句话").fill("老师走好，学生<b>想念</b>您。")
        guest.get_by_role("button", name="写好了").click()
        expect(guest.get_by_role("status")).to_contain_text("大家就能看到")
        guest.screenshot(path=SCREENSHOTS / "farewell_guest.png", full_page=True)

        kin.reload()
        expect(kin.get_by_text("陈老师：来过了")).to_be_visible()
        expect(kin.locator("#words")).to_have_count(0)
        with work() as w:
            moderation.judged(w, w.session.scalars(select(ModerationItem)).one(), "pass")
        kin.reload()
        expect(kin.locator("#words")).to_contain_text("学生<b>想念</b>您")
        kin.screenshot(path=SCREENSHOTS / "farewell_kin.png", full_page=True)
        kin.get_by_role("button", name="同意录像").click()
        expect(kin.get_by_text("您同意了录像")).to_be_visible()

        clock.advance(5400)
        farewell_jobs.turn_farewells()
        guest.reload()
        expect(guest.get_by_text("谢谢您来送一程")).to_be_visible()
        for context in contexts.values():
            context.close()
    assert faults == []
    shown = staff("clerk").get(page).get_data(as_text=True)
    assert "来过" in shown
    assert "学生&lt;b&gt;想念" in shown


def test_the_desk_books_a_hall_of_the_funeral_home_and_calls_it_off_after_a_tick(
    work: WorkFactory, staff: Callable[[str], Client]
) -> None:
    with work() as w:
        family = made.build(w)
        funeral_home(w)
    with work() as w:
        free = room(w, BEGINS)
    choice, card = f"{free.office}|{free.slot_id}", id_number(date(1970, 1, 1), 301)
    clerk, dead = staff("clerk"), str(family.mother)
    assert choice in clerk.get(f"{DESK}?name={made.MOTHER.name}").get_data(as_text=True)
    nobody = send(clerk, DESK, "nobody", deceased=dead, room=choice)
    assert "订礼厅要登记一位家属" in nobody.get_data(as_text=True), nobody.get_data(as_text=True)
    assert nobody.status_code == 422
    planned = send(clerk, DESK, "host", deceased=dead, room=choice, host=card)
    page = planned.headers["Location"].split("?")[0]
    assert "礼厅已预约" in clerk.get(page).get_data(as_text=True)
    assert choice not in clerk.get(f"{DESK}?name={made.MOTHER.name}").get_data(as_text=True)
    assert send(clerk, f"{page}/cancel", "unsure", why="改期").status_code == 422
    assert send(clerk, f"{page}/cancel", "sure", why="改期", sure="yes").status_code == 303
    assert "已取消" in clerk.get(page).get_data(as_text=True)
    assert choice in clerk.get(f"{DESK}?name={made.MOTHER.name}").get_data(as_text=True)
    assert staff("duty").get(DESK).status_code == 403

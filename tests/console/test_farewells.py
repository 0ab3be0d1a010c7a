"""Farewells in real browser windows: the family's and the guest's page, the room of the web-view, and the desk."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import pytest
from apiflask import APIFlask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select
from werkzeug.test import Client

from backend.core.clock import ManualClock
from backend.memorial import farewell_guests, farewells, moderation
from backend.memorial.tribute_models import ModerationItem
from scheduler import farewell_jobs
from tests.conftest import WorkFactory
from tests.console.conftest import SCREENSHOTS, forbidden, send, serving
from tests.console.conftest import sign_in as sign_in_staff
from tests.support import halls as made
from tests.support import world
from tests.support.farewells import BEGINS, EARLY, STREAM, at, funeral_home, room
from tests.support.front_desk import sign_in
from tests.support.halls import Family
from tests.support.legibility import broken
from tests.support.residents import id_number

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "locale": "zh-CN"}
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
    assert send(desk, f"{page}/stream", address="http://live.example.cn/", version="0").status_code == 422
    assert send(desk, f"{page}/stream", key="again", address=STREAM, version="0").status_code == 303
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
        kin.get_by_role("button", name="同意录像", exact=True).click()
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
    assert send(clerk, f"{page}/cancel", "unsure", why="改期", version="0").status_code == 422
    assert send(clerk, f"{page}/cancel", "sure", why="改期", sure="yes", version="0").status_code == 303
    assert "已取消" in clerk.get(page).get_data(as_text=True)
    assert choice in clerk.get(f"{DESK}?name={made.MOTHER.name}").get_data(as_text=True)
    assert staff("duty").get(DESK).status_code == 403


def look(page: Page) -> None:
    """Somebody comes back to the page, which looks at once and not in a quarter of a minute."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def invited_guest(work: WorkFactory, family: Family, farewell_id: UUID) -> UUID:
    with work() as w:
        made_ = farewell_guests.invite(w, farewells.find(w, farewell_id), "陈老师")
        w.session.flush()
        farewell_guests.join(w, made_.code, family.people["guest"])
        return made_.guest.id


def test_a_guest_in_the_web_view_waits_for_the_picture_and_loses_the_room_when_removed(
    app: APIFlask, work: WorkFactory, clock: ManualClock, browser: Browser, staff: Callable[[str], Client]
) -> None:
    with work() as w:
        family = made.build(w)
        token = sign_in(w, family.people["guest"])
    page, faults = planned_at_the_desk(staff("clerk"), family), list[str]()
    farewell_id = UUID(page.rsplit("/", 1)[1])
    guest_id = invited_guest(work, family, farewell_id)
    at(clock, EARLY)
    farewell_jobs.turn_farewells()
    asked = f"/api/v1/mini/farewells/{farewell_id}/hand-over"
    path = app.test_client().post(asked, headers={"Authorization": f"Bearer {token}"}).get_json()["path"]

    def act(name: str, **more: str) -> None:
        with work() as w:
            version = farewells.find(w, farewell_id).version
        said = {"version": str(version), **more}
        assert send(staff("clerk"), f"{page}/{name}", f"{name}-{version}", **said).status_code == 303

    with serving(app, work, clock) as site:
        contexts = [window(browser, faults, "") for _ in range(2)]
        view, thief = (context.new_page() for context in contexts)
        view.goto(site.url + path)
        expect(view.get_by_role("heading", name="送别王𬱖兰")).to_be_visible()
        assert view.url == f"{site.url}/farewell/room/{farewell_id}", "what opened it is gone from the address"
        view.reload()
        expect(view.get_by_role("button", name="看告别仪式")).to_be_visible()
        assert STREAM not in view.content()
        thief.goto(site.url + path)
        expect(thief.get_by_role("alert")).to_contain_text("只能用一次")

        view.get_by_label("给家属写几句话").fill("还没写完")
        act("broken")
        look(view)
        expect(view.get_by_role("status")).to_contain_text("请稍等。画面断了")
        view.screenshot(path=SCREENSHOTS / "farewell_room_broken.png", full_page=True)
        assert broken(view, elder=True) == {}
        act("mended")
        look(view)
        view.get_by_role("button", name="看告别仪式").click()
        expect(view.get_by_role("link", name="打开画面")).to_have_attribute("href", STREAM)
        expect(view.get_by_label("给家属写几句话")).to_have_value("还没写完")

        act("uninvite", guest=str(guest_id))
        look(view)
        expect(view.get_by_role("heading", name="您已离开")).to_be_visible()
        expect(view.get_by_role("alert")).to_contain_text("给家属打个电话")
        assert STREAM not in view.content()
        view.screenshot(path=SCREENSHOTS / "farewell_room_left.png", full_page=True)
        view.reload()
        expect(view.get_by_role("alert")).to_be_visible()
        expect(view.get_by_label("给家属写几句话")).to_have_count(0)
        for context in contexts:
            context.close()
    assert faults == []


def test_the_desk_invites_on_paper_notes_a_consent_and_tells_two_at_once_apart(
    app: APIFlask, work: WorkFactory, clock: ManualClock, browser: Browser, staff: Callable[[str], Client]
) -> None:
    with work() as w:
        family = made.build(w)
        funeral_home(w)
    page, faults = planned_at_the_desk(staff("clerk"), family), list[str]()
    at(clock, EARLY)
    farewell_jobs.turn_farewells()
    with serving(app, work, clock) as site:
        context = browser.new_context(viewport={"width": 1366, "height": 800}, locale="zh-CN")
        context.on("console", lambda message: faults.extend(forbidden(message.text)))
        sign_in_staff(context, site.url, "clerk")
        one, other = context.new_page(), context.new_page()
        one.goto(site.url + page)
        one.get_by_label("家属怎么称呼这位亲友，比如：王阿姨").fill("王家姑妈")
        one.get_by_role("button", name="邀请", exact=True).click()
        expect(one.get_by_role("status")).to_contain_text("打印邀请单")
        expect(one.get_by_role("button", name="打印邀请单")).to_be_visible()

        one.get_by_text("登记纸上的录像同意书").click()
        one.get_by_label("签字人和关系").fill("王建国（儿子）")
        form = {"name": "form.jpg", "mimeType": "image/jpeg", "buffer": made.photo()}
        one.get_by_label("同意书（照片或 PDF）").set_input_files(files=[form])  # type: ignore[list-item] # a dict will do
        one.get_by_role("button", name="登记", exact=True).click()
        expect(one.get_by_text("家属已同意，最多保存到 2026-12-25")).to_be_visible()
        assert context.request.get(site.url + str(one.get_by_text("看同意书").get_attribute("href"))).ok

        other.goto(site.url + page)
        one.get_by_role("button", name="画面断了，请大家稍等").click()
        expect(one.get_by_text("亲友看到“请稍等”")).to_be_visible()
        other.get_by_role("button", name="画面断了，请大家稍等").click()
        expect(other.get_by_role("alert")).to_contain_text("刚才有人改过")
        one.screenshot(path=SCREENSHOTS / "farewell_desk.png", full_page=True)
        one.set_viewport_size({"width": 390, "height": 844})
        one.screenshot(path=SCREENSHOTS / "farewell_desk_phone.png", full_page=True)
        context.close()
    assert faults == []


def test_a_slip_is_a_pdf_of_which_the_last_counts_and_a_farewell_ends_early_after_a_tick(
    work: WorkFactory, clock: ManualClock, staff: Callable[[str], Client]
) -> None:
    with work() as w:
        family = made.build(w)
    desk = staff("clerk")
    page = planned_at_the_desk(desk, family)
    farewell_id = UUID(page.rsplit("/", 1)[1])
    assert send(desk, f"{page}/invite", "invite", guest_name="王家姑妈").status_code == 303
    with work() as w:
        guest = str(farewell_guests.invited(w, farewells.find(w, farewell_id))[0].id)
    slip = send(desk, f"{page}/slip", guest=guest, printed="0")
    assert (slip.status_code, slip.mimetype, slip.data[:5]) == (200, "application/pdf", b"%PDF-")
    assert slip.headers["Cache-Control"] == "no-store"
    assert send(desk, f"{page}/slip", guest=guest, printed="0").status_code == 409, "a colleague has printed it"
    moved = {"place": "家中", "starts_at": "2026-11-26T09:00", "ends_at": "2026-11-26T10:00"}
    assert send(desk, f"{page}/move", "old", version="0", **moved).status_code == 409
    assert send(desk, f"{page}/move", "new", version="1", **moved).status_code == 303
    at(clock, BEGINS + timedelta(days=1, minutes=5))
    farewell_jobs.turn_farewells()
    desk = staff("clerk")
    assert send(desk, f"{page}/end", "unsure", version="3").status_code == 422
    assert send(desk, f"{page}/end", "sure", version="3", sure="yes").status_code == 303
    assert "仪式已结束" in desk.get(page).get_data(as_text=True)


def test_a_desk_sees_the_farewells_of_its_own_homes_and_the_county_all(
    work: WorkFactory, staff: Callable[[str], Client]
) -> None:
    with work() as w:
        family = made.build(w)
        for name, role, place in (
            ("town clerk", "clerk", world.TOWN),
            ("site clerk", "clerk", world.HOME),
            ("town lead", "lead", world.TOWN),
        ):
            world._staff(w, name, role, place)
        funeral_home(w, world.TOWN)
    with work() as w:
        free = room(w, BEGINS)
    choice, card = f"{free.office}|{free.slot_id}", id_number(date(1970, 1, 1), 301)
    said = {"deceased": str(family.mother), "room": choice, "host": card}
    site_clerk = staff("site clerk")
    assert choice not in site_clerk.get(f"{DESK}?name={made.MOTHER.name}").get_data(as_text=True)
    assert send(site_clerk, DESK, "elsewhere", **said).status_code == 403
    planned = send(staff("town clerk"), DESK, "here", **said)
    page = planned.headers["Location"].split("?")[0]
    names = ("town clerk", "town lead", "officer", "clerk", "site clerk")
    assert [staff(name).get(page).status_code for name in names] == [200, 200, 200, 200, 404]
    assert [made.MOTHER.name in staff(name).get(DESK).get_data(as_text=True) for name in names] == [True] * 4 + [False]
    cancel = {"why": "改期", "sure": "yes", "version": "0"}
    assert send(site_clerk, f"{page}/cancel", "elsewhere", **cancel).status_code == 404
    assert send(staff("town lead"), f"{page}/cancel", "looks-on", **cancel).status_code == 403
    assert send(staff("town clerk"), f"{page}/cancel", "calls-off", **cancel).status_code == 303

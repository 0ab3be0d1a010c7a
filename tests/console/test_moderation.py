"""The moderation desk in a browser and without one: by keyboard, with what stands around, and its figures."""

from collections.abc import Callable, Iterator

import pytest
from apiflask import APIFlask
from playwright.sync_api import Page, expect
from sqlalchemy import select
from werkzeug.test import Client

from backend.core.clock import ManualClock
from backend.core.ids import new_id
from backend.memorial import moderation_desk, moderation_reports, tributes
from backend.memorial.tribute_models import AuthorityReport, ModerationItem
from backend.memorial.tributes import Offering
from tests.conftest import WorkFactory
from tests.console.conftest import CuttableServer, OpenPage, Shoot, Site
from tests.support import tributes as made
from tests.support.tributes import Remembering

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
DESK = "/console/memorial/moderation/"
SignIn = Callable[[str], Client]


@pytest.fixture
def found(work: WorkFactory) -> Remembering:
    with work() as w:
        return made.build(w)


@pytest.fixture
def site(app: APIFlask, found: Remembering, work: WorkFactory, clock: ManualClock) -> Iterator[Site]:
    server = CuttableServer(app)
    yield Site(f"http://127.0.0.1:{server.port}", found.world, work, clock, server)
    server.cut()


def press(page: Page, key: str) -> None:
    """Words are on the screen before the page listens; a person's finger is slower than that."""
    page.wait_for_load_state("load")
    page.keyboard.press(key)


def test_a_moderator_decides_with_one_key_each_and_looks_at_the_figures(
    found: Remembering, work: WorkFactory, clock: ManualClock, open_page: OpenPage, shoot: Shoot
) -> None:
    with work() as w:
        first = made.written(w, found, "妈妈，院子里的桂花开了。\n<script>alert(1)</script> 您最爱闻，我给您留着。")
    clock.advance(3600 * 5)
    with work() as w:
        row = tributes.give(w, found.kin, found.hall, Offering("words", "代烧冥币，加我微信"))
        second = w.session.scalars(select(ModerationItem).where(ModerationItem.subject_id == row.id)).one()
        second.state, second.queued_at = "queued", w.now
    page = open_page(DESK, "clerk")
    expect(page.locator(".moderated-words")).to_contain_text("<script>alert(1)</script>")
    shoot(page, "moderation")
    press(page, "j")
    expect(page.locator(".moderated-words")).to_contain_text("冥币")
    expect(page.locator(".moderated .notice")).to_contain_text("迷信")
    press(page, "k")
    expect(page.locator(".moderated-words")).to_contain_text("桂花")
    press(page, "1")
    expect(page.locator(".moderated-words")).to_contain_text("冥币")
    page.get_by_text("写一句给同事的说明").click()
    page.get_by_label("说明", exact=True).fill("1 次")
    page.locator("h1").click()
    press(page, "4")
    expect(page.get_by_text("都看完了")).to_be_visible()
    with work() as w:
        states = [(one.state, one.rule) for one in (w.session.get_one(ModerationItem, it.id) for it in (first, second))]
        assert states == [("shown", None), ("refused", "money")]
    page.get_by_role("link", name="统计", exact=True).click()
    expect(page.get_by_role("heading", name="审核统计")).to_be_visible()
    expect(page.locator(".chart svg")).to_have_count(2)
    shoot(page, "moderation-figures")
    phone = open_page(DESK, "officer", width=390, height=844)
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")


def send(client: Client, path: str, **said: str) -> int:
    page = client.get(DESK).get_data(as_text=True)
    token = page.split('name="csrf-token" content="')[1].split('"')[0]
    return client.post(path, data={"csrf_token": token, "key": str(new_id()), **said}).status_code


def test_a_report_is_kept_or_removed_and_an_appeal_looked_at_by_two_others(
    found: Remembering, work: WorkFactory, staff: SignIn
) -> None:
    with work() as w:
        item = made.shown(w, found)
        moderation_reports.report(w, tributes.SUBJECT, item.subject_id, "untrue", "日子写错了")
    path, clerk = f"{DESK}{item.id}", staff("clerk")
    assert "日子写错了" in clerk.get(DESK).get_data(as_text=True)
    assert send(clerk, path, act="ugly") == 422
    assert send(clerk, path, act="untrue") == 303
    assert send(clerk, path, act="show") == 409
    with work() as w:
        moderation_desk.appeal(w, found.visitor, item.id, "家里核对过了")
    assert "请交给别的同事" in clerk.get(DESK).get_data(as_text=True)
    for name in ("clerk2", "clerk3"):
        assert send(staff(name), path, act="restore", words="和家人核对过") == 303
    with work() as w:
        assert w.session.get_one(ModerationItem, item.id).state == "shown"


def test_the_officer_writes_down_that_the_authority_was_told(
    found: Remembering, work: WorkFactory, staff: SignIn
) -> None:
    with work() as w:
        item = made.shown(w, found)
        moderation_desk.decide(w, found.viewers["clerk"], item.id, "remove", "slander")
        report = w.session.scalars(select(AuthorityReport)).one().id
    path, officer = f"{DESK}authority", staff("officer")
    assert staff("clerk").get(path).status_code == 403
    assert "您放心" in officer.get(path).get_data(as_text=True)
    assert send(officer, f"{path}/{report}", reference="") == 422
    assert send(officer, f"{path}/{report}", reference="县网信办，渝网信〔2026〕8号") == 303
    assert "渝网信" in officer.get(path).get_data(as_text=True)
    assert officer.get(f"{DESK}{item.id}/media").status_code == 404

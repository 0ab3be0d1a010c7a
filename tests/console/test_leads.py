"""Leads and home visits in a browser: from what a cadre says by telephone to the visit that two phones sign."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from apiflask import APIFlask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from backend.assistance import leads
from backend.assistance.leads import About, Found
from backend.assistance.leads_models import Lead, Visit
from backend.cases.models import CaseTask
from backend.core.audit import AuditEntry
from backend.core.clock import ManualClock
from scheduler.lead_jobs import look_at_households, overdue_leads
from tests.conftest import WorkFactory
from tests.console.conftest import OpenPage, Shoot, Site, serving
from tests.console.contrast import ratio
from tests.console.test_looks import NAMELESS, PHONE, TEXTS
from tests.support import payments
from tests.support.cases import accepted, plain_hooks
from tests.support.payments import Caseload, granted
from tests.support.residents import id_number
from tests.support.world import VILLAGE

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
DAY_S = 86_400
SMALL = """() => [...document.querySelectorAll(".visit button, .visit-choices label")]
  .filter((e) => e.checkVisibility()).filter((e) => e.getBoundingClientRect().height < 56).map((e) => e.textContent)"""
WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
def load(work: WorkFactory, monkeypatch: pytest.MonkeyPatch) -> Caseload:
    plain_hooks(monkeypatch)
    with work() as w:
        return payments.build(w)


@pytest.fixture
def site(app: APIFlask, work: WorkFactory, clock: ManualClock, load: Caseload) -> Iterator[Site]:
    with serving(app, work, clock, load.window.world) as running:
        yield running


def reported(site: Site, name: str = "李大爷") -> UUID:
    with site.work() as w:
        said = About(name=name, where="三组坡上", words="一个人住，几天没有吃饭")
        return leads.report(w, Found(division=VILLAGE, about=said, signs=("old_alone",))).id


def _faint(page: Page) -> list[str]:
    return [
        f"{one['text']}: {one['ink']} on {one['ground']}"
        for one in page.evaluate(TEXTS)
        if not one["disabled"] and ratio(one["ink"], one["ground"]) < 4.5
    ]


def test_a_lead_is_entered_seen_to_be_late_and_followed_to_an_application(
    site: Site, open_page: OpenPage, shoot: Shoot
) -> None:
    page = open_page("/console/leads/", "clerk")
    page.get_by_text("登记一条线索").click()
    page.get_by_label("在哪里").select_option("青山镇 桃园社区")
    page.get_by_label("谁有困难").fill("李大爷")
    page.get_by_label("老人没人照顾").check()
    page.get_by_label("看到了什么").fill("一个人住，几天没有吃饭")
    page.get_by_label("谁发现的").select_option("村（社区）干部")
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("李大爷")
    expect(page.get_by_text("没有留姓名")).to_be_visible()
    reported(site)
    site.clock.advance(5 * DAY_S)
    overdue_leads()
    page = open_page("/console/leads/", "clerk")
    expect(page.get_by_role("link", name="青山镇")).to_contain_text("超期 2")
    expect(page.get_by_text("同一人另有 1 条")).to_have_count(2)
    expect(page.get_by_text("已超期 2 天").first).to_be_visible()
    expect(page.get_by_text("李大爷")).to_have_count(0)
    shoot(page, "leads")
    assert (_faint(page), page.evaluate(NAMELESS)) == ([], [])
    page.get_by_role("link", name="李**").first.click()
    page.get_by_role("button", name="上门走访").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("李大爷家")
    page.get_by_role("link", name="返回").click()
    page.get_by_text("代为申请救助").click()
    page.get_by_label("身份证号").fill(id_number(serial=21)[:-1])
    page.get_by_role("button", name="开始申请").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("身份证号").fill(id_number(serial=21))
    shoot(page, "lead")
    page.get_by_role("button", name="开始申请").click()
    page.wait_for_url("**/console/cases/*")
    with site.work() as w:
        assert sorted(w.session.scalars(select(Lead.state))) == ["application", "new"]
        assert "lead.read" in set(w.session.scalars(select(AuditEntry.action)))


def test_a_grid_worker_on_a_round_writes_down_two_households_on_a_telephone(
    site: Site, open_page: OpenPage, shoot: Shoot
) -> None:
    page = open_page("/console/leads/", "clerk", **PHONE)
    page.get_by_role("link", name="走访登记").click()
    expect(page.locator(".topnav a[aria-current=page]")).to_have_text("困难线索")
    page.get_by_label("在哪里").select_option("青山镇 桃园社区")
    assert (page.evaluate(SMALL), page.evaluate(WIDE), _faint(page), page.evaluate(NAMELESS)) == ([], False, [], [])
    for place, name in enumerate(("李大爷", "")):
        page.get_by_label("谁家").fill(name)
        page.get_by_label("老人没人照顾").check()
        page.get_by_label("看到了什么").fill("一个人住，米缸空了")
        page.get_by_role("button", name="记下，下一户").click()
        expect(page.get_by_role("status")).to_contain_text(f"已记 {place + 1} 户")
        expect(page.get_by_label("在哪里")).to_have_value(VILLAGE)
        expect(page.get_by_label("看到了什么")).to_have_value("")
    shoot(page, "round-phone")
    with site.work() as w:
        rows = w.session.scalars(select(Lead)).all()
        assert [(row.finder_kind, row.division_code, row.signs) for row in rows] == [
            ("grid_worker", VILLAGE, ["old_alone"])
        ] * 2


def test_a_visit_on_two_phones_is_signed_and_ends_the_task(
    site: Site, open_page: OpenPage, load: Caseload, shoot: Shoot
) -> None:
    with site.work() as w:
        case_id = accepted(w, load.window).id
    page = open_page("/console/visits/", "clerk", **PHONE)
    page.get_by_role("button", name="开始入户").click()
    expect(page.get_by_text("还差：见到了谁")).to_be_visible()
    assert (page.evaluate(SMALL), page.evaluate(WIDE), _faint(page), page.evaluate(NAMELESS)) == ([], False, [], [])
    page.get_by_role("button", name="我签字").click()
    expect(page.get_by_role("alert")).to_contain_text("还没有填好")
    for choice in ("本人", "困难", "部分事情要人帮", "和申报的一致"):
        page.get_by_label(choice, exact=True).check()
    page.get_by_label("见到的人的姓名").fill("王秀英")
    page.get_by_label("看到和听到的收入来源").fill("种菜")
    page.get_by_label("调查结论").fill("建议给予")
    page.get_by_role("button", name="保存").click()
    shoot(page, "visit-phone")
    page.get_by_role("button", name="我签字（第一位）").click()
    expect(page.get_by_role("button", name="我签字")).to_have_count(0)
    other = open_page(page.url.removeprefix(site.url), "clerk2", **PHONE)
    other.get_by_role("button", name="我签字（第二位）").click()
    page.get_by_label("请家属看过内容").fill("王秀英")
    page.get_by_role("button", name="家属确认签字").click()
    expect(page.get_by_role("alert")).to_contain_text("刷新")  # the other phone has signed meanwhile
    page.get_by_label("请家属看过内容").fill("王秀英")
    page.get_by_role("button", name="家属确认签字").click()
    page.emulate_media(reduced_motion="reduce")
    page.get_by_role("button", name="调查结束").scroll_into_view_if_needed()
    shoot(page, "visit-signed")
    page.get_by_role("button", name="调查结束").click()
    expect(page.get_by_text("调查结束。")).to_be_visible()
    expect(page.get_by_role("button")).to_have_count(2)  # large type and signing out
    with site.work() as w:
        assert w.session.scalars(select(Visit.finished_at)).one() is not None
        task = select(CaseTask.state).where(CaseTask.case_id == case_id, CaseTask.branch == "visit")
        assert w.session.scalars(task).one() == "done"


def test_warnings_near_relatives_and_what_a_lead_may_do(
    site: Site, open_page: OpenPage, load: Caseload, shoot: Shoot
) -> None:
    with site.work() as w:
        benefit = granted(w, load)
        benefit.last_month = benefit.first_month
    look_at_households()
    page = open_page("/console/leads/?tab=warnings", "officer")
    expect(page.locator(".chip", has_text="救助快发完")).to_be_visible()
    shoot(page, "lead-warnings")
    page.get_by_role("button", name="排除").click()
    expect(page.get_by_role("alert")).to_contain_text("一句话写明")
    page.get_by_label("不用处理的原因").fill("下个月已经续批")
    page.get_by_role("button", name="排除").click()
    expect(page.get_by_text("现在没有要处理的预警")).to_be_visible()
    page.get_by_role("link", name="近亲属备案").click()
    for label, value in {
        "工作人员姓名": "张三",
        "单位和职务": "青山镇民政办",
        "亲属姓名": "王秀英",
        "亲属身份证号": id_number(),
    }.items():
        page.get_by_label(label).fill(value)
    page.get_by_role("button", name="备案", exact=True).click()
    expect(page.get_by_text("配偶：王秀英")).to_be_visible()
    shoot(page, "relatives")
    page.get_by_label("取消的原因").fill("登记错了")
    page.get_by_role("button", name="取消备案").click()
    expect(page.get_by_text("还没有备案")).to_be_visible()
    lead_id = reported(site)
    looking = open_page(f"/console/leads/{lead_id}", "lead", **PHONE)  # of another part of the county
    expect(looking.get_by_role("button", name="上门走访")).to_have_count(0)


def test_a_lead_is_referred_or_closed_in_words(site: Site, app: APIFlask) -> None:
    lead_id = reported(site)
    client = app.test_client()
    client.post("/console/login", data={"username": "clerk", "password": "secret"})
    page = client.get(f"/console/leads/{lead_id}").get_data(as_text=True)
    csrf = page.split('name="csrf-token" content="')[1].split('"')[0]
    sent = {"csrf_token": csrf, "words": ""}
    assert client.post(f"/console/leads/{lead_id}/refer", data=sent).status_code == 422
    assert client.post(f"/console/leads/{lead_id}/refer", data=sent | {"words": "转县残联办证"}).status_code == 303
    again = client.post(f"/console/leads/{lead_id}/close", data=sent | {"words": "转县残联办证"})
    assert again.status_code == 409
    assert client.get("/console/leads/?tab=nowhere").status_code == 404
    assert client.get("/console/leads/?division=999999").status_code == 404
    assert "转县残联办证" in client.get(f"/console/leads/{lead_id}").get_data(as_text=True)
    assert "已转介" in client.get("/console/leads/?tab=closed").get_data(as_text=True)

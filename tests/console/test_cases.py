"""The case desk: a journey in a browser from the inbox to the letter, and what holds whatever the history."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from io import BytesIO
from itertools import chain
from typing import Any
from uuid import UUID

import pytest
from apiflask import APIFlask
from playwright.sync_api import Page, expect
from sqlalchemy import event, select

from backend.assistance import draws
from backend.cases import publishing
from backend.cases.models import Appeal, Case, CaseEvent, CasePaper, CaseTask, Decision, Referral
from backend.cases.records import form_of
from backend.core.audit import AuditEntry
from backend.core.clock import ManualClock
from backend.core.db import db
from backend.core.ids import new_id
from tests.conftest import WorkFactory
from tests.console.case_desk import Desk, begun, desk_of, window
from tests.console.conftest import OpenPage, Site, serving
from tests.console.contrast import ratio
from tests.console.test_looks import NAMELESS, TEXTS
from tests.support import aid, cases
from tests.support.cases import TOWN_PATH, Window
from tests.support.residents import id_number
from tests.support.world import TOWN

__all__ = ["desk_of", "window"]

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
MOST_QUERIES = 10
CONTRAST = 4.5
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF"
NOT_OF_THE_PAGE = re.compile(r"FROM (staff_session|staff|staff_role|audit_head)\b")


@pytest.fixture
def site(app: APIFlask, window: Window, work: WorkFactory, clock: ManualClock) -> Iterator[Site]:
    with serving(app, work, clock, window.world) as running:
        yield running


# -- the journey


def legible(page: Page) -> None:
    """Every text stands out from its ground, and every control says what it is."""
    texts = [one for one in page.evaluate(TEXTS) if not one["disabled"] and ratio(one["ink"], one["ground"]) < CONTRAST]
    assert (texts, page.evaluate(NAMELESS)) == ([], [])


def hung_out(site: Site, window: Window, case_id: UUID) -> None:
    """Everything between: investigated, checked, agreed to, hung out for its days without an objection."""
    with site.work(window["clerk"].actor) as w:
        case = w.session.get_one(Case, case_id)
        cases.investigated(w, window, case)
        aid.checked(w, window, case)
        cases.done(w, window, case, "opinion", "agree")
    aid.go_to(site.clock, "2026-11-30")
    with site.work() as w:
        publishing.end_over(w)


def test_a_clerk_takes_in_and_an_officer_decides_and_the_letter_says_so(
    site: Site, window: Window, open_page: OpenPage, shoot: Callable[[Page, str], None]
) -> None:
    case_id = begun(site.work, window, cases.submitted)
    page = open_page("/console/cases", "clerk")
    shoot(page, "case-inbox")
    legible(page)
    page.get_by_role("link", name="受理", exact=True).click()
    shoot(page, "case-accept")
    page.get_by_role("button", name="受理", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("已受理")
    hung_out(site, window, case_id)
    officer = open_page(f"/console/cases/{case_id}", "officer", height=1900)
    expect(officer.get_by_role("table", name="计算过程")).to_contain_text("标准")
    expect(officer.get_by_role("group").filter(has_text="示例值，请本县核对").first).to_be_visible()
    expect(officer.get_by_role("listitem").filter(has_text="李小宝").first).to_contain_text("子女，10 岁")
    shoot(officer, "case-decide")
    legible(officer)
    officer.get_by_label("同意", exact=True).check()
    officer.get_by_role("button", name="作出决定").click()
    expect(officer.get_by_role("status")).to_contain_text("已作出决定")
    officer.get_by_role("link", name="决定书", exact=True).click()
    letter = officer.get_by_role("article")
    expect(letter.get_by_role("heading", name="最低生活保障决定书")).to_be_visible()
    expect(letter).to_contain_text("六个月内向人民法院提起行政诉讼")
    expect(letter).to_contain_text(re.compile("（大写）.+元.*[整分]"))
    shoot(officer, "case-letter")
    file = officer.request.get(f"{site.url}/console/cases/{case_id}/letter.pdf")
    assert file.body().startswith(b"%PDF-")
    page = open_page(f"/console/cases/{case_id}", "clerk", width=390, height=844)
    shoot(page, "case-phone")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.goto(f"{site.url}/console/cases/{case_id}/evidence")
    shoot(page, "case-evidence-phone")
    legible(page)
    page.go_back()
    page.get_by_role("button", name="已送达，办结").click()
    expect(page.get_by_text("已办结", exact=True).first).to_be_visible()


def test_a_clerk_enters_a_paper_form_with_the_family_on_a_narrow_screen(
    site: Site, open_page: OpenPage, shoot: Callable[[Page, str], None]
) -> None:
    page = open_page("/console/cases/new", "clerk", width=390, height=844)
    page.get_by_role("radio", name=re.compile("^临时救助")).check()
    page.get_by_label("申请人姓名").fill("赵大爷")
    page.get_by_label("证件号码").fill(id_number(serial=7))
    shoot(page, "case-new-phone")
    page.get_by_role("button", name="开始填表").click()
    expect(page.get_by_text("赵大爷")).to_be_visible()
    expect(page.get_by_text(id_number(serial=7))).to_have_count(0)
    page.get_by_label("发生了什么事").fill("家里失火")
    expect(page.get_by_label("家里几口人")).to_be_hidden()
    page.get_by_label("要哪一种救助").select_option("急着用钱")
    expect(page.get_by_label("自己花了多少钱")).to_be_hidden()
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_role("alert")).to_contain_text("红字写在旁边")
    day = page.get_by_label("哪一天发生的")
    expect(day).to_have_accessible_description(re.compile("还没有填"))
    expect(page.get_by_label("发生了什么事")).to_have_value("家里失火")
    shoot(page, "case-form-phone")
    legible(page)
    day.fill("2026-11-20")
    page.get_by_label("哪一种困难").select_option("火灾")
    page.get_by_label("家里几口人").fill("2")
    page.get_by_label("眼下急需多少钱").fill("500")
    page.get_by_label("住在城里还是乡下").select_option("农村")
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_role("status")).to_contain_text("已提交，等待受理")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    with site.work() as w:
        row = w.session.scalars(select(Case)).one()
        assert (row.state, row.source, row.entered_by) == ("submitted", "desk", site.world.staff["clerk"])


# -- without a browser


def _queries(desk: Desk, path: str) -> list[str]:
    """The statements that read for a page: neither the sign-in nor the line that says who looked."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert desk.client.get(path).status_code == 200
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return [one for one in seen if one.startswith("SELECT") and not NOT_OF_THE_PAGE.search(one)]


@pytest.mark.parametrize("times", [1, 12])
def test_a_case_page_asks_ten_times_at_most_whatever_its_history(
    window: Window, work: WorkFactory, desk_of: Callable[[str], Desk], times: int
) -> None:
    case_id = begun(work, window, aid.published)
    with work() as w:
        for row in chain.from_iterable(_history(case_id, number, w.now) for number in range(times)):
            w.session.add(row)
            w.session.flush()
    asked = _queries(desk_of("clerk"), f"/console/cases/{case_id}")
    assert 0 < len(asked) <= MOST_QUERIES, asked


def _history(case_id: UUID, number: int, at: datetime) -> Iterator[object]:
    """One more of everything that a case can have had; of its lines twenty-five."""
    day, decision = at.date(), new_id()
    yield from (CaseEvent(case_id=case_id, at=at, action="claim", actor="staff:x") for _ in range(25))
    yield CaseTask(
        case_id=case_id, step="opinion", role="clerk", territory=TOWN_PATH, state="cancelled", opened_at=at, due_on=day
    )
    yield CasePaper(
        case_id=case_id, kind="illness", file_name="a.pdf", media_type="application/pdf", size=1, digest=f"d{number}",
        scan="clean", added_by="staff:x", added_at=at,
    )  # fmt: skip
    yield Referral(case_id=case_id, department="disabled", question="有没有残疾证", sent_at=at, due_on=day)
    yield Decision(
        id=decision, case_id=case_id, sequence=number + 1, number=f"JD{number}", outcome="granted", profile="test",
        facts="{}", calculation="{}", parameters=[], decided_at=at,
    )  # fmt: skip
    yield Appeal(decision_id=decision, grounds="不服", state="dismissed", raised_at=at, due_on=day, settled_at=at)


def test_a_family_is_entered_row_by_row_and_a_photograph_goes_with_it(
    window: Window, work: WorkFactory, desk_of: Callable[[str], Desk]
) -> None:
    clerk, me = desk_of("clerk"), {"name": "王秀英", "id_kind": "resident_id", "id_number": id_number()}
    begin = clerk.post("/console/cases/new", matter="dibao", division=TOWN, **me)
    path = begin.headers["Location"].partition("?")[0]
    form = {"version": "0", "urban": "rural", "reason": "没有收入", "consent": "yes"} | _rows(aid.form()["members"])
    assert 'name="members.2.name"' in clerk.post(path, **form, wish="more.members").get_data(as_text=True)
    broken = clerk.post(path, **form | {"members.1.birth_date": "2099-01-01"}, wish="submit")
    assert (broken.status_code, "第 2 行“出生日期”不能晚于今天" in broken.get_data(as_text=True)) == (422, True)
    assert clerk.post(path, **form, wish="save").status_code == 303
    photo = {"kind": "illness", "file": (BytesIO(b"<html>"), "a.jpg")}
    refused = clerk.post(path.replace("/form", "/paper"), **photo)
    assert (refused.status_code, "重新拍照" in refused.get_data(as_text=True)) == (422, True)
    kept = clerk.post(path.replace("/form", "/paper"), kind="illness", file=(BytesIO(PDF), "a.pdf"))
    assert kept.status_code == 303
    assert clerk.post(path, **form | {"version": "1"}, wish="submit").status_code == 303
    with work() as w:
        row = w.session.scalars(select(Case)).one()
        assert (row.state, row.source, len(form_of(row)["members"])) == ("submitted", "desk", 2)
    assert clerk.post(path, **form, wish="save").status_code == 404  # it is handed in
    assert desk_of("elsewhere").post("/console/cases/new", matter="dibao", division=TOWN, **me).status_code == 403


def _rows(members: list[dict[str, str]]) -> dict[str, str]:
    return {f"members.{number}.{name}": value for number, row in enumerate(members) for name, value in row.items()}


def test_of_two_clerks_at_once_the_second_sees_that_somebody_was_first(
    window: Window, work: WorkFactory, desk_of: Callable[[str], Desk]
) -> None:
    case_id = begun(work, window, cases.submitted, "temporary_aid")
    with work() as w:
        version = w.session.get_one(Case, case_id).version
    first = desk_of("clerk").post(f"/console/cases/{case_id}/accept", version=version)
    second = desk_of("clerk2").post(f"/console/cases/{case_id}/accept", version=version)
    said = second.get_data(as_text=True)
    assert (first.status_code, second.status_code) == (303, 409)
    assert "刚才有人改过" in said
    assert "现在是“正在办理”" in said
    assert "核实急难情况" in said


def test_a_refusal_without_a_reason_and_a_return_without_anything_are_sent_back_kindly(
    window: Window, work: WorkFactory, desk_of: Callable[[str], Desk]
) -> None:
    case_id = begun(work, window, cases.ready)
    with work() as w:
        version = w.session.get_one(Case, case_id).version
    officer = desk_of("clerk2")  # five hundred yuan are the township's to decide, by somebody else
    answer = officer.post(f"/console/cases/{case_id}/decide", version=version, outcome="refused")
    assert answer.status_code == 422
    assert "写明理由" in answer.get_data(as_text=True)
    assert officer.post(f"/console/cases/{case_id}/nonsense", version=version).status_code == 404
    assert officer.client.get(f"/console/cases/{case_id}/letter.pdf").status_code == 404


def test_a_search_finds_by_number_or_whole_name_and_is_written_down(
    window: Window, work: WorkFactory, desk_of: Callable[[str], Desk]
) -> None:
    case_id = begun(work, window, cases.submitted, "temporary_aid")
    with work() as w:
        number = w.session.get_one(Case, case_id).number
    clerk = desk_of("clerk")
    for text in (number.lower(), "王秀英"):
        assert str(case_id) in clerk.post("/console/cases/search", text=text).get_data(as_text=True)
    assert "没有找到" in clerk.post("/console/cases/search", text="王秀").get_data(as_text=True)
    assert "没有找到" in desk_of("elsewhere").post("/console/cases/search", text=number).get_data(as_text=True)
    assert clerk.post("/console/cases/search", text=" ").status_code == 422
    with work() as w:
        searches = w.session.scalars(select(AuditEntry).where(AuditEntry.action == "case.searched")).all()
        assert [one.body for one in searches][:2] == ['{"by":"number","hits":1}', '{"by":"name","hits":1}']


def test_the_list_narrows_by_matter_and_by_what_is_late(
    window: Window, work: WorkFactory, desk_of: Callable[[str], Desk], clock: ManualClock
) -> None:
    begun(work, window, cases.submitted, "temporary_aid")
    clerk = desk_of("clerk")
    assert "没有超期的" in clerk.client.get("/console/cases?late=yes").get_data(as_text=True)
    assert "现在没有要办的" in clerk.client.get("/console/cases?matter=dibao").get_data(as_text=True)
    clock.advance(5 * 86_400)
    late = desk_of("clerk").client.get("/console/cases?late=yes&matter=temporary_aid").get_data(as_text=True)
    assert "已超期 4 天" in late
    assert "临时救助：已超期 1，三天内到期 0，还早 0" in late


def test_a_case_is_drawn_and_not_looked_at_by_whoever_handled_it(
    site: Site, window: Window, open_page: OpenPage
) -> None:
    with site.work(window["clerk"].actor) as w:
        case = aid.published(w, window)
    aid.decided(window, site.clock, case, "2026-11-30")
    aid.go_to(site.clock, "2026-12-02")
    page = open_page("/console/supervision", "officer2")
    for label, words in (("名称", "第四季度"), ("决定日期，从", "2026-11-01"), ("到", "2026-11-30")):
        page.get_by_label(label, exact=True).fill(words)
    expect(page.get_by_label("抽查比例")).to_have_value("10")
    page.get_by_label("事项").select_option("最低生活保障")
    page.get_by_label("种子从哪里来").fill("12月1日双色球开奖号码")
    page.get_by_role("button", name="列出名单").click()
    page.get_by_label("公布的号码").fill("05 09 11 17 23 31 + 08")
    page.get_by_role("button", name="抽", exact=True).click()
    page.get_by_text("写结果").click()
    page.get_by_label("没有问题").check()
    page.get_by_role("button", name="记下结果").click()
    expect(page.get_by_role("alert")).to_contain_text("经办、决定过的人不能抽查")  # this officer checked the means
    with page.expect_download() as download:
        page.get_by_role("link", name="下载，用来公开").click()
    table = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert table[0] == "范围,最低生活保障,2026-11-01,2026-11-30"
    assert "05 09 11 17 23 31 + 08" in table[1]
    assert table[3] == f"{case.number},{draws.ticket('05 09 11 17 23 31 + 08', case.number)},1,还没有查"

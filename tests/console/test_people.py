"""The counter in a browser: found by a whole number, masked, shown with a reason; by keyboard and on a phone."""

import re
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from backend.core import audit
from backend.core.audit import AuditEntry
from backend.residents import proxies, rights
from backend.residents.models import Person, Proxy, RightsRequest
from backend.residents.reveal import looks_at
from tests.console.conftest import OpenPage, Shoot, Site
from tests.console.contrast import ratio
from tests.console.test_looks import NAMELESS, PHONE, TEXTS
from tests.support.residents import account, id_number, person
from tests.support.world import TOWN, _staff

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
BORN = date(1940, 5, 1)


@dataclass
class Hall:
    """The service hall: the site with a clerk, an old woman with a telephone, her son, a grandchild."""

    site: Site
    mother: UUID
    son: UUID
    child: UUID


@pytest.fixture
def hall(site: Site) -> Hall:
    with site.work() as w:
        site.world.staff["clerk"] = _staff(w, "clerk", "clerk", TOWN)
        mother = person(w, "王秀英", BORN, 2, phone="13800138000")
        w.session.get_one(Person, mother).address = "示范县青山镇桃园社区3栋2单元501"
        son = person(w, "李明", date(1968, 1, 1), 1)
        child = person(w, "李小宝", date(2016, 6, 1), 3)
        account(w, mother)
    return Hall(site, mother, son, child)


def _open(open_page: OpenPage, hall: Hall, **more: int) -> Page:
    return open_page(f"/console/people/{hall.mother}?why=serve", "clerk", **more)


def test_a_clerk_finds_somebody_by_a_whole_number_and_sees_a_masked_page(
    hall: Hall, open_page: OpenPage, shoot: Shoot
) -> None:
    page = open_page("/console/people/", "clerk")
    shoot(page, "people-find")
    page.get_by_label("身份证号、手机号或姓名").fill(id_number(BORN, 2))
    page.get_by_role("button", name="查找", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("王**")
    text = page.locator("main").inner_text()
    for hidden in ("王秀英", "13800138000", id_number(BORN, 2), "501", "1940-05-01"):
        assert hidden not in text
    assert "138****8000" in text
    shoot(page, "people-person")
    with hall.site.work() as w:
        assert [one.why for one in looks_at(w, hall.mother)] == ["窗口办事"]


@pytest.mark.parametrize("part", ["王秀", "1380013", "50011819400501"])
def test_a_part_of_a_number_or_name_finds_nobody(hall: Hall, open_page: OpenPage, part: str) -> None:
    page = open_page("/console/people/", "clerk")
    page.get_by_label("身份证号、手机号或姓名").fill(part)
    page.get_by_role("button", name="查找", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("没有找到")


def test_people_of_one_name_are_told_apart_without_showing_them(hall: Hall, open_page: OpenPage) -> None:
    with hall.site.work() as w:
        person(w, "王秀英", date(1951, 1, 1), 4)
    page = open_page("/console/people/", "clerk")
    page.get_by_label("身份证号、手机号或姓名").fill("王秀英")
    page.get_by_role("button", name="查找", exact=True).click()
    links = page.get_by_role("region", name="查找结果").get_by_role("link")
    expect(links).to_have_count(2)
    assert "1951 年生" in links.nth(1).inner_text()
    assert "王秀英" not in page.locator("main").inner_text()


def test_too_many_of_one_name_are_not_listed(hall: Hall, open_page: OpenPage) -> None:
    with hall.site.work() as w:
        for serial in range(100, 111):
            person(w, "张伟", date(1970, 1, 1), serial)
    page = open_page("/console/people/", "clerk")
    page.get_by_label("身份证号、手机号或姓名").fill("张伟")
    page.get_by_role("button", name="查找", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("请改用身份证号查找")


def test_a_page_is_not_opened_without_a_reason(hall: Hall, open_page: OpenPage) -> None:
    page = open_page(f"/console/people/{hall.mother}", "clerk")
    expect(page.get_by_role("alert")).to_contain_text("请先选择为什么查看")
    with hall.site.work() as w:
        assert looks_at(w, hall.mother) == []


def test_one_field_is_shown_by_keyboard_with_a_reason_and_that_is_written_down(
    hall: Hall, open_page: OpenPage, shoot: Shoot
) -> None:
    page = _open(open_page, hall)
    button = page.get_by_role("button", name="看完整的联系电话")
    button.focus()
    page.keyboard.press("Enter")
    page.get_by_label("理由", exact=True).select_option("contact")
    page.get_by_label("说明（至少 4 个字）").fill("补材料，打电话")
    shoot(page, "people-reveal")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="13800138000")).to_be_focused()
    assert id_number(BORN, 2) not in page.locator("main").inner_text()
    with hall.site.work() as w:
        entry = w.session.scalars(select(AuditEntry).where(AuditEntry.action == "person.revealed")).one()
        assert '"field":"phone"' in entry.body
        assert audit.verify(w.session) > 0


def test_the_principal_names_an_agent_at_the_counter(hall: Hall, open_page: OpenPage, shoot: Shoot) -> None:
    page = _open(open_page, hall)
    page.get_by_text("本人到场，添加代办人").click()
    form = page.locator("form").filter(has=page.get_by_role("button", name="添加代办人"))
    form.get_by_label("代办人姓名").fill("李明")
    form.get_by_label("证件号码").fill(id_number(date(1968, 1, 1), 1))
    form.get_by_label("是本人的").select_option("child")
    form.get_by_label("预约").check()
    form.get_by_label("看过什么证件").fill("本人持身份证到场")
    shoot(page, "people-agent")
    form.get_by_role("button", name="添加代办人").click()
    expect(page.get_by_role("status")).to_contain_text("代办已生效")
    expect(page.get_by_role("region", name="亲友代办")).to_contain_text("由子女李*代办")
    with hall.site.work() as w:
        row = proxies.may_act(w, hall.son, hall.mother, "booking", w.now)
        assert row.witnessed_by == hall.site.world.staff["clerk"]


def test_what_cannot_be_done_is_said_above_the_form(hall: Hall, open_page: OpenPage) -> None:
    page = _open(open_page, hall)
    page.get_by_text("本人到场，添加代办人").click()
    form = page.locator("form").filter(has=page.get_by_role("button", name="添加代办人"))
    form.get_by_label("代办人姓名").fill("李明")
    form.get_by_label("证件号码").fill("500118196801010012")
    form.get_by_label("看过什么证件").fill("本人持身份证到场")
    form.get_by_role("button", name="添加代办人").click()
    expect(page.get_by_role("alert").first).to_contain_text("证件号码")
    with hall.site.work() as w:
        assert w.session.scalars(select(Proxy)).all() == []


def test_a_request_is_witnessed_and_ended_by_telephone(hall: Hall, open_page: OpenPage) -> None:
    with hall.site.work() as w:
        proxies.request(
            w, hall.son, principal_name="王秀英", id_number=id_number(BORN, 2), relation="child", scopes=["booking"],
            days=365,
        )  # fmt: skip
    page = _open(open_page, hall)
    page.get_by_label("本人当面同意，看过什么证件").fill("本人持身份证到场")
    page.get_by_role("button", name="本人同意").click()
    expect(page.get_by_role("status")).to_contain_text("代办已生效")
    page.locator("summary", has_text="取消代办").click()
    page.get_by_label("谁要求取消、为什么").fill("本人打电话要求取消")
    page.get_by_role("button", name="取消代办").click()
    expect(page.get_by_role("status")).to_contain_text("代办已取消")


def test_a_childs_guardian_is_registered_with_papers(hall: Hall, open_page: OpenPage) -> None:
    page = open_page(f"/console/people/{hall.child}?why=serve", "clerk")
    assert page.get_by_text("本人到场，添加代办人").count() == 0
    page.get_by_text("登记监护人").first.click()
    form = page.locator("form").filter(has=page.get_by_role("button", name="登记监护人"))
    form.get_by_label("监护人姓名").fill("李明")
    form.get_by_label("证件号码").fill(id_number(date(1968, 1, 1), 1))
    form.get_by_label("是本人的").select_option("parent")
    form.get_by_label("预约").check()
    form.get_by_label("看过什么监护证明").fill("出生医学证明")
    form.get_by_role("button", name="登记监护人").click()
    expect(page.get_by_role("status")).to_contain_text("监护代办已登记")
    expect(page.get_by_role("region", name="亲友代办")).to_contain_text("2034-06-01 00:00:00")


def test_a_correction_is_answered_from_the_list_of_what_is_due(hall: Hall, open_page: OpenPage, shoot: Shoot) -> None:
    with hall.site.work() as w:
        rights.ask_correction(w, hall.mother, field="name", wanted="王秀瑛", reason="身份证上是瑛")
    page = open_page("/console/people/requests", "clerk")
    assert "王秀" not in page.locator("main").inner_text()
    shoot(page, "people-requests")
    page.get_by_role("link", name="更正姓名").click()
    page.get_by_label("答复（本人会看到；不更正的要说明理由）").fill("已核对身份证原件")
    shoot(page, "people-decide")
    page.get_by_role("button", name="更正", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("已答复")
    with hall.site.work() as w:
        assert w.session.scalars(select(RightsRequest.state)).one() == "done"
        assert w.session.get_one(Person, hall.mother).name == "王秀瑛"


def test_somebody_new_is_registered_with_the_document_in_hand(hall: Hall, open_page: OpenPage) -> None:
    page = open_page("/console/people/", "clerk")
    page.get_by_text("当面核验身份").click()
    page.get_by_label("姓名", exact=True).fill("赵六")
    page.get_by_label("证件号码").fill(id_number(date(1955, 3, 3), 7))
    page.get_by_role("button", name="登记核验").click()
    expect(page.get_by_role("status")).to_contain_text("已登记当面核验")
    expect(page.get_by_role("heading", level=1)).to_have_text("赵*")


def test_a_clerk_lands_on_a_page_of_theirs(hall: Hall, open_page: OpenPage) -> None:
    page = open_page("/console/", "clerk")
    expect(page.locator(".topnav a").first).to_have_attribute("aria-current", re.compile("page|true"))
    assert page.get_by_role("link", name="看板").count() == 0


def test_duty_staff_have_no_such_page(hall: Hall, open_page: OpenPage) -> None:
    page = open_page(f"/console/people/{hall.mother}?why=serve", "duty")
    expect(page.locator("main")).to_contain_text("没有权限")
    assert page.get_by_role("link", name="群众").count() == 0


@pytest.mark.parametrize("path", ["/console/people/", "/console/people/requests", "person"])
def test_the_pages_fit_a_phone_and_are_legible_in_large_type(
    hall: Hall, open_page: OpenPage, shoot: Shoot, path: str
) -> None:
    with hall.site.work() as w:
        rights.ask_correction(w, hall.mother, field="address", wanted="示范县青山镇桃园社区", reason="搬家了")
    where = f"/console/people/{hall.mother}?why=serve" if path == "person" else path
    page = open_page(where, "clerk", **PHONE)
    for details in page.locator("details > summary").all():
        details.click()
    page.get_by_role("button", name="大字").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert [one["text"] for one in page.evaluate(TEXTS) if ratio(one["ink"], one["ground"]) < 4.5] == []
    assert page.evaluate(NAMELESS) == []
    shoot(page, f"phone-people-{path.strip('/').replace('/', '-')}")

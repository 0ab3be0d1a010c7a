"""The registrar's desk in a browser: from the list to the certificate, stale pages, quiet freezing, papers, a phone."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from backend.booking.models import Booking
from backend.core.clock import local
from backend.marriage import service
from backend.marriage.booking import BookingAsk, book_matter
from backend.marriage.models import RegistrarLicence, Registration, ReportTask
from tests.console.conftest import OpenPage, Shoot, Site
from tests.console.contrast import ratio
from tests.console.test_looks import NAMELESS, PHONE, TEXTS
from tests.support import registry
from tests.support.residents import id_number

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@dataclass
class Hall:
    """The site with a registry in its county; staff sign in by ``<name>-m``."""

    site: Site
    registry: registry.Registry

    def open_page(self, opener: OpenPage, path: str, who: str = "registrar", **more: int) -> Page:
        return opener(path, f"{who}-m", **more)

    def walk_in(self, matter: str = "marriage_registration", number: int = 1) -> UUID:
        with self.site.work() as w:
            return registry.walk_in(w, self.registry.viewer(), matter, registry.couple(w, number)).id

    def checked(self, matter: str = "marriage_registration", number: int = 1) -> UUID:
        case_id = self.walk_in(matter, number)
        with self.site.work() as w:
            registry.check(w, self.registry.viewer(), w.session.get_one(Registration, case_id))
        return case_id

    def state(self, case_id: UUID) -> str:
        with self.site.work() as w:
            return w.session.get_one(Registration, case_id).state


@pytest.fixture
def hall(site: Site) -> Hall:
    with site.work() as w:
        return Hall(site, registry.build(w))


def _faint(page: Page) -> list[str]:
    return [
        f"{one['text']}: {one['ink']} on {one['ground']}"
        for one in page.evaluate(TEXTS)
        if not one["disabled"] and ratio(one["ink"], one["ground"]) < 4.5
    ]


def _wide(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def test_a_couple_who_just_comes_is_registered_from_the_form_to_the_certificate(
    hall: Hall, open_page: OpenPage, shoot: Shoot
) -> None:
    page = hall.open_page(open_page, "/console/marriage/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("婚姻登记处")
    page.get_by_role("link", name="现场来人").first.click()
    for place, (name, serial) in {1: ("陈明", 1), 2: ("林芳", 2)}.items():
        person = page.locator(f"#person{place}")
        person.get_by_label("姓名").fill(name)
        person.get_by_label("证件号码").fill(id_number(date(1990, 1, 1), serial))
    shoot(page, "marriage-new")
    page.get_by_role("button", name="开始办理").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("结婚登记")
    assert "陈明" not in page.locator("main").inner_text()
    assert id_number(date(1990, 1, 1), 1) not in page.content()
    for words in ("本人到场", "证件核对一致", "已签声明书"):
        for box in page.get_by_label(words).all():
            box.check()
    shoot(page, "marriage-case-ticks")
    page.get_by_role("button", name="记下以上核对").click()
    page.get_by_role("button", name="联网核查").click()
    expect(page.get_by_text("符合办理条件")).to_be_visible()
    shoot(page, "marriage-case-ready")
    page.get_by_role("button", name="办理登记", exact=True).click()
    expect(page.get_by_role("dialog")).to_contain_text("陈*和林*")
    shoot(page, "marriage-case-confirm")
    page.get_by_role("button", name="确认办理登记").click()
    expect(page.get_by_role("status")).to_contain_text("已办好")
    expect(page.get_by_text("J500118-")).to_be_visible()
    shoot(page, "marriage-case-done")


def test_whoever_did_not_come_is_not_shown_as_done(hall: Hall, open_page: OpenPage) -> None:
    _booked(hall)
    with hall.site.work() as w:
        w.session.scalars(select(Booking)).one().state = "no_show"
    row = hall.open_page(open_page, "/console/marriage/").get_by_role("row").filter(has_text="陈*、林*")
    expect(row).to_contain_text("✕未到")


def test_the_list_shows_who_is_due_and_who_waits_and_opens_a_case_by_keyboard(
    hall: Hall, open_page: OpenPage, shoot: Shoot
) -> None:
    _booked(hall)
    page = hall.open_page(open_page, "/console/marriage/")
    row = page.get_by_role("row").filter(has_text="陈*、林*")
    expect(row).to_contain_text("没有签到")
    row.get_by_role("button", name="签到").focus()
    page.keyboard.press("Enter")
    row = page.get_by_role("row").filter(has_text="陈*、林*")
    expect(row).to_contain_text("A001")
    expect(row).to_contain_text("已到")
    shoot(page, "marriage-day")
    page.get_by_role("link", name="还没来").click()
    expect(page.get_by_text("没有符合条件的业务")).to_be_visible()
    page.get_by_role("link", name="在等").click()
    page.get_by_role("button", name="开始办").click()
    expect(page.locator(".case-label")).to_have_text("A001")


def _booked(hall: Hall, number: int = 1) -> UUID:
    with hall.site.work() as w:
        day = local(w.now).date()
        slot = registry.slot(w, hall.registry, day, hour=local(w.now).hour + 1)
        ask = BookingAsk(registry.HERE, "marriage_registration", slot, registry.couple(w, number))
        return book_matter(w, ask, by=None, staff=hall.registry.viewer())


def test_the_list_follows_what_happens_elsewhere(hall: Hall, open_page: OpenPage) -> None:
    page = hall.open_page(open_page, "/console/marriage/")
    expect(page.get_by_text("这一天没有预约")).to_be_visible()
    hall.walk_in()
    expect(page.get_by_role("row").filter(has_text="陈*、林*")).to_be_visible()


def test_a_page_that_a_colleague_has_overtaken_says_so_and_shows_what_is_true_now(
    hall: Hall, open_page: OpenPage
) -> None:
    case_id = hall.checked()
    page = hall.open_page(open_page, f"/console/marriage/cases/{case_id}")
    _second_registrar(hall)
    with hall.site.work(hall.registry.viewer("second", "registrar").actor) as w:
        service.note_presence(
            w, hall.registry.viewer("second", "registrar"), case_id, 1, present=True, identity_seen=False,
            statement=True,
        )  # fmt: skip
    page.get_by_role("button", name="办理登记", exact=True).click()
    with page.expect_response(lambda answer: answer.request.method == "POST") as answered:
        page.get_by_role("button", name="确认办理登记").click()
    assert answered.value.status == 409
    expect(page.get_by_role("alert")).to_contain_text("姓名second刚改过这件事")
    expect(page.locator("#identity_seen1")).not_to_be_checked()
    assert hall.state(case_id) == "checked"


def _second_registrar(hall: Hall) -> None:
    with hall.site.work() as w:
        hall.registry.staff["second"] = registry._staff(w, "second", "registrar", registry.COUNTY)


def test_registering_twice_from_two_pages_of_one_registrar_gives_one_certificate(
    hall: Hall, open_page: OpenPage
) -> None:
    case_id = hall.checked()
    first = hall.open_page(open_page, f"/console/marriage/cases/{case_id}")
    other = hall.open_page(open_page, f"/console/marriage/cases/{case_id}")
    numbers = []
    for page in (first, other):
        page.get_by_role("button", name="办理登记", exact=True).click()
        page.get_by_role("button", name="确认办理登记").click()
        expect(page.get_by_role("status")).to_contain_text("已办好")
        numbers.append(page.locator(".result .big").inner_text())
    assert numbers[0] == numbers[1]


@pytest.mark.parametrize(
    ("until", "words"), [(-1, "您的登记员证已过期"), (None, "您没有登记员证")], ids=["ended", "none"]
)
def test_who_cannot_sign_sees_why_the_buttons_are_off(
    hall: Hall, open_page: OpenPage, until: int | None, words: str
) -> None:
    case_id = hall.checked()
    with hall.site.work() as w:
        held = w.session.scalars(
            select(RegistrarLicence).where(RegistrarLicence.staff_id == hall.registry.staff["registrar"])
        ).one()
        if until is None:
            w.session.delete(held)
        else:
            held.valid_until = local(w.now).date() + timedelta(days=until)
    page = hall.open_page(open_page, f"/console/marriage/cases/{case_id}")
    expect(page.get_by_role("button", name="办理登记", exact=True)).to_be_disabled()
    expect(page.get_by_role("button", name="不予办理", exact=True)).to_be_disabled()
    expect(page.locator("#why-off")).to_contain_text(words)


def test_a_refusal_offers_only_reasons_that_are_possible_and_ends_in_a_letter(
    hall: Hall, open_page: OpenPage, shoot: Shoot
) -> None:
    case_id = hall.checked()
    page = hall.open_page(open_page, f"/console/marriage/cases/{case_id}")
    page.get_by_role("button", name="不予办理", exact=True).click()
    dialog = page.get_by_role("dialog")
    assert dialog.get_by_role("radio").count() == 5
    dialog.get_by_role("radio", name="登记员当面询问后").check()
    shoot(page, "marriage-refuse")
    dialog.get_by_role("button", name="确认不予办理").click()
    page.get_by_role("link", name="打印告知书").click()
    letter = page.locator(".letter")
    expect(letter).to_contain_text("不予办理婚姻登记告知书")
    expect(letter).to_contain_text("六十日内申请行政复议")
    expect(letter).to_contain_text("陈明、林芳")
    shoot(page, "marriage-letter-refusal")


def test_an_outage_is_never_read_as_single(hall: Hall, open_page: OpenPage, shoot: Shoot) -> None:
    with hall.site.work() as w:
        people = (registry.someone(w, "陈明", 911), registry.someone(w, "林芳", 2))
        case_id = registry.walk_in(w, hall.registry.viewer(), "marriage_registration", people).id
    page = hall.open_page(open_page, f"/console/marriage/cases/{case_id}")
    page.get_by_role("button", name="联网核查").click()
    status = page.locator(".person").first.locator(".status")
    expect(status).to_contain_text("查询中断，请稍后再查")
    expect(status).not_to_contain_text("未婚")
    expect(page.get_by_role("button", name="办理登记", exact=True)).to_be_disabled()
    shoot(page, "marriage-outage")


def test_freezing_gives_nothing_away_across_the_desk_and_opens_a_report(
    hall: Hall, open_page: OpenPage, shoot: Shoot
) -> None:
    case_id = hall.checked()
    page = hall.open_page(open_page, f"/console/marriage/cases/{case_id}")
    page.get_by_role("button", name="其他", exact=True).click()
    page.get_by_label("类别").select_option("coercion")
    page.get_by_label("记录").fill("女方哭泣，男方替她回答。")
    dialog = page.get_by_role("dialog").inner_text()
    assert page.locator("#other-signs").evaluate("e => getComputedStyle(e).webkitTextSecurity") == "disc"
    shoot(page, "marriage-freeze")
    page.get_by_role("button", name="转办", exact=True).click()
    expect(page.locator(".case-head")).to_contain_text("资料复核中")
    shown = dialog + page.locator("main").inner_text() + page.title()
    for word in ("胁迫", "拐卖", "暴力", "报告", "冻结", "警", "哭"):
        assert word not in shown
    shoot(page, "marriage-frozen")
    with hall.site.work() as w:
        assert w.session.scalars(select(ReportTask.kind)).all() == ["coercion"]


def test_a_report_is_read_made_and_closed_and_a_lead_lets_the_case_go_on(
    hall: Hall, open_page: OpenPage, shoot: Shoot
) -> None:
    case_id = hall.checked()
    with hall.site.work() as w:
        service.freeze(w, hall.registry.viewer(), case_id, "violence", "手上有伤，说是丈夫打的。")
    hall.site.clock.advance(3 * 3600)
    page = hall.open_page(open_page, "/console/marriage/reports", "lead")
    expect(page.get_by_text("已超时")).to_be_visible()
    expect(page.get_by_text("12338").first).to_be_visible()
    assert "手上有伤" not in page.content()
    page.get_by_role("button", name="看迹象和结果").click()
    expect(page.get_by_role("status")).to_contain_text("手上有伤")
    shoot(page, "marriage-reports")
    page.get_by_label("报告给了谁").fill("城关派出所 王警官")
    page.get_by_role("button", name="已经报告").click()
    page.get_by_label("处理结果").fill("已由派出所处理，开了告诫书。")
    page.get_by_role("button", name="办结").click()
    expect(page.get_by_text("✓ 已办结")).to_be_visible()
    page.get_by_text("查清了，恢复办理").click()
    page.get_by_label("查清了什么").fill("双方分开询问，女方自愿撤销。")
    page.get_by_role("button", name="恢复办理").click()
    expect(page.get_by_role("status")).to_contain_text("已恢复办理")
    assert hall.state(case_id) == "open"


def test_the_receipt_of_a_divorce_shows_both_periods_large_and_comes_as_a_file(
    hall: Hall, open_page: OpenPage, shoot: Shoot
) -> None:
    with hall.site.work() as w:
        case = registry.registered(w, hall.registry.viewer(), "divorce_application", registry.couple(w))
        case_id = case.id
    page = hall.open_page(open_page, f"/console/marriage/cases/{case_id}/letter")
    assert page.locator(".letter-period").count() == 2
    size = page.locator(".letter-days").first.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
    assert size >= 26
    shoot(page, "marriage-letter-receipt")
    answer = page.request.get(f"{hall.site.url}/console/marriage/cases/{case_id}/letter.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF-")


def test_a_field_is_shown_whole_only_with_a_reason(hall: Hall, open_page: OpenPage) -> None:
    case_id = hall.walk_in()
    page = hall.open_page(open_page, f"/console/marriage/cases/{case_id}")
    page.get_by_role("button", name="看第一位完整的证件号码").click()
    page.get_by_label("理由", exact=True).select_option("registration")
    page.get_by_label("说明（至少 4 个字）").fill("核对证件原件")
    page.get_by_role("button", name="查看", exact=True).click()
    expect(page.locator("[data-value='1:id_number']")).to_have_text(id_number(date(1990, 1, 1), 1))


def test_a_lead_gives_and_ends_a_certificate(hall: Hall, open_page: OpenPage, shoot: Shoot) -> None:
    page = hall.open_page(open_page, "/console/marriage/licences", "lead")
    page.get_by_label("登记员", exact=True).select_option(label="姓名unlicensed")
    page.get_by_label("证号").fill("渝婚登9001")
    today = local(hall.site.clock.now()).date()
    page.get_by_label("从哪天").fill(today.isoformat())
    page.get_by_label("到哪天").fill((today + timedelta(days=20)).isoformat())
    page.get_by_role("button", name="登记", exact=True).click()
    row = page.get_by_role("row").filter(has_text="渝婚登9001")
    expect(row).to_contain_text("还有21天到期")
    shoot(page, "marriage-licences")
    row.get_by_text("停用").first.click()
    row.get_by_label("原因").fill("调离登记岗位")
    row.get_by_role("button", name="停用").click()
    expect(page.get_by_role("row").filter(has_text="渝婚登9001")).to_contain_text("已停用")


PAGES = ("", "new", "reports", "licences", "talks", "ceremonies")


@pytest.mark.parametrize("size", [{"width": 1366}, PHONE], ids=["desk", "phone"])
def test_every_page_is_legible_named_and_fits(
    hall: Hall, open_page: OpenPage, shoot: Shoot, size: dict[str, int]
) -> None:
    case_id = hall.checked()
    _booked(hall, 2)
    wide = size["width"] == 1366
    for path in (*PAGES, f"cases/{case_id}"):
        who = "lead" if path == "licences" else "registrar"
        page = hall.open_page(open_page, f"/console/marriage/{path}", who, **size)
        assert _faint(page) == []
        assert page.evaluate(NAMELESS) == []
        assert not _wide(page)
        shoot(page, f"marriage-{'wide' if wide else 'phone'}-{path.split('/')[0] or 'day'}")

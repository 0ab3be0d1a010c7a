"""A hall asked for on the phone, one question a screen: the desk sends it back, then opens it, and it is there."""

from io import BytesIO

from playwright.sync_api import Page, expect

from backend.launch.banner import DEMO_PASSWORD
from tests.console.conftest import SCREENSHOTS, forbidden, sign_in
from tests.support.halls import photo
from tests.support.legibility import broken
from tests.support.phone import Demonstration, Handset

DESK = "/console/memorial/applications/"


def answer(handset: Handset, title: str, *, chip: str = "", label: str = "", words: str = "") -> None:
    """One screen: a chip pressed, a line written, or nothing, and on."""
    handset.heading(title)
    page = handset.page
    assert broken(page, elder=True) == {}
    if chip:
        page.locator(".chip").get_by_text(chip, exact=True).click()
    if label:
        page.get_by_label(label).fill(words)
    page.get_by_role("button", name="下一步").click()


def dated(handset: Handset, title: str, group: str, *numbers: int) -> None:
    handset.heading(title)
    for unit, value in zip("年月日", numbers, strict=True):
        handset.page.get_by_label(f"{group}{unit}", exact=True).fill(str(value))
    handset.page.get_by_role("button", name="下一步").click()


def written(handset: Handset) -> Page:
    """Everything that is asked, up to the last look."""
    page = handset.open("/memorial/open/new")
    handset.heading("在哪个镇街办？")
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_text("请选一个镇街。")).to_be_visible()
    page.get_by_label("请选您或逝者家所在的镇街").select_option(index=1)
    answer(handset, "在哪个镇街办？")
    answer(handset, "纪念几位？", chip="一位")
    answer(handset, "逝者叫什么名字？", label="逝者姓名", words="李𬱖山")
    answer(handset, "您是李𬱖山的？", chip="子女")
    dated(handset, "哪一天去世的？", "李𬱖山去世的日子", 2026, 11, 3)
    dated(handset, "哪一天出生的？", "李𬱖山出生的日子（不知道就不填）", 1938, 2, 1)
    handset.take("elder-open-number")
    answer(handset, "身份证号知道吗？")
    answer(handset, "是烈士吗？", chip="是烈士")
    expect(page.get_by_role("alert")).to_contain_text("退役军人事务局")
    handset.take("elder-open-martyr")
    answer(handset, "是烈士吗？", chip="不是烈士")
    answer(handset, "逝者生前有交代吗？", chip="没有留下安排")
    answer(handset, "让谁看？", chip="受邀的人能看")
    answer(handset, "纪念馆叫什么？")
    answer(handset, "选个样式", chip="暮云")
    handset.heading("请再看一遍")
    assert broken(page, elder=True) == {}
    handset.take("elder-open-check")
    return page


def handed_in(handset: Handset) -> str:
    """The papers, and to the desk; the number."""
    page = handset.page
    handset.press("写好了，下一步")
    handset.heading("怀念李𬱖山")
    papers = page.locator("section.card", has=page.get_by_role("heading", name="去世证明"))
    with page.expect_response(lambda one: one.url.endswith("/papers") and one.status == 201):
        papers.locator("input[type=file]").last.set_input_files(
            {"name": "火化证.jpg", "mimeType": "image/jpeg", "buffer": BytesIO(photo()).getvalue()}
        )
    expect(page.get_by_text("已交 1 份")).to_be_visible()
    assert broken(page, elder=True) == {}
    handset.take("elder-open-papers")
    page.get_by_label("没有关系证明？写一写为什么").fill("户口簿在老家，下月寄来")
    handset.press("交给工作人员")
    expect(page.locator(".note-good")).to_contain_text("最迟 2026年12月1日 答复")
    handset.take("elder-open-waiting")
    return page.locator(".note-good").get_by_text("编号").inner_text().rpartition("编号 ")[2]


def test_a_hall_asked_for_on_the_phone_is_sent_back_opened_at_the_desk_and_there(shown: Demonstration) -> None:
    handset = shown.phone(elder=True).log_in("李娜")
    handset.open("/memorial/open")
    handset.heading("申请设纪念馆")
    handset.take("elder-open")
    page = written(handset)
    number = handed_in(handset)
    mine = page.url.partition("#")[2]

    context = shown.browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    shown.contexts.append(context)
    desk = context.new_page()
    desk.on("console", lambda told: shown.faults.extend(forbidden(told.text)))
    sign_in(context, shown.url, "clerk", DEMO_PASSWORD)
    desk.goto(shown.url + DESK)
    desk.get_by_role("link", name="怀念李𬱖山").wait_for()
    take(desk, "hall-applications-phone")
    desk.get_by_role("link", name="怀念李𬱖山").click()
    expect(desk.get_by_text("登记里没有，请看材料").first).to_be_visible()
    desk.get_by_text("请家人补材料").click()
    desk.get_by_label("要补什么").fill("请补拍户口簿第二页")
    take(desk, "hall-application-phone")
    desk.get_by_role("button", name="退回补材料").click()
    expect(desk.get_by_role("status")).to_contain_text("已退回")

    handset.open("/inbox")
    page.get_by_text("您的申请要补一点材料").click()
    page.get_by_role("link", name="去看看").locator("visible=true").click()
    expect(page.locator(".note-warn").first).to_contain_text("请补拍户口簿第二页")
    assert page.url.endswith(mine)
    handset.take("elder-open-returned")
    handset.press("交给工作人员")
    expect(page.locator(".note-good")).to_contain_text("最迟")

    desk.set_viewport_size({"width": 1366, "height": 800})
    desk.reload()
    desk.locator("summary", has_text="设纪念馆").click()
    desk.get_by_label("看了什么证明").fill("火化证；户口簿在途，已与社区核实")
    take(desk, "hall-application")
    desk.get_by_role("button", name="设纪念馆").click()
    expect(desk.get_by_role("status")).to_contain_text("已设好")
    expect(desk.locator("dl.facts", has_text=number)).to_be_visible()
    handset.open(mine)
    page.get_by_role("link", name="去看纪念馆").click()
    handset.heading("怀念李𬱖山")


def take(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)

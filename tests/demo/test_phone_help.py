"""申请救助 on the phone: from the guide to the decision and the appeal, filled in by hand in a browser."""

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from backend.cases import deciding, service
from backend.cases.deciding import Words
from backend.cases.models import Case
from backend.cases.records import fresh
from backend.core.db import Work, unit_of_work
from backend.demo.civil_moments import viewer_of
from tests.support.legibility import broken
from tests.support.phone import Demonstration, Handset
from tests.support.plain_matter import CODE, TITLE, plain_matter

TOWN = "青山镇"


@pytest.fixture(scope="module", autouse=True)
def matter() -> Iterator[str]:
    with plain_matter() as code:
        yield code


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("photo") / "房子.jpg"
    Image.new("RGB", (40, 30), "red").save(path)
    return path


def begin(handset: Handset, way_in: str = "我要申请") -> Page:
    """From the guide into the form."""
    page = handset.open(f"/help/{CODE}")
    handset.press(way_in, "link")
    page.locator("select").select_option(label=TOWN)
    handset.press("开始填")
    expect(page.get_by_text("第 2 步，共 4 步")).to_be_visible()
    return page


def date_of(page: Page, label: str, year: int, month: int, day: int, at: int = 0) -> None:
    for unit, value in (("年", year), ("月", month), ("日", day)):
        page.get_by_label(f"{label}{unit}", exact=True).nth(at).fill(str(value))


def fill(page: Page) -> None:
    """Everything but the members."""
    page.get_by_label("农村").check()
    page.get_by_label("有什么困难").fill("发大水，房子倒了")
    date_of(page, "哪一天发生的", 2026, 11, 20)
    page.get_by_label("家里几口人").fill("2")
    page.get_by_label("是", exact=True).check()


def member(page: Page, at: int, relation: str, born: tuple[int, int, int], income: str, name: str = "") -> None:
    box = page.locator(".member").nth(at)
    if name:
        box.get_by_label("姓名").fill(name)
    box.get_by_label("和申请人的关系").select_option(label=relation)
    date_of(page, "出生日期", *born, at=at)
    box.get_by_label("每月收入（元）").fill(income)


def handed_in(handset: Handset, photo: Path, way_in: str = "我要申请") -> Page:
    page = begin(handset, way_in)
    fill(page)
    member(page, 0, "本人", (1996, 5, 20), "0", "王秀英")
    handset.press("下一步")
    handset.heading("交材料")
    page.get_by_label("选照片或 PDF").first.set_input_files(photo)
    expect(page.get_by_text("房子.jpg")).to_be_visible()
    handset.press("下一步", "link")
    handset.heading("请再看一遍")
    handset.press("提交申请")
    handset.heading("提交好了")
    return page


def meanwhile(shown: Demonstration, page: Page, act: Callable[[Work, Case], object]) -> None:
    """What staff do to the case on the page, and the page afterwards."""
    with shown.app.app_context(), unit_of_work() as work:
        act(work, fresh(work, UUID(page.url.split("/cases/")[1][:36])))
    page.reload()
    expect(page.locator("main[data-at]:not([aria-busy]) h1")).to_be_visible()


def test_the_way_in_is_open_to_everybody_and_says_what_is_never_asked(shown: Demonstration) -> None:
    handset = shown.phone(elder=True)
    page = handset.open("/home")
    handset.press("申请救助", "link")
    handset.heading("申请救助")
    assert broken(page, elder=True) == {}
    handset.take("elder-help")
    page.get_by_role("link", name=TITLE).click()
    handset.heading(TITLE)
    expect(page.locator(".note-good")).to_contain_text("银行流水")
    expect(page.locator("main")).to_contain_text("受理后最多 20 个工作日")
    assert broken(page, elder=True) == {}
    handset.press("我要申请", "link")
    handset.heading("请选择您是谁")


def test_an_application_from_the_form_to_the_appeal(shown: Demonstration, photo: Path) -> None:
    zhang = shown.phone(elder=True).log_in("张伟")
    page = fill_and_mend(zhang)
    papers_and_hand_in(zhang, photo)
    told_once_what_is_missing(shown, zhang)
    refused_and_appealed(shown, zhang)
    expect(page.locator("main")).to_contain_text("申诉：正在处理")


def fill_and_mend(zhang: Handset) -> Page:
    page = begin(zhang)
    assert broken(page, elder=True) == {}
    expect(page.locator(".member").get_by_label("和申请人的关系")).to_have_value("self")
    assert page.locator(".chip").all_inner_texts()[:2] == ["城镇", "农村"]
    fill(page)
    page.get_by_label("家里几口人").fill("两")
    zhang.press("下一步")
    expect(page.get_by_text("请填整数。")).to_be_visible()
    expect(page.get_by_label("家里几口人")).to_be_focused()
    page.get_by_label("家里几口人").fill("2")
    member(page, 0, "本人", (1996, 5, 20), "0", "张伟")
    zhang.press("再加一个")
    member(page, 1, "子女", (2020, 6, 1), "没有", "张小宝")
    zhang.press("下一步")
    expect(page.locator(".member").nth(1).get_by_label("每月收入（元）")).to_be_focused()
    expect(page.locator(".member").nth(1)).to_contain_text("请填金额")
    assert broken(page, elder=True) == {}
    zhang.take("elder-help-form")
    page.locator(".member").nth(1).get_by_label("每月收入（元）").fill("0")
    zhang.press("下一步")
    zhang.heading("交材料")
    return page


def papers_and_hand_in(zhang: Handset, photo: Path) -> None:
    page = zhang.page
    zhang.press("下一步", "link")
    expect(page.locator("main")).to_contain_text("还要交：受灾照片")
    zhang.press("提交申请")
    expect(page.get_by_role("alert")).to_contain_text("还缺：受灾照片")
    zhang.press("补材料", "link")
    page.get_by_label("选照片或 PDF").first.set_input_files(photo)
    expect(page.get_by_text("已交 1 份")).to_be_visible()
    assert broken(page, elder=True) == {}
    zhang.take("elder-help-papers")
    zhang.press("下一步", "link")
    expect(page.locator("main")).to_contain_text("2. 张小宝，2020年6月1日，子女，0.00 元")
    assert broken(page, elder=True) == {}
    zhang.take("elder-help-check")
    zhang.press("提交申请")
    zhang.heading("提交好了")
    expect(page.locator("main")).to_contain_text("镇街经办正在办“受理”")
    assert broken(page, elder=True) == {}


def told_once_what_is_missing(shown: Demonstration, zhang: Handset) -> None:
    page = zhang.page
    meanwhile(shown, page, lambda work, case: service.send_back(
        work, viewer_of(work, "clerk"), case, version=case.version, papers=["bill"], fields=["address"]))  # fmt: skip
    expect(page.locator(".note-warn")).to_contain_text("请一次补齐：看病票据、家住哪里")
    assert broken(page, elder=True) == {}
    zhang.take("elder-help-missing")
    zhang.press("补填内容", "link")
    page.get_by_label("家住哪里").fill("桃园村3组")
    zhang.press("下一步")
    zhang.heading("交材料")
    expect(page.get_by_text("请补交")).to_be_visible()
    zhang.press("下一步", "link")
    zhang.press("提交申请")
    zhang.heading("提交好了")


def refused_and_appealed(shown: Demonstration, zhang: Handset) -> None:
    page = zhang.open("/cases")
    page.get_by_role("link", name=TITLE).click()
    zhang.heading(TITLE)
    meanwhile(shown, page, lambda work, case: service.accept(
        work, viewer_of(work, "clerk"), case, version=case.version))  # fmt: skip
    expect(page.locator("main")).to_contain_text("县民政局正在办“决定救助”")
    no = Words("refused", "房子没有倒，不符合条件", "社会救助法第45条")
    meanwhile(shown, page, lambda work, case: deciding.decide(
        work, viewer_of(work, "bureau"), case, no, version=case.version))  # fmt: skip
    expect(page.locator("main")).to_contain_text("房子没有倒，不符合条件")
    assert broken(page, elder=True) == {}
    zhang.take("elder-help-decision")
    expect(page.locator(".timeline")).to_contain_text("11月24日 09:00")
    zhang.press("我要申诉", "link")
    zhang.press("提交申诉")
    expect(page.get_by_text("请写一写哪里不对。")).to_be_visible()
    assert broken(page, elder=True) == {}
    page.get_by_label("哪里不对？").fill("房子真的倒了，村里都知道")
    zhang.press("提交申诉")
    zhang.heading(TITLE)


def test_an_unfinished_form_survives_the_loss_of_the_network_and_another_phone(shown: Demonstration) -> None:
    handset = shown.phone().log_in("李娜")
    page = begin(handset)
    page.get_by_label("有什么困难").fill("孩子病了")
    handset.context.set_offline(True)
    handset.press("先存起来，以后再填")
    expect(page.get_by_role("alert")).to_contain_text("填好的内容都还在")
    handset.context.set_offline(False)
    page.reload()
    expect(page.get_by_label("有什么困难")).to_have_value("孩子病了")
    handset.press("先存起来，以后再填")
    handset.heading(TITLE)
    other = shown.phone().log_in("李娜")
    page = other.open(f"/help/{CODE}")
    other.press("接着填", "link")
    expect(page.get_by_label("有什么困难")).to_have_value("孩子病了")
    page = other.open("/cases")
    page.get_by_role("link", name=TITLE).click()
    other.press("撤回申请")
    other.press("撤回这个申请")
    expect(page.locator("main")).to_contain_text("需要时可以重新申请")


def test_a_son_applies_for_his_mother(shown: Demonstration, photo: Path) -> None:
    handset = shown.phone(elder=True).log_in("陈杰")
    handset.open("/me/proxies")
    handset.press("替 王** 办事")
    handset.heading("王**的预约")
    page = handed_in(handset, photo, "为王**申请")
    expect(page.locator("main")).to_contain_text("亲友代办")
    expect(handset.open("/cases").locator("main h1")).to_have_text("王**的申请")
    handset.press("不代办了")


def test_what_hangs_out_can_be_objected_to_by_anybody(shown: Demonstration) -> None:
    handset = shown.phone(elder=True)
    page = handset.open("/board")
    handset.press(TOWN, "link")
    handset.heading(f"{TOWN}公示")
    expect(page.locator(".card").first).to_contain_text("860.00 元")
    assert broken(page, elder=True) == {}
    handset.take("elder-board")
    page.get_by_role("link", name="我有不同意见").first.click()
    page.get_by_label("哪里不对？").fill("他家在县城有两套房")
    handset.press("提交意见")
    expect(page.get_by_text("已收到，镇街会去核实")).to_be_visible()

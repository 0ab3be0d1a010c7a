"""志愿服务 on the phone: an activity, help asked for and given, the time it moves, and the large type of all of it."""

import re

import pytest
from playwright.sync_api import Page, expect

from scheduler import timebank_jobs
from tests.support.legibility import broken
from tests.support.phone import Demonstration, Handset

DAY_S, HOUR_S = 86_400, 3_600
ELDER_PAGES = [
    "/volunteer", "/volunteer/change", "/volunteer/papers", "/volunteer/papers/new", "/volunteer/teams",
    "/volunteer/child", "/activities", "/activities/mine", "/records", "/certificates", "/orders", "/orders/new",
    "/tasks", "/calls", "/time", "/time/statement", "/time/give", "/time/donate", "/time/family", "/time/gifts",
]  # fmt: skip


@pytest.fixture(scope="module")
def served(shown: Demonstration) -> Demonstration:
    """The time of the activities that are over is confirmed: there is something to give."""
    with shown.app.app_context():
        assert timebank_jobs.confirm_time() > 0
    return shown


def read(handset: Handset, words: str) -> None:
    """Wait for these words, on a page that keeps the promises of 长辈版."""
    expect(handset.page.locator("main")).to_contain_text(words)
    assert broken(handset.page, elder=True) == {}


def test_a_volunteer_takes_part_asks_for_a_correction_and_prints_a_certificate(served: Demonstration) -> None:
    handset = served.phone(elder=True).log_in("王芳")
    page = handset.open("/activities")
    page.get_by_role("link", name=re.compile("周末陪伴读报")).click()
    handset.heading("周末陪伴读报")
    expect(page.locator("dl")).to_contain_text("16 岁")
    handset.press("我要报名")
    read(handset, "到那天，来这一页签到")
    handset.open(f"{page.url.split('#')[1]}/in")
    page.get_by_label("现场的签到码").fill("123456")
    handset.press("用码签到")
    expect(page.get_by_role("alert")).to_be_focused()
    handset.open("/records")
    handset.press("记得不对？", "link")
    page.get_by_label("哪里不对？").fill("少记了半小时")
    handset.press("请工作人员核对")
    read(handset, "工作人员核对后，会告诉您结果")
    handset.open("/certificates")
    handset.press("开证明")
    address = page.get_by_role("link", name="查真假的网页").get_attribute("href") or ""
    with page.expect_download() as given:
        handset.press("打开证明（PDF）")
    assert re.search(r"/verify/FW\d{6}-", address)
    assert given.value.suggested_filename.startswith("志愿服务证明 FW")


def test_a_son_pays_for_his_mothers_supper_with_his_own_time(served: Demonstration) -> None:
    son, helper = served.phone(elder=True).log_in("陈杰"), served.phone(elder=True).log_in("王芳")
    ask_for_supper(son)
    accept_and_see_the_door(helper)
    served.clock.advance(DAY_S)
    visit(served, helper)
    agree_and_thank(son)
    son.press("不代办了")
    son.open("/time/statement")
    read(son, "请人帮忙，先预留：助餐")
    expect(son.page.locator(".out")).to_have_text("−1小时")
    helper.open("/time/statement")
    expect(helper.page.locator(".in").last).to_have_text("+1小时")


def ask_for_supper(son: Handset) -> None:
    page = son.open("/me/proxies")
    son.press("替 王** 办事")
    son.heading("王**的预约")
    son.open("/orders/new")
    son.press("下一步")
    expect(page.get_by_text("请选一样。")).to_be_visible()
    page.get_by_label("做饭、送饭").check()
    son.press("下一步")
    page.get_by_label("说一说要做什么").fill("做一顿软和的晚饭")
    for heading in ("什么时候？", "在哪里？", "用谁的时间？"):
        son.press("下一步")
        son.heading(heading)
        assert broken(page, elder=True) == {}
    expect(page.get_by_label("我的，孝敬王**（有 5小时）")).to_be_checked()
    page.get_by_role("button", name="下单，找志愿者").dblclick()
    son.heading("下好单了")


def task_of(helper: Handset) -> Page:
    page = helper.open("/tasks")
    page.get_by_role("link", name=re.compile("助餐")).click()
    helper.heading("助餐，1小时")
    return page


def accept_and_see_the_door(helper: Handset) -> None:
    page = task_of(helper)
    read(helper, "和您同一个村")
    expect(page.locator("main")).not_to_contain_text("桃园路6号")
    helper.press("我去")
    read(helper, "桃园路6号2栋3单元102")


def visit(served: Demonstration, helper: Handset) -> None:
    """Begun, followed from home, a cry for help, and done after an hour."""
    page = task_of(helper)
    helper.press("我到了，开始")
    read(helper, "觉得不安全，随时点红色按钮")
    helper.press("让家人看到我在哪")
    link = page.get_by_role("link", name="先打开看看").get_attribute("href") or ""
    home = served.phone(elder=True)
    home.open(link.split("#")[1])
    read(home, "已经到了，正在帮忙")
    expect(home.page.locator("main")).not_to_contain_text("桃园路")
    helper.press("求助：我有危险")
    read(helper, "要叫人来帮您吗？")
    helper.press("叫人来")
    read(helper, "已经叫人了")
    served.clock.advance(HOUR_S)
    helper.press("做完了")
    page.get_by_role("alertdialog").get_by_role("button", name="做完了").click()
    read(helper, "您报的是 1小时，等对方确认")


def agree_and_thank(son: Handset) -> None:
    page = son.open("/orders")
    page.get_by_role("link", name=re.compile("助餐 服务结束|助餐服务结束")).click()
    read(son, "王芳说，一共 1小时。对吗？")
    son.press("对，确认")
    page.get_by_label("5 颗星，非常好").check()
    assert broken(page, elder=True) == {}
    son.press("评好了")
    read(son, "都办好了，谢谢您的评价")


def test_every_page_of_volunteers_keeps_the_promises_of_large_type(served: Demonstration) -> None:
    assert served.phone(elder=True).log_in("王芳").walk(ELDER_PAGES) == {}

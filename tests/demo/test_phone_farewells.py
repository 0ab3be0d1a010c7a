"""远程告别 on the phone: kin plan one, a guest joins in a second window, words wait for who looks at them first."""

import re
from datetime import datetime

from playwright.sync_api import expect

from backend.core.clock import CHINA
from scheduler import farewell_jobs
from tests.support.phone import Demonstration, Handset

KIN, GUEST, STRANGER = "王芳", "李娜", "赵敏"
WORDS = "王老师，是您教我认的字。"


def plan(kin: Handset) -> str:
    """The address of a farewell in the hall of the funeral home."""
    page = kin.open("/farewells/new")
    page.get_by_role("button", name=re.compile("王德厚")).click()
    kin.heading("在哪里告别？")
    kin.read("订一个礼厅", "farewell-where")
    page.get_by_role("button", name=re.compile("示范县殡仪馆")).click()
    kin.heading("什么时候？")
    page.locator("button.slot").last.click()
    page.get_by_role("button", name="就这个时间").dblclick()
    kin.heading("告别王德厚")
    kin.read("每位亲友一个链接", "farewell-planned")
    return page.url.split("#")[1].removesuffix("/new")


def invite(kin: Handset, name: str) -> str:
    page = kin.page
    page.get_by_label("请谁？").fill(name)
    kin.press("给一个链接")
    address = page.locator(".address")
    expect(address).to_contain_text("/farewell/")
    kin.take("elder-farewell-link")
    link = address.text_content() or ""
    kin.press("发好了")
    expect(page.locator("main")).to_contain_text("还没打开")
    return link


def join(guest: Handset, link: str) -> None:
    guest.open("/farewells/join")
    guest.page.get_by_label("邀请码").fill(link)
    guest.press("打开")
    guest.heading("告别王德厚")


def test_kin_plan_a_farewell_and_a_guest_joins_in_a_second_window_and_leaves_words_that_wait(
    shown: Demonstration,
) -> None:
    kin, guest = shown.phone(elder=True).log_in(KIN), shown.phone(elder=True).log_in(GUEST)
    address = plan(kin)
    join(guest, invite(kin, "李家小妹"))
    guest.page.get_by_label("想对他").fill(WORDS)
    guest.press("留下这些话")
    expect(guest.page.locator(".words")).to_contain_text("正在审核")
    guest.read(WORDS, "farewell-guest")
    expect(guest.page.locator("main")).not_to_contain_text("请的亲友")
    kin.open(address)
    expect(kin.page.locator("main")).to_contain_text("已打开")
    expect(kin.page.locator("main")).not_to_contain_text(WORDS)
    late = shown.phone(elder=True).log_in(STRANGER)
    late.open("/farewells/join")
    late.page.get_by_label("邀请码").fill(invite(kin, "小赵"))
    kin.page.get_by_role("button", name="收回邀请").last.click()
    kin.press("收回")
    expect(kin.page.get_by_text("小赵")).to_have_count(0)
    late.press("打开")
    expect(late.page.get_by_role("alert")).to_contain_text("已经用过或收回了")
    guest.press("收回这句话")
    guest.press("撤下")
    expect(guest.page.locator("main")).to_contain_text("还没有留言")
    decide(kin, guest)


def decide(kin: Handset, guest: Handset) -> None:
    """A recording agreed to, another time, and calling it off: the guest sees all of it."""
    page = kin.page
    kin.press("我同意录像")
    expect(page.locator("main")).to_contain_text("您已同意")
    kin.read("到期自动删", "farewell-kin")
    kin.press("改时间或地点", "link")
    kin.heading("改到哪里？")
    page.get_by_role("button", name=re.compile("示范县殡仪馆")).click()
    kin.heading("什么时候？")
    page.locator("button.slot").first.click()
    kin.press("就这个时间")
    kin.heading("告别王德厚")
    page.get_by_text("取消这场告别").click()
    page.get_by_label("为什么取消？").fill("改为家中告别")
    kin.press("取消，并告诉亲友")
    expect(page.locator("main")).to_contain_text("取消了：改为家中告别")
    guest.open("/farewells")
    expect(guest.page.locator("main")).to_contain_text("已取消")
    guest.open("/inbox")
    guest.page.get_by_text("告别仪式取消").first.click()
    guest.page.get_by_role("link", name="去看看").first.click()
    guest.heading("告别王德厚")


def test_at_its_time_a_guest_comes_in_by_a_tap_and_gets_the_picture(shown: Demonstration) -> None:
    soon = shown.phone(elder=True).log_in(GUEST)
    page = soon.open("/farewells")
    page.get_by_role("link", name=re.compile("告别张桂芝")).click()
    soon.read("在这一页进入", "farewell-before")
    opens = datetime(2026, 11, 26, 7, 30, tzinfo=CHINA)
    shown.clock.advance((opens - shown.clock.now()).total_seconds())
    with shown.app.app_context():
        assert farewell_jobs.turn_farewells() > 0
    page.reload()
    soon.read("静静地看", "farewell-open")
    soon.press("进入告别厅", "link")
    page.get_by_role("button", name="看告别仪式").click()
    picture = page.get_by_role("link", name="打开画面")
    expect(picture).to_have_attribute("href", "https://gaobie.invalid/live/zhangguizhi")


def test_every_page_of_farewells_keeps_the_promises_of_large_type(shown: Demonstration) -> None:
    assert shown.phone(elder=True).log_in("张伟").walk(["/farewells", "/farewells/join", "/farewells/new"]) == {}

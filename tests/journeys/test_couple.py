"""A couple's way in the browser: from the question whether they may to the number in the hall."""

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect
from sqlalchemy import func, select

from backend.booking import queue
from backend.booking.models import Booking, QueueTicket, Window
from backend.core.clock import CHINA
from backend.core.db import reading, unit_of_work
from backend.ratings import service as ratings
from backend.residents.models import Person
from tests.support.legibility import broken
from tests.support.phone import Demonstration, Handset, demonstration

CHOSEN = "11/26"
VISIT = datetime(2026, 11, 26, 9, 0, tzinfo=CHINA)


@pytest.fixture
def shown(template_sqlite: Path, tmp_path: Path, browser: Browser) -> Iterator[Demonstration]:
    shutil.copy(template_sqlite, tmp_path / "demo.db")
    with demonstration(f"sqlite:///{tmp_path / 'demo.db'}", tmp_path, browser) as running:
        yield running
        assert running.faults == []


def ask(handset: Handset) -> None:
    page = handset.open("/marriage/marriage_registration")
    handset.press("先看看能不能办", "link")
    handset.born("男方", 1996, 5, 20)
    handset.born("女方", 1998, 8, 8)
    page.get_by_label("都没有配偶").check()
    handset.press("看看能不能办")
    handset.heading("可以办理")


def choose(handset: Handset, day: str, partner: str) -> None:
    """Office, day, the first free time, and the other one."""
    page = handset.page
    handset.press("选地点", "link")
    handset.heading("选地点")
    page.locator(".row").first.click()
    handset.heading("选时间")
    page.locator(".day", has_text=day).click()
    looked_at(handset, "time")
    page.locator("button.slot").first.click()
    handset.heading("谁来")
    page.get_by_text("演示：替我填").click()
    handset.press(partner)
    looked_at(handset, "people")
    handset.press("下一步")
    handset.heading("请再看一遍")


def looked_at(handset: Handset, name: str) -> None:
    """The page at hand keeps what 长辈版 promises too; its picture is kept."""
    handset.take(f"couple-{name}")
    assert broken(handset.page, elder=True) == {}


def number(handset: Handset) -> Locator:
    return handset.page.locator(".number")


def live_bookings() -> int:
    with reading() as work:
        mine = select(func.count()).where(Booking.matter == "marriage_registration", Booking.day == VISIT.date())
        return work.session.scalar(mine.where(Booking.state == "booked")) or 0


def test_a_couple_books_moves_checks_in_and_is_called(shown: Demonstration) -> None:
    before = live_bookings()
    his = shown.phone(elder=True).log_in("张伟")
    ask(his)
    looked_at(his, "verdict")
    choose(his, CHOSEN, "李娜")
    looked_at(his, "confirm")
    his.page.get_by_role("button", name="确认预约").dblclick()
    his.heading("约好了")
    looked_at(his, "booked")
    assert live_bookings() == before + 1

    hers = shown.phone(elder=True).log_in("李娜")
    hers.open("/bookings").locator(".row", has_text="结婚登记").click()
    hers.heading("结婚登记")
    expect(hers.page.locator("main")).to_contain_text("张*")
    expect(number(hers)).to_have_text(number(his).inner_text())
    hers.press("改时间", "link")
    hers.heading("改时间")
    hers.page.locator(".day", has_text=CHOSEN).click()
    hers.page.locator("button.slot").nth(1).click()
    looked_at(hers, "move")
    hers.press("就改到这个时间")
    hers.heading("结婚登记")
    expect(hers.page.locator("main")).to_contain_text("11月26日 周四 09:30–10:00")
    assert live_bookings() == before + 1

    arrives(shown, his)
    is_called(his)


def arrives(shown: Demonstration, his: Handset) -> None:
    shown.clock.advance((VISIT - shown.clock.now()).total_seconds())
    his.log_in("张伟").open("/bookings").locator(".row", has_text="结婚登记").click()
    his.press("我到了，签到取号", "link")
    his.heading("签到取号")
    his.page.get_by_label("大厅签到码里的文字").fill("shouwang:checkin:MR-01:wrong")
    his.press("用文字签到")
    expect(his.page.get_by_role("alert")).to_be_visible()
    looked_at(his, "check-in")
    his.page.get_by_role("button", name="扫一扫").click()
    his.heading("结婚登记")
    expect(his.page.locator(".ticket")).to_contain_text("请在大厅等叫号")
    looked_at(his, "ticket")


def is_called(his: Handset) -> None:
    """The number changes on the phone without a tap."""
    with unit_of_work() as work:
        ticket = work.session.scalars(select(QueueTicket).where(QueueTicket.day == VISIT.date())).one()
        window = work.session.scalars(
            select(Window).where(Window.office_id == ticket.office_id, Window.pool == "marriage").limit(1)
        ).one()
        queue.call_next(work, window)
    expect(his.page.locator(".ticket")).to_contain_text("正在叫您")


def test_who_gives_up_says_so_twice_and_the_place_is_free_again(shown: Demonstration) -> None:
    his = shown.phone().log_in("张伟")
    before = live_bookings()
    ask(his)
    his.press("选地点", "link")
    his.page.locator(".row").first.click()
    his.page.locator(".day", has_text=CHOSEN).click()
    his.page.locator("button.slot").first.click()
    his.page.get_by_text("演示：替我填").click()
    his.press("李娜")
    his.press("下一步")
    his.press("确认预约")
    his.heading("约好了")
    his.press("取消预约")
    his.press("取消这个预约")
    expect(his.page.locator("main")).to_contain_text("已取消")
    expect(his.page.get_by_role("button", name="取消预约")).to_have_count(0)
    assert live_bookings() == before


def test_a_rating_is_five_faces_with_words_and_a_bad_one_promises_a_call(shown: Demonstration) -> None:
    with unit_of_work() as work:
        person = next(one for one in work.session.scalars(select(Person)) if one.name == "张伟")
        ratings.invite(work, person.id, "booking", "a visit", "结婚登记")
    his = shown.phone(elder=True).log_in("张伟")
    his.open("/ratings").locator(".row").first.click()
    his.heading("结婚登记")
    assert his.page.locator(".face").all_inner_texts() == ["非常满意", "满意", "基本满意", "不满意", "非常不满意"]
    looked_at(his, "rating")
    his.press("提交评价")
    expect(his.page.get_by_text("请选一个")).to_be_visible()
    his.page.get_by_label("不满意", exact=True).check()
    his.press("提交评价")
    expect(his.page.locator("main")).to_contain_text("工作人员会给您打电话")

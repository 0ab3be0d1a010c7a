"""Waiting for a place on a full day, and one's rights over one's own data, on the phone."""

from datetime import date

from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from backend.booking import promoting
from backend.booking.models import Office, Slot
from backend.core.db import Work, unit_of_work
from tests.support.legibility import broken
from tests.support.phone import Demonstration, Handset

DAY, MATTER = date(2026, 12, 1), "certificate_reissue"


def office_of(work: Work) -> Office:
    return work.session.scalars(select(Office).where(Office.code == "MR-01")).one()


def fill_up(work: Work) -> None:
    """Nobody finds a place at the counter for records on that day any more."""
    that = (Slot.office_id == office_of(work).id, Slot.pool == "records", Slot.day == DAY)
    work.session.execute(update(Slot).where(*that).values(taken=Slot.capacity))


def give_one_back(work: Work) -> None:
    office = office_of(work)
    that = (Slot.office_id == office.id, Slot.pool == "records", Slot.day == DAY)
    slot = work.session.scalars(select(Slot).where(*that).order_by(Slot.starts_at)).first()
    assert slot is not None
    slot.taken -= 1
    work.session.flush()
    assert promoting.offer(work, office.id, "records", DAY) == 1


def find_a_full_day(handset: Handset) -> Page:
    """From the pre-check to a day with no place left."""
    page = handset.open(f"/marriage/{MATTER}/check")
    page.get_by_label("女", exact=True).check()
    handset.born("您", 1998, 8, 8)
    page.get_by_label("结婚证", exact=True).check()
    handset.press("看看能不能办")
    handset.press("选地点", "link")
    page.locator(".row").first.click()
    handset.heading("选时间")
    page.locator(f"[data-day='{DAY}']").click()
    return page


def test_whoever_finds_a_day_full_waits_is_offered_a_place_and_takes_it(shown: Demonstration) -> None:
    with shown.app.app_context(), unit_of_work() as work:
        fill_up(work)
    handset = shown.phone(elder=True).log_in("李娜")
    page = find_a_full_day(handset)
    assert broken(page, elder=True) == {}
    handset.take("elder-full-day")
    handset.press("排队等空位")
    handset.press("下一步")
    handset.heading("请再看一遍")
    expect(page.locator("main")).to_contain_text("12月1日 周二，等空位")
    handset.press("排队等空位")
    handset.heading("我的候补")
    expect(page.locator("main")).to_contain_text("排在第1位")
    with shown.app.app_context(), unit_of_work() as work:
        give_one_back(work)
    page = handset.open("/bookings")
    handset.press("我的候补 有空位，请确认", "link")
    expect(page.locator("main")).to_contain_text("有空位，为您保留到")
    assert broken(page, elder=True) == {}
    handset.take("elder-offer")
    handset.press("就要这个时间")
    handset.heading("约好了")


def test_whoever_no_longer_waits_lets_others_have_the_place(shown: Demonstration) -> None:
    with shown.app.app_context(), unit_of_work() as work:
        fill_up(work)
    handset = shown.phone().log_in("张伟")
    page = find_a_full_day(handset)
    handset.press("排队等空位")
    handset.press("下一步")
    handset.press("排队等空位")
    handset.press("不等了")
    handset.press("让给别人")
    expect(page.get_by_text("现在没有在等的候补。")).to_be_visible()


def test_a_wrong_address_is_put_right_by_asking(shown: Demonstration) -> None:
    handset = shown.phone(elder=True).log_in("李娜")
    page = handset.open("/me/data/correct")
    page.get_by_label("哪一项写错了？").select_option(label="出生日期")
    page.get_by_label("应该是什么？年", exact=True).fill("1998")
    handset.press("提交申请")
    expect(page.get_by_text("请按年、月、日填")).to_be_visible()
    page.get_by_label("哪一项写错了？").select_option(label="地址")
    page.get_by_label("应该是什么？").fill("青山镇桃园村3组")
    page.get_by_label("哪里不对？").fill("搬家了，以居住证为准")
    assert broken(page, elder=True) == {}
    handset.take("elder-correction")
    handset.press("提交申请")
    handset.heading("我的资料")
    expect(page.locator(".card", has_text="更正地址")).to_contain_text("最迟答复")
    handset.press("撤回申请")
    page.get_by_role("alertdialog").get_by_role("button", name="撤回").click()
    expect(page.locator(".card", has_text="更正地址")).not_to_contain_text("最迟答复")


def test_before_being_forgotten_one_sees_what_goes_what_stays_and_what_is_in_the_way(shown: Demonstration) -> None:
    handset = shown.phone(elder=True).log_in("王芳")
    page = handset.open("/me/data/erase")
    expect(page.locator("main")).to_contain_text("马上删掉")
    expect(page.locator(".note-warn")).to_contain_text("这些事要先办完或取消")
    expect(page.get_by_role("button", name="我要注销")).to_have_count(0)
    assert broken(page, elder=True) == {}
    handset.take("elder-erasure-blocked")


def test_whoever_has_nothing_under_way_is_forgotten_at_once(shown: Demonstration) -> None:
    handset = shown.phone().log_in("吴帆")
    page = handset.open("/me/data/erase")
    handset.press("我要注销")
    handset.press("注销")
    expect(page.locator("main h1")).to_have_text("请选择您是谁")

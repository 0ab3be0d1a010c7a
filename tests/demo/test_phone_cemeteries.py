"""现场祭扫 and 殡葬服务 on the phone: a visit for three, a day closed for weather, a sweeping, a bill and an order."""

import re

from playwright.sync_api import Page, expect

from tests.support.phone import Demonstration, Handset

DAUGHTER, FIANCE, COUSIN = "李娜", "张伟", "王芳"
ELDER_PAGES = [
    "/cemeteries", "/cemeteries/mine", "/cemeteries/visits", "/cemeteries/errands", "/cemeteries/at/QS-LY/visit",
    "/cemeteries/at/QS-LY/errand", "/funerals", "/funerals/prices", "/funerals/new", "/funerals/orders",
]  # fmt: skip


def test_a_daughter_books_a_visit_for_three_once_moves_it_and_gives_it_up(shown: Demonstration) -> None:
    handset = shown.phone(elder=True).log_in(DAUGHTER)
    page = handset.open("/cemeteries")
    handset.read("家里老人不用手机？", "cemeteries")
    handset.press("预约祭扫", "link")
    handset.press("归园树葬区 桂花1号（我家的）")
    handset.heading("几个人去？")
    handset.press("下一步")
    expect(page.get_by_text("请选几个人。")).to_be_visible()
    page.get_by_label("3 人").check()
    handset.read("一个墓位一天最多", "visit-people")
    page.get_by_label("3 人").press("Enter")
    handset.heading("哪天去？")
    handset.read("还能来", "visit-time")
    page.locator("button.slot").first.click()
    handset.heading("看一遍，对吗？")
    handset.read("归园树葬区 桂花1号", "visit-check")
    page.get_by_role("button", name="约好这个时间").dblclick()
    handset.heading("约好了")
    handset.read("在门口报预约号就行", "visit-booked")
    handset.open("/cemeteries/visits")
    expect(page.locator("main .rows a")).to_have_count(1)
    expect(page.locator("main .rows")).to_contain_text("3 人")
    page.locator("main .rows a").click()
    handset.press("改时间", "link")
    handset.heading("改时间")
    page.locator("button.slot").last.click()
    handset.press("就改到这个时间")
    handset.heading("祭扫预约")
    handset.press("取消预约")
    handset.press("取消这个预约")
    handset.read("需要时请重新预约", "visit-cancelled")


def test_a_day_closed_for_weather_offers_another_time_that_is_taken_with_one_tap(shown: Demonstration) -> None:
    handset = shown.phone(elder=True).log_in(FIANCE)
    page = handset.open("/cemeteries/visits")
    page.get_by_role("link", name=re.compile("请改时间")).click()
    handset.heading("祭扫预约")
    handset.read("这一天不开：大风大雨，山路湿滑", "visit-closed")
    page.get_by_role("button", name=re.compile("^改到")).first.click()
    expect(page.locator("main")).to_contain_text("已预约")
    expect(page.locator("main")).not_to_contain_text("这一天不开")
    expect(page.locator("main")).to_contain_text("2 人")


def test_somebody_far_away_has_a_grave_swept_and_sees_the_pictures(shown: Demonstration) -> None:
    handset = shown.phone(elder=True).log_in(DAUGHTER)
    page = handset.open("/cemeteries/errands")
    page.get_by_role("link", name=re.compile("已祭扫")).click()
    for number in (1, 2):
        picture = page.get_by_alt_text(f"代祭扫的照片，第 {number} 张，共 2 张")
        expect(picture).not_to_have_js_property("naturalWidth", 0)
    handset.read("已经替您扫好了", "sweeping-done")
    handset.open("/cemeteries/at/QS-LY/errand")
    handset.press("归园树葬区 桂花1号（我家的）")
    page.get_by_label("想在墓前说的话").fill("爸，天冷了。")
    handset.press("请人去一趟")
    handset.heading("代祭扫")
    handset.read("扫好以后会告诉您", "sweeping-asked")


def test_prices_are_for_everybody_and_an_order_is_quoted_line_by_line_first(shown: Demonstration) -> None:
    stranger = shown.phone(elder=True)
    stranger.open("/funerals/prices")
    stranger.read("政府指导价", "funeral-prices")
    handset = shown.phone(elder=True).log_in(COUSIN)
    order(handset)
    page = handset.page
    handset.read("收到了，工作人员会打电话和您核对", "funeral-ordered")
    page.get_by_text("我有意见、要投诉").click()
    page.get_by_label("哪里不好？").fill("电话没有人接")
    handset.press("提交意见")
    expect(page.locator("main")).to_contain_text(re.compile("收到了，.+前答复您"))
    handset.press("取消这一单")
    page.get_by_role("alertdialog").get_by_role("button", name="取消这一单").click()
    expect(page.locator("main")).to_contain_text("这一单取消了，不收钱")


def order(handset: Handset) -> None:
    page = handset.open("/funerals/new")
    page.get_by_label("逝者的姓名").fill("王素珍")
    handset.press("下一步")
    handset.heading("要哪些？")
    handset.press("算一算")
    expect(page.get_by_role("alert")).to_contain_text("请至少选一样")
    page.get_by_label("遗体火化").check()
    page.get_by_label("遗体冷藏").check()
    handset.take("elder-funeral-items")
    handset.press("算一算")
    handset.heading("看一遍账单")
    more_days(page)
    handset.read("低保、特困等困难家庭，基本服务能免", "funeral-bill")
    page.get_by_role("button", name="就这样，下单").dblclick()
    handset.heading("下好单了")


def more_days(page: Page) -> None:
    """Two days of refrigeration instead of one: the bill follows, the finger stays on its button."""
    expect(page.locator(".due")).to_contain_text("480 元")
    page.get_by_role("button", name="遗体冷藏加一天").click()
    expect(page.locator(".due")).to_contain_text("540 元")
    expect(page.get_by_role("button", name="遗体冷藏加一天")).to_be_focused()


def test_a_waiver_that_was_granted_is_taken_off_the_bill(shown: Demonstration) -> None:
    handset = shown.phone(elder=True).log_in("陈杰")
    page = handset.open("/funerals/orders")
    page.get_by_role("link", name=re.compile("陈守义")).click()
    expect(page.locator("main")).to_contain_text("惠民殡葬减掉")
    handset.read("等着", "funeral-waived")
    with page.expect_download() as given:
        handset.press("存一份费用清单（PDF）")
    assert given.value.suggested_filename.startswith("BY")


def test_every_page_of_visits_and_funerals_keeps_the_promises_of_large_type(shown: Demonstration) -> None:
    assert shown.phone(elder=True).log_in(FIANCE).walk(ELDER_PAGES) == {}

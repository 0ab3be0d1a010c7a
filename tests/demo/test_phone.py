"""The resident's side in a browser: what it offers, and what 长辈版 promises, measured on every page."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from playwright.sync_api import expect

from backend.app import create_app
from backend.core.clock import SystemClock, local
from backend.core.db import db
from backend.demo.civil_data import civil
from backend.settings import Settings
from backend.wechat import NotConfiguredError
from tests.support import services
from tests.support.legibility import broken
from tests.support.phone import Demonstration, Handset, demo_settings
from tests.support.wechat_world import sandbox

HERE = "/api/v1/demo/phone"
OPEN_PAGES = [
    "/login", "/home", "/guides", "/guides/marriage_registration", "/ask", "/marriage",
    "/marriage/marriage_registration", "/marriage/marriage_registration/check", "/marriage/divorce_application/check",
    "/marriage/certificate_reissue/check", "/marriage/no_record_proof/check", "/marriage/marriage_registration/office",
]  # fmt: skip
OWN_PAGES = [
    "/home", "/marriage", "/marriage/cases", "/bookings", "/inbox", "/me", "/me/phone", "/me/identity", "/me/proxies",
    "/me/proxies/new", "/me/consents", "/me/data", "/me/data/erase", "/me/looks", "/ratings", "/waiting", "/cases",
]  # fmt: skip

# One of each kind of page: tiles, rows, a form, a strip of choices, facts, messages.
UNLIKE_PAGES = [
    "/home", "/guides/marriage_registration", "/marriage/marriage_registration/check",
    "/marriage/marriage_registration/office", "/bookings", "/inbox", "/me/consents",
]  # fmt: skip


def measured(handset: Handset, path: str, *, elder: bool = True) -> dict[str, Any]:
    """Every promise that this page breaks."""
    return broken(handset.open(path), elder=elder)


@pytest.fixture(scope="module")
def elder(shown: Demonstration) -> Handset:
    return shown.phone(elder=True).log_in("张伟")


@pytest.fixture(scope="module")
def stranger(shown: Demonstration) -> Handset:
    return shown.phone(elder=True)


@pytest.fixture(scope="module")
def usual(shown: Demonstration) -> Handset:
    return shown.phone().log_in("李娜")


@pytest.mark.parametrize("path", OPEN_PAGES)
def test_the_version_for_the_old_keeps_its_promises_before_anybody_logs_in(stranger: Handset, path: str) -> None:
    found = measured(stranger, path)
    stranger.take(f"elder-open{path.replace('/', '-')}")
    assert found == {}


@pytest.mark.parametrize("path", OWN_PAGES)
def test_the_version_for_the_old_keeps_its_promises_on_ones_own_pages(elder: Handset, path: str) -> None:
    found = measured(elder, path)
    elder.take(f"elder{path.replace('/', '-')}")
    assert found == {}


@pytest.mark.parametrize("path", UNLIKE_PAGES)
def test_the_usual_version_is_legible_and_its_targets_fit_a_thumb(usual: Handset, path: str) -> None:
    found = measured(usual, path, elder=False)
    usual.take(f"usual{path.replace('/', '-')}")
    assert found == {}


def test_the_first_visit_asks_about_large_type_and_the_answer_stays(shown: Demonstration) -> None:
    handset = shown.phone(elder=None)
    page = handset.open("/login")
    handset.press("要大字")
    expect(page.locator("html")).to_have_class("elder")
    page.reload()
    handset.settled()
    expect(page.locator("html")).to_have_class("elder")
    expect(page.get_by_text("字要大一点吗？")).to_have_count(0)
    handset.press("长辈版")
    expect(page.locator("html")).not_to_have_class("elder")


def test_each_page_moves_the_focus_to_its_heading_and_names_the_window(shown: Demonstration) -> None:
    handset = shown.phone()
    page = handset.open("/guides")
    page.get_by_role("link", name="结婚登记").first.click()
    handset.heading("结婚登记")
    assert page.evaluate("document.activeElement.tagName") == "H1"
    assert page.title() == "结婚登记 · 示范县民政"


def test_a_page_of_ones_own_asks_to_log_in_and_then_comes_back(shown: Demonstration) -> None:
    handset = shown.phone()
    page = handset.open("/me/consents")
    handset.heading("请选择您是谁")
    page.locator(".row").first.click()
    expect(page.locator("main h1")).to_have_text("我的同意")


def test_a_new_phone_is_led_to_the_real_name_and_through_it(shown: Demonstration) -> None:
    handset = shown.phone().log_in("周新")
    page = handset.open("/bookings")
    expect(page.get_by_role("alert")).to_contain_text("请先在“我的”里完成实名认证")
    handset.press("去实名认证", "link")
    handset.heading("实名认证")
    page.get_by_text("演示：替我填").click()
    handset.press("周新")
    handset.press("同意并认证（演示认证）")
    handset.heading("我的")
    expect(page.get_by_text("已实名")).to_be_visible()
    page = handset.open("/me/phone")
    handset.press("获取微信里的手机号")
    handset.heading("我的")
    expect(page.get_by_text("170****").first).to_be_visible()


def test_whoever_acts_for_somebody_sees_it_on_every_page_and_stops_with_one_tap(shown: Demonstration) -> None:
    handset = shown.phone(elder=True).log_in("陈杰")
    page = handset.open("/me/proxies")
    handset.press("替 王** 办事")
    handset.heading("王**的预约")
    for path in ("/inbox", "/marriage", "/home"):
        expect(handset.open(path).locator("#acting")).to_contain_text("正在为 王** 办理")
        assert measured(handset, path) == {}
    handset.press("不代办了")
    expect(page.locator("#acting")).to_be_hidden()
    expect(handset.open("/bookings").locator("main h1")).to_have_text("我的预约")


def test_a_relative_asks_and_the_other_agrees_and_takes_it_back(shown: Demonstration) -> None:
    number = next(row.id_number for row in civil().residents if row.user == "wang-fang")
    hers = shown.phone(elder=True).log_in("赵敏")
    page = hers.open("/me/proxies/new")
    page.get_by_label("替谁办？（姓名）").fill("王芳")
    page.get_by_label("对方的证件号码").fill(number)
    hers.press("提交申请")
    expect(page.get_by_text("申请已提交")).to_be_visible()
    other = shown.phone(elder=True).log_in("王芳")
    page = other.open("/me/proxies")
    expect(page.locator("main")).to_contain_text("赵*")
    assert broken(page, elder=True) == {}
    other.take("elder-proxy-asked")
    other.press("同意")
    expect(page.get_by_text("有效")).to_be_visible()
    other.press("取消代办")
    page.get_by_role("alertdialog").get_by_role("button", name="取消代办").click()
    expect(page.get_by_text("已经结束的")).to_be_visible()


def test_a_consent_is_taken_back_after_its_effect_is_told(shown: Demonstration) -> None:
    handset = shown.phone().log_in("王芳")
    page = handset.open("/me/consents")
    card = page.locator(".card", has_text="短信提醒说明")
    card.get_by_role("button", name="撤回").click()
    expect(card).to_contain_text("撤回后不再给您发提醒短信")
    card.get_by_role("button", name="撤回同意").click()
    expect(card).to_contain_text("没有同意")
    card.get_by_role("button", name="同意").click()
    expect(card).to_contain_text("已同意")


def test_ones_data_can_be_kept_as_text(shown: Demonstration) -> None:
    handset = shown.phone().log_in("李娜")
    page = handset.open("/me/data")
    with page.expect_download() as given:
        handset.press("存成可以打印、朗读的文字")
    assert "我们保存的关于您的资料" in Path(given.value.path()).read_text(encoding="utf-8")


def test_a_message_is_read_once_it_is_opened(shown: Demonstration) -> None:
    handset = shown.phone().log_in("王芳")
    page = handset.open("/inbox")
    before = page.locator("details.unread").count()
    page.locator("details.unread summary").first.click()
    expect(page.locator("details.unread")).to_have_count(before - 1)


def test_without_a_network_the_form_keeps_what_was_typed_and_says_what_to_do(shown: Demonstration) -> None:
    handset = shown.phone()
    page = handset.open("/ask")
    page.get_by_label("想问什么？").fill("领结婚证要带户口本吗")
    handset.context.set_offline(True)
    expect(page.locator("#offline")).to_be_visible()
    handset.press("问一问")
    expect(page.get_by_role("alert")).to_contain_text("填好的内容都还在")
    handset.context.set_offline(False)
    page.reload()
    handset.settled()
    expect(page.get_by_label("想问什么？")).to_have_value("领结婚证要带户口本吗")
    handset.press("问一问")
    expect(page.get_by_text("不要户口簿。带双方的身份证").first).to_be_visible()


def test_a_form_says_at_the_field_what_is_wrong_and_goes_there(shown: Demonstration) -> None:
    handset = shown.phone()
    page = handset.open("/marriage/marriage_registration/check")
    handset.born("男方", 1996, 2, 30)
    handset.press("看看能不能办")
    expect(page.get_by_text("请按年、月、日填")).to_be_visible()
    first = page.get_by_label("男方的出生日期年")
    expect(first).to_be_focused()
    expect(first).to_have_attribute("aria-invalid", "true")


def test_a_verdict_against_names_its_article_and_leads_back_to_the_answers(shown: Demonstration) -> None:
    handset = shown.phone()
    page = handset.open("/marriage/marriage_registration/check")
    handset.born("男方", 1996, 5, 20)
    handset.born("女方", 2010, 8, 8)
    page.get_by_label("都没有配偶").check()
    handset.press("看看能不能办")
    handset.heading("现在还办不了")
    expect(page.locator("main")).to_contain_text("民法典第1047条")
    handset.press("改一改我填的", "link")
    expect(page.get_by_label("女方的出生日期年")).to_have_value("2010")


def test_a_running_divorce_shows_both_periods_and_only_the_lawful_days(shown: Demonstration) -> None:
    handset = shown.phone(elder=True).log_in("陈杰")
    page = handset.open("/marriage/cases")
    expect(page.locator("main")).to_contain_text("可以领证")
    assert measured(handset, "/marriage/cases") == {}
    handset.take("elder-divorce")
    handset.press("预约领离婚证", "link")
    handset.heading("领取离婚证")
    handset.press("选地点和时间", "link")
    handset.heading("选地点")
    page.locator(".row").first.click()
    handset.heading("选时间")
    expect(page.locator("main")).to_contain_text("按法律规定，这件事要在")
    handset.take("elder-divorce-days")


# -- what stands in for WeChat


@pytest.fixture
def client(settings: Settings, tmp_path: Path) -> Iterator[FlaskClient]:
    with sandbox(SystemClock()) as wechat:
        app: APIFlask = create_app(demo_settings(settings.database_url, tmp_path, wechat))
        with app.app_context():
            yield app.test_client()
            db.engine.dispose()


def test_a_code_from_the_sandbox_logs_in(client: FlaskClient) -> None:
    code = client.post(f"{HERE}/login-codes", json={"user": "li-na"}).get_json()["code"]
    assert client.post("/api/v1/mini/session", json={"code": code}).status_code == 200


def test_a_name_that_cannot_be_one_is_refused(client: FlaskClient) -> None:
    assert client.post(f"{HERE}/login-codes", json={"user": "../x"}).status_code == 422


def test_the_day_is_the_countys_by_the_clock_of_the_demonstration(client: FlaskClient) -> None:
    assert client.get(f"{HERE}/today").get_json() == {"day": local(SystemClock().now()).date().isoformat()}


def test_everybody_who_can_be_chosen_has_a_number_and_a_word_about_them(client: FlaskClient) -> None:
    people = client.get(f"{HERE}/people").get_json()["items"]
    assert {"张伟", "李娜", "周新"} <= {one["name"] for one in people}
    assert all(one["id_number"].startswith("500999") and one["hint"] for one in people)


def test_the_picture_of_a_number_is_one(client: FlaskClient) -> None:
    answer = client.get(f"{HERE}/qr/JH261122-62907-7")
    assert answer.mimetype == "image/svg+xml"
    assert answer.data.startswith(b'<svg xmlns="http://www.w3.org/2000/svg"')


def test_no_poster_of_an_office_that_does_not_exist(client: FlaskClient) -> None:
    assert client.get(f"{HERE}/posters/nowhere").status_code == 404


def test_files_come_only_from_the_folder_of_the_page(client: FlaskClient) -> None:
    with client.get("/phone/js/main.js") as script:
        assert script.status_code == 200
    assert client.get("/phone/..%2Fphone_api.py").status_code == 404
    assert client.get("/phone").headers["Location"].endswith("/phone/")


def test_beside_a_real_account_nobody_gets_a_code(settings: Settings) -> None:
    real = settings.model_copy(update={"mode": "demo", "embedded": frozenset()})
    app = create_app(real)
    with app.app_context():
        answer = app.test_client().post(f"{HERE}/login-codes", json={"user": "li-na"})
        db.engine.dispose()
    assert answer.get_json()["code"] == NotConfiguredError.code


def test_a_wechat_that_does_not_answer_is_said_so(settings: Settings) -> None:
    away = f"http://127.0.0.1:{services.free_port()}"
    more = {"mode": "demo", "embedded": frozenset({"wechat"}), "wechat_base_url": away}
    app = create_app(settings.model_copy(update=more))
    with app.app_context():
        answer = app.test_client().post(f"{HERE}/phone-codes", json={"user": "li-na"})
        db.engine.dispose()
    assert (answer.status_code, answer.get_json()["code"]) == (503, "wechat.busy")


def test_outside_a_demonstration_there_is_no_such_page(app: APIFlask) -> None:
    assert app.test_client().get("/phone/").status_code == 404
    assert app.test_client().get(f"{HERE}/people").status_code == 404

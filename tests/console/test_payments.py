"""The pages of paying in a browser: two people, the file, the answer; a simulation with its progress."""

import codecs
import io
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from uuid import UUID

import pytest
from apiflask import APIFlask
from playwright.sync_api import Page, expect
from sqlalchemy import select
from werkzeug.test import Client, TestResponse

from backend.assistance.models import PaymentBatch
from backend.core.clock import ManualClock
from backend.core.db import unit_of_work
from scheduler.assistance_jobs import compute_month
from tests.conftest import WorkFactory
from tests.console.conftest import OpenPage, Site, serving
from tests.support import payments
from tests.support.payments import answer_file, granted

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
MONEY = "1040.00"


@pytest.fixture
def site(app: APIFlask, work: WorkFactory, clock: ManualClock) -> Iterator[Site]:
    """The console of a county where one family has money for December."""
    with work() as w:
        load = payments.build(w)
        granted(w, load)
    clock._now = datetime(2026, 12, 15, tzinfo=UTC)
    compute_month()
    with serving(app, work, clock, load.window.world) as running:
        yield running


def the_batch(site: Site) -> PaymentBatch:
    with site.work() as w:
        return w.session.scalars(select(PaymentBatch)).one()


def _upload(page: Page, data: bytes) -> None:
    page.get_by_label("回盘文件").set_input_files({"name": "a.csv", "mimeType": "text/csv", "buffer": data})
    page.get_by_role("button", name="核对并结清").click()


def test_two_people_pay_a_family(site: Site, open_page: OpenPage, shoot: Callable[[Page, str], None]) -> None:
    page = open_page("/console/payments/", "officer")
    page.get_by_role("button", name="制作").click()
    expect(page.get_by_text("请另一位同事来审批")).to_be_visible()
    expect(page.get_by_role("button", name="审批通过")).to_have_count(0)
    other = open_page(f"/console/payments/{the_batch(site).id}", "officer2")
    other.get_by_role("button", name="审批通过").click()
    with other.expect_download() as download:
        other.get_by_role("button", name="下载发放文件并登记已发送").click()
    assert MONEY in download.value.path().read_text(encoding="gb18030")
    page.reload()
    _upload(page, answer_file("X", {1: MONEY}))
    expect(page.get_by_role("alert")).to_contain_text("流水号")
    _upload(page, answer_file(the_batch(site).number, {1: MONEY}))
    expect(page.get_by_text("已结清")).to_be_visible()
    shoot(page, "payment-batch")
    assert (the_batch(site).state, the_batch(site).paid_lines) == ("settled", 1)


def test_a_planner_sees_who_gains_where_and_what_it_costs(
    site: Site, open_page: OpenPage, shoot: Callable[[Page, str], None]
) -> None:
    page = open_page("/console/simulation/", "officer")
    page.get_by_label("城市低保标准（元/人/月）", exact=True).fill("800")
    page.get_by_role("button", name="试算").click()
    expect(page.get_by_role("table", name="各镇街试算结果")).to_contain_text("青山镇")
    expect(page.get_by_text("现行 1040.00，试算 1100.00")).to_be_visible()
    expect(page.get_by_role("img")).to_contain_text("青山镇")
    shoot(page, "simulation")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载表格").click()
    assert "青山镇,1,1,0,0,0,1040.00,1100.00,60.00" in download.value.path().read_text(encoding="utf-8-sig")
    page.get_by_text("再加一个方案").click()
    page.get_by_label("方案二：城市低保标准").fill("900")
    page.get_by_role("button", name="试算").click()
    expect(page.get_by_role("table", name="各镇街试算结果")).to_contain_text("方案二差额")
    expect(page.get_by_role("row", name="青山镇")).to_contain_text("1300.00")
    shoot(page, "simulation-compared")
    page.get_by_label("城市低保标准（元/人/月）", exact=True).fill("八百")
    page.get_by_role("button", name="试算").click()
    expect(page.get_by_role("alert")).to_contain_text("请检查填写的数字")
    with unit_of_work() as w:
        assert w.session.scalars(select(PaymentBatch)).all() == []
    assert site.url


def _signed_in(site: Site, path: str, username: str, app: APIFlask) -> TestResponse:
    client = app.test_client()
    client.post("/console/login", data={"username": username, "password": "secret"})
    return client.get(path)


def test_the_progress_comes_as_lines_and_the_result_as_the_last(site: Site, app: APIFlask) -> None:
    answer = _signed_in(site, "/console/simulation/run?share=85", "officer", app)
    lines = [json.loads(line) for line in answer.get_data(as_text=True).splitlines()]
    assert lines[0] == {"done": 1, "of": 1}
    assert "青山镇" in lines[-1]["html"]
    assert _signed_in(site, "/console/simulation/?share=85", "officer", app).status_code == 200
    assert _signed_in(site, "/console/simulation/run?share=abc", "officer", app).status_code == 422
    assert _signed_in(site, "/console/simulation/run?share=-1", "officer", app).status_code == 422


def test_open_data_is_for_everybody_and_names_nobody(site: Site, app: APIFlask) -> None:
    found = app.test_client().get("/open-data/assistance.json").get_json()
    assert found["counts"][0] | {"name": ""} == {
        "programme": "dibao", "title": "最低生活保障", "township": "500118101", "name": "",
        "households": None, "people": None, "monthly": None,
    }  # fmt: skip
    data = app.test_client().get("/open-data/assistance.csv").get_data()
    assert data.startswith(codecs.BOM_UTF8), "a spreadsheet would not read the Chinese"
    assert data.decode("utf-8-sig").splitlines()[1] == "2026-12-15,最低生活保障,500118101,青山镇,,,"
    page = app.test_client().get("/open-data/").get_data(as_text=True)
    assert "户数少，不公开" in page
    assert "王秀英" not in page
    assert site.url


def test_a_clerk_sees_what_is_due_and_keeps_the_float(
    site: Site, open_page: OpenPage, shoot: Callable[[Page, str], None]
) -> None:
    site.clock._now = datetime(2027, 12, 2, tzinfo=UTC)
    page = open_page("/console/assistance/reviews", "clerk")
    expect(page.get_by_role("row", name="HH00001")).to_contain_text("已过期 10 天")
    page.get_by_role("link", name="临时救助备用金").click()
    expect(page.get_by_label("收支").get_by_role("option")).to_have_text(["先行救助支出", "退回"])
    _enter(page, "800", "支1")
    expect(page.get_by_role("alert")).to_contain_text("备用金只剩 0.00 元")
    county = open_page("/console/assistance/float", "officer")
    county.get_by_label("收支").select_option("县里拨入")
    _enter(county, "1000", "拨1")
    expect(county.get_by_text("1000.00").first).to_be_visible()
    _enter(page, "800", "支1")
    expect(page.get_by_role("row", name="支1")).to_contain_text("200.00")
    shoot(page, "float")
    _enter(page, "八百", "支2")
    expect(page.get_by_role("alert")).to_contain_text("数字")
    assert page.url.startswith(site.url)


def _enter(page: Page, amount: str, voucher: str) -> None:
    page.get_by_label("金额").fill(amount)
    page.get_by_label("凭证号").fill(voucher)
    page.get_by_role("button", name="记账").click()


def _sent(site: Site, officer: Client, other: Client, key: str) -> PaymentBatch:
    """A batch made by one and sent by another; made twice with one tap, it is the same batch."""
    form = {"programme": "dibao", "month": "2026-12", "bank": "rural_commercial"}
    first, again = (post(officer, "/console/payments/", key, **form).location for _ in range(2))
    assert first == again
    assert post(other, f"{first}/approve", f"{key}-approve").status_code == 303
    assert post(other, f"{first}/file", f"{key}-file").status_code == 200
    with site.work() as w:
        return w.session.get_one(PaymentBatch, UUID(first.rpartition("/")[2]))


def post(client: Client, path: str, key: str, **said: object) -> TestResponse:
    token = client.get("/console/benefits/").get_data(as_text=True).split('csrf-token" content="')[1].split('"')[0]
    return client.post(path, data={"csrf_token": token, "key": key, **said})


def _client(app: APIFlask, username: str) -> Client:
    client = app.test_client()
    client.post("/console/login", data={"username": username, "password": "secret"})
    return client


def test_what_the_bank_could_not_pay_is_corrected_and_paid_with_the_next_batch(site: Site, app: APIFlask) -> None:
    officer, other = _client(app, "officer"), _client(app, "officer2")
    batch = _sent(site, officer, other, "first-batch")
    answer = answer_file(batch.number, {1: MONEY}, {1: "户名不符"})
    path = f"/console/payments/{batch.id}"
    assert post(other, f"{path}/settle", "settle-key", file=(io.BytesIO(answer), "a.csv")).status_code == 303
    page = officer.get(path).get_data(as_text=True)
    assert "户名不符" in page
    assert "等下一批再发" in page
    account = page.split('href="/console/payments/accounts/')[1].split('"')[0].replace("&amp;", "&")
    form = {"holder": "王秀英", "account": "6228 4000 1111 2222", "why": "看过存折"}
    where = f"/console/payments/accounts/{account}"
    assert post(officer, where, "account-bad", **form | {"account": "12"}).status_code == 422
    assert post(officer, where, "account-key", **form).location == path
    page = officer.get(path).get_data(as_text=True)
    assert "已更正，尾号" in page
    assert "6228400011112222" not in page
    again = _sent(site, officer, other, "second-batch")
    assert "已在下一批里" in officer.get(path).get_data(as_text=True)
    paid = io.BytesIO(answer_file(again.number, {1: MONEY}))
    assert post(other, f"/console/payments/{again.id}/settle", "settle-two", file=(paid, "b.csv")).status_code == 303
    assert "后来发成了" in officer.get(path).get_data(as_text=True)


def test_the_price_subsidy_is_looked_at_before_it_is_written_and_written_once(site: Site, app: APIFlask) -> None:
    officer = _client(app, "officer")
    form = {"month": "2026-12", "consumer": "3.6", "food": "2", "source": "统计公报"}
    seen = post(officer, "/console/payments/prices/preview", "x", **form).get_data(as_text=True)
    assert "55.44" in seen, "two people, 770 x 3.6 %"
    assert "示例值，请本县核对" in seen
    low = post(officer, "/console/payments/prices/preview", "x", **form | {"consumer": "3.4"})
    assert low.status_code == 409
    for _ in range(2):
        assert post(officer, "/console/payments/prices", "price-key", **form, sure="yes").location.endswith("written=1")
    assert post(officer, "/console/payments/prices", "other-key", **form, sure="yes").location.endswith("written=0")
    assert "没有再写" in officer.get("/console/payments/prices?written=0").get_data(as_text=True)

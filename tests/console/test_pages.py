"""The pages that are read: one alarm, one elder, history, figures, messages, problems."""

import csv
import io
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from playwright.sync_api import expect
from sqlalchemy import select

from backend.alarms import service
from backend.app import create_app
from backend.core.audit import AuditEntry
from backend.core.clock import ManualClock
from backend.core.db import db, reading
from backend.demo.models import CapturedMessage
from backend.devices.models import Device
from backend.eldercare.models import Elder
from backend.sensing import service as sensing
from backend.sensing.rulebook import read as read_rules
from backend.sensing.samples import Sample
from backend.settings import Settings
from tests.console.conftest import PASSWORD, SCREENSHOTS, OpenPage, Shoot, Site
from tests.support.world import HOME

MESSAGES = (
    ("sms", "王芳", "【守望】203房 王秀英 紧急呼叫，09:31按下，请立即前往。"),
    ("voice", "李班长", "203房 王秀英 紧急呼叫，已按 2 次。"),
)
one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def client(app: APIFlask, site: Site) -> FlaskClient:
    """Signed in as the person on duty, without a browser."""
    return _client(app, "duty")


def _client(app: APIFlask, username: str) -> FlaskClient:
    client = app.test_client()
    answer = client.post("/console/login", data={"username": username, "password": PASSWORD})
    assert answer.status_code == 302
    return client


def _fill_the_card(site: Site) -> UUID:
    with site.work() as w:
        elder = w.session.get_one(Elder, site.world.elder)
        elder.conditions, elder.care_notes, elder.door_code = "高血压，心脏支架", "左耳听不清，请大声说话", "#2580"
        elder.phone = "02312345678"
        device = Device(
            source="zigbee2mqtt", external_id="demo", name="床头按钮", state="in_service", site_code=HOME,
            elder_id=elder.id, registered_at=w.now, last_seen_at=w.now - timedelta(minutes=3), battery=87.0,
            battery_at=w.now,
        )  # fmt: skip
        w.session.add(device)
        w.session.flush()
        return device.id


def _reads(reason: str) -> int:
    with reading() as w:
        bodies = w.session.scalars(select(AuditEntry.body).where(AuditEntry.action == "person.read"))
        return sum(reason in body for body in bodies)


@one_database
def test_an_alarms_page_tells_its_story_and_grows_while_it_is_read(
    site: Site, open_page: OpenPage, shoot: Shoot
) -> None:
    _fill_the_card(site)
    alarm_id = site.raise_alarm()
    page = open_page(f"/console/alarms/{alarm_id}", height=1000)
    expect(page.locator(".timeline")).to_contain_text("紧急呼叫：王秀英")
    expect(page.locator(".elder-card")).to_contain_text("高血压")
    expect(page.get_by_role("link", name="儿子 李明")).to_have_attribute("href", "tel:13800000001")
    page.get_by_role("button", name="接警").click()
    expect(page.locator(".timeline")).to_contain_text("姓名duty 已接警")
    with site.work() as w:
        service.add_note(w, site.world.viewer("duty2"), alarm_id, "走廊灯已打开")
    expect(page.locator(".timeline")).to_contain_text("走廊灯已打开")
    shoot(page, "alarm")


@one_database
def test_an_alarm_can_be_printed_for_the_file(site: Site, open_page: OpenPage) -> None:
    alarm_id = site.raise_alarm()
    page = open_page(f"/console/alarms/{alarm_id}")
    page.emulate_media(media="print")
    expect(page.locator(".topbar")).to_be_hidden()
    expect(page.locator(".alarm-actions")).to_be_hidden()
    expect(page.get_by_text(str(alarm_id))).to_be_visible()
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    assert page.pdf(path=SCREENSHOTS / "alarm.pdf", format="A4").startswith(b"%PDF")


@one_database
def test_an_elders_page_is_worth_looking_at(site: Site, open_page: OpenPage, shoot: Shoot) -> None:
    _a_day_in_bed(site)
    page = open_page(f"/console/elders/{site.world.elder}", height=900)
    expect(page.locator(".chart svg")).to_be_visible()
    shoot(page, "elder")


@one_database
def test_the_door_code_is_shown_when_asked_for_and_the_look_is_logged(site: Site, open_page: OpenPage) -> None:
    _fill_the_card(site)
    page = open_page(f"/console/alarms/{site.raise_alarm()}")
    assert "#2580" not in page.content()
    assert _reads("alarm:") == 1
    page.get_by_role("button", name="显示").click()
    expect(page.get_by_text("#2580")).to_be_visible()
    assert _reads("door_code") == 1


@one_database
def test_the_telephone_dialog_lists_whom_to_ring_in_order(site: Site, open_page: OpenPage) -> None:
    _fill_the_card(site)
    site.raise_alarm()
    page = open_page("/console/board")
    page.locator(".alarm").get_by_role("button", name="打电话").click()
    numbers = page.get_by_role("dialog", name="打电话").locator("[data-numbers] a")
    expect(numbers).to_have_count(4)
    assert [one.get_attribute("href") for one in numbers.all()] == [
        "tel:02312345678", "tel:13800000001", "tel:13800000002", "tel:02300000000",
    ]  # fmt: skip
    page.get_by_role("button", name="已通话").click()
    expect(page.locator(".alarm-state")).to_contain_text("已到场")


@one_database
def test_an_alarm_is_handed_to_a_colleague(site: Site, open_page: OpenPage) -> None:
    site.raise_alarm()
    page = open_page("/console/board")
    page.locator(".alarm").get_by_role("button", name="指派").click()
    dialog = page.get_by_role("dialog", name="指派给同事")
    dialog.get_by_label("姓名duty2").check()
    dialog.get_by_role("button", name="指派").click()
    expect(page.locator(".alarm-flags")).to_contain_text("指派给 姓名duty2")


def test_an_administrator_sees_the_alarm_but_not_the_persons_record(site: Site, app: APIFlask) -> None:
    _fill_the_card(site)
    alarm_id = site.raise_alarm()
    admin = _client(app, "admin")
    text = admin.get(f"/console/alarms/{alarm_id}").text
    assert "高血压" not in text
    assert "您的岗位不能查看老人档案" in text
    assert admin.get(f"/console/alarms/{alarm_id}/numbers").get_json() == {"items": []}
    assert admin.get(f"/console/elders/{site.world.elder}").status_code == 403
    assert _reads("") == 0


def _a_day_in_bed(site: Site) -> None:
    device_id = _fill_the_card(site)
    with site.work() as w:
        start = w.now - timedelta(hours=8)
        rates = [("heart_rate", n * 4, 60 + n % 9) for n in range(110)] + [
            ("breathing_rate", n * 4, 14 + n % 3) for n in range(110)
        ]
        bed = [("linkquality", 0, 120), ("bed_occupancy", 0, 1), ("bed_occupancy", 200, 0), ("bed_occupancy", 214, 1)]
        sensing.observe(
            w,
            [_sample(site, device_id, name, start + timedelta(minutes=at), value) for name, at, value in rates + bed],
            rules=read_rules(w),
        )


def test_an_elders_page_draws_the_day_of_the_bed(site: Site, client: FlaskClient) -> None:
    _a_day_in_bed(site)
    text = client.get(f"/console/elders/{site.world.elder}").text
    assert "<svg" in text
    assert "心率" in text
    assert "87%" in text
    assert "信号质量" not in text
    assert _reads("card") == 1


def _sample(site: Site, device_id: UUID, capability: str, at: datetime, value: float) -> Sample:
    return Sample(
        device_id=device_id, elder_id=site.world.elder, bed_id=site.world.bed, site_code=HOME, capability=capability,
        at=at, value=value, text=None, received_at=at, momentary=False, live=True,
    )  # fmt: skip


def test_an_elder_elsewhere_is_not_found(site: Site, client: FlaskClient) -> None:
    assert client.get("/console/elders/018f0000-0000-7000-8000-000000000000").status_code == 404


def test_history_filters_by_kind_text_state_and_day(site: Site, client: FlaskClient) -> None:
    site.raise_alarm()
    site.raise_alarm("smoke", subject_key="device:kitchen", subject_name="厨房烟感", place="安康养老院 1楼 厨房")

    def found(query: str) -> tuple[bool, bool]:
        text = client.get(f"/console/history?{query}").text.partition("<tbody>")[2]
        return "203房" in text, "厨房" in text

    assert found("") == (True, True)
    assert found("kind=smoke") == (False, True)
    assert found("text=王秀英") == (True, False)
    assert found("status=closed") == (False, False)
    assert found("since=2026-11-22&until=2026-11-22") == (True, True)
    assert found("until=2026-11-21") == (False, False)
    assert found("since=2026-11-23") == (False, False)
    assert found(f"site={HOME}") == (True, True)
    assert found("since=nonsense&status=strange") == (True, True)


def test_history_goes_on_by_its_cursor(site: Site, client: FlaskClient) -> None:
    for number in range(51):
        site.clock.advance(1)
        site.raise_alarm("battery_low", subject_key=f"device:{number}", subject_name=f"按钮{number:02d}")
    first = client.get("/console/history").text
    assert first.count('scope="row"') == 50
    assert "按钮00" not in first
    link = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    rest = client.get(link).text
    assert rest.count('scope="row"') == 1
    assert "按钮00" in rest


def test_the_file_of_the_history_runs_no_formula(site: Site, client: FlaskClient) -> None:
    site.raise_alarm(subject_name="=1+1")
    text = client.get("/console/history.csv").get_data().decode("utf-8-sig")
    head, row = csv.reader(io.StringIO(text))
    assert head[3] == "姓名"
    assert row[3] == "'=1+1"
    assert row[7] == "2026-11-22 09:00:00"


def test_figures_show_what_was_met_and_what_was_not(site: Site, client: FlaskClient) -> None:
    for seconds in (59, 61, 200):
        alarm_id = site.raise_alarm()
        site.clock.advance(seconds)
        with site.work() as w:
            viewer = site.world.viewer("duty")
            service.arrive(w, viewer, alarm_id)
            service.close(w, viewer, alarm_id, "false_alarm" if seconds == 200 else "real")
    site.clock.advance(1)
    text = client.get("/console/figures?days=7").text
    assert "33.3%" in text
    assert "66.6%" in text  # never rounded up
    assert "未达标" in text
    assert "<desc" in text


def test_figures_without_alarms_claim_nothing(site: Site, client: FlaskClient) -> None:
    assert "近 30 天没有报警" in client.get("/console/figures?days=nonsense").text


@pytest.mark.parametrize("path", ["/console/nothing", "/console/alarms/018f0000-0000-7000-8000-000000000000"])
def test_a_missing_page_is_said_in_chinese_and_a_program_gets_json(site: Site, client: FlaskClient, path: str) -> None:
    page = client.get(path, headers={"Accept": "text/html"})
    assert page.status_code == 404
    assert "<h1>没有找到</h1>" in page.text
    assert client.get(path, headers={"Accept": "application/json"}).get_json()["code"] == "not_found"


def test_pages_of_the_demo_exist_only_in_a_demo(site: Site, client: FlaskClient) -> None:
    assert client.get("/console/demo/messages").status_code == 404


def test_a_demo_shows_every_message_it_would_have_sent(site: Site, settings: Settings, clock: ManualClock) -> None:
    demo = create_app(settings.model_copy(update={"mode": "demo"}), clock)
    with site.work() as w:
        for channel, to, text in MESSAGES:
            message = CapturedMessage(at=w.now, channel=channel, to=to, to_kind="staff", title="紧急呼叫", text=text)
            message.address, message.urgent = "138****0001", True
            w.session.add(message)
    client = _client(demo, "duty")
    assert "请立即前往" in client.get("/console/demo/messages").text
    assert "演示消息" in client.get("/console/board").text
    assert "<html" not in client.get("/console/demo/messages/live").text
    with demo.app_context():
        db.engine.dispose()

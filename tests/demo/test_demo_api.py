"""The demonstration's own endpoints: for its administrator, and nowhere else."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from backend.app import create_app
from backend.core.clock import DemoClock, SystemClock
from backend.core.db import db
from backend.core.errors import NotFoundError
from backend.delivery import dispatcher
from backend.demo.channels import DemoChannel, masked
from backend.demo.clock import advance
from backend.notices import service as notices
from backend.notices.channels.base import OutcomeStatus, OutgoingMessage
from backend.notices.models import Notice
from backend.notices.service import Recipient
from backend.people.models import Division, Staff, StaffRole
from backend.people.service import hash_password
from backend.settings import Settings
from tests.conftest import WorkFactory
from tests.support.outgoing import FACTS, status

DAY_S = 86_400
LI = Recipient("staff", "s1", "李强", ("sms",), {"sms": "13800001234"})


@pytest.fixture
def app(settings: Settings) -> Iterator[APIFlask]:
    """An application in demo mode, with the clock that all processes of a demonstration share."""
    application = create_app(settings.model_copy(update={"mode": "demo"}))
    with application.app_context():
        yield application
        db.engine.dispose()


def _sign_in(app: APIFlask, work: WorkFactory, role: str) -> FlaskClient:
    with work() as w:
        w.session.add(Division(code="500118", name="示范县", level="county", path="500118/"))
        staff = Staff(username=role, name="某人", password_hash=hash_password("right"))
        staff.roles.append(StaffRole(role=role, division_code="500118"))
        w.session.add(staff)
    client = app.test_client()
    token = client.post("/api/v1/staff/session", json={"username": role, "password": "right"}).get_json()["token"]
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return client


@pytest.fixture
def admin(app: APIFlask, work: WorkFactory) -> FlaskClient:
    return _sign_in(app, work, "admin")


CALLS = [
    ("POST", "/api/v1/demo/clock", {"advance_s": 1}),
    ("GET", "/api/v1/demo/messages", None),
    ("GET", "/api/v1/demo/channels", None),
    ("POST", "/api/v1/demo/channels/sms", {"mode": "fail"}),
]


@pytest.mark.parametrize(("method", "path", "body"), CALLS)
def test_only_an_administrator_may(app: APIFlask, work: WorkFactory, method: str, path: str, body: object) -> None:
    assert app.test_client().open(path, method=method, json=body).status_code == 401
    assert _sign_in(app, work, "lead").open(path, method=method, json=body).status_code == 403


@pytest.mark.parametrize(("method", "path", "body"), CALLS)
def test_outside_a_demonstration_there_is_nothing_there(
    settings: Settings, method: str, path: str, body: object
) -> None:
    application = create_app(settings)
    with application.app_context():
        assert application.test_client().open(path, method=method, json=body).status_code == 404
        db.engine.dispose()


@pytest.mark.parametrize("seconds", [0, 0.5, 60, 400 * DAY_S])
def test_the_clock_moves_forward_for_every_process(
    app: APIFlask, admin: FlaskClient, settings: Settings, seconds: float
) -> None:
    other_process = DemoClock(settings.data_dir / "demo-clock.json")
    before = other_process.now()
    answer = admin.post("/api/v1/demo/clock", json={"advance_s": seconds})
    assert answer.status_code == 200
    moved = (other_process.now() - before).total_seconds()
    assert seconds <= moved < seconds + 60
    assert other_process.offset().total_seconds() == seconds


@pytest.mark.parametrize(
    "body",
    [
        {"advance_s": -1},
        {"advance_s": 400 * DAY_S + 1},
        {"advance_s": "60"},
        {"advance_s": None},
        {},
        {"advance_s": 1, "also": 2},
    ],
)
def test_the_clock_refuses_what_is_no_step_forward(
    admin: FlaskClient, settings: Settings, body: dict[str, object]
) -> None:
    assert admin.post("/api/v1/demo/clock", json=body).status_code == 422
    assert DemoClock(settings.data_dir / "demo-clock.json").offset().total_seconds() == 0


def test_the_clock_refuses_a_number_that_is_none(admin: FlaskClient) -> None:
    answer = admin.post("/api/v1/demo/clock", data='{"advance_s": NaN}', content_type="application/json")
    assert answer.status_code in (400, 422)


def test_the_machines_own_clock_cannot_be_moved() -> None:
    with pytest.raises(NotFoundError):
        advance(SystemClock(), 60)


def _tell(work: WorkFactory, key: str, alarm: object = None) -> Notice:
    with work() as w:
        notice = notices.tell(
            w,
            LI,
            key=key,
            template="alarm",
            facts=FACTS,
            priority=0,
            deadline_s=600,
            alarm_id=alarm,  # type: ignore[arg-type] # None or an id
        )
    assert notice is not None
    return notice


def test_every_notice_can_be_read_newest_first(app: APIFlask, admin: FlaskClient, work: WorkFactory) -> None:
    alarm = uuid4()
    sender = dispatcher(app)
    _tell(work, "a", alarm)
    sender.run_once()
    admin.post("/api/v1/demo/clock", json={"advance_s": 60})
    _tell(work, "b")
    sender.run_once()
    items = admin.get("/api/v1/demo/messages").get_json()["items"]
    assert [item["alarm"] for item in items] == [None, str(alarm)]
    assert items[0]["at"] > items[1]["at"]
    oldest = items[1]
    assert {name: oldest[name] for name in ("channel", "to", "to_kind", "address", "title")} == {
        "channel": "sms", "to": "李强", "to_kind": "staff", "address": "138****1234", "title": "紧急呼叫",
    }  # fmt: skip
    assert oldest["text"].startswith("【守望】203房 王秀英")


def test_messages_are_filtered_by_alarm_channel_time_and_number(
    app: APIFlask, admin: FlaskClient, work: WorkFactory
) -> None:
    alarm = uuid4()
    _tell(work, "a", alarm)
    dispatcher(app).run_once()
    _tell(work, "b")
    dispatcher(app).run_once()

    def count(**query: object) -> int:
        return len(admin.get("/api/v1/demo/messages", query_string=query).get_json()["items"])

    newest = admin.get("/api/v1/demo/messages").get_json()["items"][0]["at"]
    assert (count(), count(alarm=str(alarm)), count(channel="sms"), count(channel="voice")) == (2, 1, 2, 0)
    assert (count(since=newest), count(since="2100-01-01T00:00:00"), count(limit=1)) == (1, 0, 1)
    assert admin.get("/api/v1/demo/messages", query_string={"limit": 0}).status_code == 422


def test_a_channel_can_be_made_ill_and_well_again(app: APIFlask, admin: FlaskClient, work: WorkFactory) -> None:
    assert {item["mode"] for item in admin.get("/api/v1/demo/channels").get_json()["items"]} == {"ok"}
    for mode, ends in (("fail", "failed"), ("refuse", "failed"), ("ok", "sent")):
        assert admin.post("/api/v1/demo/channels/sms", json={"mode": mode}).get_json() == {"name": "sms", "mode": mode}
        notice = _tell(work, mode)
        dispatcher(app).run_once()
        assert status(notice.id) == ends
    assert len(admin.get("/api/v1/demo/messages").get_json()["items"]) == 1


def test_a_channel_knows_its_four_modes_and_its_name(admin: FlaskClient) -> None:
    assert admin.post("/api/v1/demo/channels/sms", json={"mode": "sulk"}).status_code == 422
    assert admin.post("/api/v1/demo/channels/pigeon", json={"mode": "ok"}).status_code == 404


def test_a_hanging_channel_times_out_and_can_be_let_go(app: APIFlask, admin: FlaskClient) -> None:
    admin.post("/api/v1/demo/channels/sms", json={"mode": "hang"})
    channel = DemoChannel(app, "sms", timeout_s=60)
    channel.close()
    outcome = channel.send(OutgoingMessage("n", "sms", "13800001234", "t", "x"))
    assert (outcome.status, outcome.reason) == (OutcomeStatus.FAILED, "timeout")


@pytest.mark.parametrize(
    ("address", "shown"),
    [("13800001234", "138****1234"), ("12345678", "****"), ("123456789", "123****6789"), ("", "****")],
)
def test_addresses_are_masked(address: str, shown: str) -> None:
    assert masked(address) == shown

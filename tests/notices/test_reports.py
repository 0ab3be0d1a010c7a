"""Delivery reports: signed, late, twice, out of order; a text that did not arrive takes the next way."""

import json
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from backend.app import create_app
from backend.core.clock import ManualClock, wall
from backend.core.db import db
from backend.notices import service
from backend.notices.channels.signing import NONCE_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER, signature
from backend.notices.dispatcher import Dispatcher
from backend.settings import Settings
from tests.conftest import WorkFactory
from tests.support.outgoing import Line, attempts, notice, status, write

SECRET = "a-secret-between-us-and-the-gateway"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    from pydantic import SecretStr

    return settings.model_copy(update={"sms_url": "https://sms.example/send", "sms_secret": SecretStr(SECRET)})


@pytest.fixture
def client(app: APIFlask) -> FlaskClient:
    return app.test_client()


def _report(
    client: FlaskClient, secret: str = SECRET, age_s: float = 0, **body: str | None
) -> tuple[int, dict[str, object]]:
    raw = json.dumps(body).encode()
    stamp = str(int((wall() - timedelta(seconds=age_s)).timestamp()))
    headers = {TIMESTAMP_HEADER: stamp, NONCE_HEADER: "n", SIGNATURE_HEADER: signature(secret, stamp, "n", raw)}
    answer = client.post("/api/v1/callbacks/notices", data=raw, headers=headers)
    return answer.status_code, answer.get_json()


def _sent(app: APIFlask, work: WorkFactory, *ways: str, **more: object) -> UUID:
    with work() as w:
        one = write(w, str(uuid4()), *(ways or ("sms",)), **more)
    Dispatcher(app, {way: Line(way) for way in ways or ("sms",)}).run_once()
    assert status(one) == "sent"
    return one


@pytest.mark.parametrize(
    ("told", "key", "becomes"),
    [
        ("delivered", None, "delivered"),
        ("read", None, "read"),
        ("answered", None, "delivered"),
        ("answered", "1", "read"),
    ],
)
def test_a_report_tells_what_became_of_a_text_or_a_call(
    app: APIFlask, work: WorkFactory, client: FlaskClient, told: str, key: str | None, becomes: str
) -> None:
    one = _sent(app, work, "voice")
    assert _report(client, notice_id=str(one), status=told, key=key) == (200, {"known": True})
    assert (status(one), attempts(one)) == (becomes, [("voice", "delivered")])


def test_a_text_that_did_not_arrive_takes_the_next_way(app: APIFlask, work: WorkFactory, client: FlaskClient) -> None:
    one = _sent(app, work, "sms", "voice")
    _report(client, notice_id=str(one), status="failed", reason="bad_address")
    assert (status(one), notice(one).channel) == ("pending", "voice")
    assert attempts(one) == [("sms", "failed")]


def test_after_the_last_way_a_failed_report_ends_it_with_its_reason(
    app: APIFlask, work: WorkFactory, client: FlaskClient
) -> None:
    one = _sent(app, work, "sms")
    _report(client, notice_id=str(one), status="failed", reason="their own word")
    assert (status(one), notice(one).reason) == ("failed", "provider_refused")


def test_once_the_alarm_is_answered_no_further_way_is_tried(
    app: APIFlask, work: WorkFactory, client: FlaskClient
) -> None:
    alarm = uuid4()
    one = _sent(app, work, "sms", "voice", alarm_id=alarm)
    with work() as w:
        service.cancel(w, alarm, why="acknowledged")
    assert status(one) == "sent"
    _report(client, notice_id=str(one), status="failed")
    assert status(one) == "failed"


def test_reports_may_come_twice_and_out_of_order(app: APIFlask, work: WorkFactory, client: FlaskClient) -> None:
    one = _sent(app, work, "sms", "voice")
    for told in ("read", "delivered", "read", "failed"):
        assert _report(client, notice_id=str(one), status=told)[0] == 200
    assert (status(one), attempts(one)) == ("read", [("sms", "delivered")])


def test_a_report_about_nothing_of_ours_changes_nothing(client: FlaskClient) -> None:
    assert _report(client, notice_id=str(uuid4()), status="delivered") == (200, {"known": False})
    assert _report(client, notice_id="no id", status="delivered") == (200, {"known": False})


def test_a_report_must_be_signed_fresh_and_whole(app: APIFlask, work: WorkFactory, client: FlaskClient) -> None:
    one = str(_sent(app, work))
    assert _report(client, secret="another", notice_id=one, status="read")[1]["code"] == "notices.report_refused"
    assert _report(client, age_s=400, notice_id=one, status="read")[0] == 401
    assert client.post("/api/v1/callbacks/notices", json={"notice_id": one}).status_code == 401
    assert _report(client, notice_id=one, status="dancing")[1]["code"] == "bad_input"
    assert status(UUID(one)) == "sent"


@pytest.fixture
def without_gateway(settings: Settings, clock: ManualClock) -> Iterator[FlaskClient]:
    application = create_app(settings.model_copy(update={"sms_secret": None}), clock)
    with application.app_context():
        yield application.test_client()
        db.engine.dispose()


def test_without_a_gateway_every_report_is_refused(without_gateway: FlaskClient) -> None:
    assert _report(without_gateway, secret="", notice_id=str(uuid4()), status="read")[0] == 401

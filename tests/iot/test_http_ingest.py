"""Clouds that push: the same decoders, the same promise, an answer after the commit."""

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy import select
from werkzeug.test import TestResponse

from backend.alarms.models import Alarm
from backend.core.db import reading
from backend.core.ids import new_id
from backend.devices.models import Device, Quarantine
from tests.conftest import WorkFactory
from tests.support.world import HOME, build

EUI = "24e124535b316056"
TOKEN = "t"


@pytest.fixture
def cloud(app: APIFlask, work: WorkFactory) -> FlaskClient:
    app.config["SHOUWANG"] = app.config["SHOUWANG"].model_copy(
        update={"ingest_tokens": {"chirpstack": SecretStr(TOKEN)}}
    )
    with work() as w:
        world = build(w)
        w.session.add(
            Device(
                id=new_id(),
                source="chirpstack",
                external_id=EUI,
                name="WS101",
                model="WS101",
                power="battery",
                state="in_service",
                site_code=HOME,
                elder_id=world.elder,
                capabilities=["sos"],
                registered_at=w.now,
                in_service_at=w.now,
                last_seen_at=w.now,
            )
        )
    return app.test_client()


def _push(cloud: FlaskClient, body: bytes, token: str = TOKEN) -> TestResponse:
    return cloud.post("/api/v1/ingest/chirpstack?event=up", data=body, headers={"Authorization": f"Bearer {token}"})


UPLINK = (
    b'{"deduplicationId":"d1","deviceInfo":{"devEui":"%s","applicationId":"1"},"fPort":85,"data":"/y4B"}' % EUI.encode()
)


def test_a_pushed_press_opens_an_alarm_before_the_answer(cloud: FlaskClient) -> None:
    answer = _push(cloud, UPLINK)
    assert answer.get_json() == {"accepted": 1, "duplicates": 0, "quarantined": 0}
    with reading() as w:
        assert w.session.scalars(select(Alarm.subject_name)).all() == ["王秀英"]


def test_the_same_push_again_is_a_duplicate_and_another_press_is_not(cloud: FlaskClient) -> None:
    _push(cloud, UPLINK)
    assert _push(cloud, UPLINK).get_json()["duplicates"] == 1
    _push(cloud, UPLINK.replace(b"d1", b"d2"))
    with reading() as w:
        assert w.session.scalars(select(Alarm.press_count)).all() == [2]


def test_a_stranger_is_refused_and_rubbish_is_kept_with_a_clear_answer(cloud: FlaskClient) -> None:
    assert _push(cloud, UPLINK, token="other").get_json()["code"] == "ingest.refused"
    assert cloud.post("/api/v1/ingest/onenet", data=b"{}").status_code == 401
    answer = _push(cloud, b"{not json")
    assert (answer.status_code, answer.get_json()["code"]) == (422, "ingest.unreadable")
    with reading() as w:
        assert w.session.scalars(select(Quarantine.reason)).all() == ["not_json"]

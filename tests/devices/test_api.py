"""The register over HTTP: each sees and changes only what lies in their subtree."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from apiflask import APIFlask
from werkzeug.test import TestResponse

from backend.core.clock import ManualClock
from backend.devices import broker_credentials as broker
from backend.devices import service, strangers
from backend.devices.contact import Seen, touch
from backend.people.models import Staff, StaffRole
from backend.settings import Settings
from tests.conftest import WorkFactory
from tests.devices.conftest import COUNTY, HOME, STATION, County, make_device
from tests.support.world import PASSWORD

BASE = "/api/v1/staff/devices"
Call = Callable[..., TestResponse]


@pytest.fixture
def call(app: APIFlask, county: County, work: WorkFactory) -> Call:
    """``call("lead", "POST", "/x", {…})`` as the lead of the care home, a duty nurse there, or the county's admin."""
    with work() as w:
        password = PASSWORD
        for username, role, code in (("lead", "lead", HOME), ("duty", "duty", HOME), ("admin", "admin", COUNTY)):
            staff = Staff(username=username, name=username, password_hash=password)
            staff.roles.append(StaffRole(role=role, division_code=code))
            w.session.add(staff)
    client, tokens = app.test_client(), {}

    def call_(who: str, method: str, path: str = "", body: dict[str, Any] | None = None) -> TestResponse:
        if who not in tokens:
            answer = client.post("/api/v1/staff/session", json={"username": who, "password": "secret"})
            tokens[who] = answer.get_json()["token"]
        headers = {"Authorization": f"Bearer {tokens[who]}"}
        return client.open(BASE + path, method=method, json=body, headers=headers)

    return call_


def _body(county: County, **more: Any) -> dict[str, Any]:
    return {
        "source": "care", "external_id": "SN-7", "name": "203按钮", "use": "sos", "spot": {"bed_id": str(county.bed)},
    } | more  # fmt: skip


def test_adding_a_device_shows_its_password_once(call: Call, county: County, settings: Settings) -> None:
    answer = call("lead", "POST", "", _body(county))
    assert answer.status_code == 201, answer.text
    made = answer.get_json()
    account, device = made["account"], made["device"]
    assert broker.verify_password(settings.broker_dir / broker.PASSWORD_FILE, account["username"], account["password"])
    assert (device["state"], device["place"]) == ("registered", "安康养老院 2楼 203房 1床")
    assert device["actions"] == ["place", "prove", "retire"]
    assert account["password"] not in call("lead", "GET", f"/{device['id']}").text
    again = call("lead", "POST", f"/{device['id']}/password").get_json()
    assert again["account"]["password"] != account["password"]


def test_the_list_is_cut_to_the_viewers_subtree_and_paged(
    call: Call, county: County, work: WorkFactory, clock: ManualClock
) -> None:
    with work() as w:
        for name in ("a", "b", "c"):
            make_device(w, name, site_code=HOME)
        make_device(w, "away", site_code=STATION)
        make_device(w, "nowhere")
        silent = make_device(w, "silent", site_code=HOME, offline_since=w.now)
        touched = make_device(w, "battery", site_code=HOME)
        touch(w, [Seen(touched.id, w.now, battery=61.5)])
    first = call("duty", "GET", "?limit=3").get_json()
    rest = call("duty", "GET", f"?limit=3&cursor={first['next_cursor']}").get_json()
    names = [one["name"] for one in first["items"] + rest["items"]]
    assert names == ["a", "b", "c", "silent", "battery"]
    assert rest["next_cursor"] is None
    assert rest["items"][-1]["battery"] == 61.5
    assert {one["name"] for one in call("admin", "GET").get_json()["items"]} == {*names, "away", "nowhere"}
    assert [one["id"] for one in call("duty", "GET", "?offline=true").get_json()["items"]] == [str(silent.id)]
    assert [one["name"] for one in call("admin", "GET", "?q=away").get_json()["items"]] == ["away"]
    assert [one["name"] for one in call("admin", "GET", f"?site={STATION}").get_json()["items"]] == ["away"]
    clock.advance(3 * 86_400 + 1)
    assert call("lead", "GET", f"/{touched.id}").get_json()["battery"] is None


def test_a_device_of_elsewhere_does_not_exist(call: Call, work: WorkFactory, county: County) -> None:
    with work() as w:
        away = make_device(w, site_code=STATION)
    assert call("lead", "GET", f"/{away.id}").status_code == 404
    assert call("lead", "POST", f"/{away.id}/test-mode", {"minutes": 5}).status_code == 404
    spot = {"bed_id": str(county.family_bed)}
    assert call("lead", "POST", "", _body(county, spot=spot)).status_code == 404


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("", {"source": "care", "name": "x", "use": "sos", "spot": {"site_code": HOME}}),
        ("/{id}/test-mode", {"minutes": 5}),
        ("/{id}/maintenance", {"reason": "换电池"}),
        ("/{id}/end-maintenance", None),
        ("/{id}/retire", {"reason": "报废"}),
        ("/{id}/place", {"site_code": HOME}),
        ("/{id}/password", None),
    ],
)
def test_only_who_manages_devices_changes_them(
    call: Call, work: WorkFactory, path: str, body: dict[str, Any] | None
) -> None:
    with work() as w:
        device = make_device(w, site_code=HOME)
    answer = call("duty", "POST", path.format(id=device.id), body)
    assert (answer.status_code, answer.get_json()["code"]) == (403, "not_allowed")


def test_the_life_of_a_device_over_http(call: Call, work: WorkFactory, county: County, settings: Settings) -> None:
    device = call("lead", "POST", "", _body(county)).get_json()["device"]
    path = f"/{device['id']}"
    refused = call("lead", "POST", f"{path}/test-mode", {"minutes": 5})
    assert (refused.status_code, refused.get_json()["code"]) == (409, "wrong_state")
    with work() as w:
        service.prove(w, UUID(device["id"]))
    assert call("lead", "POST", f"{path}/test-mode", {"minutes": 5}).get_json()["test_until"] is not None
    kept = call("lead", "POST", f"{path}/maintenance", {"reason": "换电池"}).get_json()
    assert (kept["state"], kept["state_note"]) == ("maintenance", "换电池")
    assert call("lead", "POST", f"{path}/end-maintenance").get_json()["state"] == "in_service"
    moved = call("lead", "POST", f"{path}/place", {"room_id": str(county.room)}).get_json()
    assert moved["place"] == "安康养老院 2楼 203房"
    why = call("lead", "POST", f"{path}/retire", {"reason": ""})
    assert (why.status_code, why.get_json()["title"]) == (422, "请写明原因")
    gone = call("lead", "POST", f"{path}/retire", {"reason": "老人搬走"}).get_json()
    assert (gone["state"], gone["account"]) == ("retired", False)
    assert device["id"] not in (settings.broker_dir / broker.PASSWORD_FILE).read_text()


def test_strangers_and_poison_are_shown_without_their_content(
    call: Call, work: WorkFactory, clock: ManualClock
) -> None:
    with work() as w:
        strangers.unknown(w, "chirpstack", "24e1")
        strangers.quarantine(w, "care", "care/v1/x/up", "not_json", "line 1", b"\x00\xffabc")
        make_device(w, site_code=HOME, test_due_at=clock.now())
        make_device(w, "away", site_code=STATION, test_due_at=clock.now())
    clock.advance(1)
    assert [one["external_id"] for one in call("lead", "GET", "/unknown").get_json()["items"]] == ["24e1"]
    (message,) = call("lead", "GET", "/quarantine").get_json()["items"]
    assert message["head_hex"] == "00 ff 61 62 63"
    assert call("duty", "GET", "/quarantine").status_code == 403
    assert call("lead", "POST", f"/quarantine/{message['id']}/looked-at").status_code == 204
    assert call("lead", "GET", "/quarantine").get_json()["items"][0]["looked_at"] is not None
    assert [one["name"] for one in call("duty", "GET", "/tests-due").get_json()["items"]] == ["button-1"]


def test_a_gateway_of_elsewhere_cannot_be_named(call: Call, work: WorkFactory, county: County) -> None:
    with work() as w:
        away = make_device(w, "gw", kind="gateway", site_code=STATION)
        sensor = make_device(w, "sensor", site_code=HOME)
    assert call("lead", "POST", "", _body(county, gateway_id=str(away.id))).status_code == 404
    wrong = call("lead", "POST", "", _body(county, gateway_id=str(sensor.id)))
    assert (wrong.status_code, wrong.get_json()["code"]) == (422, "bad_input")
    assert call("lead", "POST", "", _body(county, use="teapot")).status_code == 422

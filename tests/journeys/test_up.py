"""From the button to the closed alarm, over everything that ``shouwang up`` starts."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
import requests

from backend.demo.data import devices
from tests.journeys.conftest import Installation, Starter
from tests.support import services

pytestmark = pytest.mark.slow

DAY_AND_NIGHT = {"陈晓梅", "周志强"}
LEAD, BUREAU = "刘芳", "吴卫民"
DEVICES_THAT_SPEAK_OFTEN = len([one for one in devices() if one.group.habit != "button"])
DEV_EUI = "24e124535b316056"


def press_203(up: Installation) -> None:
    up.publish("zigbee2mqtt/demo-sos-1", {"action": "emergency"})


def press_ws101(up: Installation, at: str, frame: str) -> None:
    uplink: dict[str, Any] = {
        "deduplicationId": frame,
        "time": at,
        "deviceInfo": {"applicationId": "1", "deviceProfileName": "WS101", "devEui": DEV_EUI},
        "fPort": 85,
        "data": "AXVk/y4B",
        "rxInfo": [{"gatewayId": "24e124fffef5a101", "rssi": -71}],
    }
    up.publish(f"application/1/device/{DEV_EUI}/event/up", uplink)


def demo_time(up: Installation) -> str:
    return str(up.ask("POST", "/demo/clock", {"advance_s": 0}, who="admin")["now"])


def test_nobody_answers_then_somebody_comes_and_the_data_outlives_the_process(start: Starter) -> None:
    with start(SHOUWANG_SIMULATOR="off") as up:
        assert requests.get(f"{up.base}/readyz", timeout=30).ok
        press_203(up)
        alarm = up.one_alarm()
        assert "203" in alarm["subject"]["place"]
        assert (alarm["severity"], alarm["press_count"], alarm["acknowledged"]) == ("critical", 1, False)
        watch_it_climb(up, alarm["id"])
        answer_it(up, alarm["id"])
        assert up.stop() == 0
        assert '"level": "error"' not in up.logs()
    with start(SHOUWANG_SIMULATOR="off") as again:
        kept = {one["id"]: one["disposition"] for one in again.alarms(status="closed")}
        assert kept[alarm["id"]] == "real"
        assert again.alarms() == []
        assert len(again.told(alarm["id"])) >= 5
        assert again.stop() == 0


def watch_it_climb(up: Installation, alarm: str) -> None:
    """Each minute adds somebody: the lead, the first relative, the bureau."""
    services.wait_until(lambda: len(up.people_told(alarm)) == 1)
    [on_duty] = up.people_told(alarm)
    assert on_duty in DAY_AND_NIGHT
    assert ("值守大屏", "board") in up.told(alarm)
    for added in (LEAD, "罗建国（儿子）", BUREAU):
        assert added not in up.people_told(alarm)
        up.move_clock(60)
        services.wait_until(lambda added=added: added in up.people_told(alarm))


def answer_it(up: Installation, alarm: str) -> None:
    path = f"/staff/alarms/{alarm}"
    refused = up.ask("POST", f"{path}/close", {"disposition": "real", "note": ""}, who="duty", status=409)
    assert refused["code"] == "alarm.needs_arrival"
    assert up.ask("POST", f"{path}/acknowledge", who="duty")["acknowledged"]
    assert up.ask("POST", f"{path}/on-my-way", who="duty")["state"] == "on_the_way"
    assert up.ask("POST", f"{path}/arrive", who="duty")["state"] == "arrived"
    closed = up.ask("POST", f"{path}/close", {"disposition": "real", "note": "已扶起，无外伤"}, who="duty")
    assert (closed["status"], closed["next_step_at"]) == ("closed", None)
    told = up.told(alarm)
    up.move_clock(600)
    assert_quiet(up, alarm, told)
    types = [event["type"] for event in up.ask("GET", path, who="duty")["timeline"]]
    assert types[0] == "raised"
    assert types[-4:] == ["acknowledged", "on_my_way", "arrived", "closed"]


def assert_quiet(up: Installation, alarm: str, told: list[tuple[str, str]]) -> None:
    """A closed alarm tells nobody; another press is a new one, whose notices show that the engine has looked since."""
    press_203(up)
    later = up.one_alarm()
    assert later["id"] != alarm
    services.wait_until(lambda: up.people_told(later["id"]))
    path = f"/staff/alarms/{later['id']}"
    up.ask("POST", f"{path}/acknowledge", who="duty")
    up.ask("POST", f"{path}/arrive", who="duty")
    up.ask("POST", f"{path}/close", {"disposition": "real", "note": "复查"}, who="duty")
    relatives = {("罗建国", "wechat"), ("罗建红", "wechat"), ("罗思远", "wechat")}
    assert set(up.told(alarm)) - set(told) <= relatives


def test_a_lorawan_press_reaches_the_station_once_however_often_it_is_delivered(start: Starter) -> None:
    with start(SHOUWANG_SIMULATOR="off") as up:
        at, frame = demo_time(up), str(uuid4())
        for _ in range(3):
            press_ws101(up, at, frame)
        alarm = up.one_alarm()
        assert (alarm["press_count"], alarm["delayed"], alarm["subject"]["name"]) == (1, False, "唐素珍")
        assert datetime.fromisoformat(alarm["occurred_at"]) == datetime.fromisoformat(at)
        assert "家庭床位" in alarm["subject"]["place"]
        services.wait_until(lambda: up.people_told(alarm["id"]))
        assert up.people_told(alarm["id"]) <= DAY_AND_NIGHT
        press_ws101(up, demo_time(up), str(uuid4()))
        services.wait_until(lambda: up.one_alarm()["press_count"] == 2)
        assert up.stop() == 0


def test_a_channel_that_fails_is_followed_by_the_next_one_at_once(start: Starter) -> None:
    with start(SHOUWANG_SIMULATOR="off") as up:
        up.ask("POST", "/demo/channels/wechat", {"mode": "fail"}, who="admin")
        press_203(up)
        alarm = up.one_alarm()
        services.wait_until(lambda: up.people_told(alarm["id"]))
        [(_, channel)] = [one for one in up.told(alarm["id"]) if one[1] != "board"]
        assert channel == "sms"
        assert up.stop() == 0


def test_the_simulated_county_lives_and_raises_no_alarm_by_itself(start: Starter) -> None:
    with start() as up:
        services.wait_until(lambda: '"devices": 71' in up.logs())
        # An hour passes in steps short enough that nobody can have been away for long unseen.
        for _ in range(12):
            before = up.received()
            up.move_clock(300)
            services.wait_until(lambda before=before: up.received() >= before + DEVICES_THAT_SPEAK_OFTEN)
        items = up.ask("GET", "/staff/alarms?status=all", who="duty")["items"]
        assert [(one["kind"], one["subject"]["name"], one["detail"]) for one in items] == []
        press_203(up)
        assert up.one_alarm()["press_count"] == 1
        assert up.stop() == 0
        assert '"level": "error"' not in up.logs()

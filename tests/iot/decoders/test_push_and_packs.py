"""Messages that carry several devices, and the same bodies when a cloud POSTs them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from backend.devices.messages import Decoded, DecodeError, Envelope, Inbound, Inventory
from backend.devices.vocabulary import Capability
from iot.decoders import by_source, decoder_for
from tests.iot.decoders.recordings import NOW


def push(source: str, body: Any, hint: str = "", at: datetime = NOW) -> list[Decoded]:
    return by_source(source).decode_push(orjson.dumps(body), lambda _s, _d: None, at, hint)


def envelope(decoded: list[Decoded]) -> Envelope:
    (only,) = decoded
    assert isinstance(only, Envelope)
    return only


def said(item: Decoded) -> tuple[str, list[str]]:
    assert isinstance(item, Envelope)
    return item.external_id, [str(record.n) for record in item.records]


def test_the_bridge_lists_its_devices_with_what_they_can_do() -> None:
    devices = [
        {"type": "Coordinator", "friendly_name": "Coordinator", "ieee_address": "0x1"},
        {
            "type": "EndDevice",
            "friendly_name": "203/床头",
            "ieee_address": "0x00124b0022",
            "power_source": "Battery",
            "definition": {
                "model": "TS0215A_sos",
                "vendor": "Tuya",
                "exposes": [
                    {"type": "enum", "name": "action", "property": "action", "values": ["emergency"]},
                    {"type": "numeric", "property": "battery"},
                    {"type": "numeric", "property": "voltage"},
                ],
            },
        },
        {
            "type": "EndDevice",
            "friendly_name": "heiman",
            "power_source": "Battery",
            "definition": {"model": "HS1EB/HS1EB-E", "exposes": [{"property": "action", "values": ["off", "single"]}]},
        },
        {
            "type": "Router",
            "friendly_name": "radar",
            "power_source": "Mains (single phase)",
            "model_id": "X1",
            "manufacturer": "Y",
            "definition": None,
        },
        {"type": "EndDevice", "friendly_name": "plug", "definition": {"exposes": [{"features": [{"name": "smoke"}]}]}},
        {"type": "EndDevice"},
        "rubbish",
    ]
    message = Inbound("zigbee2mqtt/bridge/devices", orjson.dumps(devices), NOW, retain=True)
    (inventory,) = decoder_for(message.topic).decode(message, lambda _s, _d: None)
    assert isinstance(inventory, Inventory)
    sos, heiman, radar, plug = inventory.entries
    assert (sos.external_id, sos.model, sos.vendor) == ("zigbee2mqtt/203/床头", "TS0215A_sos", "Tuya")
    assert (sos.power, sos.hardware_id) == ("battery", "0x00124b0022")
    assert sos.capabilities == (Capability.BATTERY, Capability.SOS, Capability.VOLTAGE)
    assert heiman.capabilities == (Capability.SOS,)
    assert (radar.model, radar.vendor, radar.power, radar.capabilities) == ("X1", "Y", "mains", ())
    assert (plug.capabilities, plug.power) == ((Capability.SMOKE,), "unknown")


def test_an_alink_pack_speaks_for_the_gateway_and_its_children() -> None:
    body = {
        "id": "1",
        "params": {
            "properties": {"Battery": [{"value": 80, "time": 1795309200000}, {"value": 79, "time": 1795309260000}]},
            "subDevices": [
                {
                    "identity": {"productKey": "pk", "deviceName": "child"},
                    "properties": {},
                    "events": {"SOS": [{"value": {}, "time": 1795309200000}]},
                }
            ],
        },
    }
    message = Inbound("/sys/pk/gw/thing/event/property/pack/post", orjson.dumps(body), NOW)
    decoded = decoder_for(message.topic).decode(message, lambda _s, _d: None)
    assert [said(item) for item in decoded] == [("pk/gw", ["battery", "battery"]), ("pk/child", ["sos"])]


def test_a_onenet_pack_speaks_for_each_named_device_and_the_gateway() -> None:
    body = {
        "id": "1",
        "params": [
            {"identity": {"productID": "p", "deviceName": "a"}, "properties": {"HeartRate": {"value": 60}}},
            {"events": {"SOS": {"value": {}}}},
        ],
    }
    message = Inbound("$sys/p/gw/thing/pack/post", orjson.dumps(body), NOW)
    decoded = decoder_for(message.topic).decode(message, lambda _s, _d: None)
    assert [said(item) for item in decoded] == [("p/a", ["heart_rate"]), ("p/gw", ["sos"])]


def test_a_huawei_gateway_speaks_for_its_children() -> None:
    body = {
        "devices": [
            {"device_id": "c1", "services": [{"service_id": "s", "properties": {"SmokeSensorState": 1}}]},
            {"device_id": "c2", "services": [{"service_id": "s", "properties": {"Battery": 5}}]},
        ]
    }
    message = Inbound("$oc/devices/gw/sys/gateway/sub_devices/properties/report", orjson.dumps(body), NOW)
    decoded = decoder_for(message.topic).decode(message, lambda _s, _d: None)
    assert [said(item) for item in decoded] == [("c1", ["smoke"]), ("c2", ["battery"])]
    assert all(isinstance(item, Envelope) and item.gateway_id == "gw" for item in decoded)


def test_two_huawei_reports_of_one_second_are_two() -> None:
    def report(properties: dict[str, int]) -> Envelope:
        body = {"services": [{"service_id": "s", "properties": properties, "event_time": "20261122T010000Z"}]}
        return envelope(push("huawei_iotda", body, "$oc/devices/d/sys/properties/report"))

    assert report({"Battery": 5}).dedup != report({"SOS": 1}).dedup
    assert report({"SOS": 1}).dedup == report({"SOS": 1}).dedup


def test_chirpstack_posts_the_event_name_beside_the_body() -> None:
    body = {"deviceInfo": {"devEui": "24E124535D320001"}, "batteryLevel": 50}
    assert said(envelope(push("chirpstack", body, "status"))) == ("24e124535d320001", ["battery"])
    with pytest.raises(DecodeError):
        push("chirpstack", {"batteryLevel": 50}, "status")


@pytest.mark.parametrize("payload", ['{"action":"emergency"}', {"action": "emergency"}])
def test_a_broker_webhook_wraps_topic_and_payload(payload: Any) -> None:
    body = {"topic": "zigbee2mqtt/b", "payload": payload, "clientid": "gateway"}
    assert said(envelope(push("zigbee2mqtt", body))) == ("zigbee2mqtt/b", ["sos"])


def test_a_push_without_a_topic_is_refused() -> None:
    with pytest.raises(DecodeError) as refused:
        push("care", {"payload": "[]"})
    assert refused.value.reason == "bad_topic"


def test_the_topic_may_stand_in_the_address() -> None:
    assert said(envelope(push("care", [{"n": "sos", "vb": True}], "care/v1/d1/up/alarm"))) == ("d1", ["sos"])


def test_aliyun_forwards_properties_events_and_presence_in_its_parsed_form() -> None:
    who = {"productKey": "pk", "deviceName": "dn", "gmtCreate": 1795309200000}
    properties = envelope(push("alink", {**who, "items": {"HeartRate": {"value": 70, "time": 1795309200000}}}))
    event = envelope(push("alink", {**who, "identifier": "SOS", "value": {}, "time": 1795309200000}))
    presence = envelope(push("alink", {**who, "status": "offline"}))
    assert [said(item) for item in (properties, event, presence)] == [
        ("pk/dn", ["heart_rate"]),
        ("pk/dn", ["sos"]),
        ("pk/dn", ["online"]),
    ]
    assert presence.device_time == datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
    with pytest.raises(DecodeError):
        push("alink", who)


def test_onenet_pushes_a_text_inside_the_body() -> None:
    inner = {
        "productId": "p",
        "deviceName": "d",
        "notifyType": "event",
        "data": {"id": "8", "params": {"SOS": {"value": {}}}},
    }
    pushed = push("onenet", {"msg": orjson.dumps(inner).decode(), "nonce": "n", "signature": "s", "time": 1, "id": "i"})
    assert said(envelope(pushed)) == ("p/d", ["sos"])
    with pytest.raises(DecodeError):
        push("onenet", {"msg": "{}"})


def test_a_profile_without_a_device_in_its_topic_needs_no_topic() -> None:
    assert said(envelope(push("imede_watch", {"IMEI": "86", "spO2": 96}))) == ("86", ["spo2"])
    assert said(envelope(push("generic_button", {"topic": "button/7/event", "payload": {"event": "sos"}}))) == (
        "7",
        ["sos"],
    )


def test_firmware_that_never_changes_its_message_id_can_still_call_twice_a_day() -> None:
    topic, body = "/sys/pk/dn/thing/event/property/post", {"id": "123", "params": {"SOS": 1}}
    morning = envelope(push("alink", body, topic))
    again = envelope(push("alink", body, topic, NOW + timedelta(seconds=10)))
    evening = envelope(push("alink", body, topic, NOW + timedelta(hours=9)))
    assert morning.dedup == again.dedup
    assert morning.dedup != evening.dedup


@pytest.mark.parametrize(("days", "believed"), [(1, True), (1.00001, False), (-1, True), (-1.00001, False)])
def test_a_device_clock_takes_part_in_the_key_while_it_is_within_a_day(days: float, believed: bool) -> None:
    moment = int((NOW + timedelta(days=days)).timestamp() * 1000)
    body = {"id": "5", "params": {"SOS": {"value": 1, "time": moment}}}
    topic = "/sys/pk/dn/thing/event/property/post"
    now, later = (envelope(push("alink", body, topic, at)) for at in (NOW, NOW + timedelta(seconds=59)))
    next_minute = envelope(push("alink", body, topic, NOW - timedelta(seconds=1) if days < 0 else NOW))
    assert now.dedup is not None
    assert later.dedup is not None
    assert next_minute.dedup is not None
    assert now.dedup.endswith(":2026-11-22T01:00") is not believed


def test_two_events_of_one_radio_frame_do_not_swallow_each_other() -> None:
    frame = {"deduplicationId": "f1", "deviceInfo": {"devEui": "24e124535d320001"}, "batteryLevel": 50}
    up = {**frame, "fPort": 85, "object": {"button": "short"}}
    assert envelope(push("chirpstack", frame, "status")).dedup != envelope(push("chirpstack", up, "up")).dedup

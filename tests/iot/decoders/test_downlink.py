"""The elder is answered wherever the device has a way to be told."""

from typing import Any

import orjson
import pytest

from iot.decoders import registry
from iot.decoders.downlink import Kind


@pytest.mark.parametrize(
    ("source", "device", "options", "kind", "topic", "payload"),
    [
        ("care", "dev-1", {}, "received", "care/v1/dev-1/down/alarm", {"state": "received"}),
        ("care", "dev-1", {}, "coming", "care/v1/dev-1/down/alarm", {"state": "coming"}),
        ("generic_button", "b7", {}, "coming", "button/b7/down", {"state": "coming"}),
        (
            "zigbee2mqtt",
            "zigbee2mqtt/203/siren",
            {"downlink": {"received": {"warning": {"mode": "emergency"}}}},
            "received",
            "zigbee2mqtt/203/siren/set",
            {"warning": {"mode": "emergency"}},
        ),
        (
            "chirpstack",
            "24e124535d320001",
            {"downlink": {"application_id": "a1", "received": "ff2f01"}},
            "received",
            "application/a1/device/24e124535d320001/command/down",
            {"devEui": "24e124535d320001", "confirmed": False, "fPort": 85, "data": "/y8B"},
        ),
        (
            "alink",
            "pk/dn",
            {"downlink": {"coming": {"LED": 2}}},
            "coming",
            "/sys/pk/dn/thing/service/property/set",
            {"id": "1", "version": "1.0", "params": {"LED": 2}, "method": "thing.service.property.set"},
        ),
        (
            "onenet",
            "p/d",
            {"downlink": {"coming": {"LED": 2}}},
            "coming",
            "$sys/p/d/thing/property/set",
            {"id": "1", "version": "1.0", "params": {"LED": 2}},
        ),
    ],
)
def test_a_device_is_told_in_its_own_words(
    source: str, device: str, options: dict[str, Any], kind: Kind, topic: str, payload: dict[str, Any]
) -> None:
    message = registry().downlink(source, device, options, kind)
    assert message is not None
    assert message.topic == topic
    assert orjson.loads(message.payload) == payload


@pytest.mark.parametrize(
    ("source", "options"),
    [
        ("zigbee2mqtt", {}),
        ("zigbee2mqtt", {"downlink": {"received": {"x": 1}}}),
        ("chirpstack", {"downlink": {"coming": "ff"}}),
        ("chirpstack", {"downlink": {"application_id": "a", "coming": "not hex"}}),
        ("vs373", {}),
        ("nobody", {"downlink": {"coming": {}}}),
    ],
)
def test_a_device_without_a_way_is_not_told(source: str, options: dict[str, Any]) -> None:
    assert registry().downlink(source, "x", options, "coming") is None

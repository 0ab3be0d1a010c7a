"""Who reads which topic, what is subscribed, and that a bad profile never starts."""

from pathlib import Path

import pytest

from backend.devices.messages import DecodeError, Envelope, Inbound
from iot.decoders import by_source, decoder_for, load_registry, subscriptions
from iot.decoders.base import topic_matches
from iot.decoders.strict_yaml import ProfileError
from tests.iot.decoders.recordings import NOW, readable

GOOD = """
source: mattress_x
title: 床垫
topic: mattress/{device}/data
device: $topic.device
rows:
  - {path: hr, capability: heart_rate}
"""


@pytest.mark.parametrize(
    ("topic", "source"),
    [
        ("zigbee2mqtt/a/b c", "zigbee2mqtt"),
        ("application/1/device/0101010101010101/event/up", "chirpstack"),
        ("/sys/pk/dn/thing/event/property/post", "alink"),
        ("/sys/pk/dn/thing/event/property/pack/post", "alink"),
        ("$sys/pid/dn/thing/pack/post", "onenet"),
        ("care/v1/dev-1/up/alarm", "care"),
        ("care/v1/dev-1/status", "care"),
        ("$oc/devices/d/sys/properties/report", "huawei_iotda"),
        ("button/7/event", "generic_button"),
    ],
)
def test_a_topic_finds_its_decoder(topic: str, source: str) -> None:
    assert decoder_for(topic).source == source
    assert by_source(source).source == source


@pytest.mark.parametrize(
    "topic", ["", "x", "care/v1/dev-1/down/alarm", "care/v1/a/b/up/alarm", "$sys/a", "zigbee2mqttx/a"]
)
def test_a_topic_of_nobody_is_refused(topic: str) -> None:
    with pytest.raises(DecodeError) as refused:
        decoder_for(topic)
    assert refused.value.reason == "unknown_topic"


def test_a_source_of_nobody_is_refused() -> None:
    with pytest.raises(DecodeError) as refused:
        by_source("nobody")
    assert refused.value.reason == "unknown_source"


def test_dollar_topics_are_subscribed_by_name_because_a_hash_does_not_cover_them() -> None:
    assert {"zigbee2mqtt/#", "$sys/+/+/thing/property/post", "$oc/devices/+/sys/properties/report"} <= set(
        subscriptions()
    )
    assert len(subscriptions()) == len(set(subscriptions()))


@pytest.mark.parametrize(
    ("wanted", "topic", "matches"),
    [
        ("a/#", "a/b/c", True),
        ("a/#", "a", True),
        ("#", "$sys/x", False),
        ("+/x", "$sys/x", False),
        ("$sys/#", "$sys/x", True),
        ("a/+", "a/b", True),
        ("a/+", "a/b/c", False),
        ("a/b/#", "a", False),
    ],
)
def test_filters_match_as_mqtt_says(wanted: str, topic: str, matches: bool) -> None:
    assert topic_matches(wanted, topic) is matches


def test_more_zigbee2mqtt_bases_are_told_apart_even_if_one_begins_like_the_other() -> None:
    registry = load_registry(zigbee2mqtt_bases=("home", "home/attic"))
    assert {"home/#", "home/attic/#"} <= set(registry.subscriptions())
    assert registry.decoder_for("home/attic/x").source == "zigbee2mqtt"


def test_an_operator_adds_a_vendor_by_a_file(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text(GOOD, "utf-8")
    registry = load_registry(profiles_dir=tmp_path)
    assert registry.decoder_for("mattress/7/data").source == "mattress_x"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("title: 床垫", "title: 床垫\ntitle: 又一个"), "x.yaml, line 4: the key 'title' is given twice"),
        (("title: 床垫", "titel: 床垫"), "x.yaml, titel: Extra inputs are not permitted"),
        (("capability: heart_rate", "capability: pulse"), "x.yaml, row 1, capability:"),
        (("path: hr", "path: hr, faktor: 2"), "x.yaml, row 1, faktor: Extra inputs are not permitted"),
        (("path: hr", "path: a..b"), "x.yaml, row 1, path, row 1: Value error, the path 'a..b' has an empty part"),
        (("path: hr", "path: $let.x"), "$let.x: let names no 'x'"),
        (("device: $topic.device", "device: $topic.id"), "the topic has no part {id}"),
        (("mattress/{device}/data", "mattress/+/data"), "wildcards are not allowed"),
        (("heart_rate}", "sos, factor: 2}"), "x.yaml, row 1: Value error, factor and offset are for numbers"),
        (("heart_rate}", "sos, map: {1: high}}"), "must become a bool for sos"),
        (("rows:", "time: {path: t, format: '%Y', zone: Mars}\nrows:"), "there is no time zone 'Mars'"),
        (("rows:", "time: {path: t, format: '%Y'}\nrows:"), "a local time needs a zone"),
        (("rows:", "time: {path: t, format: unix}\nrows:"), "no strptime layout"),
        (("  - {path: hr, capability: heart_rate}", "  []"), "a profile needs rows or thing_model"),
        (("source: mattress_x", "source: vs373"), "two profiles for vs373"),
        (("rows:", "downlink: {topic: 'm/{imei}', received: x}\nrows:"), "only {device} can be filled in"),
        (("rows:", "rows: ["), "not readable as YAML"),
    ],
)
def test_a_mistake_in_a_profile_is_refused_with_the_place(
    tmp_path: Path, change: tuple[str, str], message: str
) -> None:
    (tmp_path / "x.yaml").write_text(GOOD.replace(*change), "utf-8")
    with pytest.raises(ProfileError) as refused:
        load_registry(profiles_dir=tmp_path)
    assert message in str(refused.value)


def test_on_and_off_are_words_of_the_device_and_not_yaml_booleans(tmp_path: Path) -> None:
    profile = GOOD.replace(
        "{path: hr, capability: heart_rate}", "{path: no, capability: smoke, map: {on: true, off: false}}"
    )
    (tmp_path / "x.yaml").write_text(profile, "utf-8")
    registry = load_registry(profiles_dir=tmp_path)
    (envelope,) = registry.by_source("mattress_x").decode(
        Inbound("mattress/7/data", b'{"no": "ON"}', NOW), lambda _s, _d: None
    )
    assert isinstance(envelope, Envelope)
    assert readable(envelope.records) == [{"n": "smoke", "vb": True}]

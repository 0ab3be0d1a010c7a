"""Whatever arrives, a decoder answers with values or with DecodeError, and never with anything else."""

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.devices.messages import MAX_PAYLOAD_BYTES, DecodeError, DeviceFacts, Envelope, Inbound
from backend.devices.vocabulary import SPECS
from iot.decoders import decoder_for, registry
from iot.decoders.base import dedup_key
from iot.decoders.collect import Collector
from iot.decoders.milesight import MODELS, decode
from tests.iot.decoders.recordings import NOW, all_messages

RECORDED = all_messages()
JSON_RECORDED = [(topic, payload) for topic, payload in RECORDED if payload[:1] in (b"{", b"[")]
FACTS = (None, DeviceFacts(None), DeviceFacts("WS101", {"button_means": 7, "zone": "No/Where", "bed_region": True}))
ODD_VALUES: tuple[Any, ...] = (
    None, True, -1, 0, 10**30, -1e308, "", "x" * 5000, "\x00", "９", [], [[]], {}, {"value": {}}, [None, 1, "a"], "NaN",
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


def assert_survives(topic: str, payload: bytes) -> None:
    """Decoding ends in values or DecodeError, and no value breaks the vocabulary's promises."""
    for facts in FACTS:
        try:
            decoded = decoder_for(topic).decode(Inbound(topic, payload, NOW), lambda _s, _d, f=facts: f)  # type: ignore[misc] # a default argument binds the loop's value
        except DecodeError:
            continue
        for item in decoded:
            if isinstance(item, Envelope):
                check_promises(item)


def check_promises(envelope: Envelope) -> None:
    assert 0 < len(envelope.external_id) <= 256
    assert not any(ord(character) < 32 for character in envelope.external_id)
    assert envelope.dedup is None or 0 < len(envelope.dedup) <= 200
    for record in envelope.records:
        spec = SPECS[record.n]
        given_values = [value for value in (record.v, record.vb, record.vs) if value is not None]
        assert len(given_values) == 1
        assert record.t is None or record.t.tzinfo is not None
        if spec.type == "number" and spec.low is not None and spec.high is not None:
            assert record.v is not None
            assert spec.low <= record.v <= spec.high


def mutate(value: Any, seed: random.Random) -> Any:
    """The same JSON with one thing in it replaced, removed or doubled."""
    if isinstance(value, dict) and value:
        key = seed.choice(sorted(value))
        if seed.random() < 0.15:
            return {name: entry for name, entry in value.items() if name != key}
        return {**value, key: mutate(value[key], seed)}
    if isinstance(value, list) and value and seed.random() < 0.7:
        at = seed.randrange(len(value))
        return [*value[:at], mutate(value[at], seed), *value[at:]]
    return seed.choice(ODD_VALUES)


@pytest.mark.parametrize(("topic", "payload"), RECORDED)
def test_a_message_cut_off_anywhere_is_survived(topic: str, payload: bytes) -> None:
    for length in range(len(payload)):
        assert_survives(topic, payload[:length])


@pytest.mark.parametrize(("topic", "payload"), JSON_RECORDED)
def test_a_message_with_a_wrong_value_anywhere_is_survived(topic: str, payload: bytes) -> None:
    try:
        body = json.loads(payload)
    except ValueError:
        body = {"cut": payload.decode("utf-8", "replace")}
    seed = random.Random(payload)  # noqa: S311 - repeatable choices, no secrets
    for _ in range(60):
        assert_survives(topic, json.dumps(mutate(body, seed)).encode())


@pytest.mark.parametrize(("topic", "payload"), RECORDED[::3])
def test_a_message_with_flipped_bytes_is_survived(topic: str, payload: bytes) -> None:
    seed = random.Random(payload)  # noqa: S311 - repeatable choices, no secrets
    for _ in range(30):
        broken = bytearray(payload or b"{}")
        for _ in range(seed.randint(1, 4)):
            broken[seed.randrange(len(broken))] = seed.randrange(256)
        assert_survives(topic, bytes(broken))


@settings(max_examples=300, deadline=None)
@given(topic=st.sampled_from(sorted({topic for topic, _ in RECORDED})), payload=st.binary(max_size=200))
def test_random_bytes_are_survived(topic: str, payload: bytes) -> None:
    assert_survives(topic, payload)


@settings(max_examples=400, deadline=None)
@given(topic=st.sampled_from(sorted({topic for topic, _ in RECORDED})), body=JSON)
def test_random_json_is_survived(topic: str, body: Any) -> None:
    assert_survives(topic, json.dumps(body).encode())


@pytest.mark.parametrize("topic", sorted({topic for topic, _ in RECORDED}))
@pytest.mark.parametrize(
    "payload",
    [
        b"[" * 100_000,
        b"[" * 900 + b"]" * 900,
        b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
        b"9" * 5_000,
        b'{"params":' + b"9" * 5_000 + b"}",
        b'[{"n":"heart_rate","v":' + b"9" * 400 + b',"t":1e308}]',
        b'[{"bt":1e308,"n":"battery","v":1,"t":1e308},{"bt":NaN,"n":"battery","v":NaN}]',
        b'{"a":"\\ud800","sos":true,"battery":NaN}',
        b"\xef\xbb\xbf{}",
        b"\xff\xfe{\x00}\x00",
        b"null",
        b" ",
        b"NaN",
    ],
)  # fmt: skip
def test_hostile_payloads_are_survived_on_every_topic(topic: str, payload: bytes) -> None:
    assert_survives(topic, payload)


@pytest.mark.parametrize("model", MODELS)
@settings(max_examples=150, deadline=None)
@given(data=st.binary(max_size=64))
def test_random_bytes_of_any_milesight_model_are_survived(model: str, data: bytes) -> None:
    out = Collector()
    decode(model, data, out, {"bed_region": 1})
    assert all(record.v is None or record.v == record.v for record in out.records)


def test_a_payload_at_the_limit_is_read_and_one_byte_more_is_refused() -> None:
    head, tail = b'{"sos":true,"x":"', b'"}'
    body = head + b"a" * (MAX_PAYLOAD_BYTES - len(head) - len(tail)) + tail
    decoder = decoder_for("zigbee2mqtt/b")
    (envelope,) = decoder.decode(Inbound("zigbee2mqtt/b", body, NOW), lambda _s, _d: None)
    assert isinstance(envelope, Envelope)
    assert len(envelope.records) == 1
    with pytest.raises(DecodeError) as refused:
        decoder.decode(Inbound("zigbee2mqtt/b", body[:-2] + b'a"}', NOW), lambda _s, _d: None)
    assert refused.value.reason == "too_large"


def test_a_megabyte_is_refused_by_every_decoder() -> None:
    for topic in sorted({topic for topic, _ in RECORDED}):
        if "bridge/event" in topic or topic.endswith(("/set", "txack")):
            continue  # never looked into
        with pytest.raises(DecodeError):
            decoder_for(topic).decode(Inbound(topic, b'{"a":"' + b"a" * 1_000_000 + b'"}', NOW), lambda _s, _d: None)


@settings(max_examples=200, deadline=None)
@given(
    source=st.sampled_from([decoder.source for decoder in registry().decoders]),
    body=JSON,
    hint=st.sampled_from(["", "up", "x/y"]),
)
def test_a_pushed_body_of_any_kind_is_survived(source: str, body: Any, hint: str) -> None:
    try:
        decoded = registry().by_source(source).decode_push(json.dumps(body).encode(), lambda _s, _d: None, NOW, hint)
    except DecodeError:
        return
    assert isinstance(decoded, list)


@pytest.mark.parametrize(
    "topic",
    ["zigbee2mqtt/" + "a" * 201, "zigbee2mqtt/a\u0007", "care/v1/" + "a" * 201 + "/up/alarm", "care/v1/\u0001/status"],
)
def test_a_name_that_no_register_can_hold_is_refused(topic: str) -> None:
    with pytest.raises(DecodeError) as refused:
        decoder_for(topic).decode(Inbound(topic, b'{"sos":true}', NOW), lambda _s, _d: None)
    assert refused.value.reason == "bad_topic"


def test_long_natural_keys_stay_different() -> None:
    one, two = dedup_key("a" * 90, "1"), dedup_key("a" * 90, "2")
    assert one != two
    assert len(one) == len(two) == 64

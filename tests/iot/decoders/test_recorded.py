"""Every recorded message means what the recording says, on the topic it came from."""

import pytest

from backend.devices.messages import DecodeError, Envelope, GatewayStatus
from iot.decoders import decoder_for
from iot.decoders.collect import Collector
from iot.decoders.milesight import decode, known_model
from tests.iot.decoders.recordings import Case, cases, check, inbound, lookup, readable


@pytest.mark.parametrize(
    "case",
    [
        case
        for file in ("zigbee2mqtt", "chirpstack", "thing_model", "native", "mapper")
        for case in cases(f"{file}.yaml")
    ],
)
def test_a_recorded_message_means_what_is_written_beside_it(case: Case) -> None:
    message = inbound(case)
    decoder = decoder_for(message.topic)
    if "error" in case:
        with pytest.raises(DecodeError) as refused:
            decoder.decode(message, lookup(case))
        assert refused.value.reason == case["error"]
        return
    decoded = decoder.decode(message, lookup(case))
    if "nothing" in case:
        assert decoded == []
    elif "gateway_status" in case:
        assert decoded == [GatewayStatus(decoder.source, **case["gateway_status"])]
    else:
        (envelope,) = decoded
        assert isinstance(envelope, Envelope)
        assert envelope.source == decoder.source
        check(envelope, case)


@pytest.mark.parametrize("case", cases("milesight.yaml"))
def test_recorded_milesight_bytes_mean_what_is_written_beside_them(case: Case) -> None:
    model = known_model(case["model"])
    assert model is not None
    out = Collector()
    decode(model, bytes.fromhex(case["hex"]), out, case.get("options", {}))
    assert readable(out.records) == case["records"]
    assert out.faults == case.get("faults", [])

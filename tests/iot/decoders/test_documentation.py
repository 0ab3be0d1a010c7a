"""The integrator's guide says what the code does."""

import re
from pathlib import Path

import orjson

from backend.devices.messages import Envelope, Inbound
from backend.devices.vocabulary import SPECS, Capability, Spec
from iot.decoders import load_registry
from tests.iot.decoders.recordings import NOW, readable

GUIDE = Path(__file__).parents[3] / "docs" / "device-integration.md"
SIDES = {None: "", True: "true", False: "false"}


def row(capability: Capability, spec: Spec) -> str:
    kind = spec.type if spec.type != "bool" else "level" if spec.level else "event"
    possible = "" if spec.low is None or spec.high is None else f"{spec.low:g} … {spec.high:g}"
    return f"| `{capability}` | {spec.name_zh} | {kind} | {spec.unit or ''} | {SIDES[spec.alarming]} | {possible} |"


def test_the_vocabulary_has_a_meaning_for_every_name() -> None:
    assert set(SPECS) == set(Capability)


def test_the_table_of_the_guide_is_the_vocabulary() -> None:
    table = [
        line for line in GUIDE.read_text("utf-8").splitlines() if re.match(r"\| `[a-z_0-9]+` \|.*\|.*\|.*\|.*\|", line)
    ]
    names = {f"`{capability}`" for capability in Capability}
    assert [line for line in table if line.split(" ")[1] in names] == [row(*item) for item in SPECS.items()]


def test_the_worked_example_of_the_guide_works(tmp_path: Path) -> None:
    text = GUIDE.read_text("utf-8")
    (example,) = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    (profile,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    (tmp_path / "acme.yaml").write_text(profile, "utf-8")
    registry = load_registry(profiles_dir=tmp_path)
    message = Inbound("acme/A-0042/alarm", example.encode(), NOW)
    (envelope,) = registry.decoder_for(message.topic).decode(message, lambda _s, _d: None)
    assert isinstance(envelope, Envelope)
    assert readable(envelope.records) == [{"n": "sos", "vb": True, "momentary": True}, {"n": "voltage", "v": 2.95}]
    assert envelope.device_time == NOW
    assert envelope.dedup == "17:2026-11-22 09:00:00"
    told = registry.downlink("acme", "A-0042", {}, "coming")
    assert told is not None
    assert (told.topic, orjson.loads(told.payload)) == ("acme/A-0042/led", {"led": "blink"})

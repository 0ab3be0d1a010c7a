"""The simulator: decoders read every word of it, it raises no alarm by itself, and it stops when told."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from backend.core.clock import ManualClock, local
from backend.demo.data import DemoDevice, devices
from backend.devices.messages import Decoded, DeviceFacts, Envelope, GatewayStatus, Inbound, Inventory
from backend.devices.vocabulary import SPECS
from backend.sensing.rulebook import shipped
from backend.sensing.rules import ThresholdRule, side_of
from backend.settings import Settings, load_settings
from iot import simulator
from iot.decoders import registry
from iot.simulator import Life
from iot.simulator_life import values
from iot.simulator_words import Message
from tests.support import services
from tests.support.mqtt_probe import Probe

START = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
FACTS = {(one.group.source, one.external_id): DeviceFacts(one.group.model) for one in devices()}


def read(message: Message, at: datetime) -> list[Decoded]:
    decoder = registry().decoder_for(message.topic)
    inbound = Inbound(message.topic, message.payload.encode(), at, message.retain)
    return decoder.decode(inbound, lambda source, external_id: FACTS.get((source, external_id)))


def an_hour() -> Iterator[tuple[datetime, Message]]:
    life = Life(devices(), START)
    for second in range(3600):
        at = START + timedelta(seconds=second)
        for message in life.due(at):
            yield at, message


def test_decoders_read_every_message_as_coming_from_the_right_device() -> None:
    for at, message in an_hour():
        [found] = read(message, at)
        assert isinstance(found, Envelope)
        assert (found.source, found.external_id) in FACTS
        assert found.faults == ()
        assert found.device_time == at


def test_every_capability_of_a_device_is_heard_within_the_hour_except_the_cry_for_help() -> None:
    heard = {(found.source, found.external_id, record.n.value)
             for at, message in an_hour() for found in read(message, at) if isinstance(found, Envelope)
             for record in found.records}  # fmt: skip
    for one in devices():
        for capability in set(one.group.capabilities) - {"sos"}:
            if one.group.habit not in ("sleeper", "radar"):  # whose people are up for this hour
                assert (one.group.source, one.external_id, capability) in heard


def test_nobody_presses_and_nothing_burns() -> None:
    for at, message in an_hour():
        for found in read(message, at):
            assert isinstance(found, Envelope)
            assert not [
                record for record in found.records
                if record.vb is not None and record.n != "contact" and record.vb is SPECS[record.n].alarming
            ]  # fmt: skip


def two_days(one: DemoDevice, every_s: int) -> Iterator[tuple[datetime, dict[str, float | bool]]]:
    for step in range(0, 2 * 86_400, every_s):
        at = START + timedelta(seconds=step)
        yield at, values(one, at)


def test_no_number_ever_leaves_the_limits_of_the_rules() -> None:
    rules = [rule for rule in shipped().values() if isinstance(rule, ThresholdRule)]
    for one in devices():
        for _, found in two_days(one, 600):
            for rule in rules:
                value = found.get(rule.capability)
                assert value is None or side_of(rule, float(value)) is None


def test_nobody_is_out_of_bed_for_long_at_night() -> None:
    for one in devices():
        if "bed_occupancy" not in one.group.capabilities:
            continue
        away = 0
        for at, found in two_days(one, 30):
            watched = local(at).hour >= 22 or local(at).hour < 6
            away = away + 30 if watched and not found["bed_occupancy"] else 0
            assert away < 600


def test_whoever_is_in_bed_has_a_pulse_or_a_breath() -> None:
    for one in devices():
        for _, found in two_days(one, 900):
            if found.get("bed_occupancy"):
                assert "breathing_rate" in found


def test_every_room_sees_somebody_within_four_hours_by_day() -> None:
    for one in [one for one in devices() if one.group.habit == "motion"]:
        still = 0
        for at, found in two_days(one, 60):
            still = 0 if found["occupancy"] or not 8 <= local(at).hour < 20 else still + 60
            assert still < 4 * 3600


def test_the_pace_is_modest_and_the_same_every_time() -> None:
    first, second = list(an_hour()), list(an_hour())
    assert first == second
    assert 1 <= len(first) / 3600 <= 6


def test_a_clock_moved_by_hours_makes_everybody_speak_once() -> None:
    life = Life(devices(), START)
    later = START + timedelta(hours=5)
    assert len(list(life.due(later))) == len(devices())
    assert list(life.due(later)) == []


def test_a_gateway_says_hello_with_all_that_is_paired() -> None:
    hello = [found for message in Life(devices(), START).hello() for found in read(message, START)]
    zigbee = {one.external_id for one in devices() if one.group.source == "zigbee2mqtt"}
    assert hello[0] == GatewayStatus("zigbee2mqtt", "zigbee2mqtt", online=True)
    assert isinstance(hello[1], Inventory)
    assert {entry.external_id: set(entry.capabilities) for entry in hello[1].entries} == {
        one.external_id: set(one.group.capabilities) for one in devices() if one.group.source == "zigbee2mqtt"
    }
    assert {one.external_id for one in hello[2:] if isinstance(one, Envelope)} == zigbee


def chosen(folder: Path, port: int, **more: str) -> dict[str, str]:
    return {"SHOUWANG_MODE": "demo", "SHOUWANG_DATA_DIR": str(folder), "MQTT_URL": f"mqtt://127.0.0.1:{port}", **more}


def test_switched_off_it_says_nothing_and_ends(tmp_path: Path) -> None:
    settings: Settings = load_settings(chosen(tmp_path, services.free_port(), SHOUWANG_SIMULATOR="off"))
    threads = threading.active_count()
    simulator.main(settings)
    assert threading.active_count() == threads


def test_it_speaks_through_a_real_broker_at_the_demo_clocks_time(tmp_path: Path) -> None:
    (tmp_path / "broker").mkdir()
    clock, stopping = ManualClock(START), threading.Event()
    with services.mosquitto(tmp_path / "broker") as port, Probe(port) as listener:
        listener.subscribe("zigbee2mqtt/#")
        listener.subscribe("application/#")
        settings = load_settings(chosen(tmp_path, port))
        thread = threading.Thread(target=simulator.run, args=(settings, clock, stopping))
        thread.start()
        assert listener.next_message() == ("zigbee2mqtt/bridge/state", b'{"state": "online"}')
        clock.advance(3600)
        topic, payload = listener.next_message()
        while not topic.endswith("/event/up"):
            topic, payload = listener.next_message()
        assert json.loads(payload)["time"] == (START + timedelta(hours=1)).isoformat()
        stopping.set()
        thread.join(10)
        assert not thread.is_alive()


def test_sigterm_ends_it_cleanly(tmp_path: Path) -> None:
    (tmp_path / "broker").mkdir()
    with services.mosquitto(tmp_path / "broker") as port, Probe(port) as listener:
        listener.subscribe("#")
        process = subprocess.Popen(
            [sys.executable, "-m", "backend.cli", "simulator"], env=os.environ | chosen(tmp_path / "data", port)
        )
        try:
            services.wait_until(lambda: not listener.messages.empty())
            process.send_signal(signal.SIGTERM)
            assert process.wait(15) == 0
        finally:
            process.kill()
            process.wait()

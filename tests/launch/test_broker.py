"""The embedded brokers, for real: accounts, topics, what survives a kill, and the broker without Mosquitto."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from paho.mqtt.enums import MQTTProtocolVersion

from backend.devices.broker_credentials import AclEntry, reload_broker, remove_user, set_user_acl, write_user
from backend.launch.broker import prepare
from backend.settings import Settings, load_settings
from tests.support import services
from tests.support.mqtt_probe import Probe

FIVE, OLD = MQTTProtocolVersion.MQTTv5, MQTTProtocolVersion.MQTTv311


def settings_in(folder: Path, **changed: str) -> Settings:
    port = services.free_port()
    return load_settings({"SHOUWANG_DATA_DIR": str(folder), "SHOUWANG_MQTT_PORT": str(port)} | changed)


@contextmanager
def running(settings: Settings, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The broker as the supervisor starts it: ``shouwang broker``."""
    choice = "demo" if settings.demo_broker else "mosquitto"
    env = os.environ | {
        "SHOUWANG_DATA_DIR": str(settings.data_dir),
        "SHOUWANG_MQTT_PORT": str(settings.mqtt_port),
        "SHOUWANG_BROKER": choice,
    }
    with log.open("ab") as output:
        command = [sys.executable, "-m", "backend.cli", "broker"]
        process = subprocess.Popen(command, env=env, stdout=output, stderr=output)
    try:
        services.wait_until(lambda: services.listens(settings.mqtt_port))
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    services.program("mosquitto")
    chosen = settings_in(tmp_path / "data")
    with running(chosen, tmp_path / "broker.log"):
        yield chosen


def hub(settings: Settings, **options: Any) -> Probe:
    return Probe(settings.mqtt_port, settings.mqtt.username, settings.mqtt.password, **options)


def register(settings: Settings, name: str) -> str:
    write_user(settings.broker_dir / "passwd", name, f"password of {name}")
    services.wait_until(lambda: reload_broker(settings.broker_dir / "mosquitto.pid"))
    return f"password of {name}"


def refuses(settings: Settings, name: str, password: str, topic: str) -> bool:
    """Whether a publish is refused; on a connection of its own, since Mosquitto 2.0.11 ends it afterwards."""
    with Probe(settings.mqtt_port, name, password) as probe:
        return probe.publish(topic).is_failure


def test_nobody_gets_in_without_an_account(settings: Settings) -> None:
    with Probe(settings.mqtt_port) as nobody, Probe(settings.mqtt_port, "hub", "guessed") as guesser:
        assert nobody.connected.is_failure
        assert guesser.connected.is_failure


def test_the_demo_gateway_publishes_what_gateways_publish_and_nothing_else(settings: Settings) -> None:
    with Probe(settings.mqtt_port, "gateway", "shouwang-demo") as gateway:
        assert not gateway.publish("zigbee2mqtt/demo-sos-1").is_failure
        assert not gateway.publish("application/1/device/24e124535b316056/event/up").is_failure
    assert refuses(settings, "gateway", "shouwang-demo", "care/v1/dev-1/up/sos")


def test_the_hub_hears_everything_also_topics_that_begin_with_a_dollar(settings: Settings) -> None:
    with hub(settings) as reader, hub(settings) as writer:
        for topic in ("$oc/devices/x/sys/properties/report", "/sys/k/d/thing/event", "$sys/1/d/thing", "vendor/x"):
            first = topic.split("/")[0]
            assert not reader.subscribe(f"{first}/#" if first else "/sys/#").is_failure
            assert not writer.publish(topic).is_failure
            assert reader.next_message()[0] == topic


def test_a_device_registered_while_the_broker_runs_publishes_only_as_itself(settings: Settings) -> None:
    password = register(settings, "dev-1")

    def admitted() -> bool:
        with Probe(settings.mqtt_port, "dev-1", password) as probe:
            return not probe.connected.is_failure

    services.wait_until(admitted)
    with Probe(settings.mqtt_port, "dev-1", password) as device:
        assert not device.publish("care/v1/dev-1/up/sos").is_failure
        assert not device.publish("care/v1/dev-1/status").is_failure
        assert not device.subscribe("care/v1/dev-1/down/#").is_failure
    for foreign in ("care/v1/dev-2/up/sos", "care/v1/dev-1/down/alarm", "zigbee2mqtt/demo-sos-1"):
        assert refuses(settings, "dev-1", password, foreign)


def test_a_device_does_not_hear_what_another_is_told(settings: Settings) -> None:
    passwords = {name: register(settings, name) for name in ("dev-1", "dev-2")}

    def admitted() -> bool:
        with Probe(settings.mqtt_port, "dev-2", passwords["dev-2"]) as probe:
            return not probe.connected.is_failure

    services.wait_until(admitted)
    with Probe(settings.mqtt_port, "dev-2", passwords["dev-2"]) as other, hub(settings) as sender:
        other.subscribe("care/v1/+/down/#")
        sender.publish("care/v1/dev-1/down/alarm", "for one")
        sender.publish("care/v1/dev-2/down/alarm", "for two")
        assert other.next_message() == ("care/v1/dev-2/down/alarm", b"for two")


def test_a_removed_device_is_refused_after_the_reload(settings: Settings) -> None:
    password = register(settings, "dev-1")
    remove_user(settings.broker_dir / "passwd", "dev-1")
    services.wait_until(lambda: reload_broker(settings.broker_dir / "mosquitto.pid"))

    def refused() -> bool:
        with Probe(settings.mqtt_port, "dev-1", password) as probe:
            return probe.connected.is_failure

    services.wait_until(refused)
    assert refused()


def test_a_device_with_topics_of_its_own_may_use_them(settings: Settings) -> None:
    set_user_acl(settings.broker_dir / "acl", "radar-7", [AclEntry("write", "vendor/radar-7/VitalSign")])
    password = register(settings, "radar-7")

    def allowed() -> bool:
        with Probe(settings.mqtt_port, "radar-7", password) as probe:
            return not probe.connected.is_failure and not probe.publish("vendor/radar-7/VitalSign").is_failure

    services.wait_until(allowed)
    assert refuses(settings, "radar-7", password, "vendor/radar-8/VitalSign")


def test_what_the_broker_has_saved_survives_its_kill(tmp_path: Path) -> None:
    services.program("mosquitto")
    settings, log = settings_in(tmp_path / "data"), tmp_path / "broker.log"
    with running(settings, log) as broker:
        with hub(settings, session="hub") as away:
            away.subscribe("zigbee2mqtt/#")
        with Probe(settings.mqtt_port, "gateway", "shouwang-demo") as gateway:
            for number in range(50):
                assert not gateway.publish("zigbee2mqtt/demo-sos-1", f"press {number}").is_failure
        # Mosquitto confirms a message a moment before the save that follows at once.
        saved = settings.broker_dir / "mosquitto.db"
        services.wait_until(lambda: saved.exists() and b"press 49" in saved.read_bytes())
        broker.send_signal(signal.SIGKILL)
        broker.wait()
    with running(settings, log), hub(settings, session="hub") as back:
        assert [back.next_message()[1] for _ in range(50)] == [f"press {number}".encode() for number in range(50)]


def test_a_second_start_keeps_registered_devices(tmp_path: Path) -> None:
    settings = settings_in(tmp_path / "data")
    prepare(settings)
    write_user(settings.broker_dir / "passwd", "dev-1", "secret")
    set_user_acl(settings.broker_dir / "acl", "dev-1", [AclEntry("write", "vendor/dev-1")])
    prepare(settings)
    assert "dev-1:$7$" in (settings.broker_dir / "passwd").read_text()
    assert "user dev-1\ntopic write vendor/dev-1\n" in (settings.broker_dir / "acl").read_text()


def test_the_demo_account_disappears_outside_demo_mode(tmp_path: Path) -> None:
    prepare(settings_in(tmp_path / "data"))
    prepare(settings_in(tmp_path / "data", SHOUWANG_MODE="test"))
    for name in ("passwd", "acl"):
        assert "gateway" not in (tmp_path / "data/broker" / name).read_text()


@pytest.mark.parametrize(("device", "reader"), [(OLD, FIVE), (FIVE, FIVE), (FIVE, OLD), (OLD, OLD)])
def test_without_mosquitto_old_and_new_clients_meet_on_one_port(
    tmp_path: Path, device: MQTTProtocolVersion, reader: MQTTProtocolVersion
) -> None:
    settings = settings_in(tmp_path / "data", SHOUWANG_BROKER="demo")
    assert settings.demo_broker
    with running(settings, tmp_path / "broker.log"):
        with hub(settings, session="hub", version=reader) as away:
            away.subscribe("zigbee2mqtt/#")
        with Probe(settings.mqtt_port, "gateway", "shouwang-demo", version=device) as gateway:
            gateway.publish("zigbee2mqtt/demo-sos-1", "pressed")
        with hub(settings, session="hub", version=reader) as back:
            assert back.next_message() == ("zigbee2mqtt/demo-sos-1", b"pressed")


def test_without_mosquitto_garbage_on_the_port_harms_nobody(tmp_path: Path) -> None:
    settings = settings_in(tmp_path / "data", SHOUWANG_BROKER="demo")
    with running(settings, tmp_path / "broker.log"):
        for garbage in (b"GET / HTTP/1.1\r\n\r\n", b"\x10\xff\xff\xff\xff\xff\xff\xff", b"\x10"):
            with socket.create_connection(("127.0.0.1", settings.mqtt_port)) as stranger:
                stranger.sendall(garbage)
        with hub(settings) as probe:
            assert not probe.publish("zigbee2mqtt/demo-sos-1").is_failure

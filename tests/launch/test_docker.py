"""The files for a county, as far as they run without a container engine: parsed, checked, and started natively."""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from backend.cli import main
from backend.devices.broker_credentials import HUB_ACL, write_acl, write_user
from backend.launch.broker import DURABILITY
from backend.settings import Settings, load_settings
from tests.support import services
from tests.support.mqtt_probe import Probe

ROOT = Path(__file__).resolve().parents[2]
DOCKER = ROOT / "docker"


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DOCKER / "compose.yaml").read_text())
    return loaded


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The docker folder after prepare.sh ran in a copy of it."""
    folder = tmp_path_factory.mktemp("county") / "docker"
    shutil.copytree(DOCKER, folder, ignore=shutil.ignore_patterns("secrets", "certs", "county.env"))
    services.program("openssl")
    subprocess.run(["sh", folder / "prepare.sh", "localhost"], check=True, capture_output=True)
    return folder


def variables() -> set[str]:
    names = {str(info.validation_alias) for info in Settings.model_fields.values() if info.validation_alias}
    return names | {f"{name}_FILE" for name in names}


def test_every_command_of_our_image_is_a_real_command(compose: dict[str, Any]) -> None:
    ours = {name: one for name, one in compose["services"].items() if str(one["image"]).startswith("shouwang:")}
    assert set(ours) == {"migrate", "init-broker", "web", "hub", "scheduler"}
    for service in ours.values():
        assert service["command"][0] in main.commands


def test_every_service_secret_and_volume_that_is_named_exists(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        assert set(service.get("depends_on", {})) <= set(compose["services"])
        assert set(service.get("secrets", [])) <= set(compose["secrets"])
        named = {volume.split(":")[0] for volume in service.get("volumes", []) if volume[0] not in "./"}
        assert named <= set(compose["volumes"])


def test_every_variable_of_the_county_is_one_the_settings_know(compose: dict[str, Any]) -> None:
    given = set(compose["services"]["web"]["environment"])
    example = (DOCKER / "county.env.example").read_text()
    assert given | set(re.findall(r"^(\w+)=", example, re.MULTILINE)) <= variables()


def test_hub_and_scheduler_run_twice_and_the_database_is_migrated_before(compose: dict[str, Any]) -> None:
    for name in ("hub", "scheduler"):
        service = compose["services"][name]
        assert service["deploy"]["replicas"] == 2
        assert service["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_the_image_runs_without_privileges_and_says_whether_it_is_well() -> None:
    text = (DOCKER / "Dockerfile").read_text()
    assert re.search(r"^USER 10001:1883$", text, re.MULTILINE)
    assert "HEALTHCHECK" in text
    assert "/healthz" in text
    assert "--require-hashes -r requirements.lock" in text


def test_prepare_makes_a_configuration_that_production_accepts(prepared: Path, compose: dict[str, Any]) -> None:
    files = {f"/run/secrets/{name}": prepared / one["file"] for name, one in compose["secrets"].items()}
    files["/certs/ca.crt"] = prepared / "certs/ca.crt"
    given = compose["services"]["web"]["environment"]
    env = {name: str(files.get(value, value)) for name, value in given.items()}
    example = dict(line.split("=", 1) for line in (prepared / "county.env").read_text().splitlines() if "=" in line)
    settings = load_settings({"SHOUWANG_MODE": "production"} | example | env)
    assert (settings.mqtt.tls, settings.mqtt.username, settings.trusted_proxies) == (True, "hub", 1)
    assert len(settings.field_keys[0].secret) == 32


def test_prepare_run_again_changes_nothing(prepared: Path) -> None:
    before = {path: path.read_bytes() for path in prepared.rglob("*") if path.is_file()}
    subprocess.run(["sh", prepared / "prepare.sh"], check=True, capture_output=True)
    assert {path: path.read_bytes() for path in prepared.rglob("*") if path.is_file()} == before


def test_the_access_file_is_the_one_the_code_writes(tmp_path: Path) -> None:
    write_acl(tmp_path / "acl", {"hub": HUB_ACL})
    assert (DOCKER / "mosquitto/acl").read_text() == (tmp_path / "acl").read_text()


def test_the_county_broker_keeps_messages_as_the_embedded_one_does() -> None:
    conf = (DOCKER / "mosquitto/mosquitto.conf").read_text().splitlines()
    assert set(DURABILITY.splitlines()) <= set(conf)


@pytest.fixture
def county_broker(prepared: Path, tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """The county's Mosquitto, started by its own entry script with paths and port replaced: (port, accounts)."""
    mosquitto = services.program("mosquitto")
    accounts, port = tmp_path / "broker", services.free_port()
    write_user(accounts / "passwd", "hub", "hub-password")
    write_user(accounts / "passwd", "dev-1", "password-1")
    write_acl(accounts / "acl", {"hub": HUB_ACL})
    (tmp_path / "data").mkdir()
    text = (prepared / "mosquitto/mosquitto.conf").read_text()
    replaced = {
        "/mosquitto/certs": prepared / "certs",
        "/mosquitto/broker": accounts,
        "/mosquitto/data": tmp_path / "data",
    }
    for old, new in replaced.items():
        text = text.replace(old, str(new))
    config = tmp_path / "mosquitto.conf"
    config.write_text(text.replace("8883", str(port)) + ("user root\n" if os.geteuid() == 0 else ""))
    env = os.environ | {
        "MOSQUITTO_CONFIG": str(config),
        "MOSQUITTO_ACCOUNTS": str(accounts),
        "MOSQUITTO_WATCH_SECONDS": "0.2",
        "PATH": f"{os.environ['PATH']}:{Path(mosquitto).parent}",
    }
    process = subprocess.Popen(["sh", prepared / "mosquitto/entry.sh"], env=env)
    services.wait_until(lambda: services.listens(port))
    yield port, accounts
    process.send_signal(signal.SIGTERM)
    process.wait(15)
    services.wait_until(lambda: not services.listens(port))


def test_over_tls_a_device_publishes_only_as_itself(county_broker: tuple[int, Path], prepared: Path) -> None:
    port, _ = county_broker
    ca = prepared / "certs/ca.crt"
    with (
        Probe(port, "hub", "hub-password", ca_file=ca) as hub,
        Probe(port, "dev-1", "password-1", ca_file=ca) as device,
    ):
        hub.subscribe("care/v1/#")
        assert not device.publish("care/v1/dev-1/up/sos", "pressed").is_failure
        assert hub.next_message() == ("care/v1/dev-1/up/sos", b"pressed")
        assert device.publish("care/v1/dev-2/up/sos").is_failure


def test_a_device_registered_by_another_container_is_let_in_without_a_restart(
    county_broker: tuple[int, Path], prepared: Path
) -> None:
    port, accounts = county_broker
    write_user(accounts / "passwd", "dev-2", "password-2")

    def admitted() -> bool:
        with Probe(port, "dev-2", "password-2", ca_file=prepared / "certs/ca.crt") as probe:
            return not probe.connected.is_failure

    services.wait_until(admitted)
    with Probe(port, "dev-2", "guessed", ca_file=prepared / "certs/ca.crt") as stranger:
        assert stranger.connected.is_failure

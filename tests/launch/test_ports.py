"""A taken port is named before anything starts, with the variable that changes it."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.launch.ports import WantedPort, problems, wanted_ports
from backend.settings import load_settings
from tests.support import services


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield int(server.getsockname()[1])


def test_free_ports_are_no_problem() -> None:
    wanted = [WantedPort("A", "127.0.0.1", services.free_port()), WantedPort("B", "::1", services.free_port())]
    assert problems(wanted) == []


def test_a_taken_port_names_itself_in_two_languages_and_its_variable(taken: int) -> None:
    (line,) = problems([WantedPort("SHOUWANG_HTTP_PORT", "127.0.0.1", taken)])
    assert f"端口 {taken} 已被占用 (port {taken} is already in use)" in line
    assert "SHOUWANG_HTTP_PORT=" in line


def test_the_same_port_wanted_twice_is_a_problem() -> None:
    port = services.free_port()
    (line,) = problems([WantedPort("SHOUWANG_HTTP_PORT", "", port), WantedPort("SHOUWANG_MQTT_PORT", "", port)])
    assert "SHOUWANG_HTTP_PORT, SHOUWANG_MQTT_PORT" in line


def test_an_address_of_another_machine_names_the_variable() -> None:
    (line,) = problems([WantedPort("SHOUWANG_HTTP_PORT", "192.0.2.1", services.free_port())])
    assert "192.0.2.1" in line
    assert "SHOUWANG_HTTP_PORT" in line


def test_only_embedded_services_need_a_port(tmp_path: Path) -> None:
    env = {"SHOUWANG_DATA_DIR": str(tmp_path)}
    names = [one.variable for one in wanted_ports(load_settings(env))]
    assert names == [
        "SHOUWANG_HTTP_PORT", "SHOUWANG_MQTT_PORT", "SHOUWANG_REDIS_PORT", "SHOUWANG_WECHAT_SANDBOX_PORT",
    ]  # fmt: skip
    elsewhere = env | {"MQTT_URL": "mqtt://broker", "REDIS_URL": "redis://cache"}
    elsewhere |= {"SHOUWANG_WECHAT_APPID": "wx1", "SHOUWANG_WECHAT_SECRET": "s"}
    assert [one.variable for one in wanted_ports(load_settings(elsewhere))] == ["SHOUWANG_HTTP_PORT"]


def start(folder: Path, **changed: str) -> subprocess.CompletedProcess[str]:
    env = os.environ | {
        "SHOUWANG_DATA_DIR": str(folder),
        "SHOUWANG_HTTP_PORT": str(services.free_port()),
        "SHOUWANG_MQTT_PORT": str(services.free_port()),
        "SHOUWANG_REDIS_PORT": str(services.free_port()),
        "SHOUWANG_WECHAT_SANDBOX_PORT": str(services.free_port()),
    }
    command = [sys.executable, "-m", "backend.cli", "up"]
    return subprocess.run(command, env=env | changed, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("variable", ["SHOUWANG_HTTP_PORT", "SHOUWANG_WECHAT_SANDBOX_PORT", "SHOUWANG_REDIS_PORT"])
def test_up_ends_with_two_on_a_taken_port_and_starts_nothing(taken: int, variable: str, tmp_path: Path) -> None:
    result = start(tmp_path, **{variable: str(taken)})
    assert result.returncode == 2
    assert f"{variable}=" in result.stderr
    assert not (tmp_path / "logs").exists()


def test_up_refuses_a_wrong_configuration_by_the_name_of_its_variable(tmp_path: Path) -> None:
    result = start(tmp_path, SHOUWANG_MODE="production")
    assert result.returncode == 2
    assert "SHOUWANG_SECRET_KEY：正式运行时必须设置" in result.stderr
    assert "Traceback" not in result.stderr

"""Accounts for devices, at a real Mosquitto: a device publishes as itself and as nobody else."""

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from apiflask import APIFlask
from click.testing import CliRunner
from sqlalchemy import select

from backend.core.errors import BadInputError
from backend.devices import broker_credentials as broker
from backend.devices import cli, installer_sheet, provisioning, service, strangers
from backend.devices.errors import AlreadyRegisteredError, TopicTakenError
from backend.devices.models import Device, UnknownDevice
from backend.devices.provisioning import Endpoint, Provisioned
from backend.devices.service import NewDevice, Spot
from backend.settings import Settings
from tests.conftest import WorkFactory
from tests.devices.conftest import HOME, County
from tests.support import services
from tests.support.mqtt_probe import Probe

WHERE = Endpoint("care.example.cn", 8883, tls=True)


@dataclass(frozen=True)
class Broker:
    folder: Path
    port: int


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[Broker]:
    """A broker that lets in only whom the files name, with the hub's own account."""
    folder, port = tmp_path / "broker", services.free_port()
    broker.write_user(folder / broker.PASSWORD_FILE, "hub", "hub-password")
    broker.set_user_acl(folder / broker.ACL_FILE, "hub", broker.HUB_ACL)
    config = folder / "mosquitto.conf"
    config.write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous false\npassword_file {folder / broker.PASSWORD_FILE}\n"
        f"acl_file {folder / broker.ACL_FILE}\npid_file {folder / broker.PID_FILE}\n"
        + ("user root\n" if os.geteuid() == 0 else "")
    )
    process = subprocess.Popen([services.program("mosquitto"), "-c", config], stderr=subprocess.DEVNULL)
    services.wait_until(lambda: services.listens(port) and (folder / broker.PID_FILE).exists())
    yield Broker(folder, port)
    process.terminate()
    process.wait(10)


def _new(county: County, name: str = "4G按钮", **more: object) -> NewDevice:
    facts = {"source": "care", "external_id": "SN-1", "spot": Spot(bed_id=county.bed), "capabilities": ["sos"]} | more
    return NewDevice(name=name, **facts)  # type: ignore[arg-type] # test facts


def _add(work: WorkFactory, folder: Path, new: NewDevice, *publishes: str) -> Provisioned:
    with work() as w:
        return provisioning.add_device(w, new, broker_dir=folder, endpoint=WHERE, publishes=publishes)


def _may_enter(port: int, given: Provisioned) -> bool:
    assert given.account is not None
    with Probe(port, given.account.username, given.account.password) as probe:
        return not probe.connected.is_failure


def _enter(port: int, given: Provisioned) -> Probe:
    """Connect as the device, as soon as the broker has read its files again."""
    services.wait_until(lambda: _may_enter(port, given))
    assert given.account is not None
    return Probe(port, given.account.username, given.account.password)


def test_an_added_device_publishes_as_itself_and_not_as_another(
    county: County, work: WorkFactory, mosquitto: Broker
) -> None:
    one, other = (_add(work, mosquitto.folder, _new(county, name)) for name in ("甲", "乙"))
    assert one.account is not None
    assert other.account is not None
    assert one.device.external_id == one.account.username == str(one.device.id)
    with _enter(mosquitto.port, one) as probe, Probe(mosquitto.port, "hub", "hub-password") as hub:
        hub.subscribe("care/v1/#")
        assert not probe.publish(f"care/v1/{one.account.username}/up/event", b"{}").is_failure
        assert hub.next_message() == (f"care/v1/{one.account.username}/up/event", b"{}")
        assert probe.publish(f"care/v1/{other.account.username}/up/event", b"{}").is_failure
        assert probe.publish("zigbee2mqtt/sos", b"{}").is_failure


def test_a_gateway_speaks_below_its_own_base_only(county: County, work: WorkFactory, mosquitto: Broker) -> None:
    given = _add(
        work, mosquitto.folder,
        _new(county, "2楼网关", source="zigbee2mqtt", external_id="ward2", kind="gateway", spot=Spot(site_code=HOME)),
    )  # fmt: skip
    with _enter(mosquitto.port, given) as probe:
        assert not probe.publish("ward2/sos-203", b"{}").is_failure
        assert not probe.publish("ward2/bridge/state", b"online").is_failure
        assert probe.publish("ward20/sos-203", b"{}").is_failure
        assert probe.publish("care/v1/x/up/event", b"{}").is_failure


def test_a_retired_device_is_not_let_in_again(county: County, work: WorkFactory, mosquitto: Broker) -> None:
    given = _add(work, mosquitto.folder, _new(county))
    services.wait_until(lambda: _may_enter(mosquitto.port, given))
    with work() as w:
        row = provisioning.retire(w, given.device.id, "老人搬走", broker_dir=mosquitto.folder)
        assert (row.state, row.mqtt_username) == ("retired", None)
    services.wait_until(lambda: not _may_enter(mosquitto.port, given))


def test_a_new_password_replaces_the_old_one(county: County, work: WorkFactory, tmp_path: Path) -> None:
    given = _add(work, tmp_path, _new(county))
    with work() as w:
        again = provisioning.new_password(w, given.device.id, broker_dir=tmp_path, endpoint=WHERE)
    assert given.account is not None
    assert again.account is not None
    file = tmp_path / broker.PASSWORD_FILE
    assert again.account.username == given.account.username
    assert broker.verify_password(file, again.account.username, again.account.password)
    assert not broker.verify_password(file, given.account.username, given.account.password)


def test_a_zigbee_device_has_no_account_and_is_no_stranger_any_more(
    county: County, work: WorkFactory, tmp_path: Path
) -> None:
    with work() as w:
        strangers.unknown(w, "zigbee2mqtt", "zigbee2mqtt/x")
    given = _add(work, tmp_path, _new(county, source="zigbee2mqtt", external_id="zigbee2mqtt/x"))
    assert given.account is None
    assert not (tmp_path / broker.PASSWORD_FILE).exists()
    with work() as w:
        assert w.session.scalars(select(UnknownDevice)).all() == []
    with work() as w, pytest.raises(BadInputError):
        provisioning.new_password(w, given.device.id, broker_dir=tmp_path, endpoint=WHERE)


def test_a_vendors_device_gets_the_topics_that_name_it(county: County, work: WorkFactory, tmp_path: Path) -> None:
    new = _new(county, source="imede", external_id="8675")
    given = _add(work, tmp_path, new, "iMEDE/8675/VitalSign")
    assert given.account is not None
    assert "topic write iMEDE/8675/VitalSign" in (tmp_path / broker.ACL_FILE).read_text()
    with pytest.raises(BadInputError):
        _add(work, tmp_path, _new(county, source="imede", external_id="99"), "iMEDE/8675/VitalSign")
    with pytest.raises(BadInputError):
        _add(work, tmp_path, _new(county, source="imede", external_id="99"), "iMEDE/99/#")


def test_two_gateways_never_share_a_topic(county: County, work: WorkFactory, tmp_path: Path) -> None:
    gateway = {"source": "zigbee2mqtt", "kind": "gateway", "spot": Spot(site_code=HOME)}
    _add(work, tmp_path, _new(county, "网关一", external_id="home", **gateway))
    with pytest.raises(TopicTakenError) as error:
        _add(work, tmp_path, _new(county, "网关二", external_id="home/attic", **gateway))
    assert error.value.facts == {"topic": "home/attic", "name": "网关一"}
    with pytest.raises(AlreadyRegisteredError):
        _add(work, tmp_path, _new(county, "网关二", external_id="home", **gateway))
    with pytest.raises(BadInputError):
        _add(work, tmp_path, _new(county, "网关二", external_id="care", **gateway))
    _add(work, tmp_path, _new(county, "网关二", external_id="home2", **gateway))


def test_the_sheet_and_the_code_hold_what_the_installer_types(
    county: County, work: WorkFactory, tmp_path: Path
) -> None:
    given = _add(work, tmp_path, _new(county))
    assert given.account is not None
    assert given.account.password not in repr(given)
    content = json.loads(installer_sheet.qr_text(given))
    assert (content["host"], content["port"], content["tls"]) == ("care.example.cn", 8883, True)
    assert (content["username"], content["password"]) == (given.account.username, given.account.password)
    assert f"write care/v1/{given.account.username}/up/#" in content["topics"]
    page = installer_sheet.sheet(given, "安康养老院 2楼 203房 1床")
    assert given.account.password in page
    assert "安康养老院 2楼 203房 1床" in page
    svg = installer_sheet.qr_svg(installer_sheet.qr_text(given))
    assert svg.startswith("<svg")
    assert "href" not in svg
    installer_sheet.write_png(installer_sheet.qr_text(given), tmp_path / "qr.png")
    assert (tmp_path / "qr.png").read_bytes()[:4] == b"\x89PNG"
    assert (tmp_path / "qr.png").stat().st_mode & 0o777 == 0o600


def _run(app: APIFlask, settings: Settings, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[int, str]:
    """The command line on the test's own database and broker folder."""
    monkeypatch.setattr(cli, "load_settings", lambda: settings)
    monkeypatch.setattr("backend.app.create_app", lambda _settings: app)
    result = CliRunner().invoke(cli.add_device, list(arguments))
    return result.exit_code, result.output


def test_the_command_line_registers_prints_and_sees_the_press(
    app: APIFlask,
    county: County,
    work: WorkFactory,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    def press(_seconds: float) -> None:  # the hub, while the installer waits
        with work() as w:
            service.prove(w, w.session.scalars(select(Device.id)).one())

    monkeypatch.setattr(cli, "pause", press)
    code, output = _run(
        app,
        settings,
        monkeypatch,
        "203按钮",
        "--site",
        HOME,
        "--room",
        "203",
        "--bed",
        "1",
        "--png",
        str(tmp_path / "q.png"),
    )
    assert code == 0, output
    assert "位置：安康养老院 2楼 203房 1床" in output
    assert "密码：" in output
    assert "▀" in output or "█" in output
    assert output.endswith("203按钮 已投入使用。\n")
    assert (tmp_path / "q.png").exists()
    assert (settings.broker_dir / broker.PASSWORD_FILE).exists()


def test_the_command_line_says_in_chinese_what_is_wrong(
    app: APIFlask, county: County, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, output = _run(app, settings, monkeypatch, "按钮", "--site", HOME, "--room", "999")
    assert code == 1
    assert "没有找到" in output
    code, output = _run(app, settings, monkeypatch, "按钮")
    assert code == 1
    assert "请选一个位置" in output


def test_without_a_press_the_command_line_says_that_it_still_waits(
    app: APIFlask, county: County, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, output = _run(app, settings, monkeypatch, "按钮", "--site", HOME, "--wait", "0")
    assert code == 0
    assert "收到第一次按下后自动投入使用" in output

"""``shouwang add-device``: register, print the installer's sheet, and wait for the first live press."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from backend.core.clock import monotonic, pause
from backend.core.db import Actor, reading, unit_of_work
from backend.core.errors import DomainError
from backend.devices import forms, installer_sheet
from backend.devices.models import Device
from backend.devices.provisioning import Provisioned
from backend.devices.registry import describe
from backend.devices.service import Spot
from backend.devices.states import IN_SERVICE
from backend.devices.uses import SOURCES, USES
from backend.eldercare import places
from backend.problems import problem_of
from backend.settings import load_settings

CLERK = Actor("system", "cli", "命令行")
POLL_S = 0.5


@click.command("add-device")
@click.argument("name")
@click.option("--source", default="care", show_default=True, help=f"接入方式：{'、'.join(SOURCES)}，或厂家格式的名称")
@click.option(
    "--id", "external_id", default="", help="设备编号，例如 zigbee2mqtt/sos-203 或 DevEUI；直接连接的填标签编号"
)
@click.option("--use", type=click.Choice(list(USES)), default="sos", show_default=True, help="用途")
@click.option("--model", help="型号，例如 TS0215A_sos、WS101")
@click.option("--site", "site_code", help="机构代码")
@click.option("--room", "room_number", help="房间号，和 --site 一起用")
@click.option("--bed", "bed_label", help="床号，和 --room 一起用；家庭床位用 --bed-id")
@click.option("--bed-id", type=click.UUID)
@click.option("--elder-id", type=click.UUID, help="随身佩戴的设备属于老人")
@click.option("--gateway-id", type=click.UUID, help="所属网关")
@click.option("--interval", "interval_s", type=int, help="正常情况下最长多久上报一次（秒）")
@click.option("--topic", "topics", multiple=True, help="厂家格式的主题，须含设备编号")
@click.option("--png", type=click.Path(dir_okay=False, path_type=Path), help="二维码另存为图片")
@click.option("--wait", "wait_s", type=int, default=600, show_default=True, help="等多少秒试按；0 为不等")
def add_device(png: Path | None, wait_s: int, **chosen: Any) -> None:
    """登记设备 NAME，发放接入账号，等一次试按后投入使用。"""
    with _application():
        given = _register(**chosen)
        click.echo(_sheet(given))
        if png is not None:
            installer_sheet.write_png(installer_sheet.qr_text(given), png)
            click.echo(f"二维码已存为 {png}（含密码，用完请删除）")
        if not _proven(given.device.id, wait_s):
            click.echo("还没有收到试按。设备已登记，收到第一次按下后自动投入使用。")
            sys.exit(1 if wait_s else 0)
        click.echo(f"{given.device.name} 已投入使用。")


@contextmanager
def _application() -> Iterator[None]:
    from backend.app import create_app  # late: the web application takes a second to build

    with create_app(load_settings()).app_context():
        try:
            yield
        except DomainError as error:
            raise click.ClickException(problem_of(error.code, error.facts)[1]["detail"]) from None


def _register(
    name: str,
    *,
    room_number: str | None,
    bed_label: str | None,
    topics: tuple[str, ...],
    interval_s: int | None,
    site_code: str | None,
    bed_id: UUID | None,
    elder_id: UUID | None,
    **rest: Any,
) -> Provisioned:
    with unit_of_work(CLERK) as work:
        if room_number is not None:
            bed, room = places.find_spot(work, site_code or "", room_number, bed_label)
            spot = Spot(bed_id=bed, room_id=room)
        else:
            precise = bed_id or elder_id
            spot = Spot(elder_id=elder_id, bed_id=bed_id, site_code=None if precise else site_code)
        new = forms.described(name=name, spot=spot, expected_interval_s=interval_s, **rest)
        return forms.provision(work, new, list(topics))


def _sheet(given: Provisioned) -> str:
    text = installer_sheet.qr_text(given)
    page = installer_sheet.sheet(given, _place(given.device))
    press = "请现在按一下设备，系统收到后投入使用…" if "sos" in given.device.capabilities else "请给设备通电…"
    return "\n".join([page, installer_sheet.qr_terminal(text), press])


def _place(device: Device) -> str:
    with reading() as work:
        return describe(device, places.whereabouts(work)).place_text


def _proven(device_id: UUID, wait_s: int) -> bool:
    """Look until the device is in service or the time is over; the hub does the proving."""
    deadline = monotonic() + wait_s
    while True:
        with reading() as work:
            if work.session.get_one(Device, device_id).state == IN_SERVICE:
                return True
        if monotonic() >= deadline:
            return False
        pause(POLL_S)

"""``shouwang``: one command for every process and every task of an operator.

Only wiring: each command loads the settings and calls one function of the module that does the work, imported
when it is needed so that ``--help`` answers at once.
"""

import os
import sys
from pathlib import Path
from typing import Any

import click

from backend.settings import Settings, SettingsError, load_settings

EXIT_SETTINGS = 2


class _Group(click.Group):
    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SettingsError as error:
            click.echo(f"配置有误 (configuration):\n{error}", err=True)
            ctx.exit(EXIT_SETTINGS)


@click.group(cls=_Group)
def main() -> None:
    """守望 Shouwang：从按下按钮到有人赶到。"""


@main.command()
def up() -> None:
    """启动全部服务（演示或单机）。"""
    from backend.launch.up import run

    sys.exit(run(load_settings(), os.environ))


@main.command()
def web() -> None:
    """网页与接口 (gunicorn)。"""
    from backend.launch.web import run

    run(load_settings())


@main.command()
def hub() -> None:
    """设备接入：从消息服务到数据库。"""
    from iot.hub import main as run

    run(load_settings())


@main.command()
def scheduler() -> None:
    """升级、提醒、发送与定时任务。"""
    from scheduler.main import main as run

    run(load_settings())


@main.command()
def simulator() -> None:
    """模拟的设备（仅演示）。"""
    from iot.simulator import main as run

    run(load_settings())


@main.command()
def broker() -> None:
    """内嵌的消息服务 (MQTT)。"""
    from backend.launch.broker import run

    run(load_settings())


@main.command()
def redis() -> None:
    """内嵌的 Redis。"""
    from backend.launch.redis_server import serve

    serve(load_settings().redis_port)


@main.command("wechat-sandbox")
def wechat_sandbox() -> None:
    """演示用的微信服务（只在本机，正式运行时拒绝启动）。"""
    from backend.sandbox.server import SandboxRefusedError, serve

    try:
        serve(load_settings())
    except SandboxRefusedError as error:
        raise click.ClickException(str(error)) from None


@main.command("init-broker")
def init_broker() -> None:
    """为独立的 Mosquitto 写入 hub 账号与权限（SHOUWANG_BROKER_DIR）。"""
    from backend.launch.broker import write_accounts

    write_accounts(load_settings())


@main.command("init-db")
def init_db() -> None:
    """建立数据库或升级到最新结构。"""
    from backend.core.migrate import upgrade

    upgrade(load_settings().database_url)


@main.command("seed-demo")
def seed_demo() -> None:
    """写入演示数据（已有数据时不变）。"""
    from backend.demo.seed import main as run

    run(_demo_settings())


@main.command()
@click.argument("button", default="demo-sos-1")
def press(button: str) -> None:
    """按下一个演示按钮：BUTTON 为名称或 DevEUI。"""
    from backend.app import clock_of
    from backend.launch.press import PressFailed
    from backend.launch.press import press as publish

    settings = _demo_settings()
    try:
        topic = publish(settings, button, clock_of(settings))
    except PressFailed as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"已按下 {button}（{topic}）")


# The devices' own command line says what it needs; --help is answered there too.
@main.command("add-device", context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def add_device(arguments: tuple[str, ...]) -> None:
    """登记一台设备，并打印安装人员需要的信息。"""
    from backend.devices.cli import add_device as command

    command.main(args=list(arguments), prog_name="shouwang add-device")


@main.command("load-calendar")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", required=True, help="通知文号，如“国办发明电〔2026〕…号”。")
@click.option("--replace", is_flag=True, help="允许改动已经过去的日子。")
def load_calendar(file: Path, source: str, replace: bool) -> None:
    """载入一年的放假安排：FILE 为 CSV，三列“日期,类型,名称”，类型写“放假”或“调休上班”。"""
    from backend.app import create_app
    from backend.core import calendar_csv, calendar_store
    from backend.core.db import unit_of_work
    from backend.core.errors import DomainError
    from backend.problems import problem_of

    try:
        rows = calendar_csv.read_csv(calendar_csv.decode(file.read_bytes()))
        year = calendar_csv.year_of(rows)
        with create_app(load_settings()).app_context(), unit_of_work() as work:
            changed = calendar_store.load(work, year, rows, source, replace=replace)
    except DomainError as error:
        raise click.ClickException(problem_of(error.code, error.facts)[1]["detail"]) from None
    click.echo(f"已载入 {year} 年的放假安排，{len(changed)} 天有变化")


@main.command("verify-audit")
def verify_audit() -> None:
    """重新核对审计记录链和每条报警的经过。"""
    from backend.alarms import timeline
    from backend.app import create_app
    from backend.core.audit import ChainBrokenError, verify
    from backend.core.db import reading

    try:
        with create_app(load_settings()).app_context(), reading() as work:
            count, lines = verify(work.session), timeline.verify(work.session)
    except ChainBrokenError as error:
        raise click.ClickException(f"审计记录从第 {error.seq} 条起不一致，请立即保全数据库并联系管理员") from None
    click.echo(f"审计记录完整，共 {count} 条；报警经过完整，共 {lines} 条")


@main.command("verify-bookings")
def verify_bookings() -> None:
    """重新清点每个时段和每日名额：与预约和候补是否一致。"""
    from backend.app import create_app
    from backend.booking.verifying import confirmed

    with create_app(load_settings()).app_context():
        found = confirmed()
    for one in found:
        click.echo(f"{one.day} {one.what} {one.place}：记为 {one.counted}，实为 {one.true}")
    if found:
        raise click.ClickException(f"有 {len(found)} 处不一致，请保全数据库并联系管理员")
    click.echo("预约名额与预约记录一致")


@main.command("verify-ledger")
def verify_ledger() -> None:
    """重新加总时间银行的每个账户和每一笔：余额、顺序、收支相等、内容没有改过。"""
    from backend.app import create_app
    from backend.core.db import reading
    from backend.timebank.verifying import verify

    with create_app(load_settings()).app_context(), reading() as work:
        found = verify(work)
    for one in found:
        click.echo(f"{one.what} {one.which}：{one.why}")
    if found:
        raise click.ClickException(f"有 {len(found)} 处不一致，请保全数据库并联系管理员")
    click.echo("时间银行的账目一致")


def _demo_settings() -> Settings:
    settings = load_settings()
    if not settings.demo:
        raise click.ClickException("这个命令只在演示模式可用 (SHOUWANG_MODE=demo)")
    return settings


if __name__ == "__main__":
    main()

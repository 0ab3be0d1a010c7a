"""``shouwang up``: everything on one machine, on embedded services wherever no other was named."""

import fcntl
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click

from backend.launch import banner, ports, probes
from backend.launch.broker import DEMO_BROKER_NOTICE
from backend.launch.process import Program
from backend.launch.supervisor import StartFailed, Supervisor
from backend.settings import Settings

EXIT_FAILED = 1
EXIT_PORT_TAKEN = 2
LOG_LINES_SHOWN = 15
# A first start on a slow machine imports everything from cold and runs every migration.
READY_WITHIN_S = 90.0


def run(settings: Settings, environment: Mapping[str, str]) -> int:
    """Start, watch and stop everything; returns the process's exit code."""
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _only_one(settings.data_dir) as first:
        if not first:
            click.echo(f"数据文件夹 {settings.data_dir} 正在被另一个守望使用 (already running)", err=True)
            return EXIT_PORT_TAKEN
        if taken := ports.problems(ports.wanted_ports(settings)):
            click.echo("\n".join(taken), err=True)
            return EXIT_PORT_TAKEN
        return _supervise(settings, environment)


def _supervise(settings: Settings, environment: Mapping[str, str]) -> int:
    log_dir = settings.data_dir / "logs"
    with Supervisor(log_dir, environment, click.echo) as supervisor:
        try:
            _start(settings, supervisor)
        except StartFailed as failure:
            _show_failure(failure.name, log_dir)
            return EXIT_FAILED
        if not supervisor.stopping:
            click.echo(banner.banner(settings))
        supervisor.run()
        click.echo("正在停止 (stopping) …")
    click.echo("已停止，数据已保存 (stopped)")
    return 0


def _start(settings: Settings, supervisor: Supervisor) -> None:
    steps = [*_services(settings), *_preparations(settings), *_processes(settings)]
    for number, (label, program, forever) in enumerate(steps, start=1):
        if supervisor.stopping:
            return
        click.echo(f"[{number}/{len(steps)}] {label} …")
        (supervisor.add if forever else supervisor.run_once)(program)


Step = tuple[str, Program, bool]


def _services(settings: Settings) -> list[Step]:
    steps: list[Step] = []
    if "mqtt" in settings.embedded:
        label = DEMO_BROKER_NOTICE if settings.demo_broker else "消息服务 Mosquitto"
        ready = probes.port_answers(settings.mqtt_host, settings.mqtt_port)
        steps.append((label, _program("broker", ready), True))
    if "redis" in settings.embedded:
        ready = probes.port_answers("127.0.0.1", settings.redis_port)
        steps.append(("内嵌 Redis", _program("redis", ready), True))
    if "wechat" in settings.embedded:
        ready = probes.port_answers("127.0.0.1", settings.wechat_sandbox_port)
        steps.append(("演示微信 WeChat sandbox", _program("wechat-sandbox", ready), True))
    return steps


def _preparations(settings: Settings) -> list[Step]:
    steps: list[Step] = [("数据库结构", _program("init-db"), False)]
    if settings.demo:
        steps.append(("演示数据", _program("seed-demo"), False))
    return steps


def _processes(settings: Settings) -> list[Step]:
    base = f"http://{probes.reachable(settings.http_host)}:{settings.http_port}"
    steps: list[Step] = [
        ("设备接入 hub", _program("hub", probes.heart_beats(settings.database_url, "hub")), True),
        ("升级与定时 scheduler", _program("scheduler"), True),
        ("网页与接口 web", _program("web", probes.page_answers(f"{base}/readyz")), True),
    ]
    if settings.simulator:
        steps.append(("模拟设备 simulator", _program("simulator"), True))
    return steps


def _program(name: str, ready: probes.Question | None = None) -> Program:
    return Program(name, (sys.executable, "-m", "backend.cli", name), ready, READY_WITHIN_S)


def _show_failure(name: str, log_dir: Path) -> None:
    log_file = log_dir / f"{name}.log"
    lines = log_file.read_text(encoding="utf-8", errors="replace").splitlines()[-LOG_LINES_SHOWN:]
    click.echo(f"{name} 没有启动成功 (did not start)。日志 {log_file} 的最后几行：", err=True)
    click.echo("\n".join(lines), err=True)


@contextmanager
def _only_one(data_dir: Path) -> Iterator[bool]:
    """Whether this is the only supervisor of the data folder; the lock goes with the process, however it ends."""
    descriptor = os.open(data_dir / "up.lock", os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield True
    except BlockingIOError:
        yield False
    finally:
        os.close(descriptor)

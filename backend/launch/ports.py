"""Are the ports free? Asked before anything starts, answered with the variable that changes them."""

import errno
import socket
from dataclasses import dataclass

from backend.settings import Settings


@dataclass(frozen=True, slots=True)
class WantedPort:
    """A port this start will listen on, and the variable that moves it."""

    variable: str
    host: str
    port: int


def wanted_ports(settings: Settings) -> list[WantedPort]:
    """The ports of the web server and of the services that are embedded."""
    wanted = [WantedPort("SHOUWANG_HTTP_PORT", settings.http_host, settings.http_port)]
    if "mqtt" in settings.embedded:
        wanted.append(WantedPort("SHOUWANG_MQTT_PORT", settings.mqtt_host, settings.mqtt_port))
    if "redis" in settings.embedded:
        wanted.append(WantedPort("SHOUWANG_REDIS_PORT", "127.0.0.1", settings.redis_port))
    if "wechat" in settings.embedded:
        wanted.append(WantedPort("SHOUWANG_WECHAT_SANDBOX_PORT", "127.0.0.1", settings.wechat_sandbox_port))
    return wanted


def problems(wanted: list[WantedPort]) -> list[str]:
    """One line for each port that cannot be used; empty when all are free."""
    found = [line for one in wanted if (line := _problem(one))]
    numbers = [one.port for one in wanted]
    twice = [one for one in wanted if numbers.count(one.port) > 1]
    if twice:
        names = ", ".join(one.variable for one in twice)
        found.append(f"端口 {twice[0].port} 被设置了两次 (same port used twice)：请修改 {names} 之一")
    return found


def _problem(wanted: WantedPort) -> str | None:
    family = socket.AF_INET6 if ":" in wanted.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As the servers do: a port that only waits out old connections is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((wanted.host, wanted.port))
        except OSError as error:
            return _explain(wanted, error.errno)
    return None


def _explain(wanted: WantedPort, reason: int | None) -> str:
    advice = f"请换一个，例如 {wanted.variable}={wanted.port % 60000 + 1000} make run"
    if reason == errno.EADDRINUSE:
        return f"端口 {wanted.port} 已被占用 (port {wanted.port} is already in use)。{advice}"
    if reason == errno.EACCES:
        return f"没有权限使用端口 {wanted.port} (no permission for port {wanted.port})。{advice}"
    return f"不能监听 {wanted.host}:{wanted.port} (cannot listen there)。请检查 {wanted.variable} 与主机地址"

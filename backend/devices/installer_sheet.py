"""What the installer takes along: one QR code and one page of Chinese. The password is on it and nowhere else."""

import io
import json
from pathlib import Path

import segno

from backend.devices.provisioning import Provisioned

ACCESS = {"write": "可发", "read": "可收", "readwrite": "可收发"}


def qr_text(given: Provisioned) -> str:
    """The QR code's content: JSON with name, host, port, tls, username, password, client_id and topics."""
    content: dict[str, object] = {"name": given.device.name, "id": str(given.device.id)}
    if given.account is not None:
        content |= {
            "host": given.endpoint.host,
            "port": given.endpoint.port,
            "tls": given.endpoint.tls,
            "username": given.account.username,
            "password": given.account.password,
            "client_id": given.account.username,
            "topics": [f"{one.access} {one.topic}" for one in given.account.topics],
        }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def qr_svg(text: str) -> str:
    """An inline SVG without scripts or outside references."""
    return str(segno.make(text, error="m").svg_inline(scale=3, border=4, title="设备接入二维码", omitsize=True))


def qr_terminal(text: str) -> str:
    """Half blocks for a terminal."""
    out = io.StringIO()
    segno.make(text, error="l").terminal(out=out, compact=True, border=2)
    return out.getvalue()


def write_png(text: str, target: Path) -> None:
    """A picture to print, readable by its owner only: it holds the password."""
    target.touch(mode=0o600)
    target.chmod(0o600)
    segno.make(text, error="m").save(str(target), kind="png", scale=6, border=4)


def sheet(given: Provisioned, place: str) -> str:
    """The page, in Chinese."""
    lines = [f"设备：{given.device.name}（{given.device.model or given.device.source}）", f"位置：{place}"]
    if given.account is None:
        lines.append("接入：通过网关，不需要单独的账号")
        return "\n".join(lines)
    secure = "，加密连接 (TLS)" if given.endpoint.tls else ""
    lines += [
        f"服务器：{given.endpoint.host}  端口：{given.endpoint.port}{secure}",
        f"账号 (用户名和客户端编号)：{given.account.username}",
        f"密码：{given.account.password}    ← 只显示这一次，请马上写入设备",
    ]
    return "\n".join(lines + [f"主题 {ACCESS[one.access]}：{one.topic}" for one in given.account.topics])

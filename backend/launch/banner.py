"""What a person sees when the demonstration runs: where to look, who to be, what to try."""

import json
import shutil
from dataclasses import dataclass

from backend.devices.broker_credentials import DEMO_GATEWAY_PASSWORD, DEMO_GATEWAY_USER
from backend.launch.broker import DEMO_BROKER_NOTICE
from backend.launch.probes import reachable
from backend.settings import Settings

DEMO_PASSWORD = "shouwang-demo"  # noqa: S105 - the published demo account, refused outside demo mode
ACCOUNTS = {
    "duty": "白班值班", "night": "夜班值班", "lead": "班长", "bureau": "局值班", "admin": "管理员",
    "registrar": "婚姻登记员", "registrar2": "婚姻登记员", "reglead": "登记处负责人", "clerk": "青山镇窗口",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DemoButton:
    """A button of the demo data and the message its gateway sends when it is pressed."""

    name: str
    place: str
    topic: str
    press: str


WS101_DEV_EUI = "24e124535b316056"
SOS_BUTTON = DemoButton(
    name="demo-sos-1",
    place="安康养老院 203 房 何秀英 (TS0215A_sos，zigbee2mqtt)",
    topic="zigbee2mqtt/demo-sos-1",
    press=json.dumps({"action": "emergency", "battery": 100, "voltage": 3000, "linkquality": 120}),
)
# ChirpStack v4 uplink; data is base64 of 01 75 64 (battery 100 %) and ff 2e 01 (short press).
LORAWAN_BUTTON = DemoButton(
    name=f"WS101 {WS101_DEV_EUI}",
    place="青山镇桃园社区 家庭养老床位 唐素珍 (Milesight WS101，ChirpStack)",
    topic=f"application/1/device/{WS101_DEV_EUI}/event/up",
    press=json.dumps(
        {
            "deviceInfo": {
                "tenantName": "demo",
                "applicationId": "1",
                "deviceProfileName": "WS101",
                "deviceName": "demo-ws101",
                "devEui": WS101_DEV_EUI,
            },
            "fPort": 85,
            "data": "AXVk/y4B",
        }
    ),
)
BUTTONS = {SOS_BUTTON.name: SOS_BUTTON, WS101_DEV_EUI: LORAWAN_BUTTON}


def banner(settings: Settings) -> str:
    """The text printed once everything answers."""
    sections = [_addresses(settings)]
    if settings.demo:
        sections += [_accounts(), _devices(settings), _next_steps(settings)]
    sections.append("按 Ctrl-C 停止 (stop)；数据保存在 " + str(settings.data_dir))
    rule = "─" * 72
    return "\n".join([rule, "守望 已就绪 (Shouwang is ready)", "", "\n\n".join(sections), rule])


def _addresses(settings: Settings) -> str:
    base = f"http://{reachable(settings.http_host)}:{settings.http_port}"
    lines = [f"值守大屏 (duty board)   {base}/console/", f"接口文档 (API docs)     {base}/docs"]
    if settings.demo:
        lines.append(f"群众手机端 (residents)  {base}/phone/")
        lines.append(f"纪念馆 (a hall)         {base}/phone/hall")
        lines.append(f"殡葬价格 (prices)       {base}/memorial/prices")
        lines.append(f"演示消息 (messages)     {base}/console/demo/messages")
    if "mqtt" in settings.embedded:
        lines.append(f"MQTT                    {reachable(settings.mqtt_host)}:{settings.mqtt_port}")
    if "wechat" in settings.embedded:
        lines.append(f"演示微信 (sandbox)      {settings.wechat_base_url}/  （不连真的微信，只在本机）")
    if settings.demo_broker:
        lines.append(DEMO_BROKER_NOTICE)
    return "\n".join(lines)


def _accounts() -> str:
    names = "  ".join(f"{name}（{role}）" for name, role in ACCOUNTS.items())
    return f"演示账号 (accounts)，密码都是 {DEMO_PASSWORD}\n  {names}\n  MQTT 网关：{DEMO_GATEWAY_USER}"


def _devices(settings: Settings) -> str:
    lines = [f"  {button.name}  {button.place}" for button in BUTTONS.values()]
    simulated = "" if settings.simulator else "\n  模拟器已关闭 (SHOUWANG_SIMULATOR=off)"
    return "演示按钮 (buttons)\n" + "\n".join(lines) + simulated


def _next_steps(settings: Settings) -> str:
    return f"试一试 (try)：打开值守大屏，用 duty 登录，然后在另一个终端按下 203 房的按钮：\n  {press_command(settings)}"


def press_command(settings: Settings) -> str:
    """A line to paste that presses the first demo button."""
    if shutil.which("mosquitto_pub") is None or "mqtt" not in settings.embedded:
        return f".venv/bin/shouwang press {SOS_BUTTON.name}"
    return (
        f"mosquitto_pub -h {reachable(settings.mqtt_host)} -p {settings.mqtt_port} -u {DEMO_GATEWAY_USER} "
        f"-P {DEMO_GATEWAY_PASSWORD} -q 1 -t {SOS_BUTTON.topic} -m '{SOS_BUTTON.press}'"
    )

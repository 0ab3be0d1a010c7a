"""Press a demo button: publish exactly what its gateway would, for a machine without MQTT tools."""

import json
import secrets

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from backend.core.clock import Clock
from backend.devices.broker_credentials import DEMO_GATEWAY_PASSWORD, DEMO_GATEWAY_USER
from backend.launch.banner import BUTTONS
from backend.launch.probes import reachable
from backend.settings import Settings

TIMEOUT_S = 5.0


class PressFailed(Exception):  # noqa: N818 - reads as what happened
    """The press did not reach the broker; the text says why, in Chinese."""


def press(settings: Settings, button: str, clock: Clock) -> str:
    """Publish the press of a demo button (its name or DevEUI) at QoS 1; returns the topic.

    Raises `PressFailed` for an unknown button, outside demo mode, or when the broker does not confirm.
    """
    if not settings.demo:
        raise PressFailed("只有演示模式可以模拟按键")
    if button not in BUTTONS:
        raise PressFailed(f"没有这个演示按钮。可用：{'、'.join(BUTTONS)}")
    chosen = BUTTONS[button]
    _publish(settings, chosen.topic, _with_own_id(chosen.press, clock))
    return chosen.topic


def _with_own_id(payload: str, clock: Clock) -> str:
    message = json.loads(payload)
    if "deviceInfo" in message:
        # A second press with the first one's id would be taken for a redelivery of it.
        message |= {"deduplicationId": secrets.token_hex(16), "time": clock.now().isoformat()}
    return json.dumps(message)


def _publish(settings: Settings, topic: str, payload: str) -> None:
    client = Client(CallbackAPIVersion.VERSION2, client_id=f"press-{secrets.token_hex(4)}")
    client.username_pw_set(DEMO_GATEWAY_USER, DEMO_GATEWAY_PASSWORD)
    host, port = settings.mqtt.host, settings.mqtt.port
    try:
        client.connect(reachable(host), port)
        client.loop_start()
        sent = client.publish(topic, payload, qos=1)
        sent.wait_for_publish(TIMEOUT_S)
    except OSError:
        raise PressFailed(f"连不上消息服务 {host}:{port}，请先运行 make run") from None
    finally:
        client.disconnect()
        client.loop_stop()
    if not sent.is_published():
        raise PressFailed("消息服务没有确认收到，请检查网关账号")

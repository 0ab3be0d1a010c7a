"""The embedded MQTT broker: Mosquitto where it is installed, a broker without access rules where it is not.

The settings against loss are those measured in the device notes: Mosquitto's defaults drop the newest messages
beyond 1,000 queued ones and lose everything acknowledged in the last half hour when it is killed.
"""

import os
from pathlib import Path

from backend.devices import broker_credentials as credentials
from backend.settings import Settings
from backend.settings_embedded import find_mosquitto

DEMO_BROKER_NOTICE = "演示消息服务 (demo broker)：无权限控制，重启后不保留消息"

# persistent_client_expiration is how long a hub may be away; message_size_limit bounds what a broken device can send.
DURABILITY = """\
persistence true
autosave_interval 1
autosave_on_changes true
max_queued_messages 0
max_queued_bytes 268435456
max_inflight_messages 1000
queue_qos0_messages true
persistent_client_expiration 7d
message_size_limit 262144
"""


def run(settings: Settings) -> None:
    """Become the embedded broker; returns only when the demo broker is told to stop."""
    if settings.demo_broker:
        from backend.launch.demo_broker import serve

        serve(settings.mqtt_host, settings.mqtt_port)
        return
    path = find_mosquitto()
    if path is None:
        raise SystemExit("找不到 mosquitto。请安装它，或设置 SHOUWANG_BROKER=demo。")
    config = prepare(settings)
    os.execv(path, [path, "-c", str(config)])  # noqa: S606 - the supervisor must signal the broker itself


def prepare(settings: Settings) -> Path:
    """Write the configuration, the fixed accounts and their topics; returns the configuration's path.

    Accounts and topics of registered devices in the same files stay as they are.
    """
    folder = settings.broker_dir
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_accounts(settings)
    config = folder / "mosquitto.conf"
    config.write_text(_configuration(settings, as_root=os.geteuid() == 0), encoding="utf-8")
    return config


def write_accounts(settings: Settings) -> None:
    """Write the fixed accounts and their topics into the broker's files: the hub's, and the demo gateway's."""
    passwords = settings.broker_dir / credentials.PASSWORD_FILE
    acl = settings.broker_dir / credentials.ACL_FILE
    credentials.write_user(passwords, credentials.HUB_USER, settings.mqtt.password or "")
    credentials.set_user_acl(acl, credentials.HUB_USER, credentials.HUB_ACL)
    if settings.demo:
        credentials.write_user(passwords, credentials.DEMO_GATEWAY_USER, credentials.DEMO_GATEWAY_PASSWORD)
        credentials.set_user_acl(acl, credentials.DEMO_GATEWAY_USER, credentials.DEMO_GATEWAY_ACL)
    else:
        credentials.remove_user(passwords, credentials.DEMO_GATEWAY_USER)
        credentials.set_user_acl(acl, credentials.DEMO_GATEWAY_USER, ())


def _configuration(settings: Settings, *, as_root: bool) -> str:
    folder = settings.broker_dir
    # Started as root, Mosquitto becomes the user mosquitto, who may not write the data folder.
    user = "user root\n" if as_root else ""
    return (
        f"{user}listener {settings.mqtt_port} {settings.mqtt_host}\n"
        "allow_anonymous false\n"
        f"password_file {folder / credentials.PASSWORD_FILE}\n"
        f"acl_file {folder / credentials.ACL_FILE}\n"
        f"pid_file {folder / credentials.PID_FILE}\n"
        f"persistence_location {folder}/\n"
        f"{DURABILITY}"
        "log_dest stdout\nlog_type error\nlog_type warning\nlog_type notice\nconnection_messages false\n"
    )

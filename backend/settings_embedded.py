"""What a demonstration or a test brings itself: services on this machine, and secrets made once in the data folder."""

import base64
import os
import secrets
import shutil
import string
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from backend.secret_files import read_or_create
from backend.settings_values import FIELD_KEY_BYTES, PUSH_KEY_CHARS

SANDBOX_APPID = "wx5andb0x0000000001"


def fill_embedded(values: dict[str, Any]) -> None:
    """Name the services this installation brings itself, and make the secrets it was not given."""
    data_dir = Path(values.get("SHOUWANG_DATA_DIR", "data")).absolute()
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder = data_dir / "secrets"

    def secret(name: str, make: Any) -> str:
        return read_or_create(folder, name, make)

    urls = {"database": "DATABASE_URL", "redis": "REDIS_URL", "mqtt": "MQTT_URL"}
    values["embedded"] = frozenset(service for service, name in urls.items() if name not in values)
    wanted = values.get("SHOUWANG_BROKER", "auto")
    if values.get("SHOUWANG_MODE", "demo") == "demo" and "SHOUWANG_WECHAT_APPID" not in values:
        _fill_wechat_sandbox(values, secret)
    values["demo_broker"] = "mqtt" in values["embedded"] and (
        wanted == "demo" or (wanted == "auto" and find_mosquitto() is None)
    )
    values.setdefault("DATABASE_URL", f"sqlite:///{data_dir / 'shouwang.db'}")
    values.setdefault("REDIS_URL", f"redis://127.0.0.1:{values.get('SHOUWANG_REDIS_PORT', '6380')}/0")
    if "MQTT_URL" not in values:
        password = quote(secret("mqtt-hub", secrets.token_urlsafe), safe="")
        values["MQTT_URL"] = f"mqtt://hub:{password}@127.0.0.1:{values.get('SHOUWANG_MQTT_PORT', '1883')}"
    values.setdefault("SHOUWANG_SECRET_KEY", secret("secret-key", secrets.token_urlsafe))
    values.setdefault("SHOUWANG_FIELD_KEYS", f"local:{secret('field-key', _new_key)}")
    values.setdefault("SHOUWANG_INDEX_KEY", secret("index-key", _new_key))


def _fill_wechat_sandbox(values: dict[str, Any], secret: Callable[[str, Callable[[], str]], str]) -> None:
    """A demonstration has a WeChat of its own, with an account that nobody else knows."""
    values["embedded"] |= {"wechat"}
    values["SHOUWANG_WECHAT_APPID"] = SANDBOX_APPID
    values["SHOUWANG_WECHAT_SECRET"] = secret("wechat-secret", lambda: secrets.token_hex(16))
    values["SHOUWANG_WECHAT_BASE_URL"] = f"http://127.0.0.1:{values.get('SHOUWANG_WECHAT_SANDBOX_PORT', '8009')}"
    values.setdefault("SHOUWANG_WECHAT_PUSH_TOKEN", secret("wechat-push-token", lambda: secrets.token_hex(16)))
    values.setdefault("SHOUWANG_WECHAT_PUSH_AES_KEY", secret("wechat-push-key", _new_push_key))


def _new_push_key() -> str:
    """43 letters and digits, as WeChat wants them."""
    letters = string.ascii_letters + string.digits
    return "".join(secrets.choice(letters) for _ in range(PUSH_KEY_CHARS))


def find_mosquitto() -> str | None:
    """Path of the Mosquitto broker; distributions put it in a folder that is not on every user's PATH."""
    folders = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin"])
    return shutil.which("mosquitto", path=folders)


def _new_key() -> str:
    return base64.b64encode(secrets.token_bytes(FIELD_KEY_BYTES)).decode("ascii")

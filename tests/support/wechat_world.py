"""The sandbox's WeChat on a loopback port, what people tap in it, and the house that uses it, over real HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import requests
from apiflask import APIFlask

from backend.app import create_app
from backend.core.clock import Clock
from backend.core.db import db
from backend.sandbox.pushes import Callback
from backend.sandbox.server import PUSH_PATH, listening
from backend.sandbox.wechat import WeChat, create_sandbox
from backend.settings import Settings, load_settings
from tests.support import services

APPID, SECRET = "wx5andb0xtest000001", "5ecret"
TOKEN, AES_KEY = "push-token", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
TIMEOUT_S = 30


@dataclass
class Phone:
    """What people tap: the sandbox's switches over HTTP."""

    url: str
    wechat: WeChat

    def tap(self, path: str, /, **body: Any) -> Any:
        answer = requests.post(f"{self.url}/_sandbox/{path}", json=body, timeout=TIMEOUT_S)
        assert answer.ok
        return answer.json()

    def login_code(self, user: str = "zhang-wei") -> str:
        return str(self.tap("login-codes", user=user)["code"])

    def openid(self, user: str = "zhang-wei") -> str:
        return str(self.tap("login-codes", user=user)["openid"])

    def grant(self, template: str, user: str = "zhang-wei") -> None:
        self.tap("grants", user=user, answers={template: "accept"})

    def messages(self, user: str = "zhang-wei") -> list[dict[str, Any]]:
        found = requests.get(f"{self.url}/_sandbox/messages", params={"user": user}, timeout=TIMEOUT_S)
        return list(found.json()["items"])

    def trouble(self, path: str, /, **fault: Any) -> None:
        self.tap("faults", path=path, **fault)

    def write_pushes(self, form: Literal["json", "xml"], *, sealed: bool) -> None:
        assert self.wechat.callback is not None
        self.wechat.callback = replace(self.wechat.callback, form=form, aes_key=AES_KEY if sealed else None)


@contextmanager
def sandbox(clock: Clock) -> Iterator[Phone]:
    """A sandbox that pushes nothing until somebody gives it an address."""
    wechat = WeChat(APPID, SECRET, clock)
    with listening(create_sandbox(wechat), 0) as port:
        yield Phone(f"http://127.0.0.1:{port}", wechat)


@dataclass
class House:
    """An installation that uses the sandbox, and its address."""

    app: APIFlask
    url: str
    phone: Phone


def house_settings(database_url: str, folder: Path, phone: Phone, **more: str) -> Settings:
    return load_settings(
        {
            "SHOUWANG_MODE": "test",
            "SHOUWANG_DATA_DIR": str(folder / "house"),
            "DATABASE_URL": database_url,
            "REDIS_URL": f"redis://127.0.0.1:{services.free_port()}/0",
            "MQTT_URL": f"mqtt://127.0.0.1:{services.free_port()}",
            "SHOUWANG_WECHAT_APPID": APPID,
            "SHOUWANG_WECHAT_SECRET": SECRET,
            "SHOUWANG_WECHAT_BASE_URL": phone.url,
            "SHOUWANG_WECHAT_PUSH_TOKEN": TOKEN,
            **more,
        }
    )


@contextmanager
def house(settings: Settings, clock: Clock, phone: Phone) -> Iterator[House]:
    """The application on a port of its own, inside its context; the sandbox pushes to it."""
    app = create_app(settings, clock)
    key = settings.wechat_push_aes_key
    with app.app_context(), listening(app, 0) as port:
        url = f"http://127.0.0.1:{port}"
        phone.wechat.callback = Callback(url + PUSH_PATH, APPID, TOKEN, key.get_secret_value() if key else None)
        yield House(app, url, phone)
        db.engine.dispose()

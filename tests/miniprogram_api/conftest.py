"""Residents on their phones: the real application, and WeChat's sandbox over HTTP."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from backend.app import create_app
from backend.core.clock import ManualClock
from backend.core.db import db, unit_of_work
from backend.residents import consents
from backend.residents.service import signed_in
from backend.sandbox.server import listening
from backend.sandbox.wechat import WeChat, create_sandbox
from backend.settings import Settings, load_settings
from tests.support import services

APPID, SECRET = "wx5andb0xtest000001", "5ecret"
TIMEOUT_S = 30
MINI = "/api/v1/mini"


@pytest.fixture
def wechat(clock: ManualClock) -> Iterator[str]:
    """The address of a sandbox whose time is the test's."""
    with listening(create_sandbox(WeChat(APPID, SECRET, clock)), 0) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def settings(database_url: str, tmp_path: Any, wechat: str) -> Settings:
    return load_settings(
        {
            "SHOUWANG_MODE": "test",
            "SHOUWANG_DATA_DIR": str(tmp_path / "data"),
            "DATABASE_URL": database_url,
            "REDIS_URL": f"redis://127.0.0.1:{services.free_port()}/0",
            "MQTT_URL": f"mqtt://127.0.0.1:{services.free_port()}",
            "SHOUWANG_WECHAT_APPID": APPID,
            "SHOUWANG_WECHAT_SECRET": SECRET,
            "SHOUWANG_WECHAT_BASE_URL": wechat,
        }
    )


@pytest.fixture
def app(settings: Settings, clock: ManualClock) -> Iterator[APIFlask]:
    application = create_app(settings, clock)
    with application.app_context():
        yield application
        db.engine.dispose()


@dataclass
class Phone:
    """One phone with WeChat: it logs in and asks with its token."""

    client: FlaskClient
    wechat: str
    user: str
    tokens: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    def code(self, kind: str = "login-codes") -> str:
        answer = requests.post(f"{self.wechat}/_sandbox/{kind}", json={"user": self.user}, timeout=TIMEOUT_S)
        assert answer.ok
        return str(answer.json()["code"])

    def log_in(self, **more: Any) -> TestResponse:
        body = {"code": self.code(), "device": "测试手机"} | more
        answer = self.client.post(f"{MINI}/session", json=body, headers=self.headers)
        if answer.status_code == 200:
            self.tokens = answer.get_json()
        return answer

    def refresh(self, token: str | None = None) -> TestResponse:
        body = {"refresh_token": token or self.tokens["refresh_token"]}
        return self.client.post(f"{MINI}/session/refresh", json=body, headers=self.headers)

    def ask(self, method: str, path: str, json: Any = None, **headers: str) -> TestResponse:
        sent = self.headers | {"Authorization": f"Bearer {self.tokens['access_token']}"} | headers
        return self.client.open(MINI + path, method=method, json=json, headers=sent)

    def agree(self, *purposes: str) -> None:
        with unit_of_work() as work:
            session = signed_in(work, self.tokens["access_token"])
            assert session is not None
            for purpose in purposes:
                consents.grant(work, session.account_id, purpose, consents.purpose_of(purpose).version)

    def prove(self, name: str, number: str, provider: str = "sandbox", **more: str) -> TestResponse:
        """Begin a proof and ask once what became of it."""
        self.agree("real_name")
        body = {"provider": provider, "name": name, "id_number": number} | more
        begun = self.ask("POST", "/me/identity", body)
        if begun.status_code != 201:
            return begun
        return self.ask("GET", f"/me/identity/{begun.get_json()['id']}")


class Phones:
    """Makes phones; each is logged in."""

    def __init__(self, app: APIFlask, wechat: str) -> None:
        self._app, self._wechat = app, wechat

    def __call__(self, user: str = "zhang-wei", *, log_in: bool = True) -> Phone:
        made = Phone(self._app.test_client(), self._wechat, user, headers={"X-Device-Id": f"device-{user}"})
        if log_in:
            assert made.log_in().status_code == 200
        return made


@pytest.fixture
def phones(app: APIFlask, wechat: str) -> Phones:
    return Phones(app, wechat)

"""Which channels an installation has."""

from pathlib import Path

import fakeredis
import pytest

from backend.notices.channels.base import OutgoingMessage, Reason
from backend.notices.channels.bounded import BoundedChannel
from backend.notices.channels.factory import build_channels
from backend.notices.channels.wechat_account import build_wechat_client
from backend.settings import Settings, load_settings
from tests.notices.channels.conftest import ServeStub
from tests.notices.channels.stub import Reply

ALWAYS = {"wecom", "dingtalk", "feishu", "webhook"}
WECHAT = {"SHOUWANG_WECHAT_APPID": "wx-1", "SHOUWANG_WECHAT_SECRET": "s"}
ALIYUN = {"SHOUWANG_ALIYUN_KEY_ID": "ak", "SHOUWANG_ALIYUN_KEY_SECRET": "sk"}
TENCENT = {"SHOUWANG_TENCENT_SECRET_ID": "id", "SHOUWANG_TENCENT_SECRET_KEY": "key"}


def _settings(tmp_path: Path, env: dict[str, str]) -> Settings:
    return load_settings({"SHOUWANG_MODE": "test", "SHOUWANG_DATA_DIR": str(tmp_path)} | env)


@pytest.mark.parametrize(
    ("env", "more"),
    [
        ({}, set()),
        (WECHAT, {"wechat"}),
        ({"SHOUWANG_SMS_URL": "https://gw.example.com", "SHOUWANG_SMS_SECRET": "s"}, {"sms"}),
        ({"SHOUWANG_VOICE_URL": "https://gw.example.com", "SHOUWANG_VOICE_SECRET": "s"}, {"voice"}),
        (ALIYUN, set()),
        (ALIYUN | {"SHOUWANG_ALIYUN_SMS_SIGN": "某县", "SHOUWANG_ALIYUN_SMS_TEMPLATE": "SMS_1"}, {"sms"}),
        (ALIYUN | {"SHOUWANG_ALIYUN_VOICE_TEMPLATE": "TTS_1"}, {"voice"}),
        (TENCENT, set()),
        (
            TENCENT
            | {
                "SHOUWANG_TENCENT_SMS_APP_ID": "1",
                "SHOUWANG_TENCENT_SMS_SIGN": "某县",
                "SHOUWANG_TENCENT_SMS_TEMPLATE": "2",
            },
            {"sms"},
        ),
        (TENCENT | {"SHOUWANG_TENCENT_VOICE_APP_ID": "1", "SHOUWANG_TENCENT_VOICE_TEMPLATE": "2"}, {"voice"}),
    ],
)
def test_only_what_is_configured_is_there(tmp_path: Path, env: dict[str, str], more: set[str]) -> None:
    channels = build_channels(_settings(tmp_path, env))
    assert {str(name) for name in channels} == ALWAYS | more
    assert all(isinstance(channel, BoundedChannel) and channel.name == name for name, channel in channels.items())


def test_an_operators_gateway_comes_before_a_cloud(tmp_path: Path, serve: ServeStub, message: OutgoingMessage) -> None:
    stub = serve(lambda _: Reply({"status": "accepted", "id": "g"}))
    own = {"SHOUWANG_SMS_URL": stub.url, "SHOUWANG_SMS_SECRET": "s"}
    cloud = {"SHOUWANG_ALIYUN_SMS_SIGN": "某县", "SHOUWANG_ALIYUN_SMS_TEMPLATE": "SMS_1"}
    sms = next(
        channel for name, channel in build_channels(_settings(tmp_path, ALIYUN | cloud | own)).items() if name == "sms"
    )
    assert sms.send(message).provider_id == "g"


def test_the_wechat_client_keeps_its_token_in_redis_when_there_is_one(tmp_path: Path, serve: ServeStub) -> None:
    stub = serve(lambda _: Reply({"access_token": "T", "expires_in": 7200}))
    redis = fakeredis.FakeRedis()
    client = build_wechat_client(_settings(tmp_path, WECHAT | {"SHOUWANG_WECHAT_BASE_URL": stub.url}), redis)
    assert client is not None
    assert client.access_token == "T"
    (key,) = redis.keys()
    assert redis.get(key) == b"T"
    assert 6600 < redis.ttl(key) <= 6900


def test_without_an_appid_there_is_no_wechat_client(tmp_path: Path) -> None:
    assert build_wechat_client(_settings(tmp_path, {})) is None


def test_a_provider_that_is_not_there_is_unreachable_through_every_layer(
    tmp_path: Path, serve: ServeStub, message: OutgoingMessage
) -> None:
    stub = serve(lambda _: Reply())
    env = {"SHOUWANG_SMS_URL": stub.url, "SHOUWANG_SMS_SECRET": "s"}
    channels = build_channels(_settings(tmp_path, env))
    stub.close()
    assert next(c for n, c in channels.items() if n == "sms").send(message).reason == Reason.UNREACHABLE

"""Texts and calls through Aliyun (dysmsapi, dyvmsapi), an extra: `pip install shouwang[aliyun]`.

The SDK takes most of a second to import, so it is imported when a provider is made, and only then.
"""

from dataclasses import dataclass, field
from typing import Any

from backend.notices.channels.base import Outcome, OutgoingMessage, Reason, failed, sent
from backend.notices.channels.cloud import (
    ALIYUN_MEANING,
    cloud_outcome,
    missing,
    network_outcome,
    spoken_json,
)

MAX_CALL_ID_CHARS = 15


@dataclass(frozen=True, slots=True)
class AliyunAccount:
    """`endpoint`: other than the service's own only for tests and private clouds; then `protocol` may be http."""

    key_id: str
    key_secret: str = field(repr=False)
    endpoint: str | None = None
    protocol: str = "https"
    timeout_s: float = 6.0


class AliyunSms:
    """Sends an approved text template; its values are the message's `fields`."""

    def __init__(self, account: AliyunAccount, sign_name: str, template: str) -> None:
        self.timeout_s = account.timeout_s
        self._sign_name = sign_name
        self._template = template
        self._client = _sms_client(account)

    def submit(self, number: str, message: OutgoingMessage) -> Outcome:
        if self._client is None:
            return missing("aliyun")
        from alibabacloud_dysmsapi20170525.models import SendSmsRequest

        request = SendSmsRequest(
            phone_numbers=number,
            sign_name=self._sign_name,
            template_code=message.template or self._template,
            template_param=spoken_json(message),
            out_id=message.notice_id,
        )
        return _ask(self._client.send_sms, request, "biz_id")


class AliyunVoice:
    """Calls and reads an approved template twice; whether somebody pressed a key comes by Aliyun's report."""

    def __init__(self, account: AliyunAccount, template: str, show_number: str | None = None) -> None:
        self.timeout_s = account.timeout_s
        self._template = template
        self._show_number = show_number
        self._client = _voice_client(account)

    def submit(self, number: str, message: OutgoingMessage) -> Outcome:
        if self._client is None:
            return missing("aliyun")
        from alibabacloud_dyvmsapi20170525.models import SingleCallByTtsRequest

        request = SingleCallByTtsRequest(
            called_number=number,
            called_show_number=self._show_number,
            tts_code=message.template or self._template,
            tts_param=spoken_json(message),
            play_times=2,
            out_id=call_id(message.notice_id),
        )
        return _ask(self._client.single_call_by_tts, request, "call_id")


def call_id(notice_id: str) -> str:
    """Aliyun allows 15 bytes; the end of a UUIDv7 is its random part."""
    return notice_id.replace("-", "")[-MAX_CALL_ID_CHARS:]


def _config(account: AliyunAccount, service: str) -> Any:
    from alibabacloud_tea_openapi.utils_models import Config

    milliseconds = int(account.timeout_s * 1000)
    return Config(
        access_key_id=account.key_id,
        access_key_secret=account.key_secret,
        endpoint=account.endpoint or f"{service}.aliyuncs.com",
        protocol=account.protocol,
        connect_timeout=milliseconds,
        read_timeout=milliseconds,
    )


def _sms_client(account: AliyunAccount) -> Any:
    try:
        from alibabacloud_dysmsapi20170525.client import Client
    except ImportError:
        return None
    return Client(_config(account, "dysmsapi"))


def _voice_client(account: AliyunAccount) -> Any:
    try:
        from alibabacloud_dyvmsapi20170525.client import Client
    except ImportError:
        return None
    return Client(_config(account, "dyvmsapi"))


def _ask(call: Any, request: Any, id_name: str) -> Outcome:
    try:
        body = call(request).body
    except Exception as error:  # noqa: BLE001 - the SDK raises whatever its transport raised
        return _trouble(error)
    if body is None or body.code is None:
        return failed(Reason.BAD_ANSWER, "no result code")
    return sent(getattr(body, id_name)) if body.code == "OK" else cloud_outcome(body.code, ALIYUN_MEANING)


def _trouble(error: Exception) -> Outcome:
    status = getattr(error, "status_code", None)
    code = getattr(error, "code", None)
    if isinstance(status, int) and isinstance(code, str):
        return cloud_outcome(code, ALIYUN_MEANING)
    return network_outcome(error)

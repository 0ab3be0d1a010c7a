"""Texts and calls through Tencent Cloud (sms, vms), an extra: `pip install shouwang[tencent]`."""

from dataclasses import dataclass, field
from typing import Any

from backend.notices.channels.base import Outcome, OutgoingMessage, Reason, failed, sent
from backend.notices.channels.cloud import TENCENT_MEANING, cloud_outcome, missing, network_outcome, spoken

SMS_REGION = "ap-guangzhou"
NETWORK_CODES = frozenset({"ClientNetworkError", "ServerNetworkError"})


@dataclass(frozen=True, slots=True)
class TencentAccount:
    """`endpoint`: other than the service's own only for tests and private clouds; then `scheme` may be http."""

    secret_id: str
    secret_key: str = field(repr=False)
    endpoint: str | None = None
    scheme: str = "https"
    timeout_s: float = 6.0


class TencentSms:
    """Sends an approved template; its numbered values are the message's `fields` in their order."""

    def __init__(self, account: TencentAccount, app_id: str, sign_name: str, template: str) -> None:
        self.timeout_s = account.timeout_s
        self._app_id = app_id
        self._sign_name = sign_name
        self._template = template
        self._client = _sms_client(account)

    def submit(self, number: str, message: OutgoingMessage) -> Outcome:
        if self._client is None:
            return missing("tencent")
        from tencentcloud.sms.v20210111.models import SendSmsRequest

        request = SendSmsRequest()
        request.SmsSdkAppId = self._app_id
        request.SignName = self._sign_name
        request.TemplateId = message.template or self._template
        request.TemplateParamSet = list(spoken(message).values())
        request.PhoneNumberSet = [international(number)]
        request.SessionContext = message.notice_id
        return _ask(lambda: _sms_outcome(self._client.SendSms(request)))


class TencentVoice:
    """Calls and reads an approved template twice; whether somebody pressed a key comes by Tencent's report."""

    def __init__(self, account: TencentAccount, app_id: str, template: str) -> None:
        self.timeout_s = account.timeout_s
        self._app_id = app_id
        self._template = template
        self._client = _voice_client(account)

    def submit(self, number: str, message: OutgoingMessage) -> Outcome:
        if self._client is None:
            return missing("tencent")
        from tencentcloud.vms.v20200902.models import SendTtsVoiceRequest

        request = SendTtsVoiceRequest()
        request.TemplateId = message.template or self._template
        request.CalledNumber = international(number)
        request.VoiceSdkAppid = self._app_id
        request.TemplateParamSet = list(spoken(message).values())
        request.PlayTimes = 2
        request.SessionContext = message.notice_id
        return _ask(lambda: sent(self._client.SendTtsVoice(request).SendStatus.CallId))


def international(number: str) -> str:
    """`13800000000` as `+8613800000000`, `057100000000` as `+8657100000000`."""
    return number if number.startswith("+") else f"+86{number.removeprefix('0')}"


def _profile(account: TencentAccount, service: str) -> Any:
    from tencentcloud.common.profile.client_profile import ClientProfile
    from tencentcloud.common.profile.http_profile import HttpProfile

    http = HttpProfile(
        protocol=account.scheme,
        endpoint=account.endpoint or f"{service}.tencentcloudapi.com",
        reqTimeout=account.timeout_s,
    )
    return ClientProfile(httpProfile=http)


def _credential(account: TencentAccount) -> Any:
    from tencentcloud.common.credential import Credential

    return Credential(account.secret_id, account.secret_key)


def _sms_client(account: TencentAccount) -> Any:
    try:
        from tencentcloud.sms.v20210111.sms_client import SmsClient
    except ImportError:
        return None
    return SmsClient(_credential(account), SMS_REGION, _profile(account, "sms"))


def _voice_client(account: TencentAccount) -> Any:
    try:
        from tencentcloud.vms.v20200902.vms_client import VmsClient
    except ImportError:
        return None
    return VmsClient(_credential(account), SMS_REGION, _profile(account, "vms"))


def _sms_outcome(answer: Any) -> Outcome:
    status = answer.SendStatusSet[0]
    return sent(status.SerialNo) if status.Code == "Ok" else cloud_outcome(status.Code, TENCENT_MEANING)


def _ask(call: Any) -> Outcome:
    from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException

    try:
        outcome: Outcome = call()
    except TencentCloudSDKException as error:
        return _trouble(error)
    except (AttributeError, TypeError, IndexError):
        return failed(Reason.BAD_ANSWER, "no result code")
    return outcome


def _trouble(error: Any) -> Outcome:
    known = isinstance(error.code, str) and error.code not in NETWORK_CODES and error.requestId
    return cloud_outcome(error.code, TENCENT_MEANING) if known else network_outcome(error)

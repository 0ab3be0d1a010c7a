"""Aliyun and Tencent: their real SDKs against a loopback server where they are installed, a clear word where not."""

import builtins
import importlib.util
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from backend.notices.channels.aliyun import AliyunAccount, AliyunSms, AliyunVoice, call_id
from backend.notices.channels.base import OutgoingMessage, Reason
from backend.notices.channels.cloud import ALIYUN_MEANING, TENCENT_MEANING, cloud_outcome, network_outcome
from backend.notices.channels.phone import PhoneProvider
from backend.notices.channels.tencent import TencentAccount, TencentSms, TencentVoice, international
from tests.notices.channels.conftest import PHONE, ServeStub
from tests.notices.channels.stub import Reply, Request, Stub

SECRET = "cloud-secret"
Make = Callable[[str], PhoneProvider]


def _aliyun(host: str) -> AliyunAccount:
    return AliyunAccount("ak", SECRET, endpoint=host, protocol="http", timeout_s=1)


def _tencent(host: str) -> TencentAccount:
    return TencentAccount("id", SECRET, endpoint=host, scheme="http", timeout_s=1)


MAKERS: dict[str, Make] = {
    "aliyun-sms": lambda host: AliyunSms(_aliyun(host), "某县民政局", "SMS_1"),
    "aliyun-voice": lambda host: AliyunVoice(_aliyun(host), "TTS_1", "02312345678"),
    "tencent-sms": lambda host: TencentSms(_tencent(host), "1400000001", "某县民政局", "100"),
    "tencent-voice": lambda host: TencentVoice(_tencent(host), "1400000002", "200"),
}
NEEDS = {"aliyun": "alibabacloud_dysmsapi20170525", "tencent": "tencentcloud"}
GOOD: dict[str, Any] = {
    "aliyun-sms": {"Code": "OK", "BizId": "p-1", "RequestId": "r"},
    "aliyun-voice": {"Code": "OK", "CallId": "p-1", "RequestId": "r"},
    "tencent-sms": {"Response": {"SendStatusSet": [{"Code": "Ok", "SerialNo": "p-1"}], "RequestId": "r"}},
    "tencent-voice": {"Response": {"SendStatus": {"CallId": "p-1"}, "RequestId": "r"}},
}
BUSY: dict[str, Any] = {
    "aliyun-sms": {"Code": "isv.BUSINESS_LIMIT_CONTROL", "Message": f"limit {PHONE}", "RequestId": "r"},
    "aliyun-voice": {"Code": "isv.BUSINESS_LIMIT_CONTROL", "Message": f"limit {PHONE}", "RequestId": "r"},
    "tencent-sms": {"Response": {"SendStatusSet": [{"Code": "LimitExceeded.PhoneNumberDailyLimit"}], "RequestId": "r"}},
    "tencent-voice": {"Response": {"Error": {"Code": "LimitExceeded", "Message": PHONE}, "RequestId": "r"}},
}


@pytest.fixture(params=list(MAKERS))
def name(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    if importlib.util.find_spec(NEEDS[found.partition("-")[0]]) is None:
        pytest.skip("this extra is not installed")
    return found


def _headed(request: Request) -> dict[str, str]:
    return {key.lower(): value for key, value in request.headers.items()}


def _outcome(serve: ServeStub, name: str, message: OutgoingMessage, reply: Reply) -> tuple[Any, Stub]:
    stub = serve(lambda _: replace(reply, headers={"Content-Type": "application/json", **reply.headers}))
    return MAKERS[name](stub.host).submit(PHONE, message), stub


def test_the_real_sdk_sends_one_signed_request(serve: ServeStub, name: str, message: OutgoingMessage) -> None:
    outcome, stub = _outcome(serve, name, replace(message, template=None), Reply(GOOD[name]))
    (request,) = stub.requests
    assert (outcome.status, outcome.provider_id) == ("sent", "p-1")
    assert SECRET not in str(request)
    asked = request.query if name.startswith("aliyun") else request.json
    assert {
        "aliyun-sms": lambda: (asked["PhoneNumbers"], asked["TemplateCode"], asked["OutId"]),
        "aliyun-voice": lambda: (asked["CalledNumber"], asked["TtsCode"], asked["OutId"]),
        "tencent-sms": lambda: (asked["PhoneNumberSet"], asked["TemplateId"], asked["SessionContext"]),
        "tencent-voice": lambda: (asked["CalledNumber"], asked["TemplateId"], asked["SessionContext"]),
    }[name]() == {
        "aliyun-sms": (PHONE, "SMS_1", message.notice_id),
        "aliyun-voice": (PHONE, "TTS_1", call_id(message.notice_id)),
        "tencent-sms": (["+86" + PHONE], "100", message.notice_id),
        "tencent-voice": ("+86" + PHONE, "200", message.notice_id),
    }[name]
    assert _headed(request)["authorization"]


def test_a_refusal_of_the_cloud_keeps_its_code_and_drops_its_words(
    serve: ServeStub, name: str, message: OutgoingMessage
) -> None:
    outcome, stub = _outcome(serve, name, message, Reply(BUSY[name]))
    assert (outcome.status, outcome.reason, len(stub.requests)) == ("failed", Reason.RATE_LIMITED, 1)
    assert PHONE not in outcome.detail


@pytest.mark.parametrize(
    ("reply", "reasons"),
    [
        (Reply(hang=True), {Reason.TIMEOUT}),
        (Reply(drop=True), {Reason.BAD_ANSWER}),
        (Reply(b"garbage"), {Reason.BAD_ANSWER}),
        (Reply({}), {Reason.BAD_ANSWER}),
        (Reply(b"oops", 500), {Reason.BAD_ANSWER, Reason.HTTP_5XX, Reason.PROVIDER_REFUSED}),
    ],
)
def test_trouble_of_the_cloud_is_an_outcome_and_is_not_repeated(
    serve: ServeStub,
    name: str,
    message: OutgoingMessage,
    reply: Reply,
    reasons: set[Reason],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    outcome, stub = _outcome(serve, name, message, reply)
    assert (outcome.status, len(stub.requests)) == ("failed", 1)
    assert outcome.reason in reasons
    assert not any(secret in caplog.text + outcome.detail for secret in (PHONE, SECRET))


def test_a_cloud_that_cannot_be_reached_is_unreachable(serve: ServeStub, name: str, message: OutgoingMessage) -> None:
    stub = serve(lambda _: Reply())
    provider = MAKERS[name](stub.host)
    stub.close()
    assert provider.submit(PHONE, message).reason == Reason.UNREACHABLE


@pytest.mark.parametrize("maker", list(MAKERS))
def test_a_missing_extra_says_what_to_install(
    maker: str, message: OutgoingMessage, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without_clouds(module: str, *args: Any, **kwargs: Any) -> Any:
        if module.startswith(("alibabacloud", "tencentcloud")):
            raise ImportError(module)
        return real(module, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without_clouds)
    outcome = MAKERS[maker]("127.0.0.1:1").submit(PHONE, message)
    extra = maker.partition("-")[0]
    assert (outcome.status, outcome.reason) == ("failed", Reason.NOT_CONFIGURED)
    assert outcome.detail == f"pip install shouwang[{extra}]"


@pytest.mark.parametrize(
    ("code", "meaning", "status", "reason"),
    [
        ("isv.MOBILE_NUMBER_ILLEGAL", ALIYUN_MEANING, "refused", "bad_address"),
        ("isv.TEMPLATE_MISSING_PARAMETERS", ALIYUN_MEANING, "failed", "bad_field"),
        ("Throttling.User", ALIYUN_MEANING, "failed", "rate_limited"),
        ("SignatureDoesNotMatch", ALIYUN_MEANING, "failed", "bad_credentials"),
        ("isv.AMOUNT_NOT_ENOUGH", ALIYUN_MEANING, "failed", "provider_refused"),
        ("InvalidParameterValue.IncorrectPhoneNumber", TENCENT_MEANING, "refused", "bad_address"),
        ("InvalidParameterValue.TemplateParameterFormatError", TENCENT_MEANING, "failed", "bad_field"),
        ("FailedOperation.PhoneNumberInBlacklist", TENCENT_MEANING, "refused", "no_grant"),
        ("FailedOperation.InsufficientBalanceInSmsPackage", TENCENT_MEANING, "failed", "provider_refused"),
        ("AuthFailure.SignatureFailure", TENCENT_MEANING, "failed", "bad_credentials"),
        ("words with 13800001234", TENCENT_MEANING, "failed", "bad_answer"),
        (None, TENCENT_MEANING, "failed", "bad_answer"),
    ],
)
def test_the_longest_fitting_family_of_a_code_decides(code: Any, meaning: Any, status: str, reason: str) -> None:
    outcome = cloud_outcome(code, meaning)
    assert (outcome.status, outcome.reason) == (status, reason)
    assert PHONE not in outcome.detail


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("Failed to establish a new connection", Reason.UNREACHABLE),
        ("Temporary failure in name resolution", Reason.UNREACHABLE),
        ("Read timed out. (read timeout=1)", Reason.TIMEOUT),
        ("Connection aborted", Reason.BAD_ANSWER),
    ],
)
def test_an_sdks_own_words_are_sorted_into_reasons(words: str, reason: Reason) -> None:
    assert network_outcome(OSError(words)).reason == reason


def test_a_call_id_fits_into_aliyuns_fifteen_bytes() -> None:
    assert call_id("0192f0aa-1111-7222-8333-0123456789ab") == "3330123456789ab"
    assert len(call_id("n-1")) <= 15


@pytest.mark.parametrize(
    ("number", "written"),
    [(PHONE, "+8613800001234"), ("02312345678", "+862312345678"), ("+85212345678", "+85212345678")],
)
def test_tencent_wants_numbers_with_their_country(number: str, written: str) -> None:
    assert international(number) == written

"""What the text and voice services of the big clouds have in common."""

import json
import re
from collections.abc import Iterable

from backend.notices.channels.base import Outcome, OutgoingMessage, Reason, failed, refused
from backend.notices.channels.posting import coded

CODE = re.compile(r"[A-Za-z0-9_.\-]{1,80}")
# Both clouds name their errors in families: the longest matching beginning decides.
Meaning = Iterable[tuple[str, Outcome]]


def missing(extra: str) -> Outcome:
    """The cloud's package is not installed."""
    return failed(Reason.NOT_CONFIGURED, f"pip install shouwang[{extra}]")


def cloud_outcome(code: object, meaning: Meaning) -> Outcome:
    """The outcome for a cloud's error code. Its message is not kept: it may quote the number."""
    if not isinstance(code, str) or not CODE.fullmatch(code):
        return failed(Reason.BAD_ANSWER, "no result code")
    fitting = [(start, outcome) for start, outcome in meaning if code.startswith(start)]
    longest = max(fitting, key=lambda pair: len(pair[0]), default=None)
    return coded(code, {code: longest[1]} if longest else {})


def network_outcome(error: Exception) -> Outcome:
    """For an SDK's own transport error, known only by its words. Unclear ones count as possibly delivered."""
    words = str(error).lower()
    if any(sign in words for sign in ("failed to establish", "name resolution", "refused", "cannot connect")):
        return failed(Reason.UNREACHABLE, "no connection")
    if "timed out" in words or "timeout" in words:
        return failed(Reason.TIMEOUT, "no answer in time")
    return failed(Reason.BAD_ANSWER, "no usable answer")


def spoken(message: OutgoingMessage) -> dict[str, str]:
    """The template's values; a template with the one value `text` needs no fields."""
    return dict(message.fields) or {"text": message.text}


def spoken_json(message: OutgoingMessage) -> str:
    return json.dumps(spoken(message), ensure_ascii=False)


ALIYUN_MEANING: Meaning = (
    ("isv.MOBILE_NUMBER_ILLEGAL", refused(Reason.BAD_ADDRESS)),
    ("isv.MOBILE_COUNT_OVER_LIMIT", failed(Reason.BAD_FIELD)),
    ("isv.INVALID_PARAMETERS", failed(Reason.BAD_FIELD)),
    ("isv.INVALID_JSON_PARAM", failed(Reason.BAD_FIELD)),
    ("isv.TEMPLATE", failed(Reason.BAD_FIELD)),
    ("isv.TTS_TEMPLATE_ILLEGAL", failed(Reason.BAD_FIELD)),
    ("isv.SMS_TEMPLATE_ILLEGAL", failed(Reason.BAD_FIELD)),
    ("isv.SMS_SIGNATURE_ILLEGAL", failed(Reason.BAD_FIELD)),
    ("isv.PARAM", failed(Reason.BAD_FIELD)),
    ("isv.BLACK_KEY_CONTROL_LIMIT", failed(Reason.BAD_FIELD)),
    ("isv.BUSINESS_LIMIT_CONTROL", failed(Reason.RATE_LIMITED)),
    ("isv.DAY_LIMIT_CONTROL", failed(Reason.RATE_LIMITED)),
    ("isv.MONTH_LIMIT_CONTROL", failed(Reason.RATE_LIMITED)),
    ("Throttling", failed(Reason.RATE_LIMITED)),
    ("isp.RAM_PERMISSION_DENY", failed(Reason.BAD_CREDENTIALS)),
    ("InvalidAccessKeyId", failed(Reason.BAD_CREDENTIALS)),
    ("SignatureDoesNotMatch", failed(Reason.BAD_CREDENTIALS)),
    ("Forbidden", failed(Reason.BAD_CREDENTIALS)),
    ("isp.SYSTEM_ERROR", failed(Reason.PROVIDER_BUSY)),
    ("ServiceUnavailable", failed(Reason.PROVIDER_BUSY)),
    ("InternalError", failed(Reason.PROVIDER_BUSY)),
)

TENCENT_MEANING: Meaning = (
    ("InvalidParameterValue.IncorrectPhoneNumber", refused(Reason.BAD_ADDRESS)),
    ("InvalidParameterValue.CalledNumberVerifyFail", refused(Reason.BAD_ADDRESS)),
    ("FailedOperation.PhoneNumberInBlacklist", refused(Reason.NO_GRANT)),
    ("FailedOperation.CalledNumberInBlacklist", refused(Reason.NO_GRANT)),
    ("FailedOperation", failed(Reason.PROVIDER_REFUSED)),
    ("FailedOperation.TemplateIncorrectOrUnapproved", failed(Reason.BAD_FIELD)),
    ("FailedOperation.ContainSensitiveWord", failed(Reason.BAD_FIELD)),
    ("InvalidParameter", failed(Reason.BAD_FIELD)),
    ("MissingParameter", failed(Reason.BAD_FIELD)),
    ("LimitExceeded", failed(Reason.RATE_LIMITED)),
    ("RequestLimitExceeded", failed(Reason.RATE_LIMITED)),
    ("AuthFailure", failed(Reason.BAD_CREDENTIALS)),
    ("UnauthorizedOperation", failed(Reason.BAD_CREDENTIALS)),
    ("InternalError", failed(Reason.PROVIDER_BUSY)),
)

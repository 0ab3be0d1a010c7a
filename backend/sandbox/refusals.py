"""How WeChat says no: HTTP 200 with a number. Numbers and words as its pages on each call give them."""

from collections.abc import Mapping

WORDS: Mapping[int, str] = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest",
    40002: "invalid grant_type",
    40003: "invalid openid",
    40013: "invalid appid",
    40014: "invalid access_token",
    40029: "invalid code",
    40037: "invalid template_id",
    40066: "invalid url",
    40097: "invalid args",
    40125: "invalid appsecret",
    40129: "invalid scene",
    40163: "code been used",
    40226: "high risk user, login is blocked",
    41001: "access_token missing",
    41030: "invalid page",
    42001: "access_token expired",
    43101: "user refuse to accept the msg",
    43104: "appid does not match openid",
    44004: "empty content",
    45002: "content size out of limit",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit, must slower, retry next minute",
    47001: "data format error",
    47003: "argument invalid",
    61010: "code is expired",
    9800006: "sn and model_id mismatch",
}


class RefusedError(Exception):
    """One refusal; ``errcode`` is WeChat's number."""

    def __init__(self, errcode: int, more: str = "") -> None:
        self.errcode = errcode
        self.errmsg = " ".join(filter(None, [WORDS.get(errcode, "error"), more]))
        super().__init__(self.errmsg)

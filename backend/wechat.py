"""WeChat for whoever answers a resident: who is logging in, which phone, may this be published.

The same client as the notices use; WeChat's error numbers become errors that a resident can be told.
"""

from collections.abc import Callable
from typing import TypeVar, cast

import structlog
from flask import current_app
from prometheus_client import Counter

from backend.core.errors import DomainError
from backend.notices.channels.wechat_account import build_wechat_client
from backend.notices.channels.wechat_api import WeChatPhone, WeChatSession
from backend.notices.channels.wechat_client import MiniProgramClient
from backend.notices.channels.wechat_errors import WeChatError

log = structlog.get_logger(__name__)

TROUBLE = Counter("shouwang_wechat_trouble_total", "Calls of WeChat for a resident that failed", ["call", "errcode"])
CLIENT = "shouwang_wechat"
CODE_INVALID, CODE_USED, ACCOUNT_BLOCKED = 40029, 40163, 40226
T = TypeVar("T")


class NotConfiguredError(DomainError):
    """No mini-program belongs to this installation."""

    code = "wechat.not_configured"


class BusyError(DomainError):
    """WeChat did not answer, or not as it should: the same may work in a moment."""

    code = "wechat.busy"


class CodeInvalidError(DomainError):
    """The login code is unknown, or older than five minutes."""

    code = "wechat.code_invalid"


class CodeUsedError(DomainError):
    """The login code was used before: a double tap, or somebody repeats what they saw."""

    code = "wechat.code_used"


class AccountBlockedError(DomainError):
    """WeChat itself considers this account a risk."""

    code = "wechat.account_blocked"


class PhoneCodeInvalidError(DomainError):
    """The code of the phone number is unknown, used, or older than five minutes."""

    code = "wechat.phone_code_invalid"


LOGIN_ERRORS: dict[int, type[DomainError]] = {
    CODE_INVALID: CodeInvalidError,
    CODE_USED: CodeUsedError,
    ACCOUNT_BLOCKED: AccountBlockedError,
}
PHONE_ERRORS: dict[int, type[DomainError]] = {CODE_INVALID: PhoneCodeInvalidError, CODE_USED: PhoneCodeInvalidError}


def configured() -> bool:
    """Whether this installation has a mini-program."""
    return _kept_client() is not None


def client() -> MiniProgramClient:
    """The application's client, made at its first use. Raises ``NotConfiguredError``."""
    kept = _kept_client()
    if kept is None:
        raise NotConfiguredError
    return kept


def _kept_client() -> MiniProgramClient | None:
    extensions = current_app.extensions
    if CLIENT not in extensions:
        extensions[CLIENT] = build_wechat_client(current_app.config["SHOUWANG"], extensions["shouwang_redis"])
    return cast("MiniProgramClient | None", extensions[CLIENT])


def code_to_session(code: str) -> WeChatSession:
    """Who opened the mini-program, for the code of ``wx.login`` (5 minutes, one use).

    Raises ``CodeInvalidError``, ``CodeUsedError``, ``AccountBlockedError``, ``BusyError`` or ``NotConfiguredError``.
    The ``session_key`` must never leave the server.
    """
    wxa = client().wxa
    return _told(lambda: wxa.code_to_session(code), LOGIN_ERRORS, "login")


def phone_number(code: str) -> WeChatPhone:
    """The verified phone number, for the code of the phone button (not the login code; 5 minutes, one use).

    Raises ``PhoneCodeInvalidError``, ``BusyError`` or ``NotConfiguredError``.
    """
    wxa = client().wxa
    return _told(lambda: wxa.get_phone_number(code), PHONE_ERRORS, "phone")


def _told(call: Callable[[], T], known: dict[int, type[DomainError]], what: str) -> T:
    try:
        return call()
    except WeChatError as error:
        TROUBLE.labels(what, str(error.errcode or error.reason)).inc()
        meant = known.get(error.errcode or 0)
        if meant is not None:
            raise meant from None
        log.warning("wechat does not do what it should", call=what, reason=error.reason, errcode=error.errcode)
        raise BusyError from None

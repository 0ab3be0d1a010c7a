"""Our WeChat client: wechatpy's, with an end to its retries, timeouts, the stable token and the newer calls.

wechatpy 1.8.18 retries a refused token without end, waits for ever, and knows neither `stable_token` nor version 2
of the content checks. Its errors carry the request's address, and with it the app secret or the token: none of them
leaves this module.
"""

import json
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import requests
import structlog
from wechatpy import WeChatClient
from wechatpy.exceptions import WeChatClientException

from backend.core.clock import monotonic
from backend.notices.channels.base import Reason
from backend.notices.channels.posting import Answer, http_trouble, never_left, trouble
from backend.notices.channels.wechat_api import MiniProgramApi
from backend.notices.channels.wechat_errors import BAD_TOKEN, BUSY, WeChatError
from backend.notices.channels.wechat_store import TokenStore

log = structlog.get_logger(__name__)

FORCE_PAUSE_S = 30.0  # WeChat refuses a second forced renewal within 30 s, and a 21st in a day
EARLY_S = 300  # renew this long before the token dies; WeChat hands out the next one from then on
SHORTEST_LIFE_S = 60
FIRST_PAUSE_S = 0.2
PASSING = frozenset({Reason.UNREACHABLE, Reason.TIMEOUT, Reason.HTTP_5XX, Reason.BAD_ANSWER})


def wait(seconds: float) -> None:
    threading.Event().wait(seconds)


class MiniProgramClient(WeChatClient):  # type: ignore[misc]  # wechatpy ships no types
    """One mini-program. May be shared by threads. Every call raises `WeChatError` and nothing else.

    A call is tried at most `tries` times and given up after about `budget_s` seconds. A POST is repeated only when
    WeChat answered that it did nothing, or when it surely never left.
    """

    wxa = MiniProgramApi()

    def __init__(
        self,
        appid: str,
        secret: str,
        store: TokenStore,
        *,
        base_url: str = "https://api.weixin.qq.com",
        timeout: tuple[float, float] = (2.0, 4.0),
        budget_s: float = 5.0,
        tries: int = 3,
        pause: Callable[[float], None] = wait,
    ) -> None:
        super().__init__(appid, secret, session=store, timeout=timeout, auto_retry=False)
        self._base = base_url.rstrip("/") + "/"
        self.wxa.API_BASE_URL = self._base
        self._budget_s = budget_s
        self._tries = tries
        self._pause = pause
        self._token_lock = threading.Lock()

    @property
    def access_token(self) -> str:
        """The live token; the store's expiry decides, not this process's clock. Fetched by one thread for all."""
        return self._kept_token() or self._first_token()

    def _kept_token(self) -> str | None:
        kept: str | None = self.session.get(self.access_token_key)
        return kept

    def _first_token(self) -> str:
        with self._alone():
            return self._kept_token() or self.fetch_access_token()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One thread at the tokens; the others do not queue behind a silent WeChat for longer than a call may take."""
        if not self._token_lock.acquire(timeout=self._budget_s):
            raise WeChatError(Reason.TIMEOUT)
        try:
            yield
        finally:
            self._token_lock.release()

    def fetch_access_token(self, *, force: bool = False) -> str:
        """Ask WeChat for the stable token; `force` makes a new one (20 a day). Raises `WeChatError`."""
        told = self._token_answer(force=force)
        errcode = told.get("errcode")
        if isinstance(errcode, int) and errcode:
            raise WeChatError.from_code(errcode)
        token, life = told.get("access_token"), told.get("expires_in")
        if not isinstance(token, str) or not token or not isinstance(life, int):
            raise WeChatError(Reason.BAD_ANSWER)
        self.session.set(self.access_token_key, token, max(SHORTEST_LIFE_S, life - EARLY_S))
        log.info("wechat.token_fetched", forced=force)
        return token

    def _token_answer(self, *, force: bool) -> dict[str, Any]:
        body = {
            "grant_type": "client_credential",
            "appid": self.appid,
            "secret": self.secret,
            "force_refresh": force,
        }
        try:
            response = self._http.post(self._base + "cgi-bin/stable_token", json=body, timeout=self.timeout)
            response.raise_for_status()
            told = json.loads(response.content)
        except (requests.RequestException, ValueError) as error:
            raise _translated(error, asked=False) from None
        return told if isinstance(told, dict) else {}

    def _request(self, method: str, url_or_endpoint: str, **kwargs: Any) -> Any:
        """The one way out of wechatpy, with our own loop around it."""
        give_up_at = monotonic() + self._budget_s
        attempt = 0
        while True:
            attempt += 1
            token = ""
            try:
                token = self._token_for(kwargs)
                return self._once(method, url_or_endpoint, token, kwargs, give_up_at)
            except WeChatError as error:
                if attempt >= self._tries or not self._mended(error, method, token, attempt, give_up_at):
                    raise

    def _token_for(self, kwargs: dict[str, Any]) -> str:
        """The token to send, or nothing for a call that says itself what goes into its address."""
        return "" if "access_token" in (kwargs.get("params") or {}) else self.access_token

    def _once(self, method: str, url_or_endpoint: str, token: str, kwargs: dict[str, Any], give_up_at: float) -> Any:
        left = give_up_at - monotonic()
        if left <= 0:
            raise WeChatError(Reason.TIMEOUT)
        params = {"access_token": token or None, **(kwargs.get("params") or {})}
        timeout = tuple(min(limit, left) for limit in self.timeout)
        try:
            return super()._request(method, url_or_endpoint, **kwargs | {"params": params, "timeout": timeout})
        except (WeChatClientException, requests.RequestException, ValueError, TypeError) as error:
            raise _translated(error, asked=True) from None

    def _mended(self, error: WeChatError, method: str, token: str, attempt: int, give_up_at: float) -> bool:
        """Whether another try makes sense; renews the token or waits a moment before it."""
        if error.errcode in BAD_TOKEN:
            return bool(token) and self._renew(token, force=attempt > 1)
        if error.errcode in BUSY or (error.reason in PASSING and _harmless(error, method)):
            return self._waited(attempt, give_up_at)
        return False

    def _waited(self, attempt: int, give_up_at: float) -> bool:
        pause = FIRST_PAUSE_S * 2 ** (attempt - 1) * random.uniform(1, 2)  # noqa: S311 - spreads load, no secret
        if monotonic() + pause >= give_up_at:
            return False
        self._pause(pause)
        return True

    def _renew(self, refused: str, *, force: bool) -> bool:
        """Get another token than `refused`, once for all threads; False when it may not be forced again yet."""
        with self._alone():
            if self._kept_token() not in (None, refused):
                return True
            if force and not self.session.claim(f"{self.appid}_token_forced", FORCE_PAUSE_S):
                return self._kept_token() not in (None, refused)
            self.fetch_access_token(force=force)
            return True


def _harmless(error: WeChatError, method: str) -> bool:
    return method == "get" or not error.may_have_arrived


def _translated(error: Exception, *, asked: bool) -> WeChatError:
    """Our error for a library's; `asked`: the call itself was under way, not only the fetching of a token."""
    if isinstance(error, WeChatClientException) and error.errcode is not None:
        return WeChatError.from_code(error.errcode)
    response = getattr(error, "response", None)
    if response is not None:
        outcome = http_trouble(Answer(response.status_code, b""))
        return WeChatError(Reason(outcome.reason if outcome else Reason.BAD_ANSWER), may_have_arrived=asked)
    if isinstance(error, requests.RequestException):
        return WeChatError(Reason(trouble(error).reason), may_have_arrived=asked and not never_left(error))
    return WeChatError(Reason.BAD_ANSWER, may_have_arrived=asked)

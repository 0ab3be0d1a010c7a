"""One HTTP POST to a provider, and what its failure means."""

import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import requests
from urllib3.exceptions import MaxRetryError, NewConnectionError

from backend.notices.channels.base import Outcome, OutcomeStatus, Reason, failed, refused
from backend.notices.channels.quiet import silence_talkative_libraries

MAX_ANSWER_BYTES = 64 * 1024
CONNECT_TIMEOUT_S = 3.0
UNAUTHORIZED, FORBIDDEN, GONE, TOO_MANY = 401, 403, 410, 429

silence_talkative_libraries()


@dataclass(frozen=True, slots=True)
class Answer:
    """A provider's answer; `retry_after` in seconds if it named one."""

    status: int
    body: bytes
    retry_after: float | None = None

    def json(self) -> dict[str, Any]:
        """The JSON object of the body. Raises ValueError for anything else."""
        found = json.loads(self.body)
        if not isinstance(found, dict):
            raise ValueError("not a JSON object")  # noqa: TRY004 - one error for every unreadable answer
        return found


@dataclass(frozen=True, slots=True)
class Posting:
    """What is to be sent where. `body` is exact bytes where a signature covers them."""

    url: str
    body: bytes
    params: Mapping[str, str] | None = None
    headers: Mapping[str, str] | None = None
    auth: tuple[str, str] | None = None


def as_json(payload: Mapping[str, Any]) -> bytes:
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


def post(posting: Posting, timeout_s: float) -> Answer:
    """Send it once. Raises `requests.RequestException`; `trouble` says what that means."""
    response = requests.post(
        posting.url,
        data=posting.body,
        params=posting.params,
        headers={"Content-Type": "application/json; charset=utf-8", **(posting.headers or {})},
        auth=posting.auth,
        timeout=(min(CONNECT_TIMEOUT_S, timeout_s), timeout_s),
        allow_redirects=False,  # a redirect would carry the message to an address nobody has approved
        stream=True,
    )
    with closing(response):
        return Answer(response.status_code, _beginning(response), _seconds(response.headers.get("Retry-After")))


def _beginning(response: requests.Response) -> bytes:
    body = b""
    for chunk in response.iter_content(4096):
        body += chunk
        if len(body) >= MAX_ANSWER_BYTES:
            break
    return body


def _seconds(text: str | None) -> float | None:
    return float(text) if text and text.isdigit() else None


def never_left(error: Exception) -> bool:
    """Whether it is certain that the provider has not seen the request: repeating it cannot double it."""
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return True
    cause = error.args[0] if error.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError)


def trouble(error: requests.RequestException) -> Outcome:
    """What a transport error means. Its own text is never kept: it holds the address with its secrets."""
    if never_left(error):
        return failed(Reason.UNREACHABLE, "no connection")
    if isinstance(error, requests.exceptions.SSLError):
        return failed(Reason.UNREACHABLE, "no trusted TLS connection")
    if isinstance(error, requests.Timeout) or "timed out" in str(error):
        return failed(Reason.TIMEOUT, "no answer in time")
    if isinstance(error, ValueError):  # requests' own family for addresses it cannot use
        return refused(Reason.BAD_ADDRESS, "not a usable address")
    return failed(Reason.BAD_ANSWER, "the connection broke before an answer")


def http_trouble(answer: Answer) -> Outcome | None:
    """What an HTTP status means by itself; None for 2xx."""
    status = answer.status
    detail = f"HTTP {status}"
    if status == TOO_MANY:
        return failed(Reason.RATE_LIMITED, detail, answer.retry_after)
    if status in (UNAUTHORIZED, FORBIDDEN):
        return failed(Reason.BAD_CREDENTIALS, detail)
    if status == GONE:
        return refused(Reason.BAD_ADDRESS, detail)
    return _by_class(status // 100, detail, answer.retry_after)


def _by_class(hundreds: int, detail: str, retry_after: float | None) -> Outcome | None:
    if hundreds == 2:  # noqa: PLR2004 - the class of HTTP statuses that means success
        return None
    reasons = {4: Reason.HTTP_4XX, 5: Reason.HTTP_5XX}
    return failed(reasons.get(hundreds, Reason.BAD_ANSWER), detail, retry_after)


def deliver(posting: Posting, timeout_s: float) -> Answer | Outcome:
    """Send it once; an answer with status 2xx, or what went wrong."""
    try:
        answer = post(posting, timeout_s)
    except requests.RequestException as error:
        return trouble(error)
    except UnicodeError:  # a header of the address that HTTP cannot carry
        return refused(Reason.BAD_ADDRESS, "not a usable address")
    return http_trouble(answer) or answer


def coded(code: str, meaning: Mapping[str, Outcome]) -> Outcome:
    """The outcome for a provider's own error code; an unknown one is kept in the detail."""
    known = meaning.get(code)
    detail = f"code {code}"
    if known is None:
        return failed(Reason.PROVIDER_REFUSED, detail)
    return Outcome(OutcomeStatus(known.status), known.reason, detail, retry_after=known.retry_after)

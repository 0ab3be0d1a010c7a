"""Subscription messages: one "yes" is one message; a long-term template's and a device's "yes" stay."""

import re
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from backend.core.clock import Clock
from backend.sandbox.field_rules import first_wrong
from backend.sandbox.people import Visitors
from backend.sandbox.refusals import RefusedError

UNKNOWN_TEMPLATE = "unknown"  # template ids that begin so do not exist; every other one does
PAGE = re.compile(r"[\w-]+(/[\w-]+)+(\?\S*)?")
SERIAL = re.compile(r"[0-9A-Za-z_-]{1,128}")
TICKET_LIFE = timedelta(minutes=5)
FIRST_MSGID = 1_000_000


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it lies on somebody's phone. ``data``: field → value."""

    msgid: int
    at: datetime
    user: str
    template: str
    data: Mapping[str, str]
    page: str | None
    device: str | None = None


class Subscriptions:
    """Who allowed what, and what was sent."""

    def __init__(self, visitors: Visitors, clock: Clock) -> None:
        self._visitors = visitors
        self._clock = clock
        self._lock = threading.Lock()
        self._left: Counter[tuple[str, str]] = Counter()
        self._for_good: set[tuple[str, str]] = set()
        self._devices: set[tuple[str, str, str]] = set()
        self._models: dict[str, str] = {}
        self._long_term: set[str] = set()
        self._sent: list[Message] = []

    def make_long_term(self, template: str) -> None:
        with self._lock:
            self._long_term.add(template)

    def answer(self, openid: str, template: str, answer: str) -> None:
        """What the person tapped in the popup, or chose in WeChat's settings later (``reject``)."""
        with self._lock:
            if answer != "accept":
                self._for_good.discard((openid, template))
            elif template in self._long_term:
                self._for_good.add((openid, template))
            else:
                self._left[openid, template] += 1

    def switch_off(self, openid: str, template: str) -> None:
        """In WeChat's settings the person forbids the template: nothing is left."""
        with self._lock:
            self._for_good.discard((openid, template))
            self._left.pop((openid, template), None)

    def allow_device(self, openid: str, serial: str, template: str) -> None:
        with self._lock:
            self._devices.add((openid, serial, template))

    def left(self, openid: str, template: str) -> int:
        with self._lock:
            return self._left[openid, template]

    def send(self, body: Mapping[str, Any]) -> int:
        """``/cgi-bin/message/subscribe/send``; the number of the message. Raises ``RefusedError``."""
        openid, user, template = self._checked(body.get("touser"), body)
        with self._lock:
            if (openid, template) not in self._for_good:
                if self._left[openid, template] <= 0:
                    raise RefusedError(43101)
                self._left[openid, template] -= 1
            return self._keep(user, template, body)

    def send_device(self, body: Mapping[str, Any]) -> int:
        """``/cgi-bin/message/device/subscribe/send``, to those of the list who allowed it. Raises ``RefusedError``."""
        serial, template = str(body.get("sn", "")), str(body.get("template_id", ""))
        self._check_model(serial, body)
        told = [self._checked(one, body) for one in body.get("to_openid_list") or ()]
        with self._lock:
            allowed = [user for openid, user, _ in told if (openid, serial, template) in self._devices]
            if not allowed:
                raise RefusedError(43101)
            return [self._keep(user, template, body, serial) for user in allowed][-1]

    def ticket(self, body: Mapping[str, Any]) -> str:
        """``/wxa/getsnticket``: a ticket to ask for a device's messages. Raises ``RefusedError``."""
        serial, model = str(body.get("sn", "")), str(body.get("model_id", ""))
        if not SERIAL.fullmatch(serial) or not model:
            raise RefusedError(40097)
        with self._lock:
            if self._models.setdefault(serial, model) != model:
                raise RefusedError(9800006)
        until = self._clock.now() + TICKET_LIFE
        return f"{serial}.{int(until.timestamp())}"

    def messages(self, user: str | None = None) -> list[Message]:
        with self._lock:
            return [one for one in self._sent if user in (None, one.user)]

    def _check_model(self, serial: str, body: Mapping[str, Any]) -> None:
        with self._lock:
            known = self._models.get(serial)
        if known is None or known not in (body.get("model_id"), body.get("modelId")):
            raise RefusedError(9800006)

    def _checked(self, openid: object, body: Mapping[str, Any]) -> tuple[str, str, str]:
        """openid, user and template of a message that could be sent. Raises ``RefusedError``."""
        user = self._visitors.user(openid)
        template = str(body.get("template_id") or UNKNOWN_TEMPLATE)
        if user is None:
            raise RefusedError(40003)
        if template.startswith(UNKNOWN_TEMPLATE):
            raise RefusedError(40037)
        if "page" in body and not PAGE.fullmatch(str(body["page"])):
            raise RefusedError(41030)
        if wrong := first_wrong(body.get("data")):
            raise RefusedError(47003, f"{wrong} is invalid")
        return str(openid), user, template

    def _keep(self, user: str, template: str, body: Mapping[str, Any], device: str | None = None) -> int:
        data = {name: given["value"] for name, given in body["data"].items()}
        msgid = FIRST_MSGID + len(self._sent)
        self._sent.append(Message(msgid, self._clock.now(), user, template, data, body.get("page"), device))
        return msgid

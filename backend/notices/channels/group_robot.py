"""Robots of staff groups: WeCom, DingTalk, Feishu.

Apprise reads the robot's address, checks and signs it. The POST and the reading of the answer are ours: these three
say "refused" inside an HTTP 200, which Apprise 2.2 counts as sent (docs/decisions/0010).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from apprise.exception import AppriseException

from backend.notices.channels.base import ChannelName, Outcome, OutgoingMessage, Reason, failed, refused, sent
from backend.notices.channels.posting import Answer, Posting, coded, deliver

Robot = Any  # an Apprise plugin; the wheel's annotations do not cover them


@dataclass(frozen=True, slots=True)
class RobotKind:
    """What differs from one provider to the next.

    `plugin`: Apprise's class. `native`: host of the address as the provider shows it, and the name of the query
    value that is the robot's key ("" when it is the last part of the path). `codes`: names under which its answer
    may carry the error number, `meaning` of the known ones.
    """

    name: ChannelName
    plugin: type[Robot]
    native: tuple[str, str]
    compose: Callable[[Robot, OutgoingMessage], Posting]
    codes: tuple[str, ...]
    meaning: Mapping[str, Outcome]


class GroupRobotChannel:
    """`to` is the robot's address, as its provider shows it or in Apprise's form (`dingtalk://secret@token`).

    For robots that sign, add `&secret=…` to the provider's address.
    """

    def __init__(self, kind: RobotKind, timeout_s: float = 4.0) -> None:
        self.name = kind.name
        self.timeout_s = timeout_s
        self._kind = kind

    def send(self, message: OutgoingMessage) -> Outcome:
        robot = open_robot(self._kind, message.to, self.timeout_s)
        if robot is None:
            return refused(Reason.BAD_ADDRESS, "not a robot's address")
        answer = deliver(self._kind.compose(robot, message), self.timeout_s)
        return self._read(answer) if isinstance(answer, Answer) else answer

    def _read(self, answer: Answer) -> Outcome:
        try:
            told = answer.json()
        except ValueError:
            return failed(Reason.BAD_ANSWER, "not a JSON object")
        code = next((told[name] for name in self._kind.codes if name in told), None)
        if code is None or isinstance(code, bool) or not isinstance(code, int):
            return failed(Reason.BAD_ANSWER, "no result code")
        return sent() if code == 0 else coded(str(code), self._kind.meaning)


def open_robot(kind: RobotKind, address: str, timeout_s: float) -> Robot | None:
    """The Apprise robot of an address, or None if it is not one of this kind."""
    try:
        url = _apprise_url(kind, address)
        parts = kind.plugin.parse_url(url) if url.startswith(f"{kind.plugin.secure_protocol}://") else None
        return kind.plugin(**parts | {"cto": timeout_s, "rto": timeout_s}) if parts else None
    except (AppriseException, TypeError, ValueError):
        return None


def _apprise_url(kind: RobotKind, address: str) -> str:
    parts = urlsplit(address)
    host, key_name = kind.native
    if parts.scheme != "https" or parts.hostname != host:
        return address
    query = parse_qs(parts.query)
    key = query.get(key_name, [""])[0] if key_name else parts.path.rstrip("/").rpartition("/")[2]
    secret = query.get("secret", [""])[0]
    signer = f"{quote(secret, safe='')}@" if secret else ""
    return f"{kind.plugin.secure_protocol}://{signer}{quote(key, safe='')}"


def words(message: OutgoingMessage, limit_bytes: int) -> str:
    """Title, text and link in one text of at most `limit_bytes` bytes of UTF-8; the text gives way, not the link."""
    ending = f"\n{message.link}" if message.link else ""
    room = limit_bytes - len(ending.encode())
    return cut_bytes(f"{message.title}\n{message.text}", room) + ending


def cut_bytes(text: str, limit: int) -> str:
    raw = text.encode()
    if len(raw) <= limit:
        return text
    return raw[: max(0, limit - len("…".encode()))].decode(errors="ignore") + "…"

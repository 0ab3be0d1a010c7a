"""Who uses the sandbox's WeChat: a few invented people, and whoever else a test names.

============  ======  ===========  ==========================================
user          name    phone        special
============  ======  ===========  ==========================================
zhang-wei     张伟    17000010001
li-na         李娜    17000010002
wang-fang     王芳    17000010003
chen-jie      陈杰    17000010004
zhao-min      赵敏    17000010005
wu-fan        吴帆    17000010007
blocked       钱多    17000010006  WeChat does not let them log in (40226)
============  ======  ===========  ==========================================

Any other name of letters, digits and dashes works too: its openid and phone number follow from the name, so they are
the same after every start. The numbers are of a range that was never given out.
"""

import base64
import hashlib
import re
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from backend.core.clock import Clock
from backend.sandbox.refusals import RefusedError

CODE_LIFE = timedelta(minutes=5)
SEEN_FOR = timedelta(hours=2)
LOGINS_A_MINUTE = 100
OPENID_CHARS = 27
USER = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Person:
    """A user of the sandbox. ``phone`` without country code."""

    name: str
    phone: str


KNOWN: Mapping[str, Person] = {
    "zhang-wei": Person("张伟", "17000010001"),
    "li-na": Person("李娜", "17000010002"),
    "wang-fang": Person("王芳", "17000010003"),
    "chen-jie": Person("陈杰", "17000010004"),
    "zhao-min": Person("赵敏", "17000010005"),
    "wu-fan": Person("吴帆", "17000010007"),
    BLOCKED: Person("钱多", "17000010006"),
}


def openid_of(appid: str, user: str) -> str:
    """28 characters, the same for one user of one mini-program for ever."""
    digest = hashlib.sha256(f"{appid}/{user}".encode()).digest()
    return "o" + base64.urlsafe_b64encode(digest).decode()[:OPENID_CHARS]


def person_of(user: str) -> Person:
    digest = hashlib.sha256(user.encode()).digest()
    return KNOWN.get(user) or Person(user, f"1700002{int.from_bytes(digest[:4]) % 10000:04d}")


@dataclass(slots=True)
class _Code:
    user: str
    until: datetime
    used: bool = False


class Codes:
    """Codes of one kind: five minutes, one use. ``used_errcode`` is what a second use is told."""

    def __init__(self, clock: Clock, used_errcode: int) -> None:
        self._clock = clock
        self._used_errcode = used_errcode
        self._lock = threading.Lock()
        self._codes: dict[str, _Code] = {}

    def make(self, user: str) -> str:
        code = secrets.token_hex(16)
        with self._lock:
            self._codes[code] = _Code(user, self._clock.now() + CODE_LIFE)
        return code

    def use(self, code: str, admit: Callable[[str], None] = lambda _: None) -> str:
        """The user who was given the code, which a refusal by ``admit`` does not use up. Raises ``RefusedError``."""
        with self._lock:
            found = self._codes.get(code)
            if found is None or self._clock.now() >= found.until:
                raise RefusedError(40029)
            if found.used:
                raise RefusedError(self._used_errcode)
            admit(found.user)
            found.used = True
            return found.user


@dataclass(slots=True)
class _Visits:
    last: datetime
    minute: datetime
    in_minute: int = field(default=0)


class Visitors:
    """Who was here when; the sandbox knows an openid from the first time its user is named."""

    def __init__(self, appid: str, clock: Clock) -> None:
        self._appid = appid
        self._clock = clock
        self._lock = threading.Lock()
        self._users: dict[str, str] = {openid_of(appid, user): user for user in KNOWN}
        self._visits: dict[str, _Visits] = {}

    def name(self, user: str) -> str:
        """The openid of a user, made known. Raises ``RefusedError`` for what cannot be a name."""
        if not USER.fullmatch(user):
            raise RefusedError(40097, "user")
        openid = openid_of(self._appid, user)
        with self._lock:
            self._users[openid] = user
        return openid

    def user(self, openid: object) -> str | None:
        with self._lock:
            return self._users.get(str(openid))

    def users(self) -> dict[str, str]:
        """Openid → user."""
        with self._lock:
            return dict(self._users)

    def arrive(self, openid: str) -> None:
        """Somebody opens the mini-program. Raises ``RefusedError`` beyond 100 times a minute."""
        now = self._clock.now()
        with self._lock:
            visits = self._visits.setdefault(openid, _Visits(now, now))
            if now - visits.minute >= timedelta(minutes=1):
                visits.minute, visits.in_minute = now, 0
            visits.in_minute += 1
            if visits.in_minute > LOGINS_A_MINUTE:
                raise RefusedError(45011)
            visits.last = now

    def is_here(self, openid: str) -> bool:
        """Whether the user opened the mini-program within the last two hours."""
        with self._lock:
            visits = self._visits.get(openid)
        return visits is not None and self._clock.now() - visits.last < SEEN_FOR

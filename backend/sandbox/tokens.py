"""Access tokens, in the old way (each new one ends the last) and the stable way (everybody gets the same)."""

import re
import secrets
import threading
from datetime import date, datetime, timedelta
from typing import Any

from backend.core.clock import Clock, local
from backend.sandbox.refusals import RefusedError

LIFE = timedelta(seconds=7200)
EARLY = timedelta(minutes=5)  # from then on the next stable token is handed out, and the old one still works
FORCED_A_DAY = 20
FORCED_APART = timedelta(seconds=30)
LEGACY_A_DAY = 2000
SHAPE = re.compile(r"[0-9A-Za-z_-]{32,512}")
EXPIRED, REVOKED = 42001, 40001


class Tokens:
    """All tokens of the one account. ``stable`` and ``legacy`` answer as WeChat's two calls do."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._until: dict[str, datetime] = {}
        self._stable: str | None = None
        self._legacy: str | None = None
        self._forced: tuple[date, int] = (date.min, 0)
        self._forced_at: datetime | None = None
        self._fetched: tuple[date, int] = (date.min, 0)
        self.handed_out = 0

    def stable(self, *, force: bool) -> dict[str, Any]:
        """The live token; with ``force`` a new one, which ends the old. Raises ``RefusedError``."""
        with self._lock:
            now = self._clock.now()
            if force:
                self._count_force(now)
                self._until.pop(self._stable or "", None)
            if force or self._stable is None or self._until.get(self._stable, now) - now <= EARLY:
                self._stable = self._new(now)
            return self._answer(self._stable, now)

    def legacy(self) -> dict[str, Any]:
        """A new token; the last one works for five more minutes. Raises ``RefusedError``."""
        with self._lock:
            now = self._clock.now()
            self._fetched = _counted(self._fetched, now)
            if self._fetched[1] > LEGACY_A_DAY:
                raise RefusedError(45009)
            if self._legacy in self._until:
                self._until[self._legacy] = min(self._until[self._legacy], now + EARLY)
            self._legacy = self._new(now)
            return self._answer(self._legacy, now)

    def check(self, token: str) -> None:
        """Whether a call may be made with this token. Raises ``RefusedError``."""
        if not token:
            raise RefusedError(41001)
        if not SHAPE.fullmatch(token):
            raise RefusedError(40014)
        with self._lock:
            until = self._until.get(token)
            if until is None:
                raise RefusedError(REVOKED)
            if self._clock.now() >= until:
                raise RefusedError(EXPIRED)

    def end_all(self, errcode: int) -> None:
        """From now on every token is answered with 42001 (expired) or 40001 (not the latest)."""
        with self._lock:
            now = self._clock.now()
            self._stable = self._legacy = None
            self._until = dict.fromkeys(self._until, now) if errcode == EXPIRED else {}

    def _count_force(self, now: datetime) -> None:
        if self._forced_at is not None and now - self._forced_at < FORCED_APART:
            raise RefusedError(45011)
        forced = _counted(self._forced, now)
        if forced[1] > FORCED_A_DAY:
            raise RefusedError(45009)
        self._forced, self._forced_at = forced, now

    def _new(self, now: datetime) -> str:
        token = secrets.token_urlsafe(100)
        self._until[token] = now + LIFE
        self.handed_out += 1
        return token

    def _answer(self, token: str, now: datetime) -> dict[str, Any]:
        return {"access_token": token, "expires_in": int((self._until[token] - now).total_seconds())}


def _counted(before: tuple[date, int], now: datetime) -> tuple[date, int]:
    day, count = before
    today = local(now).date()
    return (today, count + 1) if day == today else (today, 1)

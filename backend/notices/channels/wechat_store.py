"""Where WeChat's access token is kept between calls: in Redis for all processes, or in this one's memory."""

import threading
from collections.abc import Callable
from typing import Any, Protocol

import structlog
from redis import Redis
from redis.exceptions import RedisError

from backend.core.clock import monotonic

log = structlog.get_logger(__name__)


class TokenStore(Protocol):
    """wechatpy's session storage, plus `claim`. Values are short texts."""

    def get(self, key: str, default: str | None = None) -> str | None: ...

    def set(self, key: str, value: str | None, ttl: float | None = None) -> None:
        """Keep `value` for `ttl` seconds."""
        ...

    def delete(self, key: str) -> None: ...

    def claim(self, key: str, ttl: float) -> bool:
        """Whether nobody else has claimed `key` within the last `ttl` seconds. Atomic."""
        ...


class MemoryTokenStore:
    """For one process. wechatpy's own forgets nothing, so it would hand out tokens long after they died."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._kept: dict[str, tuple[str, float]] = {}
        self._lock = threading.Lock()

    def get(self, key: str, default: str | None = None) -> str | None:
        value, until = self._kept.get(key, ("", 0.0))
        return value if value and self._now() < until else default

    def set(self, key: str, value: str | None, ttl: float | None = None) -> None:
        if value is not None:
            self._kept[key] = (value, self._now() + ttl if ttl is not None else float("inf"))

    def delete(self, key: str) -> None:
        self._kept.pop(key, None)

    def claim(self, key: str, ttl: float) -> bool:
        with self._lock:
            if self.get(key):
                return False
            self.set(key, "claimed", ttl)
            return True


class RedisTokenStore:
    """For all processes of an installation. While Redis is away each process keeps its own token.

    That is harmless: WeChat's stable token is the same for whoever asks.
    """

    def __init__(self, redis: "Redis", prefix: str = "wechat:") -> None:
        self._redis = redis
        self._prefix = prefix
        self._own = MemoryTokenStore()

    def get(self, key: str, default: str | None = None) -> str | None:
        found = self._try(lambda: self._redis.get(self._prefix + key))
        if isinstance(found, bytes):
            return found.decode()
        return found or self._own.get(key, default)

    def set(self, key: str, value: str | None, ttl: float | None = None) -> None:
        if value is None:
            return
        expiry = None if ttl is None else max(1, int(ttl * 1000))
        if not self._try(lambda: self._redis.set(self._prefix + key, value, px=expiry)):
            self._own.set(key, value, ttl)

    def delete(self, key: str) -> None:
        self._own.delete(key)
        self._try(lambda: self._redis.delete(self._prefix + key))

    def claim(self, key: str, ttl: float) -> bool:
        try:
            return bool(self._redis.set(self._prefix + key, "claimed", px=int(ttl * 1000), nx=True))
        except RedisError:
            return self._own.claim(key, ttl)

    @staticmethod
    def _try(call: Callable[[], Any]) -> Any:
        try:
            return call()
        except RedisError as error:
            log.warning("wechat.token_store_away", error=type(error).__name__)
            return None

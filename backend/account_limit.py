"""How often one account may ask: counted for every call of every resident, so with as little as will do.

Flask-Limiter takes ten times as long over the same question; where few come through (logging in) that is no matter.
"""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import structlog
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import FixedWindowRateLimiter
from redis import RedisError

from backend.core.clock import monotonic, wall

log = structlog.get_logger(__name__)

SCOPE = "resident"
LOOK_AGAIN_S = 10.0  # how long a Redis that did not answer is left alone
P = ParamSpec("P")
R = TypeVar("R")


class TooOftenError(Exception):
    """More calls than allowed; ``seconds`` until the next one may come."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(seconds)


class AccountLimit:
    """A fixed window for each account, in Redis; while that is away every process counts by itself."""

    def __init__(self, limit: str, storage_uri: str) -> None:
        self._limit: RateLimitItem = parse(limit)
        self._shared = FixedWindowRateLimiter(storage_from_string(storage_uri))
        self._own = FixedWindowRateLimiter(MemoryStorage())
        self._away_until = 0.0

    def count(self, account: str) -> None:
        """Raises ``TooOftenError``."""
        counter = self._own if monotonic() < self._away_until else self._shared
        try:
            self._count(counter, account)
        except RedisError as error:
            log.warning("calls are counted by each process, Redis is away", error=type(error).__name__)
            self._away_until = monotonic() + LOOK_AGAIN_S
            self._count(self._own, account)

    def _count(self, counter: FixedWindowRateLimiter, account: str) -> None:
        if not counter.hit(self._limit, SCOPE, account):
            ends = counter.get_window_stats(self._limit, SCOPE, account).reset_time
            raise TooOftenError(max(1, int(ends - wall().timestamp()) + 1))

    def on(self, view: Callable[P, R], account: Callable[[], str]) -> Callable[P, R]:
        """The view, counted for whoever ``account`` names."""

        @wraps(view)
        def counted(*args: P.args, **kwargs: P.kwargs) -> R:
            self.count(account())
            return view(*args, **kwargs)

        return counted

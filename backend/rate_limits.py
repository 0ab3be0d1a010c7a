"""How often somebody may ask. A county shares one address, so whoever is signed in is counted by account.

Kept in Redis; without it each process counts by itself, and without a limit nothing is left.
"""

from typing import Any, cast

from apiflask import APIFlask
from flask import Flask, current_app, g, request
from flask_limiter import Limiter
from flask_limiter.errors import RateLimitExceeded
from flask_limiter.util import get_remote_address
from redis import RedisError

from backend.account_limit import AccountLimit
from backend.core.access import Audience, audience_of
from backend.core.clock import wall
from backend.settings import Settings

LIMITER = "shouwang_limiter"
DEVICE = "X-Device-Id"
LONGEST_DEVICE = 64
# Guessing passwords of many accounts from one address; the lock-out holds it for one account.
SIGN_IN_LIMIT = "60 per minute"
SIGN_IN_ENDPOINTS = ("staff_sign_in.post_session", "console_public.post_login")
LOG_IN_ENDPOINTS = ("mini_log_in.post_session", "mini_log_in.post_refresh")


def prepare(app: APIFlask, settings: Settings) -> None:
    """The counter itself; which endpoint has which limit is said once all are wired."""
    app.extensions[LIMITER] = Limiter(
        get_remote_address,
        app=app,
        storage_uri=storage_of(settings),
        in_memory_fallback_enabled=settings.mode != "test",
        strategy="fixed-window",
    )


def storage_of(settings: Settings) -> str:
    return "memory://" if settings.mode == "test" else settings.redis_url


def apply(app: Flask, settings: Settings) -> None:
    """Limit signing in of staff, logging in of residents, and every call of a resident."""
    limiter, views = cast("Limiter", app.extensions[LIMITER]), cast("dict[str, Any]", app.view_functions)
    for endpoint in SIGN_IN_ENDPOINTS:
        views[endpoint] = limiter.limit(SIGN_IN_LIMIT)(views[endpoint])
    by_address = limiter.shared_limit(settings.limit_address, scope="log_in_address")
    for endpoint in LOG_IN_ENDPOINTS:
        by_device = limiter.limit(settings.limit_log_in, key_func=_device)
        views[endpoint] = by_address(by_device(views[endpoint]))
    by_account = AccountLimit(settings.limit_resident, storage_of(settings))
    for endpoint in list(views):
        if audience_of(app, endpoint) is Audience.RESIDENT:
            views[endpoint] = by_account.on(views[endpoint], _account)


def retry_after(error: RateLimitExceeded) -> int:
    """How many seconds a request that came too often should wait.

    Only these are told: the limiter's own headers would ask Redis twice more for every answer of the house.
    """
    whole = int(error.limit.limit.get_expiry())
    exceeded = cast("Limiter", current_app.extensions[LIMITER]).current_limit
    try:
        return whole if exceeded is None else max(1, exceeded.reset_at - int(wall().timestamp()))
    except RedisError:
        return whole


def _device() -> str:
    return f"{get_remote_address()} {request.headers.get(DEVICE, '')[:LONGEST_DEVICE]}"


def _account() -> str:
    """The guard has let the resident in before anything is counted."""
    return str(g.resident.account_id)

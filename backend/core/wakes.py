"""Wake-ups through Redis: "look again now". They may all be lost; whoever waits also looks by itself."""

import contextlib
import json
from collections.abc import Iterator
from typing import Any, cast

import redis
from flask import current_app

from backend.core.clock import pause
from backend.core.db import Work

ALARMS = "shouwang:alarms"
NOTICES = "shouwang:notices"
DEVICES = "shouwang:devices"
DOWNLINKS = "shouwang:downlinks"


def connect(url: str) -> redis.Redis:
    """A client that gives up quickly: nothing may wait for Redis."""
    return redis.Redis.from_url(url, socket_connect_timeout=0.5, socket_timeout=5, protocol=2)


def client() -> redis.Redis:
    return cast("redis.Redis", current_app.extensions["shouwang_redis"])


def publish(channel: str, **message: Any) -> None:
    """Send a wake-up; an unreachable Redis is not an error here."""
    with contextlib.suppress(redis.RedisError, OSError):
        client().publish(channel, json.dumps(message))


def wake(work: Work, channel: str) -> None:
    """Send a wake-up once this unit of work has committed; several asks are one wake-up."""
    work.after_commit(_WAKERS[channel])


def _waker(channel: str) -> Any:
    def send() -> None:
        publish(channel)

    return send


_WAKERS = {channel: _waker(channel) for channel in (ALARMS, NOTICES, DEVICES, DOWNLINKS)}


def listen(url: str, *channels: str, timeout_s: float) -> Iterator[str | None]:
    """Yield the channel of each wake-up, or None after ``timeout_s`` without one; survives a dead Redis.

    The caller does its work on every yield, so a lost wake-up costs at most ``timeout_s``.
    """
    while True:
        try:
            with connect(url).pubsub(ignore_subscribe_messages=True) as subscription:  # type: ignore[no-untyped-call] # redis ships it untyped
                subscription.subscribe(*channels)
                yield None
                while True:
                    message = subscription.get_message(timeout=timeout_s)
                    yield message["channel"].decode() if message else None
        except (redis.RedisError, OSError):
            yield None
            pause(timeout_s)

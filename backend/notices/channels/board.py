"""The duty board: ours, so no provider. Open boards ring at once; every board also looks by itself."""

import json

from redis import Redis, RedisError

from backend.notices.channels.base import ChannelName, Outcome, OutcomeStatus, OutgoingMessage, Reason, failed

BOARD = "shouwang:board"


class BoardChannel:
    """Publishes ``{"board", "notice", "alarm", "urgent"}`` on the Redis channel ``shouwang:board``: ids, no texts.

    ``to`` is the code of the site (or county) whose boards are meant. Delivered means that Redis took it.
    """

    name = ChannelName.BOARD
    timeout_s = 5.0

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def send(self, message: OutgoingMessage) -> Outcome:
        ring = {
            "board": message.to,
            "notice": message.notice_id,
            "alarm": message.alarm_id,
            "urgent": message.urgent,
        }
        try:
            self._redis.publish(BOARD, json.dumps(ring))
        except (RedisError, OSError):
            return failed(Reason.UNREACHABLE, "Redis does not answer")
        return Outcome(OutcomeStatus.DELIVERED)

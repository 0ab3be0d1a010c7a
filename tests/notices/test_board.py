"""The duty board's channel: rings through Redis, with ids only, and says so when Redis is away."""

import json

from redis import Redis

from backend.core import wakes
from backend.notices.channels.base import OutcomeStatus, OutgoingMessage, Reason
from backend.notices.channels.board import BOARD, BoardChannel
from tests.support import services

MESSAGE = OutgoingMessage("n1", "board", "500118-1", "紧急呼叫", "203房 王秀英", urgent=True, alarm_id="a1")


def test_open_boards_ring_at_once_without_a_name_on_the_wire() -> None:
    with services.redis() as url, Redis.from_url(url).pubsub(ignore_subscribe_messages=True) as board:  # type: ignore[no-untyped-call] # redis ships it untyped
        board.subscribe(BOARD)
        board.get_message(timeout=30)  # the subscription is confirmed
        assert BoardChannel(wakes.connect(url)).send(MESSAGE).status is OutcomeStatus.DELIVERED
        heard = board.get_message(timeout=30)
    assert heard is not None
    assert json.loads(heard["data"]) == {"board": "500118-1", "notice": "n1", "alarm": "a1", "urgent": True}


def test_without_redis_the_board_is_not_called_delivered() -> None:
    nobody = wakes.connect(f"redis://127.0.0.1:{services.free_port()}/0")
    outcome = BoardChannel(nobody).send(MESSAGE)
    assert (outcome.status, outcome.reason) == (OutcomeStatus.FAILED, Reason.UNREACHABLE)

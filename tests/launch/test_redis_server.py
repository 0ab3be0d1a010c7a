"""The embedded Redis: shared by processes, with what the rate limiter and the screens need."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from tests.support import services


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    port = services.free_port()
    env = os.environ | {"SHOUWANG_REDIS_PORT": str(port), "SHOUWANG_DATA_DIR": str(tmp_path)}
    process = subprocess.Popen([sys.executable, "-m", "backend.cli", "redis"], env=env)
    services.wait_until(lambda: services.listens(port))
    yield process, port
    process.kill()
    process.wait()


def test_two_clients_share_values_scripts_and_messages(server: tuple[subprocess.Popen[bytes], int]) -> None:
    with redis.Redis(port=server[1]) as one, redis.Redis(port=server[1]) as other, other.pubsub() as listener:
        one.set("key", "value")
        assert other.get("key") == b"value"
        assert one.eval("return redis.call('incr', KEYS[1])", 1, "count") == 1
        listener.subscribe("board")
        services.wait_until(lambda: one.publish("board", "alarm"))
        messages = [listener.get_message(timeout=30) for _ in range(2)]
        assert [message["type"] for message in messages if message] == ["subscribe", "message"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_when_asked_even_with_a_client_connected(
    server: tuple[subprocess.Popen[bytes], int], number: signal.Signals
) -> None:
    process, port = server
    with redis.Redis(port=port) as client:
        client.ping()
        process.send_signal(number)
        assert process.wait(timeout=15) == 0

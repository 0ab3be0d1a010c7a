"""A hard limit on how long a channel may take.

Socket timeouts do not cover everything: a name server that is silent, or a provider that sends one byte a
second, holds a call for as long as it likes. The caller is let go after `timeout_s` all the same.
"""

import threading
from queue import Empty, SimpleQueue

from backend.core.clock import monotonic
from backend.notices.channels.base import Channel, Outcome, OutgoingMessage, Reason, failed

LINES = 16


class BoundedChannel:
    """Lets `channel` run at most `lines` sends at once, and waits at most `timeout_s` seconds for each."""

    def __init__(self, channel: Channel, lines: int = LINES) -> None:
        self.name = channel.name
        self.timeout_s = channel.timeout_s
        self._channel = channel
        self._lines = threading.BoundedSemaphore(lines)

    def send(self, message: OutgoingMessage) -> Outcome:
        """As the inner channel; `timeout` when it took too long, `unreachable` when every line was taken."""
        deadline = monotonic() + self.timeout_s
        if not self._lines.acquire(timeout=self.timeout_s):
            return failed(Reason.UNREACHABLE, "every line to this provider is taken")
        result: SimpleQueue[Outcome | Exception] = SimpleQueue()
        # A daemon of its own, not a pool: a pool's threads are waited for when the process ends.
        threading.Thread(target=self._run, args=(message, result), daemon=True, name=f"notice-{self.name}").start()
        return _answer(result, deadline)

    def _run(self, message: OutgoingMessage, result: "SimpleQueue[Outcome | Exception]") -> None:
        try:
            result.put(self._channel.send(message))
        except Exception as error:  # noqa: BLE001 - handed to the caller, who raises it
            result.put(error)
        finally:
            self._lines.release()


def _answer(result: "SimpleQueue[Outcome | Exception]", deadline: float) -> Outcome:
    try:
        found = result.get(timeout=max(0.0, deadline - monotonic()))
    except Empty:
        return failed(Reason.TIMEOUT, "no answer in time")
    if isinstance(found, Exception):
        raise found
    return found

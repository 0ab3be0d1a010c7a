"""Demo mode: a channel that keeps messages where they can be read, and can be made to fail."""

import threading
from collections.abc import Callable

from backend.notices.channels.base import Outcome, OutgoingMessage, Reason, failed, refused, sent

MODES = ("ok", "fail", "refuse", "hang")


class CapturedChannel:
    """Asks `mode` before each send: `ok` hands the message to `record`; the others keep nothing.

    `fail` answers like a broken provider, `refuse` like an address without consent, `hang` like a provider
    that never answers: it blocks for `timeout_s` seconds, or until `close`.
    """

    def __init__(
        self,
        name: str,
        mode: Callable[[], str],
        record: Callable[[OutgoingMessage], None],
        timeout_s: float = 5.0,
    ) -> None:
        self.name = name
        self.timeout_s = timeout_s
        self._mode = mode
        self._record = record
        self._closing = threading.Event()

    def send(self, message: OutgoingMessage) -> Outcome:
        """Answer as the mode says. Raises ValueError for a mode that does not exist."""
        mode = self._mode()
        if mode == "ok":
            self._record(message)
            return sent(f"demo-{message.notice_id}")
        return self._refusal(mode)

    def _refusal(self, mode: str) -> Outcome:
        if mode == "fail":
            return failed(Reason.HTTP_5XX, "demo: the provider is broken")
        if mode == "refuse":
            return refused(Reason.NO_GRANT, "demo: no consent")
        if mode == "hang":
            self._closing.wait(self.timeout_s)
            return failed(Reason.TIMEOUT, "demo: no answer in time")
        raise ValueError(f"unknown channel mode {mode!r}")

    def close(self) -> None:
        """Let go of every send that hangs; later ones do not block."""
        self._closing.set()

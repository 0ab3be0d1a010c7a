"""An operator's gateway for texts and calls, on a loopback port: it answers as told and counts whom it was handed."""

import threading
from collections import Counter
from typing import Literal, Self

from tests.notices.channels.stub import Reply, Request, Stub

Kind = Literal["sms", "voice"]
Mood = Literal["ok", "fail", "refuse", "hang"]
_ANSWERS = {
    "ok": Reply({"status": "accepted"}),
    "fail": Reply(b"", 503),
    "refuse": Reply({"status": "refused", "reason": "bad_address"}),
    "hang": Reply(hang=True),
}


class Gateway:
    """One address for each kind; ``moods`` may be changed while it runs."""

    def __init__(self) -> None:
        self.moods: dict[str, Mood] = {"sms": "ok", "voice": "ok"}
        self.accepted: Counter[str] = Counter()
        self.alarms: list[str] = []
        self._lock = threading.Lock()
        self._stub = Stub(self._answer)

    @property
    def variables(self) -> dict[str, str]:
        """The environment that makes processes use it."""
        addresses = {f"SHOUWANG_{kind.upper()}_URL": f"{self._stub.url}/{kind}" for kind in self.moods}
        return addresses | dict.fromkeys(("SHOUWANG_SMS_SECRET", "SHOUWANG_VOICE_SECRET"), "test")

    def _answer(self, request: Request) -> Reply:
        told = request.json
        mood = self.moods[told["kind"]]
        if mood == "ok":
            with self._lock:
                self.accepted[told["notice_id"]] += 1
                self.alarms.append(told["alarm_id"])
        return _ANSWERS[mood]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stub.close()

"""Channels that a test can script, and notices to send through them."""

import threading
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend.core.db import Work, reading
from backend.notices import service
from backend.notices.channels.base import Outcome, OutgoingMessage, Reason, failed, sent
from backend.notices.models import Attempt, Notice
from backend.notices.service import Recipient

FACTS = {"kind_zh": "紧急呼叫", "subject": "王秀英", "place": "203房", "since": "09:31", "press_count": 1}
BROKEN = failed(Reason.HTTP_5XX)
TIMED_OUT = failed(Reason.TIMEOUT)


class Line:
    """A channel that keeps what it was handed and answers from a list; after its end, ``sent``."""

    def __init__(self, name: str, answers: Iterable[Outcome | Exception] = (), timeout_s: float = 5.0) -> None:
        self.name = name
        self.timeout_s = timeout_s
        self.taken: list[OutgoingMessage] = []
        self.before: Callable[[OutgoingMessage], None] | None = None
        self._answers = list(answers)
        self._lock = threading.Lock()

    def send(self, message: OutgoingMessage) -> Outcome:
        if self.before is not None:
            self.before(message)
        with self._lock:
            self.taken.append(message)
            answer = self._answers.pop(0) if self._answers else sent(f"p-{len(self.taken)}")
        if isinstance(answer, Exception):
            raise answer
        return answer


class HangingLine(Line):
    """A provider that does not answer until it is let go (at the end of a test), and then has timed out."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.entered = threading.Semaphore(0)
        self.let_go = threading.Event()

    def send(self, message: OutgoingMessage) -> Outcome:
        self.taken.append(message)
        self.entered.release()
        assert self.let_go.wait(60)
        return TIMED_OUT


def recipient(*ways: str, name: str = "王芳") -> Recipient:
    return Recipient("staff", f"id-{name}", name, ways, {way: f"{way}-address" for way in ways})


def write(work: Work, key: str, *ways: str, **more: Any) -> UUID:
    """Write one notice and return its id."""
    options: dict[str, Any] = {"template": "alarm", "facts": FACTS, "priority": 0, "deadline_s": 180.0} | more
    notice = service.tell(work, recipient(*ways), key=key, **options)
    assert notice is not None
    return notice.id


def notice(notice_id: UUID) -> Notice:
    with reading() as work:
        return work.session.get_one(Notice, notice_id)


def status(notice_id: UUID) -> str:
    return notice(notice_id).status


def attempts(notice_id: UUID) -> list[tuple[str, str | None]]:
    """Channel and outcome of each attempt, in order."""
    with reading() as work:
        rows = work.session.scalars(select(Attempt).where(Attempt.notice_id == notice_id).order_by(Attempt.id))
        return [(row.channel, row.outcome) for row in rows]

"""The live wire to an open board: server-sent events, beside a plain answer for boards that poll."""

import json
from collections.abc import Iterator
from threading import Lock
from typing import Any

from flask import Response, current_app, request, stream_with_context

from backend.console.blueprints import console
from backend.console.care import pulse
from backend.core.clock import monotonic
from backend.core.db import reading
from backend.core.wakes import ALARMS, listen
from backend.people.service import viewer_of
from backend.people.sessions import COOKIE, viewer

WAIT_S = 0.25  # a wake-up that came too soon after another one is looked at this much later
LOOK_AGAIN_S = 0.2  # a storm of wake-ups costs five looks a second, not a thousand
LOOK_ANYWAY_S = 1.0  # how late a change can be seen when Redis is away
SPEAK_ANYWAY_S = 4.0  # a board calls the connection lost after six silent seconds


class Seats:
    """How many boards may hold a thread each; the rest poll, so that buttons always find a free thread."""

    def __init__(self, total: int) -> None:
        self._free, self._lock = total, Lock()

    def take(self) -> bool:
        with self._lock:
            if self._free == 0:
                return False
            self._free -= 1
            return True

    def give_back(self) -> None:
        with self._lock:
            self._free += 1


@console.get("/pulse")
def get_pulse() -> dict[str, Any]:
    with reading() as work:
        return pulse.pulse(work, viewer())


@console.get("/around")
def get_around() -> dict[str, Any]:
    with reading() as work:
        return pulse.around(work, viewer())


@console.get("/events")
def events() -> Response:
    seats = _seats()
    if not seats.take():
        return Response("", status=503, headers={"Retry-After": "15"})
    token = request.cookies.get(COOKIE, "")
    response = Response(stream_with_context(_stream(token)), content_type="text/event-stream")
    response.headers.update({"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
    response.call_on_close(seats.give_back)
    return response


def _seats() -> Seats:
    threads = current_app.config["SHOUWANG"].web_threads
    seats: Seats = current_app.extensions.setdefault("shouwang_board_seats", Seats(max(1, threads * 3 // 4)))
    return seats


def _stream(token: str) -> Iterator[str]:
    """Say the pulse at once when it changed and every few seconds anyway; end with the session."""
    said, said_at = "", 0.0
    for _ in _looks():
        with reading() as work:
            who = viewer_of(work, token)
            if who is None:
                return
            found = pulse.pulse(work, who)
        if found["stamp"] != said or monotonic() - said_at >= SPEAK_ANYWAY_S:
            said, said_at = found["stamp"], monotonic()
            yield f"event: alarms\ndata: {json.dumps(found)}\n\n"


def _looks() -> Iterator[None]:
    """Yield whenever it is time to look: soon after a wake-up, and every second without one."""
    woken, looked_at = True, -LOOK_ANYWAY_S
    for heard in listen(current_app.config["SHOUWANG"].redis_url, ALARMS, timeout_s=WAIT_S):
        woken = woken or heard is not None
        if monotonic() - looked_at >= (LOOK_AGAIN_S if woken else LOOK_ANYWAY_S):
            woken, looked_at = False, monotonic()
            yield

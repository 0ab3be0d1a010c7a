"""A full slot is said at once: in a rush nearly everybody hears nothing else.

Once somebody was told that a slot is full, the process looks at it again once a second, and for as long as it is full
whoever else asks for it is told so before anything else is asked, not even who they are: that a slot is full is no
secret, the list of free times is open to everybody.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING, Any
from uuid import UUID

from apiflask import APIFlask
from flask import current_app, request
from flask.json.provider import JSONProvider
from sqlalchemy.exc import SQLAlchemyError

from backend import request_ids
from backend.answer_headers import HEADERS
from backend.booking import service
from backend.booking.errors import SlotFullError
from backend.core.fresh import Fresh
from backend.core.idempotency import KEY, known
from backend.core.ids import new_id
from backend.core.together import Together
from backend.idempotent_requests import HEADER
from backend.problems import problem_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

DOOR = "shouwang_door_of_a_rush"
PATHS = frozenset({"/api/v1/mini/bookings", "/api/v1/mini/marriage/bookings"})
MOST_BYTES = 8_192  # of a body that is looked into at the door


class Door:
    """In front of the application. A tap that was answered before goes in, whatever has become of the slot."""

    def __init__(self, app: APIFlask, inside: "WSGIApplication", kept_s: float) -> None:
        self._app = app
        self._inside = inside
        self._full: Fresh[bool] = Fresh(kept_s)
        self._answered = Together(known)

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "POST" and environ["PATH_INFO"] in PATHS:
            slot = wanted(environ)
            if slot is not None and self.stays_shut(slot, environ.get("HTTP_IDEMPOTENCY_KEY", "")):
                return refuse(self._app.json, environ, start, slot)
        return self._inside(environ, start)

    def stays_shut(self, slot: str, key: str) -> bool:
        """The look at the key comes after the look at the slot: whoever has one of its places is let in."""
        if not self._full.last(slot):
            return False
        with self._app.app_context():
            try:
                return self.look(slot) and not (KEY.fullmatch(key) and self._answered.has(key))
            except SQLAlchemyError:
                return False  # inside they find the words for it

    def look(self, slot: str) -> bool:
        """Whether it was full within the last second; the door remembers."""
        return self._full.get(slot, lambda: service.is_full(UUID(slot)))


@contextmanager
def watched(slot_id: UUID) -> Iterator[None]:
    """Around a booking. Raises ``SlotFullError`` to those who came in before it was known at the door.

    Whoever hears it from inside may be the first of thousands: the door looks for itself.
    """
    door: Door = current_app.extensions[DOOR]
    slot = str(slot_id)
    if door.stays_shut(slot, request.headers.get(HEADER, "")):
        raise SlotFullError(slot=slot)
    try:
        yield
    except SlotFullError:
        door.look(slot)
        raise


def wanted(environ: "WSGIEnvironment") -> str | None:
    """The slot a body asks for, if it is one that can be read at the door; the body is put back."""
    length = environ.get("CONTENT_LENGTH", "")
    if not length.isascii() or not length.isdigit() or int(length) > MOST_BYTES:
        return None
    body = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = BytesIO(body)
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return None
    slot = said.get("slot_id") if isinstance(said, dict) else None
    return slot if isinstance(slot, str) else None


def refuse(json: JSONProvider, environ: "WSGIEnvironment", start: "StartResponse", slot: str) -> list[bytes]:
    """The same answer as from inside, byte by byte."""
    given = environ.get("HTTP_X_REQUEST_ID", "")
    name = given if request_ids.GIVEN.fullmatch(given) else new_id().hex
    error = SlotFullError(slot=slot)
    status, problem = problem_of(error.code, error.facts, name)
    body = f"{json.dumps(problem, separators=(',', ':'))}\n".encode()
    headers = {
        "Content-Type": "application/problem+json", "Content-Length": str(len(body)), **HEADERS,
        request_ids.HEADER: name,
    }  # fmt: skip
    start(f"{status} {HTTPStatus(status).phrase.upper()}", list(headers.items()))
    return [body]


def put_door(app: APIFlask, kept_s: float) -> None:
    """Put it in front of this application; a slot seen full is so for ``kept_s`` seconds."""
    inside: Callable[..., Any] = app.wsgi_app
    door = app.extensions[DOOR] = Door(app, inside, kept_s)
    app.wsgi_app = door  # type: ignore[assignment, method-assign] # Flask's documented way

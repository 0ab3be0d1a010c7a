"""The door of a rush: a full slot is said at once, with the words from inside, and never to who has a place there."""

import json
from typing import Any
from uuid import UUID

import pytest
from apiflask import APIFlask
from werkzeug.test import TestResponse

from backend.booking import service
from backend.booking.errors import SlotFullError
from backend.core import fresh
from backend.core.db import glance
from miniprogram_api import rush
from tests.conftest import WorkFactory
from tests.support.booking_desk import MINI, Desk, build_desk
from tests.support.offices import CODE, MATTER

one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

BOOKINGS, KEY, NAME = f"{MINI}/bookings", "tap-of-the-first", "named-by-the-proxy"
NOBODY = ""


class Seconds:
    """The machine's clock, moved by hand."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> Seconds:
    made = Seconds()
    monkeypatch.setattr(fresh, "monotonic", made)
    return made


@pytest.fixture
def desk(app: APIFlask, work: WorkFactory, seconds: Seconds) -> Desk:
    """With a door that keeps what it saw for a second, as in a county."""
    rush.put_door(app, fresh.KEPT_S)
    with work() as w:
        return build_desk(app, w)


@pytest.fixture
def slot(desk: Desk) -> str:
    """The only place is taken, and somebody was told so already."""
    first = desk.first()
    assert desk.book(slot=first, **{"Idempotency-Key": KEY}).status_code == 201
    assert code(desk.book("other", first)) == "booking.slot_full"
    return first


def code(answer: TestResponse) -> str:
    return str(answer.get_json()["code"])


def knock(desk: Desk, body: bytes, **headers: str) -> TestResponse:
    """Without a token: only the door answers anything but that one must log in."""
    return desk.app.test_client().post(BOOKINGS, data=body, content_type="application/json", headers=headers)


def asks_for(slot: str) -> bytes:
    return json.dumps({"slot_id": slot}).encode()


@one_database
def test_the_door_answers_what_is_answered_inside(desk: Desk) -> None:
    slot = desk.first()
    assert desk.book(slot=slot).status_code == 201
    inside, door = (desk.book("other", slot, **{"X-Request-ID": NAME}) for _ in range(2))
    assert (door.status, door.data) == (inside.status, inside.data)
    assert sorted(door.headers) == sorted(inside.headers)
    assert door.get_json()["request_id"] == door.headers["X-Request-ID"] == NAME
    assert code(knock(desk, asks_for(slot))) == "booking.slot_full"


@one_database
def test_whoever_gives_no_name_or_an_odd_one_gets_a_name_for_the_request(desk: Desk, slot: str) -> None:
    for headers in ({}, {"X-Request-ID": "a b"}):
        answer = knock(desk, asks_for(slot), **headers)
        assert answer.headers["X-Request-ID"] == answer.get_json()["request_id"] != "a b"


def test_a_tap_that_was_answered_goes_in_and_gets_its_first_answer(desk: Desk, slot: str) -> None:
    again = desk.book(slot=slot, **{"Idempotency-Key": KEY})
    assert (again.status_code, again.get_json()["parties"]) == (201, [{"name": "王小1", "mine": True}])
    assert knock(desk, asks_for(slot), **{"Idempotency-Key": KEY}).status_code == 401
    assert code(knock(desk, asks_for(slot), **{"Idempotency-Key": "another-tap"})) == "booking.slot_full"
    assert code(knock(desk, asks_for(slot), **{"Idempotency-Key": "short"})) == "booking.slot_full"


@one_database
def test_a_place_given_back_can_be_booked_a_second_later(desk: Desk, slot: str, seconds: Seconds) -> None:
    (mine,) = desk.ask("me", "GET", BOOKINGS).get_json()["items"]
    assert desk.ask("me", "POST", f"{BOOKINGS}/{mine['id']}/cancel", {}).status_code == 200
    seconds.now += fresh.KEPT_S - 0.01
    assert code(desk.book("other", slot)) == "booking.slot_full"
    seconds.now += 0.02
    assert desk.book("other", slot).status_code == 201


@one_database
def test_what_stays_full_is_said_at_the_door_second_after_second(desk: Desk, slot: str, seconds: Seconds) -> None:
    for _ in range(3):
        seconds.now += fresh.KEPT_S
        assert code(knock(desk, asks_for(slot))) == "booking.slot_full"


@one_database
@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"{", b""),
        (b"[", b"]"),
        (b"[" * 5_000, b""),
        (b"", b" " * rush.MOST_BYTES),
        (b"\xff", b""),
        (b"null", None),
        (b"", None),
        (b'{"slot_id": 7}', None),
        (b'{"slot_id": "{}"}', None),
    ],
    ids=["broken", "list", "deep", "long", "binary", "null", "empty", "number", "braces"],
)
def test_what_cannot_be_read_at_the_door_goes_in_as_it_came(
    desk: Desk, slot: str, before: bytes, after: bytes | None
) -> None:
    body = before if after is None else before + asks_for(slot) + after
    assert code(knock(desk, body)) in {"not_signed_in", "bad_input"}


@one_database
def test_a_body_of_unknown_length_goes_in(desk: Desk, slot: str) -> None:
    environ = {"REQUEST_METHOD": "POST", "wsgi.input": None}
    assert rush.wanted(environ) is None
    assert rush.wanted(environ | {"CONTENT_LENGTH": "-1"}) is None
    assert rush.wanted(environ | {"CONTENT_LENGTH": "٣"}) is None


@one_database
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", f"{MINI}/waiting", 401), ("GET", BOOKINGS, 401), ("POST", f"{BOOKINGS}/", 404),
        ("PUT", BOOKINGS, 405),
    ],
)  # fmt: skip
def test_the_door_stands_before_booking_alone(desk: Desk, slot: str, method: str, path: str, status: int) -> None:
    assert desk.ask(NOBODY, method, path, {"slot_id": slot}).status_code == status


@one_database
def test_a_time_with_room_is_no_business_of_the_door(desk: Desk, slot: str) -> None:
    assert code(knock(desk, asks_for(desk.first(number=1)))) == "not_signed_in"
    body = {"office": CODE, "matter": MATTER, "slot_id": desk.first(number=1)}
    assert desk.ask("other", "POST", BOOKINGS, body).status_code == 201


@one_database
def test_who_was_let_in_before_it_was_known_is_refused_by_the_same_look(desk: Desk, slot: str) -> None:
    with desk.app.test_request_context(), pytest.raises(SlotFullError), rush.watched(UUID(slot)):
        pytest.fail("let in")
    free = UUID(desk.first(number=1))
    with desk.app.test_request_context(), rush.watched(free):
        assert free != UUID(slot)


@one_database
def test_without_the_database_the_door_leaves_the_words_to_those_inside(
    desk: Desk, slot: str, seconds: Seconds, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(_slot: Any) -> bool:
        with glance() as connection:
            return bool(connection.exec_driver_sql("SELECT 1 FROM no_such_table"))

    seconds.now += fresh.KEPT_S
    monkeypatch.setattr(service, "is_full", gone)
    assert code(knock(desk, asks_for(slot))) == "not_signed_in"

"""One key, one effect: repeats, refusals, strangers, twenty at once, and the header of a request."""

import threading
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from apiflask import APIFlask
from flask import Flask
from sqlalchemy import event, func, select, text

from backend.core import idempotency
from backend.core.clock import ManualClock
from backend.core.db import Actor, Work, db, reading, unit_of_work
from backend.core.errors import NotAllowedError
from backend.core.idempotency import Answer, BadKeyError, IdempotentAnswer, KeyMismatchError, run_once
from backend.core.ids import new_id
from backend.core.versions import Version
from backend.idempotent_requests import HEADER, answer_once
from scheduler import keeping

pytestmark = pytest.mark.both_databases

LI = Actor("resident", "0192-li", "李奶奶")
WANG = Actor("resident", "0192-wang", "王爷爷")
KEY = "tap-0001"
AT_ONCE = 20


class Effect:
    """A verb that writes one row each time it runs; the database counts, so a rolled-back run does not."""

    def __init__(self, *, fails: int = 0) -> None:
        self.runs, self.fails = 0, fails

    def __call__(self, work: Work) -> Answer:
        self.runs += 1
        name = f"effect-{new_id()}"
        work.session.add(Version(topic=name, stamp=new_id()))
        work.session.flush()
        if self.runs <= self.fails:
            raise NotAllowedError(action="book")
        return 201, {"id": name, "say": "已约好"}


def _rows(model: type) -> int:
    with reading() as w:
        return w.session.scalar(select(func.count()).select_from(model)) or 0


def test_the_same_key_runs_once_and_gets_the_same_answer(app: APIFlask) -> None:
    verb = Effect()
    first = run_once(LI, KEY, "POST /bookings", verb)
    assert run_once(LI, KEY, "POST /bookings", verb) == first
    assert (first[0], first[1]["say"]) == (201, "已约好")
    assert (verb.runs, _rows(Version)) == (1, 1)


def test_without_a_key_it_just_runs(app: APIFlask) -> None:
    verb = Effect()
    run_once(LI, None, "POST /bookings", verb)
    run_once(LI, None, "POST /bookings", verb)
    assert (verb.runs, _rows(IdempotentAnswer)) == (2, 0)


def test_the_same_key_for_another_request_is_refused(app: APIFlask) -> None:
    verb = Effect()
    run_once(LI, KEY, "POST /bookings 9:00", verb)
    with pytest.raises(KeyMismatchError):
        run_once(LI, KEY, "POST /bookings 9:30", verb)
    assert verb.runs == 1


def test_a_key_belongs_to_whoever_used_it(app: APIFlask) -> None:
    verb = Effect()
    assert run_once(LI, KEY, "POST /bookings", verb) != run_once(WANG, KEY, "POST /bookings", verb)
    assert verb.runs == 2


def test_a_refusal_leaves_nothing_and_the_key_may_try_again(app: APIFlask) -> None:
    verb = Effect(fails=1)
    with pytest.raises(NotAllowedError):
        run_once(LI, KEY, "POST /bookings", verb)
    assert (_rows(Version), _rows(IdempotentAnswer)) == (0, 0)
    assert run_once(LI, KEY, "POST /bookings", verb)[0] == 201
    assert (verb.runs, _rows(Version)) == (2, 1)


@pytest.mark.parametrize("key", ["1234567", "x" * 81, "", "with space", "tab\tabcdefg", "编" * 8, "abcdefg\n"])
def test_a_key_of_the_wrong_shape_is_refused(app: APIFlask, key: str) -> None:
    verb = Effect()
    with pytest.raises(BadKeyError):
        run_once(LI, key, "POST /bookings", verb)
    assert verb.runs == 0


@pytest.mark.parametrize("key", ["12345678", "x" * 80, "!~-_./:;"])
def test_a_key_of_the_right_shape_is_taken(app: APIFlask, key: str) -> None:
    assert run_once(LI, key, "POST /bookings", Effect())[0] == 201


def test_the_kept_answer_and_request_cannot_be_read_in_the_database(app: APIFlask) -> None:
    run_once(LI, KEY, "POST /x 500101194005010026", Effect())
    with reading() as w:
        stored = w.session.execute(text("SELECT answer, request_digest FROM idempotent_answer")).one()
    assert "已约好".encode() not in bytes(stored.answer)
    assert len(stored.request_digest) == 64


def test_twenty_taps_at_once_are_one_effect_and_one_answer(app: APIFlask) -> None:
    verb, gate = Effect(), threading.Barrier(AT_ONCE)
    answers: list[Any] = []

    def tap() -> None:
        with app.app_context():
            gate.wait(60)
            try:
                answers.append(run_once(LI, KEY, "POST /bookings", verb)[1]["id"])
            except Exception as error:  # noqa: BLE001 - what was refused is the answer
                answers.append(error)

    threads = [threading.Thread(target=tap) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert Counter(answers).most_common() == [(answers[0], AT_ONCE)]
    assert (_rows(Version), _rows(IdempotentAnswer)) == (1, 1)


def test_it_adds_two_statements_to_the_effect(app: APIFlask) -> None:
    said: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        said.append(statement.split(maxsplit=1)[0])

    event.listen(db.engine, "before_cursor_execute", hear)
    run_once(LI, KEY, "POST /bookings", Effect())
    event.remove(db.engine, "before_cursor_execute", hear)
    assert [word for word in said if word not in ("BEGIN", "COMMIT")] == ["INSERT", "INSERT", "UPDATE"]


# -- the end of what is old


def test_answers_are_kept_a_week(app: APIFlask, clock: ManualClock) -> None:
    run_once(LI, KEY, "POST /bookings", Effect())
    clock.advance(timedelta(days=7).total_seconds())
    with unit_of_work() as w:
        assert idempotency.forget(w) == 0
    clock.advance(1)
    with unit_of_work() as w:
        assert [idempotency.forget(w), idempotency.forget(w)] == [1, 0]


def test_they_are_forgotten_in_portions_and_by_the_nightly_job(app: APIFlask, clock: ManualClock) -> None:
    verb = Effect()
    for number in range(5):
        run_once(LI, f"{KEY}-{number}", "POST /bookings", verb)
    clock.advance(8 * 86_400)
    with unit_of_work() as w:
        assert idempotency.forget(w, limit=2) == 2
    assert keeping.purge_messages() == 3
    assert (_rows(IdempotentAnswer), keeping.purge_messages()) == (0, 0)


# -- the header


@pytest.fixture
def tapped(app: APIFlask) -> Effect:
    """A route of the test's own that books with a key."""
    verb = Effect()
    app.add_url_rule("/tap", "tap", lambda: answer_once(LI, verb), methods=["POST"])
    _let_everybody(app)
    return verb


def _let_everybody(app: Flask) -> None:
    """The route is no blueprint's: its audience is left out, as for a test alone."""
    app.before_request_funcs[None] = []


def test_a_header_makes_a_request_happen_once(app: APIFlask, tapped: Effect) -> None:
    client = app.test_client()
    first, again = (client.post("/tap", json={"slot": 1}, headers={HEADER: KEY}) for _ in range(2))
    assert (first.status_code, first.get_json()) == (201, again.get_json())
    assert (again.status_code, tapped.runs) == (201, 1)


def test_another_body_with_the_same_header_is_told_so_in_chinese(app: APIFlask, tapped: Effect) -> None:
    client = app.test_client()
    client.post("/tap", json={"slot": 1}, headers={HEADER: KEY})
    refused = client.post("/tap", json={"slot": 2}, headers={HEADER: KEY})
    assert (refused.status_code, refused.get_json()["code"]) == (422, "idempotency.mismatch")
    assert "刷新页面" in refused.get_json()["detail"]
    assert client.post("/tap", json={"slot": 3}, headers={HEADER: "短"}).status_code == 422
    assert client.post("/tap", json={"slot": 3}).status_code == 201
    assert tapped.runs == 2

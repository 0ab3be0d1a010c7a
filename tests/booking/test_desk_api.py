"""The desk of an office, by real requests."""

from datetime import date, timedelta

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from backend.booking import desk_finding
from backend.booking.models import Office
from backend.core.clock import ManualClock
from scheduler import desk_jobs
from tests.conftest import WorkFactory
from tests.support.booking_desk import MINI, MONDAY, NINE, STAFF, Desk, build_desk, go_to
from tests.support.offices import CODE, MATTER, POOL
from tests.support.residents import id_number


@pytest.fixture
def desk(app: APIFlask, work: WorkFactory) -> Desk:
    with work() as w:
        return build_desk(app, w)


# -- at the office


def test_scanning_in_the_hall_gives_a_number_and_how_many_are_ahead(
    desk: Desk, work: WorkFactory, clock: ManualClock
) -> None:
    made = desk.book().get_json()["id"]
    go_to(clock, NINE)
    desk.ask("clerk", "POST", f"{STAFF}/offices/{CODE}/numbers", {"matter": MATTER, "tick": "pregnant"})
    with work() as w:
        qr = desk_finding.poster_text(w.session.scalars(select(Office)).one())
    checked = desk.ask("me", "POST", f"{MINI}/bookings/{made}/check-in", {"qr": qr}).get_json()
    assert checked["ticket"]["words"] == "您是 A002 号，前面还有 1 位，请在大厅等叫号。"
    wrong = desk.ask("me", "POST", f"{MINI}/bookings/{made}/check-in", {"qr": "https://example.com"})
    assert wrong.get_json()["code"] == "booking.wrong_qr"


def test_the_desk_finds_checks_in_calls_and_finishes(desk: Desk, clock: ManualClock) -> None:
    made = desk.book().get_json()
    go_to(clock, NINE)
    found = desk.ask("clerk", "GET", f"{STAFF}/offices/{CODE}/appointments?q=王小1").get_json()["items"]
    assert [(one["number"], one["names"]) for one in found] == [(made["number"], ["王**"])]
    ticket = desk.ask("clerk", "POST", f"{STAFF}/bookings/{made['id']}/check-in", {"tick": "disabled"}).get_json()
    assert (ticket["label"], ticket["priority_zh"]) == ("A001", "残疾人")
    called = desk.ask("clerk", "POST", f"{STAFF}/offices/{CODE}/windows/{desk.place.windows[0]}/call-next")
    assert called.get_json()["window"] == "1号窗口"
    assert "1号窗口" in desk.ask("me", "GET", f"{MINI}/bookings/{made['id']}").get_json()["ticket"]["words"]
    for action in ("call-again", "start", "finish"):
        assert desk.ask("clerk", "POST", f"{STAFF}/offices/{CODE}/tickets/{ticket['id']}/{action}").status_code == 200
    assert desk.ask("me", "GET", f"{MINI}/bookings/{made['id']}").get_json()["state"] == "done"
    assert desk.ask("clerk", "POST", f"{STAFF}/offices/{CODE}/tickets/{ticket['id']}/dance").status_code == 404


def test_walk_ins_use_the_places_kept_for_them_until_they_are_gone(desk: Desk, clock: ManualClock) -> None:
    go_to(clock, NINE + timedelta(hours=2, minutes=35))  # one slot of the morning is left
    answers = []
    for serial in (11, 12):
        people = [{"name": "赵老五", "id_number": id_number(date(1940, 1, 1), serial)}]
        answers.append(
            desk.ask("clerk", "POST", f"{STAFF}/offices/{CODE}/walk-ins", {"matter": MATTER, "people": people})
        )
    assert [one.status_code for one in answers] == [201, 409]
    assert answers[0].get_json()["priority_zh"] == "70岁以上老人"
    plain = desk.ask("clerk", "POST", f"{STAFF}/offices/{CODE}/numbers", {"matter": MATTER, "holder": "赵老五"})
    assert (plain.status_code, plain.get_json()["label"]) == (201, "A002")


def test_the_desk_cancels_and_undoes_an_absence_with_a_reason(desk: Desk, clock: ManualClock) -> None:
    made = desk.book().get_json()["id"]
    gone = desk.book("other", desk.first(number=1)).get_json()["id"]
    cancelled = desk.ask("clerk", "POST", f"{STAFF}/bookings/{gone}/cancel", {"reason": "来电取消"})
    assert cancelled.get_json()["state_zh"] == "已取消"
    go_to(clock, NINE + timedelta(hours=2))
    desk_jobs.end_missed()
    assert desk.ask("clerk", "POST", f"{STAFF}/bookings/{made}/undo-no-show", {"reason": ""}).status_code == 422
    undone = desk.ask("clerk", "POST", f"{STAFF}/bookings/{made}/undo-no-show", {"reason": "监控显示已到"})
    assert undone.get_json()["state_zh"] == "已签到，等叫号"


def test_a_day_is_closed_and_opened_again_by_the_officer_only(desk: Desk) -> None:
    made = desk.book().get_json()["id"]
    body = {"pool": POOL, "day": MONDAY, "reason": "停电"}
    assert desk.ask("clerk", "POST", f"{STAFF}/offices/{CODE}/closures", body).status_code == 403
    closed = desk.ask("officer", "POST", f"{STAFF}/offices/{CODE}/closures", body)
    assert closed.get_json()["items"] == [{"pool": POOL, "day": MONDAY, "reason": "停电", "displaced": 1}]
    shown = desk.ask("me", "GET", f"{MINI}/bookings/{made}").get_json()
    assert (shown["state_zh"], len(shown["options"])) == ("请改时间", 3)
    assert desk.slots(**{"from": MONDAY, "to": MONDAY})[0]["words"] == "不办公"
    moved = desk.ask("me", "POST", f"{MINI}/bookings/{made}/move", {"slot_id": shown["options"][1]["slot_id"]})
    assert moved.get_json()["state"] == "booked"
    opened = desk.ask("officer", "POST", f"{STAFF}/offices/{CODE}/closures/{POOL}/{MONDAY}/reopen", {"reason": "来电"})
    assert opened.get_json()["items"] == []
    wrong = desk.ask("officer", "POST", f"{STAFF}/offices/{CODE}/closures/{POOL}/monday/reopen", {"reason": "x"})
    assert wrong.status_code == 404


def test_somebody_without_the_post_sees_nothing_of_the_desk(desk: Desk) -> None:
    made = desk.book().get_json()["id"]
    assert desk.ask("duty", "GET", f"{STAFF}/offices/{CODE}/appointments").status_code == 403
    assert desk.ask("duty", "POST", f"{STAFF}/bookings/{made}/check-in", {}).status_code == 403


def test_a_nul_in_a_text_is_refused_before_anybody_keeps_it(desk: Desk) -> None:
    made = desk.book().get_json()["id"]
    for who, method, path, body in (
        ("me", "POST", f"{MINI}/bookings/{made}/cancel", {"reason": "a\0b"}),
        ("me", "GET", f"{MINI}/offices/H%00/slots?matter=x", None),
        ("me", "GET", f"{MINI}/offices/{CODE}/slots?matter=x%00", None),
        ("clerk", "POST", f"{STAFF}/offices/{CODE}/numbers", {"matter": "a\0"}),
    ):
        answer = desk.ask(who, method, path, body)
        assert (answer.status_code, answer.get_json()["code"]) == (422, "bad_input")
    assert desk.ask("me", "GET", f"{MINI}/bookings/{made}").get_json()["state"] == "booked"

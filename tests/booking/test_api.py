"""Appointments on residents' phones and at the desk, by real requests."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from apiflask import APIFlask
from icalendar import Calendar
from sqlalchemy import select
from werkzeug.test import TestResponse

from backend.booking import desk_finding, planning, waiting
from backend.booking.models import Booking, Office, OfficeMatter, Slot
from backend.core import calendar_store
from backend.core.clock import ManualClock
from backend.core.fresh import Fresh
from backend.people.models import Staff, StaffSession
from backend.people.service import _open_session
from backend.residents.models import Person, Proxy, ProxyAct
from scheduler import desk_jobs
from tests.conftest import WorkFactory
from tests.support import world
from tests.support.front_desk import sign_in_resident
from tests.support.offices import CODE, MATTER, POOL, OfficeWorld, build_office
from tests.support.residents import id_number

MINI, STAFF = "/api/v1/mini", "/api/v1/staff/booking"
NINE = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # Monday, nine in Shanghai
MONDAY = "2026-11-23"


@dataclass
class Desk:
    """The office with a resident, a stranger and staff signed in."""

    app: APIFlask
    place: OfficeWorld
    tokens: dict[str, str]
    people: dict[str, UUID]

    def ask(self, who: str, method: str, path: str, json: Any = None, **headers: str) -> TestResponse:
        sent = headers | ({"Authorization": f"Bearer {self.tokens[who]}"} if who in self.tokens else {})
        return self.app.test_client().open(path, method=method, headers=sent, json=json)

    def slots(self, **query: str) -> list[dict[str, Any]]:
        answer = self.app.test_client().get(f"{MINI}/offices/{CODE}/slots", query_string={"matter": MATTER, **query})
        assert answer.status_code == 200, answer.get_json()
        return list(answer.get_json()["days"])

    def first(self, day: str = MONDAY, number: int = 0) -> str:
        (found,) = self.slots(**{"from": day, "to": day})
        return str(found["slots"][number]["id"])

    def book(self, who: str = "me", slot: str | None = None, **headers: str) -> TestResponse:
        body = {"office": CODE, "matter": MATTER, "slot_id": slot or self.first()}
        return self.ask(who, "POST", f"{MINI}/bookings", body, **headers)


@pytest.fixture
def desk(app: APIFlask, work: WorkFactory) -> Desk:
    with work() as w:
        staff = world.build(w)
        place = build_office(w)
        tokens, people = {}, {}
        for serial, who in enumerate(("me", "other", "child"), 1):
            people[who], tokens[who] = sign_in_resident(w, f"王小{serial}", f"1380000000{serial}", serial)
        staff.staff["clerk"] = world._staff(w, "clerk", "clerk", world.COUNTY)
        for name in ("clerk", "officer", "duty"):
            tokens[name] = _open_session(w, w.session.get_one(Staff, staff.staff[name]))
        w.session.flush()
        for session in w.session.scalars(select(StaffSession)):
            session.expires_at += timedelta(days=90)  # these tests last for days
    return Desk(app, place, tokens, people)


def go_to(clock: ManualClock, moment: datetime) -> None:
    clock.advance((moment - clock.now()).total_seconds())


# -- places and times


def test_offices_are_listed_with_the_nearest_first_and_the_distance(desk: Desk, work: WorkFactory) -> None:
    with work() as w:
        far = Office(code="HY02", name="另一个登记处", kind="marriage_registry", division_code=world.COUNTY,
                     address="远处", phone="02300000000",
                     longitude=106.5, latitude=29.5, checkin_secret="x")  # fmt: skip
        w.session.add(far)
        w.session.flush()
        w.session.add(OfficeMatter(office_id=far.id, matter=MATTER, pool=POOL))
    near = desk.ask("", "GET", f"{MINI}/offices?matter={MATTER}&lon=105.93&lat=29.36").get_json()["items"]
    assert [one["code"] for one in near] == [CODE, "HY02"]
    assert 1_000 < near[0]["distance_m"] < 1_200
    assert desk.ask("", "GET", f"{MINI}/offices?matter=divorce_application").get_json()["items"] == []
    assert desk.ask("", "GET", f"{MINI}/offices").get_json()["items"][0]["distance_m"] is None


def test_free_times_are_shown_by_day_in_words(desk: Desk) -> None:
    days = desk.slots()
    assert days[0]["title"] == "11月23日 周一"
    assert (days[0]["words"], days[0]["left"], len(days[0]["slots"])) == ("可约，余6个", 6, 6)
    assert days[0]["slots"][0]["time"] == "09:00–09:30"


def test_a_day_that_is_not_open_yet_says_when_it_opens(desk: Desk) -> None:
    (day,) = desk.slots(**{"from": "2026-12-23", "to": "2026-12-23"})
    assert day["words"] == "11月23日08:30 放号"
    assert {one["state"] for one in day["slots"]} == {"not_yet"}


def test_a_year_without_a_calendar_is_provisional_and_said_so(
    desk: Desk, clock: ManualClock, work: WorkFactory
) -> None:
    go_to(clock, NINE + timedelta(days=30))
    with work() as w:
        planning.publish(w, calendar_store.current(w), date(2026, 12, 23))
    (day,) = desk.slots(**{"from": "2027-01-04", "to": "2027-01-04"})
    assert day["note"] == "2027年放假安排未公布，日期可能调整"
    assert {one["state"] for one in day["slots"]} == {"provisional"}


@pytest.mark.parametrize(("last", "status"), [("2027-01-23", 200), ("2027-01-24", 422), ("2026-11-21", 422)])
def test_no_more_than_sixty_two_days_are_listed(last: str, status: int, desk: Desk) -> None:
    path = f"{MINI}/offices/{CODE}/slots?matter={MATTER}&from=2026-11-22&to={last}"
    assert desk.ask("", "GET", path).status_code == status


def test_an_unknown_matter_or_office_is_not_found(desk: Desk) -> None:
    for code, matter in ((CODE, "nothing"), ("HY99", MATTER)):
        assert desk.ask("", "GET", f"{MINI}/offices/{code}/slots?matter={matter}").status_code == 404


def test_a_list_is_made_once_for_everybody_who_asks_meanwhile() -> None:
    made: list[int] = []
    lists: Fresh[int] = Fresh(60.0)
    answers = [lists.get("a", lambda: made.append(1) or len(made)) for _ in range(5)]  # type: ignore[func-returns-value] # counts and answers
    assert (answers, len(made)) == ([1] * 5, 1)
    assert lists.get("b", lambda: 7) == 7
    never_kept: Fresh[int] = Fresh(0.0)
    assert never_kept.get("a", lambda: 1) == 1
    assert never_kept.get("a", lambda: 2) == 2


# -- booking


def test_a_resident_books_and_sees_the_next_step(desk: Desk) -> None:
    answer = desk.book()
    assert answer.status_code == 201
    body = answer.get_json()
    assert body["when"] == "11月23日 周一 09:00–09:30"
    assert body["next"] == "11月23日08:00起可在大厅扫码签到。"
    assert body["actions"] == ["cancel", "move"]
    assert body["parties"] == [{"name": "王小1", "mine": True}]
    assert desk.ask("me", "GET", f"{MINI}/bookings/{body['id']}").get_json() == body


def test_a_second_tap_with_the_same_key_gets_the_same_booking(desk: Desk, work: WorkFactory) -> None:
    key = str(uuid4())
    slot = desk.first()
    first, second = (desk.book(slot=slot, **{"Idempotency-Key": key}) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.get_json() == second.get_json()
    third = desk.book(slot=slot, **{"Idempotency-Key": str(uuid4())})
    assert third.status_code == 409
    with work() as w:
        assert len(w.session.scalars(select(Booking)).all()) == 1


def test_a_full_time_is_refused_in_words_with_the_next_step(desk: Desk) -> None:
    slot = desk.first()
    assert desk.book("me", slot).status_code == 201
    answer = desk.book("other", slot)
    assert answer.status_code == 409
    assert answer.get_json()["code"] == "booking.slot_full"
    assert answer.get_json()["detail"].endswith("加入候补名单。")


def test_marriage_is_not_booked_past_its_own_entrance(desk: Desk) -> None:
    body = {"office": CODE, "matter": "marriage_registration", "slot_id": desk.first()}
    answer = desk.ask("me", "POST", f"{MINI}/bookings", body)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "booking.other_entrance")


def test_a_companion_with_a_wrong_number_is_told_so(desk: Desk) -> None:
    companion = {"name": "李明", "id_number": "500118199005010019"}
    body = {"office": CODE, "matter": MATTER, "slot_id": desk.first(), "companions": [companion]}
    answer = desk.ask("me", "POST", f"{MINI}/bookings", body)
    assert answer.status_code == 422
    assert "校验位" in answer.get_json()["detail"]


def test_the_partner_sees_it_too_with_the_other_name_masked(desk: Desk, work: WorkFactory) -> None:
    with work() as w:
        number = w.session.get_one(Person, desk.people["other"]).id_number
    body = {"office": CODE, "matter": MATTER, "slot_id": desk.first(),
            "companions": [{"name": "王小2", "id_number": number}]}  # fmt: skip
    made = desk.ask("me", "POST", f"{MINI}/bookings", body).get_json()
    seen = desk.ask("other", "GET", f"{MINI}/bookings/{made['id']}").get_json()
    assert seen["parties"] == [{"name": "王**", "mine": False}, {"name": "王小2", "mine": True}]
    assert number not in desk.ask("other", "GET", f"{MINI}/bookings").get_data(as_text=True)


def test_somebody_elses_booking_does_not_exist(desk: Desk) -> None:
    made = desk.book().get_json()["id"]
    for method, path, body in (
        ("GET", "", None), ("POST", "/cancel", {}), ("POST", "/move", {"slot_id": desk.first()}),
        ("POST", "/check-in", {"qr": "x"}), ("GET", "/calendar.ics", None),
    ):  # fmt: skip
        assert desk.ask("other", method, f"{MINI}/bookings/{made}{path}", body).status_code == 404


def test_nothing_is_shown_to_somebody_who_is_not_signed_in(desk: Desk) -> None:
    assert desk.ask("", "GET", f"{MINI}/bookings").status_code == 401
    assert desk.ask("", "POST", f"{MINI}/bookings", {}).status_code == 401


def test_moving_and_cancelling_free_the_old_time(desk: Desk) -> None:
    made = desk.book().get_json()["id"]
    moved = desk.ask("me", "POST", f"{MINI}/bookings/{made}/move", {"slot_id": desk.first(number=2)}).get_json()
    assert moved["when"] == "11月23日 周一 10:00–10:30"
    assert desk.slots(**{"from": MONDAY, "to": MONDAY})[0]["left"] == 5
    gone = desk.ask("me", "POST", f"{MINI}/bookings/{made}/cancel", {"reason": "改天"}).get_json()
    assert (gone["state"], gone["actions"], gone["next"]) == ("cancelled", [], "需要时请重新预约。")
    again = desk.ask("me", "POST", f"{MINI}/bookings/{made}/cancel", {})
    assert (again.status_code, again.get_json()["code"]) == (409, "booking.settled")


def test_bookings_are_paged_by_a_cursor(desk: Desk, work: WorkFactory) -> None:
    ids = []
    for number in range(3):
        made = desk.book(slot=desk.first(number=number)).get_json()["id"]
        desk.ask("me", "POST", f"{MINI}/bookings/{made}/cancel", {})
        ids.append(made)
    first = desk.ask("me", "GET", f"{MINI}/bookings?limit=2").get_json()
    rest = desk.ask("me", "GET", f"{MINI}/bookings?limit=2&cursor={first['next']}").get_json()
    assert [one["id"] for one in first["items"] + rest["items"]] == ids[::-1]
    assert rest["next"] is None
    assert desk.ask("me", "GET", f"{MINI}/bookings?cursor=nonsense").status_code == 422


def test_the_calendar_file_is_one(desk: Desk) -> None:
    made = desk.book().get_json()
    answer = desk.ask("me", "GET", f"{MINI}/bookings/{made['id']}/calendar.ics")
    assert answer.content_type.startswith("text/calendar")
    assert made["number"] in str(Calendar.from_ical(answer.data).walk("VEVENT")[0]["description"])


# -- acting for somebody


def test_a_daughter_books_for_her_mother_and_the_trail_says_so(desk: Desk, work: WorkFactory) -> None:
    mother, daughter = desk.people["me"], desk.people["other"]
    with work() as w:
        row = w.session.get_one(Person, mother)
        w.session.add(
            Proxy(principal_id=mother, agent_id=daughter, kind="relative", relation="child", scopes=["booking"],
                  state="active", requested_at=w.now, consented_at=w.now, days=30,
                  valid_until=w.now + timedelta(days=30),
                  principal_index=row.id_index, principal_name=row.name)
        )  # fmt: skip
    acting = {"X-Acting-For": str(mother)}
    made = desk.book("other", **acting)
    assert made.status_code == 201
    assert made.get_json()["parties"] == [{"name": "王小1", "mine": True}]
    assert desk.ask("other", "GET", f"{MINI}/bookings").get_json()["items"] == []
    with work() as w:
        act = w.session.scalars(select(ProxyAct)).one()
        assert (act.principal_id, act.agent_id, act.action) == (mother, daughter, "booking.book")
    assert desk.book("child", **acting).status_code == 403


# -- the waiting list


def test_waiting_being_offered_and_taking_it(desk: Desk, work: WorkFactory) -> None:
    with work() as w:
        for slot in w.session.scalars(select(Slot).where(Slot.day == date(2026, 11, 23), Slot.starts_at > NINE)):
            slot.capacity = 0
    made = desk.book("me").get_json()["id"]
    joined = desk.ask("other", "POST", f"{MINI}/waiting", {"office": CODE, "matter": MATTER, "day": MONDAY})
    assert (joined.status_code, joined.get_json()["words"]) == (201, "排在第1位，有空位会通知您。")
    desk.ask("me", "POST", f"{MINI}/bookings/{made}/cancel", {})
    (offer,) = desk.ask("other", "GET", f"{MINI}/waiting").get_json()["items"]
    assert offer["words"] == "11月23日09:00有空位，为您保留到11月22日11:00，请确认。"
    taken = desk.ask("other", "POST", f"{MINI}/waiting/{offer['id']}/take")
    assert (taken.status_code, taken.get_json()["state"]) == (201, "booked")
    assert desk.ask("me", "POST", f"{MINI}/waiting/{offer['id']}/leave").status_code == 404
    assert waiting.sweep() == 0


def test_leaving_the_waiting_list(desk: Desk, work: WorkFactory) -> None:
    with work() as w:
        for slot in w.session.scalars(select(Slot).where(Slot.day == date(2026, 11, 23))):
            slot.capacity = 0
    body = {"office": CODE, "matter": MATTER, "day": MONDAY}
    entry = desk.ask("me", "POST", f"{MINI}/waiting", body).get_json()["id"]
    assert desk.ask("me", "POST", f"{MINI}/waiting/{entry}/leave").get_json()["words"] == "您已退出候补。"
    assert desk.ask("me", "GET", f"{MINI}/waiting").get_json()["items"] == []


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

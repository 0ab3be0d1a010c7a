"""Appointments on residents' phones, by real requests."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from apiflask import APIFlask
from icalendar import Calendar
from sqlalchemy import select

from backend.booking import planning, waiting
from backend.booking.models import Booking, Office, OfficeMatter, Slot
from backend.core import calendar_store
from backend.core.clock import ManualClock
from backend.core.fresh import Fresh
from backend.residents.models import Person, Proxy, ProxyAct
from tests.conftest import WorkFactory
from tests.support import world
from tests.support.booking_desk import MINI, MONDAY, NINE, Desk, build_desk, go_to
from tests.support.offices import CODE, MATTER, POOL


@pytest.fixture
def desk(app: APIFlask, work: WorkFactory) -> Desk:
    with work() as w:
        return build_desk(app, w)


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

"""The registry on the phone: the pre-check for anybody, and bookings for those who are known."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from backend.booking.models import Booking
from backend.guides.items import forbidden
from backend.marriage.models import Ceremony, Counselling
from tests.conftest import WorkFactory
from tests.support.registry import HERE, THERE, Registry
from tests.support.registry_phone import BORN, PARTNER, body, bookings, slot
from tests.support.residents import id_number

Ask = Callable[..., TestResponse]
AGREEMENT = {"will": True, "children": True, "assets": True, "debts": True, "outline": "房子归女方"}


# -- open to anybody


def test_every_matter_says_who_comes_and_what_to_bring_never_a_household_book_and_never_a_fee(ask: Ask) -> None:
    found = ask("GET", "/matters", None).get_json()["items"]
    assert len(found) == 10
    assert {one["fee"] for one in found} == {0}
    assert all(one["who"] and one["bring"] and one["next"] for one in found)
    assert [paper for one in found for paper in one["bring"] if forbidden(paper)] == []


def pre_check(ask: Ask, man: str, woman: str, **more: Any) -> TestResponse:
    people = [{"sex": "male", "birth_date": man}, {"sex": "female", "birth_date": woman}]
    return ask("POST", "/pre-check", None, {"matter": "marriage_registration", "people": people} | more)


def test_anybody_can_try_the_pre_check_without_a_name(ask: Ask) -> None:
    answer = pre_check(ask, "2004-01-16", "2006-01-16").get_json()
    assert (answer["ok"], answer["reasons"], answer["right_office"]) == (True, [], None)
    assert answer["who"] == "双方本人一起来，不能代办"


def test_the_pre_check_gives_every_reason_with_its_article(ask: Ask) -> None:
    answer = pre_check(ask, "2004-01-17", "2006-01-16", declared={"relation": "cousins"}).get_json()
    assert {reason["code"]: reason["article"] for reason in answer["reasons"]} == {
        "under_age": "民法典第1047条", "kin": "民法典第1048条",
    }  # fmt: skip
    assert answer["words"].startswith("男方到2026年1月16日还没有满22周岁")


@pytest.mark.parametrize(
    ("man", "more"),
    [("2004-02-30", {}), ("2026-01-17", {}), ("1899-12-31", {}), ("2000-01-01", {"day": "2026-01-15"}),
     ("2000-01-01", {"day": "2029-01-01"}), ("2000-01-01", {"day": "2026-02-29"}),
     ("2000-01-01", {"matter": "adoption"}), ("2000-01-01", {"people": []})],
)  # fmt: skip
def test_impossible_dates_and_matters_are_clear_errors(ask: Ask, man: str, more: dict[str, Any]) -> None:
    answer = pre_check(ask, man, "2000-01-01", **more)
    assert answer.status_code == 422
    assert answer.get_json()["code"] == "bad_input"


def test_somebody_born_on_29_february_is_of_age_on_the_first_of_march(ask: Ask) -> None:
    assert not pre_check(ask, "2004-02-29", "2000-01-01", day="2026-02-28").get_json()["ok"]
    assert pre_check(ask, "2004-02-29", "2000-01-01", day="2026-03-01").get_json()["ok"]


def test_a_foreign_partner_is_shown_the_right_kind_of_office(ask: Ask) -> None:
    people = [
        {"sex": "male", "birth_date": "1990-01-01"},
        {"sex": "female", "birth_date": "1990-01-01", "region": "foreign"},
    ]
    answer = pre_check(ask, "", "", people=people).get_json()
    assert answer["right_office"] == "foreign_marriage"


# -- booking


def test_a_couple_books_and_the_answer_says_where_when_and_what_to_bring(
    ask: Ask, work: WorkFactory, here: Registry
) -> None:
    answer = ask("POST", "/bookings", json=body(slot(work, here, date(2026, 1, 20))))
    assert answer.status_code == 201, answer.get_json()
    found = answer.get_json()
    assert found["words"] == "已约好1月20日10:00到示范县婚姻登记处（hunyin），请双方本人一起来，不能代办。"
    assert found["title"] == "结婚登记"
    assert not any("户口" in paper for paper in found["bring"])


def test_a_double_tap_books_once_and_gives_the_same_answer(ask: Ask, work: WorkFactory, here: Registry) -> None:
    wanted = body(slot(work, here, date(2026, 1, 20)))
    key = {"Idempotency-Key": "double-tap-1"}
    first, second = (ask("POST", "/bookings", json=wanted, **key) for _ in range(2))
    assert (first.status_code, first.get_json()) == (second.status_code, second.get_json())
    assert bookings(work) == 1


def test_two_partners_who_book_at_once_have_one_booking(ask: Ask, work: WorkFactory, here: Registry) -> None:
    when = slot(work, here, date(2026, 1, 20))
    his = {"name": "陈明", "id_number": id_number(BORN, 1)}
    assert ask("POST", "/bookings", "man", body(when)).status_code == 201
    answer = ask("POST", "/bookings", "woman", body(when) | {"partner": his})
    assert (answer.status_code, answer.get_json()["code"]) == (409, "booking.already_booked")
    assert bookings(work) == 1


def test_a_couple_booked_elsewhere_is_told_so(ask: Ask, work: WorkFactory, here: Registry) -> None:
    assert ask("POST", "/bookings", json=body(slot(work, here, date(2026, 1, 20)))).status_code == 201
    other = body(slot(work, here, date(2026, 1, 21), office=THERE), office=THERE)
    assert ask("POST", "/bookings", json=other).get_json()["code"] == "booking.already_booked"


def test_what_the_law_forbids_is_refused_before_a_place_is_taken(ask: Ask, work: WorkFactory, here: Registry) -> None:
    wanted = body(slot(work, here, date(2026, 1, 20)), declared={"relation": "uncle_niece"})
    answer = ask("POST", "/bookings", json=wanted)
    found = answer.get_json()
    assert (answer.status_code, found["code"]) == (422, "marriage.not_possible")
    assert [(one["code"], one["article"]) for one in found["reasons"]] == [("kin", "民法典第1048条")]
    assert "叔伯姑舅姨" in found["detail"]
    assert bookings(work) == 0


def test_age_counts_on_the_day_of_the_visit_and_moves_cannot_undo_it(
    ask: Ask, work: WorkFactory, here: Registry
) -> None:
    young = {"name": "林小芳", "id_number": id_number(date(2006, 1, 20), 2)}
    early, right = (slot(work, here, date(2026, 1, day)) for day in (19, 20))
    assert ask("POST", "/bookings", json=body(early) | {"partner": young}).get_json()["code"] == "marriage.not_possible"
    assert ask("POST", "/bookings", json=body(right) | {"partner": young}).status_code == 201
    with work() as w:
        assert w.session.scalars(select(Booking)).one().earliest == date(2026, 1, 20)


@pytest.mark.parametrize(
    ("number", "why"), [("500118199001010010", "校验位"), ("500118200302290000", "校验位"), ("50011819900101", "18 位")]
)
def test_a_wrong_number_of_the_partner_is_a_clear_error(
    ask: Ask, work: WorkFactory, here: Registry, number: str, why: str
) -> None:
    wanted = body(slot(work, here, date(2026, 1, 20))) | {"partner": PARTNER | {"id_number": number}}
    answer = ask("POST", "/bookings", json=wanted)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "bad_input")
    assert why in answer.get_json()["detail"]
    assert bookings(work) == 0


def test_nobody_marries_themself_or_alone(ask: Ask, work: WorkFactory, here: Registry) -> None:
    when = slot(work, here, date(2026, 1, 20))
    myself = ask("POST", "/bookings", json=body(when) | {"partner": {"name": "陈明", "id_number": id_number(BORN, 1)}})
    alone = ask("POST", "/bookings", json={key: value for key, value in body(when).items() if key != "partner"})
    assert {myself.status_code, alone.status_code} == {422}
    assert bookings(work) == 0


def test_a_divorce_application_needs_a_complete_agreement_and_keeps_it_sealed(
    ask: Ask, work: WorkFactory, here: Registry
) -> None:
    when = slot(work, here, date(2026, 1, 20))
    half = body(when, "divorce_application", declared={"agreement": AGREEMENT | {"debts": False}})
    found = ask("POST", "/bookings", json=half).get_json()
    assert found["reasons"][0]["words"].startswith("离婚协议还没有写明：债务处理")
    assert ask("POST", "/bookings", json=body(when, "divorce_application")).status_code == 422
    whole = body(when, "divorce_application", declared={"agreement": AGREEMENT})
    assert ask("POST", "/bookings", json=whole).status_code == 201
    with work() as w:
        raw = w.session.connection().exec_driver_sql("SELECT details FROM booking").scalar_one()
        assert "房子".encode() not in bytes(raw)
        assert "房子归女方" in str(w.session.scalars(select(Booking)).one().details)


# -- counselling, ceremonies


def test_counselling_needs_a_topic_and_consent_and_keeps_both(ask: Ask, work: WorkFactory, here: Registry) -> None:
    when = slot(work, here, date(2026, 1, 20))
    wanted = body(when, "family_counselling", service={"topic": "communication"})
    del wanted["partner"]
    assert ask("POST", "/bookings", json=wanted).get_json()["code"] == "marriage.consent_needed"
    assert ask("POST", "/bookings", json=wanted | {"service": {"consent": True}}).get_json()["code"] == "bad_input"
    given = wanted | {"service": {"topic": "communication", "consent": True}}
    assert ask("POST", "/bookings", json=given).status_code == 201
    with work() as w:
        row = w.session.scalars(select(Counselling)).one()
        assert (row.topic, row.state, row.notes) == ("communication", "planned", None)


@pytest.mark.parametrize(("guests", "status"), [(-1, 422), (0, 201), (200, 201), (201, 422)])
def test_a_ceremony_takes_up_to_two_hundred_guests(
    ask: Ask, work: WorkFactory, here: Registry, guests: int, status: int
) -> None:
    wanted = body(
        slot(work, here, date(2026, 1, 20)), "award_ceremony", service={"guests": guests, "wishes": "请用方言主持"}
    )
    assert ask("POST", "/bookings", json=wanted).status_code == status
    with work() as w:
        found = w.session.scalars(select(Ceremony)).all()
        assert [(one.guests, one.wishes) for one in found] == ([(guests, "请用方言主持")] if status == 201 else [])


@pytest.mark.parametrize("query", ["first=9999-12-31", "first=0001-01-01"])
def test_a_day_beyond_any_plan_shows_no_times_or_those_from_today(
    ask: Ask, work: WorkFactory, here: Registry, query: str
) -> None:
    slot(work, here, date(2026, 1, 20))
    answer = ask("GET", f"/slots?matter=marriage_registration&office={HERE}&{query}")
    assert answer.status_code == 200
    assert len(answer.get_json()["items"]) == (0 if "9999" in query else 1)


@pytest.mark.parametrize("office", ["no-such-office", "a%00b", "%E5%8A%9E"])
def test_an_office_that_is_none_is_a_clear_error(ask: Ask, office: str) -> None:
    answer = ask("GET", f"/slots?matter=marriage_registration&office={office}")
    assert answer.status_code in (404, 422)
    assert answer.get_json()["detail"].endswith("。")

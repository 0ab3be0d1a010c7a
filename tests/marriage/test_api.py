"""The registry on the phone: the pre-check for anybody, bookings and one's own matters for those who are known."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from backend.booking.models import Booking
from backend.core.clock import CHINA, ManualClock
from backend.core.db import unit_of_work
from backend.guides.items import forbidden
from backend.marriage import service
from backend.marriage.models import Ceremony, Counselling, Divorce
from backend.residents.models import Person
from tests.conftest import WorkFactory
from tests.support import registry
from tests.support.front_desk import sign_in
from tests.support.registry import HERE, THERE, Registry, check, registered, someone
from tests.support.residents import id_number, person

BORN = date(1990, 1, 1)
AGREEMENT = {"will": True, "children": True, "assets": True, "debts": True, "outline": "房子归女方"}
Ask = Callable[..., TestResponse]


@pytest.fixture
def here(work: WorkFactory, clock: ManualClock) -> Registry:
    clock._now = datetime(2026, 1, 16, 9, tzinfo=CHINA)
    with work() as w:
        return registry.build(w)


@pytest.fixture
def couple(work: WorkFactory, here: Registry) -> dict[str, UUID]:
    """陈明 and 林芳, both of the register."""
    with work() as w:
        return {"man": person(w, "陈明", BORN, serial=1), "woman": person(w, "林芳", BORN, serial=2)}


@pytest.fixture
def ask(app: APIFlask, work: WorkFactory, couple: dict[str, UUID]) -> Ask:
    """Ask as one of the two, or as nobody."""
    with work() as w:
        tokens = {name: sign_in(w, person_id) for name, person_id in couple.items()}

    def send(method: str, path: str, who: str | None = "man", json: Any = None, **headers: str) -> TestResponse:
        sent = dict(headers) | ({"Authorization": f"Bearer {tokens[who]}"} if who else {})
        return app.test_client().open(f"/api/v1/mini/marriage{path}", method=method, json=json, headers=sent)

    return send


PARTNER = {"name": "林芳", "id_kind": "resident_id", "id_number": id_number(BORN, 2)}


def body(slot: UUID, matter: str = "marriage_registration", office: str = HERE, **more: Any) -> dict[str, Any]:
    return {"matter": matter, "office": office, "slot": str(slot), "partner": PARTNER} | more


def slot(work: WorkFactory, here: Registry, day: date, hour: int = 10, office: str = HERE) -> UUID:
    with work() as w:
        return registry.slot(w, here, day, hour, office)


def bookings(work: WorkFactory) -> int:
    with work() as w:
        return w.session.scalar(select(func.count()).select_from(Booking)) or 0


def apply_for_divorce(work: WorkFactory, here: Registry, couple: dict[str, UUID]) -> UUID:
    with work() as w:
        people = (someone(w, "陈明", 1, person_id=couple["man"]), someone(w, "林芳", 2, person_id=couple["woman"]))
        case = registered(w, here.viewer(), "divorce_application", people)
        assert case.divorce_id is not None
        return case.divorce_id


def move_to(clock: ManualClock, *when: int) -> None:
    clock._now = datetime(*when, tzinfo=CHINA)  # type: ignore[arg-type, misc] # year, month, day, hour


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


# -- the second step of a divorce


def test_only_days_inside_the_window_are_offered_for_the_certificate(
    ask: Ask, work: WorkFactory, here: Registry, couple: dict[str, UUID], clock: ManualClock
) -> None:
    apply_for_divorce(work, here, couple)
    days = [date(2026, 2, 24), date(2026, 2, 25), date(2026, 3, 26), date(2026, 3, 27)]
    times = {day: slot(work, here, day) for day in days}
    found = ask("GET", f"/slots?matter=divorce_certificate&office={HERE}").get_json()
    assert [one["day"] for one in found["items"]] == ["2026-02-25", "2026-03-26"]
    assert (found["first"], found["last"]) == ("2026-02-25", "2026-03-26")
    answers = [ask("POST", "/bookings", json=body(times[day], "divorce_certificate")).get_json() for day in days]
    assert [answer.get("code", "booked") for answer in answers] == [
        "marriage.not_possible", "booked", "booking.already_booked", "marriage.not_possible",
    ]  # fmt: skip
    assert answers[0]["reasons"][0]["code"] == "still_cooling"
    assert answers[3]["reasons"][0]["code"] == "window_over"


def test_the_certificate_cannot_be_booked_at_another_office(
    ask: Ask, work: WorkFactory, here: Registry, couple: dict[str, UUID]
) -> None:
    apply_for_divorce(work, here, couple)
    when = slot(work, here, date(2026, 3, 2), office=THERE)
    answers = [
        ask("GET", f"/slots?matter=divorce_certificate&office={THERE}"),
        ask("POST", "/bookings", json=body(when, "divorce_certificate", THERE)),
    ]
    assert [answer.get_json()["reasons"][0]["code"] for answer in answers] == ["other_office", "other_office"]


def test_without_an_application_there_is_nothing_to_fetch_or_to_withdraw(
    ask: Ask, work: WorkFactory, here: Registry
) -> None:
    for matter in ("divorce_certificate", "divorce_withdrawal"):
        answer = ask("GET", f"/slots?matter={matter}&office={HERE}")
        assert answer.get_json()["reasons"][0]["code"] == "no_application"


def test_the_other_matters_offer_any_day(ask: Ask, work: WorkFactory, here: Registry) -> None:
    slot(work, here, date(2026, 1, 20))
    found = ask("GET", f"/slots?matter=marriage_registration&office={HERE}").get_json()
    assert [one["day"] for one in found["items"]] == ["2026-01-20"]
    assert (found["first"], found["last"]) == (None, None)


def test_either_sees_both_periods_and_how_to_withdraw_in_person(
    ask: Ask, work: WorkFactory, here: Registry, couple: dict[str, UUID], clock: ManualClock
) -> None:
    divorce_id = apply_for_divorce(work, here, couple)
    slot(work, here, date(2026, 2, 24)), slot(work, here, date(2026, 2, 25))
    shown = ask("GET", "/cases", "woman").get_json()
    mine = shown["divorces"][0]
    assert (mine["phase"], mine["withdraw_until"], mine["certificate_from"], mine["certificate_until"]) == (
        "cooling", "2026-02-24", "2026-02-25", "2026-03-26",
    )  # fmt: skip
    assert (mine["moved"], mine["provisional"]) == (True, False)
    assert shown["cases"][0]["state_zh"] == "已办好"
    how = ask("GET", f"/divorces/{divorce_id}/withdrawal", "woman").get_json()
    assert how["possible"]
    assert "到2月24日下班前" in how["words"]
    assert [one["day"] for one in how["slots"]] == ["2026-02-24"]
    move_to(clock, 2026, 2, 25, 9)
    late = ask("GET", f"/divorces/{divorce_id}/withdrawal", "woman").get_json()
    assert (late["possible"], late["slots"]) == (False, [])


def test_one_of_the_two_books_the_withdrawal_alone(
    ask: Ask, work: WorkFactory, here: Registry, couple: dict[str, UUID]
) -> None:
    apply_for_divorce(work, here, couple)
    wanted = body(slot(work, here, date(2026, 2, 24)), "divorce_withdrawal")
    del wanted["partner"]
    assert ask("POST", "/bookings", "woman", wanted).status_code == 201


def test_provisional_dates_are_said_to_be_so(
    app: APIFlask, work: WorkFactory, here: Registry, couple: dict[str, UUID], clock: ManualClock
) -> None:
    move_to(clock, 2026, 11, 2, 9)
    apply_for_divorce(work, here, couple)
    with work() as w:
        headers = {"Authorization": f"Bearer {sign_in(w, couple['man'])}"}
    shown = app.test_client().get("/api/v1/mini/marriage/cases", headers=headers).get_json()["divorces"][0]
    assert (shown["provisional"], shown["certificate_until"]) == (True, "2027-01-04")


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


# -- whose is whose


def test_somebody_elses_application_is_not_found(
    ask: Ask, app: APIFlask, work: WorkFactory, here: Registry, couple: dict[str, UUID]
) -> None:
    divorce_id = apply_for_divorce(work, here, couple)
    with work() as w:
        stranger = sign_in(w, person(w, "周强", date(1980, 5, 5), serial=3))
    client, header = app.test_client(), {"Authorization": f"Bearer {stranger}"}
    path = f"/api/v1/mini/marriage/divorces/{divorce_id}/withdrawal"
    assert client.get(path, headers=header).status_code == 404
    assert client.get("/api/v1/mini/marriage/cases", headers=header).get_json() == {"cases": [], "divorces": []}
    assert ask("GET", f"/divorces/{uuid4()}/withdrawal").status_code == 404
    assert ask("GET", "/divorces/nonsense/withdrawal").status_code == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/slots?matter=marriage_registration&office=hunyin"), ("POST", "/bookings"), ("GET", "/cases")],
)
def test_without_a_token_and_with_a_stolen_one_that_was_revoked_there_is_nothing(
    ask: Ask, app: APIFlask, method: str, path: str
) -> None:
    assert ask(method, path, None, json={} if method == "POST" else None).status_code == 401
    headers = {"Authorization": "Bearer stolen-and-revoked"}
    answer = app.test_client().open(f"/api/v1/mini/marriage{path}", method=method, headers=headers)
    assert answer.status_code == 401


def test_an_account_that_has_not_proved_its_name_cannot_book(app: APIFlask, work: WorkFactory, here: Registry) -> None:
    with work() as w:
        token = sign_in(w, None)
    wanted = body(slot(work, here, date(2026, 1, 20)))
    answer = app.test_client().post(
        "/api/v1/mini/marriage/bookings", json=wanted, headers={"Authorization": f"Bearer {token}"}
    )
    assert (answer.status_code, answer.get_json()["code"]) == (403, "residents.needs_real_name")


def test_a_frozen_case_looks_to_the_people_like_one_in_progress(
    ask: Ask, work: WorkFactory, here: Registry, couple: dict[str, UUID]
) -> None:
    who = here.viewer()
    with work() as w:
        people = (someone(w, "陈明", 1, person_id=couple["man"]), someone(w, "林芳", 2, person_id=couple["woman"]))
        case = check(w, who, registry.walk_in(w, who, "marriage_registration", people))
        service.freeze(w, who, case.id, "coercion", "女方哭泣")
    found = ask("GET", "/cases").get_json()["cases"][0]
    assert (found["state"], found["state_zh"]) == ("open", "正在办理")
    assert "冻结" not in str(found)


# -- the whole way


def test_the_story_of_a_couple_from_the_phone_to_the_certificate(
    ask: Ask, work: WorkFactory, here: Registry, clock: ManualClock
) -> None:
    made = ask("POST", "/bookings", json=body(slot(work, here, date(2026, 1, 20)))).get_json()
    clock.advance(timedelta(days=4, minutes=50).total_seconds())
    who = here.viewer()
    with unit_of_work(who.actor) as w:
        case = service.open_from_booking(w, who, UUID(made["id"]))
        for party in case.parties:
            service.note_presence(w, who, case.id, party.position, present=True, identity_seen=True, statement=True)
        check(w, who, case)
        service.register(w, who, case.id)
    shown = ask("GET", "/cases", "woman").get_json()["cases"][0]
    assert (shown["state"], shown["title"]) == ("registered", "结婚登记")
    assert shown["certificate_number"].startswith("J500118-2026-000001-")
    with work() as w:
        assert w.session.scalar(select(func.count()).select_from(Divorce)) == 0
        assert w.session.scalar(select(func.count()).select_from(Person)) == 2

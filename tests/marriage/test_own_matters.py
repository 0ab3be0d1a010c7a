"""One's own matters on the phone: the second step of a divorce, and nobody else's papers."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from backend.core.clock import CHINA, ManualClock
from backend.core.db import unit_of_work
from backend.marriage import service
from backend.marriage.models import Divorce
from backend.residents.models import Person
from tests.conftest import WorkFactory
from tests.support import registry
from tests.support.front_desk import sign_in
from tests.support.registry import HERE, THERE, Registry, check, someone
from tests.support.registry_phone import apply_for_divorce, body, slot
from tests.support.residents import person

Ask = Callable[..., TestResponse]


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
    clock._now = datetime(2026, 2, 25, 9, tzinfo=CHINA)
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
    clock._now = datetime(2026, 11, 2, 9, tzinfo=CHINA)
    apply_for_divorce(work, here, couple)
    with work() as w:
        headers = {"Authorization": f"Bearer {sign_in(w, couple['man'])}"}
    shown = app.test_client().get("/api/v1/mini/marriage/cases", headers=headers).get_json()["divorces"][0]
    assert (shown["provisional"], shown["certificate_until"]) == (True, "2027-01-04")


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

"""The waiting list of the registry: the law first, then the queue; a place that falls free becomes an appointment."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from backend.booking import service as appointments
from backend.booking import waiting
from backend.booking.models import Booking, Slot, WaitEntry
from backend.marriage.sealed import Sealed
from tests.conftest import WorkFactory
from tests.marriage.conftest import Ask
from tests.support import registry
from tests.support.registry import HERE, Registry
from tests.support.registry_phone import PARTNER, slot
from tests.support.residents import id_number

DAY = date(2026, 1, 20)


def wanted(matter: str = "marriage_registration", **more: Any) -> dict[str, Any]:
    return {"matter": matter, "office": HERE, "day": DAY.isoformat(), "partner": PARTNER} | more


@pytest.fixture
def full(work: WorkFactory, here: Registry) -> Any:
    """The only place of the day is another couple's; their booking."""
    slot_id = slot(work, here, DAY)
    with work() as w:
        w.session.execute(update(Slot).where(Slot.id == slot_id).values(capacity=1))
        parties = [appointments.Party(one.name, one.id_kind, one.id_number) for one in registry.couple(w, 5)]
        made = appointments.book(
            w, office_code=HERE, matter="marriage_registration", slot_id=slot_id, parties=parties, by=None,
            staff=here.viewer(),
        )  # fmt: skip
        return made.id


def test_a_couple_waits_and_the_freed_place_becomes_their_appointment_with_what_they_declared(
    ask: Ask, work: WorkFactory, here: Registry, full: Any, couple: dict[str, UUID]
) -> None:
    answer = ask("POST", "/waiting", json=wanted())
    assert (answer.status_code, answer.get_json()["position"]) == (201, 1), answer.get_json()
    with work() as w:
        appointments.cancel(w, full, staff=here.viewer(), reason="改天再来")
    with work() as w:
        waiting.take(w, UUID(answer.get_json()["id"]), by=couple["man"])
    with work() as w:
        mine = w.session.scalars(select(Booking).where(Booking.state == "booked")).one()
        assert len(Sealed.model_validate(appointments.details_of(mine)).people) == 2


def test_a_double_tap_waits_once(ask: Ask, work: WorkFactory, full: Any) -> None:
    key = {"Idempotency-Key": "double-tap-1"}
    first, second = (ask("POST", "/waiting", json=wanted(), **key) for _ in range(2))
    assert first.get_json() == second.get_json()
    assert ask("POST", "/waiting", json=wanted()).get_json()["code"] == "booking.already_waiting"
    with work() as w:
        assert len(w.session.scalars(select(WaitEntry)).all()) == 1


def test_who_may_not_marry_on_the_day_does_not_wait_for_it(ask: Ask, full: Any) -> None:
    child = {"name": "林芳", "id_number": id_number(date(2006, 1, 21), 2)}
    answer = ask("POST", "/waiting", json=wanted(partner=child)).get_json()
    assert answer["code"] == "marriage.not_possible"
    assert [one["code"] for one in answer["reasons"]] == ["under_age"]


def test_a_day_with_places_or_without_hours_has_no_list(ask: Ask, work: WorkFactory, here: Registry) -> None:
    assert ask("POST", "/waiting", json=wanted()).get_json()["code"] == "booking.no_waiting_list"
    slot(work, here, DAY)
    assert ask("POST", "/waiting", json=wanted()).get_json()["code"] == "booking.places_left"


def test_what_keeps_something_beside_the_appointment_has_no_list(ask: Ask, work: WorkFactory, full: Any) -> None:
    answer = ask("POST", "/waiting", json=wanted("award_ceremony"))
    assert answer.get_json()["code"] == "booking.no_waiting_list"

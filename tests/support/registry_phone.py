"""What a couple sends from the phone, and what the registry then holds."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from backend.booking.models import Booking
from tests.conftest import WorkFactory
from tests.support import registry
from tests.support.registry import HERE, Registry, registered, someone
from tests.support.residents import id_number

BORN = date(1990, 1, 1)
PARTNER = {"name": "林芳", "id_kind": "resident_id", "id_number": id_number(BORN, 2)}


def body(slot_id: UUID, matter: str = "marriage_registration", office: str = HERE, **more: Any) -> dict[str, Any]:
    """A booking of 陈明 with 林芳."""
    return {"matter": matter, "office": office, "slot_id": str(slot_id), "partner": PARTNER} | more


def slot(work: WorkFactory, here: Registry, day: date, hour: int = 10, office: str = HERE) -> UUID:
    with work() as w:
        return registry.slot(w, here, day, hour, office)


def bookings(work: WorkFactory) -> int:
    with work() as w:
        return w.session.scalar(select(func.count()).select_from(Booking)) or 0


def apply_for_divorce(work: WorkFactory, here: Registry, couple: dict[str, UUID]) -> UUID:
    """Both have applied at the desk today; the application's id."""
    with work() as w:
        people = (someone(w, "陈明", 1, person_id=couple["man"]), someone(w, "林芳", 2, person_id=couple["woman"]))
        case = registered(w, here.viewer(), "divorce_application", people)
        assert case.divorce_id is not None
        return case.divorce_id

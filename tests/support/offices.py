"""An office that takes appointments, with its slots published, and people who have booked there."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from backend.booking import planning, service
from backend.booking.models import Booking, Office, OfficeMatter, Slot, WeeklyPlan, Window
from backend.booking.parties import Party
from backend.core import calendar_store
from backend.core.clock import local
from backend.core.db import Work
from backend.core.ids import new_id
from tests.support.residents import id_number
from tests.support.world import COUNTY

CODE, POOL, MATTER = "HY01", "consult", "assistance_consultation"
WEDDINGS = "marriage"


@dataclass(frozen=True, slots=True)
class OfficeWorld:
    """Ids of what was built; ``windows`` in the order of their labels."""

    office: UUID
    windows: tuple[UUID, ...]


def build_office(
    work: Work, *, windows: int = 2, on_site: int = 1, quota: int | None = None, division: str = COUNTY
) -> OfficeWorld:
    """An office open from Monday to Friday, 9 to 12 in half hours, at the county that ``world.build`` made."""
    office = Office(
        id=new_id(), code=CODE, name="示范县婚姻登记处", kind="marriage_registry", division_code=division,
        address="示范县人民路8号", phone="02345678900",
        longitude=105.93, latitude=29.35, directions="公交3路到县政府站",
        traits=["nationwide"], checkin_secret="a secret of the poster",
    )  # fmt: skip
    work.session.add(office)
    work.session.flush()
    for matter, pool in ((MATTER, POOL), ("marriage_registration", WEDDINGS)):
        work.session.add(OfficeMatter(office_id=office.id, matter=matter, pool=pool, quota=quota, closes_at=1440))
        work.session.flush()
    counters = [Window(id=new_id(), office_id=office.id, pool=POOL, label=f"{n}号窗口") for n in range(1, windows + 1)]
    work.session.add_all(counters)
    for pool in (POOL, WEDDINGS):
        work.session.add_all(_plan(office.id, pool, weekday, windows, on_site) for weekday in range(5))
    work.session.flush()
    planning.publish(work, calendar_store.current(work), local(work.now).date())
    return OfficeWorld(office.id, tuple(one.id for one in counters))


def _plan(office_id: UUID, pool: str, weekday: int, windows: int, on_site: int) -> WeeklyPlan:
    return WeeklyPlan(
        office_id=office_id, pool=pool, weekday=weekday, starts=540, ends=720, slot_minutes=30, windows=windows,
        on_site=on_site, valid_from=date(2026, 1, 1),
    )  # fmt: skip


def slot_at(work: Work, moment: datetime, pool: str = POOL) -> UUID:
    """The slot that begins at this moment."""
    found = work.session.scalars(select(Slot.id).where(Slot.pool == pool, Slot.starts_at == moment)).one()
    return UUID(str(found))


def somebody(serial: int = 1, born: date = date(1990, 5, 1), phone: str | None = "13800000001") -> Party:
    """One person, told apart by ``serial``."""
    return Party(f"王小{serial}", "resident_id", id_number(born, serial), phone)


def booked(work: Work, moment: datetime, *parties: Party, by: UUID | None = None) -> Booking:
    """An appointment for a consultation at this moment."""
    return service.book(
        work, office_code=CODE, matter=MATTER, slot_id=slot_at(work, moment), parties=parties or [somebody()], by=by
    )

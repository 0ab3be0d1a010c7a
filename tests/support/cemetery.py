"""A cemetery with one zone whose visits are booked: three times a day on Monday, Tuesday and Wednesday."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from backend.booking import planning
from backend.booking.models import Office, OfficeMatter, Slot, WeeklyPlan
from backend.core import calendar_store
from backend.core.clock import local
from backend.core.db import Work
from backend.core.ids import new_id
from backend.memorial import cemeteries, grave_visits
from backend.memorial.burial_models import Plot
from backend.memorial.cemeteries import NewCemetery
from backend.people.models import Staff, StaffRole
from backend.people.rules import Grant
from backend.people.service import Viewer
from tests.conftest import WorkFactory
from tests.support.residents import person
from tests.support.world import COUNTY

CODE, OFFICE, ZONE = "SP", "SPJS", "松柏区"
MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


@dataclass
class Ground:
    """The cemetery; the county's clerk and officer; the plots in the order of their numbers."""

    clerk: Viewer
    officer: Viewer
    plots: tuple[UUID, ...]


def build_ground(work: Work, *, capacity: int = 10, kept: int = 0, plots: int = 3) -> Ground:
    """At the county that ``world.build`` made. Booking opens 7 days ahead and closes at 17:00 of the day before."""
    clerk, officer = _staff(work, "ground_clerk", "clerk"), _staff(work, "ground_officer", "officer")
    office = Office(
        id=new_id(), code=OFFICE, name="寺坪陵园", kind="cemetery", division_code=COUNTY, address="寺坪路1号",
        phone="02345670000", checkin_secret="secret",
    )  # fmt: skip
    work.session.add(office)
    work.session.flush()
    work.session.add(
        OfficeMatter(
            office_id=office.id, matter=grave_visits.MATTER, pool="visit", opens_days=7, opens_at=540, closes_days=1,
            closes_at=1020, waiting_list=False,
        )
    )  # fmt: skip
    work.session.add_all(
        WeeklyPlan(
            office_id=office.id, pool="visit", weekday=weekday, starts=480, ends=840, slot_minutes=120, windows=1,
            per_window=capacity + kept, on_site=kept, valid_from=date(2026, 1, 1),
        )
        for weekday in range(3)
    )  # fmt: skip
    work.session.flush()
    planning.publish(work, calendar_store.current(work), local(work.now).date())
    new = NewCemetery(CODE, "寺坪陵园", "welfare", COUNTY, "寺坪路1号", "02345670000")
    cemeteries.open_cemetery(work, clerk, new)
    zone = cemeteries.add_zone(work, clerk, CODE, ZONE, OFFICE)
    cemeteries.add_plots(work, clerk, zone, "tomb", [f"1排{n}号" for n in range(1, plots + 1)], 2)
    return Ground(clerk, officer, tuple(work.session.scalars(select(Plot.id).order_by(Plot.number))))


def _staff(work: Work, name: str, role: str) -> Viewer:
    row = Staff(id=new_id(), username=name, name=name, password_hash="x")
    row.roles.append(StaffRole(role=role, division_code=COUNTY))
    work.session.add(row)
    work.session.flush()
    return Viewer(row.id, name, name, (Grant(role, f"{COUNTY}/"),), new_id(), "csrf")


def slot_of(work: Work, day: date = TUESDAY, number: int = 0) -> UUID:
    """The ``number``-th time of a day."""
    found = work.session.scalars(select(Slot.id).where(Slot.day == day).order_by(Slot.starts_at)).all()
    return found[number]


def taken_of(work: Work, slot_id: UUID) -> tuple[int, int]:
    """Places taken, and of those kept for people who just come."""
    row = work.session.execute(select(Slot.taken, Slot.on_site_taken).where(Slot.id == slot_id)).one()
    return row.taken, row.on_site_taken


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment of the day in China."""
    return local(datetime.fromisoformat(f"{day}T{hour:02d}:{minute:02d}:00+08:00"))


def somebody(work: WorkFactory, serial: int = 1) -> UUID:
    """Who comes to a grave, told apart by ``serial``."""
    with work() as w:
        return person(w, f"来人{serial}", serial=serial)

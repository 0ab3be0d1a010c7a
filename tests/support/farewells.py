"""A funeral home whose hall can be booked."""

from datetime import date, datetime

from sqlalchemy import select

from backend.booking import planning
from backend.booking.models import Office, OfficeMatter, Slot, WeeklyPlan
from backend.core import calendar_store
from backend.core.clock import local
from backend.core.db import Work
from backend.core.ids import new_id
from backend.memorial.farewells import Room
from tests.support.world import COUNTY


def funeral_home(work: Work) -> None:
    """A hall for one farewell an hour, from nine to twelve, every day."""
    office = Office(
        id=new_id(), code="BY01", name="县殡仪馆", kind="funeral_hall", division_code=COUNTY, address="安宁路1号",
        phone="02345678901", checkin_secret="a secret of the poster",
    )  # fmt: skip
    work.session.add(office)
    work.session.flush()
    work.session.add(OfficeMatter(office_id=office.id, matter="farewell", pool="hall", closes_at=1440))
    work.session.add_all(
        WeeklyPlan(office_id=office.id, pool="hall", weekday=day, starts=540, ends=720, slot_minutes=60, windows=1,
                   valid_from=date(2026, 1, 1))
        for day in range(7)
    )  # fmt: skip
    work.session.flush()
    planning.publish(work, calendar_store.current(work), local(work.now).date())


def room(work: Work, moment: datetime) -> Room:
    return Room(
        "BY01", work.session.scalars(select(Slot.id).where(Slot.pool == "hall", Slot.starts_at == moment)).one()
    )

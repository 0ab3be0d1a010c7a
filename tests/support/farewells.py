"""A funeral home whose hall can be booked; a farewell that is planned, and its people on their phones."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from werkzeug.test import TestResponse

from backend.booking import planning
from backend.booking.models import Office, OfficeMatter, Slot, WeeklyPlan
from backend.core import calendar_store
from backend.core.clock import CHINA, ManualClock, local
from backend.core.db import Work
from backend.core.ids import new_id
from backend.memorial import farewells
from backend.memorial.farewell_models import Farewell
from backend.memorial.farewells import Room, Where
from backend.residents.models import InboxItem
from tests.conftest import WorkFactory
from tests.support.halls import Family
from tests.support.world import COUNTY

STREAM = "https://live.example.cn/room/secret-8842"
BEGINS, ENDS = datetime(2026, 11, 25, 9, tzinfo=CHINA), datetime(2026, 11, 25, 10, tzinfo=CHINA)
EARLY = BEGINS - timedelta(minutes=30)
PLACE = Where("县殡仪馆 安宁厅", BEGINS, ENDS)
Ask = Callable[..., TestResponse]


def funeral_home(work: Work, division: str = COUNTY) -> None:
    """A hall for one farewell an hour, from nine to twelve, every day."""
    office = Office(
        id=new_id(), code="BY01", name="县殡仪馆", kind="funeral_hall", division_code=division, address="安宁路1号",
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


def planned(work: WorkFactory, family: Family, at: Room | Where = PLACE) -> UUID:
    """By the son, for his mother."""
    with work() as w:
        return farewells.plan_by_kin(w, family.people["son"], family.mother, at).id


def with_row(work: WorkFactory, farewell_id: UUID, act: Callable[[Work, Farewell], Any]) -> Any:
    with work() as w:
        return act(w, farewells.find(w, farewell_id))


def at(clock: ManualClock, moment: datetime, seconds: float = 0) -> None:
    clock.advance((moment - clock.now()).total_seconds() + seconds)


def told(work: WorkFactory, person_id: UUID, template: str) -> int:
    """How often somebody was told this."""
    with work() as w:
        mine = select(func.count()).where(InboxItem.person_id == person_id, InboxItem.template == template)
        return w.session.execute(mine).scalar_one()

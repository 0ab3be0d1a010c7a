"""A marriage registry for tests: open Monday to Friday nine to twelve, slots of half an hour, people who may book."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from backend.booking import planning, service
from backend.booking.models import Booking, Office, OfficeMatter, Slot, WeeklyPlan
from backend.booking.parties import Party
from backend.booking.verifying import differences
from backend.core import calendar_store
from backend.core.clock import local
from backend.core.db import Work, reading
from backend.core.errors import DomainError
from backend.core.idnumber import check_digit
from backend.core.ids import new_id
from backend.people.models import Division, Staff, StaffRole
from backend.people.rules import Grant
from backend.people.service import Viewer
from backend.residents.indexes import id_index, name_index
from backend.residents.models import Person
from tests.conftest import WorkFactory

SHANGHAI = ZoneInfo("Asia/Shanghai")
COUNTY, REGISTRY = "500118", "registry"
MARRIAGE, PROOF, REISSUE, TALK = "marriage_registration", "no_record_proof", "certificate_reissue", "family_counselling"
POOL = "marriage"
MONDAY, TUESDAY, WEDNESDAY = date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25)


def moment(day: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """A local moment in UTC."""
    return datetime.combine(day, time(hour, minute, second), SHANGHAI).astimezone(UTC)


@dataclass
class Registry:
    """Ids of what was built."""

    office_id: UUID = field(default_factory=new_id)
    clerk_id: UUID = field(default_factory=new_id)

    def viewer(self, role: str = "clerk", path: str = f"{COUNTY}/") -> Viewer:
        return Viewer(self.clerk_id, "clerk", "陈敏", (Grant(role, path),), new_id(), "csrf")

    def slots(self, work: Work, day: date = MONDAY, pool: str = POOL) -> list[UUID]:
        found = select(Slot.id).where(Slot.office_id == self.office_id, Slot.day == day, Slot.pool == pool)
        return list(work.session.scalars(found.order_by(Slot.starts_at)))


def build(work: Work, *, windows: int = 1, on_site: int = 0, publish: bool = True, **marriage: Any) -> Registry:
    """The registry with its clerk; ``marriage`` overrides how marriage registration is booked."""
    registry = Registry()
    work.session.add(Division(code=COUNTY, name="示范县", level="county", path=f"{COUNTY}/"))
    work.session.flush()
    clerk = Staff(id=registry.clerk_id, username="clerk", name="陈敏", password_hash="x")
    clerk.roles.append(StaffRole(role="clerk", division_code=COUNTY))
    office = Office(
        id=registry.office_id, code=REGISTRY, name="示范县婚姻登记处", kind="marriage", division_code=COUNTY,
        address="示范路1号", phone="02300000000", checkin_secret="secret",
    )  # fmt: skip
    work.session.add_all([clerk, office])
    work.session.flush()
    add_matter(work, registry, MARRIAGE, **marriage)
    add_matter(work, registry, PROOF)
    add_matter(work, registry, REISSUE, units=2)
    for weekday in range(5):
        add_plan(work, registry, weekday, windows=windows, on_site=on_site)
    if publish:
        planning.publish(work, calendar_store.current(work), local(work.now).date())
    return registry


def add_matter(work: Work, registry: Registry, matter: str, **values: Any) -> None:
    row = {"pool": POOL, "opens_days": 30, "opens_at": 510, "closes_days": 0, "closes_at": 1020} | values
    work.session.add(OfficeMatter(office_id=registry.office_id, matter=matter, **row))
    work.session.flush()


def add_plan(work: Work, registry: Registry, weekday: int, **values: Any) -> None:
    row = {"pool": POOL, "starts": 540, "ends": 720, "slot_minutes": 30, "windows": 1} | values
    work.session.add(WeeklyPlan(office_id=registry.office_id, weekday=weekday, valid_from=date(2026, 1, 1), **row))
    work.session.flush()


def id_number(serial: int) -> str:
    """A number with a right check digit; an odd ``serial`` is a man's."""
    born = date(1980, 1, 1) + timedelta(days=serial // 1000)
    first = f"500118{born:%Y%m%d}{serial % 1000:03d}"
    return first + check_digit(first)


def party(serial: int) -> Party:
    return Party(f"居民{serial}", "resident_id", id_number(serial))


def person(work: Work, serial: int) -> UUID:
    """Somebody of the register, with a real-name proof."""
    number = id_number(serial)
    row = Person(
        id=new_id(), name=f"居民{serial}", name_index=name_index(f"居民{serial}"), id_number=number,
        id_index=id_index(number), birth_date=date(1980, 1, 1), assurance=2, created_at=work.now,
    )  # fmt: skip
    work.session.add(row)
    work.session.flush()
    return row.id


def couple(number: int) -> list[Party]:
    """The ``number``-th couple: nobody of it is in another one."""
    return [party(number * 2 + 1), party(number * 2 + 2)]


def book(work: Work, slot_id: UUID, number: int = 0, matter: str = MARRIAGE, **values: Any) -> Booking:
    """Book for the ``number``-th couple (or the first of it), as nobody in particular."""
    people = couple(number) if matter == MARRIAGE else couple(number)[:1]
    facts: dict[str, Any] = {"office_code": REGISTRY, "matter": matter, "parties": people, "by": None} | values
    return service.book(work, slot_id=slot_id, **facts)


def expect_refusal(work: WorkFactory, error: type[DomainError], act: Callable[[Work], Any]) -> DomainError:
    """What was raised in a unit of work of its own; nothing of it stays."""
    with pytest.raises(error) as caught, work() as w:
        act(w)
    return caught.value


def taken(slot_id: UUID) -> int:
    with reading() as work:
        return int(work.session.scalar(select(Slot.taken).where(Slot.id == slot_id)) or 0)


def assert_counts_are_true() -> None:
    """Every counter is what the bookings and offers say."""
    with reading() as work:
        assert differences(work) == []

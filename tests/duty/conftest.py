"""One care home with a day and a night carer, a lead, somebody spare, and the bureau's officer."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from backend.core.db import Actor, Work
from backend.duty import service
from backend.people.models import Division, Staff, StaffAddress, StaffRole
from tests.conftest import WorkFactory
from tests.support.world import QUICK_HASHER

HOME, COUNTY, TOWN = "500118-1", "500118", "500118001"
SHANGHAI = ZoneInfo("Asia/Shanghai")
PASSWORD = "right"
_HASH = QUICK_HASHER.hash(PASSWORD)


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """A local moment of 2026; the test clock starts on Sunday 22 November at 09:00."""
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


@dataclass(frozen=True)
class Team:
    day: UUID
    night: UUID
    lead: UUID
    spare: UUID
    officer: UUID

    def actor(self, who: str) -> Actor:
        return Actor("staff", str(getattr(self, who)), who)


def _staff(w: Work, username: str, name: str, role: str, division: str) -> UUID:
    person = Staff(username=username, name=name, password_hash=_HASH)
    person.roles.append(StaffRole(role=role, division_code=division))
    person.addresses.append(StaffAddress(channel="sms", address="13800000000", position=1))
    w.session.add(person)
    w.session.flush()
    return person.id


@pytest.fixture
def team(work: WorkFactory) -> Team:
    """The day carer has 08–20, the night carer 20–08, every day; nobody else has a shift."""
    with work() as w:
        w.session.add(Division(code=COUNTY, name="示范县", level="county", path="500118/"))
        w.session.flush()
        town = f"{COUNTY}/{TOWN}/"
        w.session.add(Division(code=TOWN, name="青山镇", level="town", parent_code=COUNTY, path=town))
        w.session.flush()
        w.session.add(Division(code=HOME, name="青山养老院", level="site", parent_code=TOWN, path=f"{town}{HOME}/"))
        w.session.flush()
        team = Team(
            day=_staff(w, "day", "王芳", "duty", HOME),
            night=_staff(w, "night", "李强", "duty", HOME),
            lead=_staff(w, "lead", "陈敏", "lead", TOWN),
            spare=_staff(w, "spare", "赵丽", "duty", HOME),
            officer=_staff(w, "officer", "周军", "officer", COUNTY),
        )
        week = range(7)
        service.add_pattern(w, HOME, "duty", team.day, name="白班", starts=480, ends=1200, weekdays=week)
        service.add_pattern(w, HOME, "duty", team.night, name="夜班", starts=1200, ends=480, weekdays=week)
    return team


def names(w: Work, moment: datetime | None = None) -> list[str]:
    return [who.name for who in service.on_duty(w, HOME, "duty", moment)]

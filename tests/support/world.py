"""A small county for tests: one town, one care home with three posts, one resident with two relatives."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from argon2 import PasswordHasher

from backend.core.crypto import keyring
from backend.core.db import Work
from backend.core.ids import new_id
from backend.duty.models import ShiftPattern
from backend.eldercare.models import Bed, Contact, Elder, Room, Site
from backend.people.models import Division, Staff, StaffAddress, StaffRole
from backend.people.rules import Grant
from backend.people.service import Viewer

COUNTY, TOWN, VILLAGE, HOME = "500118", "500118101", "500118101001", "500118101-H1"
HOME_PATH = f"{COUNTY}/{TOWN}/{HOME}/"
# Argon2 as in the product, but asking for little memory and time: a thousand tests sign somebody in.
QUICK_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = QUICK_HASHER.hash("secret")


@dataclass
class World:
    """Ids and viewers of what was built."""

    elder: UUID = field(default_factory=new_id)
    bed: UUID = field(default_factory=new_id)
    room: UUID = field(default_factory=new_id)
    staff: dict[str, UUID] = field(default_factory=dict)

    def viewer(self, username: str, role: str = "duty", path: str = HOME_PATH) -> Viewer:
        return Viewer(self.staff[username], username, username, (Grant(role, path),), new_id(), "csrf")


def build(work: Work, *, roster: bool = True) -> World:
    """Write the county; with ``roster`` the three posts are filled around the clock."""
    world = World()
    _divisions(work)
    work.session.add(
        Site(division_code=HOME, kind="care_home", address="示范路1号", phone="02300000000", arrival_s=300)
    )
    work.session.flush()
    people = [
        ("duty", "duty", HOME),
        ("duty2", "duty", HOME),
        ("lead", "lead", HOME),
        ("officer", "officer", COUNTY),
        ("admin", "admin", COUNTY),
    ]
    for username, role, code in people:
        world.staff[username] = _staff(work, username, role, code)
    if roster:
        for username, role, code in (people[0], people[2], people[3]):
            _around_the_clock(work, code, role, world.staff[username])
    _resident(work, world)
    return world


def _divisions(work: Work) -> None:
    rows = [
        (COUNTY, "示范县", "county", None, f"{COUNTY}/"),
        (TOWN, "青山镇", "town", COUNTY, f"{COUNTY}/{TOWN}/"),
        (VILLAGE, "桃园社区", "village", TOWN, f"{COUNTY}/{TOWN}/{VILLAGE}/"),
        (HOME, "安康养老院", "site", TOWN, HOME_PATH),
    ]
    for code, name, level, parent, path in rows:
        work.session.add(Division(code=code, name=name, level=level, parent_code=parent, path=path))
        work.session.flush()


def _staff(work: Work, username: str, role: str, code: str) -> UUID:
    staff = Staff(id=new_id(), username=username, name=f"姓名{username}", password_hash=PASSWORD)
    staff.roles.append(StaffRole(role=role, division_code=code))
    for position, channel in enumerate(("wechat", "sms", "voice"), 1):
        staff.addresses.append(StaffAddress(channel=channel, address=f"{channel}-{username}", position=position))
    work.session.add(staff)
    work.session.flush()
    return staff.id


def _around_the_clock(work: Work, code: str, role: str, staff_id: UUID) -> None:
    for name, starts, ends in (("白班", 480, 1200), ("夜班", 1200, 480)):
        work.session.add(
            ShiftPattern(
                division_code=code,
                role=role,
                staff_id=staff_id,
                name=name,
                starts=starts,
                ends=ends,
                weekdays=list(range(7)),
                valid_from=work.now.replace(year=2026, month=1, day=1),
            )
        )


def _resident(work: Work, world: World) -> None:
    work.session.add(Room(id=world.room, site_code=HOME, floor=2, number="203"))
    work.session.flush()
    work.session.add(Bed(id=world.bed, site_code=HOME, room_id=world.room, label="1床", division_code=TOWN))
    work.session.flush()
    work.session.add(
        Elder(
            id=world.elder, name="王秀英", sex="female", birth_date=date(1940, 5, 1), site_code=HOME, bed_id=world.bed
        )
    )
    work.session.flush()
    for position, (name, relation) in enumerate((("李明", "儿子"), ("李红", "女儿")), 1):
        phone = f"1380000000{position}"
        index = keyring().blind_index("phone", phone)
        work.session.add(
            Contact(
                elder_id=world.elder, position=position, name=name, relation=relation, phone=phone, phone_index=index
            )
        )

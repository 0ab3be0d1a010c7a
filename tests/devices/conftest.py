"""A care home with one elder in 203, a family bed, and the register of their devices."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from backend.core.db import Work
from backend.devices import registry
from backend.devices.models import Device
from backend.eldercare.models import Bed, Elder, Room, Site
from backend.people.models import Division
from tests.conftest import WorkFactory

COUNTY, TOWN, VILLAGE = "500118", "500118101", "500118101001"
HOME, STATION = f"{VILLAGE}-1", f"{VILLAGE}-2"


@dataclass(frozen=True)
class County:
    """Ids of what the tests talk about."""

    room: UUID
    bed: UUID
    elder: UUID
    family_bed: UUID
    family_elder: UUID


def _divisions(w: Work) -> None:
    rows = (
        (COUNTY, "示范县", "county", None),
        (TOWN, "青山镇", "town", COUNTY),
        (VILLAGE, "桃园社区", "village", TOWN),
        (HOME, "安康养老院", "site", VILLAGE),
        (STATION, "桃园服务站", "site", VILLAGE),
    )
    paths = {None: ""}
    for code, name, level, parent in rows:
        paths[code] = f"{paths[parent]}{code}/"
        w.session.add(Division(code=code, name=name, level=level, parent_code=parent, path=paths[code]))
        w.session.flush()
    for code, kind in ((HOME, "care_home"), (STATION, "home_service")):
        w.session.add(Site(division_code=code, kind=kind, address="桃园路1号", phone="02342110000", arrival_s=300))
    w.session.flush()


def _elder(w: Work, name: str, bed: Bed) -> Elder:
    elder = Elder(name=name, sex="female", birth_date=date(1940, 2, 29), site_code=bed.site_code, bed_id=bed.id)
    w.session.add(elder)
    w.session.flush()
    return elder


@pytest.fixture
def county(work: WorkFactory) -> County:
    with work() as w:
        _divisions(w)
        room = Room(site_code=HOME, floor=2, number="203")
        w.session.add(room)
        w.session.flush()
        bed = Bed(site_code=HOME, room_id=room.id, label="1", division_code=VILLAGE)
        family = Bed(site_code=STATION, label="家庭1", address="桃园路88号3单元", division_code=VILLAGE)
        w.session.add_all([bed, family])
        w.session.flush()
        elder, other = _elder(w, "王秀英", bed), _elder(w, "李国强", family)
        return County(room.id, bed.id, elder.id, family.id, other.id)


def make_device(w: Work, name: str = "button-1", **more: Any) -> Device:
    """A row written past the verbs, for tests that are about something else."""
    facts: dict[str, Any] = {
        "source": "zigbee2mqtt",
        "external_id": f"zigbee2mqtt/{name}",
        "name": name,
        "state": "in_service",
        "capabilities": ["sos"],
        "registered_at": w.now,
        "in_service_at": w.now,
        "expected_interval_s": 600,
    }
    device = Device(**{**facts, **more})
    w.session.add(device)
    w.session.flush()
    registry.bump(w)
    return device

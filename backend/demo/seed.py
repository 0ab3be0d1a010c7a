"""Fills an empty database with the demonstration: through the same verbs a clerk uses, in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from backend.app import create_app
from backend.core.db import Actor, Work, unit_of_work
from backend.core.ids import new_id
from backend.demo import civil, data
from backend.demo.data import DemoDevice, Person
from backend.devices import contact
from backend.devices import service as devices
from backend.devices.contact import Seen
from backend.devices.service import NewDevice, Spot
from backend.duty import service as duty
from backend.eldercare import service as eldercare
from backend.eldercare.schemas import NewContact, NewElder
from backend.launch.banner import DEMO_PASSWORD
from backend.people.models import Division, Staff, StaffAddress, StaffRole
from backend.people.service import hash_password
from backend.sensing import overrides
from backend.settings import Settings

SEEDER = Actor("system", "seed", "演示数据")
EVERY_DAY = range(7)
FULL = 100.0
# A demonstration moves its clock by minutes; the simulated mattresses cannot have reported in the time skipped.
SKIPPED_S = 4 * 3600


def main(settings: Settings) -> None:
    """Write the demonstration; nothing happens if its county is there already."""
    with create_app(settings).app_context(), unit_of_work(SEEDER) as work:
        seed(work)


def seed(work: Work) -> bool:
    """Whether anything was written."""
    if work.session.get(Division, data.county().divisions[0].code) is not None:
        return False
    _divisions(work)
    _sites(work)
    _staff(work)
    _devices(work, _homes(work))
    civil.seed(work)
    return True


@dataclass
class _Spots:
    """Where devices can be put: elders and beds by the key of the bed, rooms by their number, homes by the bed."""

    elders: dict[str, UUID] = field(default_factory=dict)
    beds: dict[str, UUID] = field(default_factory=dict)
    rooms: dict[str, UUID] = field(default_factory=dict)


def _divisions(work: Work) -> None:
    paths: dict[str | None, str] = {None: ""}
    for one in data.county().divisions:
        paths[one.code] = f"{paths[one.parent]}{one.code}/"
        work.session.add(
            Division(code=one.code, name=one.name, level=one.level, parent_code=one.parent, path=paths[one.code])
        )
        work.session.flush()


def _sites(work: Work) -> None:
    for one in data.county().sites:
        eldercare.register_site(
            work, one.code, one.kind, address=one.address, phone_number=one.phone, arrival_s=one.arrival_s
        )
        overrides.set_override(
            work, "vital_signs_silent", "site", one.code, values={"for_s": SKIPPED_S}, reason="演示的时钟会被拨快"
        )


def _staff(work: Work) -> None:
    secret = hash_password(DEMO_PASSWORD)  # once: it is slow on purpose, and the password is published anyway
    for row in data.county().staff:
        staff = Staff(id=new_id(), username=row.username, name=row.name, password_hash=secret, demo=True)
        staff.roles.extend(StaffRole(role=row.role, division_code=code) for code in row.places)
        phone = data.phones()["staff", row.username]
        addresses = {"wechat": f"demo-openid-{row.username}", "sms": phone, "voice": phone}
        staff.addresses.extend(
            StaffAddress(channel=channel, address=address, position=position)
            for position, (channel, address) in enumerate(addresses.items(), 1)
        )
        work.session.add(staff)
        work.session.flush()
        _shifts(work, staff.id, row)


def _shifts(work: Work, staff_id: UUID, row: data.StaffRow) -> None:
    for place in row.places:
        for shift in row.shifts:
            duty.add_pattern(
                work, place, row.role, staff_id,
                name=shift.name, starts=shift.starts, ends=shift.ends, weekdays=EVERY_DAY,
            )  # fmt: skip


def _homes(work: Work) -> _Spots:
    spots = _Spots()
    for row in data.county().rooms:
        spots.rooms[row.number] = eldercare.register_room(work, row.site, row.floor, row.number, row.kind).id
    for number, person in enumerate(data.people().residents, 1):
        room_number, _, label = person.bed.partition("-")
        if room_number not in spots.rooms:
            room = eldercare.register_room(work, data.HOME, int(room_number[0]), room_number)
            spots.rooms[room_number] = room.id
        bed = eldercare.register_bed(work, spots.rooms[room_number], f"{label}床")
        spots.beds[person.bed] = bed.id
        spots.elders[person.bed] = _elder(work, person, number, data.HOME, bed.id)
    for number, person in enumerate(data.people().families, len(spots.elders) + 1):
        site = station_of(person)
        bed = eldercare.register_family_bed(work, site, person.village or "", person.address or "")
        spots.beds[person.bed] = bed.id
        spots.elders[person.bed] = _elder(work, person, number, site, bed.id)
    return spots


def station_of(person: Person) -> str:
    """The station of the town a family lives in: a village's code begins with its town's."""
    return f"{(person.village or '')[:9]}-S1"


def _elder(work: Work, person: Person, number: int, site: str, bed: UUID) -> UUID:
    numbers = data.phones()
    elder = eldercare.register_elder(
        work,
        NewElder(
            name=person.name, site_code=site, bed_id=bed, id_number=person.id_number(number),
            phone=numbers["elder", person.bed], conditions=person.conditions, door_code=person.door,
            care_notes=person.notes,
        ),
    )  # fmt: skip
    for position, (name, relation) in enumerate(person.relatives, 1):
        openid = f"demo-openid-{person.bed}-{position}"
        phone = numbers[person.bed, name]
        eldercare.add_contact(work, elder.id, NewContact(name=name, relation=relation, phone=phone, openid=openid))
    return elder.id


def _devices(work: Work, spots: _Spots) -> None:
    gateways = {row.id: _gateway(work, row) for row in data.device_file().gateways}
    seen = [Seen(gateway, work.now) for gateway in gateways.values()]
    for one in data.devices():
        added = _device(work, one, spots, gateways)
        seen.append(Seen(added, work.now, FULL if one.group.power == "battery" else None))
    contact.touch(work, seen)


def _gateway(work: Work, row: data.GatewayRow) -> UUID:
    return _in_service(
        work,
        NewDevice(
            source=row.source, external_id=row.id, name=row.name, spot=Spot(site_code=row.site), kind="gateway",
            model=row.model, vendor=row.vendor, power="mains",
            expected_interval_s=data.device_file().expected_interval_s,
        ),
    )  # fmt: skip


def _device(work: Work, one: DemoDevice, spots: _Spots, gateways: Mapping[str, UUID]) -> UUID:
    group = one.group
    facts: dict[str, Any] = {"source": group.source, "model": group.model, "vendor": group.vendor}
    return _in_service(
        work,
        NewDevice(
            **facts, external_id=one.external_id, name=_name(one), spot=_spot(one, spots), power=group.power,
            capabilities=group.capabilities, gateway_id=gateways[group.gateway],
            expected_interval_s=data.device_file().expected_interval_s,
        ),
    )  # fmt: skip


def _name(one: DemoDevice) -> str:
    """``203房 呼叫按钮 demo-sos-1``: the promised devices carry their promised name."""
    kind: Literal["", " "] = " " if one.group.id else ""
    told = f"{kind}{one.group.id}" if one.group.id else ""
    return f"{_where(one)}{one.group.name}{told}"


def _where(one: DemoDevice) -> str:
    room = one.spot.partition("-")[0]
    return f"{room}房 " if room.isdigit() else f"{one.spot} " if one.in_room else ""


def _spot(one: DemoDevice, spots: _Spots) -> Spot:
    """A button belongs to the person, who may move; a mattress or a radar to the bed; a room's device to the room."""
    if one.in_room:
        return Spot(room_id=spots.rooms[one.spot])
    if one.group.habit == "button":
        return Spot(elder_id=spots.elders[one.spot])
    return Spot(bed_id=spots.beds[one.spot])


def _in_service(work: Work, new: NewDevice) -> UUID:
    row = devices.register(work, new)
    work.session.flush()
    devices.prove(work, row.id)
    return row.id

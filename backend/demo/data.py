"""The demonstration's county, people and devices, read from the YAML files beside this one. Pure.

The seed writes them into the database; the simulator brings the devices to life. Both must mean the same devices,
so what is derived (addresses, numbers, names) is derived here, once.
"""

import hashlib
from datetime import date
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from backend.core import strict_yaml
from backend.core.idnumber import check_digit

HERE = Path(__file__).parent
HOME = "500999101-H1"
REGION = "500999"
T = TypeVar("T")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DivisionRow(_Strict):
    code: str
    name: str
    level: str
    parent: str | None = None


class SiteRow(_Strict):
    code: str
    kind: Literal["care_home", "home_service"]
    address: str
    phone: str
    arrival_s: int


class RoomRow(_Strict):
    site: str
    floor: int
    number: str
    kind: Literal["bedroom", "bathroom", "common"]


class Shift(_Strict):
    """``starts`` and ``ends`` in minutes of the local day."""

    name: str
    starts: int
    ends: int


class StaffRow(_Strict):
    username: str
    name: str
    role: Literal["duty", "lead", "officer", "admin", "registrar", "clerk"]
    places: list[str]
    shifts: list[Shift]


class County(_Strict):
    divisions: list[DivisionRow]
    sites: list[SiteRow]
    rooms: list[RoomRow]
    staff: list[StaffRow]


class Person(_Strict):
    """An elder; ``bed`` is ``room-label`` in the home, a key of its own at a family."""

    bed: str
    name: str
    sex: Literal["male", "female"]
    born: date
    conditions: str
    notes: str
    contacts: list[str]
    village: str | None = None
    address: str | None = None
    door: str | None = None

    @property
    def relatives(self) -> list[tuple[str, str]]:
        """(name, relation) in the order in which they are called."""
        return [(name, relation) for name, _, relation in (one.partition(" ") for one in self.contacts)]

    def id_number(self, number: int) -> str:
        """A number with a true check digit and a region that does not exist; odd sequences are men."""
        sequence = number * 2 + (self.sex == "male")
        first_17 = f"{REGION}{self.born:%Y%m%d}{sequence:03d}"
        return first_17 + check_digit(first_17)


class People(_Strict):
    residents: list[Person]
    families: list[Person]


class GatewayRow(_Strict):
    source: str
    id: str
    name: str
    model: str
    vendor: str
    site: str


Habit = Literal["button", "smoke", "door", "motion", "climate", "sleeper", "bedridden", "radar", "leak", "gas"]


class Group(_Strict):
    """One model at several spots; ``id`` only where there is one spot."""

    source: Literal["zigbee2mqtt", "chirpstack"]
    gateway: str
    model: str
    vendor: str
    name: str
    power: Literal["battery", "mains"]
    capabilities: list[str]
    habit: Habit
    slug: str = ""
    id: str | None = None
    beds: list[str] = Field(default_factory=list)
    rooms: list[str] = Field(default_factory=list)


class DeviceFile(_Strict):
    expected_interval_s: int
    gateways: list[GatewayRow]
    groups: list[Group]


class DemoDevice(_Strict):
    """One device. ``address`` is the friendly name or the DevEUI; ``spot`` the key of its bed or room."""

    group: Group
    spot: str
    in_room: bool
    address: str
    hardware_id: str

    @property
    def external_id(self) -> str:
        """Its id as the decoder of its source reads it."""
        return f"{self.group.gateway}/{self.address}" if self.group.source == "zigbee2mqtt" else self.address


def _read(name: str, shape: type[T]) -> T:
    raw: Any = strict_yaml.load(HERE / name)
    return TypeAdapter(shape).validate_python(raw)


@cache
def county() -> County:
    return _read("county.yaml", County)


@cache
def people() -> People:
    return _read("people.yaml", People)


@cache
def device_file() -> DeviceFile:
    return _read("devices.yaml", DeviceFile)


@cache
def devices() -> tuple[DemoDevice, ...]:
    return tuple(
        _device(group, spot, in_room=in_room)
        for group in device_file().groups
        for spots, in_room in ((group.beds, False), (group.rooms, True))
        for spot in spots
    )


def _device(group: Group, spot: str, *, in_room: bool) -> DemoDevice:
    digest = hashlib.sha256(f"{group.slug}-{spot}".encode()).hexdigest()
    zigbee = group.source == "zigbee2mqtt"
    address = group.id or (f"{group.slug}-{spot}" if zigbee else f"24e124{digest[:10]}")
    hardware = f"0xa4c138{digest[:10]}" if zigbee else address
    return DemoDevice(group=group, spot=spot, in_room=in_room, address=address, hardware_id=hardware)


@cache
def phones() -> dict[tuple[str, str], str]:
    """A number for everybody, by (whose, name): of a range that was never given out."""
    numbers = count(1)
    everybody = [("staff", one.username) for one in county().staff]
    for person in [*people().residents, *people().families]:
        everybody += [("elder", person.bed), *((person.bed, name) for name, _ in person.relatives)]
    return {key: f"1700000{next(numbers):04d}" for key in everybody}

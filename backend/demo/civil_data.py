"""What ``civil.yaml`` says: offices, residents, and what happened before today. Pure."""

from collections.abc import Mapping
from datetime import date
from functools import cache

from pydantic import BaseModel, ConfigDict

from backend.core import strict_yaml
from backend.core.idnumber import check_digit
from backend.demo.data import HERE, REGION


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Hours(_Strict):
    """Open hours of several weekdays (0 = Monday), in minutes of the day."""

    days: list[int]
    starts: int
    ends: int
    windows: int
    on_site: int


class MatterRow(_Strict):
    """How a matter is booked; the usual: 30 days ahead from 08:30, until 17:00 of the day before."""

    units: int = 1
    opens_days: int = 30
    opens_at: int = 510
    closes_days: int = 1
    closes_at: int = 1020
    quota: int | None = None
    penalty: str = "zhongshan"
    waiting_list: bool = True
    active: bool = True


class PoolRow(_Strict):
    windows: list[str]
    slot_minutes: int
    per_window: int = 1
    week: list[Hours]
    matters: dict[str, MatterRow]


class OfficeRow(_Strict):
    code: str
    name: str
    kind: str
    division_code: str
    address: str
    phone: str
    directions: str
    longitude: float
    latitude: float
    traits: tuple[str, ...] = ()
    heart_day_windows: int = 0
    pools: dict[str, PoolRow]


class LicenceRow(_Strict):
    number: str
    began_days_ago: int


class ResidentRow(_Strict):
    """``user`` is their name in the WeChat sandbox; without an ``account`` they have no telephone of their own."""

    user: str
    name: str
    born: date
    serial: int
    account: bool = True

    @property
    def id_number(self) -> str:
        return id_number(self.born, self.serial)


class ProxyRow(_Strict):
    principal: str
    agent: str
    relation: str
    scopes: list[str]
    days: int
    evidence: str


class CoupleRow(_Strict):
    """``his`` and ``hers`` are days of birth; ``rated``: the level he gave afterwards, with his ``words``."""

    man: str
    his: date
    woman: str
    hers: date
    rated: int | None = None
    words: str | None = None

    def people(self, number: int) -> tuple[tuple[str, str], tuple[str, str]]:
        """Name and identity number of both; ``number`` tells couples apart whose birthdays are the same."""
        return (self.man, id_number(self.his, 2 * number + 1)), (self.woman, id_number(self.hers, 2 * number + 2))


class Civil(_Strict):
    offices: list[OfficeRow]
    licences: Mapping[str, LicenceRow]
    residents: list[ResidentRow]
    proxy: ProxyRow
    married: list[CoupleRow]
    today: list[CoupleRow]
    cooling: CoupleRow
    question: str


def id_number(born: date, serial: int) -> str:
    """A number with a true check digit and a region that does not exist; odd serials are men."""
    first_17 = f"{REGION}{born:%Y%m%d}{serial:03d}"
    return first_17 + check_digit(first_17)


@cache
def civil() -> Civil:
    return Civil.model_validate(strict_yaml.load(HERE / "civil.yaml"))

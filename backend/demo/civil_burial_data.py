"""What ``civil_burial.yaml`` says: a cemetery, prices, what families asked for. Pure."""

from datetime import date
from decimal import Decimal
from functools import cache

from pydantic import BaseModel, ConfigDict

from backend.core import strict_yaml
from backend.demo.data import HERE


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CemeteryRow(_Strict):
    code: str
    name: str
    kind: str
    division_code: str
    address: str
    phone: str


class ZoneRow(_Strict):
    name: str
    kind: str
    places: int
    numbers: list[str]
    office: str | None = None


class LyingRow(_Strict):
    """Somebody known by a hall has a name only."""

    name: str
    born: date | None = None
    serial: int | None = None
    died: int | None = None
    proof: str | None = None


class GraveRow(_Strict):
    zone: str
    number: str
    holder: str
    certificate: str
    dead: list[LyingRow]
    since: int | None = None
    ends: int | None = None


class FeeRow(_Strict):
    kind: str
    amount: Decimal
    purpose: str
    voucher: str
    days: int
    zone: str | None = None
    number: str | None = None


class VisitRow(_Strict):
    who: str
    zone: str
    number: str
    ahead: int
    persons: int
    closed: str | None = None


class ErrandRow(_Strict):
    who: str
    zone: str
    number: str
    words: str
    asked: int
    days: int
    pictures: list[str] = []


class PriceRow(_Strict):
    item: str
    title: str
    group: str
    basis: str
    price: Decimal
    unit: str
    free: str | None = None


class WaiverRow(_Strict):
    asked: int
    granted: int


class OrderRow(_Strict):
    who: str
    dead: str
    ordered: int
    days: int
    items: dict[str, int]
    done: bool = False
    complaint: str | None = None
    waiver: WaiverRow | None = None


class Burials(_Strict):
    cemetery: CemeteryRow
    zones: list[ZoneRow]
    graves: list[GraveRow]
    fees: list[FeeRow]
    visits: list[VisitRow]
    errands: list[ErrandRow]
    source: str
    prices: list[PriceRow]
    orders: list[OrderRow]


@cache
def burials() -> Burials:
    return Burials.model_validate(strict_yaml.load(HERE / "civil_burial.yaml"))

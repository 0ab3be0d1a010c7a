"""Cemeteries, visits, sweepings, prices and orders as the mini-program gives and takes them. Money is text in yuan."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field

from backend.residents.schemas import SOME_ID, example

Zone = Field(min_length=1, max_length=32, description="墓证上的区名")
PlotNumber = Field(min_length=1, max_length=32, description="墓证上的墓位号")


class CemeteryOut(BaseModel):
    code: str
    name: str
    kind: str
    address: str
    phone: str
    zones: list[str] = Field(description="要预约才能去的区")


class CemeteryList(BaseModel):
    items: list[CemeteryOut]


class OwnPlotOut(BaseModel):
    cemetery: str
    place: str
    phone: str
    zone: str
    plot: str
    certificate: str = Field(description="墓证号")
    until: date = Field(description="使用期的最后一天")
    booked: bool = Field(description="祭扫要不要预约")


class OwnPlotList(BaseModel):
    items: list[OwnPlotOut]


class GraveQuery(BaseModel):
    """Which grave: what stands on its certificate. Who lies there is told to nobody."""

    cemetery: str = Field(min_length=1, max_length=64)
    zone: str = Zone
    plot: str = PlotNumber


class VisitTimeOut(BaseModel):
    slot_id: UUID
    day: date
    time: str
    left: int = Field(description="还能来多少人")
    state: str
    opens_at: datetime


class VisitTimes(BaseModel):
    most: int = Field(description="一个墓位一天最多几人")
    items: list[VisitTimeOut]


class VisitBody(GraveQuery):
    model_config = example(cemetery="SP", zone="松柏区", plot="1排1号", slot_id=SOME_ID, persons=3)

    slot_id: UUID
    persons: int = Field(ge=1, le=50, description="连自己一共几人")


class VisitOut(BaseModel):
    """A visit; it is moved and cancelled as any appointment, by ``booking_id``."""

    booking_id: UUID
    number: str
    place: str
    grave: str
    when: str
    day: date
    persons: int
    state: str
    state_zh: str


class VisitList(BaseModel):
    items: list[VisitOut]


class ErrandBody(GraveQuery):
    model_config = example(cemetery="SP", zone="松柏区", plot="1排1号", day="2027-04-03", words="爷爷安息")

    day: date
    words: str = Field(default="", max_length=200, description="想在墓前念的话，可不填")


class ErrandOut(BaseModel):
    id: UUID
    place: str
    phone: str = Field(description="陵园的电话")
    grave: str
    day: date
    state: str
    state_zh: str
    words: str
    answer: str = Field(description="不能安排的原因，没有则为空")
    photos: list[UUID]


class ErrandList(BaseModel):
    items: list[ErrandOut]


# -- prices and orders


class PriceOut(BaseModel):
    model_config = example(
        item="cremation", title="普通火化", group="基本服务", basis="政府定价", price="380.00", unit="具",
        source="某发改〔2020〕1号", since="2026-01-01", free=True,
    )  # fmt: skip

    item: str
    title: str
    group: str
    basis: str
    price: str
    unit: str
    source: str
    since: date
    free: bool = Field(description="困难群众可以免费（惠民殡葬）")


class PriceList(BaseModel):
    day: date
    items: list[PriceOut]


class FuneralItem(BaseModel):
    item: str = Field(min_length=1, max_length=64)
    quantity: int = Field(ge=1, le=99)


class FuneralBody(BaseModel):
    model_config = example(
        dead_name="李大山", day="2026-11-24", division="500118", items=[{"item": "cremation", "quantity": 1}]
    )

    dead_name: str = Field(min_length=1, max_length=32, description="逝者姓名，和证件上一样")
    day: date
    division: str = Field(min_length=1, max_length=32, description="在哪里办")
    items: list[FuneralItem] = Field(min_length=1, max_length=40)


class BillLineOut(BaseModel):
    title: str
    basis: str
    price: str
    unit: str
    quantity: int
    amount: str
    waived: str


class BillOut(BaseModel):
    """Only what stands in the published catalogue; ``waived``: taken off by 惠民殡葬."""

    lines: list[BillLineOut]
    total: str
    waived: str
    due: str


class FuneralComplaintOut(BaseModel):
    words: str
    at: datetime
    due: date = Field(description="最晚哪一天答复")
    answer: str = Field(description="还没有答复则为空")


class FuneralOrderOut(BaseModel):
    number: str
    dead_name: str
    day: date
    state: str
    state_zh: str
    bill: BillOut
    complaints: list[FuneralComplaintOut]


class FuneralOrderList(BaseModel):
    items: list[FuneralOrderOut]


class FuneralComplaintBody(BaseModel):
    words: str = Field(min_length=1, max_length=500)

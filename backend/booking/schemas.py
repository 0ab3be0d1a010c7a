"""Appointments as residents' phones and the staff's pages give and take them. Moments carry their offset."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from backend.residents.schemas import SOME_ID, Kind, example

SOME_TIME = "2026-11-23T09:00:00+08:00"
Name = Field(min_length=1, max_length=32, description="姓名，和证件上一样")
Number = Field(min_length=1, max_length=32, description="证件号码")


class MatterOut(BaseModel):
    code: str
    title: str


class OfficeOut(BaseModel):
    """A place to go to. ``distance_m``: only if the request said where the resident is."""

    model_config = example(
        code="HY01", name="示范县婚姻登记处", kind="marriage_registry", address="示范县人民路8号",
        phone="02345678900", directions="公交3路到县政府站", longitude=105.93, latitude=29.35,
        traits=["nationwide"], matters=[{"code": "marriage_registration", "title": "结婚登记"}], distance_m=1200,
    )  # fmt: skip

    code: str
    name: str
    kind: str
    address: str
    phone: str
    directions: str = Field(description="怎么走")
    longitude: float | None
    latitude: float | None
    traits: list[str]
    matters: list[MatterOut]
    distance_m: int | None = Field(description="直线距离，米")


class OfficeList(BaseModel):
    items: list[OfficeOut]


class OfficeQuery(BaseModel):
    matter: str | None = Field(default=None, max_length=64, description="事项代码；不填列出全部")
    lon: float | None = Field(default=None, ge=-180, le=180, description="经度，和 lat 一起给，就近的在前")
    lat: float | None = Field(default=None, ge=-90, le=90, description="纬度")


class SlotOut(BaseModel):
    model_config = example(
        id=SOME_ID, time="09:00–09:30", starts_at=SOME_TIME, ends_at="2026-11-23T09:30:00+08:00", left=2,
        state="open", words="可约，余2个",
    )  # fmt: skip

    id: UUID
    time: str
    starts_at: datetime
    ends_at: datetime
    left: int
    state: Literal["open", "full", "not_yet", "closed", "provisional"]
    words: str


class DayOut(BaseModel):
    day: date
    title: str = Field(description="11月23日 周一")
    words: str = Field(description="这一天能不能约，不能约说明什么时候能约")
    note: str = Field(description="放假安排未公布等提醒，没有则为空")
    left: int
    slots: list[SlotOut]


class SlotList(BaseModel):
    office: str
    matter: str
    title: str
    opening: str = Field(description="什么时候放号")
    waiting_list: bool
    days: list[DayOut]


class SlotQuery(BaseModel):
    matter: str = Field(min_length=1, max_length=64, description="事项代码")
    first: date | None = Field(default=None, alias="from", description="从哪一天，默认今天")
    last: date | None = Field(default=None, alias="to", description="到哪一天，默认放号的最后一天，最多 62 天")


class CompanionBody(BaseModel):
    """Somebody who comes along: the partner of a couple."""

    model_config = example({"id_number": "500118…"}, name="李明", id_kind="resident_id")

    name: str = Name
    id_kind: Kind = "resident_id"
    id_number: str = Number
    phone: str | None = Field(default=None, max_length=20)


class BookBody(BaseModel):
    """An appointment for oneself (or whom one acts for) and ``companions``; one's own data are not typed again."""

    model_config = example(office="HY01", matter="assistance_consultation", slot_id=SOME_ID, companions=[])

    office: str = Field(min_length=1, max_length=64)
    matter: str = Field(min_length=1, max_length=64)
    slot_id: UUID
    companions: list[CompanionBody] = Field(default_factory=list, max_length=7)


class WaitBody(BaseModel):
    model_config = example(office="HY01", matter="assistance_consultation", day="2026-11-23", companions=[])

    office: str = Field(min_length=1, max_length=64)
    matter: str = Field(min_length=1, max_length=64)
    day: date
    companions: list[CompanionBody] = Field(default_factory=list, max_length=7)


class CancelBody(BaseModel):
    model_config = example(reason="改天再来")

    reason: str = Field(default="", max_length=64, description="可不填")


class MoveBody(BaseModel):
    model_config = example(slot_id=SOME_ID)

    slot_id: UUID


class CheckInBody(BaseModel):
    model_config = example(qr="shouwang:checkin:HY01:…")

    qr: str = Field(min_length=1, max_length=200, description="大厅签到码里的文字")


class PlaceOut(BaseModel):
    code: str
    name: str
    address: str
    phone: str
    directions: str


class PartyOut(BaseModel):
    name: str = Field(description="本人是全名，别人只显示姓")
    mine: bool


class TicketOut(BaseModel):
    label: str = Field(description="排队号，如 A012")
    state: str
    ahead: int = Field(description="前面还有几位")
    words: str


class OptionOut(BaseModel):
    slot_id: UUID
    when: str


class BookingOut(BaseModel):
    """An appointment as one of its people sees it. ``actions``: what can be done with it now."""

    id: UUID
    number: str
    matter: str
    title: str
    office: PlaceOut
    when: str
    day: date
    starts_at: datetime
    ends_at: datetime
    state: str
    state_zh: str
    next: str = Field(description="下一步做什么")
    bring: str
    note: str
    actions: list[Literal["cancel", "move", "check_in"]]
    parties: list[PartyOut]
    ticket: TicketOut | None
    options: list[OptionOut] = Field(description="停办时可以改到的时间")


class BookingList(BaseModel):
    items: list[BookingOut]
    next: str | None = Field(description="下一页的 cursor，没有了为空")


class PageQuery(BaseModel):
    cursor: str | None = Field(default=None, max_length=500)
    limit: int = Field(default=20, ge=1, le=50)


class WaitOut(BaseModel):
    """``position``: 1 is the next to be offered a place. ``offered_until``: an offer must be taken before."""

    id: UUID
    office: str
    title: str
    day: date
    state: str
    words: str
    position: int | None
    when: str | None
    offered_until: datetime | None


class WaitList(BaseModel):
    items: list[WaitOut]


# -- at the desk


class TickBody(BaseModel):
    tick: Literal["disabled", "pregnant", "elder"] | None = Field(default=None, description="优先原因")


class ReasonBody(BaseModel):
    reason: str = Field(min_length=1, max_length=100)


class NumberBody(BaseModel):
    matter: str = Field(min_length=1, max_length=64)
    holder: str | None = Field(default=None, max_length=32, description="叫号时用的称呼，可不填")
    tick: Literal["disabled", "pregnant", "elder"] | None = None


class WalkInBody(BaseModel):
    """People who came without an appointment, on one of the places kept for them."""

    matter: str = Field(min_length=1, max_length=64)
    people: list[CompanionBody] = Field(min_length=1, max_length=8)
    tick: Literal["disabled", "pregnant", "elder"] | None = None


class DayQuery(BaseModel):
    day: date | None = Field(default=None, description="哪一天，默认今天")
    q: str = Field(default="", max_length=32, description="预约号、姓名或证件号后四位")


class DeskLine(BaseModel):
    id: UUID
    number: str
    title: str
    time: str
    state: str
    state_zh: str
    names: list[str]
    label: str | None
    source: str


class DeskList(BaseModel):
    day: date
    items: list[DeskLine]


class DeskTicket(BaseModel):
    id: UUID
    label: str
    state: str
    window: str | None
    priority_zh: str | None


class CloseBody(BaseModel):
    model_config = example(pool="marriage", day="2026-12-01", reason="停电")

    pool: str = Field(min_length=1, max_length=64)
    day: date
    reason: str = Field(min_length=1, max_length=60)


class ClosedOut(BaseModel):
    pool: str
    day: date
    reason: str
    displaced: int = Field(description="还没有改时间的预约数")


class ClosedList(BaseModel):
    items: list[ClosedOut]

"""The marriage registry as the API gives and takes it. Moments carry their offset; days are local (Asia/Shanghai)."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from backend.marriage.declared import Declared, DeclaredPerson, IdKind
from backend.marriage.rules import Region, Sex
from backend.marriage.talks import MOST_GUESTS

ID = "0192f0c1-2d3e-7a4b-8c5d-6e7f8091a2b3"
MatterCode = Literal[
    "marriage_registration", "divorce_application", "divorce_certificate", "divorce_withdrawal", "certificate_reissue",
    "no_record_proof", "premarital_counselling", "family_counselling", "award_ceremony", "group_wedding",
]  # fmt: skip
OfficeCode = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$", description="登记处代码")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ReasonOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    code: str
    kind: str = Field(description="no 法律不允许，elsewhere 到别处办，missing 缺材料，wait 还没查到")
    article: str
    words: str


class MatterOut(BaseModel):
    """One matter: who comes, what to bring, what to do next. Never a 户口簿, never a fee."""

    code: str
    title: str
    people: list[int] = Field(description="最少和最多几个人")
    who: str = Field(description="谁来")
    bring: list[str]
    never_asked: list[str]
    law: list[str]
    fee: int = Field(description="收费，一律为 0 元")
    next: str = Field(description="下一步")
    plain: str


class MatterList(BaseModel):
    items: list[MatterOut]
    relations: dict[str, str] = Field(description="亲属关系的代码和说法")
    topics: dict[str, str] = Field(description="辅导主题的代码和说法")


class PreCheckBody(_Body):
    """Nobody is named: birth dates and a relation are enough."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "matter": "marriage_registration", "day": "2027-05-20",
                    "people": [
                        {"sex": "male", "birth_date": "2000-05-20"}, {"sex": "female", "birth_date": "2004-02-29"},
                    ],
                }
            ]
        },
    )  # fmt: skip

    matter: MatterCode
    people: list[DeclaredPerson] = Field(min_length=1, max_length=2)
    declared: Declared = Declared()
    day: date | None = Field(default=None, description="打算哪一天来，默认今天")
    office: OfficeCode | None = None


class PreCheckOut(BaseModel):
    ok: bool
    words: str
    reasons: list[ReasonOut]
    who: str
    bring: list[str]
    right_office: str | None = Field(description="需要哪一类登记处；foreign_marriage 涉外")


class SlotQuery(_Body):
    matter: MatterCode
    office: OfficeCode
    first: date | None = Field(default=None, description="从哪一天起，默认今天")


class SlotOut(BaseModel):
    id: UUID
    day: date
    starts_at: datetime
    ends_at: datetime
    left: int
    state: str
    opens_at: datetime
    provisional: bool = Field(description="这一年的放假安排还没公布，日期是暂定的")


class SlotList(BaseModel):
    """``first`` and ``last``: the days the law allows, null where any day will do."""

    items: list[SlotOut]
    first: date | None
    last: date | None


class Partner(_Body):
    """The other one, as their document says. Sex and birth date only for a passport or an old permit."""

    name: str = Field(min_length=1, max_length=64)
    id_kind: IdKind = "resident_id"
    id_number: str = Field(min_length=5, max_length=32)
    phone: str | None = Field(default=None, max_length=20)
    sex: Sex | None = None
    birth_date: date | None = None
    region: Region | None = None
    said: DeclaredPerson | None = None


class ServiceBody(_Body):
    """Counselling: ``topic`` and ``consent``. A ceremony or group wedding: ``guests`` and ``wishes``."""

    topic: str | None = Field(default=None, max_length=32)
    consent: bool | None = None
    guests: int | None = Field(default=None, ge=0, le=MOST_GUESTS)
    wishes: str | None = Field(default=None, max_length=500)


class BookingBody(_Body):
    """The signed-in person is one of the people; ``partner`` is the other one where two come."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "matter": "marriage_registration", "office": "hunyin", "slot_id": ID,
                    "partner": {"name": "林芳", "id_number": "500118199001010028"},
                }
            ]
        },
    )  # fmt: skip

    matter: MatterCode
    office: OfficeCode
    slot_id: UUID
    partner: Partner | None = None
    me: DeclaredPerson | None = Field(default=None, description="本人声明；性别和出生日期以证件为准")
    declared: Declared = Declared()
    service: ServiceBody = ServiceBody()


class WaitBody(_Body):
    """A place on the waiting list of a full day: the same people and declarations as for a booking."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "matter": "marriage_registration", "office": "hunyin", "day": "2027-05-20",
                    "partner": {"name": "林芳", "id_number": "500118199001010028"},
                }
            ]
        },
    )  # fmt: skip

    matter: MatterCode
    office: OfficeCode
    day: date
    partner: Partner | None = None
    me: DeclaredPerson | None = None
    declared: Declared = Declared()


class BookingOut(BaseModel):
    id: UUID
    number: str
    matter: str
    title: str
    office: str
    starts_at: datetime
    ends_at: datetime
    provisional: bool
    bring: list[str]
    words: str


class CaseOut(BaseModel):
    id: UUID
    number: str
    matter: str
    title: str
    office: str
    day: date
    state: str = Field(description="open 正在办理，registered 已办好，refused 没有办成，abandoned 已停止")
    state_zh: str
    next_zh: str
    decided_at: datetime | None
    certificate_number: str | None
    reason: str | None
    article: str | None


class DivorceOut(BaseModel):
    id: UUID
    number: str
    office: str
    office_code: str
    phase: str
    received_on: date
    withdraw_until: date
    certificate_from: date
    certificate_until: date
    moved: bool = Field(description="撤回期的最后一天因休息日顺延了")
    provisional: bool
    words: str
    next_zh: str


class CaseList(BaseModel):
    cases: list[CaseOut]
    divorces: list[DivorceOut]


class WithdrawalOut(BaseModel):
    """There is no withdrawal online: one of the two must come. ``slots`` are the times until the last day."""

    possible: bool
    words: str
    office: str
    until: date
    slots: list[SlotOut]

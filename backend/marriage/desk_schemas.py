"""The registrar's desk as the staff API gives and takes it. Names and numbers come out masked."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from backend.marriage.declared import Declared, IdKind, Observed
from backend.marriage.rules import Region, Sex
from backend.marriage.schemas import MatterCode, OfficeCode, ReasonOut

Note = Annotated[str, Field(max_length=500)]
Words = Annotated[str, Field(min_length=1, max_length=500)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class DayQuery(_Body):
    day: date | None = Field(default=None, description="哪一天，默认今天")


class LineOut(BaseModel):
    """One line of the day's list. ``stage``: due 还没来，waiting 在等，working 在办，ended 办完."""

    model_config = ConfigDict(from_attributes=True)

    booking_id: UUID | None
    case_id: UUID | None
    time: str
    label: str | None = Field(description="排队号")
    matter: str
    title: str
    names: list[str]
    stage: str
    state_zh: str
    came_at: datetime | None


class DayOut(BaseModel):
    day: date
    items: list[LineOut]


class WalkInPerson(_Body):
    """Sex, birth date and region only for papers that do not say them."""

    name: Annotated[str, Field(min_length=1, max_length=64)]
    id_kind: IdKind = "resident_id"
    id_number: Annotated[str, Field(min_length=1, max_length=32)]
    sex: Sex | None = None
    birth_date: date | None = None
    region: Region | None = None


class OpenBody(_Body):
    """A booking of today, or people who just come."""

    booking_id: UUID | None = None
    office: OfficeCode | None = None
    matter: MatterCode | None = None
    people: list[WalkInPerson] = Field(default_factory=list, max_length=2)
    declared: Declared = Declared()


class PersonOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    position: int
    name: str
    id_number: str
    present: bool
    identity_seen: bool
    statement: bool
    status: str = Field(description="联网核查的结果；查询中断不等于未婚")
    status_at: datetime | None


class CheckOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    day: date
    ok: bool
    reasons: list[ReasonOut]


class CaseOut(BaseModel):
    """A case. ``fence`` goes back with every change, so that nobody decides over what a colleague just did."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    number: str
    matter: str
    title: str
    office: str
    label: str | None
    state: str
    state_zh: str
    actions: list[str]
    people: list[PersonOut]
    check: CheckOut | None
    missing: list[str] = Field(description="还缺什么")
    off: str = Field(description="为什么不能签发；空为可以")
    letter: str | None
    certificate_number: str | None
    decided_at: datetime | None
    fence: int


class Fenced(_Body):
    fence: Annotated[int, Field(ge=0)] = Field(description="看到的页面的序号")


class PresenceBody(Fenced):
    position: Annotated[int, Field(ge=1, le=2)]
    present: bool
    identity_seen: bool
    statement: bool
    observed: Observed | None = None


class FactsBody(Fenced):
    declared: Declared


class RefuseBody(Fenced):
    reason_code: Annotated[str, Field(min_length=1, max_length=64)]
    note: Note = ""


class FreezeBody(Fenced):
    kind: Literal["trafficking", "coercion", "violence"]
    signs: Words


class ReasonBody(Fenced):
    reason: Words


class ReportOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    case_id: UUID
    case_number: str
    office: str
    kind: str
    kind_zh: str
    state: str
    state_zh: str
    opened_at: datetime
    due_at: datetime
    late: bool
    reported_to: str | None


class ReportList(BaseModel):
    items: list[ReportOut]


class ReportedBody(_Body):
    reported_to: Annotated[str, Field(min_length=1, max_length=128)]


class ResultBody(_Body):
    result: Annotated[str, Field(min_length=1, max_length=2000)]


class LicenceOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    staff_id: UUID
    name: str
    number: str
    valid_from: date
    valid_until: date
    state: str
    words: str


class LicenceList(BaseModel):
    items: list[LicenceOut]


class LicenceBody(_Body):
    staff_id: UUID
    number: Annotated[str, Field(min_length=1, max_length=64)]
    valid_from: date
    valid_until: date


class RevokeBody(_Body):
    reason: Words

"""The roster as the API gives and takes it. Moments carry their offset; days are local (Asia/Shanghai)."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

Role = Literal["duty", "lead", "officer"]


class PersonOnDuty(BaseModel):
    id: UUID
    name: str
    until: datetime = Field(description="值到什么时候；超过 48 小时按 48 小时计")


class PersonNext(BaseModel):
    id: UUID
    name: str
    starts: datetime


class PostNow(BaseModel):
    role: str
    role_name: str
    now: list[PersonOnDuty]
    next: list[PersonNext]


class DutyOut(BaseModel):
    role: str
    id: UUID = Field(description="值班人员")
    name: str
    starts: datetime
    ends: datetime


class GapOut(BaseModel):
    role: str
    starts: datetime
    ends: datetime


class OverrideOut(BaseModel):
    id: UUID
    role: str
    kind: str = Field(description="add 加班，remove 请假，replace 顶班")
    staff_id: UUID
    replaces_id: UUID | None
    starts_at: datetime
    ends_at: datetime
    reason: str


class FindingOut(BaseModel):
    code: str
    role: str
    staff_id: UUID | None
    text: str


class HandoverOut(BaseModel):
    id: UUID
    division_code: str
    role: str
    from_id: UUID
    from_name: str
    to_name: str | None
    opened_at: datetime
    accepted_at: datetime | None
    state: str = Field(description="pending 等人接班，accepted 已接班，cancelled 已撤销")
    actions: list[str]
    note: str
    open_alarms: list[dict[str, Any]]


class RosterOut(BaseModel):
    division: str
    division_name: str
    day: date
    posts: list[PostNow]
    duties: list[DutyOut]
    gaps: list[GapOut]
    overrides: list[OverrideOut]
    findings: list[FindingOut]
    handovers: list[HandoverOut]


class RosterQuery(BaseModel):
    division: str = Field(description="机构或区划代码")
    day: date | None = Field(default=None, description="哪一天，默认今天")


class PlaceQuery(BaseModel):
    division: str = Field(description="机构或区划代码")


class HandoverList(BaseModel):
    items: list[HandoverOut]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")

    division: str = Field(min_length=1, max_length=64, description="机构或区划代码")
    role: Role = "duty"


class OverrideBody(_Body):
    kind: Literal["add", "remove", "replace"] = Field(description="add 加班，remove 请假，replace 顶班")
    staff_id: UUID = Field(description="谁来；请假时是谁不来")
    replaces_id: UUID | None = Field(default=None, description="顶班时替谁")
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    reason: str = Field(default="", max_length=200)


class TakeOverBody(_Body):
    instead_of: UUID | None = Field(default=None, description="替谁；不填则与在班的人一起值")
    until: AwareDatetime | None = Field(default=None, description="默认到下一次换班")
    reason: str = Field(default="", max_length=200)


class HandoverBody(_Body):
    note: str = Field(default="", max_length=2000, description="交代的事")

"""The time bank's accounts as the API speaks them: whole minutes, and the same in words."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

Minutes = Annotated[int, Field(strict=True, ge=1, le=90_000)]
Reason = Annotated[str, Field(min_length=4, max_length=500)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


# -- in


class PeriodQuery(_Strict):
    since: date
    until: date


class GiveTimeBody(_Strict):
    kin: UUID = Field(description="relatives 里的 id")
    minutes: Minutes


class TimeMinutesBody(_Strict):
    minutes: Minutes


class KinByProxyBody(_Strict):
    person: UUID = Field(description="代办关系里的另一方")


class FamilyInviteBody(_Strict):
    kin: UUID = Field(description="relatives 里的 id")
    may_spend: bool = True


class FamilyBody(_Strict):
    family: UUID


class AdjustBody(_Strict):
    minutes: Annotated[int, Field(strict=True, ge=-60_000, le=60_000)]
    why: Reason


class KinBody(_Strict):
    receiver: UUID
    relation: Literal["parent", "child", "spouse", "grandparent", "grandchild", "spouse_parent"]
    evidence: Reason


class EndKinBody(_Strict):
    why: Reason


class ElderFactsBody(_Strict):
    alone: bool = False
    empty_nest: bool = False
    low_income: bool = False
    disabled: bool = False
    evidence: Reason


class RewardBody(_Strict):
    name: Annotated[str, Field(min_length=1, max_length=64)]
    about: Annotated[str, Field(max_length=500)] = ""
    points: Annotated[int, Field(strict=True, ge=1, le=100_000)]
    stock: Annotated[int, Field(strict=True, ge=0, le=100_000)]


class RestockBody(_Strict):
    more: Annotated[int, Field(strict=True, ge=1, le=100_000)]


# -- out


class FamilyMemberOut(BaseModel):
    name: str
    may_spend: bool
    agreed: bool


class FamilyTimeOut(BaseModel):
    id: UUID
    minutes: int
    words: str
    members: list[FamilyMemberOut]


class FamilyInvitation(BaseModel):
    family: UUID
    name: str


class TimeOverview(BaseModel):
    minutes: int
    words: str
    coins: int
    pending_minutes: int
    pending_words: str
    points: int
    cannot_use: str | None
    family: FamilyTimeOut | None
    invited: list[FamilyInvitation]


class TimeLineOut(BaseModel):
    at: datetime
    event_on: date
    kind: str
    title: str
    amount: int
    words: str
    balance: int


class TimeStatementOut(BaseModel):
    opening: int
    opening_words: str
    closing: int
    closing_words: str
    lines: list[TimeLineOut]


class TimeKinOut(BaseModel):
    id: UUID
    name: str
    relation_zh: str


class TimeKinList(BaseModel):
    items: list[TimeKinOut]


class RewardOut(BaseModel):
    id: UUID
    name: str
    about: str
    points: int
    left: int


class RewardList(BaseModel):
    items: list[RewardOut]


class RewardOrderOut(BaseModel):
    id: UUID
    number: str
    name: str
    points: int
    state: str
    state_zh: str


class RewardOrderList(BaseModel):
    items: list[RewardOrderOut]

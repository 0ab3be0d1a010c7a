"""What comes in and goes out over HTTP: a changed rule, the card, a series."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from backend.sensing.models import RuleOverride
from backend.sensing.series import CardValue, Series


class OverrideIn(BaseModel):
    """Other numbers of a rule for one place, with the reason that will be read later."""

    model_config = ConfigDict(extra="forbid")

    rule: str = Field(max_length=64)
    scope: Literal["elder", "bed", "site"]
    scope_id: str = Field(min_length=1, max_length=64)
    values: dict[str, float | int | str] = Field(default_factory=dict)
    off: bool = False
    reason: str = Field(min_length=1, max_length=500)


class OverrideOut(BaseModel):
    rule: str
    scope: str
    scope_id: str
    values: dict[str, Any]
    off: bool
    reason: str
    set_by: str
    set_at: datetime

    @classmethod
    def of(cls, row: RuleOverride) -> "OverrideOut":
        return cls.model_validate(row, from_attributes=True)


class CardValueOut(BaseModel):
    """``words`` is for people, ``value`` for machines; ``known`` False: too old to rely on."""

    device_id: UUID
    capability: str
    name: str
    words: str
    value: float | None
    unit: str
    at: datetime
    age_s: int
    known: bool

    @classmethod
    def of(cls, line: CardValue) -> "CardValueOut":
        return cls.model_validate(line, from_attributes=True)


class PointOut(BaseModel):
    at: datetime
    mean: float
    low: float
    high: float
    last: float
    count: int


class SeriesOut(BaseModel):
    """Points per device id; ``span`` says what one point stands for."""

    capability: str
    span: Literal["raw", "minute", "hour"]
    points: dict[UUID, list[PointOut]]

    @classmethod
    def of(cls, found: Series) -> "SeriesOut":
        return cls.model_validate(found, from_attributes=True)

"""What the exchange's API answers."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class ExchangeLine(BaseModel):
    line: int
    result: Literal["taken", "unchanged", "refused"]
    why: str


class ExchangeReport(BaseModel):
    """What became of a file, line by line."""

    rows: int
    taken: int
    unchanged: int
    refused: int
    lines: list[ExchangeLine]


class ExchangeRunOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    direction: Literal["export", "import"]
    kind: str
    rows: int
    taken: int
    refused: int
    report: list[ExchangeLine]
    at: datetime


class ExchangeRunList(BaseModel):
    items: list[ExchangeRunOut]

"""What the demonstration's own endpoints take and give."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Mode = Literal["ok", "fail", "refuse", "hang"]


class ClockBody(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"advance_s": 60}]})

    advance_s: float = Field(allow_inf_nan=False, strict=True, description="往前拨多少秒")


class ClockAnswer(BaseModel):
    now: datetime


class MessagesQuery(BaseModel):
    alarm: str | None = Field(default=None, max_length=64, description="报警编号")
    channel: str | None = Field(default=None, max_length=16)
    since: datetime | None = Field(default=None, description="从这个时刻起（含）")
    limit: int = Field(default=200, ge=1, le=1000)


class Message(BaseModel):
    channel: str
    to: str = Field(description="收件人姓名")
    to_kind: str = Field(description="staff, contact, board 或 group")
    address: str = Field(description="已打码的地址")
    alarm: str | None
    title: str
    text: str
    at: datetime


class Messages(BaseModel):
    items: list[Message]


class MoodBody(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"mode": "hang"}]})

    mode: Mode = Field(description="ok 正常，fail 故障，refuse 拒收，hang 没有回应")


class Mood(BaseModel):
    name: str
    mode: Mode


class Moods(BaseModel):
    items: list[Mood]


class PhonePerson(BaseModel):
    user: str = Field(description="演示微信里的名字")
    name: str
    id_number: str = Field(description="编造的证件号码")
    hint: str


class PhonePeople(BaseModel):
    items: list[PhonePerson]


class PhoneUser(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"user": "zhang-wei"}]})

    user: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$", description="演示微信里的名字")


class PhoneCode(BaseModel):
    code: str = Field(description="5 分钟内用一次")


class PhonePoster(BaseModel):
    qr: str


class PhoneDay(BaseModel):
    day: date

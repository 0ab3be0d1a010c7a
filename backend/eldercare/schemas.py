"""What comes in and goes out about elders. Masked where a passer-by may look, full where somebody must act."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field


class NewElder(BaseModel):
    """An elder as entered. Sex and date of birth come from the ID number where there is one."""

    name: str = Field(min_length=1, max_length=64)
    site_code: str = Field(max_length=64)
    bed_id: UUID | None = None
    id_number: str | None = Field(default=None, max_length=32)
    sex: Literal["male", "female"] | None = None
    birth_date: date | None = None
    phone: str | None = Field(default=None, max_length=32)
    conditions: str | None = Field(default=None, max_length=2000)
    door_code: str | None = Field(default=None, max_length=64)
    care_notes: str | None = Field(default=None, max_length=2000)


class NewContact(BaseModel):
    """Somebody to call. Without ``position`` they come last."""

    name: str = Field(min_length=1, max_length=64)
    relation: str = Field(min_length=1, max_length=32)
    phone: str = Field(max_length=32)
    openid: str | None = Field(default=None, max_length=128)
    notify: bool = True
    position: int | None = Field(default=None, ge=1, le=20)


class MaskedElder(BaseModel):
    """For lists: 王*英, 138****1234."""

    id: UUID
    name: str
    age: int
    sex: str
    phone: str | None
    place: str


class ContactView(BaseModel):
    id: UUID
    name: str
    relation: str
    phone: str = Field(description="完整号码，用于拨打")


class DeviceView(BaseModel):
    """A device on the card; ``battery`` is null when the last reading is too old to say anything."""

    id: UUID
    name: str
    state: str
    offline: bool
    last_seen_at: datetime | None
    battery: float | None


class ElderCard(BaseModel):
    """Everything the person who comes needs. Reading it is logged."""

    id: UUID
    name: str
    sex: str
    age: int
    phone: str | None
    place: str
    address: str | None = Field(description="家庭床位的地址")
    site: str
    site_phone: str
    conditions: str | None
    care_notes: str | None
    door_code: str | None
    contacts: list[ContactView]
    devices: list[DeviceView]

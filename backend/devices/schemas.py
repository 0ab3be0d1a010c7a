"""What comes in and goes out about devices."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

State = Literal["discovered", "registered", "in_service", "maintenance", "retired"]


class ListQuery(BaseModel):
    state: State | None = Field(None, description="状态；不填为全部（不含已停用）")
    site: str | None = Field(None, max_length=64, description="机构代码")
    q: str | None = Field(None, max_length=64, description="名称或编号的一部分")
    offline: bool | None = Field(None, description="只看失联的，或只看正常的")
    cursor: UUID | None = Field(None, description="上一页的 next_cursor")
    limit: int = Field(100, ge=1, le=500)


class SpotBody(BaseModel):
    """老人、床位、房间、机构，选一个。"""

    elder_id: UUID | None = None
    bed_id: UUID | None = None
    room_id: UUID | None = None
    site_code: str | None = Field(None, max_length=64)


class NewDeviceBody(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "source": "zigbee2mqtt",
                    "external_id": "zigbee2mqtt/sos-203",
                    "name": "203 呼叫按钮",
                    "use": "sos",
                    "model": "TS0215A_sos",
                    "spot": {"bed_id": "0199c1a2-0000-7000-8000-000000000000"},
                }
            ]
        }
    )

    source: str = Field(min_length=1, max_length=64, description="接入方式")
    external_id: str = Field("", max_length=200, description="设备编号；直接连接的设备填标签上的编号")
    name: str = Field(min_length=1, max_length=128)
    use: str = Field(description="用途", max_length=16)
    model: str | None = Field(None, max_length=64)
    vendor: str | None = Field(None, max_length=64)
    power: Literal["battery", "mains"] | None = Field(None, description="不填按用途")
    spot: SpotBody
    gateway_id: UUID | None = None
    options: dict[str, Any] = Field(default_factory=dict)
    expected_interval_s: int | None = Field(None, description="正常情况下最长多久上报一次（秒）")
    publishes: list[str] = Field(default_factory=list, max_length=10, description="厂家格式的主题，须含设备编号")


class MinutesBody(BaseModel):
    minutes: int = Field(description="1 到 120；0 为立即结束")


class ReasonBody(BaseModel):
    reason: str = Field("", max_length=200)


class DeviceOut(BaseModel):
    """``battery`` 为空表示未知：太久没有上报的电量不算数。"""

    id: UUID
    kind: str
    name: str
    source: str
    external_id: str
    model: str | None
    vendor: str | None
    power: str
    capabilities: list[str]
    state: str
    state_note: str | None
    state_since: datetime | None
    site_code: str | None
    place: str
    elder_id: UUID | None
    elder_name: str | None
    gateway_id: UUID | None
    offline_since: datetime | None
    last_seen_at: datetime | None
    battery: float | None
    clock_skew_s: float | None
    expected_interval_s: int
    test_until: datetime | None
    last_test_at: datetime | None
    test_due_at: datetime | None
    actions: list[str] = Field(description="现在可以做的操作")
    account: bool = Field(description="是否有自己的接入账号")


class DeviceList(BaseModel):
    items: list[DeviceOut]
    next_cursor: UUID | None


class TopicOut(BaseModel):
    access: str
    topic: str


class AccountOut(BaseModel):
    """只返回这一次。"""

    host: str
    port: int
    tls: bool
    username: str
    password: str
    topics: list[TopicOut]


class ProvisionedOut(BaseModel):
    device: DeviceOut
    account: AccountOut | None
    qr: str = Field(description="二维码的内容")


class QuarantineOut(BaseModel):
    """``head_hex``: the first bytes, in hexadecimal."""

    id: UUID
    at: datetime
    source: str
    topic: str
    reason: str
    detail: str
    size: int
    head_hex: str
    looked_at: datetime | None


class QuarantineList(BaseModel):
    items: list[QuarantineOut]


class UnknownOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    source: str
    external_id: str
    first_seen_at: datetime
    last_seen_at: datetime
    messages: int


class UnknownList(BaseModel):
    items: list[UnknownOut]


class OverdueTestOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    device_id: UUID
    name: str
    place: str
    site_code: str | None
    due_at: datetime
    last_test_at: datetime | None


class OverdueTestList(BaseModel):
    items: list[OverdueTestOut]

"""Alarms as the API gives and takes them."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class DeviceOut(BaseModel):
    id: str
    name: str


class SubjectOut(BaseModel):
    id: str = Field(description="老人的编号；系统或未登记设备的报警则为其代号")
    kind: str = Field(description="elder, device, unregistered 或 system")
    name: str
    place: str


class PersonOut(BaseModel):
    id: str
    name: str


class AlarmOut(BaseModel):
    id: str
    kind: str
    kind_name: str
    severity: str = Field(description="critical, high, medium, low")
    severity_name: str
    status: Literal["open", "closed"]
    state: str = Field(description="ringing, accepted, on_the_way, arrived, closed")
    state_name: str
    acknowledged: bool
    acknowledged_by: PersonOut | None
    acknowledged_at: datetime | None
    on_my_way_at: datetime | None
    arrived_at: datetime | None
    assigned_to: PersonOut | None
    cleared: bool
    cleared_at: datetime | None
    device_cancelled: bool
    press_count: int
    raised_at: datetime
    occurred_at: datetime
    last_press_at: datetime
    delayed: bool = Field(description="延迟到达")
    clock_bad: bool = Field(description="设备时钟不可信，以收到的时间为准")
    device: DeviceOut | None
    subject: SubjectOut
    site_code: str | None
    detail: dict[str, Any]
    next_step_at: datetime | None
    next_action: str | None
    next_text: str | None = Field(description="接下来会发生什么，用一句话说")
    siren: bool = Field(description="大屏是否应当响铃")
    fence: int = Field(description="操作时带上它，避免对着旧画面操作")
    actions: list[str]
    closed_at: datetime | None
    disposition: str | None
    disposition_name: str | None
    close_note: str | None


class AlarmList(BaseModel):
    items: list[AlarmOut]
    next_cursor: str | None = None


class EventOut(BaseModel):
    number: int
    at: datetime
    type: str
    actor: str
    text: str
    data: dict[str, Any]


class NoticeOut(BaseModel):
    to: str
    kind: str
    channel: str | None
    status: str
    reason: str | None
    created_at: datetime
    sent_at: datetime | None


class AlarmDetail(AlarmOut):
    timeline: list[EventOut]
    notices: list[NoticeOut]


class ListQuery(BaseModel):
    status: Literal["open", "closed", "all"] = "open"
    kind: str | None = None
    site: str | None = Field(default=None, description="机构或站点代码")
    elder: str | None = None
    text: str | None = Field(default=None, max_length=64, description="姓名、位置或设备里的字")
    since: datetime | None = None
    until: datetime | None = None
    limit: int = Field(default=200, ge=1, le=1000)
    cursor: str | None = None


class ActionBody(BaseModel):
    """Every action may carry the fence of the picture it was pressed on."""

    model_config = ConfigDict(extra="forbid")

    fence: int | None = None


class CloseBody(ActionBody):
    model_config = ConfigDict(json_schema_extra={"examples": [{"disposition": "real", "note": "已扶起，血压正常"}]})

    disposition: str = Field(
        min_length=1,
        description="real 真实险情, false_alarm 误报, test 测试, no_help_needed 无需帮助, device_fault 设备故障, "
        "other 其他；也可直接写中文",
    )
    note: str = Field(default="", max_length=2000)


class AssignBody(ActionBody):
    staff_id: str | None = Field(default=None, description="员工编号")
    username: str | None = Field(default=None, description="或员工账号")


class NoteBody(ActionBody):
    note: str = Field(min_length=1, max_length=2000)


class CallBody(ActionBody):
    note: str = Field(default="", max_length=2000, description="通话内容")


class FiguresQuery(BaseModel):
    since: datetime | None = None
    until: datetime | None = None


class FigureRow(BaseModel):
    code: str
    name: str
    level: str
    alarms: int
    answered_60: float | None = Field(description="60 秒内有人接警的比例，目标 0.985")
    answered_180: float | None = Field(description="180 秒内有人接警的比例，目标 0.995")
    median_s: float | None
    unanswered: int
    false_alarms: int
    presses_again: int


class Figures(BaseModel):
    since: datetime
    until: datetime
    rows: list[FigureRow]

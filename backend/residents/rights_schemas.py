"""What comes in and goes out about proxies, consents and one's own data in the mini-program."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from backend.residents.schemas import LATER, SOME_ID, Kind, example

Scope = Literal["booking", "messages", "assistance", "time_bank", "memorial"]
ENDS = "2027-11-22T09:00:00+08:00"


class ConsentBody(BaseModel):
    model_config = example(version="1")

    version: str = Field(min_length=1, max_length=16, description="刚才给人看的说明的版本")


class ConsentOut(BaseModel):
    model_config = example(
        purpose="sms", title="短信提醒说明", version="1", text="重要的事我们会发短信提醒您。", sensitive=False,
        needed_for="收到短信提醒", withdraw_effect="撤回后不再给您发提醒短信。", granted=True,
        granted_at=LATER, outdated=False,
    )  # fmt: skip

    purpose: str
    title: str
    version: str
    text: str = Field(description="同意之前要完整给人看")
    sensitive: bool = Field(description="敏感信息：要单独同意，不能和别的一起勾选")
    needed_for: str
    withdraw_effect: str
    granted: bool
    granted_at: datetime | None
    outdated: bool = Field(description="同意过旧的说明，要再问一次")


class ConsentList(BaseModel):
    items: list[ConsentOut]


class ProxyBody(BaseModel):
    model_config = example(
        name="王秀英",
        id_kind="resident_id",
        id_number="110101194912310022",
        relation="child",
        scopes=["booking"],
        days=365,
    )

    name: str = Field(min_length=1, max_length=64, description="对方证件上的姓名")
    id_kind: Kind = "resident_id"
    id_number: str = Field(min_length=5, max_length=24, description="对方的证件号码")
    relation: str = Field(max_length=32, description="我是对方的什么人，见 relations")
    scopes: list[Scope] = Field(min_length=1, max_length=5)
    days: int = Field(ge=1, le=730, description="代办多少天，最长两年")


class ProxyOut(BaseModel):
    model_config = example(
        id=SOME_ID, role="agent", kind="relative", name="王**", relation="child", relation_zh="子女",
        scopes=["booking"],
        scopes_zh="预约", state="requested", state_zh="等待同意", until=ENDS, principal_id=None,
    )  # fmt: skip

    id: UUID
    role: Literal["agent", "principal"] = Field(description="agent：我替对方办；principal：对方替我办")
    kind: Literal["relative", "guardian"]
    name: str = Field(description="对方的姓名，打了码")
    relation: str
    relation_zh: str
    scopes: list[str]
    scopes_zh: str
    state: Literal["requested", "active", "refused", "revoked", "ended"]
    state_zh: str
    until: datetime = Field(description="申请中：最迟答复时间；生效后：到期时间")
    principal_id: UUID | None = Field(description="生效后，放在 X-Acting-For 里替对方办事")


class Choice(BaseModel):
    code: str
    name: str


class ProxyList(BaseModel):
    items: list[ProxyOut]
    scopes: list[Choice]
    relations: list[Choice]


class ProxyAsked(BaseModel):
    """The same whether the other person is known here or not."""

    model_config = example(id=SOME_ID, message="申请已提交。请让对方在小程序“亲友代办”里同意，或带身份证到窗口同意。")

    id: UUID
    message: str


class TraceOut(BaseModel):
    model_config = example(at=LATER, who="由子女李*代办", what="预约")

    at: datetime
    who: str
    what: str


class TraceList(BaseModel):
    items: list[TraceOut]


class SectionOut(BaseModel):
    key: str
    title: str
    purpose: str
    ground: str
    keep: str
    items: list[dict[str, str]] = Field(description="每条是“中文名称: 内容”")


class ExportOut(BaseModel):
    made_at: datetime
    sections: list[SectionOut]


class CorrectionBody(BaseModel):
    model_config = example(field="phone", wanted="13800138000", reason="换了手机号")

    field: Literal["name", "phone", "address", "birth_date", "sex"]
    wanted: str = Field(min_length=1, max_length=200)
    reason: str = Field(min_length=1, max_length=500, description="哪里不对，以什么证件为准")


class KeptOut(BaseModel):
    model_config = example(what="婚姻登记档案", ground="婚姻登记档案管理办法第13条", until="2126-05-20")

    what: str
    ground: str
    until: date


class RequestOut(BaseModel):
    model_config = example(
        id=SOME_ID, kind="correct", field="phone", field_zh="联系电话", state="open", state_zh="正在处理",
        asked_at=LATER,
        due_on="2026-12-11", answer=None, kept=[],
    )  # fmt: skip

    id: UUID
    kind: Literal["correct", "erase"]
    field: str | None
    field_zh: str | None
    state: Literal["open", "done", "refused", "withdrawn"]
    state_zh: str
    asked_at: datetime
    due_on: date = Field(description="最迟这一天答复")
    answer: str | None
    kept: list[KeptOut]


class RequestList(BaseModel):
    items: list[RequestOut]


class ErasurePlan(BaseModel):
    """What an erasure would do, before anybody says yes."""

    goes: list[str]
    kept: list[KeptOut] = Field(description="法律要求保留的，带依据和到期日")
    blocked_by: list[str] = Field(description="要先办完或取消的事；为空才能注销")


class ErasureBody(BaseModel):
    model_config = example(confirm=True, reason="不再使用")

    confirm: Literal[True] = Field(description="看过将删除和保留的内容后，再确认一次")
    reason: str = Field(default="", max_length=500)


class LookOut(BaseModel):
    model_config = example(at=LATER, who="青山镇 窗口工作人员", what="查看完整的联系电话", why="联系本人")

    at: datetime
    who: str = Field(description="单位和岗位，不是工作人员的姓名")
    what: str
    why: str


class LookList(BaseModel):
    items: list[LookOut]

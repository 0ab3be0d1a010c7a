"""What comes in and goes out at the front door: sessions, oneself, proofs of identity, the inbox."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from backend.residents.documents import KINDS

Kind = Literal["resident_id", "hkmt_permit", "foreign_pr", "passport"]
LATER = "2026-11-22T09:15:00+08:00"
SOME_ID = "0199f7a0-0000-7000-8000-000000000001"


def example(secrets: dict[str, Any] | None = None, /, **values: Any) -> ConfigDict:
    """A model that carries an example, refuses what it does not know, and quotes no input in an error."""
    return ConfigDict(
        json_schema_extra={"examples": [(secrets or {}) | values]}, extra="forbid", hide_input_in_errors=True
    )


class LogInBody(BaseModel):
    model_config = example(code="081Kq4Ga1MSox41pZmGa1HcPGP2Kq4GN", device="华为 Mate 60")

    code: str = Field(min_length=1, max_length=128, description="wx.login 得到的 code，5 分钟内用一次")
    device: str | None = Field(default=None, max_length=64, description="手机型号，给本人在“登录设备”里看")


class RefreshBody(BaseModel):
    model_config = example({"refresh_token": "kq0uN3z1mS2c7x9R4fW8yB6vT5jL1pQ0aD3eG7hK2nM"})

    refresh_token: str = Field(min_length=1, max_length=128, description="上一次得到的刷新令牌，只能用一次")


class TokensOut(BaseModel):
    """A fresh pair of tokens. Neither the openid nor WeChat's session_key ever leaves the server."""

    model_config = example(
        {"access_token": "b7W1x…", "refresh_token": "kq0uN…"},
        access_until=LATER,
        refresh_until="2026-12-22T09:00:00+08:00",
    )

    access_token: str = Field(description="放在 Authorization: Bearer 里，15 分钟有效")
    access_until: datetime
    refresh_token: str = Field(description="换新令牌用，30 天有效，只能用一次")
    refresh_until: datetime


class DeviceOut(BaseModel):
    model_config = example(
        id=SOME_ID, device="华为 Mate 60", since="2026-11-20T08:00:00+08:00", last_seen_at=LATER, current=True
    )

    id: UUID
    device: str = Field(description="手机型号；没有告诉我们的写“未知设备”")
    since: datetime
    last_seen_at: datetime
    current: bool = Field(description="是不是正在用的这一台")


class DevicesOut(BaseModel):
    model_config = example(items=[])

    items: list[DeviceOut]


class Missing(BaseModel):
    """One step that is still to be taken, and for what it is needed."""

    model_config = example(needs="real_name", title="实名认证", next="请在“我的”里完成实名认证", wanted_for=["预约"])

    needs: Literal["phone", "real_name", "counter"]
    title: str
    next: str
    wanted_for: list[str]


class ProviderOut(BaseModel):
    model_config = example(name="wechat_face", title="微信人脸核身", kinds=["resident_id"])

    name: str
    title: str
    kinds: list[Kind]


class MeOut(BaseModel):
    """Oneself, masked: a phone lies about and is read by others."""

    model_config = example(
        name="张*", id_kind_zh="居民身份证", id_number="5***************34", phone="138****8000", assurance=2,
        assurance_zh="已实名", large_type=False, unread=1, missing=[], providers=[],
    )  # fmt: skip

    name: str | None
    id_kind_zh: str | None
    id_number: str | None
    phone: str | None
    assurance: int = Field(ge=0, le=3, description="0 未认证，1 已绑手机号，2 已实名，3 已当面核验")
    assurance_zh: str
    large_type: bool
    unread: int = Field(ge=0)
    missing: list[Missing]
    providers: list[ProviderOut]


class MePatch(BaseModel):
    model_config = example(large_type=True)

    large_type: bool = Field(description="长辈版大字")


class PhoneBody(BaseModel):
    model_config = example(code="e31968a7f94cc5ee25fafc2aef2773f0bb8c3937b22520eb8ee345274d00c144")

    code: str = Field(min_length=1, max_length=128, description="手机号按钮得到的 code，5 分钟内用一次")


class PhoneOut(BaseModel):
    model_config = example(phone="138****8000")

    phone: str


class IdentityBody(BaseModel):
    model_config = example(provider="wechat_face", name="张伟", id_kind="resident_id", id_number="500118196005010013")

    provider: str = Field(min_length=1, max_length=32)
    name: str = Field(min_length=1, max_length=64, description="证件上的姓名")
    id_kind: Kind = Field(default="resident_id", description="、".join(f"{key} {zh}" for key, zh in KINDS.items()))
    id_number: str = Field(min_length=5, max_length=32, description="证件号码，空格和小写 x 都可以")


class IdentityOut(BaseModel):
    """An attempt. ``client`` is what the chosen provider's page needs, while the attempt is open."""

    model_config = example(
        id=SOME_ID, provider="wechat_face", state="started", reason=None, reason_zh=None, expires_at=LATER,
        client={"verify_id": "…"},
    )  # fmt: skip

    id: UUID
    provider: str
    state: Literal["started", "passed", "failed", "expired"]
    reason: str | None
    reason_zh: str | None = Field(description="没有通过的原因和下一步，可以直接给本人看")
    expires_at: datetime
    client: dict[str, Any]


class InboxQuery(BaseModel):
    model_config = example(limit=20)

    cursor: str | None = Field(default=None, max_length=500, description="上一页给出的 next")
    limit: int = Field(default=20, ge=1, le=100)


class InboxLine(BaseModel):
    model_config = example(
        id=SOME_ID, title="预约成功", body="您已预约 11月26日09:00 办理。", page="/pages/booking/list", at=LATER,
        read=False,
    )  # fmt: skip

    id: UUID
    title: str
    body: str
    page: str | None = Field(description="点开后去的页面")
    at: datetime
    read: bool


class InboxOut(BaseModel):
    model_config = example(unread=0, items=[], next=None)

    unread: int = Field(ge=0)
    items: list[InboxLine]
    next: str | None = Field(description="下一页的 cursor；没有下一页时为空")


class ReadOut(BaseModel):
    model_config = example(unread=0)

    unread: int = Field(ge=0)


class SubscriptionsBody(BaseModel):
    model_config = example(answers={"booking_made": "accept"})

    answers: dict[str, Literal["accept", "reject", "ban", "filter"]] = Field(
        max_length=5, description="wx.requestSubscribeMessage 的结果：模板 → 结果"
    )


class SubscriptionOut(BaseModel):
    model_config = example(template="booking_made", template_id="tmpl-1", left=1)

    template: str
    template_id: str = Field(description="给 wx.requestSubscribeMessage 用")
    left: int | None = Field(description="还能发几条；空表示不知道")


class SubscriptionsOut(BaseModel):
    model_config = example(items=[])

    items: list[SubscriptionOut]

"""What this domain holds about a person, for the export: everything but the technical identifiers of WeChat."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import or_, select

from backend.core.clock import local
from backend.core.db import Work
from backend.residents import proxy_rules
from backend.residents.acts import trail
from backend.residents.consents import purposes
from backend.residents.documents import KINDS
from backend.residents.holdings import Holding, Line
from backend.residents.masking import mask_name
from backend.residents.models import (
    Consent,
    IdentityCheck,
    InboxItem,
    Person,
    Proxy,
    ResidentSession,
    RightsRequest,
    WeChatAccount,
)

NONE = "没有"
LEVELS = ("未核验", "手机号", "实名", "窗口核验")
SEXES = {"male": "男", "female": "女"}
PROXY_STATES = {"requested": "等待同意", "active": "有效", "refused": "未同意", "revoked": "已取消"}
REQUEST_STATES = {"open": "正在处理", "done": "已办理", "refused": "没有通过", "withdrawn": "已撤回"}
CHECK_STATES = {"started": "进行中", "passed": "通过", "failed": "未通过", "expired": "已过期"}


def at(moment: datetime | None) -> str:
    """``2026-11-22 09:00``."""
    return f"{local(moment):%Y-%m-%d %H:%M}" if moment else NONE


def on(day: date | None) -> str:
    return day.isoformat() if day else NONE


def _person(work: Work, person_id: UUID) -> list[Line]:
    row = work.session.get_one(Person, person_id)
    return [
        {
            "姓名": row.name,
            "证件类型": KINDS[row.id_kind],
            "证件号码": row.id_number or NONE,
            "出生日期": on(row.birth_date),
            "性别": SEXES.get(row.sex or "", NONE),
            "联系电话": row.phone or NONE,
            "地址": row.address or NONE,
            "核验程度": LEVELS[row.assurance],
            "核验时间": at(row.assured_at),
            "登记时间": at(row.created_at),
        }
    ]


def _accounts(work: Work, person_id: UUID) -> list[Line]:
    rows = work.session.scalars(select(WeChatAccount).where(WeChatAccount.person_id == person_id))
    return [
        {"微信账号": "已绑定（标识加密保存）", "绑定时间": at(row.bound_at), "解绑时间": at(row.unbound_at),
         "手机号": row.phone or NONE, "最近使用": at(row.last_seen_at)}
        for row in rows
    ]  # fmt: skip


def _sessions(work: Work, person_id: UUID) -> list[Line]:
    mine = select(ResidentSession).join(WeChatAccount).where(WeChatAccount.person_id == person_id)
    rows = work.session.scalars(mine.order_by(ResidentSession.created_at.desc()))
    return [
        {"登录时间": at(row.created_at), "设备": row.device or NONE, "结束时间": at(row.revoked_at)} for row in rows
    ]


def _checks(work: Work, person_id: UUID) -> list[Line]:
    rows = work.session.scalars(select(IdentityCheck).where(IdentityCheck.person_id == person_id))
    return [
        {"核验方式": row.provider, "时间": at(row.started_at), "结果": CHECK_STATES[row.state]} for row in rows
    ]  # fmt: skip


def _proxies(work: Work, person_id: UUID) -> list[Line]:
    mine = or_(Proxy.principal_id == person_id, Proxy.agent_id == person_id)
    rows = work.session.scalars(select(Proxy).where(mine).order_by(Proxy.requested_at.desc()))
    return [
        {
            "关系": proxy_rules.RELATIONS[row.relation],
            "方向": "别人替我" if row.principal_id == person_id else f"我替{mask_name(row.principal_name)}",
            "事项": proxy_rules.scope_words(row.scopes),
            "状态": PROXY_STATES[row.state],
            "到期": at(row.valid_until),
        }
        for row in rows
    ]


def _acts(work: Work, person_id: UUID) -> list[Line]:
    return [{"时间": at(one.at), "谁办的": one.who, "办了什么": one.what} for one in trail(work, person_id, 1000)]


def _consents(work: Work, person_id: UUID) -> list[Line]:
    mine = select(Consent).join(WeChatAccount, WeChatAccount.id == Consent.account_id)
    rows = work.session.scalars(mine.where(WeChatAccount.person_id == person_id).order_by(Consent.granted_at.desc()))
    titles = {key: one.title for key, one in purposes().items()}
    return [
        {"说明": titles.get(row.purpose, row.purpose), "版本": row.version, "同意时间": at(row.granted_at),
         "撤回时间": at(row.withdrawn_at)}
        for row in rows
    ]  # fmt: skip


def _requests(work: Work, person_id: UUID) -> list[Line]:
    mine = select(RightsRequest).where(RightsRequest.person_id == person_id).order_by(RightsRequest.asked_at.desc())
    return [
        {"申请": "更正资料" if row.kind == "correct" else "注销资料", "改为": row.wanted or NONE,
         "时间": at(row.asked_at), "结果": REQUEST_STATES[row.state], "答复": row.answer or NONE}
        for row in work.session.scalars(mine)
    ]  # fmt: skip


def _messages(work: Work, person_id: UUID) -> list[Line]:
    mine = select(InboxItem).where(InboxItem.person_id == person_id).order_by(InboxItem.created_at.desc())
    return [{"时间": at(one.created_at), "标题": one.title, "内容": one.body} for one in work.session.scalars(mine)]


DUTY = "履行法定职责所必需（个人信息保护法第13条第1款第3项、第34条）"
AGREED = "您的同意（个人信息保护法第13条第1款第1项）"
HOLDINGS = (
    Holding("person", "基本资料", "确认您是谁，为您办事", DUTY, "办事期间，注销时删除", _person),
    Holding("account", "微信账号", "登录和接收消息", AGREED, "解绑或注销时删除", _accounts),
    Holding("sessions", "登录记录", "保护账号安全", "网络安全法第23条", "半年以上", _sessions),
    Holding("identity", "实名核验记录", "防止冒用身份", f"{AGREED}；第29条单独同意", "注销时删除", _checks),
    Holding("proxies", "代办授权", "让亲友按您的意思办事", AGREED, "结束后三年", _proxies),
    Holding("acts", "代办记录", "让您知道谁替您办了什么", AGREED, "三年", _acts),
    Holding("consents", "同意记录", "证明您同意过什么、何时撤回", "个人信息保护法第14、15条", "三年", _consents),
    Holding("requests", "资料申请", "答复您的更正和注销申请", "个人信息保护法第46、47、50条", "三年", _requests),
    Holding("messages", "消息", "告诉您办事进展", AGREED, "注销时删除", _messages),
)

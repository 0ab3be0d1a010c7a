"""How moments and durations are written for people, in Chinese and on the county's wall clock. Pure."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from backend.core.clock import local

MINUTE, HOUR, DAY = 60, 3600, 86_400
NOTHING = "—"


def clock_time(moment: datetime | None) -> str:
    """``09:31:05``: with seconds, as a timeline needs it."""
    return local(moment).strftime("%H:%M:%S") if moment else NOTHING


def day_time(moment: datetime | None) -> str:
    """``11月22日 09:31``."""
    if moment is None:
        return NOTHING
    when = local(moment)
    return f"{when.month}月{when.day}日 {when:%H:%M}"


def full_time(moment: datetime | None) -> str:
    """``2026-11-22 09:31:05``: unmistakable, for lists that are filed and printed."""
    return local(moment).strftime("%Y-%m-%d %H:%M:%S") if moment else NOTHING


def field_time(moment: datetime | None) -> str:
    """``2026-11-22T09:31``: as a ``datetime-local`` field takes it; empty for None."""
    return local(moment).strftime("%Y-%m-%dT%H:%M") if moment else ""


def duration(seconds: float | None) -> str:
    """``45 秒``, ``3 分 5 秒``, ``2 小时 10 分``, ``3 天``; ``—`` for None."""
    if seconds is None:
        return NOTHING
    whole = max(0, int(seconds))
    if whole < MINUTE:
        return f"{whole} 秒"
    if whole < HOUR:
        return f"{whole // MINUTE} 分 {whole % MINUTE} 秒"
    if whole < DAY:
        return f"{whole // HOUR} 小时 {whole % HOUR // MINUTE} 分"
    return f"{whole // DAY} 天"


def ago(moment: datetime | None, now: datetime) -> str:
    """``3 分 5 秒前``; ``从未`` if it never happened."""
    return f"{duration((now - moment).total_seconds())}前" if moment else "从未"


def percent(share: float | None) -> str:
    """A share (0…1) with one decimal; it never rounds up to a target that was missed."""
    return f"{int(share * 1000) / 10:.1f}%" if share is not None else NOTHING


CHANNELS = {
    "board": "大屏", "wechat": "微信", "wecom": "企业微信", "dingtalk": "钉钉", "feishu": "飞书",
    "webhook": "推送", "sms": "短信", "voice": "电话",
}  # fmt: skip
STATUSES = {
    "pending": "等待发送", "sending": "正在发送", "sent": "已发出", "delivered": "已送达", "read": "已读",
    "failed": "没有送到", "cancelled": "已取消", "expired": "已过期",
}  # fmt: skip
REASONS = {
    "timeout": "对方超时", "unreachable": "连不上", "http_4xx": "被对方拒绝", "http_5xx": "对方故障",
    "bad_answer": "对方回答看不懂", "rate_limited": "发送太频繁", "bad_credentials": "账号配置不对",
    "bad_address": "号码或地址不对", "no_grant": "没有订阅授权", "bad_field": "内容不合要求",
    "not_configured": "没有配置这个渠道", "provider_busy": "对方繁忙", "provider_refused": "被对方拒绝",
    "acknowledged": "已有人接警", "closed": "已结案", "device_cancelled": "用户取消", "no_way": "没有联系方式",
}  # fmt: skip
DEVICE_STATES = {
    "discovered": "新发现", "registered": "待测试", "in_service": "使用中", "maintenance": "维护中",
    "retired": "已停用",
}  # fmt: skip
RECIPIENTS = {"staff": "值守人员", "contact": "家属", "board": "大屏", "group": "工作群"}
ROLES = {"duty": "值班", "lead": "班长", "officer": "局值班", "admin": "管理员"}
WORDS = {**CHANNELS, **STATUSES, **REASONS, **DEVICE_STATES, **RECIPIENTS, **ROLES, "female": "女", "male": "男"}


def zh(code: str | None) -> str:
    """The Chinese word of a code that is kept in the database; ``—`` for none, an unknown code as it is."""
    return WORDS.get(code, code) if code else NOTHING


FILTERS: dict[str, Callable[..., Any]] = {
    "clock_time": clock_time,
    "day_time": day_time,
    "full_time": full_time,
    "field_time": field_time,
    "duration": duration,
    "ago": ago,
    "percent": percent,
    "zh": zh,
}

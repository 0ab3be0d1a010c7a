"""What pydantic says about an input, in words that a resident understands."""

import re
from collections.abc import Iterator
from typing import Any

# What stands in a message beginning so, with the numbers it names.
WORDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"Field required", "没有填写"),
        (r"String should have at least 1 character", "没有填写"),
        (r"String should have at least (\d+)", "至少要 {0} 个字"),
        (r"String should have at most (\d+)", "最多 {0} 个字"),
        (r"\w+ should have at least (\d+)", "至少选 {0} 项"),
        (r"\w+ should have at most (\d+)", "最多 {0} 项"),
        (r"Input should be greater than or equal to (\S+)", "不能小于 {0}"),
        (r"Input should be less than or equal to (\S+)", "不能大于 {0}"),
        (r"Input should be greater than (\S+)", "要大于 {0}"),
        (r"Input should be less than (\S+)", "要小于 {0}"),
        (r"Input should be '", "请从列表中选择"),
        (r"Extra inputs are not permitted", "没有这一项"),
        (r"Input should be a valid (date|datetime|time)", "不是日期或时间"),
        (r"Input should be a valid (integer|number|decimal)", "不是数字"),
        (r"Value error, (.+)", "{0}"),
    )
)
OTHERWISE = "格式不对"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
FIELDS = {
    "code": "登录码", "name": "姓名", "id_number": "证件号码", "id_kind": "证件类型", "phone": "手机号",
    "provider": "认证方式", "refresh_token": "刷新令牌", "cursor": "翻页位置", "limit": "每页条数", "reason": "原因",
    "date": "日期", "text": "内容", "username": "账号", "password": "密码", "minutes": "时长", "amount": "数额",
    "legs": "账户", "account": "账户", "since": "开始日期", "until": "结束日期", "event_on": "日期", "kind": "种类",
    "relation": "关系", "receiver": "对方", "evidence": "证明", "division_code": "地点", "contact_phone": "联系电话",
    "capacity": "名额", "starts_at": "开始时间", "ends_at": "结束时间", "team_id": "队伍", "voucher": "凭证号",
    "fine": "罚款", "bank": "银行", "scope": "范围", "scope_id": "范围", "staff_id": "工作人员",
}  # fmt: skip
ANYTHING = "填写的内容"


def faults(detail: Any) -> dict[str, str]:
    """Field → what is wrong with it, from ``{"json": {"field": ["message"]}}``."""
    return dict(_each(detail))


def _each(detail: Any) -> Iterator[tuple[str, str]]:
    for place in detail.values() if isinstance(detail, dict) else ():
        for field, reasons in place.items() if isinstance(place, dict) else ():
            yield str(field), why(str(reasons[0] if isinstance(reasons, list) and reasons else reasons))


def why(message: str) -> str:
    """One message of pydantic in Chinese; what we wrote ourselves stays as it is."""
    for pattern, words in WORDS:
        if found := pattern.match(message):
            return words.format(*found.groups())
    return message if CHINESE.search(message) else OTHERWISE


def field_zh(field: str) -> str:
    """What a form calls the field."""
    return field if CHINESE.search(field) else FIELDS.get(field.rpartition(".")[2], ANYTHING)

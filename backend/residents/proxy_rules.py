"""Acting for somebody (亲友代办, R-010): who may, for how long, and in which words it is told. Pure."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from backend.core.errors import BadInputError
from backend.residents.rules import SCOPES

ADULT_AGE = 18  # 民法典 17
LONGEST = timedelta(days=730)  # two years, then the principal is asked again
SHORTEST_DAYS, LONGEST_DAYS = 1, 730
ANSWER_WITHIN = timedelta(days=30)  # a request nobody answered is over
TELL_BEFORE = timedelta(days=14)
MOST_AGENTS, MOST_PRINCIPALS = 5, 10
SHORTEST_EVIDENCE = 4

RELATIONS: dict[str, str] = {
    "child": "子女",
    "spouse": "配偶",
    "parent": "父母",
    "sibling": "兄弟姐妹",
    "grandchild": "孙子女",
    "grandparent": "祖父母",
    "other_relative": "其他亲属",
    "friend": "邻居或朋友",
    "community_worker": "村社区工作人员",
    "legal_guardian": "指定监护人",
}
# On which papers somebody is a guardian: 民法典 27 (minors), 24 and 28 (declared by a court), 33 (agreed beforehand).
GUARDIAN_GROUNDS: dict[str, str] = {
    "minor": "未成年人的父母或其他监护人",
    "court": "法院判决的监护人",
    "agreed": "公证的意定监护人",
}
ACTIONS: dict[str, str] = {
    "booking.book": "预约",
    "booking.move": "改约",
    "booking.cancel": "取消预约",
    "booking.wait": "登记候补",
    "booking.check_in": "取号签到",
    "case.start": "填写申请",
    "case.submit": "提交申请",
    "case.withdraw": "撤回申请",
    "case.paper": "上传材料",
    "case.appeal": "提出申诉",
    "order.ask": "请志愿者帮忙",
    "order.cancel": "取消帮忙单",
    "order.confirm": "确认服务时长",
    "order.rate": "评价志愿服务",
    "order.dispute": "提出不同意见",
    "volunteer.register": "登记志愿者",
    "volunteer.change": "改志愿者资料",
    "volunteer.withdraw": "退出志愿者",
    "volunteer.certificate": "开具服务证明",
}


def action_words(scope: str, action: str) -> str:
    """What was done, in a few characters; an action without words of its own is called by its scope."""
    return ACTIONS.get(action, SCOPES[scope])


def by_whom(*, relation: str | None, agent: str | None) -> str:
    """``由子女李*代办``, ``由窗口工作人员代办``; ``agent`` is a masked name."""
    return f"由{RELATIONS.get(relation or '', '代办人')}{agent}代办" if agent else "由窗口工作人员代办"


def checked_scopes(scopes: Iterable[str]) -> list[str]:
    """The scopes in the order of the closed list. Raises ``BadInputError``."""
    wanted = set(scopes)
    if not wanted or wanted - set(SCOPES):
        raise BadInputError(field="代办事项", why="请从列表中至少选一项")
    return [scope for scope in SCOPES if scope in wanted]


def checked_relation(relation: str) -> str:
    """A relation of the closed list. Raises ``BadInputError``."""
    if relation not in RELATIONS:
        raise BadInputError(field="关系", why="请从列表中选择")
    return relation


def checked_days(days: int) -> int:
    """How long it is to hold. Raises ``BadInputError``."""
    if not SHORTEST_DAYS <= days <= LONGEST_DAYS:
        raise BadInputError(field="有效期", why="最短 1 天，最长 2 年")
    return days


def checked_evidence(evidence: str, field: str = "核验材料") -> str:
    """What the clerk has seen or answers, in words. Raises ``BadInputError``."""
    words = evidence.strip()
    if len(words) < SHORTEST_EVIDENCE:
        raise BadInputError(field=field, why="请写清楚，至少 4 个字")
    return words[:500]


def birthday(born: date, age: int) -> date:
    """The day somebody reaches an age; of those born on 29 February in a year without one, the first of March."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)


def is_minor(born: date | None, today: date) -> bool:
    """Under 18 on this day; somebody whose birth date is not known is taken to be of age."""
    return born is not None and today < birthday(born, ADULT_AGE)


def relative_until(now: datetime, days: int) -> datetime:
    """When a relative's proxy ends: after its days, never beyond two years."""
    return now + min(timedelta(days=days), LONGEST)


def guardian_until(now: datetime, born: date | None) -> datetime:
    """A minor's guardian until the ward is 18; a grown-up's for two years, then the papers are looked at again.

    ``now`` is a moment on the county's wall clock: one is 18 from the first minute of the birthday.
    """
    if born is None or not is_minor(born, now.date()):
        return now + LONGEST
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + (birthday(born, ADULT_AGE) - now.date())


def ends_soon(valid_until: datetime, now: datetime) -> bool:
    """Whether both are to be told that it ends."""
    return now < valid_until <= now + TELL_BEFORE


def scope_words(scopes: Sequence[str]) -> str:
    """``预约、查看消息``."""
    return "、".join(SCOPES[scope] for scope in scopes)

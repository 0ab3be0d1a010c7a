"""Who is near to the dead, and who may do what in a hall. Pure.

Near relatives (近亲属) are those of 民法典 1045(2): spouse, parents, children, siblings, grandparents, grandchildren.
个人信息保护法 49 gives them, whatever their role, the right to see, copy, correct and delete.
"""

from datetime import date
from itertools import pairwise

NEAR_ZH = {
    "spouse": "配偶", "parent": "父母", "child": "子女", "sibling": "兄弟姐妹", "grandparent": "祖父母、外祖父母",
    "grandchild": "孙子女、外孙子女",
}  # fmt: skip
RELATION_ZH = NEAR_ZH | {"in_law": "儿媳、女婿等姻亲", "kin": "其他亲属", "friend": "朋友、同事、邻居", "other": "其他"}
ROLE_ZH = {"keeper": "管理人", "editor": "共同编辑", "family": "家人", "guest": "受邀亲友"}
KIND_ZH = {"person": "个人", "couple": "夫妻", "family": "家族"}
PRIVACY_ZH = {"family": "只有家人能看", "invited": "受邀的人能看", "public": "所有人能看"}
WISH_ZH = {"none": "没有留下安排", "family_only": "生前说只给家人看", "no_hall": "生前说不要设纪念馆"}
STATE_ZH = {"open": "开放", "frozen": "暂停修改", "closed": "已关闭"}
SIZE = {"person": (1, 1), "couple": (2, 2), "family": (2, 12)}  # how many are remembered in one hall: least, most
OPENNESS = ("family", "invited", "public")

EDITING = frozenset({"edit", "media", "remove"})
ROLE_ACTS: dict[str, frozenset[str]] = {
    "keeper": EDITING | {"see", "export", "dispute", "people", "privacy", "close", "restore"},
    "editor": EDITING | {"see"},
    "family": frozenset({"see", "media"}),
    "guest": frozenset({"see"}),
}
NEAR_ACTS = frozenset({"see", "export", "remove", "dispute"})
ACTS = frozenset().union(*ROLE_ACTS.values())
# What still goes when a mediator has stopped all changes, and when the hall is closed. What kin ask to be taken
# away goes also then.
STATE_ACTS: dict[str, frozenset[str]] = {
    "open": ACTS - {"restore"},
    "frozen": NEAR_ACTS,
    "closed": frozenset({"see", "export", "remove", "restore"}),
}
BLOCKED_ACTS = frozenset({"edit", "media", "people", "privacy", "close"})


def may(role: str | None, act: str, *, near: bool) -> bool:
    """Whether a role, or being near kin, allows an act. ``role``: None for somebody who has none."""
    return act in ROLE_ACTS.get(role or "", frozenset()) or (near and act in NEAR_ACTS)


def sees(role: str | None, privacy: str, state: str) -> bool:
    """Whether the hall is shown to somebody with this role; None is everybody."""
    if role in ("keeper", "editor", "family"):
        return state != "closed" or role == "keeper"
    if state != "open":
        return False
    return privacy == "public" or (role == "guest" and privacy == "invited")


def too_open(privacy: str, wish: str) -> bool:
    """Whether the dead wanted it narrower: what they arranged prevails (个人信息保护法 49)."""
    return wish == "family_only" and privacy != "family"


def wrong_days(born: date | None, died: date, today: date) -> str | None:
    """Why the days cannot be right, in Chinese; None if they can."""
    if died > today:
        return "去世日期还没有到，请核对"
    if born is not None and died < born:
        return "去世日期早于出生日期，请核对"
    return None


def wrong_size(kind: str, many: int) -> str | None:
    """Why so many cannot be remembered in a hall of this kind."""
    least, most = SIZE[kind]
    if least <= many <= most:
        return None
    return f"{KIND_ZH[kind]}纪念馆要 {least} 位" if least == most else f"{KIND_ZH[kind]}纪念馆要 {least} 到 {most} 位"


def paragraphs(words: str, longest: int = 60) -> list[str]:
    """A life story as thoughts short enough for one screen each: at its own line breaks, then after full stops."""
    found = []
    for line in filter(None, (one.strip() for one in words.splitlines())):
        found += _thoughts(line, longest)
    return found


def _thoughts(line: str, longest: int) -> list[str]:
    ends = [0, *(at + 1 for at, sign in enumerate(line) if sign in "。！？"), len(line)]
    thoughts = [""]
    for since, until in pairwise(ends):
        sentence = line[since:until]
        if thoughts[-1] and len(thoughts[-1]) + len(sentence) > longest:
            thoughts.append("")
        thoughts[-1] += sentence
    return [one for one in thoughts if one]

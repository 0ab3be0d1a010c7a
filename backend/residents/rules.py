"""How sure we are of who somebody is, what each thing a resident does needs, and what a proxy may do. Pure."""

from datetime import date, timedelta
from enum import IntEnum

ACCESS_LASTS = timedelta(minutes=15)
REFRESH_LASTS = timedelta(days=30)
DOUBLE_TAP = timedelta(seconds=10)  # a refresh whose answer was lost on the way is simply asked again
ATTEMPTS_A_DAY = 5
CHECK_LASTS = timedelta(minutes=15)
CHILD_AGE = 14  # 个人信息保护法 31: below, a guardian agrees


class Assurance(IntEnum):
    """How well somebody has proved who they are; a stronger proof also does for what needs a weaker one."""

    NONE = 0  # a WeChat account, nothing more
    PHONE = 1  # a telephone number that WeChat has verified
    REAL_NAME = 2  # name and number confirmed by an identity provider
    COUNTER = 3  # a clerk has held the document in their hands


ASSURANCE_ZH = {
    Assurance.NONE: "未认证",
    Assurance.PHONE: "已绑手机号",
    Assurance.REAL_NAME: "已实名",
    Assurance.COUNTER: "已当面核验",
}

# What each thing a resident does in the mini-program needs. An action that is missing here cannot be wired.
NEEDS: dict[str, Assurance] = {
    "account.use": Assurance.NONE,  # one's own sessions, settings and proofs: whoever is logged in
    "account.agree": Assurance.NONE,  # consents: given before anything else is asked
    "inbox.read": Assurance.NONE,
    "guide.ask": Assurance.NONE,
    "booking.view": Assurance.NONE,  # which places are free is no secret
    "booking.book": Assurance.REAL_NAME,
    "booking.manage": Assurance.REAL_NAME,
    "marriage.check": Assurance.NONE,  # the pre-check keeps nothing
    "marriage.apply": Assurance.REAL_NAME,
    "proxy.manage": Assurance.REAL_NAME,
    "proxy.act": Assurance.REAL_NAME,
    "data.see": Assurance.REAL_NAME,
    "data.change": Assurance.REAL_NAME,
    "rating.give": Assurance.REAL_NAME,
    "case.apply": Assurance.REAL_NAME,
    "case.follow": Assurance.REAL_NAME,
    "volunteer.join": Assurance.REAL_NAME,
    "volunteer.follow": Assurance.REAL_NAME,
    "time_bank.see": Assurance.REAL_NAME,
    "time_bank.use": Assurance.REAL_NAME,
    "order.ask": Assurance.REAL_NAME,
    "order.help": Assurance.REAL_NAME,
    "memorial.keep": Assurance.REAL_NAME,
    "memorial.open": Assurance.REAL_NAME,
    "memorial.visit": Assurance.REAL_NAME,  # 规范网络祭扫: whoever brings something does so under their name
    "farewell.attend": Assurance.REAL_NAME,
    "grave.visit": Assurance.REAL_NAME,
    "funeral.order": Assurance.REAL_NAME,
    "lead.report": Assurance.NONE,  # 社会救助法 39: whoever finds somebody in need says so, named or not
}

# Whoever takes one of these consents back begins nothing new in the mini-program (consents.yaml says so); what was
# begun can still be seen, changed and ended.
KEPT_CONSENTS = ("basic", "real_name")
NEW_MATTERS = frozenset({
    "booking.book", "marriage.apply", "case.apply", "volunteer.join", "order.ask", "memorial.open", "grave.visit",
    "funeral.order",
})  # fmt: skip

# What a step is good for, as a resident reads it; every action that needs a proof has its words here.
WORDS: dict[str, str] = {
    "booking.book": "预约",
    "booking.manage": "改约和取消",
    "marriage.apply": "婚姻登记申请",
    "proxy.manage": "设置亲友代办",
    "proxy.act": "替亲友办事",
    "data.see": "查看我的资料",
    "data.change": "更正或删除资料",
    "rating.give": "评价服务",
    "case.apply": "提交救助申请",
    "case.follow": "查看申请进度",
    "time_bank.see": "查看时间银行",
    "time_bank.use": "转赠和使用时间",
    "memorial.keep": "看家人的纪念馆",
    "memorial.open": "申请纪念馆",
    "memorial.visit": "网上祭扫",
    "farewell.attend": "参加告别仪式",
    "grave.visit": "预约祭扫",
    "funeral.order": "选购殡葬服务",
    "order.ask": "请志愿者帮忙",
    "order.help": "接单帮忙",
    "volunteer.join": "登记做志愿者",
    "volunteer.follow": "查看志愿服务",
}

# The closed list of what one person may let another do, with the words both of them read.
SCOPES: dict[str, str] = {
    "booking": "预约",
    "messages": "查看消息",
    "assistance": "救助申请",
    "time_bank": "志愿服务",
    "memorial": "祭扫",
}


def needed(action: str) -> Assurance:
    """What an action needs (KeyError: nobody has declared it)."""
    return NEEDS[action]


def missing(level: Assurance) -> dict[Assurance, list[str]]:
    """The steps that are still to be taken, weakest first, each with the words of what needs it."""
    steps = sorted({need for need in NEEDS.values() if need > level})
    return {step: [WORDS[action] for action, need in NEEDS.items() if need == step] for step in steps}


def assurance_of(*, proved: int | None, has_phone: bool) -> Assurance:
    """What counts for an account: the proof of the person it is bound to (None: to nobody), else its phone."""
    own = Assurance.PHONE if has_phone else Assurance.NONE
    return own if proved is None else max(own, Assurance(proved))


def is_child(born: date | None, today: date) -> bool:
    """Under 14 on this day; somebody whose birth date is not known is taken to be older."""
    return (
        born is not None and (today.year - born.year - ((today.month, today.day) < (born.month, born.day))) < CHILD_AGE
    )

"""What can become of an activity and of somebody's place in it."""

from backend.core.states import Machine

ACTIVITY = Machine(
    {
        "draft": {"change": "draft", "publish": "published", "cancel": "cancelled"},
        "published": {"change": "published", "end": "ended", "cancel": "cancelled"},
        "ended": {},
        "cancelled": {},
    }
)
ACTIVITY_ZH = {"draft": "等待发布", "published": "招募中", "ended": "已结束", "cancelled": "已取消"}

PLACE = Machine(
    {
        "waiting": {"promote": "signed", "cancel": "cancelled"},
        "signed": {"come": "present", "cancel": "cancelled", "miss": "absent"},
        "present": {"leave": "left", "miss": "absent"},
        "left": {"confirm": "confirmed", "miss": "absent", "leave": "left"},
        "absent": {"come": "present"},  # they were there after all: the organiser says so, with the reason
        "confirmed": {},
        "cancelled": {},
    }
)
PLACE_ZH = {
    "waiting": "候补中", "signed": "已报名", "present": "已签到", "left": "已签退，等组织者确认",
    "confirmed": "已记录", "absent": "没有到场", "cancelled": "已取消",
}  # fmt: skip
LIVE = ("signed", "waiting", "present", "left", "confirmed")

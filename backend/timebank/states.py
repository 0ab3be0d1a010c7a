"""Orders, helpers, disputes, flags and calls: every state, and what may happen in it. Pure."""

from backend.core.states import Machine

# An order is what its helpers make of it: it is taken when all places are, started when the first one begins,
# finished when the last one has ended. ``stop``: given up half-way; what was done is paid.
ORDER = Machine(
    {
        "open": {"fill": "taken", "cancel": "cancelled", "expire": "expired", "withdraw": "open", "miss": "open"},
        "taken": {
            "withdraw": "open", "miss": "open", "start": "started", "cancel": "cancelled", "expire": "expired",
        },
        "started": {"start": "started", "finish": "finished", "stop": "finished"},
        "finished": {"propose": "finished", "confirm": "confirmed", "dispute": "disputed", "rate": "finished"},
        "disputed": {"answer": "disputed", "settle": "confirmed"},
        "confirmed": {"rate": "confirmed"},
        "cancelled": {},
        "expired": {},
    }
)  # fmt: skip
HELPER = Machine(
    {
        "offered": {"accept": "accepted", "decline": "declined", "release": "released"},
        "accepted": {"start": "started", "withdraw": "withdrew", "miss": "missed", "release": "released"},
        "started": {"finish": "finished"},
        "finished": {"propose": "finished", "confirm": "confirmed"},
        "confirmed": {},
        "declined": {},
        "withdrew": {},
        "missed": {},
        "released": {},
    }
)
FLAG = Machine({"open": {"dismiss": "dismissed", "uphold": "upheld"}, "dismissed": {}, "upheld": {}})
CALL = Machine({"open": {"stand_down": "over"}, "over": {}})
ANSWER = Machine(
    {
        "asked": {"come": "coming", "decline": "declined", "release": "released"},
        "coming": {"arrive": "arrived", "decline": "declined", "release": "released"},
        "declined": {"come": "coming"},
        "arrived": {"release": "released"},
        "released": {},
    }
)
COMING = ("accepted", "started")  # helpers who are bound to come, or there
THERE = ("started", "finished", "confirmed")
LIVE = ("accepted", *THERE)  # those who hold one of the order's places
UNDER_WAY = ("open", "taken", "started", "finished", "disputed")
STATE_ZH = {
    "open": "正在找志愿者", "taken": "已有人接单", "started": "正在服务", "finished": "服务结束，等待确认",
    "confirmed": "已完成", "disputed": "有不同意见，正在处理", "cancelled": "已取消", "expired": "没有找到志愿者",
}  # fmt: skip
HELPER_ZH = {
    "offered": "等您决定", "accepted": "已接单", "started": "正在服务", "finished": "等待确认", "confirmed": "已完成",
    "declined": "这次不去", "withdrew": "已退单", "missed": "没有到", "released": "不用去了",
}  # fmt: skip
ANSWER_ZH = {"asked": "等待回复", "coming": "正在赶来", "declined": "不能来", "arrived": "已到", "released": "已解散"}

"""What can become of a registration, and of somebody's place in a team."""

from backend.core.states import Machine

# ``applied``: a minor whose guardian has not agreed yet. Who comes back gets the same number and the same record.
VOLUNTEER = Machine(
    {
        "applied": {"agree": "active", "come_of_age": "active", "withdraw": "withdrawn"},
        "active": {"suspend": "suspended", "withdraw": "withdrawn", "disagree": "applied"},
        "suspended": {"resume": "active", "withdraw": "withdrawn", "disagree": "applied"},
        "withdrawn": {"return": "active", "ask_again": "applied"},
    }
)
VOLUNTEER_ZH = {"applied": "等监护人同意", "active": "正常", "suspended": "暂停", "withdrawn": "已退出"}
MEMBER = Machine(
    {
        "applied": {"admit": "member", "refuse": "refused", "leave": "left"},
        "member": {"leave": "left"},
        "refused": {},
        "left": {},
    }
)
MEMBER_ZH = {"applied": "等待录用", "member": "队员", "refused": "没有录用", "left": "已退出"}

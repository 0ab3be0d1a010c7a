"""The transition tables of a case, its tasks, referrals, objections and appeals."""

from backend.core.states import Machine

# Who brings each action about: the applicant (or a proxy, or a clerk for them), staff, or the system's jobs.
CASE = Machine(
    {
        "draft": {"save": "draft", "submit": "submitted", "withdraw": "withdrawn"},
        "submitted": {
            "accept": "in_progress", "return": "returned", "not_accept": "not_accepted", "withdraw": "withdrawn",
            "decide_at_once": "closed",
        },
        "returned": {"save": "returned", "submit": "submitted", "withdraw": "withdrawn"},
        "in_progress": {
            "finish_step": "in_progress", "publish": "published", "decide": "decided", "withdraw": "withdrawn",
        },
        "published": {
            "end_publication": "in_progress", "object_upheld": "in_progress", "withdraw": "withdrawn",
        },
        "decided": {"deliver": "closed"},
        "closed": {},
        "withdrawn": {},
        "not_accepted": {},
    }
)  # fmt: skip

APPLICANT = frozenset({"save", "submit", "withdraw"})
STAFF = frozenset({"accept", "return", "not_accept", "finish_step", "publish", "decide", "deliver", "object_upheld"})
SYSTEM = frozenset({"decide_at_once", "end_publication", "accept"})
FINAL = frozenset(state for state, actions in CASE.table.items() if not actions)
RUNNING = frozenset({"submitted", "in_progress", "published", "decided"})

TASK = Machine(
    {
        "open": {"claim": "claimed", "assign": "claimed", "finish": "done", "cancel": "cancelled"},
        "claimed": {"hand_back": "open", "assign": "claimed", "finish": "done", "cancel": "cancelled"},
        "done": {},
        "cancelled": {},
    }
)

REFERRAL = Machine(
    {
        "sent": {"answer": "answered", "lapse": "overdue", "cancel": "cancelled"},
        "overdue": {"answer": "answered", "cancel": "cancelled"},
        "answered": {},
        "cancelled": {},
    }
)

OBJECTION = Machine({"open": {"uphold": "upheld", "dismiss": "dismissed"}, "upheld": {}, "dismissed": {}})

APPEAL = Machine(
    {
        "open": {"uphold": "upheld", "dismiss": "dismissed", "withdraw": "withdrawn"},
        "upheld": {},
        "dismissed": {},
        "withdrawn": {},
    }
)

CASE_ZH = {
    "draft": "正在填写", "submitted": "等待受理", "returned": "等您补充", "in_progress": "正在办理",
    "published": "正在公示", "decided": "已有决定", "closed": "已办结", "withdrawn": "已撤回",
    "not_accepted": "不予受理",
}  # fmt: skip
TASK_ZH = {"open": "待办", "claimed": "办理中", "done": "已办", "cancelled": "已取消"}
REFERRAL_ZH = {"sent": "等待答复", "answered": "已答复", "overdue": "超期未答复", "cancelled": "已取消"}
OBJECTION_ZH = {"open": "正在核实", "upheld": "异议成立", "dismissed": "异议不成立"}
APPEAL_ZH = {"open": "正在处理", "upheld": "申诉成立", "dismissed": "申诉不成立", "withdrawn": "已撤回"}
OUTCOME_ZH = {"granted": "同意", "refused": "不同意", "changed": "调整", "stopped": "停发"}


def from_which(machine: Machine, action: str) -> list[str]:
    """The states from which ``action`` is possible; all of them lead to the same next state but for ``save``."""
    return [state for state, actions in machine.table.items() if action in actions]

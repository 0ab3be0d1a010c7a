"""Errors of the time bank."""

from backend.problem_tables.problem import Problem

PROBLEMS: dict[str, Problem] = {
    "timebank.short": Problem(
        409, "时间不够", "账户里可用 {balance} 分钟，这次要 {wanted} 分钟。请少用一些，或请家人、社区帮忙。"
    ),
    "timebank.points_short": Problem(
        409, "积分不够", "现在有 {balance} 分，这次要 {wanted} 分。请换一样礼品，或以后再换。"
    ),
    "timebank.key_reused": Problem(409, "这一笔已经记过", "同一笔编号记过别的内容，这次没有记。请刷新页面，重新操作。"),
    "timebank.already_reversed": Problem(409, "这一笔已冲正", "这一笔已经冲正过，不能再冲。请刷新页面查看最新记录。"),
    "timebank.account_closed": Problem(409, "账户已注销", "这个账户已经注销，不能再存取。请联系社区工作人员。"),
}

"""Errors of the time bank."""

from backend.problem_tables.problem import Problem

PROBLEMS: dict[str, Problem] = {
    "timebank.in_family": Problem(409, "已有家庭账户", "您已经在一个家庭账户里。要换一个，请先退出现在的。"),
    "timebank.not_in_family": Problem(409, "还没有家庭账户", "您还没有家庭账户。请先建一个，或请家人邀请您加入。"),
    "timebank.family_full": Problem(409, "家庭人数已满", "这个家庭账户的人数已满。请先请一位家人退出，再邀请。"),
    "timebank.gift_gone": Problem(409, "礼品换完了", "这样礼品刚换完，积分没有扣。请换别的，或过几天再来看。"),
    "timebank.gift_order_over": Problem(409, "这一单已办完", "这份礼品已经领走或取消了，不能再改。请刷新页面查看。"),
    "timebank.short": Problem(
        409, "时间不够", "账户里可用 {balance} 分钟，这次要 {wanted} 分钟。请少用一些，或请家人、社区帮忙。"
    ),
    "timebank.points_short": Problem(
        409, "积分不够", "现在有 {balance} 分，这次要 {wanted} 分。请换一样礼品，或以后再换。"
    ),
    "timebank.key_reused": Problem(409, "这一笔已经记过", "同一笔编号记过别的内容，这次没有记。请刷新页面，重新操作。"),
    "timebank.already_reversed": Problem(409, "这一笔已冲正", "这一笔已经冲正过，不能再冲。请刷新页面查看最新记录。"),
    "timebank.account_closed": Problem(409, "账户已注销", "这个账户已经注销，不能再存取。请联系社区工作人员。"),
    "timebank.spent": Problem(
        409, "时间已被用掉", "这次存入的时间用掉了 {missing} 分钟，收不回来。请县里经办人先补足，再撤销记录。"
    ),
    "timebank.not_kin": Problem(
        422, "还没有登记亲属", "时间只能转给登记过的直系亲属。请带户口簿到社区登记，再来转。", "counter"
    ),
    "timebank.receiver_age": Problem(
        422, "对方年龄不够", "按规定，时间只能转给满{age}岁的亲属。您可以先存着，或捐给公益池。"
    ),
    "timebank.full": Problem(409, "对方账户快满了", "对方账户最多还能存 {room} 分钟。请少转一些，或捐给公益池。"),
    "timebank.pool_reserved": Problem(
        409, "公益池时间不多", "公益池剩下的时间先留给重点老人。请用自己的时间，或问社区工作人员。"
    ),
}

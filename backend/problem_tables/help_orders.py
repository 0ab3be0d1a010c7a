"""Errors of orders of help."""

from backend.problem_tables.problem import Problem

PROBLEMS: dict[str, Problem] = {
    "order.wrong_state": Problem(
        409, "现在不能这样做", "这一单现在是“{state_zh}”，不能这样操作。请刷新，看看最新情况。"
    ),
    "order.taken": Problem(409, "已经有人接了", "这一单刚刚被别的志愿者接走了，谢谢您的热心。请看看别的单。"),
    "order.receiver_gone": Problem(422, "不能为他下单", "要帮助的人没有登记，或已经去世、注销。请核对姓名和证件号码。"),
    "order.time_short": Problem(
        409, "时间不够", "可用 {balance} 分钟，这次要 {wanted} 分钟。请改短些、用家庭账户，或请社区用公益时间帮忙。"
    ),
    "order.payer_refused": Problem(409, "不能用这个账户", "{why}请换一种付法，或请社区工作人员帮忙。"),
    "order.duplicate": Problem(409, "已经下过单", "这个时间已经有一单同样的帮助（{number}）。请看那一单，不用再下。"),
    "order.own": Problem(409, "不能接自己家的单", "帮自己、家人或自己下的单，不算志愿服务。请让别的志愿者来接。"),
    "order.busy": Problem(409, "时间冲突", "这个时间您已经有“{what}”。请先退掉那一项，或选别的单。"),
    "order.not_time_yet": Problem(409, "还没到时间", "{since} 以后才能点“开始”。请按约定的时间去。"),
    "order.minutes": Problem(422, "时长超过实际", "这次上门一共 {most} 分钟，不能多记。请按实际的时长填写。"),
    "order.photo_not_agreed": Problem(409, "没有同意拍照", "接受帮助的人没有同意拍照。请不要拍，已经拍的请删掉。"),
    "order.share_over": Problem(404, "行程已结束", "这次行程已经结束，或链接不对。请直接打电话问志愿者。"),
    "order.hear_both": Problem(409, "还要听另一方说", "另一方还没有说明，期限也没有到。请先打电话听他说，再作决定。"),
    "order.own_decision": Problem(403, "要换一位同事", "替群众下单的人不能自己裁决。请另一位同事来处理。"),
}

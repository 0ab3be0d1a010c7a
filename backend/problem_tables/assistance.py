"""Errors of social assistance."""

from backend.problem_tables.problem import Problem

PROBLEMS: dict[str, Problem] = {
    "assistance.benefit_live": Problem(
        409, "已经在享受", "这个家庭或本人已经在享受这项救助。请改用“调整”，不要重复确认。"
    ),
    "assistance.not_eligible": Problem(
        422, "还不能发放", "按规定算下来不能发放，或者还缺内容。请先看计算过程，再作决定。"
    ),
    "assistance.hearing_needed": Problem(
        409, "先听取意见", "减发、停发之前依法要先听取本人意见。请先听取并记下来，再作决定。"
    ),
    "assistance.reason_missing": Problem(422, "请写明理由", "减发、停发、暂停都要写明理由。请用群众看得懂的话补上。"),
    "assistance.nothing_to_pay": Problem(
        404, "没有要发的钱", "这个月这一项没有待发的钱，或都缺银行账号。请先核对名单和账号。"
    ),
    "assistance.second_person": Problem(403, "要换一位同事", "制作发放批次的人不能自己审批。请另一位同事来审批。"),
    "assistance.file_changed": Problem(
        409, "发放名单有变化", "制作之后有账号或家庭变动，名单与原来不一致。请取消这一批，重新制作。"
    ),
    "assistance.return_file": Problem(422, "回盘文件对不上", "{why}。请核对银行的回盘文件后重新上传。"),
    "assistance.no_price_rise": Problem(409, "没有达到启动线", "物价涨幅没有达到发放补贴的启动线。请核对数字后再试。"),
    "assistance.float_short": Problem(409, "备用金不够", "备用金只剩 {balance} 元，不够这一笔。请先申请补充备用金。"),
    "assistance.voucher_used": Problem(409, "凭证号已经用过", "这个凭证号已经记过账。请核对凭证号，不要重复登记。"),
    "assistance.fine_too_high": Problem(422, "罚款超过上限", "这笔罚款依法最多 {most} 元。请改小后再提交。"),
    "assistance.review_changed": Problem(409, "复核有变化", "按现在的情况算，金额或资格有变化。请按“调整”作出决定。"),
    "assistance.household_empty": Problem(
        422, "家里至少要有一个人", "家庭里一个人都没有了。请加上家庭成员，或者改为“注销这个家庭”。"
    ),
    "assistance.in_other_household": Problem(
        409, "已在另一个家庭", "有一位家人已经登记在另一个家庭里。请先办理迁出或分户，再登记到这里。"
    ),
    "assistance.dead_member": Problem(
        422, "登记为已去世", "有一位家人登记为已去世，不能再登记。请核对，有误请找窗口更正。"
    ),
}

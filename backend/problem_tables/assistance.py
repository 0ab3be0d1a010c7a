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
    "assistance.second_person": Problem(403, "要换一位同事", "经手的人不能自己审批。请另一位同事来审批。"),
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
    "assistance.facts": Problem(422, "填写的内容不对", "{why}改好后再提交。"),
    "assistance.sheet_changed": Problem(409, "刚被同事改过", "您打开后，同事改过这份情况表。请刷新看一看，再改。"),
    "assistance.sheet_fixed": Problem(
        409, "现在不能改", "没有受理，或者正在公示，情况表不能改。请先受理，或等公示结束。"
    ),
    "assistance.standard_missing": Problem(
        503, "标准还没有录入", "{month}的“{title}”还没有录入，暂时算不了。请县民政局录入后再办，不会按零算。"
    ),
    "assistance.not_ready": Problem(409, "还差几样", "还不能决定，还需要：{needs}。请先补上，再作决定。"),
    "assistance.refused_by_rule": Problem(422, "按规定不能给", "{why}请核对情况表；确实不符合的，请选“不予给予”。"),
    "assistance.held_together": Problem(409, "不能同时享受", "{why}。请和家里商量选哪一项，再作决定。"),
    "assistance.article_missing": Problem(422, "请写明依据", "不给也要写明依据哪一条。请从计算结果里选一条写上。"),
    "assistance.lead_changed": Problem(409, "同事已经办了", "这条线索同事刚刚处理过。请刷新看一看，再继续。"),
    "assistance.lead_reason": Problem(422, "请写明白", "请用一句话写明转到哪里，或者为什么办结，再提交。"),
    "assistance.no_visit_task": Problem(
        409, "现在不用入户", "这个申请现在没有入户调查这一步。请到申请页看办到了哪里。"
    ),
    "assistance.visit_incomplete": Problem(422, "还差几样", "还没有填好：{missing}。请补上后再继续。"),
    "assistance.visit_changed": Problem(409, "同事刚改过", "另一位同事刚刚改过或签过。请刷新看一看，再继续。"),
    "assistance.visit_over": Problem(
        409, "调查已经结束", "这次入户调查已经结束，签过字的内容不能再改。有新情况请另做一次。"
    ),
    "assistance.same_investigator": Problem(
        409, "要换一位同事", "您已经作为第一位调查人签过字。请另一位同事用自己的账号签第二个。"
    ),
    "assistance.county_visit": Problem(
        409, "要县里的人参加", "这一家有近亲属备案或公示异议。请县民政局的同事一起入户，并作为调查人签字。"
    ),
    "assistance.relative_declared": Problem(409, "已经备案", "这位工作人员已经备案过这位亲属。请核对，不要重复登记。"),
    "assistance.warning_settled": Problem(409, "已经处理过", "这条预警同事已经处理过。请刷新看一看。"),
    "assistance.query_unrelated": Problem(
        403, "不能查询这个人", "只能核对本申请中已授权的家庭成年人，这次查询没有进行，已记录并报告。请先取得本人授权。"
    ),
    "assistance.authorisation_missing": Problem(
        409, "还没有核对授权", "有家庭成员没有授权或撤回了授权，申请办不下去。请本人授权后再办。"
    ),
    "assistance.authorise_yourself": Problem(
        403, "要本人来授权", "核对授权不能由别人代办。请本人登录后授权，或到镇街窗口签纸质授权书。"
    ),
    "assistance.means_open": Problem(
        409, "现在不能再查", "上一次核对还在等答复，或还没有可以查询的部门。请等结果回来再试。"
    ),
    "assistance.no_difference": Problem(
        409, "没有要说明的", "这一项的核对结果和填写的没有不同。请看看最新的核对结果，不用说明。"
    ),
    "assistance.nothing_decided": Problem(
        404, "没有可抽的申请", "这段时间、这个地方没有作出过决定。请换一段时间再列名单。"
    ),
    "assistance.drawn_already": Problem(409, "已经抽过了", "一份名单只抽一次，不能重抽。请看已抽中的结果。"),
    "assistance.same_eyes": Problem(
        403, "要换一位同事", "经办、决定过的人不能抽查，也不能改别人的抽查结果。请交给另一位同事。"
    ),
    "assistance.agreement_live": Problem(
        409, "已经有协议了", "这位老人已经有一份正在执行的协议。要换照料人或延长，请用“续签、换签”。"
    ),
    "assistance.no_support": Problem(409, "现在不能签", "这个人现在没有享受特困供养。请先核对待遇，再登记协议。"),
    "assistance.no_self_care": Problem(
        409, "现在不用评估", "只有正在办理的特困申请要记自理能力评估。请到申请页看办到了哪里。"
    ),
}

"""Errors of marriage registration."""

from backend.problem_tables.problem import Problem

PROBLEMS: dict[str, Problem] = {
    "marriage.not_possible": Problem(422, "现在不能办理", "{words}不清楚的请打电话问登记处。"),
    "marriage.case_settled": Problem(409, "现在不能这样做", "这件事已由同事办理，或还没到这一步。请刷新页面查看。"),
    "marriage.case_open": Problem(409, "已有一件在办", "双方已有一件相同的事正在办理。请先办完或撤销那一件。"),
    "marriage.other_day": Problem(409, "不是今天的预约", "这个预约是{day}的。请先改约到今天，或按现场来人办理。"),
    "marriage.not_ready": Problem(409, "还不能登记", "还没有记下：{missing}。请当面核对后勾选，再登记。"),
    "marriage.check_stale": Problem(409, "需要重新核查", "核查以后情况有了变化，或不是今天查的。请再核查一次。"),
    "marriage.check_incomplete": Problem(409, "核查不完整", "还有人没有联网核查。请重新点“核查”。"),
    "marriage.no_licence": Problem(403, "不能签发", "您今天没有有效的婚姻登记员证。请由持证的登记员办理。"),
    "marriage.not_a_ground": Problem(422, "不能用这个理由", "不予登记要有核查发现的理由，或登记员理由。请重新选择。"),
    "marriage.divorce_running": Problem(
        409, "已有离婚申请", "双方已有一份离婚申请在办理。请按原来的日期来，不用再申请。"
    ),
    "marriage.divorce_settled": Problem(409, "申请已经结束", "这份离婚申请已撤回、已登记或已过期。请刷新页面查看。"),
    "marriage.outside_period": Problem(409, "不在办理期限内", "{words}不清楚的请打电话问登记处。"),
    "marriage.not_yet_certain": Problem(
        409, "日期还没有确定", "这一年的放假安排还没有公布，日期是暂定的。请等公布后再办。"
    ),
    "marriage.report_settled": Problem(409, "报告已有变化", "这份报告已报出或已办结，或还没有报出。请刷新页面查看。"),
    "marriage.consent_needed": Problem(422, "需要您同意", "辅导完全自愿，要您同意才能预约。请勾选“我自愿参加”。"),
    "marriage.import_known": Problem(409, "文件已导入过", "这个文件已经导入过，或正在导入。请在下面的列表里看结果。"),
    "marriage.two_people": Problem(409, "要由两个人做", "提出和审核要由两个人做。请让另一位同事审核。"),
    "marriage.record_settled": Problem(409, "现在不能这样做", "这一条已由同事处理，或还没到这一步。请刷新页面查看。"),
    "marriage.correction_asked": Problem(409, "已有一份更正", "这一项已有一份更正在等审核。请先审核那一份。"),
    "marriage.dishonesty_known": Problem(409, "已有同样的记录", "这个人已有同样的记录在办或有效。请查看那一条。"),
    "marriage.appeal_over": Problem(409, "申诉期限已过", "申诉要在{until}以前提出。请告诉本人可以申请行政复议或起诉。"),
    "marriage.repair_early": Problem(409, "还不能修复", "{begins}以后才可以修复。请到时再办。"),
    "marriage.licence_known": Problem(409, "证号已登记", "这个登记员证号已经登记过。请核对证号。"),
    "marriage.licence_ended": Problem(409, "已经停用", "这个登记员证已经停用，不用再停。请刷新页面查看。"),
    "marriage.page_stale": Problem(
        409, "页面已更新", "{who}刚改过这件事，您刚才的操作没有提交。请看清新的内容再操作。"
    ),
    "marriage.talk_settled": Problem(409, "已有结果", "这次辅导已经登记过结果。请刷新页面查看。"),
    "marriage.talk_taken": Problem(409, "已有辅导员", "这次辅导由另一位辅导员负责。请由本人登记。"),
    "marriage.no_letter": Problem(409, "还没有可打印的", "这件事还没有办完，没有可以打印的单子。请先办理。"),
}

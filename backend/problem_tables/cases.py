"""Errors of one-window cases."""

from backend.problem_tables.problem import Problem

PROBLEMS: dict[str, Problem] = {
    "cases.unknown_matter": Problem(
        404, "这里不办这件事", "没有找到这个事项。请回到事项列表重新选择，或打电话问镇街民政。"
    ),
    "cases.not_for_applicant": Problem(
        422, "不能这样申请", "“{matter}”不能这样申请。请到户籍地或居住地的镇街窗口办理。"
    ),
    "cases.already_applying": Problem(
        409, "已经有一个申请", "您的“{matter}”（{number}）还在办理。请在“我的申请”里查看，不用重复申请。"
    ),
    "cases.form": Problem(422, "还有内容要补充", "请检查“{field}”：{why}。改好后再提交，已填的都在。"),
    "cases.papers_missing": Problem(
        422, "还缺材料", "还缺：{papers}。请拍照上传后再提交，或到镇街窗口请工作人员帮忙。"
    ),
    "cases.changed_meanwhile": Problem(
        409, "内容刚刚有变化", "这个申请刚刚被改动过。请刷新看一眼最新内容，再决定怎么办。"
    ),
    "cases.not_possible": Problem(
        409, "现在不能这样办", "这个申请现在是“{state_zh}”，不能做这一步。请刷新后按页面提示办理。"
    ),
    "cases.returned_before": Problem(
        409, "只能一次性告知", "已经告知过一次要补的材料，不能再退回。请受理，或写明理由不予受理。"
    ),
    "cases.nothing_missing": Problem(422, "请写明缺什么", "退回补正要一次说全缺哪些材料和内容。请至少选一项再提交。"),
    "cases.never_asked": Problem(422, "这份材料不用交", "“{paper}”可以由部门核对，依法不能向群众要。请改用核对结果。"),
    "cases.not_your_task": Problem(
        403, "这件事不归您办", "这一步由别的岗位或同事办理。请从“我的待办”里选，或请领导转办。"
    ),
    "cases.task_over": Problem(409, "这一步已经办过", "这一步已经有人办完或取消。请刷新页面查看最新进展。"),
    "cases.wrong_outcome": Problem(422, "没有这个结果", "这一步没有这个办理结果。请从页面上的选项里选。"),
    "cases.same_person": Problem(403, "要换一位同事", "经办的人不能作决定，作决定的人不能处理申诉。请交给另一位同事。"),
    "cases.reason_needed": Problem(422, "请写明理由", "不同意、减少或停发要用群众看得懂的话写明理由。请补上后再提交。"),
    "cases.cannot_take": Problem(422, "这位同事办不了", "这位同事没有这里的办理权限。请在列表里选另一位同事。"),
    "cases.objection_open": Problem(409, "有异议没核实", "公示期间有人提出异议。请先核实并写明结果，再往下办。"),
    "cases.appeal_too_late": Problem(
        409, "申诉时间已过", "对这个决定的申诉到 {until} 为止。情况有变化可以重新申请，也可打 12345 反映。"
    ),
    "cases.appeal_open": Problem(409, "申诉正在处理", "对这个决定的申诉还在处理。请在“我的申请”里等候答复。"),
    "cases.paper_refused": Problem(422, "文件没有收下", "{why}。请重新拍照或换一个文件再上传。"),
    "cases.paper_unsafe": Problem(409, "文件暂不能打开", "文件没有通过安全检查。请联系管理员，或请群众重新拍照上传。"),
}

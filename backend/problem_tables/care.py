"""Errors of elder care: alarms, duty, devices, sensing."""

from backend.problem_tables.problem import Problem

PROBLEMS: dict[str, Problem] = {
    "alarm.stale": Problem(409, "画面已过时", "这条报警刚刚有了新情况（例如再次按下）。请看最新的画面再操作。"),
    "alarm.already_acknowledged": Problem(409, "已有人接警", "{name} 已经接警。如需换人，请用“指派”或“我去”。"),
    "alarm.closed": Problem(409, "已经结案", "这条报警已由 {name} 在 {at} 结案，只能补充备注。"),
    "alarm.needs_arrival": Problem(
        409, "还不能结案", "需要先有人到场，或与本人通话确认。请点“已到场”或“已通话”后再结案。"
    ),
    "alarm.unknown_disposition": Problem(
        422, "结案原因不对", "请选择结案原因：真实险情、误报、测试、无需帮助、设备故障或其他。"
    ),
    "alarm.unknown_assignee": Problem(422, "不能指派给此人", "没有这位同事，或不负责这个地方。请重新选择。"),
    "ingest.refused": Problem(401, "推送被拒绝", "推送令牌不对，或这个平台没有登记。请核对地址和令牌。"),
    "ingest.unreadable": Problem(422, "内容无法识别", "推送的内容读不懂（{reason}），已留存备查。请核对数据格式。"),
    "duty.shift_overlap": Problem(409, "班次重叠", "{name}已有“{shift}”，时间重叠了。请改时间，或先结束原来的班次。"),
    "duty.not_qualified": Problem(422, "不能值这个班", "{name}没有这里的值班岗位，或账号已停用。请换人或联系管理员。"),
    "duty.already_on_duty": Problem(409, "已在班上", "{name}这段时间本来就在班上，不用再加。"),
    "duty.no_duty_then": Problem(409, "这段时间没有班", "{name}这段时间没有班，不用请假或顶班。请核对时间。"),
    "duty.override_conflict": Problem(409, "变动冲突", "{name}这段时间已有请假或顶班。请先撤销原来的，再重新登记。"),
    "duty.already_over": Problem(409, "已经结束", "这段时间已经过去，或已经撤销，不能再改。请刷新页面查看。"),
    "duty.override_too_long": Problem(422, "时间太长", "一次变动最多 {days} 天。长期变动请修改班次。"),
    "duty.not_on_duty": Problem(409, "您不在班上", "您现在不在班上，不用交班。请核对班表。"),
    "duty.handover_pending": Problem(409, "已经在等人接班", "您已发起交班，正在等人接。不用重复发起。"),
    "duty.handover_to_self": Problem(409, "不能自己接", "交班要由另一个人来接。请接班的同事登录后确认。"),
    "duty.handover_settled": Problem(409, "已有人处理", "这次交班已有人接下或已撤销。请刷新页面查看。"),
    "sensing.unknown_rule": Problem(404, "没有这条监测规则", "没有名为“{rule}”的监测规则。请从列表中选择。"),
    "sensing.bad_override": Problem(422, "调整不合适", "“{field}”不能这样调整：{why}。请改正后再提交。"),
    "sensing.essential_rule": Problem(409, "不能停用或减弱", "这条规则关系到生命安全，不能停用或减弱。"),
    "sensing.no_override": Problem(404, "没有可撤销的调整", "这里没有调整过这条规则，不用撤销。"),
    "device.already_registered": Problem(409, "设备已登记", "这个设备已经登记为“{name}”。如要换地方，请用“更换位置”。"),
    "device.not_placed": Problem(422, "没有选位置", "请选一个位置：老人、床位、房间或机构，只能选一个。"),
    "device.topic_taken": Problem(409, "主题已被占用", "主题“{topic}”和“{name}”的重叠。请换一个网关名称。"),
    "device.reason_missing": Problem(422, "请写明原因", "停用或维护设备要写明原因，让接班的人看得明白。"),
    "eldercare.already_known": Problem(409, "已经登记过", "{what}已经登记过，请先查找已有的记录。"),
    "eldercare.bed_taken": Problem(409, "床位有人", "这张床已有老人入住。请选别的床位，或先给原来的老人换床。"),
    "eldercare.wrong_site": Problem(409, "不是同一机构", "这张床不属于负责这位老人的机构。请选本机构的床位。"),
}

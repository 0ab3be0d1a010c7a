"""Errors of volunteers' activities and of the record of service."""

from backend.problem_tables.problem import Problem

PROBLEMS: dict[str, Problem] = {
    "records.overlap": Problem(
        409, "时间重复了", "这段时间和已记录的“{name}”（{since}—{until}）重叠，同一时间只能记一次。请核对起止时间。"
    ),
    "records.day_full": Problem(
        409, "超过一天的上限", "一个人一天最多记录 {hours} 小时志愿服务，加上这次就超过了。请核对时间。"
    ),
    "records.finish_first": Problem(422, "结束早于开始", "结束时间要晚于开始时间。请核对后重新填写。"),
    "records.too_long": Problem(422, "一次服务太长", "一次服务最长 24 小时。请核对日期，或按天分开记录。"),
    "records.not_over": Problem(409, "服务还没结束", "服务还没有结束，不能提前记录。请结束后再记录。"),
    "records.minutes": Problem(
        422, "时长不对", "服务时长要填整数分钟，最少 1 分钟，最多 {most} 分钟（实际在场的时间）。请改一改。"
    ),
    "records.not_volunteering": Problem(
        422, "不属于志愿服务", "{why}，按规定不能记录为志愿服务。请核对，有疑问问镇街民政。"
    ),
    "records.self_service": Problem(422, "不能服务自己", "帮助自己的事不能记为志愿服务。请核对接受帮助的人是谁。"),
    "records.already": Problem(409, "已经记录过了", "这次服务已经记录过，时间不一样。要改，请用“更正”并写明原因。"),
    "records.void": Problem(409, "这条记录已作废", "这条记录已经作废或更正。请刷新后看最新的记录。"),
    "activities.not_volunteering": Problem(
        422, "不属于志愿服务", "看起来是“{what}”，按规定不能作为志愿服务发布。请修改内容，有疑问问镇街民政。"
    ),
    "activities.closed": Problem(409, "不能报名了", "这个活动报名已截止、已取消或已结束。请看看别的活动。"),
    "activities.full": Problem(409, "名额满了", "这个活动的名额满了。可以排候补，有人取消会马上通知您。"),
    "activities.clash": Problem(409, "时间有冲突", "您同一时间已报名“{title}”。请先取消那一个，或换一个时间的活动。"),
    "activities.cancel_late": Problem(
        409, "活动快开始了", "活动马上开始，不能自己取消了。来不了，请打电话告诉组织者：{phone}。"
    ),
    "activities.no_place": Problem(404, "您没有报这个活动", "没有找到您的报名。请先报名，或请现场组织者帮您登记。"),
    "activities.changed": Problem(409, "内容刚被改过", "别人刚刚改过这个活动。请刷新后再改一次。"),
    "activities.promised": Problem(
        409, "要由镇街来改", "活动已经核对发布，{what}不能自己改。请打电话给镇街民政，或取消后重新提交。"
    ),
    "activities.text": Problem(422, "文字不能公开", "活动的文字里有不能公开的内容。请改一改再提交。"),
    "attendance.code_wrong": Problem(
        422, "不是这个活动的码", "这不是本活动的签到码。请扫现场屏幕上的码，或请组织者登记。"
    ),
    "attendance.code_old": Problem(422, "签到码过期了", "签到码每半分钟换一次，照片不能用。请对着现场屏幕再扫一次。"),
    "attendance.too_far": Problem(
        422, "还没到活动地点", "您离活动地点还有约 {metres} 米。请走近后再试，或扫现场的码。"
    ),
    "attendance.vague": Problem(422, "定位不准", "手机现在定位不准。请到开阔处再试，或扫现场的码。"),
    "attendance.no_fence": Problem(422, "这里要扫码签到", "这个活动不能按位置签到。请扫现场的码，或请组织者登记。"),
    "attendance.early": Problem(409, "还没到签到时间", "签到从 {opens_at} 开始。请到时再来。"),
    "attendance.late": Problem(409, "活动已经结束", "活动已经结束，不能再签到签退。请组织者帮您补登记。"),
    "attendance.not_in": Problem(409, "还没有签到", "您还没有签到，不能签退。请先签到，或请组织者补登记。"),
    "attendance.just_came": Problem(409, "刚刚签到", "您刚签到。服务结束要离开时，再点“签退”。"),
    "attendance.waiting": Problem(409, "还在候补", "您还在候补名单里，没有名额。请问现场组织者能不能加入。"),
    "attendance.not_ended": Problem(409, "活动还没结束", "活动结束后才能确认考勤。请等大家签退以后再来。"),
    "attendance.own": Problem(
        409, "自己的由镇街确认", "您自己的时长不能自己登记、确认。请先办别人的，您的请镇街来办。"
    ),
    "attendance.nothing": Problem(409, "不用确认", "{who}没有到场记录，或者已经确认过。请刷新页面再看。"),
}

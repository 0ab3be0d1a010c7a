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
}

"""Errors of the house as a whole: asking, signing in, notices, the demonstration."""

from backend.problem_tables.problem import Problem

PROBLEMS: dict[str, Problem] = {
    "bad_input": Problem(422, "填写有误", "“{field}”不对：{why}。请改正后再提交。"),
    "not_found": Problem(404, "没有找到", "没有找到这条记录，或者您看不到它。请核对后再试。"),
    "not_allowed": Problem(403, "没有权限", "您的岗位不能做这一步。如确有需要，请联系管理员。"),
    "not_signed_in": Problem(401, "请先登录", "登录已过期或尚未登录。请重新登录后再试。", next="log_in"),
    "wrong_state": Problem(409, "现在不能这样做", "当前状态已变化，这一步做不了。请刷新页面查看最新情况。"),
    "too_large": Problem(413, "内容太大", "发送的内容太大，请减小后再试。"),
    "too_many": Problem(429, "操作太频繁", "操作太频繁了，请稍等一会儿再试。", next="retry"),
    "bad_request": Problem(400, "请求有误", "请求的格式不对，系统没有看懂。请检查后再试。"),
    "method": Problem(405, "请求方式不对", "这个地址不支持这样的请求方式。"),
    "internal": Problem(
        500, "系统出错了", "系统出了问题，已经记录下来。请稍后再试；紧急情况请直接打电话。", next="retry"
    ),
    "people.wrong_password": Problem(401, "登录失败", "账号或密码不对。请检查后再试，连续输错 5 次将锁定 15 分钟。"),
    "people.locked_out": Problem(429, "账号已锁定", "密码连续输错，账号锁定到 {until}。着急请联系管理员。"),
    "demo.clock_backwards": Problem(422, "时间不能这样调", "演示时间只能往前调，每次最多 400 天。"),
    "notices.report_refused": Problem(401, "回执未通过校验", "签名不对或已过期，没有记录。请核对密钥和时间后重发。"),
    "idempotency.mismatch": Problem(422, "重复的请求编号", "这个请求编号已用于另一次操作。请刷新页面后重新提交。"),
    "idempotency.bad_key": Problem(422, "请求编号不对", "请求编号应为 8 到 80 个字母或数字。请刷新页面后重新提交。"),
    "calendar.past_days": Problem(
        409,
        "会改动过去的日子",
        "有 {count} 天（最早 {day}）已经过去，改动会影响已算的期限。确认无误请选“允许改动过去”。",
    ),
}
